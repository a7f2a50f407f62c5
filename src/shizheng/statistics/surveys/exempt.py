"""Why nobody is shown what a survey holds of them: it is kept by household, not by name."""

from shizheng.core.personal import exempt
from shizheng.kernel.errors import N_

REASON = N_(
    "Answers to a census or survey are statistical: they are kept by household under no account, "
    "may be used for nothing else, and are erased at the end of keeping (Statistics Act)."
)

for name in (
    "surveyaddress.text", "surveyrecord.answers", "surveyperson.pseudonym",
    "surveyperson.age",
):  # fmt: skip
    exempt.register(f"statistics.{name}")(REASON)
