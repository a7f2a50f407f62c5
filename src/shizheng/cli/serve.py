"""``shizheng serve``: the web server, the worker and the scheduler as one group of processes."""

import errno
import gc
import http.client
import os
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial

import typer

from shizheng.cli.django import ready, require_fit, require_tables
from shizheng.cli.supervisor import Supervisor
from shizheng.kernel.errors import N_, DomainError

ADDRESS = "127.0.0.1"


class PortTaken(DomainError):
    """Another program listens on the port (連接埠已被使用)."""

    code = "cli.port_taken"
    message = N_("Port {port} is taken by another program, so nothing was started.")
    hint = N_("Stop that program or choose another port: PORT={other} shizheng serve")


class PortRefused(DomainError):
    """The system does not let us listen there (無法使用此連接埠)."""

    code = "cli.port_refused"
    message = N_("Cannot listen on {address} port {port}: {reason}.")
    hint = N_("Choose another port with PORT, or another address with SHIZHENG_ADDRESS.")


class NumberNeeded(DomainError):
    """A setting from the environment is not a whole number in its range (設定必須是整數)."""

    code = "cli.number_needed"
    message = N_("{name} must be a whole number from {least} to {most}, got “{given}”.")
    hint = N_("Correct {name} in the environment, or remove it for the default.")


def serve() -> None:
    """Serve the city: web server, worker and scheduler, until Ctrl-C or SIGTERM.

    Reads PORT (8000), SHIZHENG_ADDRESS (127.0.0.1), SHIZHENG_WORKERS (2 web processes),
    SHIZHENG_THREADS (4 each), SHIZHENG_JOB_THREADS (2) and SHIZHENG_GRACE (20 seconds to stop).
    """
    listener = listen()
    ready()
    require_fit()
    require_tables()
    serve_on(listener)


Watch = Callable[[threading.Event], None]


def serve_on(listener: socket.socket, *watches: tuple[str, Watch]) -> None:
    """Run everything behind a socket that listens; Django must be ready.

    Prints the address as soon as a page can be had there.

    Args:
        watches: name and work of more processes, begun once pages answer.
    """
    from django.conf import settings
    from django.db import connections

    workers = number("SHIZHENG_WORKERS", 2, least=1, most=64)
    threads = number("SHIZHENG_THREADS", 4, least=1, most=64)
    grace = number("SHIZHENG_GRACE", 20, least=1, most=600)
    job_threads = number("SHIZHENG_JOB_THREADS", 2, least=1, most=32)
    connections.close_all()
    collect_seldom()
    supervisor = Supervisor(grace_seconds=grace, say=lambda text: typer.echo(text, err=True))
    supervisor.add("web", lambda: _web(listener, workers, threads, grace))
    supervisor.add("worker", lambda: until_told(_work(job_threads)), is_late=True)
    supervisor.add("scheduler", lambda: until_told(_schedule), is_late=True)
    if settings.MQTT or settings.MQTT_PORT:
        listen_to = _listen if settings.MQTT else partial(_mqtt_door, listener.getsockname()[0])
        supervisor.add("mqtt", lambda: until_told(listen_to), is_late=True)
    if settings.NATS:
        supervisor.add("stream", lambda: until_told(_stream), is_late=True)
    for name, watch in watches:
        supervisor.add(name, partial(until_told, watch), is_late=True)
    supervisor.run(_announcement(listener))


def collect_seldom() -> None:
    """Look for garbage among what is made from now on, and only when there is some.

    The processes that start after this share what was read once, the pack and all code; to search
    it again and again took a quarter of the time of a sweep over many clocks.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def listen() -> socket.socket:
    """Return a socket that listens where PORT and SHIZHENG_ADDRESS say.

    Raises:
        PortTaken: somebody else does.
        PortRefused: the system does not allow it.
        NumberNeeded: PORT is not a port.
    """
    port = number("PORT", 8000, least=0, most=65535)
    address = os.environ.get("SHIZHENG_ADDRESS", ADDRESS)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, other=port + 1 if port < 65535 else 8080) from error
        reason = (error.strerror or str(error)).lower()
        raise PortRefused(address=address, port=port, reason=reason) from error
    return listener


def number(name: str, default: int, *, least: int, most: int) -> int:
    """Return a whole number from the environment.

    Raises:
        NumberNeeded: it is something else, or out of range.
    """
    given = os.environ.get(name, "").strip()
    if not given:
        return default
    if not given.isascii() or not given.isdecimal() or not least <= int(given) <= most:
        raise NumberNeeded(name=name, least=least, most=most, given=given)
    return int(given)


def _web(listener: socket.socket, workers: int, threads: int, grace: int) -> None:
    from gunicorn.app.base import BaseApplication

    from shizheng.cli.web_worker import LONGEST, Worker

    options = {
        "bind": f"fd://{listener.fileno()}",
        "workers": workers,
        "threads": threads,
        "worker_class": Worker,
        "limit_request_line": LONGEST,
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": max(grace - 2, 1),
        "loglevel": "warning",
        "control_socket_disable": True,
        "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108
    }

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> object:
            from shizheng.web.wsgi import application

            return application

    Server().run()


def _work(threads: int) -> Callable[[threading.Event], None]:
    def run(stop: threading.Event) -> None:
        from shizheng.core.worker import work

        work(stop, threads=threads)

    return run


def _schedule(stop: threading.Event) -> None:
    from shizheng.core.worker import schedule

    schedule(stop)


def _listen(stop: threading.Event) -> None:
    from django.conf import settings

    from shizheng.sensing.mqtt import listen

    listen(settings.MQTT, stop)


def _mqtt_door(address: str, stop: threading.Event) -> None:
    from django.conf import settings

    from shizheng.sensing.mqtt_door import serve

    serve(address, settings.MQTT_PORT, stop)


def _stream(stop: threading.Event) -> None:
    from django.conf import settings

    from shizheng.sensing.streaming import work

    work(settings.NATS, stop)


def until_told(run: Callable[[threading.Event], None]) -> None:
    """Run something until this process is told to stop."""
    stop = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(told, lambda signum, frame: stop.set())
    run(stop)


def _announcement(listener: socket.socket) -> Callable[[], bool]:
    """Return a function that tells whether pages answer, and says the address when they do."""
    address, port = listener.getsockname()[:2]
    shown = "localhost" if address in ("127.0.0.1", "::1", "0.0.0.0", "::") else address  # noqa: S104
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104

    def announce() -> bool:
        if not _answers(near, port):
            return False
        typer.echo(f"Shizheng is at http://{shown}:{port}/ (Ctrl-C stops it)")
        return True

    return announce


def _answers(address: str, port: int) -> bool:
    try:
        connection = http.client.HTTPConnection(address, port, timeout=1)
        connection.request("GET", "/health/live")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
