"""Telling people about their own data: a notice on the site and an e-mail, without what it says."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from shizheng.core.models import User
from shizheng.core.showing import city_date, city_datetime
from shizheng.core.words import language_tag
from shizheng.services.notices.telling import Telling, people_tell
from shizheng.statistics.models import DataCopy, DataRequest


def request_tell(request: DataRequest, *, at: datetime) -> None:
    """Tell who asked that there is an answer, or that it takes longer; call it in the act."""
    with override(_language(request.person)):
        if request.state == DataRequest.State.OPEN:
            key = f"statistics.data_request:{request.pk}:extended"
            subject = _("Your request about your data takes longer")
            text = _("The city answers by {day}; the page of your data says why.").format(
                day=city_date(request.due_on)
            )
        else:
            key = f"statistics.data_request:{request.pk}:answered"
            subject = _("Your request about your data was answered")
            text = _("The answer stands on the page of your data.")
        _tell(_telling(request.person, key, subject, text), at=at)


def copy_tell(copy: DataCopy, *, at: datetime) -> None:
    """Tell who asked for a copy that it can be fetched, and until when; call it in the act."""
    with override(copy.language or _language(copy.person)):
        subject = _("Your copy of your data is ready")
        text = _("You can fetch it until {moment}; then it is removed.").format(
            moment=city_datetime(copy.expires_at)
        )
        key = f"statistics.data_copy:{copy.pk}"
        _tell(_telling(copy.person, key, subject, text), at=at)


def _tell(told: Telling, *, at: datetime) -> None:
    from shizheng.statistics.personal.tasks import mail_person

    if people_tell(tellings=[told], at=at) and told.person.email:
        mail_person.enqueue(
            key=told.key, person=str(told.person.pk), subject=told.subject, text=told.text
        )


def _telling(person: User, key: str, subject: str, text: str) -> Telling:
    """Return it in the language of the moment, with the address of the page."""
    address = urljoin(settings.SITE_URL, reverse("personal:mine"))
    return Telling(
        person=person, key=key, template="statistics.personal",
        language=language_tag(get_language() or settings.LANGUAGE_CODE), subject=subject,
        text=f"{text}\n{address}", by_email=False,
    )  # fmt: skip


def _language(person: User) -> str:
    return person.language or settings.LANGUAGE_CODE
