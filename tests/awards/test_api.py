"""The API of awards: read-only for everybody, one's own entries for their people, one shape of error, never half-written."""

import json

import pytest

from awards.models import Entry, EntryMember
from tests.awards import uploads
from tests.awards.factories import (
    CLOSES,
    DURING,
    SECOND,
    CallFactory,
    EntryFactory,
    TrackFactory,
    WinnerFactory,
    complete_entry,
    submitted_entry,
)  # fmt: skip
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

ENTRIES = "/api/v1/entries/"


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


@pytest.fixture
def user(client):
    EntryFactory()  # somebody else's
    user = UserFactory(language="en")
    client.force_login(user)
    return user


def send(client, method, address, data=None):
    return getattr(client, method)(address, json.dumps(data), content_type="application/json", headers={"accept-language": "en"})  # fmt: skip


def errors(response):
    return {(e["attr"], e["code"]) for e in response.json()["errors"]}


def one(entry, step=""):
    return f"{ENTRIES}{entry.code}/{step}"


def test_an_entry_from_start_to_receipt(client, user):
    call = CallFactory()
    TrackFactory(call=call)
    answer = send(client, "post", ENTRIES, {"call": call.pk, "title_zh": "示例", "track_key": "leading", "answers": {"unit": "示例\x00院", "fields": ["lab"]}})  # fmt: skip
    assert answer.status_code == 201
    entry = Entry.objects.of(user).get()
    assert (entry.title_zh, entry.track.key, entry.answers) == (
        "示例",
        "leading",
        {"unit": "示例院", "fields": ["lab"]},
    )
    answer = send(client, "post", one(entry, "submit/"))
    assert answer.status_code == 400
    assert {attr for attr, _code in errors(answer)} == {
        "title_en",
        "country",
        "summary",
        "maturity",
        "paper",
        "truthful",
    }
    more = {
        "title_en": "Sample",
        "country": "CN",
        "answers": {"summary": "示例", "maturity": "use", "truthful": "yes"},
    }
    assert send(client, "patch", one(entry), more).status_code == 200
    assert client.post(one(entry, "files/paper/"), {"file": uploads.pdf()}).status_code == 204
    body = send(client, "post", one(entry, "submit/")).json()
    assert (body["state"], body["receipt_number"]) == ("submitted", f"{call.prefix}-0001")
    assert send(client, "post", one(entry, "submit/")).status_code == 400
    assert send(client, "post", one(entry, "take_back/")).json()["state"] == "draft"
    assert send(client, "post", one(entry, "withdraw/")).json()["state"] == "withdrawn"


@pytest.mark.parametrize(
    "data",
    [
        {}, {"call": 0}, {"call": "x"}, {"call": None}, {"call": {}}, [], "text", None,
        {"owner": 1}, {"answers": []}, {"answers": {"nothing": "x"}}, {"answers": {"unit": 1}}, {"answers": {"unit": ["x"]}},
        {"answers": {"fields": "lab"}}, {"answers": {"fields": [1]}}, {"answers": {"unit": "x" * 20_001}}, {"answers": {"fields": ["x"] * 101}},
        {"answers": {"paper": "x"}}, {"title_zh": "题" * 201}, {"country": "XX"}, {"country": "CHN"}, {"track_key": "none"}, {"version": "x"},
    ],
)  # fmt: skip
def test_bad_input_is_told_and_starts_nothing(client, user, data):
    if isinstance(data, dict) and "call" not in data and data:
        data = {"call": CallFactory().pk, **data}
    response = send(client, "post", ENTRIES, data)
    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"
    assert Entry.objects.of(user).count() == 0


def test_half_characters_are_left_out(client, user):
    entry = EntryFactory(lead=user)
    raw = '{"answers": {"unit": "a\\ud800b", "fields": ["\\udfff"]}}'
    assert client.patch(one(entry), raw, content_type="application/json").status_code == 200
    assert Entry.objects.get(pk=entry.pk).answers == {"unit": "ab", "fields": [""]}


@pytest.mark.parametrize(
    ("moment", "status"), [(CLOSES - SECOND, 200), (CLOSES, 400), (CLOSES + SECOND, 400)]
)
def test_the_deadline_is_exact_and_said(client, user, moment, status):
    entry = complete_entry(lead=user)
    with clock.frozen_at(moment):
        patched = send(client, "patch", one(entry), {"answers": {"summary": "Late"}})
        attached = client.post(one(entry, "files/paper/"), {"file": uploads.pdf()})
        submitted = send(client, "post", one(entry, "submit/"))
    assert (patched.status_code, submitted.status_code) == (status, status)
    if status == 400:
        assert [errors(r) for r in (patched, attached, submitted)] == [{(None, "closed")}] * 3 or {
            code for r in (patched, attached, submitted) for _attr, code in errors(r)
        } == {"closed"}
        assert "The deadline has passed" in patched.json()["errors"][0]["detail"]
        assert Entry.objects.get(pk=entry.pk).answers["summary"] == "示例摘要"


def test_a_stale_version_is_a_conflict(client, user):
    entry = EntryFactory(lead=user)
    first = send(client, "patch", one(entry), {"version": 1, "answers": {"summary": "1"}})
    second = send(client, "patch", one(entry), {"version": 1, "answers": {"summary": "2"}})
    assert (first.status_code, first.json()["version"], second.status_code) == (200, 2, 409)
    assert Entry.objects.get(pk=entry.pk).answers == {"summary": "1"}


def test_a_foreign_entry_and_none_look_the_same(client, user):
    foreign = submitted_entry(call=CallFactory())
    before = Entry.objects.values().get(pk=foreign.pk)
    for code in (foreign.code, "ZZZZZZ"):
        where = f"{ENTRIES}{code}/"
        assert client.get(where).status_code == 404
        assert send(client, "patch", where, {"title_zh": "x"}).status_code == 404
        for step in ("submit/", "take_back/", "withdraw/", "invite/", "files/paper/"):
            assert send(client, "post", where + step, {}).status_code == 404
    assert Entry.objects.values().get(pk=foreign.pk) == before
    assert client.get(ENTRIES).json()["results"] == []
    client.logout()
    assert client.get(ENTRIES).status_code in (401, 403)


def test_an_entry_stays_in_its_call_and_is_not_deleted(client, user):
    entry = EntryFactory(lead=user)
    other = CallFactory(edition=EditionFactory(year=2025))
    assert send(client, "patch", one(entry), {"call": other.pk}).status_code == 400
    assert (
        send(client, "patch", one(entry), {"state": "submitted", "receipt_number": "X-1"}).json()[
            "state"
        ]
        == "draft"
    )
    assert (client.delete(one(entry)).status_code, client.put(one(entry)).status_code) == (405, 405)


def test_a_wrong_file_is_told(client, user):
    entry = EntryFactory(lead=user)
    response = client.post(one(entry, "files/paper/"), {"file": uploads.upload("p.pdf", b"<html>")})
    assert (response.status_code, {attr for attr, _c in errors(response)}) == (400, {"file"})
    assert client.post(one(entry, "files/summary/"), {"file": uploads.pdf()}).status_code == 404
    assert client.post(one(entry, "files/paper/"), {"file": "text"}).status_code == 400
    assert entry.files.count() == 0


def test_inviting(client, user):
    entry = EntryFactory(lead=user)
    assert (
        send(client, "post", one(entry, "invite/"), {"email": "co@example.com"}).status_code == 204
    )
    for wrong in ({}, {"email": "x"}, {"email": user.email}, {"email": 1}):
        assert send(client, "post", one(entry, "invite/"), wrong).status_code == 400
    assert entry.members.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_as_many_queries_for_three(client, user, count, django_assert_num_queries):
    for n in range(count):
        entry = EntryFactory(lead=user, call__edition__year=2024 + n)
        TrackFactory(call=entry.call)
        WinnerFactory(edition=entry.call.edition)
    unpublished = EditionFactory(year=2031, is_published=False)
    CallFactory(edition=unpublished)
    WinnerFactory(edition=unpublished)
    for address, queries in (
        (ENTRIES, 3),
        ("/api/v1/awards/", 2),
        ("/api/v1/winners/", 2),
        ("/api/v1/calls/", 4),
    ):
        client.logout() if address != ENTRIES else None
        with django_assert_num_queries(queries):
            rows = client.get(address).json()["results"]
        assert len(rows) == (1 if "awards" in address else count), address


def test_everybody_reads_awards_winners_and_forms(client):
    winner = WinnerFactory(level="示例奖级")
    call = CallFactory()
    WinnerFactory(edition=EditionFactory(year=2025))
    assert [
        w["code"]
        for w in client.get("/api/v1/winners/?edition=2024&award=sample").json()["results"]
    ] == [winner.code]
    assert client.get("/api/v1/awards/sample/").json()["name_en"] == "Sample Award"
    form = client.get(f"/api/v1/calls/{call.pk}/").json()
    assert (form["is_open"], len(form["fields_asked"])) == (True, 11)
    for address in ("awards/", "winners/", "calls/"):
        assert client.post(f"/api/v1/{address}", {}).status_code in (401, 403, 405)


def test_a_co_applicant_leaves_once_and_the_lead_cannot(client, user):
    entry = EntryFactory(lead=UserFactory(language="en"))
    EntryMember.objects.create(entry=entry, user=user, email=user.email, joined_at=DURING)
    answers = [send(client, "post", one(entry, "leave/")).status_code for _click in range(2)]
    assert answers == [204, 404]
    assert list(entry.members.values_list("user", flat=True)) == [entry.lead.pk]
    assert list(Message.objects.values_list("template", "address")) == [("awards/member_left", entry.lead.email)]  # fmt: skip
    client.force_login(entry.lead)
    refused = send(client, "post", one(entry, "leave/"))
    assert (refused.status_code, errors(refused)) == (400, {(None, "lead")})
    assert "you can withdraw it" in refused.json()["errors"][0]["detail"]


def test_nobody_leaves_after_the_deadline_or_an_entry_of_others(client, user):
    entry = EntryFactory()
    assert send(client, "post", one(entry, "leave/")).status_code == 404
    EntryMember.objects.create(entry=entry, user=user, email=user.email, joined_at=DURING)
    with clock.frozen_at(CLOSES):
        refused = send(client, "post", one(entry, "leave/"))
    assert (refused.status_code, errors(refused)) == (400, {(None, "closed")})
    assert entry.members.filter(user=user).exists()
