"""The e-mail with the link for going on with a form."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from shizheng.core.showing import city_date


def link_send(*, to: str, link: str, service: str, until: datetime) -> None:
    """Send the link, and nothing that was typed.

    Raises:
        OSError: the mail server cannot be reached; the link can be asked for again.
    """
    subject = _("Your form: {service}").format(service=service)
    text = _(
        "Here you go on with the form “{service}”:\n\n{link}\n\n"
        "It is kept until {day}. Whoever has the link can read and send the form, so do not pass "
        "it on. If you did not ask for it, do nothing: it will be removed by itself."
    ).format(service=service, link=link, day=city_date(until))
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
