"""Taking the draft back to the times, rooms and titles of a release, as far as rooms are free and rules allow."""

from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Min
from django.utils.translation import gettext as _

from forums.models import Forum, ForumPart, ForumState, RuleLevel, Session, Slot
from forums.operations.forums import keep_times
from forums.operations.restored import put_on_record
from forums.releases.shown import content_of
from forums.releases.snapshot import moment
from forums.rules import Programme, compare, settings_of
from forums.rules.engine import Setting
from waic.editions.models import Room
from waic.lib import clock
from waic.lib.locks import edition_lock


@dataclass(frozen=True)
class Title:
    """A title that goes back, of a forum or of a session in it; (zh, en) each."""

    model: type
    pk: int
    forum: int
    before: tuple
    after: tuple


@dataclass
class Restoration:
    """What taking the draft back would do. moves: items of the rules; sentences: why some stay where they are."""

    programme: Programme  # as it is now
    moves: list = field(default_factory=list)
    titles: list = field(default_factory=list)
    sentences: list = field(default_factory=list)

    @property
    def forums(self):
        """Numbers of the forums that would change."""
        return {item.forum for item in self.moves} | {title.forum for title in self.titles}

    @property
    def is_empty(self):
        return not (self.moves or self.titles)


def plan_restoration(release):
    """The Restoration of an edition's draft to a release; nothing is written."""
    content, programme = content_of(release), Programme.of(release.edition)
    if not content:
        raise ValidationError(_("This release is from before contents were kept; the draft cannot be taken back to it."), code="no_content")  # fmt: skip
    plan = Restoration(programme, moves=_moves(content, programme), titles=_titles(content))
    # Whatever level this edition gives it: the database holds a room for one forum at a time.
    room_taken = {"room-taken": Setting(RuleLevel.BLOCK_SAVE, None)}
    _leave_out_refused(plan, programme, settings_of(release.edition) | room_taken)
    return plan


def _moves(content, programme):
    wanted = {}
    for forum in content["forums"]:
        entries = [("part", e) for e in forum["parts"]]
        entries += [("slot", e) for s in forum["sessions"] for e in s["slots"]]
        wanted |= {(kind, e["pk"]): (e["room"], moment(e["starts"]), moment(e["ends"])) for kind, e in entries}  # fmt: skip
    rooms = programme.places
    found = []
    for item in (*programme.parts, *programme.slots):
        room, starts, ends = wanted.get(item.key, (item.room, item.starts, item.ends))
        if (room, starts, ends) != (item.room, item.starts, item.ends) and (room is None or room in rooms):  # fmt: skip
            found.append(replace(item, room=room, starts=starts, ends=ends))
    return found


def _titles(content):
    old = {(Forum, f["pk"]): (f["zh"], f["en"]) for f in content["forums"]}
    old |= {(Session, s["pk"]): (s["zh"], s["en"]) for f in content["forums"] for s in f["sessions"]}  # fmt: skip
    found = []
    for model in (Forum, Session):
        rows = model.objects.filter(pk__in=[pk for kind, pk in old if kind is model])
        forum = "pk" if model is Forum else "forum_id"
        for pk, of, *now in rows.order_by("pk").values_list("pk", forum, "title_zh", "title_en"):
            if tuple(now) != old[model, pk]:
                found.append(Title(model, pk, of, tuple(now), old[model, pk]))
    return found


def _leave_out_refused(plan, programme, settings):
    """Forums that the rules do not let go back stay as they are, with a sentence, until the rest fits."""
    while plan.moves:
        caused = compare(programme, programme.moved(*plan.moves), settings).caused
        blocking = [f for f in caused if f.blocks_saving]
        moving = {item.forum for item in plan.moves}
        stay = {pk for finding in blocking for pk in finding.forums} & moving
        if not stay:
            return
        plan.sentences += [f.sentence for f in blocking]
        plan.moves = [item for item in plan.moves if item.forum not in stay]


@transaction.atomic
def restore_draft(release, *, by=None):
    """Take the draft back; the Restoration that was done. What was deleted since is not made again.

    Each forum that changes has a newer version, and its history says who took it back to which release.
    ValidationError `room_taken` when a part that was added since stands in the way, `busy` while others change the whole.
    """
    edition_lock(release.edition_id)
    plan = plan_restoration(release)
    list(Forum.objects.select_for_update(no_key=True).filter(pk__in=plan.forums).order_by("pk"))
    parts = {item.pk: item for item in plan.moves if item.kind == "part"}
    forums = {item.forum for item in parts.values()}
    _move_parts(parts)
    _move_slots({item.pk: item for item in plan.moves if item.kind == "slot"})
    _keep_times(forums)
    _seats_of_unreleased(release.edition, forums)
    for title in plan.titles:
        zh, en = title.after
        title.model.objects.filter(pk=title.pk).update(title_zh=zh, title_en=en, version=F("version") + 1, changed_at=clock.now())  # fmt: skip
    put_on_record(plan, release, by)
    return plan


def _move_parts(items):
    """Two that swap their rooms must not meet on the way: first nobody holds one, then everybody the own."""
    ForumPart.objects.filter(pk__in=items).update(holds_room=False)
    parts = list(ForumPart.objects.filter(pk__in=items).select_related("forum"))
    rooms = Room.objects.in_bulk({item.room for item in items.values()} - {None})
    for part in parts:
        item = items[part.pk]
        part.room, part.starts_at, part.ends_at = rooms.get(item.room), item.starts, item.ends
    ForumPart.objects.bulk_update(parts, ["room", "starts_at", "ends_at"])
    for part in parts:
        part.holds_room = part.needs_room
    try:
        with transaction.atomic():
            ForumPart.objects.bulk_update(parts, ["holds_room"])
    except IntegrityError as error:
        raise ValidationError(
            _("A part that was added since then is in a room that would be needed. Move it first."), code="room_taken"
        ) from error  # fmt: skip


def _move_slots(items):
    slots = list(Slot.objects.select_for_update(of=("self",)).filter(pk__in=items).order_by("pk"))
    for slot in slots:
        item = items[slot.pk]
        slot.room_id, slot.starts_at, slot.ends_at = item.room, item.starts, item.ends
        slot.sequence, slot.changed_at = slot.sequence + 1, clock.now()
    Slot.objects.bulk_update(slots, ["room", "starts_at", "ends_at", "sequence", "changed_at"])


def _seats_of_unreleased(edition, forums):
    """Seats follow the newest release; of a forum that it has not any more they follow the draft."""
    newest = content_of(edition.releases.latest_first().first())
    released = {doc["pk"] for doc in newest["forums"]}
    for forum in Forum.objects.filter(pk__in=set(forums) - released).order_by("pk"):
        keep_times(forum)


def _keep_times(forums):
    """What forums.keep_times does, of many forums at once."""
    rows = Forum.objects.filter(pk__in=forums).exclude(state=ForumState.CANCELLED)
    changed = []
    for forum in rows.annotate(first=Min("parts__starts_at"), last=Max("parts__ends_at")):
        times = (forum.first, forum.last, forum.first.astimezone(clock.ZONE).date())
        if times != (forum.starts_at, forum.ends_at, forum.date):
            forum.starts_at, forum.ends_at, forum.date = times
            forum.version, forum.changed_at = forum.version + 1, clock.now()
            changed.append(forum)
    Forum.objects.bulk_update(changed, ["starts_at", "ends_at", "date", "version", "changed_at"])
