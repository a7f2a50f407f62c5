"""What the database keeps of polls and of other cities: what was signed off stays."""

from shizheng.core.triggers import Trigger, declare

POLL = "A poll that was signed off stays as it is"
PEER = "A figure of another city is never changed: a correction is a new one"
SIGNED = "(SELECT signed_at FROM statistics_poll WHERE id = {row}.poll_id) IS NOT NULL"

TRIGGERS = declare(
    Trigger("poll_is_kept", "statistics_poll", "DELETE", "1 = 1", POLL),
    Trigger("poll_stays_signed", "statistics_poll", "UPDATE", "OLD.signed_at IS NOT NULL", POLL),
    *(
        Trigger(
            f"poll_result_stays_{event.lower()}",
            "statistics_pollresult",
            event,
            SIGNED.format(row="NEW" if event == "INSERT" else "OLD"),
            POLL,
        )
        for event in ("INSERT", "UPDATE", "DELETE")
    ),
    Trigger("peer_figure_is_kept", "statistics_peerfigure", "DELETE", "1 = 1", PEER),
    Trigger(
        "peer_figure_stays",
        "statistics_peerfigure",
        "UPDATE OF indicator_id, city, period, value, source, published_on, difference, "
        "entered_at, entered_by_id",
        "1 = 1",
        PEER,
    ),
    Trigger(
        "peer_figure_stays_signed",
        "statistics_peerfigure",
        "UPDATE",
        "OLD.signed_at IS NOT NULL",
        PEER,
    ),
)

VERSIONS = declare(
    Trigger(
        "poll_corrects_what_is_signed",
        "statistics_poll",
        "INSERT",
        "NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM statistics_poll AS earlier "
        "WHERE earlier.code = NEW.code AND earlier.version = NEW.version - 1 "
        "AND earlier.signed_at IS NOT NULL)",
        "A correction follows the version that it corrects, once that was signed off",
    ),
    Trigger(
        "poll_stays_version",
        "statistics_poll",
        "UPDATE OF code, version",
        "NEW.code <> OLD.code OR NEW.version <> OLD.version",
        "A version of a poll keeps its code and number",
    ),
)
