"""A mail server of somebody else (RFC 5321), which keeps what it is sent."""

import socketserver
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """Answers RCPT with each of ``answers`` in turn, then 250; ``pause`` is seconds per message."""

    answers: list[str] = field(default_factory=list)
    got: list[EmailMessage] = field(default_factory=list)
    pause: float = 0.0
    port: int = 0


class Handler(socketserver.StreamRequestHandler):
    kept: MailServer
    said = {b"EHLO": "250 mail.example.org", b"DATA": "354 go on", b"QUIT": "221 bye"}

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 mail.example.org ESMTP")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            answers = self.kept.answers if verb == b"RCPT" else None
            self.say(answers.pop(0) if answers else self.said.get(verb, "250 ok"))
            if verb == b"DATA":
                self.take()
            elif verb == b"QUIT":
                return

    def take(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if line == b"":
            return  # whoever sent it died in the middle: not taken
        time.sleep(self.kept.pause)
        self.kept.got.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.say("250 taken")


def start(server: MailServer) -> socketserver.ThreadingTCPServer:
    handler = type("HandlerOf", (Handler,), {"kept": server})
    made = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    made.daemon_threads = True
    server.port = made.server_address[1]
    threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
    return made
