"""What hangs on a person and goes over to another entry of them: what moved is told as plain values, and moved back by them.

Every relation to a guest is named here or in `merge_comparing.STAYING`; a test fails for one that is not.
"""

from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from forums.models import SLIDES, Forum, Participation, Session, Slides, SlidesFile, SlidesState
from forums.models.invitation import INVITATION
from forums.operations.merge_comparing import (
    UNDER_WAY,
    double_invitations,
    double_participations,
)
from waic.lib.models import StepRecord

# What points at a guest by a foreign key and moves with it.
RELATIONS = (
    "participations",
    "invitations",
    "honours",
    "availabilities",
    "consents",
    "travels",
    "slides_extensions",
    "arrivals",
)
MANY = ("protocol_items",)
# What points at a guest's place in a forum; it moves with it, or by `_move_slides` where that place is there twice.
OF_A_PLACE = ("slides",)


def move_everything(kept, gone, *, by):
    """Give everything of `gone` to `kept`; what moved, in values that JSON can hold."""
    slides, removed = _drop_doubles(kept, gone, by)
    _withdraw_doubles(kept, gone, by)
    moved = {"removed": removed, "slides": slides, "protocol": _move_protocol(kept, gone)}
    return moved | {name: _move(name, kept, gone) for name in RELATIONS}


def move_back(moved, kept, gone, *, by):
    """The other way round, by what `move_everything` answered."""
    for name in RELATIONS:
        getattr(kept, name).filter(pk__in=moved.get(name, [])).update(speaker=gone)
    there = {fields["id"] for fields in moved["removed"] if _put_back(fields)}
    for told in moved.get("slides", []):
        if told["from"] in there:
            _slides_back(told, by)
    kept.protocol_items.remove(*moved["protocol"]["added"])
    gone.protocol_items.add(*moved["protocol"]["cleared"])


def check_movable(moved, kept):
    """ValidationError `changed` when something that moved is not there as it was."""
    are_there = all(
        getattr(kept, name).filter(pk__in=moved.get(name, [])).count() == len(moved.get(name, []))
        for name in RELATIONS
    )
    if not (are_there and all(map(_is_untouched, moved.get("slides", [])))):
        raise ValidationError(
            _("What moved with the merge was changed or removed since. Mend the two entries by hand instead."),
            code="changed",
        )  # fmt: skip


# --- Places both have ---------------------------------------------------------------------------


def _drop_doubles(kept, gone, by):
    """Take away the places the kept row has already: ([what became of their slides], [the places as they were])."""
    slides, removed = [], []
    for ours, theirs in double_participations(kept, gone):
        slides += _move_slides(theirs, ours, by)
        removed.append(model_to_dict(theirs) | {"id": theirs.pk})
        theirs.delete()
    return slides, removed


def _put_back(fields):
    """True where the place is there again, under its old number: what names it by that finds it."""
    keys = {name: fields[name] for name in ("forum", "session", "speaker")}
    rest = {name: value for name, value in fields.items() if name not in (*keys, "id")}
    if not _is_there(Forum, keys["forum"]) or not _is_there(Session, keys["session"]):
        return False
    Participation.objects.create(pk=fields["id"], **{f"{name}_id": pk for name, pk in keys.items()}, **rest)  # fmt: skip
    return True


def _is_there(model, pk):
    return pk is None or model.objects.filter(pk=pk).exists()


def _withdraw_doubles(kept, gone, by):
    for ours, theirs in double_invitations(kept, gone):
        loser = ours if theirs.state == "accepted" and ours.state != "accepted" else theirs
        if loser.state in UNDER_WAY:
            INVITATION.take(loser, "withdraw", by=by, reason=_("Two entries of one person were merged."))  # fmt: skip


# --- Slides of a place both have ----------------------------------------------------------------


def _move_slides(source, target, by):
    """Hand the slides of one place to the other, behind what that one has; [what became of them], empty without any."""
    slides = Slides.objects.select_for_update(no_key=True).filter(participation=source).first()
    if slides is None:
        return []
    kept = Slides.objects.select_for_update(no_key=True).filter(participation=target).first()
    told = {"from": source.pk, "to": target.pk, "of": _as_values(slides)}
    if kept is None:
        Slides.objects.filter(pk=slides.pk).update(participation=target)
        return [told | {"version": slides.version}]
    files = slides.files.order_by("number")
    told |= {"kept": _as_values(kept), "files": list(map(list, files.values_list("pk", "number")))}
    for number, file in enumerate(list(files), start=kept.files.count() + 1):
        SlidesFile.objects.filter(pk=file.pk).update(slides=kept, number=number)
    slides.delete()
    # The desk has not seen them together yet.
    if kept.state == SlidesState.RELEASED:
        SLIDES.take(kept, "replace", by=by, released_at=None)
    return [told | {"version": kept.version}]


def _as_values(slides):
    return {
        "id": slides.pk, "code": slides.code, "state": slides.state, "version": slides.version,
        "released_at": slides.released_at and slides.released_at.isoformat(), "changed_at": slides.changed_at.isoformat(),
    }  # fmt: skip


def _is_untouched(told):
    rows = Slides.objects.filter(participation=told["to"])
    return list(rows.values_list("version", flat=True)) == [told["version"]]


def _slides_back(told, by):
    if "kept" not in told:
        Slides.objects.filter(participation=told["to"]).update(participation=told["from"])
        return
    slides = Slides(participation_id=told["from"])
    _write(slides, told["of"])
    for pk, number in told["files"]:
        SlidesFile.objects.filter(pk=pk).update(slides=slides, number=number)
    kept = Slides.objects.get(participation=told["to"])
    if told["kept"]["state"] != kept.state:
        words = _("A merge was taken back.")
        StepRecord.objects.record(kept, step="release", before=kept.state, after=told["kept"]["state"], by=by, reason=words)  # fmt: skip
    _write(kept, told["kept"] | {"version": kept.version + 1})


def _write(slides, values):
    for name, value in values.items():
        is_moment = value and name.endswith("_at")
        setattr(slides, name, parse_datetime(value) if is_moment else value)
    slides.save()


# --- Everything else ----------------------------------------------------------------------------


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
    """Items of the protocol list: the keys of those the kept person came to by this, and of those the other one had."""
    mine = set(kept.protocol_items.values_list("pk", flat=True))
    theirs = set(gone.protocol_items.values_list("pk", flat=True))
    kept.protocol_items.add(*theirs - mine)
    gone.protocol_items.clear()
    return {"added": sorted(theirs - mine), "cleared": sorted(theirs)}
