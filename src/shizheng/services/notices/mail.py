"""Notices by e-mail: safe headers, and an identifier that is the same at every attempt."""

import hashlib
import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage

from shizheng.services.models import Notice
from shizheng.services.notices.errors import NotTakenNow, Undeliverable
from shizheng.services.notices.problems import Problem


def mail_send(notice: Notice, address: str) -> None:
    """Hand a notice to the mail server.

    Raises:
        Undeliverable: the server refuses the address or the message for good (5xx).
        NotTakenNow: it does not answer, or asks for patience (4xx).
    """
    message = EmailMessage(
        subject=" ".join(notice.subject.split()),
        body=notice.text,
        to=[address],
        headers={
            "Message-ID": message_id(notice.key),
            "Content-Language": notice.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    try:
        message.send()
    except BadHeaderError as problem:
        raise Undeliverable(problem=Problem.NO_ADDRESS) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise _refusal(problem) from problem


def message_id(key: str) -> str:
    """Return the Message-ID (RFC 5322) of a notice: by it receivers know a repetition."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def _refusal(problem: Exception) -> NotTakenNow | Undeliverable:
    """Return whether trying again helps; what is wrong with our own account is for us to mend."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in problem.recipients.values()]
        return _by_code(max(codes, default=0), min(codes, default=0) >= 500)
    if isinstance(problem, smtplib.SMTPResponseException):
        is_ours = isinstance(problem, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused)
        return _by_code(problem.smtp_code, problem.smtp_code >= 500 and not is_ours)
    return NotTakenNow(problem=Problem.UNREACHABLE)


def _by_code(code: int, is_final: bool) -> NotTakenNow | Undeliverable:
    text = f"{Problem.MAIL_ANSWERED} {code}"
    return Undeliverable(problem=text) if is_final else NotTakenNow(problem=text)
