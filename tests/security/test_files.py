"""Payloads in everything that is not a page: mail, tables, calendars, feeds, the API, letters and receipts (S8)."""

import io
import json

import icalendar
import pytest
from django.utils import translation
from lxml import etree
from openpyxl import load_workbook
from pypdf import PdfReader

from awards.models import Entry
from awards.operations.receipts import make_receipt
from exhibitors.models import Allocation
from forums.operations.letters import letter_pdf
from tests.exhibitors.factories import AllocationFactory
from tests.security.corpus import (
    NEVER,
    PAYLOADS,
    squeezed,
    troubles_of_csv,
    troubles_of_html,
    troubles_of_mail,
    words_of_html,
)
from waic.lib.text import clean_text
from waic.notifications.catalogue import template_names
from waic.notifications.delivery import mail_of
from waic.notifications.models import Message
from waic.notifications.outbox import notify
from waic.reports import desks, registry  # noqa: F401 (registers the reports)
from waic.reports.exports import write_csv, write_xlsx

IN_A_MAIL = (
    "script",
    "attribute",
    "raw text",
    "template",
    "format",
    "return",
    "header",
    "right to left",
    "controls",
)


def expected(world, key, name):
    return {row.texts[key][name] for row in world.rows.values()}


# --- Mail ---------------------------------------------------------------------------------------


def spoken_of(world, payload):
    """Everything any message of the product speaks about; texts that belong to no row are the payload itself."""
    row, text = world.rows[payload], clean_text(PAYLOADS[payload])
    stand = Allocation.objects.filter(application=row.approved).first() or AllocationFactory(application=row.approved)  # fmt: skip
    entry = Entry.objects.select_related("call__award", "call__edition").get(pk=row.entry.pk)
    named = dict.fromkeys(
        ("reason", "inviter", "joined", "left", "role", "email", "code", "words", "subject_line", "signup_url", "password_reset_url"),
        text,
    )  # fmt: skip
    return {
        **named, "application": row.draft, "booth": stand.booth, "hall": stand.booth.hall, "entry": entry, "forum": row.forum,
        "speaker": row.speaker, "invitation": row.invitation, "organisation": row.organisation, "person": row.person, "accepts": True,
    }  # fmt: skip


@pytest.mark.parametrize("payload", IN_A_MAIL)
def test_mails(world, payload):
    """Every message in both languages, as the mail server would get it."""
    context, count = spoken_of(world, payload), 0
    for template in template_names():
        for language in ("zh-hans", "en"):
            address = f"{template.replace('/', '-')}.{language}@example.test"
            message = notify(address, template, cause=f"s8:{payload}", context=context, language=language, link="/portal/")  # fmt: skip
            data = mail_of(message).message().as_bytes()
            assert troubles_of_mail(data, address) == [], (template, language)
            assert "\n" not in message.subject
            count += squeezed(clean_text(PAYLOADS[payload])) in words_of_html(message.html)
    assert count > 20  # most of them do show what was typed


def test_a_payload_in_a_link_stays_in_its_attribute(world):
    for payload, text in PAYLOADS.items():
        message = notify("a@example.test", "accounts/join_request", cause=f"link:{payload}", link=f"/portal/{clean_text(text)}"[:300])  # fmt: skip
        assert troubles_of_html(message.html) == []


def test_the_inbox_shows_what_was_written(world, client):
    row = world.rows["raw text"]
    client.force_login(row.person)
    message = notify(row.person, "accounts/join_request", cause="s8:inbox", context=spoken_of(world, "raw text"))  # fmt: skip
    for address in ("/portal/messages/", f"/portal/messages/{message.uuid}/"):
        page = client.get(address).content.decode()
        assert troubles_of_html(page) == []
        assert message.subject in words_of_html(page)
    assert Message.objects.get(pk=message.pk).read_at


# --- Tables -------------------------------------------------------------------------------------

REPORTS = {
    "programme": ("forum", "title_zh"), "speakers": ("speaker", "name_zh"), "exhibitors": ("approved", "name_zh"),
    "exhibits": ("exhibit", "name_zh"),
}  # fmt: skip


@pytest.mark.parametrize("key", registry._reports)
def test_tables(world, key):
    """A cell is a text or a number, whatever it begins with."""
    report = registry._reports[key]
    rows = [list(row) for row in report.table(world.edition)]
    data = write_csv(report.columns, rows)
    assert troubles_of_csv(data) == []
    sheet = load_workbook(io.BytesIO(write_xlsx(report.title, report.columns, rows))).active
    cells = [cell for line in sheet.rows for cell in line]
    assert [c.value for c in cells if c.data_type == "f" or c.hyperlink] == []
    if key in REPORTS:
        cells = {squeezed(str(c.value)) for c in cells}
        assert {squeezed(text) for text in expected(world, *REPORTS[key])} <= cells


def test_every_report_with_texts_is_looked_at():
    assert set(REPORTS) <= set(registry._reports)


# --- Calendars and feeds ------------------------------------------------------------------------


EVENT = (
    "CATEGORIES", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LAST-MODIFIED", "LOCATION", "SEQUENCE", "STATUS", "SUMMARY", "UID", "URL",
)  # fmt: skip


def test_calendars(world, client):
    """As many events as there are forums, and nothing in them that somebody typed."""
    row = world.rows["calendar"]
    for address, count in [
        ("/2024/programme/schedule.ics", len(PAYLOADS)),
        (f"/2024/forums/{row.forum.code}.ics", 1),
        (f"/2024/speakers/{row.speaker.code}.ics", 1),
    ]:
        data = client.get(address).content
        calendar = icalendar.Calendar.from_ical(data)
        assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", *["VEVENT"] * count]
        assert {len(part.subcomponents) for part in calendar.walk("VEVENT")} == {0}
        assert {tuple(sorted(part)) for part in calendar.walk("VEVENT")} == {EVENT}
    titles = {str(event["SUMMARY"]) for event in all_events(client)}
    assert titles == expected(world, "forum", "title_zh")


def all_events(client):
    data = client.get("/2024/programme/schedule.ics").content
    assert NEVER.findall(data.decode()) == []
    return icalendar.Calendar.from_ical(data).walk("VEVENT")


def test_schedules(world, client):
    """XML that every parser reads, JSON that says what was typed."""
    answer = client.get("/2024/programme/schedule.xml")
    root = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))
    assert {node.text for node in root.iter("title")} >= expected(world, "forum", "title_zh")
    assert {node.text for node in root.iter("person")} == expected(world, "speaker", "name_zh")
    schedule = client.get("/2024/programme/schedule.json")
    assert schedule["Content-Type"].startswith("application/json")
    assert expected(world, "forum", "title_zh") <= set(texts_in(json.loads(schedule.content)))


def texts_in(value):
    """Every text of a JSON document."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in texts_in(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    ("path", "key", "name"),
    [("forums", "forum", "title_zh"), ("speakers", "speaker", "bio_zh"), ("exhibitors", "approved", "profile_en"), ("exhibits", "exhibit", "name_en")],
)  # fmt: skip
def test_the_api_says_what_was_typed_and_is_no_page(world, client, path, key, name):
    address = f"/api/v1/{path}/?page_size=100"
    assert client.get(address, headers={"accept": "text/html"}).status_code == 406
    answer = client.get(address)
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert expected(world, key, name) <= set(texts_in(answer.json()))


# --- Paper --------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", ["typst", "template", "controls", "emoji", "xml"])
def test_receipts_and_letters(world, payload):
    """What was typed is set as text: nothing is read, counted or styled."""
    row = world.rows[payload]
    entry = Entry.objects.select_related("call__award", "call__edition").get(pk=row.entry.pk)
    entry.receipt_number = "S1-0001"
    receipt = make_receipt(entry, language="en").file.read()
    with translation.override("en"):
        letter = letter_pdf(row.invitation, "en")
    for data, text in ((receipt, row.texts["entry"]["title_en"]), (letter, row.texts["speaker"]["name_en"])):  # fmt: skip
        pages = PdfReader(io.BytesIO(data)).pages
        read = "".join("".join(page.extract_text() for page in pages).split())
        assert text.split()[-1] in read  # the mark: all of it is there
        assert "root:" not in read
        if text.isascii():
            assert "".join(text.split()) in read
