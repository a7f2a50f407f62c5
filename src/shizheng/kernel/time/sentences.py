"""The summary sentences of a count, in plain Chinese and English."""

from datetime import date, datetime, timedelta

from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.clock import Clock
from shizheng.kernel.time.counting import NEVER, Course
from shizheng.kernel.time.period import Due, adverse_readings, local_day
from shizheng.kernel.time.rules import Gain, Rule
from shizheng.kernel.time.words import day_en, day_off, day_zh, moment_en, moment_zh

Text = tuple[str, str]  # Chinese, English


def summary(
    clock: Clock, calendar: WorkCalendar, rule: Rule, found: Course, due: Due | None
) -> Text:
    """Say how a clock of days came to its end; ``rule`` is the reading that decides."""
    received = date.fromordinal(local_day(clock.received, clock.tz))
    parts = [
        (
            f"{day_zh(received)}收件，期限{clock.amount.zh}，依{clock.rule.name_zh}計算。",
            (
                f"Received {day_en(received)}; the limit is {clock.amount.en}, "
                f"counted by the {clock.rule.name_en}."
            ),
        ),
        *_extensions(clock),
        _first_day(received, rule),
        *_pauses(clock, found),
    ]
    if due is None:
        parts.append(_stands_still(clock, found))
    else:
        parts += [
            _count(clock, found, due),
            *_move(due, calendar),
            *_adverse(clock, calendar),
        ]
        parts.append(_end(clock, due))
    return _joined(parts)


def _joined(parts: list[Text]) -> Text:
    return "".join(zh for zh, _ in parts), " ".join(en for _, en in parts)


def _extensions(clock: Clock) -> list[Text]:
    texts = []
    for extension in clock.extensions:
        why_zh = f"（{extension.reason_zh}）" if extension.reason_zh else ""
        why = extension.reason_en or extension.reason_zh
        why_en = f" ({why})" if why else ""
        if extension.added is not None:
            added = extension.added
            texts.append((f"展延{added.zh}{why_zh}。", f"It was extended by {added.en}{why_en}."))
        elif extension.limit is not None:
            limit = extension.limit
            texts.append(
                (f"期限改為{limit.zh}{why_zh}。", f"The limit was changed to {limit.en}{why_en}.")
            )
    return texts


def _first_day(received: date, rule: Rule) -> Text:
    if rule.counts_first_day:
        return ("收件當日算第1日。", "The day of receipt is day 1.")
    first = received + timedelta(days=1)
    return (
        f"收件當日不計，自{day_zh(first)}起算。",
        f"The day of receipt is not counted; the count begins on {day_en(first)}.",
    )


def _pauses(clock: Clock, found: Course) -> list[Text]:
    texts = []
    for stops, again in clock.pause_days():
        start = date.fromordinal(stops)
        if found.ends is not None and stops > found.ends:
            texts.append(
                (
                    f"{day_zh(start)}才停止計算，期限已屆滿，不影響。",
                    f"The pause from {day_en(start)} came after the end and changes nothing.",
                )
            )
        elif again != NEVER:
            end = date.fromordinal(again)
            texts.append(
                (
                    f"{day_zh(start)}起停止計算，{day_zh(end)}起繼續計算。",
                    f"The clock stood still from {day_en(start)} and ran again on {day_en(end)}.",
                )
            )
    return texts


def _stands_still(clock: Clock, found: Course) -> Text:
    since = date.fromordinal(clock.pause_days()[-1][0])
    unit = "個工作天" if clock.amounts[-1].unit is Unit.WORKING_DAY else "日"
    used = found.total - found.left
    return (
        f"自{day_zh(since)}起停止計算，已算{used}{unit}，還剩{found.left}{unit}；恢復計算後才能算出期限。",
        (
            f"The clock stands still since {day_en(since)}: {used} counted, {found.left} left; "
            "the end can be known once it runs again."
        ),
    )


def _count(clock: Clock, found: Course, due: Due) -> Text:
    amounts = clock.amounts
    day = day_zh(due.counted_to), day_en(due.counted_to)
    if len(amounts) > 1:
        return f"全部算完是{day[0]}。", f"The whole count ends on {day[1]}."
    amount = amounts[0]
    if amount.unit is Unit.WORKING_DAY:
        zh, en = f"第{amount.count}個工作天", f"Working day {amount.count}"
    elif amount.unit is Unit.DAY:
        zh, en = f"第{amount.count}日", f"Day {amount.count}"
    elif len(found.runs) == 1:
        return (
            f"{amount.zh}算到相當日的前一日（沒有相當日就到月底），是{day[0]}。",
            (
                f"{_capital(amount.en)} end on the day before the corresponding day, or at the end "
                f"of a month without one: {day[1]}."
            ),
        )
    else:
        zh = f"{amount.zh}合計{found.total}日，第{found.total}日"
        en = f"{_capital(amount.en)} make {found.total} days; day {found.total}"
    return f"{zh}是{day[0]}。", f"{en} is {day[1]}."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _move(due: Due, calendar: WorkCalendar) -> list[Text]:
    if due.due_on == due.counted_to:
        return []
    zh, en = day_off(due.counted_to, calendar)
    if calendar.is_working(due.counted_to):
        zh, en = "補行上班的星期六，不作末日", "a make-up Saturday, which may not end a period"
    if due.is_at_noon:
        to = f"下個星期一上午，{day_zh(due.due_on)}", f"Monday morning, {day_en(due.due_on)}"
    else:
        to = day_zh(due.due_on), day_en(due.due_on)
    return [(f"這天是{zh}，末日改到{to[0]}。", f"That day is {en}; the end moves to {to[1]}.")]


def _adverse(clock: Clock, calendar: WorkCalendar) -> list[Text]:
    if clock.rule.adverse is None:
        return []
    strict, ordinary = (
        clock.by_rule(reading, calendar) for reading in adverse_readings(clock.rule)
    )
    if strict is None or ordinary is None:
        return []
    side = (
        ("早結束", "an earlier end")
        if clock.rule.adverse is Gain.EARLIER
        else ("晚到期", "a later end")
    )
    return [
        (
            (
                f"兩種算法比較：始日計入、末日照計是{day_zh(strict.due_on)}；"
                f"一般算法是{day_zh(ordinary.due_on)}。{side[0]}對當事人有利，所以用有利的算法。"
            ),
            (
                f"Two counts were compared: first day counted and last day unmoved gives "
                f"{day_en(strict.due_on)}, the ordinary count {day_en(ordinary.due_on)}; "
                f"{side[1]} is better for the person, so that one applies."
            ),
        )
    ]


def _end(clock: Clock, due: Due) -> Text:
    if clock.rule.adverse is Gain.EARLIER:
        return (
            f"期間到{day_zh(due.due_on)}為止。",
            f"The period ends with {day_en(due.due_on)}.",
        )
    noon = ("中午12時", ", 12:00 noon") if due.is_at_noon else ("", "")
    return (
        f"{day_zh(due.due_on)}{noon[0]}以前完成，就沒有逾期。",
        f"In time until {day_en(due.due_on)}{noon[1]}.",
    )


def summary_of_hours(clock: Clock, due: Due | None, left: timedelta) -> Text:
    """Say how a clock of hours came to its end."""
    start = clock.moment_of_receipt
    parts = [
        (
            f"{moment_zh(start)}收件，期限{clock.amount.zh}，即時起算。",
            f"Received {moment_en(start)}; the limit is {clock.amount.en} and runs at once.",
        ),
        *_extensions(clock),
    ]
    if clock.pauses:
        parts.append((f"停止計算{len(clock.pauses)}次。", f"Pauses recorded: {len(clock.pauses)}."))
    if due is None:
        minutes = int(left.total_seconds()) // 60
        hours, rest = divmod(minutes, 60)
        parts.append(
            (
                f"目前停止計算，還剩{hours}小時{rest}分；恢復計算後才能算出期限。",
                (
                    f"The clock stands still with {hours} h {rest} min left; "
                    "the end can be known once it runs again."
                ),
            )
        )
    else:
        parts.append(
            (
                f"{moment_zh(due.due_at)}以前完成，就沒有逾期。",
                f"In time until {moment_en(due.due_at)}.",
            )
        )
    return _joined(parts)


def summary_before(
    event: date, amount: Amount, due: Due, calendar: WorkCalendar, rule: Rule
) -> Text:
    """Say how a count back from an event came to its last day in time."""
    if amount.unit is Unit.HOUR and isinstance(event, datetime):
        return (
            f"{moment_zh(event)}往前{amount.zh}，最晚{moment_zh(due.due_at)}完成。",
            (
                f"{_capital(amount.en)} before {moment_en(event)}: "
                f"in time until {moment_en(due.due_at)}."
            ),
        )
    parts = [
        (
            f"{day_zh(event)}往前算{amount.zh}，當日不計，到{day_zh(due.counted_to)}。",
            (
                f"{_capital(amount.en)} back from {day_en(event)}, that day not counted, "
                f"reach {day_en(due.counted_to)}."
            ),
        )
    ]
    if rule.back_clear_days:
        parts.append(
            (
                "中間的日子要完整，所以再提早一日。",
                "The days between must be whole: one day earlier.",
            )
        )
    elif due.due_on != due.counted_to:
        off = day_off(due.counted_to, calendar)
        parts.append((f"這天是{off[0]}，往前移。", f"That day is {off[1]}; it moves earlier."))
    parts.append(
        (f"最晚{day_zh(due.due_on)}完成。", f"The last day in time is {day_en(due.due_on)}.")
    )
    return _joined(parts)
