"""Ways on which a warning reaches people (示警管道): each is a function under a name.

E-mail comes with the product, beside the notice on the site that every subscriber gets. Cell
broadcast (災防告警) and LINE need contracts and gateways of the city; whoever connects one
registers a function here, in an app of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shizheng.core.models import User
from shizheng.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel is given: an actual, public warning, in the language of the receiver.

    ``person`` is None on channels to everybody in a place, such as cell broadcast; ``cap`` is
    the signed message that such a gateway takes.
    """

    person: User | None
    subject: str
    text: str
    cap: str


channels: Registry[Callable[[Told], None]] = Registry("Channels of warnings")


@channels.register("email")
def mail(told: Told) -> None:
    """Send an e-mail to a subscriber."""
    from django.core.mail import send_mail

    if told.person is not None and told.person.email:
        send_mail(told.subject, told.text, None, [told.person.email])
