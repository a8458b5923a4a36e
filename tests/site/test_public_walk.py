"""Rule 1 on every public address of the project: the same bytes for everybody, cacheable, and no query on a hit.

Which addresses are public is the list in tests/routes/expectations.py, so a new public page is walked by itself.
"""

import gzip
import re
from datetime import datetime

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.routes.expectations import EXPECTED
from tests.routes.kinds import Public
from tests.routes.world import build
from waic.lib import clock, pagecache

# Public, but not pages of an edition: data that is asked for with a key, health, forms that carry a token, a piece of a page, a file.
OTHER = {
    "awards:receipt", "public-image", "health-live", "health-ready", "metrics", "favicon", "api-root", "api-schema", "api-docs",
    "site:demo-clock", "forums:booklet", "forums:mine-rows", "forums:personal-ics", "forums:slides",
    "forums:invitation-by-link", "forums:invitation-letter-by-link",
}  # fmt: skip
PLAIN = {"robots": "/robots.txt", "sitemap": "/sitemap.xml"}


def is_api(name):
    return name.endswith(("-list", "-detail")) and ":" not in name


PAGES = [
    name for name, expected in EXPECTED.items()
    if isinstance(expected, Public) and expected.own is not None and name not in OTHER and not is_api(name)
]  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    before, settings.LOCAL = settings.LOCAL, True
    now = clock.frozen_at(datetime(2024, 7, 5, 10, 24, tzinfo=clock.ZONE))
    with django_db_blocker.unblock(), transaction.atomic(), now:
        call_command("demo", stdout=open("/dev/null", "w"))  # noqa: SIM115, PTH123
        yield build()
        transaction.set_rollback(True)
    settings.LOCAL = before


@pytest.fixture(scope="module")
def organiser(world):
    client = Client()
    client.force_login(world.people["organiser"])
    return client


def address_of(name, world):
    return PLAIN.get(name) or reverse(name, kwargs=EXPECTED[name].own(world))


def is_page(response):
    return response["Content-Type"].startswith("text/html")


@pytest.fixture
def address(request, world):
    pagecache._bump_now()
    return address_of(request.param, world)


walk = pytest.mark.parametrize("address", PAGES, indirect=True)


@walk
def test_the_same_bytes_for_everybody_and_no_query_on_a_hit(address, organiser):
    first = Client().get(address)
    assert (first.status_code, first.cookies) == (200, {})
    assert "csrf" not in first.text
    again = {}
    for name, client in {"anonymous": Client(), "organiser": organiser}.items():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert (len(queries), response.cookies) == (0, {}), name
        again[name] = response.content
    # Made anew for somebody who is signed in, it is still what anybody gets.
    pagecache._bump_now()
    made_for_organiser = organiser.get(address)
    assert again["anonymous"] == again["organiser"] == first.content
    assert made_for_organiser.content == first.content
    assert made_for_organiser["ETag"] == first["ETag"]
    assert made_for_organiser.cookies == {}


@walk
def test_caches_on_the_way_may_keep_it(address):
    client = Client()
    plain = client.get(address)
    control = {part.strip().split("=")[0] for part in plain["Cache-Control"].split(",")}
    assert control == {"public", "max-age", "stale-while-revalidate"}
    assert plain["Vary"] == "Accept-Encoding"
    assert re.fullmatch(r'"[0-9a-f]+"', plain["ETag"])
    same = client.get(address, headers={"if-none-match": plain["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", plain["ETag"])
    assert same["Cache-Control"] == plain["Cache-Control"]
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200
    zipped = client.get(address, headers={"accept-encoding": "gzip"})
    if len(plain.content) > 400:
        assert zipped["ETag"] != plain["ETag"]
        assert zipped["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.content) == plain.content
        assert client.get(
            address, headers={"accept-encoding": "gzip", "if-none-match": zipped["ETag"]}
        ).status_code == 304  # fmt: skip


@walk
def test_pages_are_in_two_languages_that_name_each_other(address):
    zh = Client().get(address)
    if not is_page(zh):
        return
    en = Client().get(f"/en{address}")
    assert en.status_code == 200
    assert '<html lang="zh-Hans">' in zh.text
    assert '<html lang="en">' in en.text
    for page, own in ((zh, address), (en, f"/en{address}")):
        links = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page.text))  # fmt: skip
        site = settings.SITE_URL
        assert links == {"zh-Hans": site + address, "en": f"{site}/en{address}", "x-default": site + address}  # fmt: skip
        assert f'<link rel="canonical" href="{site}{own}">' in page.text
        assert page.text.count("<h1") == 1
        assert re.search(r"<title>\s*\S", page.text)


@walk
def test_the_policy_allows_our_own_files_and_pages_need_no_more(address):
    response = Client().get(address)
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy.replace("upgrade-insecure-requests", "")
    if not is_page(response):
        return
    text = response.text
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text) == []
    scripts = re.findall(r"<script[^>]*>", text)
    # Linked data is read by machines and never run.
    run = [tag for tag in scripts if 'type="application/ld+json"' not in tag]
    assert [tag for tag in run if " src=" not in tag] == []
    loaded = re.findall(r'<(?:script|img|iframe|source|video|use)[^>]*\s(?:src|href)="([^"]+)"', text)  # fmt: skip
    loaded += re.findall(r'<link rel="(?:stylesheet|icon|preload)"[^>]*href="([^"]+)"', text)
    assert [where for where in loaded if not where.startswith(("/", "#"))] == []


@walk
def test_a_change_makes_the_next_answer_new(address, world, django_capture_on_commit_callbacks):
    before = Client().get(address)
    key_before = pagecache.revision()
    with django_capture_on_commit_callbacks(execute=True):
        world.edition.save()
    assert pagecache.revision() != key_before
    with CaptureQueriesContext(connection) as queries:
        after = Client().get(address)
    assert after.status_code == before.status_code
    assert len(queries) > 0 or address == "/robots.txt"
