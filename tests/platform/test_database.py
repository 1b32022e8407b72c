"""The skeleton stands."""

import pytest


def test_healthz_answers(client):
    assert client.get("/healthz").json() == {"process": "ok"}


@pytest.mark.django_db
def test_database_has_its_tables(django_user_model):
    assert django_user_model.objects.filter(email="nobody@demo.invalid").count() == 0


@pytest.mark.django_db(transaction=True)
def test_rows_of_migrations_outlive_a_test_that_commits(django_user_model):
    from django.contrib.contenttypes.models import ContentType

    assert ContentType.objects.exists()
