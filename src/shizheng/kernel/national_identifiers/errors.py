"""What can be wrong with a number that somebody typed; no refusal repeats the number itself."""

from shizheng.kernel.errors import N_, DomainError


class IdentifierEmpty(DomainError):
    """Nothing was typed (未填寫)."""

    code = "kernel.identifier.empty"
    message = N_("The number is missing.")
    hint = N_("It looks like {example}.")


class IdentifierLengthWrong(DomainError):
    """Too short or too long (長度不符)."""

    code = "kernel.identifier.length_wrong"
    message = N_("The number has {found} characters where {needed} are needed.")
    hint = N_("It looks like {example}.")


class IdentifierSignWrong(DomainError):
    """A character that no number of any kind has (含有無法使用的字元)."""

    code = "kernel.identifier.sign_wrong"
    message = N_("Character {place} is “{sign}”, which cannot stand in this number.")
    hint = N_("Use the letters A to Z and the digits 0 to 9. It looks like {example}.")


class LetterExpected(DomainError):
    """Something else where a letter belongs (應為英文字母)."""

    code = "kernel.identifier.letter_expected"
    message = N_("Character {place} is “{sign}” where a letter from A to Z belongs.")
    hint = N_("It looks like {example}.")


class DigitExpected(DomainError):
    """Something else where a digit belongs (應為數字)."""

    code = "kernel.identifier.digit_expected"
    message = N_("Character {place} is “{sign}” where a digit belongs.")
    hint = N_("Mind 0 and O, 1 and I. It looks like {example}.")


class CheckDigitWrong(DomainError):
    """The check digit does not fit the rest (檢查碼不符)."""

    code = "kernel.identifier.check_digit_wrong"
    message = N_("The check digit does not fit: one character or more is wrong.")
    hint = N_("Compare it with the document, character by character.")


class NationalIdSecondWrong(DomainError):
    """The second character of a national ID is 1 or 2 (第二碼不符)."""

    code = "kernel.identifier.national_id_second_wrong"
    message = N_("The second character of a national ID number is 1 or 2, not “{sign}”.")
    hint = N_("If it is 8, 9 or a letter, the number is that of a residence permit.")


class ResidencePermitSecondWrong(DomainError):
    """The second character of a UI number is 8, 9 or A to D (統一證號第二碼不符)."""

    code = "kernel.identifier.residence_second_wrong"
    message = N_("The second character of a residence number is 8, 9 or A to D, not “{sign}”.")
    hint = N_("If it is 1 or 2, the number is a national ID number.")


class MobileNumberWrong(DomainError):
    """Not a mobile number of Taiwan (手機號碼不符)."""

    code = "kernel.identifier.mobile_wrong"
    message = N_("A mobile number begins with 09 and has ten digits; this one has {found}.")
    hint = N_("Write it like 0912-345-678 or +886 912 345 678.")


class AreaCodeMissing(DomainError):
    """A land-line number without its area code (缺區域號碼)."""

    code = "kernel.identifier.area_code_missing"
    message = N_("The number does not begin with an area code such as 02, 07 or 037.")
    hint = N_("Write it like 07-336-8333, or +886 7 336 8333.")


class LandlineLengthWrong(DomainError):
    """Too many or too few digits behind the area code (市話號碼長度不符)."""

    code = "kernel.identifier.landline_length_wrong"
    message = N_("After the area code {area} come {needed} digits, not {found}.")
    hint = N_("Write an extension behind #, like 07-336-8333#2345.")


class ParcelNumberWrong(DomainError):
    """Not a parcel number (地號格式不符)."""

    code = "kernel.identifier.parcel_number_wrong"
    message = N_("This is not a parcel number.")
    hint = N_("Write it like 123-4, 123之4地號 or 0123-0004, without the name of the section.")


class BuildingNumberWrong(DomainError):
    """Not a building number (建號格式不符)."""

    code = "kernel.identifier.building_number_wrong"
    message = N_("This is not a building number of the land register.")
    hint = N_("Write it like 123建號, 123-1 or 00123-001, without the name of the section.")


class LicencePlateWrong(DomainError):
    """Not a licence plate (車號格式不符)."""

    code = "kernel.identifier.licence_plate_wrong"
    message = N_("This is not a licence plate.")
    hint = N_("Write it with its dash, like ABC-1234 or 1234-AB.")


class PostalCodeWrong(DomainError):
    """Not a postal code (郵遞區號不符)."""

    code = "kernel.identifier.postal_code_wrong"
    message = N_("A postal code has three, five or six digits and begins with 100 to 983.")
    hint = N_("Write it like 802, 80203 or 802721.")


class BankCodeWrong(DomainError):
    """Not the code of a bank (銀行代碼不符)."""

    code = "kernel.identifier.bank_code_wrong"
    message = N_("The code of a bank has three digits and is not 000.")
    hint = N_("Write it like 004; it stands in the passbook.")


class BankAccountWrong(DomainError):
    """Not a bank code and an account (帳號格式不符)."""

    code = "kernel.identifier.bank_account_wrong"
    message = N_("An account is the bank's code of three digits and 6 to 16 digits more.")
    hint = N_("Write it like 004-012345678901.")
