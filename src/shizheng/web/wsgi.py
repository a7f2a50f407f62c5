"""The application that the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

from shizheng.core.checks import exit_unless_fit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.settings")
application = get_wsgi_application()
exit_unless_fit()
