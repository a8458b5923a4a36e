"""Every setting, read from the environment; production refuses to start without its secrets.

Every variable is described in docs/deployment.md.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from waic.lib import servers

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name, default="0"):
    """True when the environment variable says 1, true, yes or on."""
    return os.environ.get(name, default).strip().lower() in {"1", "true", "yes", "on"}


def words(name, default=""):
    """A comma-separated environment variable as a list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


DEBUG = flag("DEBUG")
DEMO = flag("WAIC_DEMO")
EMBEDDED = servers.uses_embedded()
VAR = Path(os.environ.get("WAIC_VAR", BASE_DIR / "var")).resolve()
TESTING = flag("WAIC_TESTING")
# A checkout without any setting is a developer's: embedded servers, a key of its own.
LOCAL = DEBUG or TESTING or flag("WAIC_EMBEDDED")
PRODUCTION = not LOCAL and not DEMO

if EMBEDDED and not LOCAL:
    # `manage.py` in a bare checkout is a developer's command; a deployment names its servers.
    if os.environ.get("SECRET_KEY"):
        raise ImproperlyConfigured(
            "Set DATABASE_URL and REDIS_URL (or WAIC_EMBEDDED=1 for the embedded servers)."
        )
    LOCAL, PRODUCTION = True, False

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("Set SECRET_KEY to a long random value.")
    SECRET_KEY = servers.local_secret("secret_key")
SITE_URL = os.environ.get("SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip(
    "/"
)
if PRODUCTION and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("Set SITE_URL to the public https:// address.")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", urlsplit(SITE_URL).hostname if PRODUCTION else "*")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS", SITE_URL)

INSTALLED_APPS = [
    "waic.lib",
    "waic.accounts",
    "waic.editions",
    "waic.notifications",
    "waic.visitors",
    "forums",
    "exhibitors",
    "awards",
    "waic.reports",
    "waic.site",
    "waic.demo",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "rest_framework",
]

MIDDLEWARE = [
    "waic.lib.metrics.MetricsMiddleware",
    # Public pages are answered here, with the headers that the rest gave them when they were made.
    "waic.lib.ready_pages.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "waic.lib.csp.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "waic.lib.api_language.ApiLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "waic.accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "waic.lib.outage.OutageMiddleware",
]

ROOT_URLCONF = "waic.urls"
WSGI_APPLICATION = "waic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "waic.lib.context.site",
                "waic.editions.context.edition",
                "waic.accounts.context.demo_people",
            ],
            "builtins": [
                "waic.lib.templatetags.look",
                "waic.lib.templatetags.dates",
                "waic.lib.templatetags.numbers",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]
FORM_RENDERER = "waic.lib.forms.LookRenderer"

# --- Data ---------------------------------------------------------------------------------------


def database_from_url(url):
    """Django's DATABASES entry for postgresql://user:password@host:port/name?option=value."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {
            **options,
            "pool": {
                "min_size": 1,
                "max_size": int(os.environ.get("DATABASE_POOL", "10")),
                "timeout": 10,
            },
        },
    }


DATABASES = {
    "default": database_from_url(os.environ["DATABASE_URL"])
    if os.environ.get("DATABASE_URL")
    else servers.database_settings()
}
# Nobody waits for ever: for a lock anywhere, for an answer in the web server (waic/gunicorn.py sets it there).
DATABASES["default"]["OPTIONS"].setdefault(
    "options",
    f"-c lock_timeout={os.environ.get('DATABASE_LOCK_TIMEOUT', '3s')} "
    f"-c statement_timeout={os.environ.get('DATABASE_STATEMENT_TIMEOUT', '0')}",
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if os.environ.get("REDIS_URL"):
    REDIS_URL = os.environ["REDIS_URL"].rstrip("/")
    CACHE_URL, CELERY_BROKER_URL = f"{REDIS_URL}/1", f"{REDIS_URL}/0"
else:
    CACHE_URL = f"unix://{servers.redis_socket()}?db=1"
    CELERY_BROKER_URL = f"redis+socket://{servers.redis_socket()}?virtual_host=0"
CACHES = {
    "default": {
        "BACKEND": "waic.lib.rediscache.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": os.environ.get("CACHE_PREFIX", "waic"),
    }
}
CELERY_BROKER_URL = (
    os.environ.get("TEST_BROKER_URL", CELERY_BROKER_URL) if TESTING else CELERY_BROKER_URL
)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 600
# The planner calculates in a process of its own with so many threads and so much memory at most.
PLANNER_WORKERS = int(os.environ.get("PLANNER_WORKERS", min(4, os.cpu_count() or 1)))
PLANNER_MEMORY_MB = int(os.environ.get("PLANNER_MEMORY_MB", 3072))
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {"task": "waic.notifications.tasks.sweep_outbox", "schedule": 60},
    "sweep-jobs": {"task": "waic.lib.tasks.sweep_jobs", "schedule": 60},
    "forget-answers": {"task": "waic.lib.tasks.forget_answers", "schedule": 3600},
    "check-invariants": {"task": "waic.lib.tasks.check_invariants", "schedule": 24 * 3600},
    "expire-invitations": {"task": "forums.tasks.expire_invitations", "schedule": 3600},
    "remind-speakers": {"task": "forums.tasks.remind_speakers", "schedule": 3600},
    "tend-seats": {"task": "forums.tasks.tend_seats", "schedule": 60},
    "tell-releases": {"task": "forums.tasks.tell_releases", "schedule": 60},
}

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR / "static"))
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "waic.lib.joined_css.JoinedCssFinder",
]
STATICFILES_DIRS = [BASE_DIR / "waic" / "static"]
# Uploads are private: nothing serves MEDIA_ROOT but waic.lib.files behind a permission check.
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
FORMAT_MODULE_PATH = ["waic.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "waic_language"
USE_I18N = True
USE_TZ = True
# "example.com" typed as an address means https, as it will by default from Django 6 on.
FORMS_URLFIELD_ASSUME_HTTPS = True
TIME_ZONE = "Asia/Shanghai"
EDITION_TIME_ZONE = "Asia/Shanghai"

# --- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "site:portal"
LOGOUT_REDIRECT_URL = "site:home"
ACCOUNT_ADAPTER = "waic.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
# A changed password or second factor is told to its owner.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "signup": "waic.accounts.forms.SignupForm",
    "add_email": "waic.accounts.forms.AddEmailForm",
    "change_email": "waic.accounts.forms.ChangeEmailForm",
    "confirm_email_verification_code": "waic.accounts.forms.ConfirmCodeForm",
    "reset_password": "waic.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "waic.accounts.forms.ResetPasswordKeyForm",
    "change_password": "waic.accounts.forms.ChangePasswordForm",
}
MFA_FORMS = {
    "authenticate": "waic.accounts.forms.AuthenticateForm",
    "reauthenticate": "waic.accounts.forms.ReauthenticateForm",
    "activate_totp": "waic.accounts.forms.ActivateTotpForm",
}
MFA_ADAPTER = "waic.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "WAIC"
# Staff sign in with a second factor; the demo edition relaxes that and says so on its sign-in page.
STAFF_SECOND_FACTOR = flag("STAFF_SECOND_FACTOR", "0" if DEMO or DEBUG else "1")
# The one way out for mail; packages below the outbox find it by name.
NOTIFY = "waic.notifications.outbox.notify"
DEMO_PASSWORD = "waic-demo-2024" if DEMO or DEBUG or TESTING else ""

# --- Mail ---------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "WAIC <no-reply@waic.test>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = VAR / "mail"
if os.environ.get("EMAIL_URL"):
    _mail = urlsplit(os.environ["EMAIL_URL"])
    EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
        unquote(_mail.username or ""),
        unquote(_mail.password or ""),
    )
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme == "smtp+tls", _mail.scheme == "smtps"
    EMAIL_TIMEOUT = 20
elif PRODUCTION and "EMAIL_BACKEND" not in os.environ:
    raise ImproperlyConfigured(
        "Set EMAIL_URL (smtp+tls://user:password@host:587) or EMAIL_BACKEND."
    )
else:
    EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "waic.notifications.filemail.EmailBackend")

# --- Web security -------------------------------------------------------------------------------

SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "waic_session"
CSRF_COOKIE_NAME = "waic_csrf"
SECURE_SSL_REDIRECT = SECURE and flag("SSL_REDIRECT", "1")
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUST_PROXY = flag("TRUST_PROXY")
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours append to X-Forwarded-For; what stands left of theirs is anybody's invention.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "1" if TRUST_PROXY else "0"))
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# --- API ----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "waic.accounts.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "waic.lib.parsing.BoundedJSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "waic.lib.paging.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "waic.lib.errors.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "600/min", "user": "1200/min", "submit": "30/min"},
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "WAIC API",
    "DESCRIPTION": "Programme, exhibition and awards of the World Artificial Intelligence Conference.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "AwardKindEnum": "awards.models.award.AwardKind",
        "QuestionKindEnum": "awards.models.award.FieldKind",
        "SessionKindEnum": "forums.models.session.SessionKind",
        "ForumStateEnum": "forums.models.forum.ForumState",
        "ParticipationRoleEnum": "forums.models.session.ParticipationRole",
        "ExhibitorKindEnum": "exhibitors.models.application.Kind",
        "ValidationErrorEnum": "drf_standardized_errors.openapi_serializers.ValidationErrorEnum.choices",
        "ClientErrorEnum": "drf_standardized_errors.openapi_serializers.ClientErrorEnum.choices",
        "ServerErrorEnum": "drf_standardized_errors.openapi_serializers.ServerErrorEnum.choices",
    },
}

# --- Admin, logs --------------------------------------------------------------------------------


def _icon(_request):
    return static("waic/img/icon.svg")


# 石青, the pigment of actions, from wash to night.
BLUES = {"50": "#eef4fb", "100": "#dbe8f6", "200": "#b9d2ed", "300": "#8db6e0", "400": "#78ade4", "500": "#5596dc",
         "600": "#144e8c", "700": "#124479", "800": "#0f3861", "900": "#0c2c4c", "950": "#071b30"}  # fmt: skip
UNFOLD = {
    "SITE_TITLE": "WAIC",
    "SITE_HEADER": _("WAIC desks"),
    "SITE_URL": "/",
    "SITE_ICON": _icon,
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("waic/img/icon.svg"),
        }
    ],
    "COLORS": {"primary": BLUES},
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "DASHBOARD_CALLBACK": "waic.reports.dashboard.dashboard",
    "ENVIRONMENT": "waic.reports.dashboard.environment",
    "SIDEBAR": {"show_search": True, "navigation": "waic.reports.dashboard.navigation"},
    "BORDER_RADIUS": "4px",
}
from waic.lib.logs import LOGGING  # noqa: E402, F401
