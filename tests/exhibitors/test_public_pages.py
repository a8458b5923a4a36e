"""The catalogue: what is public and nothing else, few queries, none on a hit, nonsense in an address harmless."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exhibitors.models import FieldName
from exhibitors.operations.deciding import reopen_application
from exhibitors.operations.publishing import refresh
from tests.exhibitors.factories import (
    DURING,
    AllocationFactory,
    ApplicationFactory,
    BlockFactory,
    EditionFactory,
    ExhibitFactory,
    FirstLaunchFactory,
    UserFactory,
)
from waic.lib import clock, pagecache

pytestmark = pytest.mark.django_db

EXHIBITORS, EXHIBITS, LAUNCHES = "/2024/exhibitors/", "/2024/exhibits/", "/2024/launches/"
LISTS = [EXHIBITORS, EXHIBITS, LAUNCHES]


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


def rich(name="示例甲", **fields):
    """An exhibitor with everything a page shows."""
    exhibitor = ApplicationFactory(approved=True, block=BlockFactory(), name_zh=name, **fields)
    AllocationFactory(application=exhibitor)
    FirstLaunchFactory(
        exhibit__application=exhibitor, exhibit__is_highlight=True, state="confirmed"
    )
    refresh(exhibitor)
    return exhibitor


def addresses(exhibitor):
    return [
        *LISTS,
        f"{EXHIBITORS}{exhibitor.code}/",
        f"{EXHIBITS}{exhibitor.exhibits.first().code}/",
    ]


def shown(page):
    return {str(row) for row in page.context["page_obj"]}


@pytest.mark.parametrize("place", range(5))
def test_one_and_ten_rows_take_the_same_queries_and_a_hit_none(client, place):
    def count():
        pagecache._bump_now()
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert page.status_code == 200
        return len(queries), page

    exhibitor = rich()
    rich(name="示例乙")  # a neighbour in the hall
    address = addresses(exhibitor)[place]
    few, _page = count()
    for _n in range(9):
        rich(name="示例乙")
        ExhibitFactory(application=exhibitor)
    many, page = count()
    assert many == few
    with CaptureQueriesContext(connection) as queries:
        again = client.get(address)
    assert (len(queries), again.content) == (0, page.content)
    # The same bytes for somebody who signed in.
    client.force_login(UserFactory())
    assert client.get(address).content == page.content
    assert client.get(address, headers={"If-None-Match": page["ETag"]}).status_code == 304


@pytest.mark.parametrize("state", ["draft", "submitted", "changes", "declined", "withdrawn"])
def test_who_is_not_an_exhibitor_is_nowhere(client, state):
    hidden = ApplicationFactory(
        state=state, submitted_at=DURING, decided_at=DURING, name_zh="示例隐藏"
    )
    launch = FirstLaunchFactory(
        exhibit__application=hidden, exhibit__is_highlight=True, state="confirmed"
    )
    for address in LISTS:
        page = client.get(address)
        assert (page.status_code, "示例隐藏" in page.text) == (200, False)
    for address in (f"{EXHIBITORS}{hidden.code}/", f"{EXHIBITS}{launch.exhibit.code}/"):
        assert client.get(address).status_code == 404


def test_who_leaves_is_gone_at_once(client, django_capture_on_commit_callbacks):
    exhibitor = rich()
    address = f"{EXHIBITORS}{exhibitor.code}/"
    assert client.get(address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        reopen_application(exhibitor, by=UserFactory(), reason="示例原因")
    assert client.get(address).status_code == 404
    assert shown(client.get(EXHIBITORS)) == set()


def test_a_claim_is_no_launch_until_it_is_confirmed(client):
    exhibit = ExhibitFactory(application=ApplicationFactory(approved=True), name_zh="示例展品甲")
    launch = FirstLaunchFactory(exhibit=exhibit)
    assert list(client.get(LAUNCHES).context["launches"]) == []
    launch.state = "confirmed"
    launch.save()
    pagecache._bump_now()
    assert list(client.get(LAUNCHES).context["launches"]) == [exhibit]


def test_what_only_the_desk_reads_is_not_on_the_page(client):
    exhibitor = rich(
        contact_name="秘密",
        contact_email="secret@example.com",
        contact_phone="021-9",
        remarks="秘密",
    )
    for address in addresses(exhibitor):
        text = client.get(address).text
        assert not any(word in text for word in ("秘密", "secret@", "021-9", "示例依据"))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=示例甲", {"示例甲"}), ("block=core", {"示例甲", "示例乙"}), ("block=none", set()), ("origin=abroad", {"示例乙"}), ("kind=startup", {"示例乙"}),
        ("hall=H2", {"示例甲", "示例乙"}), ("hall=H9", set()), ("only=launch&kind=startup", {"示例乙"}), ("only=x", set()), ("category=机器人", {"示例甲"}),
    ],
)  # fmt: skip
def test_exhibitors_are_narrowed(client, query, names):
    rich(category="机器人")
    rich(name="示例乙", country="DE", city="Berlin", kind="startup")
    assert shown(client.get(f"{EXHIBITORS}?{query}")) == names


def test_a_field_is_named_in_the_readers_language(client):
    exhibitor = rich(category="机器人")
    exhibitor.exhibits.update(category="机器人")
    rich(name="示例乙", category="示例领域")
    pages = [EXHIBITORS, *addresses(exhibitor)[3:]]

    def named(language):
        texts = [client.get(f"{language}{page}").text for page in pages]
        return ["Robotics" in text for text in texts], ["机器人" in text for text in texts]

    assert named("/en") == ([False] * 3, [True] * 3)
    FieldName.objects.create(name_zh="机器人", name_en="Robotics")
    pagecache._bump_now()
    # The address of the filter keeps the field as it was typed.
    assert [named(""), named("/en")[0]] == [([False] * 3, [True] * 3), [True] * 3]
    assert "示例领域" in client.get(f"/en{EXHIBITORS}").text


@pytest.mark.parametrize("name", ["q", "block", "hall", "origin", "kind", "category", "only"])
def test_nonsense_in_a_filter_finds_nothing_or_everything(client, name):
    EditionFactory()
    for address in (EXHIBITORS, EXHIBITS):
        for value in ("%00", "%F0%9F%A4%96", "x" * 3000, "%ED%A0%80", "<script>alert"):
            page = client.get(f"{address}?{name}={value}")
            assert (page.status_code, "<script>alert" in page.text) == (200, False)


@pytest.mark.parametrize("query", ["page=0", "page=2", "page=x", "page=%00", "page=" + "9" * 400])
def test_a_page_that_is_not_there_is_not_found(client, query):
    rich()
    assert client.get(f"{EXHIBITORS}?page=1").status_code == 200
    assert client.get(f"{EXHIBITORS}?{query}").status_code == 404


@pytest.mark.parametrize("address", ["/1999/exhibitors/", "/2024/exhibitors/ZZZZZZ/", "/2024/exhibits/ZZZZZZ/"])  # fmt: skip
def test_what_nobody_has_is_not_found(client, address):
    rich()
    assert client.get(address).status_code == 404


def test_a_hostile_name_stays_text(client):
    exhibitor = rich(
        name="</script><script>alert(1)</script>", profile_zh="<img src=x onerror=alert(1)>"
    )
    for address in addresses(exhibitor):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_empty_exhibition_says_so(client, prefix):
    rich()
    ApplicationFactory(edition__year=2023)
    for address in LISTS:
        page = client.get(f"{prefix}{address.replace('2024', '2023')}")
        assert (page.status_code, 'class="empty' in page.text) == (200, True)
