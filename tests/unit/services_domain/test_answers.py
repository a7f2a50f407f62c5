"""Forms on the server: what is shown, required, computed, checked; hostile answers."""

from datetime import date
from decimal import Decimal

import pytest
from tests.unit.services_domain.made import facts, made, words

from shizheng.services.domain import answers
from shizheng.services.domain.errors import AnswersWrong

SERVICE = made()


def read(raw, **given):
    return answers.read_form(
        SERVICE.pages, raw, vocabulary=SERVICE.vocabulary, facts=facts(), **given
    )


def codes(found) -> dict[str, str]:
    return {key: fault.code.rpartition(".")[2] for key, fault in found.faults.items()}


def test_a_hidden_field_is_neither_asked_nor_kept():
    found = read({"kind": "fallen", "height": "12"})
    assert not found.faults
    assert "height" not in found.values
    assert "height" not in found.shown


def test_a_shown_field_is_required_and_what_follows_is_computed():
    assert codes(read({"kind": "leaning"})) == {"height": "missing"}
    assert read({"kind": "leaning", "height": "12"}).values["twice"] == 24


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param({}, {"kind": "missing"}, id="nothing"),
        pytest.param({"kind": "oak"}, {"kind": "not_offered"}, id="not-a-choice"),
        pytest.param({"kind": "fallen", "shoe": 1}, {"shoe": "unknown"}, id="unknown-field"),
        pytest.param({"kind": "leaning", "height": "tall"}, {"height": "unfit"}, id="no-number"),
        pytest.param({"kind": "leaning", "height": "1e9"}, {"height": "out_of_range"},
                     id="too-tall"),
        pytest.param({"kind": "leaning", "height": "1.5"}, {"height": "unfit"}, id="not-whole"),
        pytest.param({"kind": "leaning", "height": True}, {"height": "unfit"}, id="a-boolean"),
        pytest.param({"kind": "leaning", "height": "NaN"}, {"height": "unfit"}, id="nan"),
        pytest.param({"kind": ["fallen"]}, {"kind": "unfit"}, id="list-for-a-text"),
        pytest.param({"kind": "fallen", "until": "2020-02-30"}, {"until": "unfit"},
                     id="no-such-day"),
        pytest.param({"kind": "fallen", "until": "2020-02-12"}, {"until": "refused"}, id="past"),
        pytest.param({"kind": "fallen", "owner_id": "A123456788"}, {"owner_id": "identifier"},
                     id="check-digit"),
        pytest.param({"kind": "fallen", "felled": "x"}, {"felled": "unfit"}, id="rows-are-no-list"),
        pytest.param({"kind": "fallen", "felled": [{"girth": "2"}]},
                     {"felled.0.species": "missing"}, id="cell-missing"),
        pytest.param({"kind": "fallen", "felled": [{"species": "oak", "colour": "x"}]},
                     {"felled.0.colour": "unknown"}, id="unknown-column"),
        pytest.param({"kind": "fallen", "felled": [{"species": "x"}] * 51}, {"felled": "unfit"},
                     id="too-many-rows"),
        pytest.param({"kind": "x" * 1_000_000}, {"kind": "too_long"}, id="a-million-signs"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_named_with_its_field(raw, expected):
    assert codes(read(raw)) == expected


def test_answers_are_read_as_people_type_them():
    found = read({
        "kind": "leaning", "height": "１２", "until": "109-3-2", "owner_id": "ａ123456789",
        "felled": [{"species": " 榕樹 ", "girth": "1,200.5"}, {"species": "", "girth": ""}],
    })  # fmt: skip
    assert found.faults == {}
    assert found.values["height"] == 12
    assert found.values["until"] == date(2020, 3, 2)
    assert found.values["owner_id"] == "A123456789"
    assert found.values["felled"] == ({"species": "榕樹", "girth": Decimal("1200.5")},)


def test_personal_answers_are_kept_apart_and_everything_comes_back_as_it_was():
    found = read({
        "kind": "fallen", "owner_id": "A123456789", "until": "2020-03-02",
        "felled": [{"species": "榕樹", "girth": "1.5"}],
    })  # fmt: skip
    plain, personal = answers.split_personal(SERVICE, found.values)
    assert personal == {"owner_id": "A123456789"}
    assert plain["until"] == "2020-03-02"
    again = answers.joined(SERVICE, plain, personal)
    assert again == {key: value for key, value in found.values.items() if value is not None}


def test_calculations_read_the_answers():
    found = read({"kind": "fallen", "felled": [{"species": "a"}, {"species": "b"}]})
    given = facts(answers=found.values)
    assert answers.calculate(SERVICE, SERVICE.vocabulary, given) == {"fee": 200}


def test_a_form_with_faults_refuses_with_all_of_them():
    with pytest.raises(AnswersWrong) as refusal:
        read({"kind": "oak", "shoe": 1}).require()
    assert set(refusal.value.faults) == {"kind", "shoe"}
    assert "2" in str(refusal.value)


def test_only_the_page_asked_for_is_judged():
    assert read({}, only_page="other").faults == {}


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        pytest.param("girth * 20", "money", 31, id="decimal-by-whole-number"),
        pytest.param("20 * girth + copies", "money", 34, id="both-ways"),
        pytest.param("girth * copies / 2", "decimal", Decimal("2.325"), id="by-an-answer"),
        pytest.param("calc.fee * girth", "decimal", Decimal("15.5"), id="by-what-was-calculated"),
    ],
)
def test_amounts_mix_whole_numbers_and_decimals(value, kind, expected):
    def change(body):
        body["pages"][0]["fields"] += [
            {"id": "girth", "kind": "decimal", "label": words("g")},
            {"id": "copies", "kind": "integer", "label": words("c")},
        ]
        body["calc"] = [
            {"id": "fee", "value": "10", "kind": "money"},
            {"id": "sum", "value": value, "kind": kind},
        ]

    service = made(change)
    given = facts(answers={"girth": Decimal("1.55"), "copies": 3})
    assert answers.calculate(service, service.vocabulary, given)["sum"] == expected
