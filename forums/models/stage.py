"""What an edition sets for its stage: until when slides are taken, where streams may be, when guests should be here."""

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition, validate_lines
from waic.lib.models import Versioned


class StageRulesQuerySet(models.QuerySet):
    def of(self, edition):
        """The row of an edition, or one with nothing set; no query where the edition was read along with it."""
        own = StageRules._meta.get_field("edition").remote_field
        known = own.is_cached(edition)
        row = own.get_cached_value(edition) if known else self.filter(edition=edition).first()
        return row or StageRules(edition=edition)


class StageRules(Versioned):
    """One row an edition; without one the defaults below hold."""

    edition = models.OneToOneField(
        Edition, models.CASCADE, related_name="stage_rules", verbose_name=_("edition")
    )
    slides_due_at = models.DateTimeField(
        _("slides are due"), null=True, blank=True,
        help_text=_("From this moment on the stage takes the newest version. Empty: until the session begins."),
    )  # fmt: skip
    live_minutes = models.PositiveSmallIntegerField(
        _("minutes a live stream is shown before its beginning"), default=15
    )
    stream_hosts = models.JSONField(
        _("sites of streams"), default=list, blank=True, validators=[validate_lines],
        help_text=_("Live streams and replays may be there and below: one name a line, like live.example.com. Empty: anywhere."),
    )  # fmt: skip

    arrival_minutes = models.PositiveSmallIntegerField(
        _("minutes before their session guests should be here"), default=45
    )

    feedback_hours = models.PositiveSmallIntegerField(
        _("hours after the end in which feedback is taken"), default=48
    )
    feedback_least = models.PositiveSmallIntegerField(
        _("ratings from which the average is public"), default=5
    )
    shows_feedback_texts = models.BooleanField(
        _("words of visitors are public"), default=False,
        help_text=_("Only those the desk has looked at and lets be shown."),
    )  # fmt: skip

    objects = StageRulesQuerySet.as_manager()

    class Meta:
        ordering = ["-edition__year"]
        verbose_name = _("rules of the stage")
        verbose_name_plural = _("rules of the stage")

    def __str__(self):
        return str(self.edition)

    def allows_host(self, url):
        """Whether an address is at one of the edition's sites of streams."""
        host, sites = _host_of(url), [site.lower().strip(".") for site in self.stream_hosts]
        return not sites or any(f".{host}".endswith(f".{site}") for site in sites)


def _host_of(url):
    """The host that a browser goes to; "" where it may read the address otherwise than we do."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    # To a browser "\\" is "/", which makes the host end before the name that stands behind an "@".
    is_plain = "\\" not in url and "@" not in parts.netloc
    return (parts.hostname or "").lower().rstrip(".") if is_plain else ""
