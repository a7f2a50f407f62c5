"""Refusals of documents that are issued, revoked or checked."""

from shizheng.kernel.errors import N_, DomainError


class OutputNotFailed(DomainError):
    """Only a document that could not be made can be made again (文件無須重製)."""

    code = "services.output.not_failed"
    message = N_("Document {number} needs not be made again: {status}.")
    hint = N_("Open the case again; its page shows each document as it stands.")
    status = 409


class OutputNotValid(DomainError):
    """The document is not in force, so that it cannot be revoked (文件非有效)."""

    code = "services.output.not_valid"
    message = N_("Document {number} cannot be revoked: {status}.")
    hint = N_("Only a document in force can be revoked.")
    status = 409


class ReasonMissing(DomainError):
    """A document is revoked without saying why (未填撤銷理由)."""

    code = "services.output.reason_missing"
    message = N_("Say why the document is revoked.")
    hint = N_("The check page shows that it is revoked; the reason stays with the case.")


class CodeUnknown(DomainError):
    """No document has this check code (查無此查驗碼)."""

    code = "services.output.code_unknown"
    message = N_("No document of this city has the check code {given}.")
    hint = N_(
        "Type the twelve letters and digits as they stand on the document; "
        "0, 1, I, L and O do not occur."
    )
    status = 404


class TemplateLost(DomainError):
    """The file of a published template is not kept (範本遺失)."""

    code = "services.output.template_lost"
    message = N_("The template of this document is not kept.")
    hint = N_("Ask the operator to load the pack again: shizheng load PACK.")
    status = 409


class SigningKeyUnusable(DomainError):
    """The city's key cannot sign (簽章金鑰無法使用)."""

    code = "services.output.signing_key_unusable"
    message = N_("Documents cannot be signed: {reason}.")
    hint = N_("Ask the operator to correct SHIZHENG_SIGNING_KEY and SHIZHENG_SIGNING_PASSWORD.")


class TimestampUnavailable(DomainError):
    """The time-stamping authority did not answer; trying again can help (時戳服務無回應)."""

    code = "services.output.timestamp_unavailable"
    message = N_("The document was not signed: the time-stamping authority did not answer.")
    hint = N_("Try again in a minute. If it stays so, tell the operator: SHIZHENG_TIMESTAMP_URL.")
    status = 503
