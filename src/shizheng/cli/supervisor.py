"""A small supervisor: starts processes, starts crashed ones again, and leaves no orphan.

Children are forked, so what the parent has loaded is loaded once. They read from a pipe that only
the parent holds open: when the parent is gone, however it ended, the pipe ends and they stop.
"""

import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
TURN_SECONDS = 0.5
FIRST_TURNS_SECONDS = 0.05
LATE_SECONDS = 10.0
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Child:
    """A process to keep running: what it does, and how it has fared."""

    name: str
    work: Callable[[], object]
    is_late: bool = False
    pid: int = 0
    started: float = 0.0
    crash_count: int = 0
    start_after: float = 0.0


@dataclass
class Supervisor:
    """Keeps children running until it is told to stop.

    Args:
        grace_seconds: how long children may take to stop before they are killed.
        say: where to tell what happened, one sentence at a time.
    """

    grace_seconds: float
    say: Callable[[str], object]
    children: list[Child] = field(default_factory=list)
    _stop: bool = False
    _is_ready: bool = False
    _lifeline: tuple[int, int] = (-1, -1)
    _wakeup: tuple[int, int] = (-1, -1)

    def add(self, name: str, work: Callable[[], object], *, is_late: bool = False) -> None:
        """Have ``work`` run in a process of its own; it ends on SIGTERM.

        Args:
            is_late: it starts only when the others are ready, so as not to hold them up.
        """
        self.children.append(Child(name, work, is_late))

    def run(self, is_ready: Callable[[], bool]) -> None:
        """Start everything and stay until SIGTERM, SIGINT or SIGHUP; then stop everything.

        Args:
            is_ready: asked until it says yes; then, or after ten seconds, late children start.
        """
        self._lifeline, self._wakeup = os.pipe(), os.pipe()
        for end in self._wakeup:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wakeup[1], warn_on_full_buffer=False)
        for number in STOPPING:
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        late_at = time.monotonic() + LATE_SECONDS
        was_ready = False
        while not self._stop:
            was_ready = was_ready or is_ready()
            self._is_ready = was_ready or time.monotonic() > late_at
            self._start_missing()
            self._sleep(TURN_SECONDS if was_ready else FIRST_TURNS_SECONDS)
            for child in self._reaped():
                self._plan_restart(child)
        self._stop_all()

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop = True

    def _sleep(self, seconds: float) -> None:
        ready, _, _ = select.select([self._wakeup[0]], [], [], seconds)
        if ready:
            os.read(self._wakeup[0], 4096)

    def _start_missing(self) -> None:
        now = time.monotonic()
        for child in self.children:
            is_due = now >= child.start_after and (self._is_ready or not child.is_late)
            if is_due and not child.pid and not self._stop:
                self._start(child)

    def _start(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child.started = time.monotonic()
        child.pid = os.fork()
        if child.pid == 0:
            self._become(child)

    def _become(self, child: Child) -> None:
        """Turn this fresh process into the child; never returns."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (*STOPPING, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            for end in (self._lifeline[1], *self._wakeup):
                os.close(end)
            watch = threading.Thread(target=self._follow_parent, daemon=True)
            watch.start()
            child.work()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:  # the outermost edge of the child
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _follow_parent(self) -> None:
        """Wait until the parent is gone, then end this process like the parent would."""
        os.read(self._lifeline[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(self.grace_seconds)
        os._exit(1)

    def _reaped(self) -> list[Child]:
        ended = []
        for child in self.children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                child.pid = 0
                ended.append(child)
        return ended

    def _plan_restart(self, child: Child) -> None:
        now = time.monotonic()
        steady = now - child.started > STEADY_SECONDS
        child.crash_count = 1 if steady else child.crash_count + 1
        pause = min(2.0 ** (child.crash_count - 1), LONGEST_PAUSE)
        child.start_after = now + pause
        if not self._stop:
            self.say(f"The {child.name} process ended; it starts again in {pause:.0f} s.")

    def _stop_all(self) -> None:
        deadline = time.monotonic() + self.grace_seconds
        self._signal_all(signal.SIGTERM)
        while any(child.pid for child in self.children) and time.monotonic() < deadline:
            self._sleep(0.1)
            self._reaped()
        late = [child.name for child in self.children if child.pid]
        if late:
            self.say(f"Killed after {self.grace_seconds:.0f} s: {', '.join(late)}.")
            self._signal_all(signal.SIGKILL)
            for child in self.children:
                if child.pid:
                    os.waitpid(child.pid, 0)

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self.children:
            if child.pid:
                os.kill(child.pid, number)
