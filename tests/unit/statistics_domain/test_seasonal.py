"""Figures of the textbook (television sets) and of R's decompose() for the airline series."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.statistics.domain import errors
from shizheng.statistics.domain.periods import Period, periods_between
from shizheng.statistics.domain.seasonal import Model, decompose, moving_average, year_on_year

TELEVISIONS = "4.8 4.1 6.0 6.5 5.8 5.2 6.8 7.4 6.0 5.6 7.5 7.8 6.3 5.9 8.0 8.4"
AIRLINE = """
    112 118 132 129 121 135 148 148 136 119 104 118 115 126 141 135 125 149 170 170 158 133 114 140
    145 150 178 163 172 178 199 199 184 162 146 166 171 180 193 181 183 218 230 242 209 191 172 194
    196 196 236 235 229 243 264 272 237 211 180 201 204 188 235 227 234 264 302 293 259 229 203 229
    242 233 267 269 270 315 364 347 312 274 237 278 284 277 317 313 318 374 413 405 355 306 271 306
    315 301 356 348 355 422 465 467 404 347 305 336 340 318 362 348 363 435 491 505 404 359 310 337
    360 342 406 396 420 472 548 559 463 407 362 405 417 391 419 461 472 535 622 606 508 461 390 432
"""


def series(first, numbers):
    start = Period.parse(first)
    values = [None if number == "-" else Decimal(number) for number in numbers.split()]
    return dict(zip(periods_between(start, start + (len(values) - 1)), values, strict=True))


def shown(numbers, places):
    return [None if number is None else f"{number:.{places}f}" for number in numbers]


def test_the_textbook_example_of_television_sets():
    found = decompose(series("2017-Q1", TELEVISIONS))
    trend = "5.475 5.738 5.975 6.188 6.325 6.400 6.538 6.675 6.763 6.838 6.938 7.075"
    middle = list(found.trend.values())[2:-2]
    assert all(
        abs(number - Decimal(book)) <= Decimal("0.0005")
        for number, book in zip(middle, trend.split(), strict=True)
    )
    assert list(found.trend.values())[:2] == [None, None]
    assert shown(found.seasons.values(), 2) == ["0.93", "0.84", "1.09", "1.14"]
    deseasonalised = "5.16 4.90 5.49 5.69"
    assert all(
        abs(number - Decimal(book)) < Decimal("0.03")
        for number, book in zip(found.adjusted.values(), deseasonalised.split(), strict=False)
    )


def test_the_airline_series_has_the_factors_that_r_gives():
    found = decompose(series("1949-01", AIRLINE), Model.RATIO)
    factors = """0.9102304 0.8836253 1.0073663 0.9759060 0.9813780 1.1127758
                 1.2265555 1.2199110 1.0604919 0.9217572 0.8011781 0.8988244"""
    assert shown(found.seasons.values(), 7) == factors.split()
    assert shown(list(found.trend.values())[5:8], 4) == [None, "126.7917", "127.2500"]


def test_the_additive_factors_of_the_airline_series():
    found = decompose(series("1949-01", AIRLINE), Model.ADDITIVE)
    factors = """-24.748737 -36.188131 -2.241162 -8.036616 -4.506313 35.402778
                 63.830808 62.823232 16.520202 -20.642677 -53.593434 -28.619949"""
    assert shown(found.seasons.values(), 6) == factors.split()


@pytest.mark.parametrize(
    ("first", "numbers", "refusal", "says"),
    [
        ("2019-Q1", "1 2 3 4 5 6 7", errors.SeriesTooShort, "7 periods in a row; this needs 8"),
        ("2019-Q1", "1 2 3 - 5 6 7 8", errors.SeriesGap, "no figure for 2019-Q4"),
        ("2019-Q1", "1 2 3 4 0 6 7 8", errors.SeriesNotPositive, "for 2020-Q1 is 0"),
        ("2019-Q1", "- -", errors.SeriesTooShort, "0 periods"),
        ("2010", "1 2 3 4 5 6 7 8", errors.SeriesNotSeasonal, "frequency A"),
        ("2019-W01", "1 2 3 4 5 6 7 8", errors.SeriesNotSeasonal, "frequency W"),
    ],
)
def test_a_series_that_cannot_be_taken_apart_is_refused(first, numbers, refusal, says):
    with pytest.raises(refusal, match=says):
        decompose(series(first, numbers))


def test_missing_ends_are_left_out():
    whole = decompose(series("2019-Q1", "- 1 2 3 4 5 6 7 8 - -"))
    assert [period.code for period in whole.adjusted][0::7] == ["2019-Q2", "2021-Q1"]


def test_the_change_over_a_year():
    found = year_on_year(series("2019-Q1", "80 0 5 - 100 7 - 8"))
    assert [str(number) for number in found.values()][:4] == ["None"] * 4
    assert shown(list(found.values())[4:], 1) == ["25.0", None, None, None]


def test_an_average_stands_in_the_middle():
    numbers = series("2020-01", "1 2 6 7 8")
    assert shown(moving_average(numbers, 3).values(), 1) == [None, "3.0", "5.0", "7.0", None]
    assert shown(moving_average(numbers, 2).values(), 2) == [None, "2.75", "5.25", "7.00", None]
    assert moving_average(series("2020-01", "1 - 6"), 3)[Period.parse("2020-02")] is None
    with pytest.raises(ValueError, match="2 periods or more"):
        moving_average(numbers, 1)


NUMBERS = st.lists(st.decimals(1, 1000, places=2), min_size=8, max_size=20)
TOLERANCE = Decimal("0.00001")


@given(NUMBERS, st.sampled_from(Model))
def test_the_parts_make_up_the_series(numbers, model):
    start = Period.parse("2015-Q2")
    given_series = {start + at: number for at, number in enumerate(numbers)}
    found = decompose(given_series, model)
    is_ratio = model == Model.RATIO
    seasons = found.seasons.values()
    assert abs(sum(seasons) - (4 if is_ratio else 0)) < TOLERANCE
    for period, number in given_series.items():
        season, trend = found.seasons[period.number], found.trend[period]
        adjusted, remainder = found.adjusted[period], found.remainder[period]
        assert abs((adjusted * season if is_ratio else adjusted + season) - number) < TOLERANCE
        if trend is not None:
            whole = trend * season * remainder if is_ratio else trend + season + remainder
            assert abs(whole - number) < TOLERANCE


@given(st.lists(st.integers(1, 50), min_size=4, max_size=4), st.integers(2, 5))
def test_the_same_year_again_has_a_flat_trend(year, years):
    start = Period.parse("2015-Q1")
    found = decompose({start + at: Decimal(n) for at, n in enumerate(year * years)}, Model.ADDITIVE)
    mean = Decimal(sum(year)) / 4
    assert {trend for trend in found.trend.values() if trend is not None} == {mean}
    assert {rest for rest in found.remainder.values() if rest is not None} == {Decimal(0)}
