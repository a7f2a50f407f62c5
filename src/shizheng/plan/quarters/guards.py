"""What the database itself keeps of a closed quarter: all of it."""

from shizheng.core.triggers import Trigger, declare

CLOSED = "A closed quarter stays as it was closed: a correction is another version"

TRIGGERS = declare(
    *(
        Trigger(
            f"quarter_closing_stays_{event.lower()}", "plan_quarterclosing", event, "1 = 1", CLOSED
        )
        for event in ("UPDATE", "DELETE")
    )
)

FILES = declare(
    *(
        Trigger(
            f"quarter_file_stays_{event.lower()}", "plan_quarterfile", event, "1 = 1",
            "A report that was made stays as it was made",
        )
        for event in ("UPDATE", "DELETE")
    )
)  # fmt: skip
