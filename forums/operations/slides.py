"""Slides: uploaded in versions until they are due, shown on the stage, given to the public after a release."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Prefetch
from django.utils.translation import gettext as _

from forums.models import SLIDES, Contribution, Slides, SlidesFile, SlidesState
from forums.operations.changes import check_host
from waic.lib import clock
from waic.lib.files import EXTENSIONS, KEY, MEGABYTE, PDF, PPTX, FileRule, safe_name
from waic.lib.keeping import received
from waic.lib.pagecache import bump
from waic.lib.templatetags.dates import moment
from waic.lib.text import localized

SLIDES_RULE = FileRule((PDF, PPTX, KEY), 50 * MEGABYTE)
MOST_VERSIONS = 20


def contributions():
    """Contributions with their times, slides and versions; a fixed number of queries."""
    files = SlidesFile.objects.select_related("file").order_by("-number")
    rows = Contribution.objects.timed().with_slides()
    return (
        rows.select_related("forum__edition", "forum__kind", "session", "speaker__user", "slides")
        .prefetch_related(Prefetch("slides__files", files))
        .order_by(F("begins").asc(nulls_last=True), "forum", "order", "pk")
    )


def missing_slides():
    """Contributions the stage waits for."""
    return contributions().presenting().filter(has_slides=False)


def is_open(contribution):
    """Whether slides are still taken; contributions without any time are open."""
    return contribution.due is None or clock.now() < contribution.due


# --- Uploading ----------------------------------------------------------------------------------


def upload_slides(contribution, upload, *, by=None, as_host=False):
    """Keep a new version beside the older ones; answers the SlidesFile.

    What was public goes back to the desk, which has not seen the new version yet. ValidationError says what is wrong
    with the file; `too_late` when slides are not taken any more, `too_many`, `gone`.
    """
    with received(upload, SLIDES_RULE, kind="slides", by=by) as stored:
        _hold(contribution)
        current = contributions().filter(pk=contribution.pk).first()
        _check_upload(current, by if as_host else None)
        slides = _held_slides(contribution)
        kept = slides.files.count()
        if kept >= MOST_VERSIONS:
            sentence = _("There are %(most)d versions already. Please write to the programme desk.")
            raise ValidationError(sentence, code="too_many", params={"most": MOST_VERSIONS})
        if slides.state == SlidesState.RELEASED:
            SLIDES.take(slides, "replace", by=by, released_at=None)
        Slides.objects.filter(pk=slides.pk).update(changed_at=clock.now(), version=F("version") + 1)
        return SlidesFile.objects.create(slides=slides, file=stored, number=kept + 1)


def _hold(contribution):
    """Two uploads at once wait for one another, so that their numbers follow."""
    rows = Contribution.objects.select_for_update(of=("self",), no_key=True)
    rows.filter(pk=contribution.pk).values_list("pk").first()


def _held_slides(contribution):
    """The contribution's Slides, held: a release that is under way is waited for, so that it is taken back after it."""
    slides, _made = Slides.objects.get_or_create(participation_id=contribution.pk)
    return Slides.objects.select_for_update(no_key=True).get(pk=slides.pk)


def _check_upload(contribution, host):
    if contribution is None:
        raise ValidationError(_("This place in the programme is gone."), code="gone")
    if host is not None:
        check_host(contribution.forum, host)
    if not is_open(contribution):
        sentence = _("Slides were taken until %(due)s. The programme desk can give more time.")
        raise ValidationError(sentence, code="too_late", params={"due": moment(contribution.due)})


# --- The public ---------------------------------------------------------------------------------


def releasable(slides):
    """Those of a queryset that a release would take now."""
    over = Contribution.objects.timed().filter(ends__lte=clock.now())
    return slides.consented().filter(state=SlidesState.KEPT, participation__in=over.values("pk"))


@transaction.atomic
def release_slides(slides, *, by=None, reason="", version=None):
    """Let the public download the newest version.

    ValidationError `no_consent` when the speaker does not want that, `not_over` before the session has ended.
    """
    contribution = contributions().filter(pk=slides.participation_id).first()
    if contribution is None or contribution.ends is None or clock.now() < contribution.ends:
        sentence = _("Slides are published after the session; %(slides)s is not over yet.")
        raise ValidationError(sentence, code="not_over", params={"slides": slides})
    if not Slides.objects.consented().filter(pk=slides.pk).exists():
        sentence = _("%(speaker)s has not consented to publishing the slides.")
        raise ValidationError(sentence, code="no_consent", params={"speaker": contribution.speaker})
    bump()
    return SLIDES.take(slides, "release", by=by, reason=reason, version=version)


def take_back_slides(slides, *, by=None, reason="", version=None):
    """Off the public pages again; ValidationError `reason` without saying why."""
    bump()
    return SLIDES.take(slides, "take_back", by=by, reason=reason, version=version, released_at=None)


def public_slides(**where):
    """Slides anybody may download, in order of the programme; two queries."""
    files = SlidesFile.objects.select_related("file").order_by("-number")
    rows = Slides.objects.public().filter(**where)
    return (
        rows.select_related("participation__speaker", "participation__session", "participation__forum")
        .prefetch_related(Prefetch("files", files))
        .order_by("participation__session__order", "participation__order", "pk")
    )  # fmt: skip


def public_name(slides):
    """What a download is called: the person's own file name is not for everybody."""
    guest = slides.participation
    stem = f"{localized(guest.session or guest.forum, 'title')[:80]} {localized(guest.speaker, 'name')}"
    stored = slides.current.file
    return safe_name(f"{stem.replace('/', ' ')}{EXTENSIONS[stored.media_type]}", stored.media_type)
