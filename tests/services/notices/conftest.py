"""A report, its notices, and servers that take them."""

import pytest
from tests.core import receiver as http
from tests.services.following.conftest import now, report, signed_in  # noqa: F401 - fixtures
from tests.services.notices import mail_server


@pytest.fixture
def mail(settings):
    """A mail server that the city sends by."""
    server = mail_server.MailServer()
    made = mail_server.start(server)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    made.shutdown()
    made.server_close()


@pytest.fixture
def gateway(settings):
    """A gateway of text messages that is called by HTTP."""
    server = http.Receiver()
    made = http.start(server)
    settings.SMS_URL = server.address
    settings.SMS_SECRET = "whsec_" + "QUFB" * 11
    settings.WEBHOOKS_TO_PRIVATE = True
    yield server
    made.shutdown()
    made.server_close()
