"""Tables that are made in one step."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from shizheng.core.migrating import CreatedTogether

BOOK = migrations.CreateModel("Book", [("id", models.BigAutoField(primary_key=True))])
SHELF = migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))])
STANDS = migrations.AddField(
    "book", "shelf", models.ForeignKey("core.shelf", models.CASCADE, related_name="books")
)
COLOUR = migrations.AddField("book", "colour", models.CharField(max_length=9))
RED = migrations.AddConstraint(
    "book", models.CheckConstraint(condition=models.Q(colour="red"), name="book_is_red")
)


@pytest.mark.django_db(transaction=True)
def test_tables_stand_as_the_list_leaves_them_and_go_again():
    step = CreatedTogether([BOOK, SHELF, STANDS, COLOUR, RED])
    before, after = ProjectState(), ProjectState()
    step.state_forwards("core", after)
    with connection.schema_editor() as editor:
        step.database_forwards("core", editor, before, after)
    with connection.cursor() as cursor:
        told = connection.introspection
        columns = {each.name for each in told.get_table_description(cursor, "core_book")}
        constraints = told.get_constraints(cursor, "core_book")
    assert columns == {"id", "shelf_id", "colour"}
    assert constraints["book_is_red"]["check"]
    assert any(each["foreign_key"] == ("core_shelf", "id") for each in constraints.values())
    with connection.schema_editor() as editor:
        step.database_backwards("core", editor, after, before)
    assert not {"core_book", "core_shelf"} & set(connection.introspection.table_names())


@pytest.mark.parametrize(
    "part", [STANDS, migrations.RunPython(migrations.RunPython.noop)], ids=["elsewhere", "code"]
)
def test_what_is_not_about_a_table_of_the_list_is_refused(part):
    with pytest.raises(ValueError, match="not about a table made here"):
        CreatedTogether([SHELF, part])
