"""Production refuses what would be unsafe, and says which setting and why."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from rise import settings as rise_settings

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "RISE_ENV": "production",
    "RISE_SECRET_KEY": "k7Zp2v-QmW9xLr4TfYc8NhBs1JdGa6UeKo3VtXi5Cq0RwPyMzHnEbSgDlFjAu",
    "RISE_HOSTS": "rise.example.org",
    "RISE_SITE_URL": "https://rise.example.org",
    "RISE_WHO_RUNS": "Run by Example Department",
    "DATABASE_URL": "postgres://rise:secret@db.example.org/rise",
    "REDIS_URL": "redis://queue.example.org:6379/0",
}


@pytest.fixture
def start(monkeypatch):
    """Load the settings again as the site would at its start; they are read from the environment each time."""

    def run(**changes: str | None) -> dict:
        for name in [name for name in os.environ if name.startswith(("RISE_", "DATABASE_", "REDIS_"))]:
            monkeypatch.delenv(name)
        for name, value in {**SAFE, **changes}.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "rise/settings.py"))

    return run


def test_production_starts_with_safe_values(start):
    settings = start()
    assert settings["SESSION_COOKIE_NAME"] == "__Host-rise-session"
    assert settings["CSRF_COOKIE_NAME"] == "__Host-rise-csrf"
    assert (settings["DEBUG"], settings["DEMO_SIGN_IN"]) == (False, False)
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"RISE_SECRET_KEY": None}, "RISE_SECRET_KEY is not set"),
        ({"RISE_SECRET_KEY": "short"}, "RISE_SECRET_KEY must be 50 or more random characters"),
        ({"RISE_SECRET_KEY": rise_settings.DEMO_SECRET}, "RISE_SECRET_KEY must be 50 or more random characters"),
        ({"RISE_SECRET_KEY": "a" * 60}, "RISE_SECRET_KEY must be 50 or more random characters"),
        ({"RISE_DEBUG": "yes"}, "RISE_DEBUG must be no"),
        ({"RISE_DEBUG": "perhaps"}, "RISE_DEBUG must be yes or no, not 'perhaps'"),
        ({"RISE_HOSTS": None}, "RISE_HOSTS must name the addresses"),
        ({"RISE_HOSTS": "*"}, "RISE_HOSTS must name each host"),
        ({"RISE_WHO_RUNS": None}, "RISE_WHO_RUNS must say who runs this service"),
        ({"RISE_WHO_RUNS": "Demonstration only. Not a government website."}, "RISE_WHO_RUNS must say who runs this service"),
        ({"RISE_DEMO_SIGN_IN": "yes"}, "RISE_DEMO_SIGN_IN must be no"),
        ({"REDIS_URL": None}, "REDIS_URL must be set"),
        ({"REDIS_URL": "filesystem://"}, "REDIS_URL must begin redis://"),
        ({"RISE_SECURE_COOKIES": "no"}, "RISE_SECURE_COOKIES must be yes"),
        ({"RISE_HTTPS_REDIRECT": "no"}, "RISE_HTTPS_REDIRECT must be yes"),
        ({"RISE_HSTS_SECONDS": "0"}, "RISE_HSTS_SECONDS must be 3600 or more"),
        ({"RISE_HSTS_SECONDS": "a year"}, "RISE_HSTS_SECONDS must be a whole number"),
        ({"RISE_SITE_URL": "http://rise.example.org"}, "RISE_SITE_URL must begin https://"),
        ({"RISE_SITE_URL": None}, "RISE_SITE_URL is not set"),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "sqlite:///rise.db"}, "DATABASE_URL must look like postgres://"),
        ({"RISE_EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "RISE_EMAIL_BACKEND must be one that sends"),
        ({"RISE_STATEMENT_TIMEOUT_MS": "0"}, "one slow query could stop the service"),
        ({"RISE_ENV": "staging"}, "RISE_ENV must be demo, test or production, not 'staging'"),
    ],
)
def test_production_refuses(start, changes, words):
    with pytest.raises(ImproperlyConfigured) as refusal:
        start(**changes)
    assert words in str(refusal.value)
    assert ".env.example" in str(refusal.value)


def test_refusal_is_plain_on_the_command_line():
    values = {**os.environ, **SAFE, "RISE_DEMO_SIGN_IN": "yes"}
    values.pop("DJANGO_SETTINGS_MODULE", None)
    answer = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=values, capture_output=True, text=True, timeout=300)
    assert answer.returncode == 1
    assert "RISE_DEMO_SIGN_IN must be no" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_database_url_is_read_in_full():
    assert rise_settings.database_from("postgresql://an%40na:p%2Fw@db:6432/ri%20se?sslmode=require") == {
        "NAME": "ri se",
        "USER": "an@na",
        "PASSWORD": "p/w",
        "HOST": "db",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


def test_missing_value_names_the_setting_and_where_to_read_of_it(monkeypatch):
    monkeypatch.delenv("RISE_NOWHERE", raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"RISE_NOWHERE is not set\. It is described in \.env\.example\."):
        rise_settings.env("RISE_NOWHERE")


def test_env_example_names_every_setting_and_no_other():
    code = "\n".join((ROOT / path).read_text() for path in ["rise/settings.py", "tests/settings.py"])
    read = set(re.findall(r"env(?:_bool|_int|_list)?\(\s*\"([A-Z_]+)\"", code))
    described = set(re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    elsewhere = {"RISE_NO_BOOTSTRAP", "RISE_CI", "RISE_POSTGRES_BIN", "POSTGRES_PASSWORD"}  # manage.py, .ci/run, rise/embedded.py, docker-compose.yml
    assert described - elsewhere == read
