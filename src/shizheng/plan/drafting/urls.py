"""Addresses on which a draft is written, all of them under its edition."""

from django.urls import path

from shizheng.plan.drafting import views

DRAFT = "<slug:plan>/editions/<int:number>/"
ITEM = f"{DRAFT}items/<str:code>/"
COMMITMENT = f"{ITEM}commitments/"
urlpatterns = [
    path(f"{DRAFT}write/", views.draft, name="draft"),
    path(ITEM, views.draft_item, name="draft_item"),
    path(f"{ITEM}goals/", views.item_goals, name="draft_goals"),
    path(f"{COMMITMENT}new/", views.commitment_new, name="draft_commitment_new"),
    path(f"{COMMITMENT}<uuid:key>/", views.commitment_edit, name="draft_commitment"),
    path(
        f"{COMMITMENT}<uuid:key>/remove/", views.commitment_remove, name="draft_commitment_remove"
    ),
    *(
        path(f"{ITEM}{address}", view, {"part": part}, name=f"draft_{part}{name}")
        for part in ("indicator", "milestone")
        for address, view, name in (
            (f"commitments/<uuid:key>/{part}s/new/", views.part_new, "_new"),
            (f"{part}s/<uuid:key>/", views.part_edit, ""),
            (f"{part}s/<uuid:key>/remove/", views.part_remove, "_remove"),
        )
    ),
]
