"""Releasing the programme, making an older release the current one again, and taking the draft back to a release."""

from copy import deepcopy
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import Release, ReleasePolicy
from forums.models.release import QUIET_MINUTES
from forums.releases.checking import blocking_findings
from forums.releases.indexing import index_release
from forums.releases.numbering import number_entries
from forums.releases.seating import guests_follow, seats_follow
from forums.releases.shown import content_of, forget_programme
from forums.releases.snapshot import SCHEMA, draft_of
from waic.lib import clock, pagecache
from waic.lib.locks import edition_lock

MOST_SENTENCES = 20


def current_release(edition):
    """The newest release of an edition, with or without content; None before the first one."""
    return edition.releases.latest_first().first()


def next_number(edition):
    """The number a release made now would have."""
    newest = current_release(edition)
    return newest.number + 1 if newest else 1


def quiet_period(edition):
    """How long the mails of a release wait."""
    policy = ReleasePolicy.objects.filter(edition=edition).first()
    return timedelta(minutes=policy.quiet_minutes if policy else QUIET_MINUTES)


def release_programme(edition, *, by, expects, request=None, note_zh="", note_en="", tells=True):
    """Announce the draft as the next release; the release, also when `request` made it before.

    expects: the number the page promised. ValidationError `stale` when somebody else released meanwhile, `unchanged` when
    there is nothing to announce, `busy` while the programme is changed as a whole, a rule's key for what it refuses.
    """

    def content():
        draft = draft_of(edition)
        _refuse_blocked(edition, draft)
        return draft

    notes = {"note_zh": note_zh, "note_en": note_en}
    return _release(edition, content, by=by, expects=expects, request=request, tells=tells, **notes)


def roll_back(release, *, by, expects, request=None, note_zh="", note_en="", tells=True):
    """Make the content of an older release the current one again: a new release, the ones between stay on record.

    Rules do not stand in the way, because a desk goes back in an emergency: its page says what they find now
    (forums.releases.checking). ValidationError as release_programme, and `no_content` where none was kept.
    """
    if not release.schema:
        raise ValidationError(_("This release is from before contents were kept; it cannot be made current again."), code="no_content")  # fmt: skip
    notes = {"note_zh": note_zh, "note_en": note_en}
    return _release(
        release.edition, lambda: deepcopy(content_of(release)), by=by, expects=expects, request=request, tells=tells,
        restores=release, **notes,
    )  # fmt: skip


def _release(edition, make_content, *, by, expects, request, tells, restores=None, **notes):
    with transaction.atomic():
        # A planner's run that is accepted at this moment holds the same lock; its plan is released whole or not at all.
        edition_lock(edition.pk)
        if request and (made := edition.releases.filter(request=request).first()):
            return made
        newest = current_release(edition)
        _refuse_stale(newest, expects)
        release = _make(edition, make_content(), newest, restores=restores, released_by=by, request=request, **notes)  # fmt: skip
        seats_follow(edition, release.content, content_of(newest))
        guests_follow(edition, release.content)
        _set_telling(release, newest, tells)
        index_release(release)
    forget_programme(edition)
    return release


def _refuse_stale(newest, expects):
    number = newest.number + 1 if newest else 1
    if number == expects:
        return
    if newest is None:
        sentence, words = _("There is no release yet. Look at the draft again, then make the first one."), {}  # fmt: skip
    elif newest.released_by is None:
        sentence, words = _("Release %(number)d was made meanwhile. Look at what is left and release again."), {"number": newest.number}  # fmt: skip
    else:
        sentence = _("Release %(number)d was made meanwhile by %(who)s. Look at what is left and release again.")  # fmt: skip
        words = {"number": newest.number, "who": newest.released_by}
    raise ValidationError(sentence, code="stale", params=words)


def _refuse_blocked(edition, draft):
    findings = blocking_findings(edition, draft)
    if findings:
        raise ValidationError(
            [ValidationError(f.sentence, code=f.rule) for f in findings[:MOST_SENTENCES]]
        )


def _make(edition, content, newest, **fields):
    before = content_of(newest)
    now = clock.now()
    number_entries(content, before, now)
    if is_same(before, content):
        raise ValidationError(
            _("Nothing has changed since release %(number)d."), code="unchanged", params={"number": newest.number}
        )  # fmt: skip
    count = sum(len(s["slots"]) for f in content["forums"] for s in f["sessions"])
    pagecache.bump()
    return Release.objects.create(
        edition=edition, number=newest.number + 1 if newest else 1, schema=SCHEMA, content=content, slot_count=count, released_at=now,
        **fields,
    )  # fmt: skip


def is_same(before, content):
    """Whether the public would see no difference between two documents."""
    return bool(before) and _texts(before) == _texts(content)


def _texts(content):
    """Everything the public sees of a document; numbers, stamps and earlier beginnings follow from it."""
    hidden = {"seq", "changed", "was"}

    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items() if k not in hidden}
        return [plain(v) for v in value] if isinstance(value, list) else value

    return plain([content["forums"], content["rooms"]])


def _set_telling(release, newest, tells):
    """When people are told. The first release is where telling starts from; an earlier one that waits is told with this."""
    now = release.released_at
    waiting = release.edition.releases.waiting().exclude(pk=release.pk)
    starts = newest is None or not newest.schema
    silent = starts or not (tells or waiting.exists())
    release.tell_at = None if silent else now + quiet_period(release.edition)
    release.told_at = now if silent else None
    release.save(update_fields=["tell_at", "told_at"])
    # The further release within the quiet period speaks for the one before.
    if not silent:
        waiting.update(tell_at=release.tell_at)
