"""Every component renders, and is shown on /components/."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from rise import components

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "templates" / "components"


def test_components_page_shows_every_sample(client):
    page = client.get("/components/").content.decode()
    for name, *_ in components.SAMPLES:
        assert f'id="{name}"' in page
    assert "{%" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.S)


def test_components_page_shows_the_errors_of_its_form(client):
    page = client.post("/components/", {}).content.decode()
    assert "<title>Error: Components - RISE</title>" in page
    for link in re.findall(r'<a href="#(id_[^"]+)">', page):
        assert f'id="{link}"' in page


def test_components_page_is_not_in_production(client, settings):
    settings.RISE_ENV = "production"
    assert client.get("/components/").status_code == 404


@pytest.mark.parametrize("name", sorted(str(one.relative_to(FOLDER)) for one in FOLDER.rglob("*.html")))
def test_component_compiles(name):
    assert get_template(f"components/{name}")
