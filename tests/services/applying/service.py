"""An invented service with every kind of field, and how it is entered."""

from datetime import UTC, datetime
from typing import Any

from shizheng.core.models import Agency, City, PublishedDefinition
from shizheng.packs.pack import digest
from shizheng.services.definitions import Service as Definition
from shizheng.services.models import Service, ServiceVersion
from shizheng.services.searchable import services_index

PUBLISHED = datetime(2020, 1, 3, tzinfo=UTC)


def words(zh: str, en: str) -> dict[str, str]:
    return {"zh-Hant": zh, "en": en}


def field(key: str, kind: str, **options: Any) -> dict[str, Any]:
    return {"id": key, "kind": kind, "label": words(f"欄位{key}", f"Field {key}"), **options}


OPTIONS = [
    {"id": "person", "label": words("個人", "Person"), "help": words("自己申請", "For yourself")},
    {"id": "company", "label": words("公司", "Company")},
]
MANY = [{"id": f"k{n}", "label": words(f"第{n}類", f"Kind {n}")} for n in range(9)]
PAGES = [
    {
        "id": "applicant",
        "title": words("申請人", "Applicant"),
        "help": words("誰要申請", "Who applies"),
        "fields": [
            field("who", "choice", required=True, options=OPTIONS),
            field("tax_id", "tw_business", show_if='who == "company"', required=True),
            field("id_no", "tw_id", require_if='who == "person"', personal=True),
            field("nickname", "text", show_if='who == "person"', prefill="person.name"),
        ],
    },
    {
        "id": "event",
        "title": words("活動", "Event"),
        "fields": [
            field("first_day", "date", required=True),
            field("begins", "moment"),
            field("doors", "time"),
            field("budget", "money", required=True, min=1),
            field("share", "decimal", unit=words("％", "%")),
            field("type", "choice", options=MANY),
            field("needs", "choices", options=OPTIONS),
            field("loud", "bool"),
            field("note", "long_text", help=words("有什麼要先知道的", "What we should know")),
        ],
    },
    {
        "id": "crew",
        "title": words("人員", "Crew"),
        "fields": [
            field(
                "crew", "table", required=True, max_rows=3,
                columns=[
                    field("name", "text", required=True),
                    field("age", "integer", min=0, max=120),
                ],
            ),
            field("plans", "file", accept=["pdf", "png"], max_files=2, max_mb=1),
            field("spot", "point"),
            field("path", "line"),
            field("site", "polygon"),
            field("where", "area"),
            field("mail", "email"),
            field("call", "phone"),
            field("home", "address"),
        ],
    },
]  # fmt: skip
BODY: dict[str, Any] = {
    "id": "big_event",
    "name": words("大型活動", "Big event"),
    "summary": words("申請辦理大型活動。", "Apply for a big event."),
    "keywords": ["活動", "園遊會"],
    "category": "apply",
    "owner": "public_works",
    "guide": {
        "who": words("主辦單位", "Organisers"),
        "needs": [words("企劃書", "A plan")],
        "how_long": words("十個工作天", "Ten working days"),
        "cost": words("免費", "Free"),
        "after": words("我們審查後通知您。", "We look at it and tell you."),
        "law": [words("活動管理辦法", "Rules on events")],
    },
    "intake": {"channels": ["web", "counter"], "description": "none", "contact": "required"},
    "pages": PAGES,
    "calc": [
        {"id": "fee", "value": "budget * 2", "kind": "money", "label": words("規費", "Fee")}
    ],
    "eligibility": [
        {
            "require": "budget < 1000000",
            "reason": words("預算太高", "The budget is too high"),
            "hint": words("請分次辦理", "Split it"),
        }
    ],
    "routing": [{"to": "public_works"}],
    "start": "received",
    "states": {
        "received": {"label": words("已受理", "Received")},
        "correction": {"label": words("待補正", "To correct"), "holder": "applicant"},
        "done": {"label": words("完成", "Done"), "final": True, "outcome": "completed"},
        "gone": {"label": words("撤回", "Withdrawn"), "final": True, "outcome": "withdrawn"},
    },
    "actions": {
        "ask": {
            "label": words("請補正", "Ask to correct"),
            "from": ["received"], "to": "correction", "by": ["officer"], "public_note": True,
            "fields": [field("reason", "long_text", required=True)],
        },
        "correct": {
            "label": words("送出補正", "Send the correction"),
            "from": ["correction"], "to": "received", "by": ["applicant"], "edits_form": True,
            "fields": [field("answer", "text", required=True)],
        },
        "withdraw": {
            "label": words("撤回申請", "Withdraw"),
            "from": ["received", "correction"], "to": "gone", "by": ["applicant"],
            "fields": [field("why", "text", required=True)],
        },
        "finish": {
            "label": words("完成", "Finish"), "from": ["received"], "to": "done", "by": ["officer"],
        },
    },
    "clocks": {
        "review": {
            "label": words("審查期限", "Review"), "is_main": True, "is_public": True,
            "amounts": [{"amount": "10wd", "source": "行政程序法第51條"}],
            "start": ["received"], "stop_in": ["done", "gone"], "pause_in": ["correction"],
        }
    },
}  # fmt: skip


def entered(body: dict[str, Any] | None = None) -> Service:
    """Enter a version of a service as loading a pack does; a further one is the next version."""
    definition = Definition.model_validate(body or BODY)
    stored = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    number = ServiceVersion.objects.filter(service__code=definition.id).count() + 1
    made = PublishedDefinition.objects.create(
        city=City.objects.get(), kind="service", identifier=definition.id, version=number,
        digest=digest("service/1", stored), body=stored, published_at=PUBLISHED,
    )  # fmt: skip
    service, _ = Service.objects.get_or_create(
        code=definition.id,
        defaults={
            "name": dict(definition.name), "category": definition.category,
            "owner": Agency.objects.get(code=str(definition.owner)),
        },
    )  # fmt: skip
    service.current = ServiceVersion.objects.create(
        service=service, number=number, definition=made, published_at=PUBLISHED
    )
    service.save()
    services_index()
    return service
