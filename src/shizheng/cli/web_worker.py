"""A web process that says in both languages why it does not read an address."""

import socket
from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

LONGEST = 8190
"""So many characters an address with its parameters may have: the most that gunicorn reads."""
TOO_LONG = (
    f"網址超過 {LONGEST} 個字元，伺服器未讀取。請縮短條件，或分成數次查詢。\n"
    f"The address has more than {LONGEST} characters and was not read. "
    "Shorten the filter, or ask in several parts.\n"
)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads that answer requests; nothing of the application sees an address that is too long."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what cannot be read."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        said = TOO_LONG.encode()
        head = (
            "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(said)}\r\n\r\n"
        )
        client.sendall(head.encode() + said)
