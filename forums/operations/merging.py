"""One person under two names: a preview field by field, everything moved to the row that stays, and back again."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from forums.models import Participation, Session, Speaker
from forums.models.invitation import INVITATION
from forums.models.merge import MERGE, SpeakerMerge
from forums.operations.forums import index_forum
from forums.operations.profiles import FIELDS, index_speaker
from forums.operations.slides import move_slides
from waic.editions.search import forget
from waic.lib import clock, pagecache
from waic.lib.text import localized

CHOSEN = (*FIELDS, "country", "email", "photo_id", "user_id")
_UNDER_WAY = ("draft", "approved", "sent", "opened")
# What points at a guest by a foreign key and moves with it.
_RELATIONS = (
    "participations",
    "invitations",
    "honours",
    "availabilities",
    "consents",
    "travels",
    "slides_extensions",
    "arrivals",
)


@dataclass(frozen=True)
class Difference:
    """A field in which two rows differ; `take` is the row ("kept" or "gone") that is proposed."""

    name: str
    label: object
    kept: object
    gone: object
    take: str


def differences(kept, gone):
    """The fields two rows do not agree on; what the kept row lacks is proposed from the other."""
    found = []
    for name in CHOSEN:
        field = Speaker._meta.get_field(name.removesuffix("_id"))
        ours, theirs = getattr(kept, name), getattr(gone, name)
        if ours != theirs:
            shown = [getattr(row, field.name) for row in (kept, gone)]
            take = "gone" if theirs and not ours else "kept"
            found.append(Difference(name, field.verbose_name, *shown, take))
    return found


def check_mergeable(kept, gone):
    """ValidationError when the two cannot become one."""
    if kept.pk == gone.pk:
        raise ValidationError(_("Choose two different people."), code="same")
    if kept.edition_id != gone.edition_id:
        raise ValidationError(_("These are people of two editions."), code="edition")
    for row in (kept, gone):
        if row.merged_into_id:
            raise ValidationError(
                _("%(speaker)s (%(code)s) was merged with somebody already. Reload the list and look again."),
                code="merged", params={"speaker": row, "code": row.code},
            )  # fmt: skip


# --- What stands in the way ---------------------------------------------------------------------


def double_participations(kept, gone):
    """Rows of the person that goes which the one that stays has already: the same forum and session."""
    theirs = {(p.forum_id, p.session_id) for p in kept.participations.all()}
    rows = gone.participations.select_related("forum", "session")
    return [p for p in rows if (p.forum_id, p.session_id) in theirs]


def double_invitations(kept, gone):
    """[(of the kept, of the gone)] that are both open or accepted in one forum."""
    open_ones = {
        i.forum_id: i for i in kept.invitations.filter(state__in=[*_UNDER_WAY, "accepted"])
    }
    rows = gone.invitations.filter(state__in=[*_UNDER_WAY, "accepted"]).select_related("forum")
    return [(open_ones[i.forum_id], i) for i in rows if i.forum_id in open_ones]


def conflicts(kept, gone):
    """A sentence for each thing both have, saying what becomes of it."""
    found = [
        _("Both are guests of “%(place)s”: the entry of %(kept)s stays.")
        % {"place": localized(p.session or p.forum, "title"), "kept": kept}
        for p in double_participations(kept, gone)
    ]
    found += [
        _("Both are invited to “%(place)s”: one letter is withdrawn, an accepted one stays.")
        % {"place": localized(theirs.forum, "title")}
        for _ours, theirs in double_invitations(kept, gone)
    ]
    if kept.user_id and gone.user_id and kept.user_id != gone.user_id:
        found.append(_("Both have an account; one of them will not see this profile any more."))
    return found


# --- Merging ------------------------------------------------------------------------------------


def _locked(*pks):
    rows = Speaker.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks)
    return {row.pk: row for row in rows.order_by("pk")}


@transaction.atomic
def merge_speakers(kept, gone, *, chosen=None, by=None):
    """Move everything of `gone` to `kept` and let its code lead there; answers the record.

    chosen: {field: "kept" or "gone"}; what is not named is taken as proposed.
    """
    check_mergeable(kept, gone)
    rows = _locked(kept.pk, gone.pk)
    kept, gone = rows[kept.pk], rows[gone.pk]
    check_mergeable(kept, gone)
    moved = {"fields": _take_fields(kept, gone, chosen or {})}
    moved["removed"] = _drop_doubles(kept, gone, by)
    moved |= {name: _move(name, kept, gone) for name in _RELATIONS}
    moved["protocol"] = _move_protocol(kept, gone)
    Speaker.objects.filter(pk=gone.pk).update(merged_into=kept, user=None, version=gone.version + 1)
    record = SpeakerMerge.objects.create(
        kept=kept, gone=gone, moved=moved, kept_version=kept.version, by=by, merged_at=clock.now()
    )
    _show(kept, gone)
    return record


def _take_fields(kept, gone, chosen):
    """Write the chosen values; {name: value before} of what changed, and of the account that moved."""
    before = {"gone.user_id": gone.user_id}
    for difference in differences(kept, gone):
        if chosen.get(difference.name, difference.take) == "gone":
            before[difference.name] = getattr(kept, difference.name)
            setattr(kept, difference.name, getattr(gone, difference.name))
    kept.version += 1
    kept.full_clean(exclude=["edition", "user", "merged_into"])
    kept.save()
    return before


def _drop_doubles(kept, gone, by):
    """Take away what the kept row has already; the participations as they were."""
    removed = []
    for row in double_participations(kept, gone):
        move_slides(row, kept.participations.get(forum=row.forum_id, session=row.session_id))
        removed.append(model_to_dict(row))
        row.delete()
    for ours, theirs in double_invitations(kept, gone):
        loser = ours if theirs.state == "accepted" and ours.state != "accepted" else theirs
        if loser.state in _UNDER_WAY:
            INVITATION.take(loser, "withdraw", by=by, reason=_("Two entries of one person were merged."))  # fmt: skip
    return removed


def _move(name, kept, gone):
    """Give rows to the kept person, all but those the database would refuse; the keys of what moved."""
    rows = getattr(gone, name).all()
    if name == "honours":
        rows = rows.exclude(name_zh__in=kept.honours.values("name_zh"))
    if name == "invitations":
        accepted = kept.invitations.filter(state="accepted").values("forum")
        rows = rows.exclude(state="accepted", forum__in=accepted)
    if name == "arrivals":
        rows = rows.exclude(date__in=kept.arrivals.values("date"))
    if name in ("travels", "slides_extensions") and getattr(kept, name).exists():
        rows = rows.none()
    pks = list(rows.values_list("pk", flat=True))
    rows.model._base_manager.filter(pk__in=pks).update(speaker=kept)
    return pks


def _move_protocol(kept, gone):
    """Items of the protocol list: the keys of those the kept person came to by this."""
    mine = set(kept.protocol_items.values_list("pk", flat=True))
    theirs = set(gone.protocol_items.values_list("pk", flat=True))
    kept.protocol_items.add(*theirs - mine)
    gone.protocol_items.clear()
    return {"added": sorted(theirs - mine), "cleared": sorted(theirs)}


def _show(kept, *others):
    """Public pages and the search tell the same story again."""
    pagecache.bump()
    forget(kept.edition, "speaker", [row.code for row in others])
    for row in (kept, *others):
        index_speaker(row)
        for participation in row.participations.select_related("forum"):
            index_forum(participation.forum)


# --- Taking back --------------------------------------------------------------------------------


@transaction.atomic
def undo_merge(record, *, by=None, reason="", version=None):
    """Two people again, as before; ValidationError `changed` when the kept one changed since.

    A letter that was withdrawn by the merge stays withdrawn.
    """
    rows = _locked(record.kept_id, record.gone_id)
    kept, gone = rows[record.kept_id], rows[record.gone_id]
    MERGE.take(record, "undo", by=by, reason=reason, version=version)
    _check_unchanged(record, kept, gone)
    moved = record.moved
    for name in _RELATIONS:
        getattr(kept, name).filter(pk__in=moved.get(name, [])).update(speaker=gone)
    for fields in moved["removed"]:
        _put_back(fields)
    kept.protocol_items.remove(*moved["protocol"]["added"])
    gone.protocol_items.add(*moved["protocol"]["cleared"])
    _give_back_fields(kept, gone, dict(moved["fields"]))
    _show(kept, gone)
    return record


def _check_unchanged(record, kept, gone):
    if kept.version != record.kept_version or kept.merged_into_id or gone.merged_into_id != kept.pk:
        raise ValidationError(
            _("%(speaker)s was changed after the merge. Mend the two entries by hand instead."),
            code="changed", params={"speaker": kept},
        )  # fmt: skip
    for name in _RELATIONS:
        if getattr(kept, name).filter(pk__in=record.moved.get(name, [])).count() != len(
            record.moved.get(name, [])
        ):
            raise ValidationError(
                _("What moved with the merge was changed or removed since. Mend the two entries by hand instead."),
                code="changed",
            )  # fmt: skip


def _put_back(fields):
    keys = {name: fields[name] for name in ("forum", "session", "speaker")}
    rest = {name: value for name, value in fields.items() if name not in (*keys, "id")}
    is_there = keys["session"] is None or Session.objects.filter(pk=keys["session"]).exists()
    if is_there:
        Participation.objects.create(**{f"{name}_id": pk for name, pk in keys.items()}, **rest)


def _give_back_fields(kept, gone, before):
    gone.user_id = before.pop("gone.user_id")
    for name, value in before.items():
        setattr(kept, name, value)
    kept.version += 1
    gone.version += 1
    gone.merged_into = None
    kept.save()
    gone.save()


def survivor_of(speaker):
    """The row a merged one leads to in the end; the row itself where it was not merged."""
    for _step in range(20):
        if speaker.merged_into_id is None:
            break
        speaker = speaker.merged_into
    return speaker
