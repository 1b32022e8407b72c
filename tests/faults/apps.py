import os
import signal
from datetime import timedelta

from django.apps import AppConfig


def say(person, number):
    from rise.notifications.outbox import Words

    return Words(f"Word {number}", "This is a word.", "/account/")


def kill_the_worker(person):
    os.kill(os.getpid(), signal.SIGKILL)


class FaultsConfig(AppConfig):
    """What the tests send: a word, and one that kills whoever reads it. The clock ticks every second."""

    name = "tests.faults"

    def ready(self):
        from rise.celery import app
        from rise.notifications import outbox

        outbox.register_words("fault_word", say)
        outbox.register_words("fault_poison", kill_the_worker)
        app.conf.beat_schedule["send what is due"]["schedule"] = timedelta(seconds=1)
