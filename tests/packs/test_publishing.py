from shizheng.kernel.registry import Registry
from shizheng.packs.loader import load
from shizheng.packs.publishing import Published, publish_plan


def published(pack):
    return [Published(d.kind, d.id, d.version, d.digest, d.body) for d in pack.all]


def test_at_first_everything_is_new(town):
    pack = load(town)
    plan = publish_plan([], pack)
    assert plan.new == pack.all
    assert plan.to_store == pack.all
    assert plan.is_allowed


def test_publishing_again_changes_nothing(town):
    before = published(load(town))
    plan = publish_plan(before, load(town))
    assert len(plan.unchanged) == len(before)
    assert not plan.to_store


def test_comments_order_and_written_defaults_do_not_change_a_definition(edit, town):
    before = published(load(town))
    edit("plan/light_rule.yaml", "warn_days: 10", "version: 1  # the first\nwarn_days: 10")
    edit("plan/light_rule.yaml", "id: evidence_light\n", "")
    with (town / "plan/light_rule.yaml").open("a") as file:
        file.write("id: evidence_light\n")
    assert len(publish_plan(before, load(town)).unchanged) == len(before)


def test_a_published_version_may_not_change(edit, town):
    before = published(load(town))
    edit("plan/light_rule.yaml", "warn_days: 10", "warn_days: 12")
    plan = publish_plan(before, load(town))
    assert not plan.is_allowed
    (refused,) = plan.refused
    assert refused.problem.code == "pack.light_rule.immutable"
    assert "published definitions are immutable" in refused.problem.message
    assert refused.problem.hint == "Raise `version` to 2."
    (change,) = refused.changes
    assert (change.path, change.was, change.now) == ("warn_days", 10, 12)
    assert change.place.line == 9


def test_a_table_beside_a_definition_is_part_of_its_version(edit, town):
    before = published(load(town))
    edit("areas/villages.csv", "Reed Village", "Reeds Village")
    (refused,) = publish_plan(before, load(town)).refused
    assert refused.changes[0].path == "villages[D2001].name.en"
    assert refused.changes[0].place.file.endswith("villages.csv")


def test_a_file_beside_a_definition_is_part_of_its_version(edit, town):
    before = published(load(town))
    edit("plan/outline-2026.txt", "單一窗口", "單一櫃台")
    (refused,) = publish_plan(before, load(town)).refused
    assert {change.path for change in refused.changes} == {"text.sha256"}


def test_a_raised_version_says_what_changed_and_what_is_open_under_the_old(edit, town):
    before = published(load(town))
    edit("plan/light_rule.yaml", "warn_days: 10", "version: 2\nwarn_days: 12")
    plan = publish_plan(before, load(town), {"light_rule": lambda old: 7 * old.version})
    (raised,) = plan.raised
    assert [change.path for change in raised.changes] == ["warn_days", "version"]
    assert (raised.before.version, raised.still_open) == (1, 7)
    assert plan.to_store == (raised.definition,)


def test_a_version_does_not_go_back(edit, town):
    edit("plan/light_rule.yaml", "warn_days: 10", "version: 3\nwarn_days: 10")
    before = published(load(town))
    edit("plan/light_rule.yaml", "version: 3", "version: 2")
    (refused,) = publish_plan(before, load(town)).refused
    assert "older than version 3" in refused.problem.message


def test_a_definition_that_left_the_pack_is_told(town):
    before = published(load(town))
    (town / "demo.yaml").unlink()
    plan = publish_plan(before, load(town))
    assert {each.published.kind for each in plan.removed} == {"demo_accounts", "demo_directives"}
    assert plan.removed[0].still_open is None


def test_a_kind_of_which_nothing_is_counted_may_have_a_new_version(edit, town):
    counts = Registry("Counts")
    counts.register("role")(lambda published: 7)
    before = published(load(town))
    edit("plan/light_rule.yaml", "warn_days: 10", "version: 2\nwarn_days: 12")
    (raised,) = publish_plan(before, load(town), counts).raised
    assert raised.still_open is None
