"""Addresses of ``payments``: paying a fee, the door of gateways, the built-in test bank."""

from django.urls import path

from shizheng.services.payments.views import bank, desk, door, pay

urlpatterns = [
    path("pay/test-bank/", bank.test_bank, name="test_bank"),
    path("pay/test-bank/pay/", bank.test_bank_pay, name="test_bank_pay"),
    path("pay/<str:number>/", pay.charge, name="pay"),
    path("pay/<str:number>/done/", pay.done, name="pay_done"),
    path("payments/<slug:gateway>/", door.receive, name="payment_door"),
    path("desk/cases/<str:number>/payments/", desk.payments, name="case_payments"),
    path("desk/cases/<str:number>/payments/counter/", desk.counter, name="pay_at_counter"),
    path("desk/cases/<str:number>/payments/refund/", desk.refund, name="refund_payment"),
    path("desk/cases/<str:number>/payments/sent/", desk.sent, name="refund_sent"),
]
