"""What a person marked in the programme to find again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from forums.models.session import Session
from waic.editions.models import Edition
from waic.lib import clock

MOST_STARS = 200  # of one account in one edition; so many fit into a link


class StarQuerySet(models.QuerySet):
    def about(self, forums):
        """(person, number of the forum) of everybody who starred one of these forums, or a session of one; one query."""
        stars = self.filter(Q(forum__in=forums) | Q(session__forum__in=forums))
        rows = stars.select_related("user", "session").order_by("user", "pk")
        return [(star.user, star.forum_id or star.session.forum_id) for star in rows]


class Star(models.Model):
    """One forum or one session that somebody starred. Set and taken away in forums.operations.stars only."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="stars", verbose_name=_("person")
    )
    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="stars", verbose_name=_("edition")
    )
    forum = models.ForeignKey(
        Forum, models.CASCADE, null=True, blank=True, related_name="stars", verbose_name=_("forum")
    )
    session = models.ForeignKey(
        Session,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="stars",
        verbose_name=_("session"),
    )
    starred_at = models.DateTimeField(_("starred at"), default=clock.now)

    objects = StarQuerySet.as_manager()

    class Meta:
        ordering = ["-starred_at", "-pk"]
        verbose_name = _("star")
        verbose_name_plural = _("stars")
        constraints = [
            models.CheckConstraint(
                condition=Q(forum__isnull=False, session=None) | Q(forum=None, session__isnull=False),
                name="forums_star_forum_or_session",
            ),
            models.UniqueConstraint(fields=["user", "forum"], name="forums_star_once_per_forum"),
            models.UniqueConstraint(fields=["user", "session"], name="forums_star_once_per_session"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["user", "edition"], name="forums_star_of_person")]

    def __str__(self):
        return f"{self.user} · {self.forum or self.session}"
