"""Who is planned with: one queryset says it, and rules, board, planner, moves and readiness all ask it."""

from datetime import timedelta

import pytest

from forums.board.document import document_of
from forums.models import Forum, Invitation, InvitationState, Participation
from forums.models.session import ParticipationQuerySet
from forums.operations.invitations import answer_invitation, withdraw_invitation
from forums.operations.relocating import effects_of
from forums.planner.programme import Programme as Planned
from forums.readiness import with_readiness
from forums.rules import Programme, check, settings_of
from tests.forums.factories import (
    DAY,
    InvitationFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    VenueFactory,
    at,
    published_forum,
    sent,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock

pytestmark = pytest.mark.django_db

EARLY = at("09:00", DAY - timedelta(days=7))
# Letters of one guest of one forum, oldest first, and whether they are expected when nobody has confirmed them.
LETTERS = [
    ((), True),
    (("draft",), True),
    (("approved",), True),
    (("sent",), True),
    (("opened",), True),
    (("accepted",), True),
    (("declined",), False),
    (("expired",), False),
    (("withdrawn",), False),
    (("declined", "sent"), True),
    (("withdrawn", "expired"), False),
    (("expired", "declined", "draft"), True),
]


@pytest.fixture(autouse=True)
def a_week_before():
    with clock.frozen_at(EARLY):
        yield


def letter(forum, speaker, state):
    return Invitation.objects.create(
        forum=forum, speaker=speaker, state=state, approved_at=EARLY, sent_at=EARLY, answered_at=EARLY,
        number=f"N{Invitation.objects.count()}",
    )  # fmt: skip


def guest_with(letters, forum, confirmed=False):
    row = ParticipationFactory(forum=forum, is_confirmed=confirmed)
    for state in letters:
        letter(forum, row.speaker, state)
    return row


def planned_wrongly():
    """Lists of letters about which `expected` says something else than the table."""
    forum, elsewhere = published_forum(), published_forum()
    rows = {}
    for letters, expected in LETTERS:
        row = guest_with(letters, forum)
        letter(elsewhere, row.speaker, "accepted" if not expected else "declined")
        rows[row.pk] = letters, expected
    told = set(Participation.objects.expected().filter(forum=forum).values_list("pk", flat=True))
    return [letters for pk, (letters, expected) in rows.items() if (pk in told) != expected]


def test_the_newest_letter_to_the_same_forum_says_whether_a_guest_is_expected():
    assert {state for letters, _e in LETTERS for state in letters} == set(InvitationState.values)
    assert planned_wrongly() == []


def any_letter(rows):
    gone = Invitation.objects.filter(state__in=["declined", "expired", "withdrawn"])
    return rows.exclude(speaker__invitations__in=gone)


@pytest.mark.parametrize(
    "wrong", [lambda rows: rows.all(), lambda rows: rows.announced(), any_letter]
)
def test_the_table_notices_a_wrong_idea_of_who_is_expected(monkeypatch, wrong):
    monkeypatch.setattr(ParticipationQuerySet, "expected", wrong)
    assert planned_wrongly()


def test_whom_the_desk_confirms_is_expected_whatever_became_of_the_letter():
    row = guest_with(("expired",), published_forum(), confirmed=True)
    assert list(Participation.objects.expected()) == [row]


# --- Everybody asks the same --------------------------------------------------------------------


@pytest.fixture
def clash():
    """Two forums at one hour in two rooms, one guest on both lists, confirmed in the first alone; the second."""
    venue = VenueFactory(edition=EditionFactory())
    one, other = (
        published_forum(RoomFactory(venue=venue), edition=venue.edition) for _n in range(2)
    )
    guest = SpeakerFactory(edition=venue.edition, name_en="Sample Twice", email="twice@example.com")
    ParticipationFactory(forum=one, speaker=guest)
    ParticipationFactory(forum=other, speaker=guest, is_confirmed=False)
    return other


def asked(forum, guest):
    """Whether each part of the house still plans with the guest in the second forum."""
    edition, part = forum.edition, forum.parts.get()
    rules = check(Programme.of(edition), settings_of(edition))
    marks = {p["id"]: p["marks"] for p in document_of(edition, DAY, reader=UserFactory())["parts"]}
    planner = Planned(edition)
    place = {"room": part.room, "starts_at": part.starts_at, "ends_at": part.ends_at}
    return {
        "rules": "person-twice" in {f.rule for f in rules},
        "board": bool(marks[part.pk]),
        "planner": f"s{guest.pk}" in planner.presence.of(forum, part),
        "move": guest in effects_of(part, **place).guests,
        "readiness": not with_readiness(Forum.objects.filter(pk=forum.pk)).get().ready_guests,
    }


@pytest.mark.parametrize("end", ["decline", "withdraw", "expire"])
def test_rules_board_planner_and_moves_forget_whoever_does_not_come(clash, end):
    guest = clash.participations.get().speaker
    invitation = sent(InvitationFactory(forum=clash, speaker=guest))
    assert set(asked(clash, guest).values()) == {True}
    if end == "decline":
        answer_invitation(invitation, accepts=False)
    elif end == "withdraw":
        withdraw_invitation(invitation, reason="示例原因")
    else:
        Invitation.objects.filter(pk=invitation.pk).update(state="expired")
    ParticipationFactory(forum=clash)  # somebody else comes, so that the list is complete
    assert set(asked(clash, guest).values()) == {False}


def test_withdrawing_a_letter_that_is_out_takes_the_guest_off_the_lists(clash):
    row = clash.participations.get()
    Participation.objects.filter(pk=row.pk).update(is_confirmed=True)
    draft = InvitationFactory(forum=clash, speaker=row.speaker)
    withdraw_invitation(draft, reason="示例原因")  # nobody ever read it
    assert clash.participations.announced().exists()
    withdraw_invitation(
        sent(InvitationFactory(forum=clash, speaker=row.speaker)), reason="示例原因"
    )
    assert not clash.participations.announced().exists()
