"""The search forgets what is deleted, also by an inline, a bulk action or a cascade; slides take their files along."""

from django.db.models.signals import post_delete

from forums.models import Forum, Participation, Session, SlidesFile, Speaker
from waic.editions.models import SearchEntry
from waic.lib.keeping import discard

_KINDS = {Forum: "forum", Session: "session", Speaker: "speaker"}


def _deleted(sender, instance, **_kwargs):
    SearchEntry.objects.filter(kind=_KINDS[sender], code=instance.code).delete()


def _off_the_list(sender, instance, **_kwargs):
    """Somebody who is in no public forum any more is not found either."""
    speakers = Speaker.objects.filter(pk=instance.speaker_id)
    hidden = speakers.exclude(pk__in=Speaker.objects.public().values("pk"))
    SearchEntry.objects.filter(kind="speaker", code__in=hidden.values("code")).delete()


def _without_its_row(sender, instance, **_kwargs):
    discard(instance.file)


def connect():
    for model in _KINDS:
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"forums.forget.{model.__name__}")
    post_delete.connect(_off_the_list, sender=Participation, dispatch_uid="forums.forget.guest")
    post_delete.connect(_without_its_row, sender=SlidesFile, dispatch_uid="forums.forget.slides")
