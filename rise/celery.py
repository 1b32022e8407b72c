"""The Celery app, and the clock's work: what runs when nobody clicks.

Tasks are named by string, so that this file leans on no app. Each is thin, takes no arguments and may run twice.
"""

import os
from datetime import datetime, timedelta

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_embedded_init, beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rise.settings")

app = Celery("rise")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "say the clock is running": {"task": "rise.tasks.beat", "schedule": timedelta(seconds=10)},
    "send what is due": {"task": "rise.notifications.tasks.relay", "schedule": timedelta(seconds=3), "options": {"expires": 9}},
    "seal the trail": {"task": "rise.audit.tasks.seal", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
    "send the seal of the day": {"task": "rise.notifications.tasks.send_seal", "schedule": crontab(hour=18, minute=0)},
    "make exports": {"task": "rise.exports.tasks.make", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
    "delete old exports": {"task": "rise.exports.tasks.delete_old", "schedule": timedelta(minutes=10), "options": {"expires": 600}},
    "take up imports": {"task": "schools.tasks.take_up_imports", "schedule": timedelta(seconds=5), "options": {"expires": 15}},
    "look in the watched folder": {"task": "schools.tasks.look_in_folder", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
    "clear uploads": {"task": "schools.tasks.clear_uploads", "schedule": crontab(hour=3, minute=30)},
    "put decisions in force": {"task": "support.tasks.bring_decisions_into_force", "schedule": crontab(hour=5, minute=0)},
    "hand on replies": {"task": "support.tasks.hand_on_replies", "schedule": crontab(hour=4, minute=45)},
    "forget deleted views": {"task": "support.tasks.delete_old_views", "schedule": crontab(hour=4, minute=15)},
    "forget former contacts": {"task": "schools.tasks.forget_contacts", "schedule": crontab(hour=4, minute=0)},
    "let offers lapse": {"task": "deployments.tasks.lapse_offers", "schedule": crontab(hour=5, minute=15)},
    "remind of endings": {"task": "deployments.tasks.remind_of_endings", "schedule": crontab(hour=6, minute=15)},
    "bar from new schools": {"task": "advisers.tasks.bar_from_new_schools", "schedule": crontab(hour=4, minute=30)},
    "pass on plans": {"task": "improvement_plans.tasks.pass_on_plans", "schedule": crontab(hour=5, minute=30)},
    "count the words of schools": {"task": "schools.tasks.count_search_words", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
    "remind of reviews": {"task": "improvement_plans.tasks.remind_of_reviews", "schedule": crontab(minute=10)},
}


def missed_today(since: datetime) -> list[str]:
    """The tasks whose time has passed on the day that began at ``since``."""
    jobs = app.conf.beat_schedule.values()
    return [job["task"] for job in jobs if isinstance(job["schedule"], crontab) and job["schedule"].is_due(since).is_due]


@beat_init.connect(weak=False)
@beat_embedded_init.connect(weak=False)
def catch_up(**_: object) -> None:
    """When the clock starts: say so at once, and do what it would have done today, for nobody knows how long it stood.

    Each of these tasks may run twice and then changes nothing.
    """
    app.send_task("rise.tasks.beat")
    midnight = app.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for task in missed_today(midnight):
        app.send_task(task)


__all__ = ["app", "crontab"]
