"""The applicant's pages: begin, fill in, upload, exhibits, submit, withdraw; nothing typed is lost, never a 500."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exhibitors.models import Application, Exhibit
from tests.exhibitors.factories import (
    CLOSES,
    DURING,
    ApplicationFactory,
    CallFactory,
    ExhibitFactory,
    MembershipFactory,
    UserFactory,
    complete_draft,
    free_credit_code,
    picture_bytes,
)
from tests.exhibitors.uploads import pdf, pdf_bytes, png
from waic.accounts.models import Organisation, Role
from waic.lib import clock
from waic.lib.models import StoredFile
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

LIST, NEW = "/portal/exhibitors/", "/portal/exhibitors/new/"


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def draft(person):
    return complete_draft(person)[0]


def at(application, page=""):
    return f"{LIST}{application.code}/{page}"


# --- List and start -----------------------------------------------------------------------------


def test_the_list_shows_ones_own_and_takes_the_queries_of_one(client, draft, person):
    def count():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(LIST)
        return len(queries), len(page.context["applications"])

    complete_draft()  # somebody else's
    few, _rows = count()
    for year in range(2010, 2013):
        organisation = MembershipFactory(user=person).organisation
        ApplicationFactory(edition__year=year, organisation=organisation)
    assert count() == (few, 4)


def start(**fields):
    code = free_credit_code()
    return {
        "entry_key": uuid4(), "call": CallFactory().pk, "organisation": "new", "name_zh": "示例机器人🤖有限公司",
        "name_en": "Sample Robotics", "country": "CN", "city": "杭州", "credit_code": code, **fields,
    }  # fmt: skip


def test_a_double_click_begins_once(client, person):
    data = start()
    first, second = client.post(NEW, data), client.post(NEW, data)
    application = Application.objects.get()
    assert first.url == second.url == at(application, "edit/")
    assert (application.name_zh, Organisation.objects.count()) == ("示例机器人🤖有限公司", 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_zh", ""), ("name_zh", "示" * 201), ("name_zh", "示\x00例"), ("country", "ZZ"), ("country", ""), ("city", ""), ("city", "x" * 61),
        ("credit_code", ""), ("credit_code", "1" * 18), ("credit_code", "91310000ＭA1FL4B75Q"), ("call", "x"), ("call", ""), ("organisation", "AAAAAA"),
        ("entry_key", "x"), ("entry_key", ""),
    ],
)  # fmt: skip
def test_bad_input_begins_nothing_and_keeps_what_was_typed(client, person, field, value):
    page = client.post(NEW, start(**{field: value}))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert field in ("name_zh", "entry_key") or "示例机器人🤖有限公司" in page.text
    assert (Application.objects.count(), Organisation.objects.count()) == (0, 0)


def test_a_call_that_closed_while_typing_is_told(client, person):
    data = start()
    with clock.frozen_at(CLOSES):
        page = client.post(NEW, data)
    assert (page.status_code, Application.objects.count()) == (422, 0)
    assert "示例机器人🤖有限公司" in page.text or not page.context["calls"]


# --- The long form ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "not an address"), ("contact_email", "nobody"), ("area_wanted", "many"), ("area_wanted", "8"), ("country", "ZZ"), ("kind", "robot"),
        ("block", "999999"), ("block", "x"), ("credit_code", "1" * 18), ("name_zh", "示" * 201), ("profile_zh", "示" * 3001), ("area_wanted", "9" * 5000),
    ],
)  # fmt: skip
@pytest.mark.parametrize("header", [{}, {"HX-Request": "true"}])
def test_what_is_wrong_is_told_beside_the_field_and_kept(client, draft, field, value, header):
    page = client.post(at(draft, "edit/"), {field: value, "city": "杭州"}, headers=header)
    draft.refresh_from_db()
    assert (page.status_code, draft.city, draft.typed) == (422, "杭州", {field: value})
    assert set(page.context["form"].errors) == {field}
    assert f'id="id_{field}_notes"' in page.text
    again = client.get(at(draft, "edit/"))
    assert again.context["form"][field].value() == value
    assert field in [gap.field for gap in again.context["gaps"]]


@pytest.mark.parametrize("seen", ["{", "[]", "3", "null", '{"city": 3}', '{"x": "y"}', "[" * 3000])
def test_a_broken_note_of_what_was_seen_counts_as_none(client, draft, seen):
    page = client.post(at(draft, "edit/"), {"city": "杭州", "seen": seen})
    draft.refresh_from_db()
    assert (page.status_code, draft.city) == (302, "杭州")


def test_odd_characters_are_kept_or_dropped_but_never_fatal(client, draft):
    client.post(at(draft, "edit/"), {"profile_zh": "机器人🤖", "city": "上\x00海"})
    draft.refresh_from_db()
    assert (draft.profile_zh, draft.city) == ("机器人🤖", "上海")


@pytest.mark.parametrize("header", [{}, {"HX-Request": "true"}])
def test_ten_megabytes_of_text_are_refused_with_a_sentence(client, draft, header):
    page = client.post(at(draft, "edit/"), {"profile_zh": "x" * 10_000_000}, headers=header)
    assert (page.status_code, "2 MB" in page.text) == (413, True)
    draft.refresh_from_db()
    assert (draft.profile_zh, draft.version) == ("示例简介", 1)


def test_two_people_in_one_field_the_second_reads_what_is_stored(client, draft):
    colleague = MembershipFactory(organisation=draft.organisation, role=Role.EDITOR).user
    seen = client.get(at(draft, "edit/")).context["seen"]
    Application.objects.update(city="杭州", version=2, changed_by=colleague)
    page = client.post(at(draft, "edit/"), {"city": "苏州", "seen": seen})
    assert (page.status_code, page.context["conflicts"]) == (409, {"city": "杭州"})
    assert 'value="苏州"' in page.text
    assert client.post(at(draft, "edit/"), {"city": "苏州", "seen": page.context["seen"]}).status_code == 302  # fmt: skip
    draft.refresh_from_db()
    assert draft.city == "苏州"


def test_a_stale_page_of_a_submitted_application_saves_nothing(client, draft):
    Application.objects.update(state="submitted", submitted_at=DURING)
    page = client.post(at(draft, "edit/"), {"city": "杭州"})
    assert (page.status_code, 'value="杭州"' in page.text) == (409, True)
    draft.refresh_from_db()
    assert draft.city == "上海"


# --- Files (S5) ---------------------------------------------------------------------------------

HOSTILE = {
    "empty": b"", "html": b"<script>alert(1)</script>", "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "exe": b"MZ" + b"\x00" * 200, "pdf header only": b"%PDF-1.7\n", "pdf of noise": b"%PDF-1.7\n" + bytes(range(256)) * 40,
    "pdf cut off": pdf_bytes()[:200], "pdf with a loop": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "pdf without pages": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF", "too many pages": pdf_bytes(21),
    "png cut off": picture_bytes()[:60], "png of noise": b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "jpeg cut off": picture_bytes(kind="JPEG")[:200],
    "webp of noise": b"RIFF\x10\x00\x00\x00WEBP" + bytes(range(256)), "zip": b"PK\x03\x04" + b"\x00" * 30, "too large": b"%PDF-" + b"x" * (10 * 1024 * 1024),
    "gif": picture_bytes(kind="GIF"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_leaves_nothing(client, draft, case):
    before = draft.licence
    upload = SimpleUploadedFile("营业执照.pdf", HOSTILE[case], "application/pdf")
    page = client.post(at(draft, "edit/"), {"licence": upload, "city": "杭州"})
    draft.refresh_from_db()
    assert page.status_code == 422
    assert page.context["trouble"][0]
    # What was typed beside it is saved all the same.
    assert (draft.licence, draft.city) == (before, "杭州")
    assert list(StoredFile.objects.all()) == [before]


@pytest.mark.parametrize("position", range(0, 260, 65))
def test_a_damaged_file_is_never_fatal(client, draft, position):
    for whole in (
        pdf_bytes(),
        picture_bytes(),
        picture_bytes(kind="JPEG"),
        picture_bytes(kind="WEBP"),
    ):
        spot = 8 + position * (len(whole) - 8) // 260
        damaged = whole[:spot] + b"\xff\x00\x80" + whole[spot + 3 :]
        page = client.post(at(draft, "edit/"), {"licence": SimpleUploadedFile("a.pdf", damaged)})
        assert page.status_code in (302, 422)


def test_a_type_is_known_by_content_and_the_name_follows(client, draft):
    upload = SimpleUploadedFile("../../etc/营业<执照>.exe", pdf_bytes(), "text/html")
    assert client.post(at(draft, "edit/"), {"licence": upload}).status_code == 302
    draft.refresh_from_db()
    assert (draft.licence.name, draft.licence.media_type) == ("营业<执照>.pdf", "application/pdf")
    answer = client.get(at(draft, "files/licence/"))
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "application/pdf",
        "private, no-store",
    )
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(f"/files/{draft.licence.uuid}/").status_code == 404


def test_a_picture_loses_what_is_hidden_in_it(client, draft):
    tail = SimpleUploadedFile("a.png", picture_bytes() + b"<?php hidden ?>")
    client.post(at(draft, "edit/"), {"logo": tail})
    draft.refresh_from_db()
    assert b"hidden" not in io.BytesIO(draft.logo.file.read()).getvalue()


# --- Exhibits -----------------------------------------------------------------------------------


def exhibit(**fields):
    return {"entry_key": uuid4(), "name_zh": "示例展品", "launch_scope": "world", **fields}


def test_an_exhibit_with_a_launch_is_added_once(client, draft):
    data = exhibit(claims_launch="on", launch_evidence="示例依据", launch_at="2024-07-04T10:30")
    for _click in range(2):
        assert client.post(at(draft, "exhibits/new/"), data).status_code == 302
    made = draft.exhibits.get(name_zh="示例展品")
    assert (made.first_launch.evidence, made.first_launch.state) == ("示例依据", "claimed")
    assert made.first_launch.launch_at.astimezone(clock.ZONE).hour == 10


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_zh", ""), ("name_zh", "示" * 201), ("launch_at", "soon"), ("launch_at", "2024-13-40T10:00"), ("launch_at", "0001-01-01T00:00"),
        ("launch_at", "9999-12-31T23:59"), ("launch_scope", "mars"), ("description_zh", "x" * 100_000), ("entry_key", "x"), ("name_en", "a\x00b"),
        ("launch_evidence", "x" * 1001), ("picture_file", SimpleUploadedFile("a.png", b"x")), ("picture_file", SimpleUploadedFile("a.png", pdf_bytes())),
    ],
)  # fmt: skip
def test_a_bad_exhibit_is_told_and_not_added(client, draft, field, value):
    right = {"claims_launch": "on", "category": "机器人🤖", "launch_evidence": "示例"}
    data = exhibit(**{**right, field: value})
    page = client.post(at(draft, "exhibits/new/"), data)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "机器人🤖" in page.text
    assert draft.exhibits.count() == 1


def test_a_stale_exhibit_is_told_and_saved_the_second_time(client, draft):
    row = draft.exhibits.get()
    address = at(draft, f"exhibits/{row.code}/")
    Exhibit.objects.update(name_zh="示例同事所写", version=2)
    page = client.post(address, exhibit(version=1, name_zh="示例我所写"))
    assert page.status_code == 409
    assert page.context["conflicts"]["name_zh"] == "示例同事所写"
    assert 'value="示例我所写"' in page.text
    assert client.post(address, exhibit(version=2, name_zh="示例我所写")).status_code == 302
    row.refresh_from_db()
    assert row.name_zh == "示例我所写"


def test_an_exhibit_is_removed_after_a_question_and_twice_is_harmless(client, draft):
    row = draft.exhibits.get()
    address = at(draft, f"exhibits/{row.code}/remove/")
    assert client.get(address).status_code == 200
    assert draft.exhibits.count() == 1
    for _click in range(2):
        assert client.post(address).url == at(draft, "edit/")
    assert draft.exhibits.count() == 0


def test_an_exhibit_of_another_application_is_not_there(client, draft):
    other = ExhibitFactory()
    for page in ("", "remove/", "picture/"):
        assert client.get(at(draft, f"exhibits/{other.code}/{page}")).status_code == 404


# --- Submit and withdraw ------------------------------------------------------------------------


def test_a_draft_is_looked_over_and_submitted_once(client, draft):
    page = client.get(at(draft, "review/"))
    data = {"agrees": "on", "version": page.context["application"].version}
    for _click in range(2):
        assert client.post(at(draft, "review/"), data).url == at(draft)
    draft.refresh_from_db()
    assert (draft.state, Message.objects.filter(template="exhibitors/submitted").count()) == ("submitted", 2)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 422), ({"version": 1}, 422), ({"agrees": "on", "version": 9}, 409), ({"agrees": "on", "version": "x"}, 409), ({"agrees": "on"}, 409)],
)  # fmt: skip
def test_what_is_not_agreed_to_or_stale_is_not_submitted(client, draft, data, status):
    page = client.post(at(draft, "review/"), data)
    assert (page.status_code, bool(page.context["error"])) == (status, True)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_after_the_deadline_the_page_says_so(client, draft):
    with clock.frozen_at(CLOSES):
        page = client.post(at(draft, "review/"), {"agrees": "on", "version": 1})
        shown = client.get(at(draft))
    assert (page.status_code, "截止" in page.text, "截止" in shown.text) == (422, True, True)


@pytest.mark.parametrize("reason", ["", "示例🤖原因", "a\x00b", "x" * 5000])
def test_withdrawing_takes_any_reason(client, draft, reason):
    assert client.post(at(draft, "withdraw/"), {"reason": reason, "version": 1}).url == at(draft)
    draft.refresh_from_db()
    assert draft.state == "withdrawn"


def test_a_stale_withdrawal_is_told_and_keeps_the_reason(client, draft):
    page = client.post(at(draft, "withdraw/"), {"reason": "示例原因", "version": 7})
    assert (page.status_code, "示例原因" in page.text) == (409, True)
    draft.refresh_from_db()
    assert draft.state == "draft"


# --- Who may (S1) -------------------------------------------------------------------------------

PAGES = ["", "edit/", "review/", "withdraw/", "files/licence/", "exhibits/new/"]


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_what_is_anothers(client, person, page):
    other, _owner = complete_draft()
    missing = client.get(f"{LIST}ZZZZZZ/{page}")
    for answer in (client.get(at(other, page)), client.post(at(other, page), {"city": "x"})):
        assert answer.status_code in (404, 405)
    assert (client.get(at(other, page)).status_code, missing.status_code) == (404, 404)
    client.logout()
    assert client.get(at(other, page)).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_a_viewer_looks_and_changes_nothing(client, person, page):
    draft, _owner = complete_draft()
    MembershipFactory(user=person, organisation=draft.organisation, role=Role.VIEWER)
    assert client.get(at(draft, page)).status_code in (200, 302, 404)
    data = {
        "city": "杭州",
        "agrees": "on",
        "version": 1,
        "licence": pdf(),
        "logo": png(),
        **exhibit(),
    }
    assert client.post(at(draft, page), data).status_code in (403, 404, 405)
    before = (draft.city, draft.state, draft.version, draft.licence)
    draft.refresh_from_db()
    assert (draft.city, draft.state, draft.version, draft.licence) == before
    assert draft.exhibits.count() == 1


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "state", ["draft", "submitted", "changes", "approved", "declined", "withdrawn"]
)
def test_every_state_has_its_page_in_either_language(client, person, state, prefix):
    application, _person = complete_draft(
        person, state=state, submitted_at=DURING, decided_at=DURING
    )
    for address in (LIST, at(application)):
        page = client.get(f"{prefix}{address}")
        assert page.status_code == 200
        assert page.text.count('class="button button--primary"') <= 1
