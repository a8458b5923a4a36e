"""Who has come to the speakers' room on which day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.models.speaker import Speaker
from waic.lib.models import Versioned
from waic.lib.steps import Step, Workflow


class ArrivalState(models.TextChoices):
    EXPECTED = "expected", _("Not arrived")
    ARRIVED = "arrived", _("Arrived")


class Arrival(Versioned):
    """One person on one day; the row is made with the first tap, its steps say who tapped and when."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="arrivals", verbose_name=_("speaker")
    )
    date = models.DateField(_("day"))
    state = models.CharField(
        _("state"), max_length=10, choices=ArrivalState, default=ArrivalState.EXPECTED
    )
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-date", "speaker__sort_key", "pk"]
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        constraints = [
            models.UniqueConstraint(
                fields=["speaker", "date"], name="forums_arrival_one_per_person_and_day"
            ),
            models.CheckConstraint(
                condition=Q(state="expected", arrived_at=None) | Q(state="arrived", arrived_at__isnull=False),
                name="forums_arrival_arrived_has_time",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.speaker} · {self.date:%m-%d}"


ARRIVAL = Workflow(
    steps=(
        Step("arrive", _("Arrived"), (ArrivalState.EXPECTED,), ArrivalState.ARRIVED, stamp="arrived_at"),
        Step("undo", _("Not arrived after all"), (ArrivalState.ARRIVED,), ArrivalState.EXPECTED, danger=True),
    ),
    path=(ArrivalState.EXPECTED, ArrivalState.ARRIVED),
)  # fmt: skip
