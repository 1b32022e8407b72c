"""Using the site as a person does, without a browser: open a page, fill the form that has this button, send it."""

from datetime import date
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.files import pdf_words


class Page(HTMLParser):
    """A page's links and forms."""

    def __init__(self, response, address: str) -> None:
        super().__init__()
        self.response, self.address = response, address
        self.forms: list[dict] = []
        self.links: dict[str, str] = {}
        self._form = self._button = self._text = self._select = self._link = None
        self.words = ""
        self.names: set[str] = set()
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self._form = {"action": given.get("action", ""), "method": given.get("method", "get").lower(), "fields": {}, "buttons": []}
            self.forms.append(self._form)
        elif tag == "a":
            self._link = [given.get("href", ""), ""]
        elif self._form is None:
            return
        elif tag in ("input", "textarea", "select") and name:
            self.names.add(name)
            self._field(tag, name, given)
        elif tag == "option" and self._select and ("selected" in given or self._select not in self._form["fields"]):
            self._form["fields"][self._select] = given.get("value", "")
        elif tag == "button":
            self._button = {"name": name, "value": given.get("value", ""), "words": ""}
            self._form["buttons"].append(self._button)

    def _field(self, tag, name, given):
        if tag == "textarea":
            self._text = name
            self._form["fields"][name] = ""
        elif tag == "select":
            self._select = name
        elif given.get("type", "text") in ("checkbox", "radio"):
            if "checked" in given:
                self._form["fields"].setdefault(name, []).append(given.get("value", "on"))
        elif given.get("type") != "submit":
            self._form["fields"][name] = given.get("value", "") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._text = None
        elif tag == "select":
            self._select = None
        elif tag == "button":
            self._button = None
        elif tag == "a" and self._link:
            self.links.setdefault(" ".join(self._link[1].split()), self._link[0])
            self._link = None

    def handle_data(self, data):
        self.words += data
        if self._text and self._form is not None:
            self._form["fields"][self._text] += data
        if self._button is not None:
            self._button["words"] += data
        if self._link is not None:
            self._link[1] += data

    def form(self, button: str) -> tuple[dict, dict]:
        """The form that has a button with these words, and the button."""
        for form in self.forms:
            for one in form["buttons"]:
                if " ".join(one["words"].split()) == button:
                    return form, one
        there = [" ".join(one["words"].split()) for form in self.forms for one in form["buttons"]]
        raise AssertionError(f"No button “{button}” on {self.address}; there are {there}")


class Visitor:
    """One person at the site."""

    def __init__(self, user) -> None:
        self.client = Client()
        self.client.force_login(user, backend="rise.accounts.auth.ScopedBackend")
        self.user = user

    def open(self, address: str) -> Page:
        response = self.client.get(address, follow=True)
        assert response.status_code == 200, f"{self.user} at {address}: {response.status_code}"
        return Page(response, response.request["PATH_INFO"])

    def send(self, address: str, button: str, **values) -> Page:
        """Fill the form that has ``button`` and send it; the page it led to. What was sent is kept in ``last``."""
        page = self.open(address)
        form, chosen = page.form(button)
        unknown = [name for name in values if name not in page.names]
        assert unknown == [], f"No field {unknown} on {address}; there are {sorted(page.names)}"
        data = {**form["fields"], **values}
        if chosen["name"]:
            data[chosen["name"]] = chosen["value"]
        target = urljoin(page.address, form["action"]) if form["action"] else page.address
        answer = self.client.post(target, data)
        if answer.status_code != 302:
            wrong = Page(answer, target)
            raise AssertionError(f"{button} at {address}: {answer.status_code} {' '.join(wrong.words.split())[:1500]}")
        self.last, self.last_answer = (form, data, target), answer["Location"]
        return self.open(answer["Location"])


def day_boxes(name: str, day: date) -> dict[str, str]:
    """What is typed into the three boxes of a date."""
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def queries_of(client: Client, address: str) -> int:
    """How many queries a page costs once what a process keeps has been read."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries)


def read(client: Client, address: str) -> str:
    """A page as it is sent, or the words of a sheet to print."""
    response = client.get(address)
    assert response.status_code == 200, address
    return pdf_words(response) if response["Content-Type"] == "application/pdf" else response.content.decode()
