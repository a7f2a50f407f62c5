"""First come, first served: the schedule that a city has without planning, to compare with."""

from dataclasses import replace

from shizheng.analysis.digging.timetable import Timetable, in_order
from shizheng.analysis.digging.values import Pins, Plan, Year


def first_come(year: Year) -> Plan:
    """Return the plan in which each request, in order of receipt, digs alone as soon as it can.

    It keeps windows, bans, rest, crews and precedence, and knows no pins. A request whose window
    is full when its turn comes is deferred.
    """
    table = Timetable(replace(year, pins=Pins()))
    for request in in_order(year):
        start = table.first_start([request])
        if start is not None:
            table.place([request], start)
    return table.plan()
