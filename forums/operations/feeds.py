"""The personal calendar link of an account: made, made anew, revoked. Its secret is shown once and kept as a hash."""

from django.db import transaction

from forums.models import PersonalFeed
from waic.accounts.models import digest, new_token
from waic.lib import clock


@transaction.atomic
def make_feed(user):
    """A new secret for the person's calendar; the one before stops working."""
    secret = new_token()
    PersonalFeed.objects.update_or_create(
        user=user, defaults={"digest": digest(secret), "made_at": clock.now()}
    )
    return secret


def revoke_feed(user):
    """The link stops working at once; True if there was one."""
    return bool(PersonalFeed.objects.filter(user=user).delete()[0])


def find_feed(secret):
    """The feed a secret opens, or None. Looked up by its hash, so that how long it takes says nothing of the secret."""
    feeds = PersonalFeed.objects.select_related("user").filter(user__is_active=True)
    return feeds.filter(digest=digest(secret)).first()
