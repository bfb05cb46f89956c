"""One settings file, read from the environment. `README.md` has the table of variables.

Local defaults work without any variable; production refuses to start on a default that is not safe.
"""

from pathlib import Path
from urllib.parse import urlsplit

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from prm import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".data")))

# --- where it runs
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000").rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")
DEBUG = env.flag("DEBUG", default=False)
INSECURE_KEY = "local-only-" + "k" * 50
SECRET_KEY = env.text("SECRET_KEY", INSECURE_KEY)
if SECURE and (SECRET_KEY == INSECURE_KEY or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured("SECRET_KEY must be your own, of 50 characters or more, when PUBLIC_URL is https.")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver" if not SECURE else "")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Where packages (SCORM) play: scripts of strangers, on an origin of their own. Empty: packages cannot be uploaded.
PACKAGES_URL = env.separate_origin("PACKAGES_URL", beside=PUBLIC_URL)
ALLOWED_HOSTS += [host for host in [urlsplit(PACKAGES_URL).hostname] if host]

# --- what it is made of
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "django_filters",
    "oauth2_provider",
    "drf_spectacular",
    "django_cotton",
    "django_htmx",
    "django_structlog",
    "csp",
    "lucide",
    "core",
    "accounts",
    "partners",
    "segmentation",
    "deals",
    "enablement",
    "scorecards",
    "insight",
    "integrations",
    "portal",
]
MIDDLEWARE = [
    "enablement.middleware.PackagesHostMiddleware",
    "core.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "core.middleware.HeadersMiddleware",
    "core.middleware.SizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ReaderMiddleware",
    "partners.middleware.AgreementGateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "partners.merged_addresses.MergedAddressMiddleware",
]
ROOT_URLCONF = "prm.urls"
WSGI_APPLICATION = "prm.wsgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "core.templatetags.icons"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.shell",
                "portal.context.navigation",
            ],
        },
    }
]
FORM_RENDERER = "core.renderers.HubRenderer"
COTTON_ISOLATE_BY_DEFAULT = (
    True  # a component sees its own variables and the context processors, nothing of the page around it
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["auth.E003"]  # e-mail is unique by a constraint that ignores case

# --- data
DATABASES = {
    "default": env.database("DATABASE_URL", "postgresql://prm@localhost:5432/prm")
    | {
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
STATEMENT_TIMEOUT_SECONDS = env.number("STATEMENT_TIMEOUT_SECONDS", 30)
DATABASES["default"]["OPTIONS"] |= {  # type: ignore[operator]
    "connect_timeout": 5,
    "application_name": "prm",
    "options": f"-c statement_timeout={STATEMENT_TIMEOUT_SECONDS}s -c lock_timeout=5s"
    " -c idle_in_transaction_session_timeout=60s -c jit=off"
    " -c pg_trgm.word_similarity_threshold=0.5",
}
REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
MAX_RECORDING_BYTES = env.number("MAX_RECORDING_MB", 500) * 1024**2  # videos and recordings of the library
MAX_PACKAGE_BYTES = env.number("MAX_PACKAGE_MB", 200) * 1024**2
MAX_REQUEST_BYTES = max(MAX_RECORDING_BYTES, MAX_PACKAGE_BYTES) + 2 * 1024**2  # a form with one of them

# --- workers
CELERY_BROKER_URL = env.celery_broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 10,
    # who rings a bell does not wait for a broker that is away: sweeps find the rows
    **dict.fromkeys(("max_retries", "interval_start", "interval_step", "interval_max"), 0),
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_DEFAULT_QUEUE = "outbox"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_TIMEZONE = "UTC"
CELERY_REDBEAT_REDIS_URL = REDIS_URL
CELERY_REDBEAT_LOCK_TIMEOUT = 25
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 2
INVITATION_DAYS = 7
SIGN_IN_ATTEMPTS = 10
SIGN_IN_WINDOW_MINUTES = 15
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)  # reverse proxies in front that add to X-Forwarded-For

# --- badges
# Private RSA keys in PEM: the first signs, the others are still published. Made at first use where there is no file.
BADGE_KEY_FILE = Path(env.text("BADGE_KEY_FILE", str(DATA_DIR / "badge-key.pem")))

# --- cookies and headers
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of their own
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"
SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_SAVE_EVERY_REQUEST = False
SECURE_SSL_REDIRECT = SECURE and env.flag("REDIRECT_TO_HTTPS", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_TLS_PROXY", default=SECURE) else None
SECURE_REDIRECT_EXEMPT = [r"^api/"]  # plain HTTP to the API is refused, never redirected
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 * 2 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(api|o)/"]  # plain HTTP to the API is refused, never redirected
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")
}

# --- words and places
LANGUAGE_CODE = "en"
# A language is offered when every string of the portal has its words in it: so far that is English, in which they are
# written. How numbers and dates look is a matter of the country, and can be chosen (core/formats).
LANGUAGES = [
    ("en", _("English: 12,400.50, 12/31/2026")),
    ("en-gb", _("English, as written in Britain: 12,400.50, 31/12/2026")),
    ("en-de", _("English, as written in Germany: 12.400,50, 31.12.2026")),
]
FORMAT_MODULE_PATH = ["core.formats"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- files the browser needs
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static" / "collected"
STATICFILES_DIRS = [("build", BASE_DIR / "static" / "build"), ("brand", BASE_DIR / "static" / "brand")]
MEDIA_BUCKET = env.text("MEDIA_BUCKET", "")  # an S3-compatible store for uploads; without one they lie in MEDIA_ROOT
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": MEDIA_BUCKET,
            "endpoint_url": env.text("MEDIA_ENDPOINT", "") or None,
            "region_name": env.text("MEDIA_REGION", "") or None,
            "access_key": env.text("MEDIA_ACCESS_KEY", "") or None,
            "secret_key": env.text("MEDIA_SECRET_KEY", "") or None,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }
    if MEDIA_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env.flag("PLAIN_STATIC", default=False):  # tests read the built files where they lie
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True

# --- e-mail
EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend" if SECURE else "django.core.mail.backends.filebased.EmailBackend",
)
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Partner Hub <partners@localhost>")
MAIL_HOST_NAME = urlsplit(PUBLIC_URL).hostname or "localhost"
# Answers to e-mails come to reply+…@ this domain; without one, mails ask people to answer in the portal.
INBOUND_MAIL_DOMAIN = env.text("INBOUND_MAIL_DOMAIN", "").strip().lower()
# What a mail provider shows to hand in messages over HTTP; without it that door stays shut.
INBOUND_MAIL_SECRET = env.text("INBOUND_MAIL_SECRET", "")
if INBOUND_MAIL_SECRET and len(INBOUND_MAIL_SECRET) < 32:
    raise ImproperlyConfigured("INBOUND_MAIL_SECRET must have 32 characters or more.")
INBOUND_MAIL_BYTES = 30 * 1024 * 1024

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.IntegrationAuthentication",
        "accounts.authentication.PageSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.access.ApiPermission"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.renderers.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJsonParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.SignedCursorPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "SCOPES_BACKEND_CLASS": "accounts.scopes.IntegrationScopes",
    "OAUTH2_VALIDATOR_CLASS": "accounts.oauth.IntegrationValidator",
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "PKCE_REQUIRED": True,
    **{
        f"COMPLIANT_BCP_RFC9700_{name}": True
        for name in (
            "IMPLICIT_GRANT",
            "PASSWORD_GRANT",
            "PKCE_METHOD",
            "ACCESS_TOKEN_TRANSPORT",
            "AUTHZ_RESPONSE_ISS",
            "TOKEN_STORAGE",
            "REFRESH_TOKEN",
            "REDIRECT_URI_SCHEME",
            "REDIRECT_URI_MATCHING",
            "PKCE_REQUIRED",
        )
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Partner Hub API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["core.api.schema.add_security", "core.api.schema.sort_components"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}
API_BODY_BYTES = 1024 * 1024

# --- audit trail
PGHISTORY_DEFAULT_TRACKERS = ()

# --- logs: one JSON line per event, ids only
DJANGO_STRUCTLOG_CELERY_ENABLED = True
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": structlog.stdlib.ProcessorFormatter, "processor": structlog.processors.JSONRenderer()}
    },
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django_structlog": {"level": env.text("REQUEST_LOG_LEVEL", "WARNING")},
    },
}
