"""The tests' settings: the same as everyone's, with fast passwords, mail kept in memory and tasks run at once."""

import os

os.environ.setdefault("RISE_ENV", "test")

from rise.settings import *  # noqa: F403
from rise.settings import DATABASES, REDIS_URL, env

if not os.environ.get("DATABASE_URL"):
    from rise import embedded

    DATABASES["default"]["HOST"] = str(embedded.Server("test").socket)
    DATABASES["default"]["NAME"] = "postgres"
DATABASES["default"]["TEST"] = {"NAME": env("RISE_TEST_DB", "test_rise")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# A page gives up soon; a test that races twenty for one lock on a busy machine waits for its turn.
DATABASES["default"]["OPTIONS"] |= {"connect_timeout": "60", "options": "-c statement_timeout=120000 -c lock_timeout=60000"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
if not REDIS_URL:  # .ci/run runs the broker, outbox and browser tests once more with one
    CELERY_BROKER_URL = "memory://"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict = {}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # looks a file up when asked instead of listing them all at every start
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DEMO_SIGN_IN = False
