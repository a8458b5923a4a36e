"""The API: exhibitors and exhibits for everybody, applications for their own people, bad input with a reason."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exhibitors.models import Application, Block
from tests.exhibitors.factories import (
    CLOSES,
    DURING,
    AllocationFactory,
    ApplicationFactory,
    BlockFactory,
    CallFactory,
    EditionFactory,
    ExhibitFactory,
    FirstLaunchFactory,
    MembershipFactory,
    UserFactory,
    complete_draft,
)
from waic.accounts.models import ApiToken, Organisation, Role, digest
from waic.lib import clock, pagecache
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

EXHIBITORS, EXHIBITS, MINE = "/api/v1/exhibitors/", "/api/v1/exhibits/", "/api/v1/applications/"


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


def errors(response):
    """{field: code} of the standard error shape."""
    return {e["attr"]: e["code"] for e in response.json()["errors"]}


# --- For everybody ------------------------------------------------------------------------------


def test_an_exhibitor_shows_what_is_public_and_nothing_else(client):
    block = BlockFactory()
    exhibitor = ApplicationFactory(
        approved=True, edition=block.edition, block=block, contact_email="secret@example.com",
        contact_name="示例秘密", remarks="示例秘密", profile_zh="示例简介",
    )  # fmt: skip
    AllocationFactory(application=exhibitor, booth__number="H2-B101")
    AllocationFactory(application=exhibitor, booth__number="H2-B102", released_at=DURING)
    assert client.get(f"{EXHIBITORS}{exhibitor.code}/").json() == {
        "code": exhibitor.code, "edition": 2024, "kind": "company", "block": "core", "category": "",
        "name_zh": exhibitor.name_zh, "name_en": exhibitor.name_en, "profile_zh": "示例简介", "profile_en": "",
        "country": "CN", "city": "上海", "website": "", "booths": ["H2-B101"],
    }  # fmt: skip


def test_an_exhibit_shows_a_launch_once_it_is_confirmed(client):
    exhibit = ExhibitFactory(application=ApplicationFactory(approved=True))
    launch = FirstLaunchFactory(exhibit=exhibit, evidence="示例秘密")
    address = f"{EXHIBITS}{exhibit.code}/"
    expected = {
        "code": exhibit.code, "edition": 2024, "exhibitor": exhibit.application.code, "name_zh": exhibit.name_zh, "name_en": exhibit.name_en,
        "description_zh": "", "description_en": "", "category": "", "is_highlight": False,
    }  # fmt: skip
    assert client.get(address).json() == {**expected, "first_launch": None}
    launch.state = "confirmed"
    launch.save()
    pagecache._bump_now()
    assert client.get(address).json() == {**expected, "first_launch": "world"}


@pytest.mark.parametrize(("lang", "name"), [("zh", "示例甲"), ("en", "Sample A"), ("xx", None)])
def test_a_language_may_be_asked_for(client, lang, name):
    exhibitor = ApplicationFactory(approved=True, name_zh="示例甲", name_en="Sample A")
    exhibit = ExhibitFactory(application=exhibitor, name_zh="示例甲", name_en="", description_en="Only English")  # fmt: skip
    assert client.get(f"{EXHIBITORS}{exhibitor.code}/?lang={lang}").json().get("name") == name
    answer = client.get(f"{EXHIBITS}{exhibit.code}/?lang={lang}").json()
    assert (answer.get("name"), answer.get("description")) == (
        ("示例甲", "Only English") if name else (None, None)
    )


@pytest.mark.parametrize("state", ["draft", "submitted", "changes", "declined", "withdrawn"])
def test_who_is_not_an_exhibitor_is_not_there(client, state):
    application = ApplicationFactory(state=state, submitted_at=DURING, decided_at=DURING)
    exhibit = ExhibitFactory(application=application)
    for address in (f"{EXHIBITORS}{application.code}/", f"{EXHIBITS}{exhibit.code}/"):
        assert client.get(address).status_code == 404
    for address in (EXHIBITORS, EXHIBITS):
        assert client.get(address).json()["results"] == []


def test_an_edition_that_is_not_published_shows_nothing(client):
    edition = EditionFactory(year=2030, is_published=False)
    ExhibitFactory(application=ApplicationFactory(approved=True, edition=edition))
    for address in (EXHIBITORS, EXHIBITS):
        assert client.get(address).json()["results"] == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=甲", {"示例甲"}), ("edition=2024", {"示例甲"}), ("edition=2023", {"示例乙"}), ("block=core&edition=2024", {"示例甲"}),
        ("block=none", set()), ("country=DE", {"示例乙"}), ("kind=startup", {"示例乙"}), ("edition=99999999999", set()),
    ],
)  # fmt: skip
def test_exhibitors_are_narrowed(client, query, names):
    block = BlockFactory()
    ApplicationFactory(approved=True, edition=block.edition, block=block, name_zh="示例甲")
    ApplicationFactory(approved=True, edition__year=2023, name_zh="示例乙", country="DE", kind="startup")  # fmt: skip
    found = client.get(f"{EXHIBITORS}?{query}").json()["results"]
    assert {row["name_zh"] for row in found} == names


@pytest.mark.parametrize("query", ["edition=now", "kind=robot", "q=%00", "page=x", "page=0"])
@pytest.mark.parametrize("address", [EXHIBITORS, MINE])
def test_nonsense_in_an_address_is_no_fault_of_the_server(client, address, query):
    client.force_login(UserFactory())
    assert client.get(f"{address}?{query}").status_code < 500


@pytest.mark.parametrize("code", ["%00", "AAAAAA", "x" * 300, "示例", "'%20OR%201=1"])
@pytest.mark.parametrize("address", [EXHIBITORS, EXHIBITS, MINE])
def test_a_code_nobody_has_is_not_found(client, address, code):
    client.force_login(UserFactory())
    assert client.get(f"{address}{code}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", [EXHIBITORS, EXHIBITS])
def test_the_catalogue_is_read_only(client, address, method):
    client.force_login(UserFactory(is_superuser=True))
    assert getattr(client, method)(address, {}).status_code in (403, 405)


def rich(**fields):
    exhibitor = ApplicationFactory(approved=True, **fields)
    AllocationFactory(application=exhibitor)
    FirstLaunchFactory(exhibit__application=exhibitor, state="confirmed")


@pytest.mark.parametrize("address", [EXHIBITORS, EXHIBITS])
def test_a_list_of_ten_takes_the_queries_of_one(client, address):
    def count():
        pagecache._bump_now()
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(address).json()["results"]
        return len(queries), len(rows)

    block = BlockFactory()
    rich(edition=block.edition, block=block)
    few, _rows = count()
    for _n in range(9):
        rich(edition=block.edition, block=block)
    assert count() == (few, 10)


# --- One's own applications ---------------------------------------------------------------------


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def draft(person):
    return complete_draft(person)[0]


def send(client, method, address, data):
    return getattr(client, method)(address, data, content_type="application/json")


def patch(client, application, **data):
    return send(client, "patch", f"{MINE}{application.code}/", data)


def bearer(person, secret, *, can_write=True):
    ApiToken.objects.create(
        user=person, name="示例", digest=digest(secret), can_write=can_write,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_reads_and_writes_like_a_session(client):
    draft, person = complete_draft()
    complete_draft()  # somebody else's
    sign, may_read = bearer(person, "s" * 40), bearer(person, "r" * 40, can_write=False)
    address = f"{MINE}{draft.code}/"
    for headers in (sign, may_read):
        rows = client.get(MINE, headers=headers).json()["results"]
        assert [row["code"] for row in rows] == [draft.code]
    json = {"content_type": "application/json"}
    answer = client.patch(address, {"city": "杭州"}, headers=sign, **json)
    assert (answer.status_code, answer.json()["city"]) == (200, "杭州")
    assert client.patch(address, {"city": "苏州"}, headers=may_read, **json).status_code == 403
    assert client.get(MINE, headers={"Authorization": "Bearer " + "0" * 40}).status_code == 401


def test_without_a_name_nothing_is_read_or_written(client):
    draft, _person = complete_draft()
    for method, address in (("get", MINE), ("post", MINE), ("get", f"{MINE}{draft.code}/"), ("patch", f"{MINE}{draft.code}/")):  # fmt: skip
        assert getattr(client, method)(address).status_code == 401


def test_an_own_application_in_full(client, draft):
    assert client.get(f"{MINE}{draft.code}/").json() == {
        "code": draft.code, "edition": 2024, "organisation": draft.organisation.code, "state": "draft", "kind": "company", "block": "core",
        "category": "", "name_zh": draft.name_zh, "name_en": draft.name_en, "profile_zh": "示例简介", "profile_en": "", "country": "CN",
        "city": "上海", "website": "", "contact_name": "示例联系人", "contact_email": "contact@example.com", "contact_phone": "021-00000000",
        "area_wanted": None, "remarks": "", "submitted_at": None, "version": 1, "missing": [],
    }  # fmt: skip


def test_what_is_not_ones_own_is_not_there(client, draft):
    other, _somebody = complete_draft()
    address = f"{MINE}{other.code}/"
    assert client.get(address).status_code == 404
    assert send(client, "patch", address, {"city": "杭州"}).status_code == 404
    for step in ("submit", "withdraw"):
        assert send(client, "post", f"{address}{step}/", {}).status_code == 404
    assert [row["code"] for row in client.get(MINE).json()["results"]] == [draft.code]
    other.refresh_from_db()
    assert (other.city, other.state, other.version) == ("上海", "draft", 1)


def test_a_viewer_reads_and_writes_nothing(client, person):
    draft, _owner = complete_draft()
    MembershipFactory(user=person, organisation=draft.organisation, role=Role.VIEWER)
    assert client.get(f"{MINE}{draft.code}/").status_code == 200
    assert patch(client, draft, city="杭州").status_code == 403
    for step in ("submit", "withdraw"):
        assert send(client, "post", f"{MINE}{draft.code}/{step}/", {}).status_code == 403
    new = EditionFactory(year=2025)
    CallFactory(edition=new)
    data = {"edition": 2025, "organisation": draft.organisation.code}
    assert send(client, "post", MINE, data).status_code == 403
    draft.refresh_from_db()
    assert (draft.city, draft.state, Application.objects.count()) == ("上海", "draft", 1)


def test_an_application_is_begun_filled_in_and_submitted(client, person):
    organisation = MembershipFactory(user=person, organisation__credit_code="").organisation
    CallFactory()
    data = {"edition": 2024, "organisation": organisation.code, "profile_en": "Sample profile"}
    made = send(client, "post", MINE, data)
    assert (made.status_code, made.json()["profile_en"]) == (201, "Sample profile")
    application = Application.objects.get()
    assert application.started_by == person
    refused = send(client, "post", f"{MINE}{application.code}/submit/", {})
    assert refused.status_code == 400
    asked = {"credit_code", "block", "contact_phone", "licence", "exhibits"}
    assert set(errors(refused)) == asked == set(made.json()["missing"])
    application.refresh_from_db()
    assert (application.state, Message.objects.count()) == ("draft", 0)


def test_submitting_and_withdrawing(client, draft):
    answer = send(client, "post", f"{MINE}{draft.code}/submit/", {})
    assert (answer.status_code, answer.json()["state"]) == (200, "submitted")
    assert send(client, "post", f"{MINE}{draft.code}/submit/", {}).status_code == 400
    assert patch(client, draft, city="杭州").status_code == 400
    answer = send(client, "post", f"{MINE}{draft.code}/withdraw/", {})
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert send(client, "post", f"{MINE}{draft.code}/withdraw/", {}).status_code == 400


def test_after_the_deadline_the_api_says_so(client, draft):
    with clock.frozen_at(CLOSES):
        answer = send(client, "post", f"{MINE}{draft.code}/submit/", {})
    assert (answer.status_code, errors(answer)) == (400, {None: "closed"})
    assert "截止" in answer.json()["errors"][0]["detail"]


def test_an_old_version_is_refused_and_nothing_written(client, draft):
    assert patch(client, draft, city="杭州", version=1).status_code == 200
    assert patch(client, draft, city="苏州", version=1).status_code == 409
    draft.refresh_from_db()
    assert (draft.city, draft.version) == ("杭州", 2)


BAD = {
    "too long": {"name_zh": "示" * 201},
    "ten megabytes": {"profile_zh": "x" * 10_000_000},
    "a NUL byte": {"city": "上\x00海"},
    "no number": {"area_wanted": "many"},
    "no area": {"area_wanted": 0},
    "an area beyond any number": {"area_wanted": 10**30},
    "no address": {"website": "javascript:alert(1)"},
    "no mail": {"contact_email": "nobody"},
    "no country": {"country": "ZZ"},
    "a block nobody has": {"block": "nothing"},
    "a block of the wrong kind": {"block": ["core"]},
    "a list for a text": {"city": ["上海"]},
    "a kind nobody knows": {"kind": "robot"},
    "an unknown key": {"colour": "blue"},
    "null for a text": {"city": None},
    "no version": {"version": "x"},
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_by_field_and_writes_nothing(client, draft, case):
    answer = patch(client, draft, **BAD[case])
    # More text than any request may have is refused unread.
    assert answer.status_code == (413 if case == "ten megabytes" else 400)
    if answer.status_code == 400:
        assert set(errors(answer)) == set(BAD[case])
    draft.refresh_from_db()
    assert (draft.version, draft.city, draft.typed) == (1, "上海", {})


@pytest.mark.parametrize("body", ["[]", "[{}]", "[1]", '"x"', "3", "null", "{", "", "\x00", "[" * 3000, '{"\\ud800": 1}', '{"city": "\\ud800"}', b'{"city": "\xff"}'])  # fmt: skip
@pytest.mark.parametrize("method", ["post", "patch"])
def test_what_is_no_object_is_refused(client, draft, method, body):
    address = MINE if method == "post" else f"{MINE}{draft.code}/"
    answer = send(client, method, address, body)
    assert answer.status_code in ((200,) if (method, body) == ("patch", "") else (400,))
    assert Application.objects.count() == 1


@pytest.mark.parametrize("name", ["state", "code", "submitted_at", "missing"])
def test_what_is_not_the_applicants_to_set_stays(client, draft, name):
    before = client.get(f"{MINE}{draft.code}/").json()
    patch(client, draft, **{name: "approved"})
    assert client.get(f"{MINE}{draft.code}/").json() == before


@pytest.mark.parametrize("name", ["licence", "logo", "started_by", "entry_key", "typed", "is_sample", "organisation_id"])  # fmt: skip
def test_hidden_columns_are_unknown_keys(client, draft, name):
    answer = patch(client, draft, **{name: 1})
    assert (answer.status_code, set(errors(answer))) == (400, {name})


def test_an_unknown_key_is_told_in_the_readers_language(client, draft):
    for language, word in (("zh-CN", "没有这个字段"), ("en", "unknown")):
        answer = client.patch(f"{MINE}{draft.code}/", {"colour": 1}, content_type="application/json", headers={"Accept-Language": language})  # fmt: skip
        assert word in answer.json()["errors"][0]["detail"].lower()


def test_a_block_is_one_of_the_applications_own_edition(client, draft):
    other = EditionFactory(year=2023)
    BlockFactory(edition=other, key="core")
    BlockFactory(edition=other, key="old")
    assert patch(client, draft, block="core").json()["block"] == "core"
    draft.refresh_from_db()
    assert draft.block == Block.objects.get(edition=draft.edition)
    assert patch(client, draft, block="old").status_code == 400


@pytest.mark.parametrize(("key", "status"), [("core", 201), ("old", 400)])
def test_beginning_with_a_block_looks_into_the_edition_asked_for(client, person, key, status):
    organisation = MembershipFactory(user=person).organisation
    block = BlockFactory(edition=CallFactory().edition)
    old = EditionFactory(year=2023)
    BlockFactory(edition=old, key="core")
    BlockFactory(edition=old, key="old")
    data = {"edition": 2024, "organisation": organisation.code, "block": key}
    assert send(client, "post", MINE, data).status_code == status
    assert [a.block for a in Application.objects.all()] == ([block] if status == 201 else [])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"edition": None}, "edition"), ({"edition": 1999}, "edition"), ({"edition": "x"}, "edition"), ({"edition": 2030}, "edition"),
        ({"organisation": "AAAAAA"}, "organisation"), ({"organisation": ""}, "organisation"), ({"country": "ZZ"}, "country"),
    ],
)  # fmt: skip
def test_nothing_is_begun_with_bad_input(client, person, change, field):
    organisation = MembershipFactory(user=person).organisation
    CallFactory()
    EditionFactory(year=2030)  # without a call
    data = {"edition": 2024, "organisation": organisation.code, **change}
    answer = send(client, "post", MINE, data)
    assert (answer.status_code, set(errors(answer))) == (400, {field})
    assert not Application.objects.exists()


def test_beginning_with_a_version_that_is_not_leaves_no_draft_behind(client, person):
    organisation = MembershipFactory(user=person).organisation
    CallFactory()
    data = {"edition": 2024, "organisation": organisation.code, "version": 9}
    assert send(client, "post", MINE, data).status_code == 409
    assert not Application.objects.exists()


def test_nobody_begins_for_an_organisation_of_others(client, person):
    CallFactory()
    other = MembershipFactory().organisation
    answer = send(client, "post", MINE, {"edition": 2024, "organisation": other.code})
    assert (answer.status_code, set(errors(answer))) == (400, {"organisation"})
    assert not Application.objects.exists()
    assert Organisation.objects.count() == 1


def test_a_list_of_own_applications_takes_the_queries_of_one(client, person):
    def count():
        pagecache._bump_now()
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(MINE).json()["results"]
        return len(queries), len(rows)

    complete_draft(person)
    few, _rows = count()
    for year in range(2010, 2013):
        membership = MembershipFactory(user=person)
        application = ApplicationFactory(edition__year=year, organisation=membership.organisation)
        FirstLaunchFactory(exhibit__application=application, evidence="")
        FirstLaunchFactory(exhibit__application=application, evidence="")
    assert count() == (few, 4)
