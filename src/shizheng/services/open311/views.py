"""The addresses of Open311 GeoReport v2."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request, gettext
from django.views.decorators.csrf import csrf_exempt

from shizheng.core.models import City, PublishedDefinition
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_, DomainError
from shizheng.services.actions.opening import case_open
from shizheng.services.open311.answers import answer, failed, refused
from shizheng.services.open311.asking import requests_asked, updates_asked, wants_extensions
from shizheng.services.open311.describing import (
    definition_row,
    service_found,
    service_row,
    services_listed,
)
from shizheng.services.open311.description import document
from shizheng.services.open311.errors import ParameterUnfit
from shizheng.services.open311.keys import client_named, spend_one
from shizheng.services.open311.reading import intake_of, sent_by
from shizheng.services.open311.selectors import case_found, request_found, requests_listed
from shizheng.services.open311.updates import added_row, update_add, updates_listed

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ["text/xml", "application/json"]
Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def endpoint(*methods: str) -> Callable[[View[Rest]], View[Rest]]:
    """Make a view an address of this interface: its methods, language and refusals.

    Nobody is signed in here: a cookie that comes along proves nothing, so no form token is
    needed, and what a browser of another site sends is as good as anybody's.
    """
    allowed = ", ".join([*methods, "OPTIONS"])

    def decorate(view: View[Rest]) -> View[Rest]:
        @csrf_exempt
        @wraps(view)
        def answered(
            request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            with translation.override(language_of(request)):
                if request.method == "OPTIONS":
                    return _options(allowed)
                if request.method not in methods and request.method != "HEAD":
                    sentence = gettext("This address takes {methods} alone.")
                    response = failed(
                        request, status=405, sentences=[sentence.format(methods=allowed)]
                    )
                    response["Allow"] = allowed
                    return response
                try:
                    return view(request, *args, **kwargs)
                except DomainError as error:
                    return refused(request, error)

        return answered

    return decorate


def language_of(request: HttpRequest) -> str:
    """Return the language asked for: by ``locale``, else by ``Accept-Language``."""
    asked = request.GET.get("locale", "").replace("_", "-").lower()
    for code, _name in settings.LANGUAGES:
        if asked and (code == asked or code.split("-")[0] == asked.split("-")[0]):
            return code
    return get_language_from_request(request)


def _options(allowed: str) -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = allowed
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key, Accept-Language"
    response["Access-Control-Max-Age"] = "86400"
    return response


@endpoint("GET")
def discovery(request: HttpRequest) -> HttpResponse:
    """Say what is here, in which formats, and whom to ask."""
    newest = PublishedDefinition.objects.filter(kind="service").order_by("-published_at").first()
    changed = timezone.localtime(newest.published_at) if newest else timezone.localtime()
    changeset = changed.isoformat(timespec="seconds")
    kind = "production" if settings.SHIZHENG_ENV == "production" else "test"
    value = {
        "changeset": changeset,
        "contact": _contact(),
        "key_service": _key_words(),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{settings.SITE_URL}/open311/v2",
                "changeset": changeset,
                "type": kind,
                "formats": FORMATS,
            }
        ],
    }
    return answer(request, "discovery", value)


def _contact() -> str:
    city = City.objects.only("manifest").first()
    contact = (city.manifest.get("contact") or {}) if city else {}
    name = in_language(contact.get("name"))
    parts = (name, contact.get("telephone"), contact.get("email"), contact.get("website"))
    return " · ".join(str(part) for part in parts if part) or settings.SITE_URL


def _key_words() -> str:
    if settings.OPEN311_KEYS == "required":
        return gettext("Reports need an api_key: ask the contact above for one.")
    return gettext("No api_key is needed; with one, reports are not limited in number.")


@endpoint("GET")
def services(request: HttpRequest) -> HttpResponse:
    """List the services that can be reported here."""
    rows = [service_row(definition) for _, definition in services_listed()]
    return answer(request, "services", rows)


@endpoint("GET")
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Define one service: the attributes that a report of it has."""
    _, definition = service_found(code)
    return answer(request, "service_definition", definition_row(definition))


@endpoint("GET", "POST")
def requests(request: HttpRequest) -> HttpResponse:
    """List service requests, or take one in."""
    if request.method == "POST":
        return _request_made(request)
    asked = requests_asked(request.GET, now=timezone.now())
    return answer(request, "service_requests", requests_listed(asked))


def _request_made(request: HttpRequest) -> HttpResponse:
    sent = sent_by(request)
    client = client_named(sent.text("api_key"))
    spend_one(request, client)
    row, definition = service_found(sent.text("service_code"))
    given = intake_of(sent, definition, client=client)
    opened = case_open(service=row, given=given, by=None, at=timezone.now())
    value: dict[str, object] = {
        "service_request_id": opened.case.number,
        "service_notice": in_language(definition.guide.how_long),
        "account_id": None,
    }
    if wants_extensions(request.GET) and opened.code:
        value["follow_code"] = opened.code
    return answer(request, "service_requests", [value])


@endpoint("GET")
def one_request(request: HttpRequest, number: str) -> HttpResponse:
    """Show one service request."""
    row = request_found(number, extensions=wants_extensions(request.GET))
    return answer(request, "service_requests", [row])


@endpoint("GET")
def token(request: HttpRequest, token: str) -> HttpResponse:
    """Resolve a token: requests get their number at once, so it is its own token."""
    case = case_found(token)
    return answer(
        request, "service_requests", [{"service_request_id": case.number, "token": token}]
    )


@endpoint("GET", "POST")
def updates(request: HttpRequest) -> HttpResponse:
    """List what became of requests, or add to one."""
    if request.method == "POST":
        return _update_made(request)
    asked = updates_asked(request.GET, now=timezone.now())
    return answer(request, "service_request_updates", updates_listed(asked))


def _update_made(request: HttpRequest) -> HttpResponse:
    sent = sent_by(request)
    client = client_named(sent.text("api_key"))
    spend_one(request, client)
    status = sent.text("status").lower()
    number = sent.text("service_request_id")
    if not number:
        expected = N_("the number of a service request")
        raise ParameterUnfit(name="service_request_id", value="", expected=expected)
    message = update_add(
        case=case_found(number),
        text=sent.text("description"),
        status=status if status in ("open", "closed") else "",
        token=sent.text("token"),
        client=client,
        at=timezone.now(),
    )
    own = sent.text("update_id_ext") or sent.text("update_id")
    return answer(request, "service_request_updates", [added_row(message, client_id=own)])


@endpoint("GET")
def description(request: HttpRequest) -> HttpResponse:
    """Describe this interface as OpenAPI."""
    return answer(request, "openapi", document())
