"""/healthz says that the process answers; /readyz names the part that does not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import OperationalError

from rise import clock, health
from rise.notifications import heartbeat
from rise.notifications.models import Heartbeat


def test_healthz_needs_no_database(client):
    assert client.get("/healthz").json() == {"process": "ok"}


@pytest.fixture
def beating(db, tmp_path, settings):
    settings.QUEUE = tmp_path
    settings.REDIS_URL = ""
    (tmp_path / "messages").mkdir()
    heartbeat.beat()


def test_readyz_when_all_is_well(client, beating):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "broker": "ok", "beat": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_readyz_before_the_clock_has_run(client, beating):
    Heartbeat.objects.all().delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["beat"] == "has not run yet"


def test_readyz_when_the_clock_is_silent(client, beating):
    Heartbeat.objects.update(at=clock.now() - timedelta(minutes=3))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["beat"].startswith("silent for 1")


def test_readyz_when_the_broker_is_gone(client, beating, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "migrations": "ok", "broker": "does not answer", "beat": "ok"}


def test_readyz_when_a_migration_waits(client, beating, monkeypatch):
    monkeypatch.setattr(health, "_all_applied", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'rise'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"].endswith(" not applied")


def test_readyz_when_the_database_is_down(client, beating, monkeypatch):
    def refuse(*_, **__):
        raise OperationalError("connection to db.internal failed: secret words")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "does not answer"
    assert "secret" not in answer.content.decode()
