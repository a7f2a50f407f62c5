"""Prints an edition's outline again from the database, word for word."""

from hashlib import sha256

from shizheng.kernel.errors import N_, DomainError
from shizheng.plan.models import Edition


class TextBroken(DomainError):
    """The pieces in the database no longer make the text that was imported."""

    code = "plan.text_broken"
    message = N_("The kept text of edition {number} is not the text that was imported.")
    hint = N_("Restore the database from a backup; the journal names who changed what.")
    status = 500


def printed(edition: Edition) -> str:
    """Return the outline character for character as it was imported.

    Raises:
        TextBroken: the pieces do not add up to the text that was imported.
    """
    text = "".join(text for _kind, _owner, text in edition.pieces)
    if sha256(text.encode()).hexdigest() != edition.text_digest:
        raise TextBroken(number=edition.number)
    return text
