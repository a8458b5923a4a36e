"""The desk's side of the call for forums: calls with their rubric, proposals in order of their scores, reviews."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from forums.admin.proposal_review import ReviewForm
from forums.models import PROPOSAL, ForumCall, ForumCriterion, ForumProposal
from forums.operations import proposal_deciding, reviews
from waic.lib.desk import DeskAdmin
from waic.lib.stepping import WordsForm


class CriterionInline(TabularInline):
    model = ForumCriterion
    fields = ["order", "key", "name_zh", "name_en", "help_zh", "help_en", "weight", "maximum"]
    extra = 0


@admin.register(ForumCall)
class ForumCallAdmin(DeskAdmin):
    list_display = ["edition", "kind", "opens_at", "closes_at", "decide_by", "is_sample"]
    list_filter = ["edition"]
    list_select_related = ["edition", "kind__edition"]
    fields = [
        "edition", "kind", ("opens_at", "closes_at"), "decide_by", ("about_zh", "about_en"), "is_sample",
    ]  # fmt: skip
    inlines = [CriterionInline]


@admin.register(ForumProposal)
class ForumProposalAdmin(DeskAdmin):
    """What was handed in, best mean first. Scores show to whoever has scored; a conflict of interest ends one's part."""

    list_display = [
        "shown_title", "organisation", "theme", "seats", "shown_state", "shown_votes", "shown_mean", "shown_spread", "submitted_at",
    ]  # fmt: skip
    list_filter = ["call__edition", "state", "theme"]
    list_select_related = ["organisation", "call__edition"]
    search_fields = [
        "title_zh",
        "title_en",
        "code",
        "organisation__name_zh",
        "organisation__name_en",
    ]
    workflow = PROPOSAL
    step_operations = {
        "accept": proposal_deciding.accept_proposal, "accept_with_changes": proposal_deciding.accept_with_changes,
        "decline": proposal_deciding.decline_proposal,
    }  # fmt: skip
    step_forms = {"accept": WordsForm}
    step_notes = {
        "accept": _("It becomes a forum with the proposer as its host; the proposer gets a mail."),
        "accept_with_changes": _("It becomes a forum with the proposer as its host. Say what is to be different: the host reads it."),
        "decline": _("The proposer gets a mail with the reason."),
    }  # fmt: skip
    readonly_fields = fields = [
        "code", "call", "organisation", "started_by", "title_zh", "title_en", "theme", "outline", "guests", "seats", "budget", "currency",
        "past", "state_name", "submitted_at", "decided_at", "answer", "forum",
    ]  # fmt: skip
    change_form_template = "admin/desk/proposal.html"

    def has_add_permission(self, request):
        return False  # institutions propose

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        found = super().get_queryset(request).filter(pk__in=ForumProposal.objects.handed_in())
        return reviews.with_scores(found, request.user)

    def get_ordering(self, request):
        return [F("mean").desc(nulls_last=True), "-submitted_at", "-pk"]

    @admin.display(description=_("title"), ordering="title_zh")
    def shown_title(self, proposal):
        return str(proposal)

    @admin.display(description=_("reviews"))
    def shown_votes(self, proposal):
        return proposal.votes

    @admin.display(description=_("mean"), ordering="mean")
    def shown_mean(self, proposal):
        if proposal.votes and not proposal.has_own:
            return _("after your own")
        return "–" if proposal.mean is None else f"{proposal.mean:.1f}"

    @admin.display(description=_("spread"), ordering="spread")
    def shown_spread(self, proposal):
        return "–" if proposal.spread is None else f"± {proposal.spread:.1f}"

    def has_step_permission(self, request, obj=None, name=None):
        allowed = super().has_step_permission(request, obj, name)
        return allowed and (obj is None or is_impartial(obj, request.user))

    # --- Reviewing ------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.review_view)
        return [
            path("<path:object_id>/review/", view, name="forums_forumproposal_review"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        proposal = self.get_object(request, unquote(object_id))
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **self.scores(request, proposal)}
        )  # fmt: skip

    def scores(self, request, proposal):
        """What the change page says about the reviews."""
        if proposal is None:
            return {}
        seen = list(reviews.reviews_seen_by(proposal, request.user))
        return {
            "reviews": seen, "own": next((r for r in seen if r.reviewer_id == request.user.pk), None),
            "mean": proposal.mean, "spread": proposal.spread, "votes": proposal.votes,
            "may_review": self.may_review(request, proposal),
            "review_url": reverse("admin:forums_forumproposal_review", args=[proposal.pk]),
        }  # fmt: skip

    def may_review(self, request, proposal):
        return (
            request.user.has_perm("forums.add_proposalreview")
            and proposal.state == "submitted" and is_impartial(proposal, request.user)
        )  # fmt: skip

    def review_view(self, request, object_id):
        """One's own scores and words, or a conflict of interest."""
        proposal = self.get_object(request, unquote(object_id))
        if proposal is None:
            raise Http404
        if not request.user.has_perm("forums.add_proposalreview"):
            raise PermissionDenied
        own = proposal.reviews.filter(reviewer=request.user).first()
        criteria = list(proposal.call.criteria.all())
        form = ReviewForm(request.POST or None, criteria=criteria, own=own)
        if request.method == "POST" and form.is_valid() and self.keep(request, proposal, form):
            return HttpResponseRedirect(self._change_url(request, proposal))
        context = {
            **self.admin_site.each_context(request), "title": _("Review"), "subtitle": str(proposal), "opts": self.opts,
            "proposal": proposal, "form": form, "may_review": self.may_review(request, proposal), "criteria": criteria,
            "back": self._change_url(request, proposal), "media": self.media + form.media,
        }  # fmt: skip
        status = 400 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/desk/proposal_review.html", context, status=status)

    def keep(self, request, proposal, form):
        """True when the review is written; else the form says why not."""
        try:
            form.save(proposal, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            return False
        self.message_user(request, _("Your review is saved."), messages.SUCCESS)
        return True


def is_impartial(proposal, user):
    """Whether the person may score and decide."""
    try:
        proposal_deciding.check_impartial(proposal, user)
    except ValidationError:
        return False
    return True
