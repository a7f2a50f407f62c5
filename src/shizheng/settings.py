"""Settings of one installation, read from the environment.

Every variable, its default and its meaning are listed in ``docs/reference/settings.md``.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from shizheng.core.logs import logging_config
from shizheng.environment import Environment, generated_key
from shizheng.folders import DEFAULT_PACK, SOURCE_TREE, pack_folder

env = Environment()
SOURCES = Path(__file__).parent

ENVIRONMENTS = {"development": _("Development"), "demo": _("Demo"), "production": _("Production")}
SHIZHENG_ENV = env.choice("SHIZHENG_ENV", default="development", among=[*ENVIRONMENTS])
IS_PRODUCTION = SHIZHENG_ENV == "production"
IS_DEMO = SHIZHENG_ENV == "demo"
HOME = Path(env.text("SHIZHENG_HOME", default="var")).resolve()
PACK = pack_folder(env.text("SHIZHENG_PACK", default=DEFAULT_PACK))

DEBUG = env.flag("SHIZHENG_DEBUG", default=False)
SECRET_KEY = env.text("SHIZHENG_SECRET_KEY")
if not SECRET_KEY:  # production refuses either
    SECRET_KEY = "generated-" if IS_PRODUCTION else generated_key(HOME)
SECRET_KEY_FALLBACKS = env.words("SHIZHENG_OLD_SECRET_KEYS")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.words("SHIZHENG_HOSTS", default=[] if IS_PRODUCTION else LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS = env.words("SHIZHENG_ORIGINS")
SITE_URL = env.text("SHIZHENG_URL", default="http://localhost:8000").rstrip("/")
IS_HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "shizheng.web",
    "shizheng.plan",
    "shizheng.statistics",
    "shizheng.places",
    "shizheng.sensing",
    "shizheng.services",
    "shizheng.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
FORM_RENDERER = "shizheng.web.forms.PageForms"

MIDDLEWARE = [
    "shizheng.web.middleware.request_id.numbered",
    "shizheng.web.middleware.security.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "shizheng.web.middleware.devices.devices",
    "shizheng.web.middleware.outside_map.outside_map",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shizheng.web.middleware.caching.cache_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shizheng.web.middleware.bearer.bearer",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shizheng.core.people.second_factor.SecondFactorMiddleware",
    "shizheng.core.people.frame.FrameMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shizheng.web.middleware.idempotency.idempotent",
    "shizheng.web.middleware.refusals.Refusals",
]

CSRF_FAILURE_VIEW = "shizheng.web.errors.csrf_failure"

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
                "shizheng.core.people.context.accounts",
                "shizheng.core.people.context.demo_accounts",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{HOME / 'shizheng.db'}")}
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
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# SQLite reads its whole schema whenever it is opened: as long as many a request takes.
DATABASES["default"]["CONN_MAX_AGE"] = 60

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Counters of failed sign-ins are shared by every process and survive a restart without another
# server, so they are kept in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Accounts
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["shizheng.core.people.backend.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ["username", "email"]}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my"
LOGOUT_REDIRECT_URL = "web:home"
SIGNUP_IS_OPEN = env.flag("SHIZHENG_SIGNUP", default=True)
ACCOUNT_ADAPTER = "shizheng.core.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "shizheng.core.people.signup.SignupForm"
ACCOUNT_FORMS = {"login": "shizheng.core.people.forms.SigninForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if IS_PRODUCTION else "optional"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
PASSWORD_RESET_TIMEOUT = 24 * 3600

REQUIRE_SECOND_FACTOR = env.flag("SHIZHENG_REQUIRE_MFA", default=IS_PRODUCTION)
MFA_ADAPTER = "shizheng.core.people.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
MFA_ALLOW_UNVERIFIED_EMAIL = not IS_PRODUCTION
MFA_TOTP_ISSUER = urlsplit(SITE_URL).hostname or "shizheng"
MFA_TOTP_TOLERANCE = 1

OIDC_URL = env.text("SHIZHENG_OIDC_URL")
OIDC_CLIENT_ID = env.text("SHIZHENG_OIDC_CLIENT_ID")
OIDC_SECRET = env.text("SHIZHENG_OIDC_SECRET")
OIDC_TRUSTS_EMAIL = env.flag("SHIZHENG_OIDC_TRUST_EMAIL", default=False)
SOCIALACCOUNT_ADAPTER = "shizheng.core.people.adapter.OutsideAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead to another site (content security policy)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = OIDC_TRUSTS_EMAIL
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = OIDC_TRUSTS_EMAIL
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "city",
                "name": env.text("SHIZHENG_OIDC_NAME", default="OpenID Connect"),
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_SECRET,
                "settings": {"server_url": OIDC_URL},
            }
        ]
        if OIDC_URL
        else [],
    }
}

# Sessions, cookies and transport. PROXIES counts the proxies in front, which must set
# X-Forwarded-For and X-Forwarded-Proto; without any, neither header is believed.
PROXIES = env.number("SHIZHENG_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_SSL_REDIRECT = env.flag("SHIZHENG_SSL_REDIRECT", default=IS_PRODUCTION and IS_HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = env.number("SHIZHENG_HSTS_SECONDS", default=31_536_000 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "shizheng.core.people.session"
SESSION_COOKIE_AGE = env.number("SHIZHENG_SESSION_HOURS", default=12) * 3600

vars().update(env.mail("SHIZHENG_EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("SHIZHENG_EMAIL_FROM", default="shizheng@localhost")

# Text messages and LINE: a service that is called, or ``spool:`` for files in HOME/outbox.
SMS_URL = env.text("SHIZHENG_SMS_URL", default="" if IS_PRODUCTION else "spool:")
SMS_SECRET = env.text("SHIZHENG_SMS_SECRET")
LINE_URL = env.text("SHIZHENG_LINE_URL", default="" if IS_PRODUCTION else "spool:")
LINE_SECRET = env.text("SHIZHENG_LINE_SECRET")

LOG_LEVEL = env.choice("SHIZHENG_LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"])
LOGGING = logging_config(as_json=IS_PRODUCTION, level=LOG_LEVEL)

USE_TZ = True
TIME_ZONE = env.zone("SHIZHENG_TIME_ZONE", default="Asia/Taipei")
LANGUAGES = [("zh-hant", "中文"), ("en", "English")]
LANGUAGE_CODE = env.choice("SHIZHENG_LANGUAGE", default="zh-hant", among=[*dict(LANGUAGES)])
USE_I18N = True
LOCALE_PATHS = [SOURCES / room / "locale" for room in ("cli", "packs", "kernel", "analysis")]
FORMAT_MODULE_PATH = ["shizheng.web.formats"]

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
MEDIA_ROOT = HOME / "files"
FILE_SIZE_LIMIT = env.number("SHIZHENG_FILE_SIZE_LIMIT", default=50 * 1024 * 1024)

# Documents: fonts beside Noto's, and the key that signs them.
FONTS = env.text("SHIZHENG_FONTS")
SIGNING_KEY = env.text("SHIZHENG_SIGNING_KEY")
SIGNING_PASSWORD = env.text("SHIZHENG_SIGNING_PASSWORD")
DEMO_SIGNER = "示範簽章（不具效力） Demonstration, no legal effect"
SIGNING_TRUSTED = env.text("SHIZHENG_SIGNING_TRUSTED")
TIMESTAMP_URL = env.text("SHIZHENG_TIMESTAMP_URL")

# Payments: which gateways take them. The built-in test bank moves no real money.
TEST_BANK_ALLOWED = env.flag("SHIZHENG_TEST_BANK_ALLOWED", default=not IS_PRODUCTION)
TEST_BANK_SECRET = env.text("SHIZHENG_TEST_BANK_SECRET")
PAYMENT_GATEWAYS = env.words(
    "SHIZHENG_PAYMENT_GATEWAYS", default=[] if IS_PRODUCTION else ["test_bank"]
)
PAYMENT_COLLECTOR = env.text("SHIZHENG_PAYMENT_COLLECTOR", default="99999")

# Maps draw the city's own areas; what may lie under them comes from elsewhere only if asked for.
MAP_STYLE = env.text("SHIZHENG_MAP_STYLE")
MAP_TILES = env.text("SHIZHENG_MAP_TILES")
MAP_CREDIT = env.text("SHIZHENG_MAP_CREDIT")
MAP_HOSTS = env.words("SHIZHENG_MAP_HOSTS")

# The broker from which readings of sensors are taken; if empty, devices connect here, to a port.
MQTT = env.text("SHIZHENG_MQTT")
MQTT_PORT = env.number("SHIZHENG_MQTT_PORT", default=1883)
MQTT_PUBLISH = env.flag("SHIZHENG_MQTT_PUBLISH", default=True)

# A cluster of NATS through which what devices send goes, so that several workers share it.
NATS = env.text("SHIZHENG_NATS")

# Open311: whether programs need a key, and how often somebody without one may report.
OPEN311_KEYS = env.choice("SHIZHENG_OPEN311_KEYS", "optional", ["optional", "required"])
OPEN311_RATE = env.text("SHIZHENG_OPEN311_RATE", default="30/m")

# Measures: which engine computes them, and how many megabytes of memory it may take here.
ANALYTICS = env.engine("SHIZHENG_ANALYTICS", default="duckdb")
ANALYTICS_MEMORY = env.number("SHIZHENG_ANALYTICS_MEMORY", default=2_048)

WEBHOOKS_TO_PRIVATE = env.flag("SHIZHENG_WEBHOOKS_TO_PRIVATE", default=not IS_PRODUCTION)
SCENARIOS = SOURCE_TREE / "tests" / "systems"
SCENARIO_RESULTS = SOURCE_TREE / "var" / "scenarios.json"
JOURNAL_ANCHORS = HOME / "journal_anchors"
