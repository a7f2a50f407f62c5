"""Making many tables in one step: Django renders every model anew after each step of a migration.

With a hundred models that all lead to one another, a step costs a second; a room has dozens.
"""

from collections.abc import Iterator, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreatedTogether(Operation):
    """Create models with all that the list adds to them: fields, indexes, constraints (一次建立).

    The state after it is the one that its parts lead to one by one, and so are the tables.

    Args:
        parts: ``CreateModel``, and what is added to models that the list itself creates.

    Raises:
        ValueError: a part is of another kind, or changes a table that is there already.
    """

    def __init__(self, parts: Sequence[CreateModel | AddField | AddIndex | AddConstraint]) -> None:
        self.parts = parts
        names = {part.name_lower for part in parts if isinstance(part, CreateModel)}
        for part in parts:
            if isinstance(part, CreateModel):
                continue
            is_known = isinstance(part, AddField | AddIndex | AddConstraint)
            if not is_known or part.model_name.lower() not in names:
                raise ValueError(f"{part!r} is not about a table made here; put it after this step")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the models to the state; they are rendered when somebody asks for them."""
        state.__dict__.pop("apps", None)
        for part in self.parts:
            part.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:  # fmt: skip
        """Create each table as it is at the end of the list."""
        for model in self._models():
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:  # fmt: skip
        """Drop the tables, the last one first."""
        for model in reversed(list(self._models())):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what is done."""
        return "Create " + ", ".join(model.name for model in self._models())

    def _models(self) -> Iterator[CreateModel]:
        return (part for part in self.parts if isinstance(part, CreateModel))
