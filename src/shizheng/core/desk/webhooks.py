"""Pages of webhooks: where events go, whether they arrive, and sending them again."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core import webhooks as actions
from shizheng.core.access import require
from shizheng.core.desk.forms import WebhookForm
from shizheng.core.forms import as_error
from shizheng.core.models import Delivery, Webhook
from shizheng.core.people.views import _viewer
from shizheng.kernel.errors import DomainError


@login_required
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """List webhooks with how their deliveries fare."""
    require(_viewer(request), actions.PERMISSION)
    states = {state: Count("deliveries", Q(deliveries__status=state)) for state in Delivery.Status}
    rows = Webhook.objects.annotate(**{f"{state}_count": count for state, count in states.items()})
    return render(request, "core/desk/webhooks.html", {"webhooks": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_new(request: HttpRequest) -> HttpResponse:
    """Have events sent to an address."""
    viewer = _viewer(request)
    require(viewer, actions.PERMISSION)
    form = WebhookForm(request.POST or None)
    if form.is_valid():
        try:
            made = actions.webhook_create(by=viewer, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("url", as_error(refusal))
        else:
            return _shown_once(request, made)
    status = 422 if form.errors else 200
    return render(request, "core/desk/webhook_new.html", {"form": form}, status=status)


@login_required
@never_cache
@require_safe
def webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a webhook with its deliveries; its secret only right after it was made."""
    require(_viewer(request), actions.PERMISSION)
    shown = get_object_or_404(Webhook, pk=pk)
    deliveries = shown.deliveries.select_related("event")
    context = {
        "webhook": shown,
        "secret": request.session.pop(_place(shown), None),
        "page": Paginator(deliveries, 50).get_page(request.GET.get("page")),
    }
    return render(request, "core/desk/webhook.html", context)


@login_required
@require_POST
def webhook_secret(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a new secret."""
    old = get_object_or_404(Webhook, pk=pk)
    made = actions.webhook_rotate_secret(webhook=old, by=_viewer(request), at=timezone.now())
    return _shown_once(request, made)


@login_required
@require_POST
def webhook_switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Switch sending on or off."""
    shown = get_object_or_404(Webhook, pk=pk)
    on = not shown.is_active
    actions.webhook_switch(webhook=shown, on=on, by=_viewer(request), at=timezone.now())
    messages.success(request, _("Events are sent.") if on else _("Events are no longer sent."))
    return redirect("webhook", pk)


@login_required
@require_POST
def delivery_repeat(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send one event again."""
    delivery = get_object_or_404(Delivery, pk=pk)
    actions.delivery_repeat(delivery=delivery, by=_viewer(request), at=timezone.now())
    messages.success(request, _("The event is sent again."))
    return redirect("webhook", delivery.webhook_id)


def _place(shown: Webhook) -> str:
    return f"webhook_secret_{shown.pk}"


def _shown_once(request: HttpRequest, made: Webhook) -> HttpResponse:
    """Go to the page of the webhook, which shows the secret and forgets it."""
    request.session[_place(made)] = made.secret
    return redirect("webhook", made.pk)
