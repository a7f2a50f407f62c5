"""Forms made of the fields of a definition, for residents and officers alike.

A form shows the fields that are to be answered under the answers so far. What was typed goes to
the domain as it is (``raw``), and what that refuses comes back as errors at the fields.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from shizheng.core.files import FileTooLarge
from shizheng.services import refusals
from shizheng.services.actions.documents import Upload
from shizheng.services.applying.fields import (
    Choices,
    FilesField,
    RowsField,
    accepted,
    form_field,
    shown_value,
)
from shizheng.services.applying.widgets import RowsInput
from shizheng.services.domain.answers import Answers
from shizheng.services.domain.errors import Fault, FileKindWrong, FilesTooMany
from shizheng.services.domain.names import Vocabulary
from shizheng.services.schema.form import Field

ASKED, ADD, REMOVE, REFRESH = "asked", "row_add", "row_remove", "refresh"
Judge = Callable[[Mapping[str, Any], Mapping[str, int]], Answers]
"""Reads raw answers and the count of files by field: what is shown, required and wrong."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was handed in before (已上傳檔案)."""

    key: str
    name: str
    size: int = 0
    address: str = ""


def rows_of(field: RowsField) -> "list[RowForm]":
    """Return the forms of the rows of a table."""
    return cast(RowsInput, field.widget).rows


class AskedField(forms.CharField):
    """What the page shows, noted for when it comes back; never what was sent before."""

    widget = forms.HiddenInput

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what is shown now."""
        return initial


class RawForm(forms.Form):
    """A form whose values are what was typed."""

    use_required_attribute = False

    def raw(self) -> dict[str, Any]:
        """Return what was typed by field, files left out; of an unsent form its first values."""
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            if isinstance(field, FilesField) or name == ASKED:
                continue
            if isinstance(field, RowsField):
                found[name] = [row.raw() for row in rows_of(field)]
            elif self.is_bound:
                found[name] = self._typed(name, field)
            else:
                found[name] = self.get_initial_for_field(field, name)
        return found

    def _typed(self, name: str, field: forms.Field) -> Any:
        value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        try:
            return field.clean(value)
        except ValidationError:
            return value


class RowForm(RawForm):
    """One row of a table: a cell for each column."""

    def __init__(
        self, columns: Sequence[Field], vocabulary: Vocabulary, *, number: int, **options: Any
    ) -> None:
        super().__init__(**options)
        self.number = number
        for column in columns:
            is_required = column.required
            self.fields[column.id] = form_field(column, vocabulary, is_required=is_required)


class AnswerForm(RawForm):
    """Fields of a definition as a form (表單)."""

    def __init__(
        self,
        questions: Sequence[Field],
        *,
        vocabulary: Vocabulary,
        judge: Judge,
        data: Any = None,
        files: Any = None,
        answers: Mapping[str, Any] | None = None,
        kept: Mapping[str, Sequence[KeptFile]] | None = None,
        offered: Mapping[str, Choices] | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, files, prefix=prefix)
        self.questions = {each.id: each for each in questions if not each.compute}
        self.vocabulary, self.judge = vocabulary, judge
        self.kept, self.answers, self.offered = kept or {}, answers or {}, offered or {}
        for each in self.questions.values():
            self._make(each, is_required=each.required)
        self.fields[ASKED] = AskedField(required=False)
        self._keep_to(self.judged())
        self.initial[ASKED] = self.asked

    def _make(self, each: Field, *, is_required: bool) -> None:
        self.fields[each.id] = made = form_field(
            each,
            self.vocabulary,
            is_required=is_required,
            kept=self.kept.get(each.id, ()),
            offered=self.offered.get(each.id),
        )
        self.initial[each.id] = shown_value(each, self.answers.get(each.id))
        if isinstance(made, RowsField):
            widget = cast(RowsInput, made.widget)
            widget.most, widget.rows = each.max_rows, list(self._rows(each))

    def _rows(self, each: Field) -> Iterator[RowForm]:
        name = self.add_prefix(each.id)
        given = self.answers.get(each.id) or []
        count = max(len(given), 1)
        if self.is_bound:
            sent = str(self.data.get(f"{name}-count", ""))
            count = min(int(sent), each.max_rows) if sent.isdecimal() and len(sent) < 4 else 1
        for number in range(count):
            cells = given[number] if number < len(given) else {}
            yield RowForm(
                each.columns,
                self.vocabulary,
                number=number + 1,
                data=self.data if self.is_bound else None,
                initial={c.id: shown_value(c, cells.get(c.id)) for c in each.columns},
                prefix=f"{name}-{number}",
            )

    def judged(self) -> Answers:
        """Return what the domain says of everything typed so far."""
        return self.judge(self.raw(), self.file_counts())

    def _keep_to(self, found: Answers) -> None:
        """Show the fields that are to be answered, and whether each has to be."""
        for name in self.questions:
            if name not in found.shown:
                del self.fields[name]
            else:
                self.fields[name].required |= name in found.required

    @property
    def asked(self) -> str:
        """Ids of the fields that the page shows."""
        return " ".join(name for name in self.fields if name != ASKED)

    @property
    def uploads(self) -> dict[str, list[Upload]]:
        """Files that came with this form, by field."""
        found: dict[str, list[Upload]] = {}
        for name, field in self.fields.items():
            if isinstance(field, FilesField) and self.is_bound:
                sent = field.widget.value_from_datadict({}, self.files, self.add_prefix(name))
                if sent:
                    found[name] = [Upload(each.name, each, size=each.size) for each in sent]
        return found

    def point_to(self, address: str) -> None:
        """Let buttons for rows post to the page's address by themselves, where scripts run."""
        self.address = address
        for field in self.fields.values():
            if isinstance(field, RowsField):
                cast(RowsInput, field.widget).address = address

    @property
    def deciding(self) -> str:
        """Selector of the controls whose answers decide what else is asked on the page."""
        sources = " ".join(
            f"{each.show_if or ''} {each.require_if or ''}" for each in self.questions.values()
        )
        names = [name for name in self.questions if re.search(rf"\b{name}\b", sources)]
        return ",".join(
            f"[name='{self.add_prefix(name)}']" for name in names if name in self.fields
        )

    def file_counts(self) -> dict[str, int]:
        """Return how many files there are by field: kept and new.

        In a field with versions a new file takes the place of one that the case already has.
        """
        counts = {name: len(files) for name, files in self.kept.items() if name in self.questions}
        for name, files in self.uploads.items():
            of_case = sum(not each.key for each in self.kept.get(name, ()))
            replaced = min(of_case, len(files)) if self.questions[name].versions else 0
            counts[name] = counts.get(name, 0) + len(files) - replaced
        return counts

    def clean(self) -> dict[str, Any]:
        """Ask the domain; put its faults at the fields."""
        self._check_uploads()
        for key, fault in self.judged().faults.items():
            if key.partition(".")[0] in self.fields:
                self.add_fault(key, fault)
        sent = self.data.get(self.add_prefix(ASKED))
        opened = set(self.asked.split()) - set((sent or "").split())
        if sent and opened:
            self.add_error(None, gettext("Your answers opened further questions: see below."))
        return self.raw()

    def _check_uploads(self) -> None:
        """Refuse files of other kinds, too large ones and too many, before anything is stored."""
        for name, uploads in self.uploads.items():
            each = self.questions[name]
            count = self.file_counts()[name]
            if count > each.max_files:
                self.add_fault(name, FilesTooMany(count=count, limit=each.max_files))
            for upload in uploads:
                suffix = upload.name.rpartition(".")[2].lower()
                if suffix not in accepted(each.accept):
                    kinds = ", ".join(each.accept)
                    self.add_fault(name, FileKindWrong(name=upload.name[-60:], kinds=kinds))
                elif upload.size > each.max_mb * 2**20:
                    too_large = FileTooLarge(name=upload.name[-60:], limit=each.max_mb)
                    self.add_error(name, refusals.as_error(too_large))

    def add_fault(self, key: str, fault: Fault) -> None:
        """Put a fault at its field; one in a row at its cell, and told at the table too."""
        name, _dot, rest = key.partition(".")
        field = self.fields.get(name)
        if field is None:
            self.add_error(None, refusals.as_error(fault))
        elif rest and isinstance(field, RowsField):
            self._add_cell_fault(name, field, rest, fault)
        elif name not in self.errors:
            self.add_error(name, refusals.as_error(fault))

    def _add_cell_fault(self, name: str, field: RowsField, rest: str, fault: Fault) -> None:
        number, _dot, column = rest.partition(".")
        row = rows_of(field)[int(number)]
        error = refusals.as_error(fault)
        label = column
        if column in row.fields:
            label = str(row.fields[column].label)
            row.add_error(column, error)
        words = gettext("Row {number}, {column}: {error}").format(
            number=row.number, column=label, error=error.message
        )
        self.add_error(name, words)

    @property
    def wants_redraw(self) -> bool:
        """Whether a button asked for rows, or a changed answer for the page anew; nothing else."""
        return any(self.data.get(name) for name in (ADD, REMOVE, REFRESH))

    def redrawn(self) -> "AnswerForm":
        """Return the form as it then looks: what was typed, one row more or less, no errors."""
        typed = self.raw()
        added, removed = str(self.data.get(ADD, "")), str(self.data.get(REMOVE, ""))
        for name in typed:
            if not isinstance(typed[name], list) or not self.questions[name].columns:
                continue
            if added == self.add_prefix(name):
                typed[name] = [*typed[name], {}]
            where, _dot, number = removed.rpartition(".")
            if where == self.add_prefix(name) and number.isdecimal():
                typed[name] = [row for at, row in enumerate(typed[name]) if at != int(number)]
        return AnswerForm(
            list(self.questions.values()), vocabulary=self.vocabulary, judge=self.judge,
            answers={**self.answers, **typed}, kept=self.kept, offered=self.offered,
            prefix=self.prefix,
        )  # fmt: skip


def form_for(
    questions: Sequence[Field],
    *,
    vocabulary: Vocabulary,
    judge: Judge,
    data: Any = None,
    files: Any = None,
    answers: Mapping[str, Any] | None = None,
    kept: Mapping[str, Sequence[KeptFile]] | None = None,
    offered: Mapping[str, Choices] | None = None,
    prefix: str | None = None,
) -> AnswerForm:
    """Return the form of some fields of a definition.

    ``form.is_valid()`` asks the domain; then ``form.raw()`` is what ``answers.read_form`` and
    ``read_given`` take and ``form.uploads`` are its files. ``form.wants_redraw`` tells that a
    button for rows was pressed: show ``form.redrawn()`` instead of acting.

    Args:
        judge: reads raw answers, with those of other pages if there are any.
        answers: those given before, raw or as stored.
        kept: files given before, by field.
        offered: choices for a field in place of the definition's own, as of agencies.
    """
    return AnswerForm(
        questions, vocabulary=vocabulary, judge=judge, data=data, files=files, answers=answers,
        kept=kept, offered=offered, prefix=prefix,
    )  # fmt: skip
