"""One person under two names: everything goes to the row that stays, and back again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import Speaker
from forums.models.merge import MERGE, MergeState, SpeakerMerge
from forums.operations.forums import index_forum
from forums.operations.merge_comparing import check_mergeable, differences
from forums.operations.merge_moving import check_movable, move_back, move_everything
from forums.operations.profiles import index_speaker
from waic.editions.search import forget
from waic.lib import clock, pagecache


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
    moved = {"versions": {str(row.pk): row.version for row in (kept, gone)}}
    moved["fields"] = _take_fields(kept, gone, chosen or {})
    moved |= move_everything(kept, gone, by=by)
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
    """Two people again, as before. ValidationError `later` when the kept one was merged again since, `changed` when it
    or something that moved changed since.

    A letter that was withdrawn by the merge stays withdrawn.
    """
    rows = _locked(record.kept_id, record.gone_id)
    kept, gone = rows[record.kept_id], rows[record.gone_id]
    MERGE.take(record, "undo", by=by, reason=reason, version=version)
    _check_last(record)
    _check_unchanged(record, kept, gone)
    move_back(record.moved, kept, gone, by=by)
    _give_back_fields(kept, gone, dict(record.moved["fields"]))
    _go_on_undoing(record, kept, gone)
    _show(kept, gone)
    return record


def _check_last(record):
    """Merges of one person are taken back in the order they lie on each other."""
    after = SpeakerMerge.objects.filter(state=MergeState.DONE, pk__gt=record.pk)
    later = after.filter(kept=record.kept).last() or after.filter(gone=record.kept).last()
    if later is not None:
        raise ValidationError(
            _("%(speaker)s was merged once more after this (%(merge)s). Take that merge back first."), code="later",
            params={"speaker": record.kept, "merge": later},
        )  # fmt: skip


def _check_unchanged(record, kept, gone):
    if kept.version != record.kept_version or gone.merged_into_id != kept.pk:
        raise ValidationError(
            _("%(speaker)s was changed after the merge. Mend the two entries by hand instead."),
            code="changed", params={"speaker": kept},
        )  # fmt: skip
    check_movable(record.moved, kept)


def _give_back_fields(kept, gone, before):
    gone.user_id = before.pop("gone.user_id")
    for name, value in before.items():
        setattr(kept, name, value)
    kept.version += 1
    gone.version += 1
    gone.merged_into = None
    kept.save()
    gone.save()


def _go_on_undoing(record, *rows):
    """Both are as before, so a merge that lay below this one can be taken back now."""
    for row in rows:
        before = record.moved.get("versions", {}).get(str(row.pk))
        below = SpeakerMerge.objects.filter(kept=row, state=MergeState.DONE, kept_version=before)
        below.update(kept_version=row.version)
