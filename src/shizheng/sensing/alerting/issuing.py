"""Turns what happened to a warning into a CAP message, signs it, and tells who wants to know."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from shapely import from_wkb

from shizheng.core import city, outbox
from shizheng.core.words import in_language
from shizheng.kernel.geodesy import distance_m
from shizheng.sensing.alerting.definitions import LevelOf
from shizheng.sensing.alerting.selectors import body_of
from shizheng.sensing.domain import cap
from shizheng.sensing.models import (
    Alert,
    AlertMessage,
    AlertStep,
    Subscription,
    SubscriptionNotice,
)

LANGUAGES = ("zh-Hant", "en")
CORNERS = 200
CONFIDENCE = {
    "low": {"zh-Hant": "低", "en": "low"},
    "medium": {"zh-Hant": "中", "en": "medium"},
    "high": {"zh-Hant": "高", "en": "high"},
}
DRILL = {"zh-Hant": "【演練】", "en": "EXERCISE: "}
log = structlog.get_logger()


@transaction.atomic
def message_issue(*, step: AlertStep, at: datetime) -> AlertMessage | None:
    """Issue what a step of a warning says to the world; once for each step.

    Internal warnings have messages too: they are not in the public feed and no subscriber gets
    them. A drill is Exercise and reaches no subscriber.
    """
    alert = step.alert
    identifier = f"{sender().split('.')[0]}-{alert.rule.code}-{step.pk.hex}"
    if AlertMessage.objects.filter(identifier=identifier).exists():
        return None
    message = _message(step, identifier, at)
    content, is_signed = _signed(cap.to_xml(message))
    alert.messages.filter(is_current=True).update(is_current=False)
    made = AlertMessage.objects.create(
        alert=alert, identifier=identifier, kind=message.message_type.value,
        status=message.status.value, sent_at=message.sent, expires_at=_expires(alert, at),
        reference=cap.reference(message), content=content.decode(), is_signed=is_signed,
    )  # fmt: skip
    outbox.publish(
        "sensing.drill.issued" if alert.is_drill else "sensing.message.issued", made, at=at,
        payload={
            "identifier": identifier, "status": made.status, "kind": made.kind,
            "rule": alert.rule.code, "level": alert.level,
            "url": settings.SITE_URL + address(made),
        },
    )  # fmt: skip
    if not alert.is_drill and alert.rule.is_public:
        _tell(made, at)
    return made


def sender() -> str:
    """Return who sends, as CAP wants it: a name without spaces, unique in the world."""
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    found = city.current()
    return f"{found.code}.{host}" if found else host


def address(message: AlertMessage) -> str:
    """Return the address of a message as XML."""
    return reverse("sensing:message", args=[message.identifier])


def _expires(alert: Alert, at: datetime) -> datetime:
    if alert.outlook is not None:
        return max(alert.outlook.valid_to, at)
    return at + timedelta(hours=body_of(alert).expires_hours)


def _message(step: AlertStep, identifier: str, at: datetime) -> cap.Alert:
    alert = step.alert
    earlier = tuple(alert.messages.order_by("sent_at", "pk").values_list("reference", flat=True))
    kind = cap.MessageType.ALERT
    if earlier:
        kind = cap.MessageType.UPDATE if step.level else cap.MessageType.CANCEL
    body = body_of(alert)
    level = body.level_of(step.level or alert.highest)
    return cap.Alert(
        identifier=identifier, sender=sender(), sent=timezone.localtime(at).replace(microsecond=0),
        status=cap.Status.EXERCISE if alert.is_drill else cap.Status.ACTUAL, message_type=kind,
        references=earlier, source=f"{alert.rule.code} v{alert.version.version}",
        note="EXERCISE 演練" if alert.is_drill else "",
        infos=tuple(
            _info(alert, level, language, at, is_over=not step.level) for language in LANGUAGES
        ),
    )  # fmt: skip


def _info(alert: Alert, level: LevelOf, language: str, at: datetime, *, is_over: bool) -> cap.Info:
    body = body_of(alert)
    mark = DRILL[language] if alert.is_drill else ""
    return cap.Info(
        language=language, event=body.event.get(language, ""), category=body.category,
        urgency=cap.Urgency.PAST if is_over else level.urgency,
        severity=cap.Severity.MINOR if is_over else level.severity,
        certainty=level.certainty,
        response=(cap.Response.ALL_CLEAR,) if is_over else level.response,
        event_codes=(("rule", alert.rule.code),),
        effective=timezone.localtime(at),
        onset=timezone.localtime(alert.outlook.valid_from if alert.outlook else alert.began_at),
        expires=timezone.localtime(_expires(alert, at)),
        sender_name=in_language(alert.rule.owner.name, language),
        description="" if is_over else _forecast(alert, language),
        headline=mark + headline(alert, level, language, is_over=is_over),
        instruction="" if is_over else level.instruction.get(language, ""),
        web=settings.SITE_URL + reverse("sensing:alert", args=[alert.pk]),
        parameters=tuple(
            (name, f"{value:g}") for name, value in alert.numbers.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        ),
        areas=(_area(alert, language),),
    )  # fmt: skip


def headline(alert: Alert, level: LevelOf, language: str, *, is_over: bool = False) -> str:
    """Return the warning in one sentence, with place and numbers put in."""
    place = in_language(alert.place, language)
    if is_over:
        return f"{place}：警戒解除" if language == "zh-Hant" else f"{place}: the warning is over"
    said = level.headline.get(language) or next(iter(level.headline.values()))
    given = {
        name: f"{value:g}"
        for name, value in alert.numbers.items()
        if isinstance(value, int | float)
    }
    return said.format_map(_Said(place=place, **given))


def _forecast(alert: Alert, language: str) -> str:
    """Return what a forecast rests on: villages, scenario, model, confidence, times."""
    outlook = alert.outlook
    if outlook is None or outlook.scenario is None:
        return ""
    names = [
        in_language(row.village.name, language)
        for row in outlook.scenario.villages.filter(village__parent=alert.area).select_related(
            "village"
        )[:60]
    ]
    confidence = CONFIDENCE[outlook.scenario.confidence][language]
    times = [
        f"{timezone.localtime(each):%Y-%m-%d %H:%M}"
        for each in (outlook.issued_at, outlook.valid_from, outlook.valid_to)
    ]
    model = outlook.scenario.model_version
    if language == "zh-Hant":
        return (
            f"可能淹水的里：{'、'.join(names)}。情境雨量 {outlook.scenario.rain_mm:g} 公釐／"
            f"{outlook.scenario.hours} 小時；模式：{model}；可信度：{confidence}。"
            f"發布 {times[0]}，有效 {times[1]} 至 {times[2]}。"
        )
    return (
        f"Villages that may stand under water: {', '.join(names)}. Scenario of "
        f"{outlook.scenario.rain_mm:g} mm in {outlook.scenario.hours} hours; model: {model}; "
        f"confidence: {confidence}. Issued {times[0]}, valid {times[1]} to {times[2]}."
    )


class _Said(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"


def _area(alert: Alert, language: str) -> cap.Area:
    codes = (("districtCode", alert.area.code),) if alert.area else ()
    place = in_language(alert.place, language)
    if alert.longitude is not None and alert.latitude is not None:
        return cap.Area(place, circles=((alert.longitude, alert.latitude, 0.5),), geocodes=codes)
    if alert.area is None or alert.area.shape is None:
        return cap.Area(place, geocodes=codes)
    return cap.Area(place, polygons=_rings(bytes(alert.area.shape)), geocodes=codes)


def _rings(shape: bytes) -> tuple[cap.Ring, ...]:
    """Return the outlines of an area, simplified until each has few enough corners."""
    parts = getattr(from_wkb(shape), "geoms", None) or [from_wkb(shape)]
    rings: list[Any] = []
    for part in parts:
        outline, tolerance = part.exterior, 0.0001
        while len(outline.coords) > CORNERS:
            outline, tolerance = part.exterior.simplify(tolerance), tolerance * 2
        rings.append(tuple((x, y) for x, y, *_z in outline.coords))
    return tuple(rings)


def _signed(message: bytes) -> tuple[bytes, bool]:
    """Sign with the key of the installation; a warning goes out unsigned rather than not at all."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    from shizheng.core.signing_keys import demo_key_file
    from shizheng.sensing.domain.cap_signing import PrivateKey, sign

    try:
        path, password = Path(settings.SIGNING_KEY or ""), settings.SIGNING_PASSWORD
        if not settings.SIGNING_KEY:
            if settings.IS_PRODUCTION:
                return message, False
            path, password = demo_key_file(settings.HOME), ""
        loaded = pkcs12.load_pkcs12(path.read_bytes(), password.encode() or None)
        if loaded.key is None or loaded.cert is None:
            return message, False
        chain = [each.certificate for each in (loaded.cert, *loaded.additional_certs)]
        return sign(message, cast(PrivateKey, loaded.key), chain), True
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        log.error("warning_unsigned", problem=type(problem).__name__)
        return message, False


def _tell(message: AlertMessage, at: datetime) -> None:
    """Give it to the ways to everybody; note for each subscriber of the place to be told."""
    from shizheng.sensing.alerting.channels import broadcasts
    from shizheng.sensing.alerting.tasks import broadcast_message, tell_subscribers

    for way in broadcasts:
        broadcast_message.enqueue(key=f"{message.pk}:{way}", message=str(message.pk), way=way)
    alert = message.alert
    rows = Subscription.objects.filter(ended_at=None)
    found = [each for each in rows.select_related("area") if _concerns(each, alert)]
    SubscriptionNotice.objects.bulk_create(
        [SubscriptionNotice(subscription=each, message=message, made_at=at) for each in found],
        ignore_conflicts=True,
    )
    if found:
        tell_subscribers.enqueue(key=str(message.pk), message=str(message.pk))


def _concerns(subscription: Subscription, alert: Alert) -> bool:
    """Whether a warning lies in or near the place of a subscription."""
    area = subscription.area
    if area is not None:
        return alert.area_id is not None and alert.area_id in (area.pk, area.parent_id)
    point = (subscription.longitude or 0.0, subscription.latitude or 0.0)
    if alert.longitude is not None and alert.latitude is not None:
        return distance_m(point, (alert.longitude, alert.latitude)) <= subscription.radius_m
    return alert.area_id is not None and _holds(alert, point)


def _holds(alert: Alert, point: tuple[float, float]) -> bool:
    from shapely import Point

    shape = alert.area.shape if alert.area else None
    return shape is not None and bool(from_wkb(bytes(shape)).covers(Point(point)))
