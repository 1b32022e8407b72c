"""Every setting, from the environment. ``.env.example`` lists them all with a safe example of each.

``RISE_ENV`` is "demo" (the default: everything on this machine), "test" or "production". In production a value that
would be unsafe stops the start, with a message that names it.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from rise import embedded, logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"


def env(name: str, default: str | None = None) -> str:
    """The value of an environment variable; without a default it must be set."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. It is described in .env.example.")
    return value


def env_bool(name: str, default: bool) -> bool:
    value = env(name, "yes" if default else "no").lower()
    if value not in {"yes", "no", "true", "false", "1", "0", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}. It is described in .env.example.")
    return value in {"yes", "true", "1", "on"}


def env_int(name: str, default: int) -> int:
    value = env(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}. It is described in .env.example.")
    return int(value)


def env_list(name: str, default: str = "") -> list[str]:
    """Values parted by commas."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def database_from(url: str) -> dict:
    """Django's settings for ``postgres://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host:5432/name. It is described in .env.example.")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


RISE_ENV = env("RISE_ENV", "demo")
if RISE_ENV not in {"demo", "test", "production"}:
    raise ImproperlyConfigured(f"RISE_ENV must be demo, test or production, not {RISE_ENV!r}. It is described in .env.example.")
PRODUCTION = RISE_ENV == "production"

# What a reader of this machine's memory or of this file could use is refused in production, at the end of this file.
DEMO_SECRET = "demo-only-and-known-to-everyone-who-reads-the-source"
SECRET_KEY = env("RISE_SECRET_KEY", None if PRODUCTION else DEMO_SECRET)
SECRET_KEY_FALLBACKS = env_list("RISE_SECRET_KEY_FALLBACKS")
DEBUG = env_bool("RISE_DEBUG", False)
DEMO_SIGN_IN = env_bool("RISE_DEMO_SIGN_IN", RISE_ENV == "demo")
ALLOWED_HOSTS = env_list("RISE_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
SITE_URL = env("RISE_SITE_URL", None if PRODUCTION else "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if PRODUCTION else []

WHO_RUNS = env("RISE_WHO_RUNS", "" if PRODUCTION else "Demonstration only. Not a government website.").strip()  # the footer's last line

INSTALLED_APPS = [
    "rise",
    "rise.accounts",
    "rise.audit",
    "rise.notifications",
    "rise.exports",
    "schools",
    "advisers",
    "support",
    "improvement_plans",
    "deployments",
    "hubs",
    "dashboards",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "crispy_forms",
    "crispy_forms_gds",
    "django_filters",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "rise.logs.request_line",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # a page without sign-in says so with rise.middleware.open_to_all
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "rise.middleware.whole_addresses",
    "rise.middleware.permissions_policy",
    "rise.middleware.nothing_kept",
    "rise.middleware.sign_in_limits",
    "rise.audit.reads.log_auditor_reads",
    "rise.reads.watch",
    "rise.audit.reads.log_school_reads",
    "rise.middleware.once",
    "rise.middleware.Refusals",
    "axes.middleware.AxesMiddleware",  # must be the last
]

ROOT_URLCONF = "rise.urls"
WSGI_APPLICATION = "rise.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rise.navigation.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that templates/ may override a widget
CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"

# Database ------------------------------------------------------------------------------------------------------------

DATABASE_URL = env("DATABASE_URL", None if PRODUCTION else embedded.Server("demo").url)
STATEMENT_TIMEOUT = env_int("RISE_STATEMENT_TIMEOUT_MS", 15_000)
LOCK_TIMEOUT = env_int("RISE_LOCK_TIMEOUT_MS", 5_000)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **database_from(DATABASE_URL),
        "ATOMIC_REQUESTS": False,  # actions open their own transactions, and a refusal must not undo the access log
        "CONN_MAX_AGE": env_int("RISE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
    }
}
# A page may not run for ever, nor wait for ever on someone's lock; imports and migrations set their own with SET LOCAL.
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": "5",
    "application_name": env("RISE_PROCESS", "rise"),
    "options": f"-c statement_timeout={STATEMENT_TIMEOUT} -c lock_timeout={LOCK_TIMEOUT} -c idle_in_transaction_session_timeout=60000",
    **DATABASES["default"]["OPTIONS"],
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People --------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "rise.accounts.auth.ScopedBackend"]
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # addresses are unique whatever their case, by a constraint this check does not know
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email", "name"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds

# Limits count by account and by the address that reached us: a forwarded header is believed only behind our own proxies.
MANY_VIEWS = env_int("RISE_MANY_VIEWS", 60)  # pages of casework in five minutes that administrators are told of
AXES_FAILURE_LIMIT = env_int("RISE_SIGN_IN_LIMIT", 10)
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_USERNAME_FORM_FIELD = "email"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "rise.pages.too_many"
AXES_HTTP_RESPONSE_CODE = 429
AXES_IPWARE_PROXY_COUNT = env_int("RISE_PROXIES", 0)
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if AXES_IPWARE_PROXY_COUNT else ["REMOTE_ADDR"]
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False

# Sessions, cookies, headers ------------------------------------------------------------------------------------------

REDIS_URL = env("REDIS_URL", "")
# Sessions are rows, never in Redis: no page may wait for a broker that hangs (F2b), nor may a signed-out session live on in a cache.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env_int("RISE_IDLE_MINUTES", 60) * 60  # seconds since the person was last seen
SIGN_OUT_AFTER_SECONDS = 12 * 60 * 60  # whatever they do
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = env_bool("RISE_SECURE_COOKIES", PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_NAME = "__Host-rise-session" if SECURE_COOKIES else "rise-session"
CSRF_COOKIE_NAME = "__Host-rise-csrf" if SECURE_COOKIES else "rise-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "rise.pages.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # words about schools stay out of cookies

SECURE_SSL_REDIRECT = env_bool("RISE_HTTPS_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, over plain HTTP
SECURE_HSTS_SECONDS = env_int("RISE_HSTS_SECONDS", 31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if AXES_IPWARE_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        # The hash is of the one line that tells the style sheet scripts run; a test recomputes it.
        "script-src": ["'self'", "'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# Static and own files ------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env("RISE_STATIC_ROOT", str(VAR / "static")))
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty: WhiteNoise then serves static/ itself, and asks only that this is there
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 60 if PRODUCTION else 0
MEDIA_ROOT = Path(env("RISE_MEDIA_ROOT", str(VAR / "media")))
EXPORT_MOST_ROWS = env_int("RISE_EXPORT_MOST_ROWS", 100_000)  # in one file of a list
FORMER_CONTACTS_KEPT = timedelta(days=env_int("RISE_FORMER_CONTACTS_DAYS", 365))  # what is held of whom nobody calls any more
IMPORT_MAX_BYTES = env_int("RISE_IMPORT_MAX_MB", 4_096) * 2**20  # of an official file, unpacked
UPLOAD_MAX_BYTES = env_int("RISE_UPLOAD_MAX_MB", 256) * 2**20  # of a file as it is sent; the rest is not even kept
FILE_UPLOAD_HANDLERS = ["rise.uploads.Limit", "rise.uploads.OnDisk"]
WATCH_FOLDER = env("RISE_WATCH_FOLDER", "")  # official files put here are imported; empty: none is watched
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Words and clocks ----------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# Logs ----------------------------------------------------------------------------------------------------------------

LOGGING = logs.configuration(as_json=env_bool("RISE_LOG_JSON", PRODUCTION), level=env("RISE_LOG_LEVEL", "INFO" if PRODUCTION else "WARNING"))

# Mail ----------------------------------------------------------------------------------------------------------------

EMAIL_BACKEND = env("RISE_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "rise.notifications.mail.DemoBackend")
EMAIL_HOST = env("RISE_EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("RISE_EMAIL_PORT", 25)
EMAIL_HOST_USER = env("RISE_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env("RISE_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env_bool("RISE_EMAIL_TLS", PRODUCTION)
EMAIL_TIMEOUT = 10  # seconds
MAIL_FOLDER = VAR / "mail"  # where the demonstration keeps what it sent
OUTBOX_LEASE_SECONDS = env_int("RISE_OUTBOX_LEASE", 60)  # a message whose worker died is taken up again after this; longer than EMAIL_TIMEOUT
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("RISE_EMAIL_FROM", "RISE <no-reply@demo.invalid>")

# Celery: read by rise/celery.py with the prefix CELERY_ ---------------------------------------------------------------

QUEUE = VAR / "queue"
VISIBILITY_TIMEOUT = env_int("RISE_VISIBILITY_TIMEOUT", 3_600)  # seconds; longer than the longest job
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True  # the database says what was done
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # late acknowledgement alone loses the job of a killed child
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = min(1_800, max(2, VISIBILITY_TIMEOUT - 5))
CELERY_TASK_SOFT_TIME_LIMIT = max(1, CELERY_TASK_TIME_LIMIT - 30)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False  # the demonstration's e-mails are printed as they are
CELERY_BEAT_SCHEDULE_FILENAME = env("RISE_BEAT_FILE", str(VAR / "beat"))
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT = "rise.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": VISIBILITY_TIMEOUT,
        "unacked_restore_interval": 1,  # with the next one: look for messages of a lost worker every second (kombu's default is 100 s)
        "unacked_restore_throttle": 1,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "health_check_interval": 10,
    }
else:  # one machine, no server: a message held by a killed worker is lost, so the outbox sweeps for it
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT = "rise.broker:FolderTransport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE / "messages"),
        "data_folder_out": str(QUEUE / "messages"),
        "control_folder": str(QUEUE / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
    for folder in ("messages", "control"):
        (QUEUE / folder).mkdir(parents=True, exist_ok=True)

# What production refuses ---------------------------------------------------------------------------------------------


def unsafe() -> list[str]:
    """Why these settings may not serve real people; empty when they may."""
    asks = [
        (
            SECRET_KEY == DEMO_SECRET or "insecure" in SECRET_KEY or len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10,
            "RISE_SECRET_KEY must be 50 or more random characters of your own.",
        ),
        (DEBUG, "RISE_DEBUG must be no: error pages would show data and settings."),
        (not ALLOWED_HOSTS, "RISE_HOSTS must name the addresses this service answers to."),
        (any("*" in host for host in ALLOWED_HOSTS), "RISE_HOSTS must name each host: a star lets links in e-mails point anywhere."),
        (
            not WHO_RUNS or WHO_RUNS.lower().startswith("demonstration"),
            "RISE_WHO_RUNS must say who runs this service: it is the last line of every page.",
        ),
        (DEMO_SIGN_IN, "RISE_DEMO_SIGN_IN must be no: it lets anyone in as anyone."),
        (not REDIS_URL, "REDIS_URL must be set: the queue in files is for one machine and loses work."),
        (bool(REDIS_URL) and urlsplit(REDIS_URL).scheme not in {"redis", "rediss"}, "REDIS_URL must begin redis:// or rediss://."),
        (not SECURE_COOKIES, "RISE_SECURE_COOKIES must be yes: cookies may travel over HTTPS only."),
        (not SECURE_SSL_REDIRECT, "RISE_HTTPS_REDIRECT must be yes."),
        (SECURE_HSTS_SECONDS < 3_600, "RISE_HSTS_SECONDS must be 3600 or more."),
        (not SITE_URL.startswith("https://"), "RISE_SITE_URL must begin https://; links in e-mails use it."),
        (
            "Demo" in EMAIL_BACKEND or EMAIL_BACKEND.rsplit(".", 2)[-2] in {"console", "dummy", "locmem", "filebased"},
            "RISE_EMAIL_BACKEND must be one that sends.",
        ),
        (
            not STATEMENT_TIMEOUT or not LOCK_TIMEOUT,
            "RISE_STATEMENT_TIMEOUT_MS and RISE_LOCK_TIMEOUT_MS may not be 0: one slow query could stop the service.",
        ),
    ]
    return [words for is_unsafe, words in asks if is_unsafe]


if PRODUCTION and (reasons := unsafe()):
    raise ImproperlyConfigured("RISE will not start in production:\n- " + "\n- ".join(reasons) + "\nEach name is described in .env.example.")
