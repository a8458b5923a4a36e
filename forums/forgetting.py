"""The search forgets what is deleted, also by an inline, a bulk action or a cascade; slides take their files along.

So does print: booklets that name somebody who is erased go at once.
"""

from django.db.models.signals import post_delete

from forums.models import Forum, Participation, Session, SlidesFile, Speaker
from forums.operations.booklets import forget_in_print
from forums.releases.released import Released, people_in
from forums.releases.shown import forget_programme, has_release, public_programme
from waic.editions.models import Edition, SearchEntry
from waic.editions.search import forget
from waic.lib.keeping import discard


def _speaker_deleted(sender, instance, **_kwargs):
    """Somebody whose data is erased is gone at once, from releases as well: they know people by number alone."""
    SearchEntry.objects.filter(kind="speaker", code=instance.code).delete()
    forget_in_print(instance.pk, instance.edition_id)


def _session_deleted(sender, instance, **_kwargs):
    """A session that was released is seen until the next release."""
    of_forum = Edition.objects.filter(forums=instance.forum_id).first()
    if of_forum is None or not has_release(of_forum):
        SearchEntry.objects.filter(kind="session", code=instance.code).delete()


def _forum_deleted(sender, instance, **_kwargs):
    """A forum takes along what a release has of it."""
    SearchEntry.objects.filter(kind="forum", code=instance.code).delete()
    edition = Edition.objects.filter(pk=instance.edition_id).first()
    if edition and isinstance(programme := public_programme(edition), Released):
        docs = [doc for doc in programme.content["forums"] if doc["code"] == instance.code]
        forget(edition, "session", [s["code"] for doc in docs for s in doc["sessions"]])
        _off_the_list(edition, {number for doc in docs for number in people_in(doc)})


def _participation_deleted(sender, instance, **_kwargs):
    if edition := Edition.objects.filter(speakers=instance.speaker_id).first():
        _off_the_list(edition, [instance.speaker_id])


def _off_the_list(edition, numbers):
    """Somebody who is in no public forum any more is not found either."""
    forget_programme(edition)
    hidden = Speaker.objects.filter(pk__in=numbers)
    hidden = hidden.exclude(pk__in=public_programme(edition).speakers().values("pk"))
    forget(edition, "speaker", hidden.values_list("code", flat=True))


_FORGET = {
    Forum: _forum_deleted,
    Session: _session_deleted,
    Speaker: _speaker_deleted,
    Participation: _participation_deleted,
}


def _without_its_row(sender, instance, **_kwargs):
    discard(instance.file)


def connect():
    for model, forget_one in _FORGET.items():
        name = f"forums.forget.{model.__name__}"
        post_delete.connect(forget_one, sender=model, dispatch_uid=name)
    post_delete.connect(_without_its_row, sender=SlidesFile, dispatch_uid="forums.forget.slides")
