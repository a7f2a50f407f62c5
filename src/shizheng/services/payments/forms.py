"""Forms of the money of a case, and of the payer whom one plays at the test bank."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CounterForm(forms.Form):
    """A fee taken at the counter."""

    charge = forms.CharField(widget=forms.HiddenInput, max_length=20)
    receipt = forms.CharField(label=_("Number of the receipt"), max_length=80)


class RefundForm(forms.Form):
    """A refund ordered by hand."""

    payment = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.IntegerField(label=_("Amount to pay back (NT$)"), min_value=1)
    note = forms.CharField(label=_("Reason"), max_length=200)


class SentForm(forms.Form):
    """A refund that was paid out by hand."""

    refund = forms.UUIDField(widget=forms.HiddenInput)
    reference = forms.CharField(label=_("Number of the transfer or receipt"), max_length=80)


class PracticeForm(forms.Form):
    """What a payer gives the test bank: as the page of the fee sent it, or as typed."""

    charge = forms.CharField(label=_("Payment account number"), max_length=40)
    amount_twd = forms.IntegerField(label=_("Amount (NT$)"), min_value=1, max_value=10**9 - 1)
    method = forms.ChoiceField(
        label=_("Way of paying"),
        choices=[
            ("card", _("Card")),
            ("transfer", _("Bank transfer")),
            ("store", _("Convenience store")),
        ],
    )
