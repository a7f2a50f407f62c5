"""The door of CKAN's clients: ``/api/3/action/NAME``, with answers and errors in CKAN's shape."""

from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from shizheng.core.words import said
from shizheng.kernel.errors import DomainError
from shizheng.statistics.published import addresses
from shizheng.statistics.published.ckan.actions import actions
from shizheng.statistics.published.ckan.asking import given
from shizheng.statistics.published.ckan.errors import ParameterUnfit, SearchUnreadable, ThingUnknown
from shizheng.statistics.published.delivery import View, opened, speaking

TYPES: dict[type[DomainError], str] = {
    ThingUnknown: "Not Found Error",
    ParameterUnfit: "Validation Error",
    SearchUnreadable: "Search Query Error",
}
METHODS = ("GET", "HEAD", "POST")


def _door(view: "View[...]") -> "View[...]":
    """Let any site's pages ask; nobody is signed in here, so no form token is needed."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = ", ".join(METHODS)
            response["Access-Control-Allow-Headers"] = "Content-Type"
        elif request.method not in METHODS:
            response = _sent(gettext("Bad request - this interface takes GET and POST."), 405)
            response["Allow"] = ", ".join(METHODS)
        else:
            with speaking(request):
                response = view(request, **kwargs)
        return opened(response)

    return answered


@_door
def version(request: HttpRequest) -> HttpResponse:
    """Say which version of the interface this is."""
    return _sent({"version": 3})


@_door
def action(request: HttpRequest, name: str) -> HttpResponse:
    """Answer an action."""
    if name not in actions:
        return _sent(f"Bad request - Action name not known: {name[:60]}", 400)
    help_at = addresses.whole(f"/api/3/action/help_show?name={name}")
    try:
        result = actions[name](given(request))
    except DomainError as refusal:
        content = {"help": help_at, "success": False, "error": _error(refusal)}
        return _sent(content, refusal.status)
    return _sent({"help": help_at, "success": True, "result": result})


def _error(refusal: DomainError) -> dict[str, object]:
    found = said(refusal)
    sentence = f"{found.message} {found.hint}"
    error: dict[str, object] = {"__type": TYPES.get(type(refusal), "Error"), "message": sentence}
    if isinstance(refusal, ParameterUnfit):
        error[str(refusal.parameters["name"])] = [sentence]
    return error


def _sent(content: object, status: int = 200) -> HttpResponse:
    response = JsonResponse(
        content, safe=False, status=status, json_dumps_params={"ensure_ascii": False}
    )
    response["Vary"] = "Accept-Language, Cookie"
    return response
