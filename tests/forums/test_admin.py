"""The programme desk in the admin: one page makes a forum, taken rooms are refused by name, other desks stay outside."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forums import models
from forums.admin.forum import ForumAdmin
from forums.models import Forum, ForumPart, Invitation, Session, Speaker
from forums.operations.forums import publish_forum
from forums.operations.invitations import approve_content
from tests.forums.factories import (
    ForumFactory,
    ForumKindFactory,
    HonourFactory,
    InvitationFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory
from waic.editions.models import SearchEntry
from waic.lib.models import StepRecord
from waic.notifications.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]

ADD, LIST = "/admin/forums/forum/add/", "/admin/forums/forum/"
PREFIXES = (
    "parts",
    "forum_organisations",
    "sessions",
    "participations",
    "hosts",
    "pools",
    "streams",
)


def sign_in(client, desk):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=desk))
    client.force_login(person)
    return person


@pytest.fixture
def desk(client):
    return sign_in(client, "programme")


@pytest.fixture
def room():
    return RoomFactory(name_zh="示例红厅")


def part(room, starts="10:00", ends="12:00", day="2024-07-05"):
    return {
        "room": room.pk if room else "", "starts_at_0": day, "starts_at_1": starts, "ends_at_0": day, "ends_at_1": ends,
        "label_zh": "", "label_en": "", "place_note": "",
    }  # fmt: skip


def session(title, starts="", ends="", order=0):
    return {"title_zh": title, "title_en": "", "abstract_zh": "", "abstract_en": "", "kind": "speech", "order": order, "language": "", "starts": starts, "ends": ends}  # fmt: skip


def stream(url):
    return {"session": "", "kind": "live", "url": url, "title_zh": "", "title_en": ""}


def form(edition=None, forum=None, **inlines):
    """What the page sends: the forum's own fields, and rows of each inline by prefix."""
    edition = edition or EditionFactory()
    data = {
        "edition": edition.pk, "kind": ForumKindFactory(edition=edition).pk, "title_zh": "示例新论坛", "title_en": "Sample new forum", "date": "", "summary_zh": "",
        "summary_en": "", "theme": "", "language": "zh", "interpretation": "", "seats": 0, "offer_hours": 12, "external_id": "",
    }  # fmt: skip
    data |= {name: value for name, value in inlines.items() if name not in PREFIXES}
    for prefix in PREFIXES:
        rows = inlines.get(prefix, [])
        there = sum("id" in row for row in rows)
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": there, f"{prefix}-MIN_NUM_FORMS": 0, f"{prefix}-MAX_NUM_FORMS": 1000}  # fmt: skip
        for n, row in enumerate(rows):
            data |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
            if forum:
                data[f"{prefix}-{n}-forum"] = forum.pk
    return data


def change_url(row):
    return reverse(f"admin:forums_{row._meta.model_name}_change", args=[row.pk])


def errors(response):
    """Every sentence beside a field."""
    assert response.status_code == 200
    shown = [str(e) for form in response.context["errors"] for e in [form]]
    assert shown
    return " ".join(shown)


# --- Making a forum -----------------------------------------------------------------------------


def test_one_page_makes_a_forum_with_everything(client, desk, room):
    organisation, speaker, host = OrganisationFactory(), SpeakerFactory(), UserFactory()
    data = form(
        parts=[part(room), part(None, "14:00", "17:00")],
        forum_organisations=[{"role": "host", "organisation": organisation.pk, "order": 0}],
        sessions=[session("示例致辞", "10:00", "10:20"), session("示例无时间", order=1)],
        participations=[{"order": 0, "speaker": speaker.pk, "role": "keynote", "session": "", "title_zh": "", "affiliation_zh": "", "is_confirmed": "on"}],
        hosts=[{"user": host.pk}],
    )  # fmt: skip
    assert client.post(ADD, data).status_code == 302
    forum = Forum.objects.get()
    assert (forum.state, forum.starts_at, forum.ends_at) == ("draft", at("10:00"), at("17:00"))
    assert forum.parts.first().room == room
    assert forum.forum_organisations.get().organisation == organisation
    assert forum.participations.get().role == "keynote"
    assert list(Forum.objects.hosted_by(host)) == [forum]
    first, second = Session.objects.order_by("order")
    slot = first.slots.get()
    assert (slot.starts_at, slot.ends_at, slot.room) == (at("10:00"), at("10:20"), room)
    assert not second.slots.exists()
    assert not SearchEntry.objects.exists()


def test_a_taken_room_is_refused_by_name_and_nothing_typed_is_lost(client, desk, room):
    published_forum(room, title_zh="示例：先到的论坛")
    page = client.post(ADD, form(parts=[part(room, "11:00", "13:00")]))
    assert "示例：先到的论坛" in errors(page)
    assert 'value="示例新论坛"' in page.text
    assert Forum.objects.count() == 1
    assert client.post(ADD, form(parts=[part(room, "12:00", "13:00")])).status_code == 302


def test_one_form_does_not_take_a_room_twice_itself(client, desk, room):
    page = client.post(ADD, form(parts=[part(room), part(room, "11:00", "13:00")]))
    assert "这间会议室在该时段已被占用。" in errors(page)
    assert not Forum.objects.exists()
    area = RoomFactory(allows_parallel=True)
    fine = [part(room), part(room, "12:00", "13:00"), part(area), part(area), part(None), part(None)]  # fmt: skip
    assert client.post(ADD, form(parts=fine)).status_code == 302


@pytest.mark.parametrize("ends", ["09:00", "10:00"])
@pytest.mark.parametrize("with_room", [True, False])
def test_a_forum_that_ends_before_it_begins_is_refused_beside_the_field(client, desk, room, ends, with_room):  # fmt: skip
    page = client.post(ADD, form(parts=[part(room if with_room else None, "10:00", ends)]))
    assert "论坛的结束时间不能早于开始时间。" in errors(page)
    assert not Forum.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"title_zh": ""}, {"title_zh": "示" * 301}, {"seats": "-1"}, {"seats": "many"}, {"streams": [stream("javascript:alert(1)")]}, {"streams": [stream("http://example.com/")]}, {"kind": "999999"},
        {"parts": [part(None) | {"starts_at_1": "25:00"}]}, {"parts": [part(None) | {"room": "999999"}]}, {"sessions": [session("示例", "10:00", "09:00")]},
        {"sessions": [session("示例", "10:00")]}, {"sessions": [session("")  | {"order": "5"}]},
        {"participations": [{"order": 0, "speaker": "", "role": "host"}]},
    ],
)  # fmt: skip
def test_bad_input_makes_nothing(client, desk, bad):
    assert errors(client.post(ADD, form(**bad)))
    assert not Forum.objects.exists()


def guest_row(speaker, session=""):
    return {"order": 0, "speaker": speaker.pk, "role": "speaker", "session": session, "title_zh": "", "affiliation_zh": "", "is_confirmed": "on"}  # fmt: skip


@pytest.mark.parametrize("prefix", ["participations", "forum_organisations", "hosts"])
def test_the_same_row_twice_is_refused(client, desk, prefix):
    row = {
        "participations": lambda: guest_row(SpeakerFactory()),
        "forum_organisations": lambda: {"role": "host", "organisation": OrganisationFactory().pk, "order": 0},
        "hosts": lambda: {"user": UserFactory().pk},
    }[prefix]()  # fmt: skip
    assert errors(client.post(ADD, form(**{prefix: [row, row]})))
    assert not Forum.objects.exists()
    assert client.post(ADD, form(**{prefix: [row]})).status_code == 302
    forum = Forum.objects.get()
    kept = {"id": getattr(forum, prefix).get().pk, **row}
    again = client.post(change_url(forum), form(forum.edition, forum, **{prefix: [kept, row]}))
    assert errors(again)
    assert getattr(forum, prefix).count() == 1


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/admin/forums/forumkind/add/", {"key": "industry", "name_zh": "示例", "name_en": "Sample", "board": "forum", "order": 0}),
    ],
)  # fmt: skip
def test_a_key_or_number_that_is_taken_is_refused(client, desk, address, data):
    edition = ForumKindFactory().edition
    assert errors(client.post(address, {"edition": edition.pk, **data}))
    data = {**data, **({"key": "other"})}
    assert client.post(address, {"edition": edition.pk, **data}).status_code == 302


def test_an_outside_identifier_that_is_taken_is_refused(client, desk):
    ForumFactory(external_id="A-1")
    assert errors(client.post(ADD, form(external_id="A-1")))
    assert Forum.objects.count() == 1


def test_an_agenda_without_a_day_is_told_and_the_rest_is_saved(client, desk):
    page = client.post(ADD, form(sessions=[session("示例致辞", "10:00", "10:20")]), follow=True)
    assert "warning" in [m.level_tag for m in page.context["messages"]]
    assert Session.objects.get().slots.count() == 0


# --- Changing it --------------------------------------------------------------------------------


def test_a_part_moves_into_its_own_time_and_the_agenda_moves_with_a_number(client, desk, room):
    forum = published_forum(room, title_zh="示例论坛")
    publishing = timed_session(forum, title_zh="示例致辞")
    row, slot = forum.parts.get(), publishing.slots.get()
    data = form(
        forum.edition, forum, title_zh="示例改名",
        parts=[{"id": row.pk, **part(room, "11:00", "13:00")}],
        sessions=[{"id": publishing.pk, **session("示例致辞", "11:00", "11:30")}],
    )  # fmt: skip
    assert client.post(change_url(forum), data).status_code == 302
    forum.refresh_from_db()
    slot.refresh_from_db()
    assert (forum.title_zh, forum.starts_at) == ("示例改名", at("11:00"))
    assert (slot.starts_at, slot.sequence) == (at("11:00"), 1)
    assert set(SearchEntry.objects.values_list("title_zh", flat=True)) == {"示例改名", "示例致辞"}


def test_saving_keeps_seats_that_were_taken(client, desk):
    forum = published_forum(seats=5)
    Forum.objects.update(seats_taken=3)
    (row,) = forum.parts.all()
    data = form(forum.edition, forum, seats=4, parts=[{"id": row.pk, **part(None)}])
    assert client.post(change_url(forum), data).status_code == 302
    assert Forum.objects.values_list("seats", "seats_taken").get() == (4, 3)


def test_fewer_seats_than_taken_are_refused(client, desk):
    forum = published_forum(seats=5)
    Forum.objects.update(seats_taken=3)
    data = form(forum.edition, forum, seats=2, parts=[{"id": forum.parts.get().pk, **part(None)}])
    assert errors(client.post(change_url(forum), data))
    assert Forum.objects.get().seats == 5


def test_what_is_taken_off_the_page_is_not_found_any_more(client, desk):
    forum = ForumFactory()
    gone = timed_session(forum)
    publish_forum(forum)
    row = {"id": gone.pk, "DELETE": "on", **session(gone.title_zh, "10:00", "10:30")}
    assert client.post(change_url(forum), form(forum.edition, forum, sessions=[row])).status_code == 302  # fmt: skip
    assert not SearchEntry.objects.filter(kind="session").exists()


def test_a_slot_moved_on_its_own_page_raises_its_number(client, desk):
    talk = timed_session(published_forum())
    slot = talk.slots.get()
    data = {
        "forum": talk.forum_id, **{k: v for k, v in session("示例演讲").items() if k not in ("starts", "ends")},
        "slots-TOTAL_FORMS": 1, "slots-INITIAL_FORMS": 1, "slots-MIN_NUM_FORMS": 0, "slots-MAX_NUM_FORMS": 1000,
        "slots-0-id": slot.pk, "slots-0-session": talk.pk, "slots-0-room": "", "slots-0-state": "confirmed",
        "slots-0-starts_at_0": "2024-07-05", "slots-0-starts_at_1": "10:05", "slots-0-ends_at_0": "2024-07-05", "slots-0-ends_at_1": "10:35",
    }  # fmt: skip
    assert client.post(change_url(talk), data).status_code == 302
    slot.refresh_from_db()
    assert (slot.starts_at, slot.sequence) == (at("10:05"), 1)
    assert SearchEntry.objects.get(kind="session").title_zh == "示例演讲"
    data["slots-0-ends_at_1"] = "10:00"
    assert "环节的结束时间不能早于开始时间。" in errors(client.post(change_url(talk), data))


def test_a_guests_new_name_is_found(client, desk):
    guest = ParticipationFactory().speaker
    HonourFactory(speaker=guest)
    data = {
        "edition": guest.edition_id, "user": "", "name_zh": "示例改名", "name_en": "", "title_zh": "", "title_en": "", "affiliation_zh": "", "affiliation_en": "",
        "country": "", "bio_zh": "", "bio_en": "", "email": "", "is_person": "on",
        **{f"{inline}-{name}_FORMS": 0 for inline in ("honours", "availabilities", "slides_extensions") for name in ("TOTAL", "INITIAL")},
    }  # fmt: skip
    assert client.post(change_url(guest), data).status_code == 302
    assert SearchEntry.objects.get(kind="speaker").title_zh == "示例改名"


# --- Steps --------------------------------------------------------------------------------------


def step(client, row, name, **data):
    address = reverse(f"admin:forums_{row._meta.model_name}_step", args=[row.pk, name])
    return client.post(
        address, {"confirmed": 1, "reason": "示例原因", "version": row.version, **data}
    )


def test_the_desk_publishes_and_takes_back(client, desk):
    forum = ForumFactory()
    assert step(client, forum, "publish").status_code == 302
    assert list(Forum.objects.published()) == [forum]
    forum.refresh_from_db()
    assert step(client, forum, "unpublish").status_code == 302
    assert [r.by for r in StepRecord.objects.of(forum)] == [desk, desk]
    assert not Forum.objects.published().exists()


def test_the_desk_invites_and_withdraws(client, desk):
    forum, speaker = ForumFactory(), SpeakerFactory(email="guest@example.com")
    data = {"forum": forum.pk, "session": "", "speaker": speaker.pk, "role": "speaker", "message": "", "reply_by_0": "2024-07-10", "reply_by_1": "18:00"}  # fmt: skip
    assert client.post("/admin/forums/invitation/add/", data).status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.invited_by) == ("draft", desk)
    # Whoever worded a letter does not answer for it; a colleague does.
    approve_content(invitation, by=UserFactory())
    assert step(client, invitation, "send").status_code == 302
    assert Message.objects.get().address == "guest@example.com"
    again = client.post("/admin/forums/invitation/add/", data)
    assert "此人已受邀参加本论坛。" in errors(again)
    invitation.refresh_from_db()
    # An answer is the speaker's alone.
    for theirs in ("accept", "decline", "open", "expire"):
        assert step(client, invitation, theirs).status_code == 404
    assert step(client, invitation, "withdraw").status_code == 302
    invitation.refresh_from_db()
    assert invitation.state == "withdrawn"


def test_an_invitation_without_an_address_is_told(client, desk):
    invitation = InvitationFactory(speaker__email="")
    step(client, invitation, "send")
    invitation.refresh_from_db()
    assert invitation.state == "draft"


# --- Who may ------------------------------------------------------------------------------------

MODELS = ["forum", "forumkind", "session", "speaker", "invitation", "booking", "release"]


def every(model):
    """One row of a model."""
    forum = published_forum(seats=5)
    rows = {
        "forum": lambda: forum, "forumkind": lambda: forum.kind, "session": lambda: timed_session(forum), "speaker": SpeakerFactory,
        "invitation": InvitationFactory, "booking": lambda: models.Booking.objects.create(forum=forum, visitor=UserFactory()),
        "release": lambda: models.Release.objects.create(edition=forum.edition, number=1),
    }  # fmt: skip
    return rows[model]()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("other", ["awards", "gate"])
def test_other_desks_stay_outside(client, model, other):
    row = every(model)
    sign_in(client, other)
    for address in (f"/admin/forums/{model}/", f"/admin/forums/{model}/add/", change_url(row)):
        assert client.get(address).status_code == 403
        assert client.post(address, {}).status_code == 403
    if model in ("forum", "invitation"):
        assert step(client, row, "cancel" if model == "forum" else "send").status_code == 403
    if model == "forum":
        assert client.get("/admin/forums/forum/look-at/").status_code == 403


def test_the_press_reads_forums_and_changes_none(client):
    forum = published_forum()
    sign_in(client, "press")
    assert client.get(LIST).status_code == 200
    assert client.get(change_url(forum)).status_code == 200
    assert client.post(change_url(forum), form(forum.edition, forum)).status_code == 403
    assert step(client, forum, "cancel").status_code == 403
    assert client.get("/admin/forums/booking/").status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_the_programme_desk_sees_every_list_and_page(client, desk, model):
    row = every(model)
    assert client.get(f"/admin/forums/{model}/").status_code == 200
    assert client.get(change_url(row)).status_code == 200
    assert client.get(f"/admin/forums/{model}/add/").status_code == (403 if model == "release" else 200)  # fmt: skip


def test_seats_are_not_given_or_taken_in_the_admin(client, desk):
    booking = every("booking")
    client.post(change_url(booking), {"state": "cancelled"})
    assert client.post(f"/admin/forums/booking/{booking.pk}/delete/", {"post": "yes"}).status_code == 403  # fmt: skip
    booking.refresh_from_db()
    assert booking.state == "held"


# --- Lists --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_a_list_of_thirty_takes_the_queries_of_one(client, desk, model):
    def count():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/admin/forums/{model}/")
        assert page.status_code == 200
        return len(queries), len(page.context["cl"].result_list)

    every(model)
    count()  # sessions and content types are read once
    few, rows = count()
    for n in range(30):
        if model in ("forumkind", "release"):
            edition = EditionFactory(year=2030 + n)
            ForumKindFactory(edition=edition)
            models.Release.objects.create(edition=edition, number=1, released_by=UserFactory())
        else:
            every(model)
    many, more = count()
    assert more >= rows + 30
    assert many == few


@pytest.mark.parametrize(
    ("missing", "expected"),
    [("room", {"乙", "丙"}), ("time", {"丙"}), ("guests", {"甲", "丙"}), ("english", {"丙"}), ("x", {"甲", "乙", "丙"})],
)  # fmt: skip
def test_the_list_is_narrowed_to_what_is_missing(client, desk, room, missing, expected):
    published_forum(room, title_zh="甲")
    ParticipationFactory(forum=published_forum(title_zh="乙"))
    ForumFactory(title_zh="丙", title_en="")
    page = client.get(f"{LIST}?missing={missing}")
    assert {f.title_zh for f in page.context["cl"].result_list} == expected


def test_the_list_is_searched_by_host_and_guest(client, desk):
    forum = published_forum(title_zh="示例甲")
    organisation = OrganisationFactory(name_zh="示例研究院")
    models.ForumOrganisation.objects.create(forum=forum, organisation=organisation)
    ParticipationFactory(forum=published_forum(title_zh="示例乙"), speaker__name_zh="示例贵宾")
    for word, title in (("研究院", "示例甲"), ("贵宾", "示例乙"), (forum.code, "示例甲")):
        page = client.get(LIST, {"q": word})
        assert [f.title_zh for f in page.context["cl"].result_list] == [title]


def test_two_desks_do_not_write_over_each_other(client, desk):
    forum = published_forum(title_zh="示例原名")
    page = client.get(change_url(forum))
    row = {"id": forum.parts.get().pk, **part(None)}
    seen = {page.context["seen_field"]: page.context["seen"]}
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例同事所写", version=forum.version + 1)
    data = form(forum.edition, forum, title_zh="示例我所写", parts=[row]) | seen
    refused = client.post(change_url(forum), data)
    assert "示例同事所写" in errors(refused)
    assert Forum.objects.get().title_zh == "示例同事所写"


@pytest.mark.django_db(transaction=True)
def test_a_room_taken_between_the_check_and_the_write_is_refused_by_name(client, desk, room, monkeypatch):  # fmt: skip
    """Somebody is faster by a moment: the form found the room free, the database does not."""
    other = ForumFactory(title_zh="示例：更快的论坛")
    real, taken = ForumAdmin.save_related, []

    def take():
        ForumPart.objects.bulk_create([ForumPart(forum=other, room=room, starts_at=at("11:00"), ends_at=at("13:00"))])  # fmt: skip
        connection.close()

    def save_related(*args):
        if not taken:
            taken.append(True)
            faster = threading.Thread(target=take)
            faster.start()
            faster.join()
        return real(*args)

    monkeypatch.setattr(ForumAdmin, "save_related", save_related)
    page = client.post(ADD, form(parts=[part(room)]))
    assert taken
    assert "示例：更快的论坛" in errors(page)
    assert 'value="示例新论坛"' in page.text
    assert Forum.objects.get() == other


@pytest.mark.filterwarnings("error::django.core.paginator.UnorderedObjectListWarning")
def test_autocompletes_offer_rows_in_order(client):
    """Counting something per row makes a query forget the model's order; pages of an autocomplete would then overlap."""
    person = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(person)
    for name in ("乙", "甲", "丙"):
        SpeakerFactory(name_zh=f"示例{name}")
    answer = client.get("/admin/autocomplete/", {"app_label": "forums", "model_name": "invitation", "field_name": "speaker", "term": "示例"})  # fmt: skip
    names = [row["text"] for row in answer.json()["results"]]
    assert names == [str(s) for s in Speaker.objects.all()]
