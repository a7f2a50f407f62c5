"""The JSON interface: what every room publishes, described by OpenAPI; errors are RFC 9457."""

from datetime import date
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from ninja import NinjaAPI, Router, Schema
from ninja.errors import HttpError, ValidationError

from shizheng.core.models import Agency, Area, City
from shizheng.kernel.errors import N_, DomainError
from shizheng.plan.directives.api import router as directives_router
from shizheng.plan.quarters.api import router as quarters_router
from shizheng.plan.register.api import router as plan_router
from shizheng.plan.works.api import router as works_router
from shizheng.services.api import router as services_router
from shizheng.statistics.datasets.api import router as datasets_router
from shizheng.statistics.surveys.api import router as surveys_router
from shizheng.web import errors

Names = dict[str, str]
PROBLEM = {
    "type": "object",
    "description": "What is wrong and what to do (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "hint"],
    "properties": {
        **{key: {"type": "string"} for key in ("type", "title", "detail", "code", "hint")},
        "status": {"type": "integer"},
        "request_id": {"type": ["string", "null"]},
    },
    "example": {
        "type": "urn:shizheng:problem:core.changed_meanwhile",
        "title": "Conflict",
        "status": 409,
        "detail": "EXC-1090302-0017 was changed by somebody else after you opened it.",
        "code": "core.changed_meanwhile",
        "hint": "Open it again, look at what changed, and repeat your act if it is still right.",
        "request_id": "01a20748",
    },
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, a request acts once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}

BEARER_NAME = "AccessToken"
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token that a person made for a program on the page of their account.",
}


class Interface(NinjaAPI):
    """The interface; its description says of every operation how it refuses."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the description, with problem details as every other answer."""
        schema = super().get_openapi_schema(**options)
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        content = {"schema": {"$ref": "#/components/schemas/Problem"}}
        refusal = {
            "description": "Refused, or failed",
            "content": {"application/problem+json": content},
        }
        schema["components"].setdefault("securitySchemes", {})[BEARER_NAME] = BEARER
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                if operation.get("security"):
                    operation["security"] = [*operation["security"], {BEARER_NAME: []}]
                operation["responses"]["default"] = refusal
                if method == "post":
                    operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        return schema


api = Interface(
    title="Shizheng",
    version=version("shizheng"),
    description=gettext_noop("A city's plan, its agencies and areas, and what is known of them."),
    docs_url=None,
    openapi_url="/openapi.json",
)
city_router = Router(tags=["city"])


class CityOut(Schema):
    """The city that this installation serves."""

    code: str
    name: Names
    loaded_at: str


class AgencyOut(Schema):
    """An agency (機關); dates are of the common calendar, the end is the first day after."""

    code: str
    official_code: str
    kind: str
    name: Names
    short_name: Names
    parent: str | None
    valid_from: date
    valid_to: date | None


class AreaOut(Schema):
    """A district (區) or village (里)."""

    code: str
    kind: str
    name: Names
    parent: str | None


class NoCity(DomainError):
    """No pack has been loaded yet (尚未載入城市)."""

    code = "web.no_city"
    message = N_("No city is loaded yet.")
    hint = N_("Load a pack first: shizheng load PACK.")
    status = 404


@city_router.get("/city", response=CityOut, summary=gettext_noop("The city"))
def city(request: HttpRequest) -> CityOut:
    """Return name and code of the city, and when its pack was loaded."""
    found = City.objects.first()
    if found is None:
        raise NoCity
    return CityOut(code=found.code, name=found.name, loaded_at=found.loaded_at.isoformat())


@city_router.get("/agencies", response=list[AgencyOut], summary=gettext_noop("Agencies"))
def agencies(request: HttpRequest, kind: str = "") -> list[AgencyOut]:
    """Return the agencies in the order of the city, all or of one kind."""
    rows = Agency.objects.select_related("parent")
    return [
        AgencyOut(
            code=row.code,
            official_code=row.official_code,
            kind=row.kind,
            name=row.name,
            short_name=row.short_name,
            parent=row.parent.code if row.parent else None,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in (rows.filter(kind=kind) if kind else rows)
    ]


@city_router.get("/areas", response=list[AreaOut], summary=gettext_noop("Districts and villages"))
def areas(request: HttpRequest, kind: str = "", parent: str = "") -> list[AreaOut]:
    """Return areas, all, of one kind (district, village) or inside one district (its code)."""
    asked = {name: value for name, value in (("kind", kind), ("parent__code", parent)) if value}
    rows = Area.objects.filter(**asked).select_related("parent").defer("shape")
    return [
        AreaOut(
            code=row.code,
            kind=row.kind,
            name=row.name,
            parent=row.parent.code if row.parent else None,
        )
        for row in rows
    ]


api.add_router("", city_router)
api.add_router("", plan_router)
api.add_router("", quarters_router)
api.add_router("", directives_router)
api.add_router("", works_router)
api.add_router("", services_router)
api.add_router("", datasets_router)
api.add_router("", surveys_router)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a refusal with its own code and status."""
    return errors.refused(request, error)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer an address or a thing that is not there."""
    return errors.page_not_found(request)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework itself refuses."""
    status = HTTPStatus(error.status_code)
    return errors.answer(
        request,
        status=error.status_code,
        code=f"web.{error.status_code}",
        sentence=error.message or status.phrase,
        hint="",
    )


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer parameters that cannot be read, each with its place."""
    places = "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors
    )
    return errors.answer(
        request,
        status=422,
        code="web.parameters_unreadable",
        sentence=gettext("The parameters cannot be read: {places}.").format(places=places),
        hint=gettext("See the description of this operation at /api/."),
    )
