"""Addresses of the pages for those who look after the installation."""

from django.urls import URLPattern, URLResolver, path

from shizheng.core.desk import jobs, journal, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("journal/", journal.entries, name="journal"),
    path("journal/verify/", journal.verify_now, name="journal_verify"),
    path("journal/<int:number>/", journal.entry, name="journal_entry"),
    path("journal/<int:number>/personal/", journal.personal, name="journal_personal"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<uuid:pk>/rerun/", jobs.job_rerun, name="job_rerun"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.webhook_new, name="webhook_new"),
    path("webhooks/<uuid:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:pk>/secret/", webhooks.webhook_secret, name="webhook_secret"),
    path("webhooks/<uuid:pk>/switch/", webhooks.webhook_switch, name="webhook_switch"),
    path("webhooks/deliveries/<uuid:pk>/repeat/", webhooks.delivery_repeat, name="delivery_repeat"),
]
