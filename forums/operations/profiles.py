"""What a speaker says about themselves."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models.functions import Lower

from forums.models import Speaker
from forums.operations.forums import stale
from forums.releases.indexing import speaker_findable
from forums.releases.shown import public_programme
from waic.editions.search import index
from waic.lib.files import PICTURE, receive
from waic.lib.models import StoredFile

FIELDS = (
    "name_zh",
    "name_en",
    "title_zh",
    "title_en",
    "affiliation_zh",
    "affiliation_en",
    "bio_zh",
    "bio_en",
)


@transaction.atomic
def change_profile(speaker, changes, *, photo=None, crop=None, by=None, version=None):
    """Write texts and, where given, a new photo (cut, decoded and encoded again, public from now on).

    ValidationError `stale` when `version`, the one the person saw, is not the newest any more.
    """
    speaker = Speaker.objects.select_for_update(of=("self",)).get(pk=speaker.pk)
    if version is not None and version != speaker.version:
        raise stale()
    before = speaker.photo
    for name in FIELDS:
        if name in changes:
            setattr(speaker, name, changes[name])
    speaker.full_clean(exclude=["edition", "user"])
    # The photo comes last, so that a refused text leaves no file behind.
    if photo is not None:
        speaker.photo = receive(photo, PICTURE, kind="speaker-photo", by=by, crop=crop)
        StoredFile.objects.filter(pk=speaker.photo.pk).update(is_public=True)
    speaker.version += 1
    speaker.save()
    if before is not None and before != speaker.photo:
        discard_photo(before)
    index_speaker(speaker)
    return speaker


def index_speaker(speaker):
    """Make a guest whom everybody sees findable as they are now."""
    if public_programme(speaker.edition).speakers().filter(pk=speaker.pk).exists():
        index(speaker.edition, [speaker_findable(speaker)])


def discard_photo(stored):
    """Delete a photo nobody shows any more: its row now, its bytes once that is committed."""
    storage, name = stored.file.storage, stored.file.name
    stored.delete()
    transaction.on_commit(lambda: storage.delete(name))


def claim_profiles(user):
    """Give a person the speaker profiles written to their confirmed address; answers how many.

    Speakers exist before accounts: an invitation goes to an address, and whoever proves to own it is the speaker.
    """
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list(
        "email", flat=True
    )
    addresses = {email.lower() for email in confirmed}
    unclaimed = Speaker.objects.filter(user=None).exclude(email="").annotate(address=Lower("email"))
    mine = list(unclaimed.filter(address__in=addresses).values_list("pk", flat=True))
    # Without a find nothing is written, so that no public page is thrown out of the cache.
    return Speaker.objects.filter(pk__in=mine, user=None).update(user=user) if mine else 0
