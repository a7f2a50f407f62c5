"""Forms that act on one case: acts of the flow, assigning, messages; each refuses what is stale."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.kernel.errors import ChangedMeanwhile, DomainError
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.applying.acting import action_form
from shizheng.services.applying.forms import AnswerForm, form_for
from shizheng.services.desk.actions import case_assign
from shizheng.services.desk.frame import Sent, casework, is_part, new_token, once, part, staff
from shizheng.services.desk.showing import Happening, happening
from shizheng.services.desk.views import after_act
from shizheng.services.domain.answers import Answers, read_form
from shizheng.services.following.actions.messages import message_send
from shizheng.services.models import ReplyTemplate
from shizheng.services.refusals import add_refusal
from shizheng.services.schema.form import FieldKind
from shizheng.services.selectors.casework import Casework, colleagues, events_since

PREFIX = "application"


class NoteForm(forms.Form):
    """The words that go with an act."""

    note = forms.CharField(
        required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AssignForm(forms.Form):
    """To whom a case is given."""

    person = forms.ChoiceField(required=False)
    note = forms.CharField(required=False, max_length=400)

    def __init__(self, *given: Any, people: list[User], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["person"].label = _("Give it to")
        self.fields["note"].label = _("Note for the office")
        self.fields["person"].choices = [  # type: ignore[attr-defined]  # a choice
            ("", _("Nobody: back to the agency")),
            *((each.username, str(each)) for each in people),
        ]


class MessageForm(forms.Form):
    """A message to the parties, or a note of the office."""

    text = forms.CharField(max_length=4_000, widget=forms.Textarea(attrs={"rows": 4}))


@staff
@require_http_methods(["GET", "POST"])
def act_page(request: HttpRequest, number: str, key: str) -> HttpResponseBase:
    """Show the form of an act, and do it."""
    work = casework(request, number)
    if key not in work.definition.actions:
        raise Http404
    if request.method == "POST":
        return once(request, lambda sent: _act(sent, work, key))
    return _act_form(request, work, key)


def _act_form(request: HttpRequest, work: Casework, key: str) -> HttpResponseBase:
    form = action_form(work.case, key, by=work.person, at=work.viewer.at)
    _start_from(request, form, work)
    return _shown(request, work, key, form, _correction(work, key))


def _act(request: HttpRequest, work: Casework, key: str) -> HttpResponseBase:
    """Do an act, or show its form again with what was wrong; what was typed is kept."""
    sent = Sent.of(request)
    form = action_form(
        work.case, key, by=work.person, at=work.viewer.at, data=request.POST, files=request.FILES
    )
    application = _correction(work, key, request)
    if form.wants_redraw:
        return _shown(request, work, key, form.redrawn(), application, status=422)
    forms_given = [each for each in (form, application) if each is not None]
    if not all(list(map(BaseForm.is_valid, forms_given))):  # each shows what is wrong with it
        return _shown(request, work, key, form, application, status=422)
    try:
        case_act(
            case=work.case, action=key, by=work.person, at=work.viewer.at,
            given=_given(request, form, application), revision=sent.revision,
        )  # fmt: skip
    except ChangedMeanwhile:
        return _moved(request, work, key, (form, application), sent.revision or 0)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _shown(request, work, key, form, application, status=refusal.status)
    action = work.definition.actions[key]
    label = in_language(action.label)
    sentence = _("Done: {title}") if not action.two_person else _("Asked for: {title}")
    return after_act(request, work.case.number, sentence.format(title=label))


def _given(request: HttpRequest, form: AnswerForm, application: AnswerForm | None) -> Given:
    files = dict(form.uploads)
    if application is not None:
        files |= application.uploads
    return Given(
        fields=form.raw(),
        answers=application.raw() if application is not None else None,
        files=files,
        note=request.POST.get("note", "")[:4_000],
    )


def _correction(work: Casework, key: str, request: HttpRequest | None = None) -> AnswerForm | None:
    """Return the form of the application where an act changes it; personal answers stay masked."""
    if not work.definition.actions[key].edits_form:
        return None
    definition, facts = work.definition, work.run.facts()
    personal = dict(work.answer_set.personal) if work.answer_set else {}
    fields = [
        each
        for each in definition.fields.values()
        if each.kind is not FieldKind.FILE and (work.is_shown or not each.personal)
    ]
    known = {**work.case.answers, **personal}
    hidden = {key: value for key, value in known.items() if key not in {f.id for f in fields}}

    def judge(raw: Any, counts: Any) -> Answers:
        files = {key: len(value) for key, value in known.items() if isinstance(value, list)}
        return read_form(
            definition.pages, {**hidden, **raw}, vocabulary=definition.vocabulary, facts=facts,
            files={**files, **counts},
        )  # fmt: skip

    return form_for(
        fields, vocabulary=definition.vocabulary, judge=judge, answers=known, prefix=PREFIX,
        data=request.POST if request else None, files=request.FILES if request else None,
    )  # fmt: skip


def _start_from(request: HttpRequest, form: AnswerForm, work: Casework) -> None:
    """Begin the first long text with a template, where the address names one (答覆範本)."""
    chosen = ReplyTemplate.objects.filter(code=request.GET.get("template", "")).first()
    if chosen is None:
        return
    for name, question in form.questions.items():
        if name in form.fields and question.kind is FieldKind.LONG_TEXT:
            form.initial[name] = in_language(chosen.text)
            return


def _templates(work: Casework, form: AnswerForm) -> list[ReplyTemplate]:
    """Return the texts that an answer may begin from; none where nothing long is written."""
    if not any(each.kind is FieldKind.LONG_TEXT for each in form.questions.values()):
        return []
    code = work.case.service.code
    rows = ReplyTemplate.objects.all()
    return [row for row in rows if not row.services or code in row.services]


def _shown(
    request: HttpRequest, work: Casework, key: str, form: AnswerForm,
    application: AnswerForm | None, *, status: int = 200, meanwhile: list[Happening] | None = None,
) -> HttpResponseBase:  # fmt: skip
    """Show the form of an act, as a part of the case or as a page."""
    sent, action = Sent.of(request), work.definition.actions[key]
    note = NoteForm(request.POST or None)
    note.fields["note"].label = _note_label(work, key)
    is_fresh = meanwhile is not None
    revision = sent.revision if sent.revision is not None and not is_fresh else work.case.revision
    shown = {
        "form": form, "application": application, "note": note, "work": work, "case": work.case,
        "action": action, "key": key, "title": in_language(action.label),
        "templates": _templates(work, form), "meanwhile": meanwhile, "revision": revision,
        "token": new_token() if is_fresh else sent.token, "query": request.GET.urlencode(),
    }  # fmt: skip
    return part(request, _template(request, "act"), shown, at="case-act", status=status)


def _note_label(work: Casework, key: str) -> str:
    action = work.definition.actions[key]
    if action.public_note:
        return _("Note, which everybody can read")
    return _("Note for the office")


def _template(request: HttpRequest, name: str) -> str:
    return f"services/desk/{'_' if is_part(request) else ''}{name}.html"


def _moved(
    request: HttpRequest,
    work: Casework,
    key: str,
    typed: tuple[AnswerForm, AnswerForm | None],
    seen: int,
) -> HttpResponseBase:
    """Say what happened since the page was opened (409); the text stays, to be sent again."""
    now = casework(request, work.case.number)
    meanwhile = [happening(each, now) for each in events_since(now.case, seen)]
    form, application = typed
    add_refusal(form, ChangedMeanwhile(thing=now.case.number))
    return _shown(request, now, key, form, application, status=409, meanwhile=meanwhile)


@staff
@require_http_methods(["GET", "POST"])
def assign_page(request: HttpRequest, number: str) -> HttpResponseBase:
    """Give a case to a colleague, or back to the agency."""
    work = casework(request, number)
    form = AssignForm(
        request.POST or None, people=list(colleagues(work.case)),
        initial={"person": work.case.assignee.username if work.case.assignee else ""},
    )  # fmt: skip

    def assign(sent: HttpRequest) -> HttpResponseBase:
        if not form.is_valid():
            return _small(request, work, form, _("Assign"), status=422)
        name = form.cleaned_data["person"]
        person = User.objects.get(username=name) if name else None
        return _assigned(request, work, person, form)

    if request.method == "POST":
        return once(request, assign)
    return _small(request, work, form, _("Assign"))


@staff
@require_POST
def take(request: HttpRequest, number: str) -> HttpResponseBase:
    """Take a case oneself."""
    work = casework(request, number)
    form = AssignForm(request.POST, people=[work.person])
    return once(request, lambda sent: _assigned(request, work, work.person, form))


def _assigned(
    request: HttpRequest, work: Casework, person: User | None, form: AssignForm
) -> HttpResponseBase:
    form.is_valid()

    def assign() -> None:
        case_assign(
            case=work.case, person=person, by=work.person, at=work.viewer.at,
            revision=Sent.of(request).revision, note=form.cleaned_data.get("note", ""),
        )  # fmt: skip

    name = str(person) if person else _("nobody")
    return _done_or_refused(
        request, work, (form, _("Assign")), assign, _("Given to {person}").format(person=name)
    )


def _done_or_refused(
    request: HttpRequest,
    work: Casework,
    shown: tuple[forms.Form, str],
    act: Callable[[], object],
    done: str,
) -> HttpResponseBase:
    """Act and go back to the case, or show the form under its title with what was refused."""
    form, title = shown
    try:
        act()
    except DomainError as refusal:
        add_refusal(form, refusal)
        now = casework(request, work.case.number)
        return _small(request, now, form, title, status=refusal.status)
    return after_act(request, work.case.number, done)


@staff
@require_http_methods(["GET", "POST"])
def message_page(request: HttpRequest, number: str, visibility: str) -> HttpResponseBase:
    """Write to the applicant, or a note that only the office reads."""
    work = casework(request, number)
    to_party = visibility == "party"
    title = _("Write to the applicant") if to_party else _("Note for the office")
    form = MessageForm(request.POST or None)
    form.fields["text"].label = _("Message") if to_party else _("Note")

    def send(sent: HttpRequest) -> HttpResponseBase:
        if not form.is_valid():
            return _small(request, work, form, title, status=422)
        return _done_or_refused(
            request, work, (form, title), lambda: message_send(
                case=work.case, text=form.cleaned_data["text"], by=work.person,
                at=work.viewer.at, visibility=visibility,
            ),
            pgettext("services", "Sent") if to_party else _("Noted"),
        )  # fmt: skip

    if request.method == "POST":
        return once(request, send)
    return _small(request, work, form, title)


def _small(
    request: HttpRequest, work: Casework, form: forms.Form, title: str, *, status: int = 200
) -> HttpResponseBase:
    """Show a small form on a case."""
    sent = Sent.of(request)
    is_stale = status == ChangedMeanwhile.status
    shown = {
        "form": form, "title": title, "work": work, "case": work.case,
        "revision": work.case.revision, "query": request.GET.urlencode(),
        "token": new_token() if is_stale else sent.token,
    }  # fmt: skip
    return part(request, _template(request, "small"), shown, at="case-act", status=status)
