"""Kinds of forums: data of an edition."""

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, localized


class ForumKindQuerySet(PublicQuerySet):
    def with_count(self):
        """Annotate `count`: forums of the kind that are not called off."""
        return self.annotate(count=Count("forums", filter=~Q(forums__state="cancelled")))


class ForumKind(models.Model):
    """Opening, plenary, main, theme, industry, activity, launch, roadshow, closing: data, with colour and limit."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="forum_kinds", verbose_name=_("edition")
    )
    key = models.SlugField(_("key"), max_length=30)
    name_zh = LineField(_("name in Chinese"), max_length=60)
    name_en = LineField(_("name in English"), max_length=60)
    board = models.CharField(
        _("board"), max_length=12, default="forum",
        choices=[("forum", _("Forums")), ("expo", _("Exhibition")), ("award", _("Awards")), ("experience", _("Experience"))],
        help_text=_("Whose colour it wears."),
    )  # fmt: skip
    limit = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    is_main = models.BooleanField(_("runs in mid-stream"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ForumKindQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "order", "pk"]
        verbose_name = _("forum kind")
        verbose_name_plural = _("forum kinds")
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="forums_forumkind_one_per_key")
        ]

    def __str__(self):
        return localized(self, "name")
