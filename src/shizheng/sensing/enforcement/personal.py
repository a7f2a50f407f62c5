"""Why plates and names in enforcement are in nobody's copy: they belong to no account."""

from shizheng.core.personal import exempt

WHY = (
    "Plates, names and the keyed digest of a national number belong to no account of this "
    "installation, so that nobody can be shown theirs; who is named asks the police, and on "
    "their day they are erased by sensing.enforcement_erase."
)
for _field in (
    "violationfile.plate", "alcoholstop.plate", "alcoholstop.name", "alcoholstop.subject",
):  # fmt: skip
    exempt.register(f"sensing.{_field}")(WHY)
