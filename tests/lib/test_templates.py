"""What Django's template language passes over without a word."""

import re

from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
# A {# … #} over two lines is no comment: it stands on the page.
UNCLOSED = re.compile(r"\{#(?!.*#\})")


def shown_comments(text):
    return [line for line in text.splitlines() if UNCLOSED.search(line)]


def test_no_comment_is_shown_to_readers():
    found = {str(path.relative_to(TEMPLATES)): shown_comments(path.read_text(encoding="utf-8"))
             for path in TEMPLATES.rglob("*.*")}  # fmt: skip
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert shown_comments("{# two\nlines #}") == ["{# two"]
