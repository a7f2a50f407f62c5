"""Who sees information security: who holds the permission for the agency, and nobody else (限閱).

There is no public part. Everybody else gets the answer that there is no such thing, and what the
city tells of it is counted by ``evidence`` over all agencies.
"""

from shizheng.core.access import Policy, policies

SEES = "plan.view_security"


def _of(agency: str) -> Policy:
    return Policy(view=lambda viewer: viewer.within(SEES, agency=agency), agency=agency)


for model, agency in {
    "informationsystem": "agency",
    "securityfinding": "agency",
    "securityexercise": "agency",
    "securityincident": "agency",
    "cloudhost": "agency",
    "hostmonth": "host__agency",
    "softwarecomponent": "software_list__system__agency",
}.items():
    policies.register(f"plan.{model}")(_of(agency))
