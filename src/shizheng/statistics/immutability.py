"""What the database itself keeps of figures: a vintage and its figures stay as they were made."""

from shizheng.core.triggers import Trigger, declare

KEPT = "A figure that was made is never changed: a revision is a new vintage"

TRIGGERS = declare(
    *(
        Trigger(f"{table}_stays_{event.lower()}", f"statistics_{table}", event, "1 = 1", KEPT)
        for table in ("vintage", "figure")
        for event in ("UPDATE", "DELETE")
    )
)
