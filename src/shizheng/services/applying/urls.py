"""Addresses of applying: the services, each service, its form, and what was begun."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.applying.views import browsing, filling, keeping, pursuing, sending

urlpatterns: list[URLPattern | URLResolver] = [
    path("services/", browsing.services, name="home"),
    path("services/<slug:code>/", browsing.service, name="service"),
    path("services/<slug:code>/start/", filling.start, name="start"),
    path("cases/<str:number>/correct/", pursuing.correct, name="correct"),
    path("cases/<str:number>/do/<slug:action>/", pursuing.do, name="do"),
    path("my/drafts/", keeping.drafts, name="drafts"),
    path("drafts/resume/<str:secret>/", keeping.resume, name="draft_resume"),
    path("drafts/<uuid:key>/", keeping.resume_draft, name="draft"),
    path("drafts/<uuid:key>/check/", sending.check, name="draft_check"),
    path("drafts/<uuid:key>/later/", keeping.later, name="draft_later"),
    path("drafts/<uuid:key>/discard/", keeping.discard, name="draft_discard"),
    path("drafts/<uuid:key>/seen/", keeping.note_seen, name="draft_seen"),
    path("drafts/<uuid:key>/receipt/", sending.receipt, name="receipt"),
    path("drafts/<uuid:key>/receipt.ics", sending.receipt_calendar, name="receipt_calendar"),
    path("drafts/<uuid:key>/files/<uuid:file>/", keeping.draft_file, name="draft_file"),
    path("drafts/<uuid:key>/parts/<slug:part>/", filling.part, name="draft_part"),
]
