"""Files that a host gives the desk for the forum."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import ForumMaterial
from forums.operations.changes import check_host, locked
from waic.lib.files import IMAGES, MEGABYTE, PDF, PPTX, FileRule, receive

MATERIAL = FileRule((PDF, PPTX, *IMAGES), 20 * MEGABYTE)
MOST = 20


@transaction.atomic
def add_material(forum, upload, *, by):
    """Keep a file; ValidationError says what is wrong with it, `too_many` when there are enough."""
    forum = locked(forum)
    check_host(forum, by)
    if forum.materials.count() >= MOST:
        sentence = _("There are %(most)d files already. Remove one first.")
        raise ValidationError(sentence, code="too_many", params={"most": MOST})
    return ForumMaterial.objects.create(
        forum=forum, file=receive(upload, MATERIAL, kind="forum-material", by=by)
    )


@transaction.atomic
def remove_material(forum, number, *, by):
    """Take a file back by its row's number; nothing to take back is fine."""
    forum = locked(forum)
    check_host(forum, by)
    if number.isascii() and number.isdigit() and len(number) < 18:
        forum.materials.filter(pk=number).delete()
