"""Who is behind a forum: organisations in their role and order, and the people who may edit it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forums.models.forum import Forum
from waic.accounts.models import Organisation
from waic.lib.pagecache import PublicQuerySet


class OrganisationRole(models.TextChoices):
    HOST = "host", _("Host")
    ORGANISER = "organiser", pgettext_lazy("organisation of a forum", "Organiser")
    CO_ORGANISER = "co_organiser", _("Co-organiser")
    SUPPORTER = "supporter", _("Supporter")


class ForumOrganisation(models.Model):
    """An organisation behind a forum, in its role and order."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="forum_organisations", verbose_name=_("forum")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="forum_roles", verbose_name=_("organisation")
    )
    role = models.CharField(
        _("role"), max_length=14, choices=OrganisationRole, default=OrganisationRole.HOST
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["role", "order", "pk"]
        verbose_name = _("organisation of a forum")
        verbose_name_plural = _("organisations of a forum")
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "organisation", "role"],
                name="forums_forumorganisation_once_per_role",
            )
        ]

    def __str__(self):
        return f"{self.get_role_display()}: {self.organisation}"


class ForumHost(models.Model):
    """A person who may edit agenda, guests and texts of one forum, and of nothing else."""

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="hosts", verbose_name=_("forum"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="hosted_forums",
        verbose_name=_("person"),
    )
    since = models.DateTimeField(auto_now_add=True, verbose_name=_("since"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("forum host")
        verbose_name_plural = _("forum hosts")
        constraints = [
            models.UniqueConstraint(fields=["forum", "user"], name="forums_forumhost_once")
        ]

    def __str__(self):
        return f"{self.user} · {self.forum}"
