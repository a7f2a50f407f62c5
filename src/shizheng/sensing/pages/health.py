"""Page of devices that need somebody (設備健康): what is wrong with each and what to do."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.sensing.access import MANAGE
from shizheng.sensing.actions.intake import REASONS
from shizheng.sensing.pages.views import doubts, home_crumb, property_name
from shizheng.sensing.selectors.health import DeviceHealth, GatewayHealth, health_of

ROWS = 50
OF_MESSAGES = {
    "flooded": N_("more than the gateway may send a minute"),
    "replayed": N_("the number of the message was used before"),
    "key_revoked": N_("the key was revoked"),
    "unreadable": N_("the message could not be read"),
}
"""Why a whole message is not taken."""


@login_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Show keepers their gateways, the devices that need somebody, and calibrations that end."""
    person, now = cast(User, request.user), timezone.now()
    require(person, MANAGE)
    found = health_of(person, now)
    page = Paginator(found.devices, ROWS).get_page(request.GET.get("page"))
    shown = {
        "health": found, "page": page,
        "gateways": [gateway_in_words(each) for each in found.gateways],
        "devices": [device_in_words(each) for each in page],
        "crumbs": [home_crumb(), (_("Health of devices"), "")],
    }  # fmt: skip
    return render(request, "sensing/health.html", shown)


def device_in_words(each: DeviceHealth) -> dict[str, Any]:
    """Return what is wrong with a device and what to do, each as one sentence."""
    told: list[tuple[str, str]] = []
    if each.is_worked_on:
        told.append((_("It is being worked on."), _("Nothing, until the work ends.")))
    elif each.is_silent:
        said = _("It is silent.") if each.heard_at else _("It was never heard.")
        told.append((said, _("Look at power, line and key; plan maintenance if it stays away.")))
    if each.drift_s is not None:
        told.append((clock_in_words(each.drift_s), _("Set its clock and let it follow a server.")))
    if each.doubtful:
        told.append(
            ("; ".join(doubts(each.doubtful)), _("Compare it with its neighbours on the spot."))
        )
    if each.refused:
        told.append(
            (refused_in_words(each.refused), _("Mend what the device sends; it may send it again."))
        )
    return {"row": each, "name": property_name(each.stream), "told": told}


def gateway_in_words(each: GatewayHealth) -> dict[str, Any]:
    """Return what is wrong with a gateway and what to do."""
    told: list[tuple[str, str]] = []
    if each.gateway.revoked_at is not None:
        told.append(
            (
                _("Its key was revoked, and somebody still sends with it."),
                _("Find the device. Nothing that it sends is taken."),
            )
        )
    elif each.gateway.seen_at is None:
        told.append((_("It was never heard."), _("Give the device its key.")))
    if each.drift_s is not None:
        told.append(
            (
                _("All its devices drift alike: {clock}").format(
                    clock=clock_in_words(each.drift_s)
                ),
                _("Set the clock of the gateway, not of each device."),
            )
        )
    if each.refused:
        told.append((refused_in_words(each.refused), _("Mend what it sends.")))
    return {"row": each, "told": told}


def clock_in_words(drift_s: float) -> str:
    """Return how wrong a clock runs, in seconds a day."""
    amount = f"{abs(drift_s):.0f}"
    if drift_s > 0:
        return _("Its clock loses {seconds} s a day.").format(seconds=amount)
    return _("Its clock gains {seconds} s a day.").format(seconds=amount)


def refused_in_words(refused: Mapping[str, int]) -> str:
    """Return what was not taken in a week, the most frequent reason first."""
    parts = []
    for name, count in sorted(refused.items(), key=lambda pair: (-pair[1], pair[0])):
        reason = _(REASONS.get(name) or OF_MESSAGES.get(name) or name)
        parts.append(pgettext("refused", "{count} × {reason}").format(count=count, reason=reason))
    return _("Not taken in a week: {what}").format(what="; ".join(parts))
