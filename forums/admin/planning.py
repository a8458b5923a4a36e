"""The planner at the programme desk: asking for a run, watching it, looking at its proposal, accepting and undoing."""

from itertools import groupby

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from forums.models import MoveState, PlanRun, PlanState
from forums.models.plan import LONGEST, SHORTEST
from forums.operations import planning
from forums.operations.accepting import accept_plan, effects_of_plan, undo_plan
from forums.planner.drawing import Drawing, course
from forums.planner.explaining import explain
from forums.planner.problem import BAN
from forums.workflow import PLAN
from waic.editions.models import Edition
from waic.lib.desk import DeskAdmin
from waic.lib.stepping import number_of


class PlanForm(forms.Form):
    """What a run is asked for with."""

    edition = forms.ModelChoiceField(
        Edition.objects.all(), label=_("Edition"), empty_label=None, widget=UnfoldAdminSelectWidget
    )
    seconds = forms.IntegerField(
        label=_("Seconds"), min_value=SHORTEST, max_value=LONGEST, initial=60, widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("How long to look for a better plan, 5 to 300 seconds. You can stop earlier and take the best so far."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=1_000_000, initial=1, widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("The same seed begins the search in the same way; another number may find another plan."),
    )  # fmt: skip


class PlanButtonMixin:
    """For the forums' changelist: the way to the planner. Put "plan" into its `actions_list`."""

    @action(
        description=_("Planner"), url_path="plan", permissions=["change"], icon="calendar_clock"
    )
    def plan(self, request):
        return HttpResponseRedirect(reverse("admin:forums_planrun_changelist"))


@admin.register(PlanRun)
class PlanRunAdmin(DeskAdmin):
    list_display = ["asked", "edition", "shown_state", "seconds", "shown_price", "bound", "requested_by"]  # fmt: skip
    list_filter = ["edition", "state"]
    list_select_related = ["edition", "requested_by"]
    workflow = PLAN
    step_operations = {
        "stop": planning.stop_run, "give_up": planning.stop_run, "again": planning.start_again,
    }  # fmt: skip
    bulk_steps = ()  # type: ignore[assignment]

    @admin.display(description=_("asked for"), ordering="requested_at")
    def asked(self, run):
        return run.requested_at

    @display(description=_("price"), ordering="price")
    def shown_price(self, run):
        return "–" if run.price is None else run.price

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/accept/", view(self.accept_view), name="forums_planrun_accept"),
            path("<int:pk>/undo/", view(self.undo_view), name="forums_planrun_undo"),
            path("<int:pk>/again/", view(self.again_view), name="forums_planrun_again"),
            *super().get_urls(),
        ]

    # --- Asking ---------------------------------------------------------------------------------

    def add_view(self, request, form_url="", extra_context=None):
        """GET asks for how long; POST queues a run and leads to its page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PlanForm(request.POST or None, initial={"edition": Edition.objects.current()})
        if form.is_bound and form.is_valid():
            try:
                run = planning.start_run(by=request.user, **form.cleaned_data)
                return HttpResponseRedirect(page_of(run))
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Plan the programme"), "opts": self.opts, "form": form, "media": self.media + form.media,
            "at_work": PlanRun.objects.at_work().select_related("edition").first(),
        }  # fmt: skip
        status = 400 if form.is_bound else 200
        return TemplateResponse(request, "forums/desk/plan_start.html", context, status=status)

    # --- Looking --------------------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of a run; asked by htmx while it is at work, only the part that changes."""
        try:
            run = self.run_of(request, object_id, self.has_view_permission(request))
        except Http404:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "GET":
            raise PermissionDenied
        context = self.context_of(request, run)
        fragment = request.headers.get("HX-Request") and run.is_at_work
        template = "forums/desk/_plan_run.html" if fragment else "forums/desk/plan.html"
        response = TemplateResponse(request, template, context)
        if request.headers.get("HX-Request") and not run.is_at_work:
            response = TemplateResponse(request, "forums/desk/_plan_run.html", context)
            response["HX-Refresh"] = "true"
        return response

    def run_of(self, request, object_id, allowed):
        run = PlanRun.objects.select_related("edition", "requested_by", "job")
        run = run.filter(pk=unquote(str(object_id))).first() if str(object_id).isdecimal() else None
        if not allowed:
            raise PermissionDenied
        if run is None:
            raise Http404
        return run

    def context_of(self, request, run):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Plan of %(edition)s") % {"edition": run.edition}, "opts": self.opts, "run": run,
            "percent": min(100, round(100 * (run.spent or 0) / run.seconds)), "course": course(run.progress),
            "steps": self.step_links(request, run), "may_change": self.has_change_permission(request, run),
            "ban": BAN, "media": self.media,
        }  # fmt: skip
        if run.state in (PlanState.READY, PlanState.ACCEPTED):
            context |= self.proposal_of(run)
        return context

    @staticmethod
    def proposal_of(run):
        """Moves by forum, the drawing, what the plan breaks, and what the rules say about it."""
        rows = run.moves.select_related("forum", "part", "room__venue", "from_room__venue", "decided_by")  # fmt: skip
        moves = list(rows.order_by("forum__starts_at", "forum", "starts_at", "pk"))
        wishes = list(run.wishes.all())
        sentences = explain(wish.about for wish in wishes)
        waiting = [move for move in moves if move.state == MoveState.PROPOSED]
        return {
            "moves": moves, "forums": [(forum, list(those)) for forum, those in groupby(moves, lambda m: m.forum)],
            "drawing": Drawing(run, moves) if moves else None,
            "wishes": [{"cost": w.cost, "sentence": s} for w, s in zip(wishes, sentences, strict=True)],
            "waiting": len(moves) - sum(m.state == MoveState.ACCEPTED for m in moves),
            "accepted": sum(m.state == MoveState.ACCEPTED for m in moves),
            "difference": effects_of_plan(run, waiting) if waiting else None,
        }  # fmt: skip

    # --- Accepting ------------------------------------------------------------------------------

    def accept_view(self, request, pk):
        """POST: carry out all moves, or those of the checked forums."""
        return self.decide(request, pk, accept_plan)

    def undo_view(self, request, pk):
        """POST: take back what was accepted."""
        return self.decide(request, pk, undo_plan)

    def again_view(self, request, pk):
        """POST: once more, for a run that lost its worker in the middle."""
        run = self.run_of(request, pk, self.has_change_permission(request))
        if request.method == "POST":
            try:
                planning.start_again(run, by=request.user)
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
        return HttpResponseRedirect(page_of(run))

    def decide(self, request, pk, operation):
        run = self.run_of(request, pk, self.has_change_permission(request))
        if request.method == "POST":
            try:
                forums = self.chosen(request)
                version = number_of(request.POST.get("version"))
                answer = operation(run, by=request.user, forums=forums, version=version)
                self.tell(request, answer, operation is undo_plan)
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
        return HttpResponseRedirect(page_of(run))

    @staticmethod
    def chosen(request):
        """Numbers of the checked forums; None for all. ValidationError when nothing is chosen."""
        if "all" in request.POST:
            return None
        forums = [pk for pk in request.POST.getlist("forum") if pk.isdecimal() and len(pk) < 10]
        if not forums:
            raise ValidationError(_("Tick the forums first whose moves you want."))
        return forums

    @staticmethod
    def tell(request, answer, is_undone):
        count = len(answer.done)
        done = (
            ngettext("%(count)d move taken back.", "%(count)d moves taken back.", count)
            if is_undone else ngettext("%(count)d move carried out.", "%(count)d moves carried out.", count)
        )  # fmt: skip
        if count:
            messages.success(request, done % {"count": count})
        for move in [*answer.stale, *answer.refused]:
            messages.warning(request, move.note)
        if not (count or answer.stale or answer.refused):
            messages.info(request, _("There was nothing left to do."))


def page_of(run):
    return reverse("admin:forums_planrun_change", args=[run.pk])
