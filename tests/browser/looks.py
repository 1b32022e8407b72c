"""What every page is held to, and its picture."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

PICTURES = Path(settings.BASE_DIR) / "var" / "pictures"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def follow(link) -> None:
    """Click what leads to another page, and wait until that page is there whole: a click alone does not."""
    with link.page.expect_navigation():
        link.click()


def axe_findings(page) -> list[str]:
    """What axe finds for WCAG 2.2 A and AA and its own best practice: rule, help, where."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['help']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"][:4]]


#: What axe judges of a page, without its words: each kind of element in all it stands in, whether its id is its own and what it
#: refers to is there, and the order of headings and landmarks. Roles mostly see the same kinds in other numbers; one look is enough.
KINDS = """() => {
    const times = {};
    for (const e of document.querySelectorAll('[id]')) times[e.id] = (times[e.id] || 0) + 1;
    const shown = /^(class|role|type|scope|fill|aria-hidden|aria-current)$/, refers = /^(for|aria-labelledby|aria-describedby|aria-controls)$/;
    const said = a => shown.test(a.name) ? a.value
        : refers.test(a.name) ? a.value.split(' ').map(id => times[id] || 0) : a.value === '';
    const own = e => e.tagName + [...e.attributes]
        .filter(a => /^(class|role|type|for|scope|lang|alt|title|hidden|disabled|checked|fill|aria-.*)$/.test(a.name))
        .map(a => a.name + said(a)).join() + (e.children.length || (e.textContent || '').trim() ? 1 : 0) + (times[e.id] || '');
    const number = words => [...words].reduce((n, letter) => (n * 33 + letter.codePointAt(0)) % 274877906857, 7);
    const found = new Set();
    const walk = (e, above) => {
        const here = number(above + own(e));
        found.add(here);
        for (const part of e.children) walk(part, here + ' ');
    };
    walk(document.body, '');
    const order = document.querySelectorAll('h1, h2, h3, h4, h5, h6, header, nav, main, aside, footer, section, [role=region], [role=alert]');
    found.add(number([...order].map(e => e.tagName + (e.getAttribute('role') || '')).join()));
    return [...found];
}"""
_seen: set[tuple[int, int]] = set()


def is_new(page) -> bool:
    """Whether the page has a kind of element, or an order of headings and landmarks, that was not yet judged at this width."""
    kinds = {(page.viewport_size["width"], kind) for kind in page.evaluate(KINDS)}
    fresh = bool(kinds - _seen)
    _seen.update(kinds)
    return fresh


def assert_accessible(page) -> None:
    assert axe_findings(page) == []


def sideways(page) -> list[str]:
    """What sticks out at the right of the window, where the page can be scrolled sideways."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
        [...document.querySelectorAll('main *, header *, footer *')]
          .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
          .slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + (e.textContent || '').trim().slice(0, 60))"""
    )


def assert_no_sideways_scroll(page) -> None:
    assert sideways(page) == []


def findings(page) -> list[str]:
    """Everything wrong with how a page looks and behaves, as lines."""
    found = [f"axe: {line}" for line in axe_findings(page)] if is_new(page) else []
    found += [f"sideways: {line}" for line in sideways(page)]
    if page.status < 400:
        found += [f"console: {line}" for line in page.complaints]
    heads = page.locator("h1").count()
    if heads != 1:
        found.append(f"{heads} h1")
    return found


def picture(page, name: str) -> Path:
    """Keep the whole page under var/pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"]
    path = PICTURES / f"{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')}-{width}.png"
    for patience in (4, 3, 2, 1, 0):
        try:
            page.screenshot(path=str(path), full_page=True)
            break
        except Exception as fault:  # Chromium now and then refuses one picture and takes the same one a moment later
            if not patience or "Unable to capture screenshot" not in str(fault):
                raise
            page.wait_for_timeout(1000)
    return path
