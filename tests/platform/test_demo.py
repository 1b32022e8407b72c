"""The demonstration refuses plainly what it cannot do, and leaves nothing behind. The whole of it is .ci/run's second step."""

import os
import signal
import socket
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from rise import demo
from rise.demo import check
from rise.demo.processes import Process
from rise.management.commands import demo as command

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own_var(tmp_path, settings):
    settings.VAR = tmp_path


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout


def until(happens, seconds=60):
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def kept_signals():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("number", ["299", "25001"])
def test_number_of_schools_has_limits(number):
    with pytest.raises(CommandError, match="--schools takes a number from 300 to 25,000"):
        run("--schools", number)


def test_production_has_no_demonstration(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="does not run with RISE_ENV=production"):
        run()


def test_port_in_use_is_told_with_another(own_var, kept_signals):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is in use by another program. Choose another: --port {port + 1}"):
            run("--port", str(port))


def test_second_demonstration_of_a_checkout_is_refused(own_var, kept_signals):
    with command._only_one() as note:
        note(8000)
        with pytest.raises(CommandError, match=rf"already running \(http://localhost:8000/, process {os.getpid()}\)"):
            run()


def test_process_ends_with_all_it_started():
    code = "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); print(child.pid, flush=True); time.sleep(600)"
    reading, writing = os.pipe()
    with open(reading) as words, open(writing, "wb") as output:
        child = Process("child", [sys.executable, "-c", code], environment=os.environ, cwd=ROOT, output=output)
        grandchild = int(words.readline())
        assert alive(child.pid)
        assert alive(grandchild)
        child.ask_to_stop()
        child.stop(patience=1)
        until(lambda: not alive(grandchild))
        assert child.ended() == -signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_process_ends_when_the_command_is_killed():
    code = (
        "import os, pathlib, sys, time; from rise.demo.processes import Process;"
        "child = Process('child', [sys.executable, '-c', 'import time; time.sleep(600)'], environment=os.environ, cwd=pathlib.Path('.'));"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    until(lambda: not alive(child))


def test_parts_are_built_in_order(monkeypatch):
    built = []

    class Part:
        def __init__(self, name):
            self.name = name

        def build(self, **options):
            options.pop("say")("working")
            built.append((self.name, options))

    monkeypatch.setattr(demo.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(demo.importlib, "import_module", Part)
    demo.build(schools=200, say=built.append)
    assert built == ["working", ("rise.demo.register", {"schools": 200}), "working", ("rise.demo.cast", {})]


def test_page_is_read_for_links_and_buttons():
    page = check._Page(
        '<h1>Sign in</h1><a href="/help/">Help</a><form method="post" action="/sign-in/demo/">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="t"><button name="email" value="a@demo.invalid">A</button></form>'
    )
    assert page.heading == "Sign in"
    assert page.links == ["/help/"]
    assert page.forms == [{"action": "/sign-in/demo/", "fields": {"csrfmiddlewaretoken": "t"}, "buttons": [("email", "a@demo.invalid")]}]


@pytest.mark.django_db(transaction=True)
def test_visitor_says_what_is_broken_and_where(live_server):
    visitor = check.Visitor(live_server.url)
    assert visitor.get("/healthz")[1] == '{"process": "ok"}'
    with pytest.raises(check.Fault, match="/nowhere/ answered 404"):
        visitor.get("/nowhere/")


def test_visitor_says_when_nothing_answers():
    assert check.is_ready("http://127.0.0.1:1") == {}
    with pytest.raises(check.Fault, match="/ did not answer"):
        check.Visitor("http://127.0.0.1:1").get("/")
