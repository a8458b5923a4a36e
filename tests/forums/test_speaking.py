"""The speaker's page: what is missing, consents with their history, times, travel that the programme desk alone reads."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from forums.models import Consent, Travel
from forums.operations import speaking
from forums.operations.forums import index_forum
from forums.operations.invitations import answer_invitation
from forums.operations.merging import merge_speakers, undo_merge
from forums.operations.personal_links import token_of
from tests.forums.factories import (
    InvitationFactory,
    ParticipationFactory,
    SpeakerFactory,
    at,
    published_forum,
    sent,
    timed_session,
)
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.models import StepRecord

pytestmark = pytest.mark.django_db

EARLY = at("08:00") - timedelta(days=20)
CANARY = "Canary hotel 示例金丝雀"
TRAVEL = {"arrives_at": "2024-07-04T18:30", "arrives_by": "MU 0000", "departs_at": "2024-07-06T09:00", "departs_by": "G 0000", "hotel": CANARY, "contact": "示例助理"}  # fmt: skip


@pytest.fixture(autouse=True)
def weeks_before():
    with clock.frozen_at(EARLY):
        yield


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def speaker(person):
    """Somebody with a place in a published forum and in its session."""
    forum = published_forum(title_zh="示例论坛甲")
    session = timed_session(forum, title_zh="示例演讲甲")
    guest = ParticipationFactory(forum=forum, session=session, role="keynote", speaker__user=person)
    index_forum(forum)
    return guest.speaker


def page_of(speaker):
    return reverse("forums:speaking", args=[speaker.code])


def consent(client, speaker, kind, given):
    return client.post(page_of(speaker), {"consent": kind, "given": given})


def travel(client, speaker, version=0, **changes):
    return client.post(page_of(speaker), {**TRAVEL, "version": version, **changes})


def at_desk(client, *groups):
    person = UserFactory(is_staff=True)
    person.groups.add(*Group.objects.filter(name__in=groups))
    client.force_login(person)
    return person


# --- The page -----------------------------------------------------------------------------------


def test_the_page_shows_times_the_calendar_and_what_is_missing(client, speaker):
    page = client.get(page_of(speaker))
    assert "示例演讲甲" in page.text
    assert "10:00" in page.text
    assert f"/2024/speakers/{speaker.code}.ics" in page.text
    first = at("10:00")
    assert [(m.words, m.is_done, m.due) for m in page.context["todo"]] == [
        ("中文简介", False, first - timedelta(14)), ("英文简介", False, first - timedelta(14)), ("照片", False, first - timedelta(14)),
        ("行程", False, first - timedelta(7)), ("授权同意", False, first - timedelta(3)), ("演示文稿：示例演讲甲", False, first),
    ]  # fmt: skip


def test_what_is_done_comes_last_and_what_is_late_says_so(client, speaker):
    speaker.bio_zh = "示例"
    speaker.save()
    with clock.frozen_at(at("10:00") - timedelta(days=14)):
        todo = client.get(page_of(speaker)).context["todo"]
        bios = [(m.words, m.is_done, m.is_late) for m in todo if "简介" in m.words]
    assert bios == [("英文简介", False, True), ("中文简介", True, False)]


def test_an_open_invitation_is_the_first_thing_to_do(client, speaker):
    sent(
        InvitationFactory(
            speaker=speaker, reply_by=EARLY + timedelta(days=1), forum__title_zh="示例论坛乙"
        )
    )
    first = client.get(page_of(speaker)).context["todo"][0]
    assert (first.words, first.due) == ("答复邀请：示例论坛乙", EARLY + timedelta(days=1))


def test_somebody_elses_page_is_not_there(client, speaker):
    assert client.get(page_of(SpeakerFactory(user=UserFactory()))).status_code == 404
    client.logout()
    assert client.get(page_of(speaker)).status_code == 404


def test_the_link_of_an_accepted_letter_opens_the_page_and_no_other(client):
    invitation = sent(InvitationFactory(reply_by=EARLY + timedelta(days=5)))
    link = f"{page_of(invitation.speaker)}?link={token_of(invitation)}"
    assert client.get(link).status_code == 404
    answer_invitation(invitation, accepts=True)
    page = client.get(link)
    assert (page.status_code, page["Referrer-Policy"]) == (200, "same-origin")
    assert client.post(link, {"consent": "recording", "given": "yes"}).status_code == 302
    assert (Consent.objects.get().speaker, Consent.objects.get().by) == (invitation.speaker, None)
    assert client.get(f"{page_of(SpeakerFactory())}?link={token_of(invitation)}").status_code == 404


def test_three_appearances_cost_what_one_does(client, speaker, django_assert_max_num_queries):
    client.get(page_of(speaker))
    with django_assert_max_num_queries(40) as one:
        client.get(page_of(speaker))
    for _n in range(2):
        forum = published_forum()
        ParticipationFactory(forum=forum, session=timed_session(forum), speaker=speaker)
    with django_assert_max_num_queries(len(one)):
        page = client.get(page_of(speaker))
    assert len(page.context["appearances"]) == 3


# --- Consents -----------------------------------------------------------------------------------


def test_a_consent_is_given_taken_back_and_kept_with_its_times(client, person, speaker):
    assert not speaking.has_consented(speaker, "slides")
    for hours, given in ((0, "yes"), (1, "yes"), (2, "no")):
        with clock.frozen_at(EARLY + timedelta(hours=hours)):
            assert consent(client, speaker, "slides", given).status_code == 302
    rows = list(Consent.objects.order_by("pk").values_list("kind", "is_given", "answered_at", "by"))
    # The second yes is no news.
    assert rows == [("slides", True, EARLY, person.pk), ("slides", False, EARLY + timedelta(hours=2), person.pk)]  # fmt: skip
    assert not speaking.has_consented(speaker, "slides")
    assert speaking.consents_of(speaker)["recording"] is None


@pytest.mark.parametrize("kind", ["", "x", "SLIDES", "示" * 500])
def test_a_made_up_consent_is_refused(client, speaker, kind):
    assert consent(client, speaker, kind, "yes").status_code == 400
    assert not Consent.objects.exists()


# --- Travel -------------------------------------------------------------------------------------


def test_travel_is_kept_as_typed_in_shanghai_time(client, speaker):
    assert travel(client, speaker).status_code == 302
    row = Travel.objects.get()
    assert (row.speaker, row.arrives_at, row.hotel, row.contact, row.version) == (
        speaker, at("18:30", at("10:00").date() - timedelta(days=1)), CANARY, "示例助理", 1,
    )  # fmt: skip
    assert 'value="2024-07-04T18:30"' in client.get(page_of(speaker)).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"departs_at": "2024-07-04T18:30"}, "__all__"), ({"arrives_at": "gestern"}, "arrives_at"), ({"hotel": "示" * 1001}, "hotel"),
     ({"version": "x"}, "version"), ({"version": "7"}, "version")],
)  # fmt: skip
def test_odd_travel_is_refused_with_nothing_lost(client, speaker, changes, field):
    page = travel(client, speaker, **changes)
    assert page.status_code == 400
    assert field in page.context["form"].errors
    assert "MU 0000" in page.text
    assert not Travel.objects.exists()


def test_two_windows_do_not_overwrite_each_other(client, speaker):
    travel(client, speaker)
    assert travel(client, speaker, hotel="示例另一家").status_code == 400
    assert Travel.objects.get().hotel == CANARY
    assert travel(client, speaker, version=1, hotel="示例另一家").status_code == 302


def test_travel_is_one_row_that_ends_after_it_begins():
    speaker = SpeakerFactory()
    Travel.objects.create(speaker=speaker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Travel.objects.create(speaker=speaker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Travel.objects.create(speaker=SpeakerFactory(), arrives_at=EARLY, departs_at=EARLY)


def test_nobody_but_the_programme_desk_reads_travel(client, speaker):
    travel(client, speaker)
    row, forum = Travel.objects.get(), speaker.participations.get().forum
    host = UserFactory()
    forum.hosts.create(user=host)
    change, listed = reverse("admin:forums_travel_change", args=[row.pk]), reverse("admin:forums_travel_changelist")  # fmt: skip
    asked = [
        "/portal/", "/portal/stage/", f"/portal/stage/forums/{forum.code}/", f"/2024/speakers/{speaker.code}/", f"/2024/forums/{forum.code}/",
        f"/2024/search/?q={CANARY}", f"/api/v1/speakers/{speaker.code}/", f"/2024/speakers/{speaker.code}.ics", "/2024/programme/schedule.json",
        page_of(speaker), change, listed, f"/admin/search/?s={CANARY}", f"/admin/forums/speaker/{speaker.pk}/change/", f"{change}../history/",
    ]  # fmt: skip
    for visitor in (None, host, "exhibition", "press", "organiser"):
        client.logout()
        if isinstance(visitor, str):
            at_desk(client, visitor)
        elif visitor:
            client.force_login(visitor)
        for path in asked:
            text = client.get(path).text.replace(f'value="{CANARY}"', "").replace(f"“{CANARY}”", "")
            assert "MU 0000" not in text, (visitor, path)
            assert "示例助理" not in text, (visitor, path)
    assert not StepRecord.objects.of(row).exists()


def test_every_look_of_the_desk_is_on_record(client, speaker):
    travel(client, speaker)
    row = Travel.objects.get()
    clerk = at_desk(client, "programme")
    listed = client.get(reverse("admin:forums_travel_changelist"))
    assert CANARY not in listed.text
    assert not StepRecord.objects.exists()
    for _n in range(2):
        assert CANARY in client.get(reverse("admin:forums_travel_change", args=[row.pk])).text
    records = StepRecord.objects.of(row)
    assert [(r.step, r.by) for r in records] == [("open", clerk)] * 2
    assert "查看了行程" in client.get(reverse("admin:forums_travel_history", args=[row.pk])).text
    assert CANARY not in json.dumps(list(records.values("reason", "before", "after")))


# --- Merging ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept_has_travel", [False, True])
def test_a_merge_takes_consents_and_travel_along_and_gives_them_back(kept_has_travel):
    kept = SpeakerFactory()
    gone = SpeakerFactory(edition=kept.edition)
    speaking.answer_consent(gone, "slides", True)
    theirs = Travel.objects.create(speaker=gone, hotel="示例")
    if kept_has_travel:
        Travel.objects.create(speaker=kept, hotel="示例自己的")
    record = merge_speakers(kept, gone)
    assert speaking.has_consented(kept, "slides")
    theirs.refresh_from_db()
    assert theirs.speaker == (gone if kept_has_travel else kept)
    undo_merge(record)
    theirs.refresh_from_db()
    assert (theirs.speaker, speaking.has_consented(kept, "slides"), speaking.has_consented(gone, "slides")) == (gone, False, True)  # fmt: skip


def test_consent_of_nothing_is_a_validation_error():
    with pytest.raises(ValidationError):
        speaking.answer_consent(SpeakerFactory(), "photos", True)
