"""Settings of the workers and the site under fault: the service's own, with the sink for mail and short waits."""

from rise.settings import *  # noqa: F403
from rise.settings import INSTALLED_APPS, env

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults"]
ALLOWED_HOSTS = ["127.0.0.1"]
EMAIL_BACKEND = "tests.faults.sink.EmailBackend"
SINK_BEFORE = env("SINK_BEFORE", "0")  # how long the sink thinks before it takes a message: seconds, or while this file is there
SINK_AFTER = env("SINK_AFTER", "0")  # how long before it says that it did
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 50
