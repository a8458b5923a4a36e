"""A proposal of the planner becomes the programme, in whole or by forum, and back again.

Everything that moves together is judged together: two forums that change places are no clash. What the rules refuse or
somebody has moved meanwhile stays where it is, with a sentence; the others go on, in one transaction.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import Forum, ForumPart, ForumState, MoveState, PlanMove, PlanRun, PlanState
from forums.operations.forums import keep_times
from forums.operations.moving import item_of, slot_item
from forums.operations.relocating import agendas_of, move_part, place_in_words, shifted
from forums.rules import Programme, compare, settings_of
from forums.workflow import PLAN
from waic.lib import clock, pagecache
from waic.lib.locks import edition_lock
from waic.lib.templatetags.dates import day, hour
from waic.lib.text import localized


@dataclass
class Answer:
    """What became of the moves: carried out, overtaken by somebody else's change, refused by a rule."""

    done: list = field(default_factory=list)
    stale: list = field(default_factory=list)
    refused: list = field(default_factory=list)


@dataclass
class _Target:
    """A part and where it shall go; without a room and a time it shall be no more."""

    move: PlanMove
    part: ForumPart
    room: object = None
    starts_at: object = None
    ends_at: object = None
    # Its slots in their new places: found before anything moves, because another part may come to where this one was.
    agenda: list = field(default_factory=list)


@transaction.atomic
def accept_plan(run, *, by, forums=None, version=None):
    """Carry out all moves of a proposal, or those of some forums (numbers); the Answer.

    ValidationError `not_allowed` or `stale` for the run as a whole, `busy` during a release.
    """
    run = _locked(run, (PlanState.READY, PlanState.ACCEPTED), version)
    moves = _moves(run, forums, [state for state in MoveState.values if state != MoveState.ACCEPTED])  # fmt: skip
    answer, targets = Answer(), []
    for move in moves:
        if why := _overtaken(move, move.old) or _too_late(move):
            _decide(move, MoveState.STALE, by, why)
            answer.stale.append(move)
        else:
            part = move.part or ForumPart(forum=move.forum)
            targets.append(_Target(move, part, move.room, move.starts_at, move.ends_at))
    refused = _carry_out(run, targets, by)
    for target in targets:
        if why := refused.get(target.move.pk):
            _decide(target.move, MoveState.REFUSED, by, why)
            answer.refused.append(target.move)
        else:
            _decide(target.move, MoveState.ACCEPTED, by, "")
            answer.done.append(target.move)
    if answer.done:
        words = _("Moves carried out: %(done)d") % {"done": len(answer.done)}
        PLAN.take(run, "accept", by=by, reason=words)
    return answer


@transaction.atomic
def undo_plan(run, *, by, forums=None, version=None):
    """Take accepted moves back to where the forums were; the Answer. What has moved on since then stays."""
    run = _locked(run, (PlanState.ACCEPTED,), version)
    answer, targets = Answer(), []
    for move in _moves(run, forums, [MoveState.ACCEPTED]):
        if why := _overtaken(move, move.new, is_new=False):
            _decide(move, MoveState.ACCEPTED, by, why)
            answer.stale.append(move)
        else:
            targets.append(_Target(move, move.part, *_before(move)))
    refused = _carry_out(run, targets, by)
    for target in targets:
        if why := refused.get(target.move.pk):
            _decide(target.move, MoveState.ACCEPTED, by, why)
            answer.refused.append(target.move)
        else:
            _decide(target.move, MoveState.UNDONE, by, "")
            answer.done.append(target.move)
    if not run.moves.filter(state=MoveState.ACCEPTED).exists():
        PLAN.take(run, "undo", by=by)
    return answer


def _before(move):
    return () if move.is_new else (move.from_room, move.from_starts_at, move.from_ends_at)


def _locked(run, states, version):
    """The run, with nobody else changing the edition's programme as a whole until the commit."""
    edition_lock(run.edition_id)
    run = PlanRun.objects.select_for_update(of=("self",)).select_related("edition").get(pk=run.pk)
    if version is not None and run.version != version:
        raise ValidationError(
            _("Somebody changed this a moment ago. Reload the page and look again."), code="stale"
        )
    if run.state not in states:
        raise ValidationError(_("This step is not possible any more."), code="not_allowed")
    return run


def _moves(run, forums, states):
    """Moves with their forums locked, so that nobody moves one of them between the look and the write."""
    moves = run.moves.filter(state__in=states)
    if forums is not None:
        moves = moves.filter(forum__in=forums)
    moves = list(moves.select_related("part__room__venue", "room__venue", "from_room__venue"))
    rows = Forum.objects.select_for_update(no_key=True, of=("self",)).select_related("edition")
    locked = {forum.pk: forum for forum in rows.filter(pk__in={m.forum_id for m in moves}).order_by("pk")}  # fmt: skip
    parts = ForumPart.objects.select_related("room__venue").in_bulk([m.part_id for m in moves if m.part_id])  # fmt: skip
    for move in moves:
        move.forum, move.part = locked[move.forum_id], parts.get(move.part_id)
        if move.part:
            move.part.forum = move.forum
    return moves


def _overtaken(move, expected, *, is_new=None):
    """Why a move does not fit the programme any more, or ""."""
    words = {"forum": localized(move.forum, "title")}
    is_new = move.is_new if is_new is None else is_new
    if move.forum.state == ForumState.CANCELLED:
        return _("“%(forum)s” has been called off.") % words
    if is_new:
        has_place = move.forum.parts.exists()
        return _("“%(forum)s” has been given a place meanwhile.") % words if has_place else ""
    if move.part is None:
        return _("This part of “%(forum)s” is not there any more.") % words
    if (move.part.room_id, move.part.starts_at, move.part.ends_at) != expected:
        words["place"] = place_in_words(move.part)
        return _("“%(forum)s” has been moved meanwhile; it is at %(place)s now. Plan again or move it by hand.") % words  # fmt: skip
    if move.part.starts_at <= clock.now():
        return _("“%(forum)s” has begun.") % words
    return ""


def _too_late(move):
    """A proposal that waited until its time was past."""
    if move.starts_at > clock.now():
        return ""
    words = {"forum": localized(move.forum, "title"), "when": f"{day(move.starts_at)} {hour(move.starts_at)}"}  # fmt: skip
    return (
        _("“%(forum)s” would have to begin on %(when)s, which is past by now. Plan again.") % words
    )


def _decide(move, state, by, note):
    move.state, move.note, move.decided_at, move.decided_by = state, note, clock.now(), by
    move.save(update_fields=["state", "note", "decided_at", "decided_by", "part"])


# --- Carrying out -------------------------------------------------------------------------------


class _Refused(Exception):
    """One target cannot be placed; the savepoint goes back."""


def _carry_out(run, targets, by):
    """Place what can be placed; {move: sentence} of the others. Each refusal changes what the rest would meet."""
    refused: dict = {}
    while True:
        left = [target for target in targets if target.move.pk not in refused]
        more = _judge(run, left)
        if not more and left:
            more = _place(left, by)
        if not more:
            return refused
        refused |= more


def _judge(run, targets):
    """{move: sentence} of what the edition's rules refuse to save, with all targets moved together."""
    forums: dict = {}
    for finding in _difference(run, targets).caused:
        if finding.blocks_saving:
            for forum in finding.forums:
                forums.setdefault(forum, finding.sentence)
    return {t.move.pk: forums[t.move.forum_id] for t in targets if t.move.forum_id in forums}


def _difference(run, targets):
    """What the rules find broken and mended when all targets are where they shall go."""
    kept = [t for t in targets if t.starts_at]
    items, agendas = [], agendas_of([target.part for target in kept])
    for number, target in enumerate(kept):
        slots = agendas.get(target.part.pk, [])
        target.agenda = shifted(slots, target.part, target.room, target.starts_at)
        new = ForumPart(
            pk=target.part.pk, forum=target.move.forum, room=target.room,
            starts_at=target.starts_at, ends_at=target.ends_at,
        )  # fmt: skip
        items += [item_of(new, number), *(slot_item(slot) for slot in target.agenda)]
    before = Programme.of(run.edition)
    gone = [("part", t.part.pk) for t in targets if not t.starts_at]
    return compare(before, before.without(*gone).moved(*items), settings_of(run.edition))


def effects_of_plan(run, moves):
    """What these moves together would break and mend, were they carried out now; those overtaken are left out."""
    targets = [
        _Target(move, move.part or ForumPart(forum=move.forum), move.room, move.starts_at, move.ends_at)
        for move in moves if move.is_new or (move.part and (move.part.room_id, move.part.starts_at, move.part.ends_at) == move.old)
    ]  # fmt: skip
    return _difference(run, targets)


def _place(targets, by):
    """{} when all are placed; otherwise nothing is, and the first that cannot be stands there with its sentence."""
    try:
        with transaction.atomic():
            # Rooms that change hands are nobody's for a moment.
            moving = [t.part.pk for t in targets if t.part.pk]
            ForumPart.objects.filter(pk__in=moving).update(holds_room=False)
            for target in targets:
                try:
                    _place_one(target, by)
                except ValidationError as refusal:
                    raise _Refused(target.move.pk, " ".join(refusal.messages)) from refusal
    except _Refused as refusal:
        for target in targets:
            if target.move.is_new and target.starts_at:
                target.part = target.move.part = None
                target.part = ForumPart(forum=target.move.forum)
        return {refusal.args[0]: refusal.args[1]}
    return {}


def _place_one(target, by):
    if target.starts_at is None:
        target.part.delete()
        target.move.part = None
        keep_times(target.move.forum)
        pagecache.bump()
        return
    target.move.part = move_part(
        target.part, room=target.room, starts_at=target.starts_at, ends_at=target.ends_at, by=by,
        judged_agenda=target.agenda,
    )  # fmt: skip
