from shizheng.plan.domain.coverage import Carrier, ScenarioRun, coverage

SYSTEMS = {2: {"en": "Tracked directives"}, 6: {"en": "1999 call centre"}}
FILE = "tests/systems/test_002_tracked_directives.py"


def run(passed: bool, database: str = "sqlite", scenario: str = FILE) -> ScenarioRun:
    return ScenarioRun(2, scenario, database, passed, "2020-01-02T00:00:00+00:00")


def state(*runs: ScenarioRun, scenarios=None) -> str:
    covered = coverage([], SYSTEMS, [], {2: FILE} if scenarios is None else scenarios, runs)
    return covered.systems[0].state


def test_a_system_counts_only_when_its_scenario_passed_on_every_database():
    assert state() == "none"
    assert state(run(True)) == "passing"
    assert state(run(True), run(False, "postgresql")) == "failing"


def test_the_run_of_a_scenario_that_is_gone_does_not_count():
    assert state(run(True), scenarios={}) == "none"
    assert state(run(True, scenario="tests/systems/test_002_old_name.py")) == "none"


def test_an_item_is_carried_by_what_names_it():
    carriers = [Carrier("escalation_rule default", ["30-10"], [2])]
    covered = coverage(["30-9", "30-10"], SYSTEMS, carriers, {}, [])

    assert covered.as_json()["items"] == {
        "30-9": {"state": "none", "by": []},
        "30-10": {"state": "carried", "by": ["escalation_rule default"]},
    }
    assert covered.carried_count == 1
    assert covered.as_json()["systems"]["2"]["by"] == ["escalation_rule default"]
    assert covered.passing_count == 0
