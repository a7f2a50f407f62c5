"""Refusals of fees, payments and refunds, beside those of the rules themselves."""

from shizheng.kernel.errors import N_, DomainError


class FeeNotComputable(DomainError):
    """The definition's amount gives no whole number of dollars (規費無法計算)."""

    code = "services.payment.fee_not_computable"
    message = N_("The fee “{fee}” of case {number} cannot be computed.")
    hint = N_(
        "Check the answers that it is made of; if they are right, tell whoever keeps the service."
    )
    status = 409


class ChargeUnknown(DomainError):
    """There is no charge with this number (查無繳款帳號)."""

    code = "services.payment.charge_unknown"
    message = N_("There is no fee with the payment account number {number}.")
    hint = N_("Copy the number from your notice or from the page of your case, digit by digit.")
    status = 404


class ChargeNotOpen(DomainError):
    """The charge is paid, cancelled or ran out (已無須繳納)."""

    code = "services.payment.charge_not_open"
    message = N_("The fee {number} cannot be paid now: {status}.")
    hint = N_("Open the case: its page shows what is still to be paid.")
    status = 409


class GatewayNotInUse(DomainError):
    """The installation does not use this gateway (未啟用此金流服務)."""

    code = "services.payment.gateway_not_in_use"
    message = N_("This installation does not use the payment service “{gateway}”.")
    hint = N_("The operator names payment services in SHIZHENG_PAYMENT_GATEWAYS.")
    status = 404


class ReceiptMissing(DomainError):
    """No number of the receipt that was given at the counter (未填收據號碼)."""

    code = "services.payment.receipt_missing"
    message = N_("A payment at the counter needs the number of its receipt.")
    hint = N_("Copy the number from the receipt that you gave.")


class RefundSettled(DomainError):
    """The refund was sent before (退費已完成)."""

    code = "services.payment.refund_settled"
    message = N_("This refund was sent at {sent_at} already.")
    hint = N_("Open the page again: it shows each refund as it stands.")
    status = 409


class OwnRefund(DomainError):
    """Who ordered a refund may not also send it (退費核定與撥付應由不同人辦理)."""

    code = "services.payment.own_refund"
    message = N_("You ordered this refund yourself; somebody else must send it.")
    hint = N_("Ask a colleague who may pay money back.")
    status = 403
