"""Refusals of the Open311 interface that the case engine does not know."""

from shizheng.kernel.errors import N_, DomainError


class KeyMissing(DomainError):
    """The installation takes reports of known programs alone (未附介接金鑰)."""

    code = "open311.key_missing"
    message = N_("This needs an api_key.")
    hint = N_("Ask the address of the city, given under discovery, for a key.")
    status = 403


class KeyInvalid(DomainError):
    """The key is not one of ours, or not any more (介接金鑰無效)."""

    code = "open311.key_invalid"
    message = N_("The api_key is not known, or is no longer valid.")
    hint = N_("Check the key; leave it out where none is needed.")
    status = 403


class ServiceCodeMissing(DomainError):
    """The report does not say what it is about (未指定服務代碼)."""

    code = "open311.service_code_missing"
    message = N_("The service_code is missing.")
    hint = N_("Give one of the codes of GET services.")
    status = 400


class ServiceCodeUnknown(DomainError):
    """No service of this interface has the code (查無服務代碼)."""

    code = "open311.service_code_unknown"
    message = N_("There is no service “{code}” here.")
    hint = N_("Give one of the codes of GET services.")
    status = 404


class RequestUnknown(DomainError):
    """No request with this number is public (查無案件)."""

    code = "open311.request_unknown"
    message = N_("There is no service request “{number}” here.")
    hint = N_("Check the number; requests of personal services are not public.")
    status = 404


class FormExpected(DomainError):
    """The body is not a form (內容格式不符)."""

    code = "open311.form_expected"
    message = N_("The body must be a form, not {given}.")
    hint = N_("Send application/x-www-form-urlencoded, or multipart/form-data with files.")
    status = 400


class ParameterUnfit(DomainError):
    """A parameter cannot be read (參數有誤)."""

    code = "open311.parameter_unfit"
    message = N_("{name} cannot be “{value}”.")
    hint = N_("Give {expected}.")
    status = 400
    worded = ("expected",)


class ParameterTooLong(DomainError):
    """A text is longer than is taken (內容過長)."""

    code = "open311.parameter_too_long"
    message = N_("{name} has {length} characters; at most {limit} are taken.")
    hint = N_("Shorten it and send the request again.")
    status = 400


class SpanTooLong(DomainError):
    """More than 90 days are asked for at a time (期間過長); GeoReport v2, GET requests."""

    code = "open311.span_too_long"
    message = N_("From start_date to end_date are {days} days; at most {limit} are answered.")
    hint = N_("Ask for shorter spans, one after the other.")
    status = 400


class SpanReversed(DomainError):
    """The end is before the start (起訖顛倒)."""

    code = "open311.span_reversed"
    message = N_("{last} is before {first}.")
    hint = N_("Give the earlier moment first.")
    status = 400


class AddressNotFound(DomainError):
    """An address alone does not say in which district it lies (地址無法定位)."""

    code = "open311.address_not_found"
    message = N_("The place is not known from “{address}” alone.")
    hint = N_("Add lat and long, or write the name of the district in address_string.")
    status = 400


class MediaNotTaken(DomainError):
    """The service takes no pictures (不收附件)."""

    code = "open311.media_not_taken"
    message = N_("“{service}” takes no media.")
    hint = N_("Send the request without a file.")
    status = 400


class UpdateNotProven(DomainError):
    """Nobody we know adds to the request (無權補充)."""

    code = "open311.update_not_proven"
    message = N_("An update needs an api_key, or the follow code of the request as token.")
    hint = N_("The follow code was given to whoever made the request.")
    status = 403


class UpdateEmpty(DomainError):
    """The update says nothing (未填補充內容)."""

    code = "open311.update_empty"
    message = N_("The update has no description.")
    hint = N_("Write what is new.")
    status = 400
