"""Why open data is refused: what is not there, and what cannot be read."""

from shizheng.kernel.errors import N_, DomainError


class NothingPublished(DomainError):
    """There is no such indicator, or nothing of it is public (查無公開資料)."""

    code = "statistics.nothing_published"
    message = N_("Nothing is published under “{code}”.")
    hint = N_("The catalogue lists everything that is: {catalogue}.")
    status = 404


class NotYetPublished(DomainError):
    """Nothing of an indicator was public on the day that was asked for (當時尚未發布)."""

    code = "statistics.not_yet_published"
    message = N_("Nothing of “{code}” was public at {moment}.")
    hint = N_("The first figures were released at {first}.")
    status = 404


class EditionUnknown(DomainError):
    """An indicator has no public vintage of this number (查無此版次)."""

    code = "statistics.edition_unknown"
    message = N_("“{code}” has no public vintage {number}.")
    hint = N_("The newest one is {newest}.")
    status = 404


class FormatUnknown(DomainError):
    """Figures are not given in this format (不支援的格式)."""

    code = "statistics.format_unknown"
    message = N_("“{format}” is not a format of this address.")
    hint = N_("There are: {known}.")
    status = 404


class MomentUnreadable(DomainError):
    """A text is not a day or moment (日期無法辨識)."""

    code = "statistics.moment_unreadable"
    message = N_("“{text}” is not a day or a moment.")
    hint = N_("Write 2020-05-01, or 2020-05-01T10:00:00+08:00.")
    status = 400


class MomentAhead(DomainError):
    """Somebody asks for what will be public (尚未到來的日期)."""

    code = "statistics.moment_ahead"
    message = N_("“{text}” lies ahead; nobody can tell yet what will be public then.")
    hint = N_("Give today or an earlier day.")
    status = 400
