"""Workflows: one table of allowed steps per model; a step is a conditional update on record.

The same table draws the admin's buttons, the API's actions and the status line a person sees.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from waic.lib import clock
from waic.lib.models import StepRecord


@dataclass(frozen=True)
class Step:
    """From any of `sources` to `target`. `side` is who takes it: "theirs" (applicant) or "ours" (committee)."""

    name: str
    label: object
    sources: tuple
    target: str
    side: str = "ours"
    needs_reason: bool = False
    stamp: str | None = None  # a datetime column that takes the domain moment of the step
    danger: bool = False


@dataclass(frozen=True)
class Workflow:
    """The steps of one model. The model has `state` and `version`; `path` is the usual way for the status line."""

    steps: tuple
    path: tuple = ()
    turns: dict = field(
        default_factory=dict
    )  # state -> whose turn it is: "theirs", "ours", "nobody"

    def __getitem__(self, name):
        return next(step for step in self.steps if step.name == name)

    def from_state(self, state, side=None):
        """Steps that may be taken from a state, by one side or by both."""
        return [s for s in self.steps if state in s.sources and side in (None, s.side)]

    @transaction.atomic
    def take(self, obj, name, *, by=None, reason="", version=None, **changes):
        """Take one step and write who, when and why.

        `version`, where given, is the version the person saw. ValidationError: `reason` when a reason is
        missing, `not_allowed` when the state has no such step, `stale` when somebody was faster.
        """
        step = self[name]
        reason = reason.strip()
        if step.needs_reason and not reason:
            raise ValidationError(_("Please give a reason."), code="reason")
        if step.stamp:
            changes[step.stamp] = clock.now()
        rows = type(obj)._base_manager.filter(pk=obj.pk, state__in=step.sources)
        if version is not None:
            rows = rows.filter(version=version)
        before = obj.state
        if not rows.update(state=step.target, version=F("version") + 1, **changes):
            self._refuse(obj, step, version)
        StepRecord.objects.record(
            obj, step=name, before=before, after=step.target, by=by, reason=reason
        )
        obj.refresh_from_db(fields=["state", "version", *changes])
        return obj

    @transaction.atomic
    def take_all(self, rows, name, *, by=None, reason="", **changes):
        """Take one step of every row of a queryset that may take it, in four statements; the rows, changed."""
        step = self[name]
        if step.stamp:
            changes[step.stamp] = clock.now()
        taken = list(
            rows.select_for_update(no_key=True, of=["self"]).filter(state__in=step.sources)
        )
        if not taken:
            return []
        rows.model._base_manager.filter(pk__in=[obj.pk for obj in taken]).update(
            state=step.target, version=F("version") + 1, **changes
        )
        StepRecord.objects.record_all(taken, step=name, after=step.target, by=by, reason=reason)
        for obj in taken:
            obj.state, obj.version = step.target, obj.version + 1
        return taken

    @staticmethod
    def _refuse(obj, step, version):
        current = type(obj)._base_manager.values_list("state", "version").get(pk=obj.pk)
        if current[0] in step.sources or (version is not None and current[1] != version):
            raise ValidationError(
                _("Somebody changed this a moment ago. Reload the page and look again."),
                code="stale",
            )
        raise ValidationError(_("This step is not possible any more."), code="not_allowed")


def history(obj):
    """The steps an object took, newest first, with the people."""
    return StepRecord.objects.of(obj).select_related("by")
