"""Real processes without the second and more that Python takes to read all of the product.

A nursery is a process that has set Django up and does nothing but fork: each child is a process of
its own, with connections, files and an end of its own, as if it had been started by ``python -c``.
Children have the settings of their nursery; who needs others starts another nursery.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from types import CodeType

import django

BEGINNING = """
from tests.core import nursery
code = nursery.nurse()
if code:
    exec(code)
"""
NUMBER = struct.Struct("i")


class Nursery:
    """Forks children on demand.

    Args:
        env: the environment of the children, from which their settings are read.
        ready: modules that children need, imported once for all of them.
    """

    def __init__(self, env: dict[str, str], *ready: str) -> None:
        self._line, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-c", BEGINNING, str(theirs.fileno()), *ready],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # as those of children will be: Python asks once
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def start(self, code: str, *arguments: str) -> "Child":
        """Fork a child that runs the code."""
        order, to_order = os.pipe()
        out, to_out = os.pipe()
        errors, to_errors = os.pipe()
        told, to_tell = os.pipe()
        given = [order, to_out, to_errors, to_tell]
        socket.send_fds(self._line, [b"!"], given)
        for each in given:
            os.close(each)
        with os.fdopen(to_order, "w", encoding="utf-8") as file:
            json.dump([code, *arguments], file)
        try:
            return Child(out, errors, told)
        except EOFError:
            raise RuntimeError(self.close()) from None

    def close(self) -> str:
        """Let it go, wait until it is gone and return what it said."""
        self._line.close()
        _, errors = self._process.communicate(timeout=60)
        return errors.decode(errors="replace")


class Child:
    """A child of a nursery, to be used as a ``subprocess.Popen`` is."""

    def __init__(self, out: int, errors: int, told: int) -> None:
        self.stdout = os.fdopen(out, encoding="utf-8", errors="replace")
        self.stderr = os.fdopen(errors, encoding="utf-8", errors="replace")
        self.returncode: int | None = None
        self._told = told
        self.pid = self._heard()

    def _heard(self) -> int:
        told = os.read(self._told, NUMBER.size)
        if not told:
            raise EOFError
        number: int
        (number,) = NUMBER.unpack(told)
        return number

    def poll(self) -> int | None:
        """Return how it ended, or nothing while it lives."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; return how it ended: below zero, by which signal."""
        ended = self._ended(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired(f"child {self.pid}", timeout or 0)
        return ended

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], timeout)[0]:
            self.returncode = self._heard()
            os.close(self._told)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal if it still lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float = 180) -> tuple[str, str]:
        """Read all that it still says and wait for its end; kill it where that takes too long."""
        if self.stdout.closed:
            return "", ""
        late = threading.Timer(timeout, self.kill)
        late.start()
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.append(self.stderr.read()))
        reader.start()
        out = self.stdout.read()
        reader.join()
        self.wait(timeout)
        late.cancel()
        self.stdout.close()
        self.stderr.close()
        return out, said[0]


def nurse() -> CodeType | None:
    """Set Django up and fork: return in each child what it has to run, and nothing at the end."""
    django.setup()
    for name in sys.argv[2:]:
        importlib.import_module(name)
    gc.freeze()  # what is not looked through stays shared
    line = socket.socket(fileno=int(sys.argv[1]))
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    living: dict[int, int] = {}  # children, and where their end is told
    while True:
        ready, _, _ = select.select([line, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_of_ends(living)
        if line in ready:
            _, given, _, _ = socket.recv_fds(line, 1, 4)
            if not given:
                return None
            child = os.fork()
            if child == 0:
                for each in (line.detach(), woken, waking, *living.values()):
                    os.close(each)
                return _grown(*given)
            *others, told = given
            for each in others:
                os.close(each)
            living[child] = told
            os.write(told, NUMBER.pack(child))


def _tell_of_ends(living: dict[int, int]) -> None:
    for child in list(living):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            told = living.pop(child)
            with suppress(BrokenPipeError):  # nobody asks any more
                os.write(told, NUMBER.pack(os.waitstatus_to_exitcode(status)))
            os.close(told)


def _grown(order: int, out: int, errors: int, told: int) -> CodeType:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(out, 1)
    os.dup2(errors, 2)
    for each in (out, errors, told):
        os.close(each)
    with os.fdopen(order, encoding="utf-8") as file:
        code, *arguments = json.load(file)
    sys.argv = ["-c", *arguments]
    return compile(code, "<child>", "exec")
