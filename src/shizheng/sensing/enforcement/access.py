"""Who may see and do what in enforcement: by agency, and nobody else (限閱)."""

from django.db.models import Q

from shizheng.core.access import Policy, Viewer, policies

DEVICES, ENFORCE, ISSUE = (
    "sensing.keep_devices", "sensing.enforce", "sensing.issue_violation",
)  # fmt: skip


def _within(agency: str) -> "Policy":
    """Return the policy of rows of an agency, for who keeps devices, enforces or issues there."""

    def rule(viewer: Viewer) -> Q:
        return (
            viewer.within(ENFORCE, agency=agency)
            | viewer.within(ISSUE, agency=agency)
            | viewer.within(DEVICES, agency=agency)
        )

    return Policy(view=rule, agency=agency)


def _named(agency: str) -> "Policy":
    """Return the policy of rows that name people: keeping devices alone shows none of them."""

    def rule(viewer: Viewer) -> Q:
        return viewer.within(ENFORCE, agency=agency) | viewer.within(ISSUE, agency=agency)

    return Policy(view=rule, agency=agency)


policies.register("sensing.enforcementdevice")(_within("agency"))
policies.register("sensing.calibrationcertificate")(_within("device__agency"))
policies.register("sensing.violationfile")(_named("agency"))
policies.register("sensing.checkpoint")(_named("agency"))
policies.register("sensing.alcoholstop")(_named("agency"))
