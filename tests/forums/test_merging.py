"""One person under two names: found, compared, merged with everything they have, and taken back."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from forums.models import (
    Availability,
    Honour,
    Invitation,
    Participation,
    ProtocolItem,
    Speaker,
    SpeakerMerge,
)
from forums.oddities import likely_duplicates
from forums.operations import merging
from forums.operations.invitations import answer_invitation
from forums.operations.merge_comparing import CHOSEN, conflicts
from forums.operations.profiles import change_profile
from tests.forums.factories import (
    ForumFactory,
    HonourFactory,
    InvitationFactory,
    ParticipationFactory,
    SpeakerFactory,
    at,
    published_forum,
    sent,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.editions.models import SearchEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def pair():
    """姚示例 and Yao Shili of one edition, and somebody else."""
    kept = SpeakerFactory(
        name_zh="姚示例", name_en="", bio_zh="示例生平", affiliation_zh="示例大学"
    )
    gone = SpeakerFactory(edition=kept.edition, name_zh="", name_en="Yao Shili", affiliation_zh="示例学院", email="yao@example.com", user=UserFactory())  # fmt: skip
    SpeakerFactory(edition=kept.edition, name_zh="示例他人", name_en="Somebody Else")
    return kept, gone


@pytest.fixture
def desk(client):
    person = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


def everything(speaker):
    """All that hangs on a person, as values."""
    return {
        "guest of": sorted(speaker.participations.values_list("forum__title_zh", "session", "role", "order", "is_confirmed")),
        "invited to": sorted(speaker.invitations.values_list("forum__title_zh", "state")),
        "honours": sorted(speaker.honours.values_list("name_zh", flat=True)),
        "times": speaker.availabilities.count(), "protocol": sorted(speaker.protocol_items.values_list("title_zh", flat=True)),
    }  # fmt: skip


def fields(speaker):
    return Speaker.objects.filter(pk=speaker.pk).values(*CHOSEN, "merged_into").get()


def give(speaker, word):
    """One of everything."""
    forum = published_forum(title_zh=f"示例{word}论坛", edition=speaker.edition)
    ParticipationFactory(forum=forum, speaker=speaker, role="keynote", order=3)
    InvitationFactory(forum=forum, speaker=speaker)
    HonourFactory(speaker=speaker, name_zh=f"示例{word}奖")
    HonourFactory(speaker=speaker, name_zh="示例同一奖")
    Availability.objects.create(speaker=speaker, starts_at=at("09:00"), ends_at=at("10:00"))
    item = ProtocolItem.objects.create(edition=speaker.edition, title_zh=f"示例{word}日程", starts_at=at("09:00"), ends_at=at("10:00"))  # fmt: skip
    item.people.add(speaker)
    return forum


# --- Finding ------------------------------------------------------------------------------------


def test_spellings_of_one_name_and_one_address_are_found(pair):
    kept, gone = pair
    Speaker.objects.filter(pk=kept.pk).update(name_zh="姚示", name_en="")
    Speaker.objects.filter(pk=gone.pk).update(name_en="Shi, YAO")
    a, b = (SpeakerFactory(edition=kept.edition, name_zh=n, name_en=n, email=e) for n, e in (("Sample A", "x@example.com"), ("Sample B", "X@example.com")))  # fmt: skip
    SpeakerFactory(edition=EditionFactory(year=2031), name_en="Shi Yao")
    found = [[p.pk for p in people] for people in likely_duplicates(kept.edition)]
    assert sorted(map(sorted, found)) == sorted([sorted([kept.pk, gone.pk]), sorted([a.pk, b.pk])])
    merging.merge_speakers(kept, gone)
    merging.merge_speakers(a, b)
    assert likely_duplicates(kept.edition) == []


# --- Merging and taking back --------------------------------------------------------------------


def test_everything_moves_and_comes_back(pair):
    kept, gone = pair
    give(kept, "甲"), give(gone, "乙")
    before = [(everything(s), fields(s)) for s in (kept, gone)]
    person = UserFactory()
    record = merging.merge_speakers(kept, gone, chosen={"affiliation_zh": "gone"}, by=person)
    assert everything(kept) == {
        "guest of": [("示例乙论坛", None, "keynote", 3, True), ("示例甲论坛", None, "keynote", 3, True)],
        "invited to": [("示例乙论坛", "draft"), ("示例甲论坛", "draft")],
        "honours": sorted(["示例甲奖", "示例乙奖", "示例同一奖"]), "times": 2, "protocol": sorted(["示例乙日程", "示例甲日程"]),
    }  # fmt: skip
    assert everything(gone) == {"guest of": [], "invited to": [], "honours": ["示例同一奖"], "times": 0, "protocol": []}  # fmt: skip
    after = fields(kept)
    assert (after["name_zh"], after["name_en"], after["affiliation_zh"], after["bio_zh"], after["email"], after["user_id"]) == (
        "姚示例", "Yao Shili", "示例学院", "示例生平", "yao@example.com", gone.user_id,
    )  # fmt: skip
    assert fields(gone)["merged_into"] == kept.pk
    assert (record.by, record.state, record.merged_at) == (person, "done", at("08:00"))
    merging.undo_merge(record, by=person)
    assert [(everything(s), fields(s)) for s in (kept, gone)] == before
    assert (record.state, record.undone_at) == ("undone", at("08:00"))
    # And once more the other way round, because nothing of the first try is left.
    assert merging.merge_speakers(gone, kept).state == "done"


def test_who_is_twice_in_one_forum_stays_once_and_comes_back_twice(pair):
    kept, gone = pair
    forum = published_forum(title_zh="示例论坛甲", edition=kept.edition)
    ParticipationFactory(forum=forum, speaker=kept, role="keynote", order=1)
    ParticipationFactory(forum=forum, speaker=gone, role="panellist", order=7, title_zh="示例头衔")
    assert conflicts(kept, gone) == ["两人都是“示例论坛甲”的嘉宾：保留姚示例的条目。"]
    before = sorted(Participation.objects.values_list("speaker", "role", "order", "title_zh"))
    record = merging.merge_speakers(kept, gone)
    assert [(p.speaker, p.role) for p in Participation.objects.all()] == [(kept, "keynote")]
    merging.undo_merge(record)
    assert sorted(Participation.objects.values_list("speaker", "role", "order", "title_zh")) == before  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "theirs", "states"),
    [("sent", "sent", ["sent", "withdrawn"]), ("sent", "accepted", ["accepted", "withdrawn"]), ("accepted", "sent", ["accepted", "withdrawn"])],
)  # fmt: skip
def test_two_letters_to_one_forum_become_one(pair, ours, theirs, states):
    kept, gone = pair
    Speaker.objects.update(email="yao@example.com")
    forum = ForumFactory(edition=kept.edition)
    for speaker, state in ((kept, ours), (gone, theirs)):
        speaker.refresh_from_db()
        letter = sent(InvitationFactory(forum=forum, speaker=speaker))
        if state == "accepted":
            answer_invitation(letter, accepts=True)
    assert len(conflicts(kept, gone)) == 1
    merging.merge_speakers(kept, gone)
    assert sorted(kept.invitations.values_list("state", flat=True)) == states
    assert Participation.objects.filter(speaker=gone).count() == 0


def test_a_letter_that_stayed_behind_is_answered_by_the_person_it_became(pair):
    kept, gone = pair
    forum = ForumFactory(edition=kept.edition)
    letter = sent(InvitationFactory(forum=forum, speaker=gone))
    merging.merge_speakers(kept, gone)
    Invitation.objects.update(speaker=gone)
    answer_invitation(letter, accepts=True)
    assert Participation.objects.get().speaker == kept


@pytest.mark.parametrize("change", ["profile", "moved"])
def test_what_changed_since_is_not_taken_back(pair, change):
    kept, gone = pair
    give(gone, "乙")
    record = merging.merge_speakers(kept, gone)
    if change == "profile":
        change_profile(kept, {"bio_zh": "示例：后来改的"})
    else:
        Honour.objects.filter(name_zh="示例乙奖").delete()
    before = everything(kept)
    with pytest.raises(ValidationError) as refusal:
        merging.undo_merge(record)
    assert refusal.value.code == "changed"
    record.refresh_from_db()
    assert (record.state, everything(kept), fields(gone)["merged_into"]) == ("done", before, kept.pk)  # fmt: skip


def test_a_merge_is_taken_back_once(pair):
    record = merging.merge_speakers(*pair)
    merging.undo_merge(record)
    with pytest.raises(ValidationError):
        merging.undo_merge(SpeakerMerge.objects.get())


# --- What cannot be merged ----------------------------------------------------------------------


def test_a_into_b_and_then_b_into_a_is_refused(pair):
    kept, gone = pair
    merging.merge_speakers(kept, gone)
    for one, other in ((gone, kept), (kept, gone)):
        with pytest.raises(ValidationError) as refusal:
            merging.merge_speakers(one, other)
        assert refusal.value.code == "merged"
    assert SpeakerMerge.objects.count() == 1


@pytest.mark.parametrize("code", ["same", "edition"])
def test_one_person_and_people_of_two_editions_are_refused(pair, code):
    other = pair[0] if code == "same" else SpeakerFactory(edition=EditionFactory(year=2031))
    with pytest.raises(ValidationError) as refusal:
        merging.merge_speakers(pair[0], other)
    assert refusal.value.code == code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("crossed", [False, True])
def test_of_two_desks_at_once_one_merges(crossed):
    first = SpeakerFactory()
    second = SpeakerFactory(edition=first.edition)
    (
        HonourFactory(speaker=first, name_zh="示例甲奖"),
        HonourFactory(speaker=second, name_zh="示例乙奖"),
    )
    start, outcomes = threading.Barrier(2), []

    def merge(kept, gone):
        try:
            rows = [Speaker.objects.get(pk=pk) for pk in (kept.pk, gone.pk)]
            start.wait(5)
            merging.merge_speakers(*rows)
            outcomes.append("done")
        except ValidationError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    pairs = [(first, second), (second, first) if crossed else (first, second)]
    threads = [threading.Thread(target=merge, args=pair) for pair in pairs]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    record = SpeakerMerge.objects.get()
    assert sorted(outcomes) == ["done", "merged"]
    assert record.kept.honours.count() == 2
    assert [s.merged_into for s in Speaker.objects.exclude(merged_into=None)] == [record.kept]


# --- Old codes ----------------------------------------------------------------------------------


def test_the_old_code_leads_on_everywhere_and_back_after_the_undo(client, pair):
    kept, gone = pair
    give(kept, "甲"), give(gone, "乙")
    year = kept.edition.year
    record = merging.merge_speakers(kept, gone)
    for old in (f"/{year}/speakers/{gone.code}/", f"/en/{year}/speakers/{gone.code}/", f"/{year}/speakers/{gone.code}.ics", f"/api/v1/speakers/{gone.code}/"):  # fmt: skip
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, old.replace(gone.code, kept.code))
        assert client.get(answer["Location"]).status_code == 200
    assert gone.code not in client.get(f"/{year}/speakers/").text
    assert SearchEntry.objects.filter(kind="speaker").values_list("code", flat=True).get() == kept.code  # fmt: skip
    merging.undo_merge(record)
    assert client.get(f"/{year}/speakers/{gone.code}/").status_code == 200
    assert client.get(f"/{year}/speakers/222222/").status_code == 404


def test_a_chain_of_merges_leads_to_its_end(client, pair):
    kept, gone = pair
    third = SpeakerFactory(edition=kept.edition)
    ParticipationFactory(forum__edition=kept.edition, speaker=third)
    merging.merge_speakers(kept, gone)
    merging.merge_speakers(third, kept)
    page = f"/{kept.edition.year}/speakers/{gone.code}/"
    assert client.get(page)["Location"].endswith(f"/{third.code}/")


def test_nobody_public_means_not_found(client, pair):
    merging.merge_speakers(*pair)
    assert client.get(f"/{pair[0].edition.year}/speakers/{pair[1].code}/").status_code == 404
    assert client.get(f"/api/v1/speakers/{pair[1].code}/").status_code == 404


# --- At the desk --------------------------------------------------------------------------------


def test_the_desk_compares_merges_and_takes_back(client, desk, pair):
    kept, gone = pair
    page = f"{reverse('admin:forums_speaker_merge')}?kept={kept.pk}&gone={gone.pk}"
    shown = client.get(page)
    assert {d.name: picked for d, picked in shown.context["rows"]} == {
        "name_zh": "kept", "name_en": "gone", "affiliation_zh": "kept", "bio_zh": "kept", "email": "gone", "user_id": "gone",
    }  # fmt: skip
    done = client.post(page, {"kept": kept.pk, "gone": gone.pk, "affiliation_zh": "gone", "bio_zh": "gone", "is_person": "gone"})  # fmt: skip
    assert done.status_code == 302
    after = fields(kept)
    assert (after["affiliation_zh"], after["bio_zh"], after["name_en"]) == (
        "示例学院",
        "",
        "Yao Shili",
    )
    again = client.post(page, {"kept": kept.pk, "gone": gone.pk})
    assert again.status_code == 400
    assert "已经与他人合并" in again.text
    assert client.get(reverse("admin:forums_speaker_change", args=[gone.pk])).status_code == 302
    step = reverse("admin:forums_speakermerge_step", args=[SpeakerMerge.objects.get().pk, "undo"])
    assert client.post(step, {"confirmed": "1", "reason": ""}).status_code == 302
    assert fields(kept)["bio_zh"] == "示例生平"


@pytest.mark.parametrize(
    "query", ["", "kept=x&gone=1", "kept=9999999&gone=1", "kept=1&gone=" + "9" * 40]
)
def test_nonsense_is_not_found(client, desk, query):
    assert client.get(f"{reverse('admin:forums_speaker_merge')}?{query}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_duplicates_takes_one_query(django_assert_num_queries, pair, count):
    for n in range(count):
        for _twice in range(2):
            SpeakerFactory(edition=pair[0].edition, name_zh="", name_en=f"Sample Double {n}")
    with django_assert_num_queries(1):
        assert len(likely_duplicates(pair[0].edition)) == count + 1
