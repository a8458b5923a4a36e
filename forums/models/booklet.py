"""The printed programme: booklets that a job made, of which the desk publishes one in each language."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.models import StoredFile


class BookletLanguage(models.TextChoices):
    ZH = "zh", _("Chinese")
    EN = "en", _("English")


class BookletQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)

    def naming(self, number):
        """Those that name a guest, by number, or of which nobody knows whom they name."""
        return self.filter(Q(people__contains=[number]) | Q(people=None))


class Booklet(models.Model):
    """A PDF of an edition's programme in one language. What is printed never changes; a newer one takes its place.

    When somebody's data is erased, those that name them are deleted at once (forums.operations.booklets.forget_in_print).
    """

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="booklets", verbose_name=_("edition")
    )
    language = models.CharField(_("language"), max_length=2, choices=BookletLanguage)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("file")
    )
    release_number = models.PositiveIntegerField(
        _("release"), default=0, help_text=_("0 before the first release.")
    )
    pages = models.PositiveSmallIntegerField(_("pages"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    # Numbers of the guests it names: with the data of one of them the whole file goes.
    people = ArrayField(
        models.BigIntegerField(), null=True, editable=False, verbose_name=_("guests")
    )

    objects = BookletQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("booklet")
        verbose_name_plural = _("booklets")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "language"], condition=Q(published_at__isnull=False),
                name="forums_booklet_one_published_per_language",
                violation_error_message=_("Another booklet in this language is published."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.edition} · {self.get_language_display()}"
