"""A visit to the running demonstration, as each of its people: what ``demo --check`` does."""

import http.cookiejar
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser


class Fault(Exception):
    """Something a visitor would call broken; the words say what and where."""


class _Page(HTMLParser):
    """The links of a page, and its forms with their hidden fields and buttons."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.forms: list[dict] = []
        self.heading = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append({"action": given.get("action", ""), "fields": {}, "buttons": []})
        elif tag == "input" and self.forms and given.get("name"):
            self.forms[-1]["fields"][given["name"]] = given.get("value", "")
        elif tag == "button" and self.forms and given.get("name"):
            self.forms[-1]["buttons"].append((given["name"], given.get("value", "")))
        self._open = tag

    def handle_data(self, data: str) -> None:
        if self._open == "h1" and not self.heading:
            self.heading = data.strip()


class Visitor:
    """One person's browser, without scripts."""

    def __init__(self, site: str):
        self.site = site
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, address: str, data: dict[str, str] | None = None) -> tuple[str, str]:
        """Where one ends up, and the page there; nothing for a sheet to print."""
        address = urllib.parse.urljoin(self.site, address)
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(address, body, {"Referer": address})
        try:
            with self._open.open(request, timeout=30) as answer:
                body = answer.read()
                return answer.geturl(), "" if answer.headers.get_content_type() == "application/pdf" else body.decode()
        except urllib.error.HTTPError as fault:
            with fault:
                raise Fault(f"{urllib.parse.urlsplit(address).path} answered {fault.code}") from None
        except OSError as fault:
            raise Fault(f"{urllib.parse.urlsplit(address).path} did not answer: {fault}") from None

    def sign_in(self, email: str) -> str:
        """Press this person's button on the sign-in page; the address they land on."""
        _, text = self.get("/sign-in/")
        for form in _Page(text).forms:
            wanted = {**form["fields"], **dict(button for button in form["buttons"] if button[1] == email)}
            if email in wanted.values() and "demo" in form["action"]:
                landed, _ = self.get(form["action"], wanted)
                if "/sign-in/" in urllib.parse.urlsplit(landed).path:
                    raise Fault(f"{email} is not signed in by the button")
                return landed
        raise Fault(f"the sign-in page has no button for {email}")

    def walk(self, start: str, limit: int) -> tuple[int, list[str]]:
        """Follow the links of the page one landed on, within the site; how many pages answered, and what did not."""
        seen: set[str] = set()
        faults: list[str] = []
        _, text = self.get(start)
        waiting = [start, *_Page(text).links]
        for link in waiting:
            parts = urllib.parse.urlsplit(urllib.parse.urljoin(start, link))
            inside = f"{parts.scheme}://{parts.netloc}" == self.site
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            if not inside or address in seen or "/sign-out/" in address or parts.path.startswith("/static/") or len(seen) >= limit:
                continue
            seen.add(address)
            try:
                self.get(address)
            except Fault as fault:
                faults.append(str(fault))
        return len(seen) - len(faults), faults


def is_ready(site: str) -> dict[str, str]:
    """What ``/readyz`` says of each part; empty while nothing answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{site}/readyz", timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as fault:
        with fault:
            return json.load(fault) if fault.code == 503 else {"site": f"answers {fault.code}"}
    except OSError:
        return {}


def visit(site: str, people: list[tuple[str, str]], say: Callable[[str], None], pages: int = 25) -> int:
    """Sign in as each of ``people`` (address, who they are) and walk; how many pages answered. Raises Fault with all that did not."""
    total = 0
    broken: list[str] = []
    for email, who in people:
        visitor = Visitor(site)
        began = time.monotonic()
        count = 0
        try:
            count, faults = visitor.walk(visitor.sign_in(email), pages)
        except Fault as fault:
            faults = [str(fault)]
        broken += [f"{who}: {fault}" for fault in faults]
        total += count
        say(f"{who}: {count} pages answered in {time.monotonic() - began:.1f} s")
    if broken:
        raise Fault("; ".join(broken))
    return total
