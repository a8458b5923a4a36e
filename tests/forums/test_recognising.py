"""People of an earlier edition: recognised by name, address or account; taken over field by field, with the source."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.imports.speaker import SpeakerImport
from forums.models import Availability, Consent, Speaker
from forums.operations import recognising
from forums.operations.speaking import answer_consent
from tests.forums.factories import HonourFactory, SpeakerFactory, at
from tests.lib.factories import EditionFactory, UserFactory
from tests.lib.tables import csv_bytes
from waic.lib.files import JPEG, store
from waic.lib.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def editions():
    return {year: EditionFactory(year=year) for year in (2022, 2023, 2024)}


@pytest.fixture
def desk(client):
    person = UserFactory(is_staff=True, is_superuser=True, language="en")
    client.force_login(person)
    return person


def before(editions, year=2023, **fields):
    """A rich profile of an earlier edition, with everything that stays there."""
    photo = store(
        b"\xff\xd8\xff sample", name="a.jpg", media_type=JPEG, kind="speaker-photo", is_public=True
    )
    usual = {
        "name_zh": "姚示例", "name_en": "Yao Shili", "title_zh": "教授", "bio_zh": "示例生平", "country": "CN",
        "email": "yao@example.com", "photo": photo, "affiliation_zh": "示例大学", "affiliation_en": "",
    }  # fmt: skip
    row = SpeakerFactory(edition=editions[year], **{**usual, **fields})
    HonourFactory(speaker=row, source="示例来源")
    Availability.objects.create(speaker=row, starts_at=at("09:00"), ends_at=at("10:00"))
    answer_consent(row, "recording", True)
    return row


def now(editions, **fields):
    blank = {"name_zh": "", "name_en": "", "affiliation_zh": "", "affiliation_en": "", **fields}
    return SpeakerFactory(edition=editions[2024], **blank)


# --- Who it is ----------------------------------------------------------------------------------

SAME = [
    {"name_zh": "姚示例"}, {"name_zh": "姚 示例"}, {"name_en": "YAO  Shili"}, {"name_en": "Ｙａｏ Shili"},
    {"name_zh": "别名", "email": "Yao@Example.com"},
]  # fmt: skip
OTHERS = [{"name_zh": "姚示"}, {"name_en": "Yao Shilin"}, {"name_zh": "别名", "email": "other@example.com"}, {"name_zh": "姚示例", "is_person": False}]  # fmt: skip


@pytest.mark.parametrize(("fields", "known"), [*((f, True) for f in SAME), *((f, False) for f in OTHERS)])  # fmt: skip
def test_a_person_is_known_by_names_or_address(editions, fields, known):
    earlier = before(editions)
    SpeakerFactory(edition=editions[2023], name_zh="他人示例", name_en="", email="")
    before(editions, 2024)  # of this edition: a likely duplicate, not an earlier profile
    assert recognising.known_as(now(editions, **fields)) == ([earlier] if known else [])


def test_the_newest_profile_comes_first_and_merged_ones_not_at_all(editions):
    old, new = before(editions, 2022), before(editions, 2023)
    before(editions, 2023, merged_into=new)
    assert recognising.known_as(now(editions, name_zh="姚示例")) == [new, old]
    assert recognising.known_as(new) == [old]


def test_an_account_of_ones_own_is_recognised(editions):
    person = UserFactory()
    earlier = before(editions, user=person)
    assert recognising.known_as(now(editions, name_zh="别名", user=person)) == [earlier]


# --- What is taken ------------------------------------------------------------------------------


def test_what_is_ticked_is_taken_with_its_source_and_nothing_else(editions, desk):
    earlier, person = (
        before(editions),
        now(editions, name_zh="姚示例", title_zh="院长", source="示例.xlsx"),
    )
    taken = recognising.take_over(
        person, earlier, ["bio_zh", "photo", "honours", "email", "user"], by=desk
    )
    assert taken == ["bio_zh", "photo", "honours"]
    person.refresh_from_db()
    assert (person.bio_zh, person.title_zh, person.name_en, person.email) == (
        "示例生平",
        "院长",
        "",
        "",
    )
    assert person.version == 2
    assert [(h.kind, h.name_zh, h.source) for h in person.honours.all()] == [
        ("turing", "图灵奖", "示例来源")
    ]
    assert (person.availabilities.count(), person.consents.count(), Consent.objects.count()) == (
        0,
        0,
        1,
    )
    first, second = person.source.splitlines()
    assert (first, earlier.code in second, str(earlier.edition) in second) == (
        "示例.xlsx",
        True,
        True,
    )
    entry = LogEntry.objects.get(object_id=str(person.pk))
    assert (entry.user, earlier.code in entry.change_message) == (desk, True)


def test_a_photo_that_was_lost_takes_nothing_away(editions, desk):
    earlier, person = before(editions), now(editions, name_zh="姚示例", title_zh="院长")
    earlier.photo.file.storage.delete(earlier.photo.file.name)
    recognising.take_over(person, earlier, ["bio_zh", "photo"], by=desk)
    person.refresh_from_db()
    assert (person.bio_zh, person.photo) == ("示例生平", None)


def test_each_edition_has_a_photo_of_its_own(editions, desk, django_capture_on_commit_callbacks):
    earlier, person = before(editions), now(editions, name_zh="姚示例")
    recognising.take_over(person, earlier, ["photo"], by=desk)
    person.refresh_from_db()
    assert person.photo != earlier.photo
    assert (person.photo.sha256, person.photo.is_public) == (earlier.photo.sha256, True)
    replaced = person.photo
    with django_capture_on_commit_callbacks(execute=True):
        recognising.take_over(person, earlier, ["photo"], by=desk)
    assert not StoredFile.objects.filter(pk=replaced.pk).exists()
    assert StoredFile.objects.get(pk=earlier.photo_id).file.read() == b"\xff\xd8\xff sample"


def test_what_is_there_is_offered_without_a_tick(editions):
    earlier, person = (
        before(editions),
        now(editions, name_zh="姚示例", bio_zh="新生平", title_zh="教授"),
    )
    found = {offer.name: offer.is_gap for offer in recognising.offers(person, earlier)}
    assert found == {"name_en": True, "affiliation_zh": True, "country": True, "bio_zh": False, "photo": True, "honours": True}  # fmt: skip


@pytest.mark.parametrize(("names", "version", "code"), [(["bio_zh"], 7, "stale"), ([], 1, "nothing"), (["email"], None, "nothing")])  # fmt: skip
def test_what_cannot_be_taken_is_refused(editions, desk, names, version, code):
    earlier, person = before(editions), now(editions, name_zh="姚示例")
    with pytest.raises(ValidationError) as refusal:
        recognising.take_over(person, earlier, names, by=desk, version=version)
    found = refusal.value
    inner = found.error_dict["version"][0] if hasattr(found, "error_dict") else found
    assert inner.code == code
    person.refresh_from_db()
    assert (person.bio_zh, person.version) == ("", 1)


def test_somebody_elses_profile_is_not_taken(editions, desk):
    before(editions)
    person, stranger = (
        now(editions, name_zh="姚示例"),
        before(editions, name_zh="他人", name_en="", email=""),
    )
    later = now(editions, name_zh="姚示例")
    for other in (stranger, later, person):
        with pytest.raises(ValidationError) as refusal:
            recognising.take_over(person, other, ["bio_zh"], by=desk)
        assert refusal.value.code == "unknown"


# --- At the desk --------------------------------------------------------------------------------


def page_of(person, earlier):
    return f"/en/admin/forums/speaker/{person.pk}/known/{earlier.pk}/"


def test_the_persons_page_says_that_we_know_them_and_leads_to_the_step(client, desk, editions):
    earlier, person = before(editions), now(editions, name_zh="姚示例")
    shown = client.get(f"/en/admin/forums/speaker/{person.pk}/change/").text
    assert f"Known from {earlier.edition}" in shown
    page = client.get(page_of(person, earlier)).text
    assert "示例生平" in page
    assert "yao@example.com" not in page
    answer = client.post(page_of(person, earlier), {"take": ["bio_zh"], "version": "1"})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.bio_zh, person.photo) == ("示例生平", None)
    refused = client.post(page_of(person, earlier), {"take": ["photo"], "version": "1"})
    assert refused.status_code == 400
    assert "Somebody changed this profile meanwhile" in refused.text
    assert 'value="photo" class="mt-1" checked' in refused.text


def test_whoever_enters_a_person_we_know_is_told(client, desk, editions):
    earlier = before(editions)
    data = {"edition": editions[2024].pk, "name_zh": "姚示例", "is_person": "on", "_save": "1"}
    address = "/en/admin/forums/speaker/add/"
    for inline in client.get(address).context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    page = client.post(address, data, follow=True).text
    person = Speaker.objects.get(edition=editions[2024])
    assert f"is known from {earlier.edition}" in page
    assert page_of(person, earlier) in page


def test_the_list_of_known_people_takes_a_fixed_number_of_queries(
    client, desk, editions, monkeypatch
):
    from waic.editions.models import Edition

    monkeypatch.setattr(type(Edition.objects), "current", lambda self: editions[2024])
    asked, shown = [], []
    for count in (1, 3):
        for n in range(Speaker.objects.filter(edition=editions[2024]).count(), count):
            before(editions, name_zh=f"示例{n}", name_en="", email="")
            now(editions, name_zh=f"示例{n}")
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/en/admin/forums/speaker/known/").text
        asked.append(len(captured))
        shown.append(page.count("Take the profile over"))
    assert shown == [1, 3]
    assert asked[0] == asked[1]


# --- Import -------------------------------------------------------------------------------------


def test_the_preview_of_an_import_names_who_was_here_before(editions):
    earlier = before(editions)
    before(editions, name_zh="示例二", name_en="", email="two@example.com")
    looked = []
    for names in (("示例三",), ("姚示例", "新人示例", "示例二")):
        with CaptureQueriesContext(connection) as captured:
            work = SpeakerImport("2024", UserFactory())
            rows = work.carry_out(csv_bytes([["姓名"], *([name] for name in names)])).rows
        looked.append(sum('"year" <' in query["sql"] for query in captured))
    notes = [row.notes for row in rows]
    assert earlier.code in notes[0][0]
    assert [bool(note) for note in notes] == [True, False, True]
    assert looked == [2, 2]
