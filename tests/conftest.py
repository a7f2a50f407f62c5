"""What every test may use."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.settings")
