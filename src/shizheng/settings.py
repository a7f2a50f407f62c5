"""Settings of one installation, read from the environment.

Every variable, its default and its meaning are listed in ``docs/reference/settings.md``.
"""

from pathlib import Path

from django.utils.translation import gettext_lazy as _
from environ import FileAwareEnv

from shizheng.environment import DEFAULT_PACK, generated_key, pack_folder

env = FileAwareEnv()
SOURCES = Path(__file__).parent

SHIZHENG_ENV = env.str("SHIZHENG_ENV", default="development")
IS_PRODUCTION = SHIZHENG_ENV == "production"
IS_DEMO = SHIZHENG_ENV == "demo"
HOME = Path(env.str("SHIZHENG_HOME", default="var")).resolve()
PACK = pack_folder(env.str("SHIZHENG_PACK", default=DEFAULT_PACK))

DEBUG = env.bool("SHIZHENG_DEBUG", default=False)
SECRET_KEY = env.str("SHIZHENG_SECRET_KEY", default="") or generated_key(HOME)
ALLOWED_HOSTS = env.list("SHIZHENG_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("SHIZHENG_ORIGINS", default=[])
SITE_URL = env.str("SHIZHENG_URL", default="http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "shizheng.web",
    "shizheng.plan",
    "shizheng.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django.forms",
]
FORM_RENDERER = "shizheng.web.forms.PageForms"

MIDDLEWARE = [
    "shizheng.web.middleware.request_id.numbered",
    "shizheng.web.middleware.security.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shizheng.web.middleware.caching.cache_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shizheng.web.middleware.refusals.Refusals",
]

CSRF_FAILURE_VIEW = "shizheng.web.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0


ROOT_URLCONF = "shizheng.web.urls"
WSGI_APPLICATION = "shizheng.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shizheng.web.site.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{HOME / 'shizheng.db'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
            "PRAGMA mmap_size=268435456;PRAGMA cache_size=-65536;PRAGMA foreign_keys=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.User"

USE_TZ = True
TIME_ZONE = env.str("SHIZHENG_TIME_ZONE", default="Asia/Taipei")
LANGUAGE_CODE = env.str("SHIZHENG_LANGUAGE", default="zh-hant")
LANGUAGES = [("zh-hant", "中文"), ("en", "English")]
USE_I18N = True
LOCALE_PATHS = [SOURCES / room / "locale" for room in ("cli", "packs", "kernel")]
FORMAT_MODULE_PATH = ["shizheng.web.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
MEDIA_ROOT = HOME / "files"
FILE_SIZE_LIMIT = env.int("SHIZHENG_FILE_SIZE_LIMIT", default=50 * 1024 * 1024)

WEBHOOKS_TO_PRIVATE = env.bool("SHIZHENG_WEBHOOKS_TO_PRIVATE", default=not IS_PRODUCTION)
JOURNAL_ANCHORS = HOME / "journal_anchors"

ENVIRONMENTS = {"development": _("Development"), "demo": _("Demo"), "production": _("Production")}
