"""What is served beside the pages: vendored files as published, and within the weight a page may have."""

import gzip
import hashlib
from pathlib import Path

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
VENDORED = STATIC / "govuk"
STYLES_LIMIT, SCRIPTS_LIMIT = 20_000, 14_000  # bytes, compressed


def packed(*files):
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_vendored_files_are_those_of_the_checksums():
    for line in (VENDORED / "checksums.txt").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == digest, f"{name}: run static/govuk/rebuild.sh"


def test_licence_of_the_vendored_files_is_kept():
    assert "The MIT License" in (VENDORED / "LICENSE.txt").read_text()


def test_styles_and_scripts_stay_light():
    assert packed(VENDORED / "govuk.css", STATIC / "app.css") <= STYLES_LIMIT
    assert packed(VENDORED / "govuk-frontend.min.js", STATIC / "app.js") <= SCRIPTS_LIMIT


def test_nothing_of_the_crown_or_its_typeface_is_served():
    served = [file for file in STATIC.rglob("*") if file.is_file()]
    assert not [file.name for file in served if file.suffix in {".woff", ".woff2", ".ttf", ".png", ".ico"}]
    styles = (VENDORED / "govuk.css").read_text() + (STATIC / "app.css").read_text()
    for word in ("GDS Transport", "crest", "crown", "url("):
        assert word not in styles
