"""Refusals of publishing a service."""

from collections.abc import Sequence

from shizheng.kernel.errors import N_, DomainError
from shizheng.packs.problems import Problem


class DefinitionBroken(DomainError):
    """The file has problems (定義有誤); ``problems`` holds every one of them."""

    code = "services.definition_broken"
    message = N_("The file cannot be published: {count} problems were found. The first, in line {line}: {first}")  # fmt: skip  # noqa: E501
    hint = N_("Correct them in the file and check it again; nothing was published.")
    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(count=len(self.problems), line=first.line, first=first.message)


class OtherThanChecked(DomainError):
    """What is to be published is not what was checked (與檢查內容不同)."""

    code = "services.other_than_checked"
    message = N_("The file is not the one that was checked.")
    hint = N_("Look at what publishing it would do, then publish it.")
    status = 409


class AlreadyInForce(DomainError):
    """This very version is published already (版本已發布)."""

    code = "services.already_in_force"
    message = N_("Version {version} is in force already, and the file is the same.")
    hint = N_("Nothing is to be done. For a change, raise `version`.")
    status = 409


class AlreadyNewest(DomainError):
    """The case is under the newest version already (案件已適用最新版本)."""

    code = "services.already_newest"
    message = N_("Case {number} is under version {version} already.")
    hint = N_("Nothing is to be done.")
    status = 409


class CaseEnded(DomainError):
    """The case has ended; later rules are not applied to it (案件已結)."""

    code = "services.case_ended"
    message = N_("Case {number} has ended; the rules of a later version are not applied to it.")
    hint = N_("Reopen it first, if its own rules allow that.")
    status = 409
