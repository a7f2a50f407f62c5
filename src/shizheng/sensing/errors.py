"""What the room refuses, each in one sentence with what to do."""

from shizheng.kernel.errors import N_, DomainError


class KeyRefused(DomainError):
    """The key of a device is not known or was revoked (金鑰無效)."""

    code = "sensing.key_refused"
    message = N_("This key is not known here, or it was revoked.")
    hint = N_("Ask the agency that keeps the device for a new key.")
    status = 401


class KeyMissing(DomainError):
    """Writing needs the key of a device or the token of a person (缺少金鑰)."""

    code = "sensing.key_missing"
    message = N_("Writing needs the key of a gateway or the token of a person.")
    hint = N_("Send it as the password of HTTP Basic, or as “Authorization: Bearer …”.")
    status = 401


class Flooded(DomainError):
    """A gateway sends more than it may (傳送過量)."""

    code = "sensing.flooded"
    message = N_("{gateway} may send {limit} readings a minute, and these are more.")
    hint = N_("Send the same again in {retry_after} seconds; nothing of it was taken.")
    status = 429


class Replayed(DomainError):
    """A numbered message came before (訊息重複)."""

    code = "sensing.replayed"
    message = N_("Message {number} of {gateway} is not newer than {newest}, which came before.")
    hint = N_("Number messages upwards; send each once.")
    status = 409


class GatewayTaken(DomainError):
    """There is such a gateway (閘道器代碼重複)."""

    code = "sensing.gateway_taken"
    message = N_("There is a gateway “{code}” already.")
    hint = N_("Choose another code, or make a new key for that one.")
    status = 409


class MessageUnreadable(DomainError):
    """What a device sent cannot be read (訊息無法讀取)."""

    code = "sensing.message_unreadable"
    message = N_("The message cannot be read: {reason}.")
    hint = N_("Send JSON in UTF-8 as docs/how-to/connect-sensors.md shows.")
    status = 400
    worded = ("reason",)


class TopicWild(DomainError):
    """A topic has wildcards where a device writes (主題不可用萬用字元)."""

    code = "sensing.topic_wild"
    message = N_("The topic “{topic}” has a wildcard or names no stream.")
    hint = N_("Publish to …/Datastreams(number)/Observations, or as the gateway's page shows.")


class ReadingRefused(DomainError):
    """One reading was not taken (觀測值未收)."""

    code = "sensing.reading_refused"
    message = N_("The reading was not taken: {reason}.")
    hint = N_("Correct it at the device; it is kept in quarantine and counted.")
    status = 422
    worded = ("reason",)


class ReadingContradicts(ReadingRefused):
    """There is another reading at that moment (同一時間已有觀測值)."""

    code = "sensing.reading_contradicts"
    hint = N_("To correct the reading that is there, change it with PATCH.")
    status = 409


class EntityMissing(DomainError):
    """There is no such entity, or none that may be seen (查無資料)."""

    code = "sensing.entity_missing"
    message = N_("There is no {name}.")
    hint = N_("Ask for the list to see what there is.")
    status = 404


class EntityUnfit(DomainError):
    """What was sent is no such entity (資料不符)."""

    code = "sensing.entity_unfit"
    message = N_("{entity}: {reason}.")
    hint = N_("Look at OGC SensorThings 1.1, chapter 8, for what it has.")
    status = 400
    worded = ("reason",)


class EntityInUse(DomainError):
    """Others name the entity (仍被引用)."""

    code = "sensing.entity_in_use"
    message = N_("{entity} cannot be deleted while {count} {others} name it.")
    hint = N_("Delete or change those first.")
    status = 409


class QueryUnfit(DomainError):
    """A query option cannot be understood (查詢條件不符)."""

    code = "sensing.query_unfit"
    message = N_("{option} cannot be read: {reason}.")
    hint = N_("See docs/how-to/connect-sensors.md for what may be asked.")
    status = 400
    worded = ("reason",)


class QueryTooWide(DomainError):
    """A filter would scan everything (查詢範圍過大)."""

    code = "sensing.query_too_wide"
    message = N_("This would look through more than {limit} readings.")
    hint = N_("Name a Datastream, or a shorter span of phenomenonTime.")
    status = 400
