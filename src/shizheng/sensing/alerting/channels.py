"""Ways on which a warning reaches people (示警管道): each is a function under a name.

E-mail comes with the product, beside the notice on the site that every subscriber gets. Cell
broadcast (災防告警) and a LINE account need contracts and gateways of the city; whoever connects
one registers a function in ``broadcasts``, in an app of their own. It gets every message that is
actual and public, once, and is tried again where it fails.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shizheng.core.models import User
from shizheng.kernel.registry import Registry
from shizheng.sensing.models import AlertMessage


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel is given: an actual, public warning, in the language of the receiver."""

    person: User
    subject: str
    text: str
    cap: str


channels: Registry[Callable[[Told], None]] = Registry("Channels of warnings")
broadcasts: Registry[Callable[[AlertMessage], None]] = Registry("Ways to everybody")
"""Each takes a message, whose ``content`` is the signed CAP; ``identifier`` is the same each time.

Which levels it passes on is its own decision: ``severity`` and ``urgency`` stand in the message.
"""


@channels.register("email")
def mail(told: Told) -> None:
    """Send an e-mail to a subscriber."""
    from django.core.mail import send_mail

    if told.person.email:
        send_mail(told.subject, told.text, None, [told.person.email])
