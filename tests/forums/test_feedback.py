"""Feedback: once an account, while it is open, moderated words, averages from enough ratings, and never whose it is."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from forums.models import FEEDBACK, Feedback, FeedbackState, Session, Slot, StageRules
from forums.operations import feedback as operations
from forums.operations.feedback_places import Place
from forums.operations.releasing import release_programme
from tests.forums.factories import (
    ParticipationFactory,
    SessionFactory,
    at,
    published_forum,
    timed_session,
)
from tests.forums.test_seats import at_once
from tests.lib.factories import UserFactory
from waic.accounts.desks import sync_desks
from waic.lib import clock
from waic.lib.models import StepRecord

pytestmark = pytest.mark.django_db
CANARY = "示例金丝雀评语"


@pytest.fixture(autouse=True)
def while_it_runs():
    with clock.frozen_at(at("10:45")):
        yield


@pytest.fixture
def forum():
    return published_forum(title_zh="示例论坛甲")


@pytest.fixture
def session(forum):
    """From ten to half past."""
    return timed_session(forum, title_zh="示例演讲甲")


@pytest.fixture
def place(forum, session):
    return Place(forum, session)


@pytest.fixture
def person(client):
    person = UserFactory(name="示例观众")
    client.force_login(person)
    return person


def page_of(session):
    return reverse("forums:feedback-session", args=[session.code])


def said(place, *ratings, text=""):
    """Ratings of so many different people; the rows."""
    return [operations.give_feedback(place, rating, text, by=UserFactory()) for rating in ratings]


def desk(client):
    sync_desks()
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    return person


# --- Giving it ----------------------------------------------------------------------------------


def test_a_visitor_says_it_and_says_it_otherwise(client, person, forum, session):
    for rating, text in ((4, "示例评语"), (4, "示例评语"), (2, "")):
        assert client.post(page_of(session), {"rating": rating, "text": text}).status_code == 302
    row = Feedback.objects.get()
    assert (row.forum, row.session, row.user, row.rating, row.text, row.state) == (forum, session, person, 2, "", "bare")  # fmt: skip
    # Of the forum as a whole it is another rating.
    assert (
        client.post(reverse("forums:feedback-forum", args=[forum.code]), {"rating": 5}).status_code
        == 302
    )
    assert Feedback.objects.count() == 2


@pytest.mark.parametrize(("data", "field"), [
    ({}, "rating"), ({"rating": "6"}, "rating"), ({"rating": "0"}, "rating"), ({"rating": "x"}, "rating"), ({"rating": "4.5"}, "rating"),
    ({"rating": "4", "text": "示" * 1001}, "text"),
])  # fmt: skip
def test_what_is_no_rating_is_refused_beside_the_field(client, person, session, data, field):
    page = client.post(page_of(session), {"text": "示例评语", **data})
    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert "示例评语" in page.text or field == "text"
    assert not Feedback.objects.exists()


def test_it_is_open_from_the_beginning_until_some_hours_after(client, person, place, session):
    StageRules.objects.create(edition=place.forum.edition, feedback_hours=2)
    second, end = timedelta(seconds=1), at("10:30") + timedelta(hours=2)

    def taken(moment):
        with clock.frozen_at(moment):
            return client.post(page_of(session), {"rating": 3}).status_code == 302

    moments = (at("10:00") - second, at("10:00"), end - second, end, end + second)
    assert [taken(m) for m in moments] == [False, True, True, False, False]
    for moment in moments:
        with clock.frozen_at(moment):
            assert client.get(page_of(session)).status_code == 200


def test_without_a_time_there_is_nothing_to_rate(client, person, forum):
    session = SessionFactory(forum=forum)
    assert client.get(page_of(session)).status_code == 200
    assert client.post(page_of(session), {"rating": 3}).status_code == 400


def test_guests_and_hosts_do_not_rate_themselves(place):
    host, guest = UserFactory(), UserFactory()
    place.forum.hosts.create(user=host)
    ParticipationFactory(forum=place.forum, speaker__user=guest)
    for person in (host, guest):
        with pytest.raises(ValidationError) as refusal:
            operations.give_feedback(place, 5, by=person)
        assert refusal.value.code == "on_stage"


def test_too_many_at_once_have_to_wait(client, person, session, monkeypatch):
    monkeypatch.setattr(operations, "MOST_A_MINUTE", 2)
    monkeypatch.setattr(operations.time, "time", lambda: 1_000_000.0)
    statuses = [client.post(page_of(session), {"rating": 1 + n}).status_code for n in range(4)]
    assert statuses == [302, 302, 429, 429]
    assert Feedback.objects.get().rating == 2


def test_drafts_and_made_up_codes_are_not_there(client, person, session):
    session.forum.state = "draft"
    session.forum.save()
    for path in (
        page_of(session),
        "/portal/feedback/sessions/222222/",
        "/portal/feedback/forums/222222/",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, {"rating": 3}).status_code == 404


def test_of_an_edition_with_a_release_the_draft_is_not_there(client, person, forum, session):
    with clock.frozen_at(at("08:00")):
        release_programme(forum.edition, by=UserFactory(), expects=1)
    later = published_forum(title_zh=CANARY, edition=forum.edition)
    item = timed_session(later, title_zh=CANARY)
    for path in (f"/portal/feedback/forums/{later.code}/", page_of(item)):
        assert client.get(path).status_code == 404
        assert client.post(path, {"rating": 3}).status_code == 404
    Session.objects.filter(pk=session.pk).update(title_zh=CANARY)
    Slot.objects.filter(session=session).update(starts_at=at("15:00"), ends_at=at("16:00"))
    page = client.get(page_of(session))
    assert (page.context["place"].times, CANARY in page.text) == ((at("10:00"), at("10:30")), False)
    assert client.post(page_of(session), {"rating": 3}).status_code == 302
    assert Feedback.objects.get().session_id == session.pk


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_rating(place):
    person = UserFactory()

    def one(n, start):
        with clock.frozen_at(at("10:45")):
            start.wait()
            return operations.give_feedback(place, 4, "示例", by=person).pk

    assert len(set(at_once(5, one))) == 1
    assert Feedback.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_naive_double_click_would_be_refused_by_the_database(place):
    """Looking first and writing then, as no rating is given."""
    person = UserFactory()

    def one(n, start):
        is_there = place.rows.filter(user=person).exists()
        start.wait()
        try:
            if not is_there:
                Feedback.objects.create(
                    forum=place.forum, session=place.session, user=person, rating=4
                )
        except IntegrityError:
            return "refused"
        return "made"

    assert sorted(at_once(3, one)) == ["made", "refused", "refused"]


def test_the_database_keeps_ratings_and_words_in_order(place):
    where = {"forum": place.forum, "session": place.session}
    for wrong in (
        {"rating": 0},
        {"rating": 6},
        {"rating": 3, "text": "示例"},
        {"rating": 3, "state": "shown"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.create(**where, user=UserFactory(), **wrong)
    # Accounts that are gone leave their ratings.
    for _n in range(2):
        Feedback.objects.create(**where, user=None, rating=3)


# --- Words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", FeedbackState.values)
def test_every_step_from_every_state(place, before):
    allowed = {
        ("show", "waiting"): "shown", ("show", "hidden"): "shown", ("hide", "waiting"): "hidden", ("hide", "shown"): "hidden",
        ("reword", "bare"): "waiting", ("reword", "shown"): "waiting", ("reword", "hidden"): "waiting",
        ("unsay", "waiting"): "bare", ("unsay", "shown"): "bare", ("unsay", "hidden"): "bare",
    }  # fmt: skip
    for step in ("show", "hide", "reword", "unsay"):
        row = Feedback.objects.create(
            forum=place.forum, user=UserFactory(), rating=3, state=before, text="" if before == "bare" else "示例"
        )  # fmt: skip
        changes = (
            {"text": {"reword": "示例", "unsay": ""}[step]} if step in ("reword", "unsay") else {}
        )
        if (step, before) in allowed:
            assert FEEDBACK.take(row, step, reason="示例", **changes).state == allowed[step, before]
        else:
            with pytest.raises(ValidationError):
                FEEDBACK.take(row, step, reason="示例", **changes)


def test_other_words_are_looked_at_again_and_another_rating_is_not(place):
    person = UserFactory()
    row = operations.give_feedback(place, 4, "示例", by=person)
    operations.show_feedback(row)
    assert operations.give_feedback(place, 1, "示例", by=person).state == "shown"
    assert operations.give_feedback(place, 1, "示例其他", by=person).state == "waiting"


def test_the_desk_looks_at_many_and_never_sees_who(client, place):
    person = UserFactory(name=CANARY, email="canary@example.test")
    rows = [
        operations.give_feedback(place, 2, "示例评语", by=person),
        *said(place, 3, text="示例其他"),
    ]
    operations.give_feedback(place, 2, "示例改过", by=person)
    desk(client)
    listed, row = reverse("admin:forums_feedback_changelist"), rows[0]
    waiting = client.get(f"{listed}?state__exact=waiting")
    assert "示例改过" in waiting.text
    data = {"action": "step_hide", "_selected_action": [r.pk for r in rows], "confirmed": "1"}
    assert client.post(listed, data).status_code == 400  # a reason is needed
    client.post(listed, {**data, "reason": "示例原因"})
    assert set(Feedback.objects.values_list("state", flat=True)) == {"hidden"}
    operations.give_feedback(place, 2, "示例又改", by=person)
    for path in (
        listed,
        f"{listed}?q=canary",
        reverse("admin:forums_feedback_change", args=[row.pk]),
        reverse("admin:forums_feedback_history", args=[row.pk]),
    ):
        page = client.get(path).text.replace("q=canary", "").replace('value="canary"', "")
        assert CANARY not in page
        assert "canary@example.test" not in page
    assert not StepRecord.objects.filter(by=person).exists()


# --- Who reads it -------------------------------------------------------------------------------


def public(client, session, moment="11:00"):
    from waic.lib import pagecache

    pagecache._bump_now()
    with clock.frozen_at(at(moment)):
        return client.get(f"/2024/sessions/{session.code}/").text


def test_the_public_sees_an_average_from_enough_ratings(client, place, session):
    StageRules.objects.create(edition=place.forum.edition, feedback_least=3)
    said(place, 5, 4)
    said(Place(place.forum), 1, 1, 1)  # of the forum, not of the session
    assert "/ 5" not in public(client, session)
    said(place, 4)
    assert "<strong>4.3</strong> / 5" in public(client, session)
    assert page_of(session) in public(client, session)
    assert page_of(session) not in public(client, session, "09:59")


@pytest.mark.parametrize("shows", [True, False])
def test_the_public_reads_words_only_after_the_desk_and_where_it_may(client, place, session, shows):
    StageRules.objects.create(
        edition=place.forum.edition, feedback_least=1, shows_feedback_texts=shows
    )
    waiting, shown, hidden = (
        said(place, 3, text=f"示例{word}")[0] for word in ("待看", "可看", "隐藏")
    )
    operations.show_feedback(shown)
    operations.hide_feedback(hidden, reason="示例")
    text = public(client, session)
    assert [word in text for word in ("示例待看", "示例可看", "示例隐藏")] == [False, shows, False]
    assert str(waiting.user.name) not in text


def test_speaker_and_host_read_their_own_and_never_who(client, place, session):
    speaker, host = UserFactory(), UserFactory()
    guest = ParticipationFactory(forum=place.forum, session=session, speaker__user=speaker)
    place.forum.hosts.create(user=host)
    rater = UserFactory(name=CANARY)
    operations.show_feedback(operations.give_feedback(place, 4, "示例可看", by=rater))
    other = timed_session(published_forum(edition=place.forum.edition), title_zh="示例别人的")
    said(Place(other.forum, other), 1, text="示例别人的评语")
    for person, path in (
        (speaker, reverse("forums:speaking", args=[guest.speaker.code])),
        (host, reverse("forums:hosted-forum", args=[place.forum.code])),
    ):
        client.force_login(person)
        page = client.get(path)
        assert [(r.average, r.total, r.texts) for r in page.context["ratings"]] == [
            (4.0, 1, ["示例可看"])
        ]
        assert CANARY not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_ratings_of_any_number_of_places_take_two_queries(forum, count, django_assert_num_queries):
    places = []
    for n in range(count):
        session = timed_session(forum, f"10:{n}0")
        with clock.frozen_at(at("10:50")):
            said(Place(forum, session), 3, 5)
        places.append((forum.pk, session.pk, session))
    with django_assert_num_queries(2):
        assert [r.average for r in operations.ratings_of(places)] == [4.0] * count
