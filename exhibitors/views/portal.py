"""The applicant's pages: list, start, one application, review and submit, withdraw, its files."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from exhibitors import completeness, progress
from exhibitors.forms import StartForm
from exhibitors.models import APPLICATION, Application, ExhibitionCall
from exhibitors.operations import applying
from exhibitors.operations.access import may_act_for
from waic.accounts.models import Membership, Organisation, Role
from waic.lib import files, steps
from waic.lib.text import clean_text

INVALID = 422  # what was typed has to be mended
STALE = 409  # somebody else was faster


def own(request, code):
    """The person's application, or 404."""
    return get_object_or_404(
        Application.objects.of(request.user).select_related(
            "edition", "edition__exhibition_call", "organisation", "block", "logo", "licence",
            "changed_by", "started_by",
        ),
        code=code,
    )  # fmt: skip


def status_of(error):
    """409 when the page was stale, 422 otherwise."""
    codes = {e.code for e in error.error_list} if hasattr(error, "error_list") else set()
    return STALE if codes & {"stale", "not_editable", "not_allowed"} else INVALID


@login_required
@require_GET
def application_list(request):
    applications = (
        Application.objects.of(request.user)
        .select_related("edition", "organisation", "logo")
        .order_by("-edition__year", "sort_key", "pk")
    )
    return render(request, "exhibitors/application_list.html", {
        "applications": applications,
        "calls": ExhibitionCall.objects.open().select_related("edition"),
        "coming": ExhibitionCall.objects.coming().select_related("edition").first(),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def application_new(request):
    calls = ExhibitionCall.objects.open().select_related("edition").order_by("edition__year")
    organisations = Organisation.objects.filter(
        memberships__in=Membership.objects.filter(
            user=request.user, role__in=[Role.OWNER, Role.EDITOR]
        )
    )
    given = {"calls": calls, "organisations": organisations}
    if request.method == "POST":
        if made := _made_by_this_form(request):
            return redirect("exhibitors:application-edit", made.code)
        form = StartForm(request.POST, **given)
        if form.is_valid() and (made := _start(form, request.user)):
            return redirect("exhibitors:application-edit", made.code)
    else:
        only = calls[0] if len(calls) == 1 else None
        form = StartForm(**given, initial={
            "entry_key": uuid4(), "call": only, "country": "CN",
            "organisation": organisations[0].code if organisations else StartForm.NEW,
        })  # fmt: skip
    context = {"form": form, "calls": calls, "coming": ExhibitionCall.objects.coming().first()}
    status = INVALID if form.is_bound else 200
    return render(request, "exhibitors/application_new.html", context, status=status)


def _made_by_this_form(request):
    """What the first of two clicks began; read before the form, to which its organisation would be taken."""
    try:
        key = UUID(request.POST.get("entry_key", ""))
    except ValueError:
        return None
    return applying.made_before(key, by=request.user)


def _start(form, user):
    """The new draft, or None with the reasons in the form."""
    data = form.cleaned_data
    try:
        return applying.start_application(
            data["call"], by=user, organisation=form.organisations.get(data["organisation"]),
            company=form.company, entry_key=data["entry_key"],
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
        return None


@login_required
@require_GET
def application_detail(request, code):
    application = own(request, code)
    records = list(steps.history(application))
    gaps = completeness.gaps(application) if application.is_editable else []
    may_edit = may_act_for(request.user, application.organisation)
    reason = records[0].reason if records else ""
    return render(request, "exhibitors/application_detail.html", {
        "application": application,
        "turns": progress.turns(application, records),
        "next": progress.next_step(application, gaps, reason=reason, may_edit=may_edit),
        "records": [(r, APPLICATION[r.step].side, APPLICATION[r.step].label) for r in records],
        "exhibits": application.exhibits.select_related("first_launch", "picture").order_by("order", "pk"),
        "stands": application.allocations.current().select_related("booth__hall"),
        "may_edit": may_edit,
        "may_withdraw": may_edit and _may_withdraw(application),
        "call": progress.call_of(application),
    })  # fmt: skip


def _may_withdraw(application):
    return any(s.name == "withdraw" for s in APPLICATION.from_state(application.state, "theirs"))


@login_required
@require_http_methods(["GET", "POST"])
def application_review(request, code):
    """Everything as it will be submitted, what is missing, and the button."""
    application = own(request, code)
    error, status = None, 200
    if request.method == "POST":
        try:
            if not request.POST.get("agrees"):
                raise ValidationError(
                    _("Please confirm that what you state is true."), code="agrees"
                )
            applying.submit_application(
                application, by=request.user, version=_version(request.POST.get("version"))
            )
            messages.success(request, _("Submitted. We wrote to you that it has arrived."))
            return redirect("exhibitors:application", code)
        except ValidationError as refusal:
            application = own(request, code)
            if not application.is_editable:
                # A double click: the first one submitted it.
                return redirect("exhibitors:application", code)
            error, status = refusal, status_of(refusal)
    elif not application.is_editable:
        return redirect("exhibitors:application", code)
    return render(request, "exhibitors/application_review.html", {
        "application": application, "error": error, "gaps": completeness.gaps(application),
        "exhibits": application.exhibits.select_related("first_launch").order_by("order", "pk"),
        "call": progress.call_of(application),
        "may_edit": may_act_for(request.user, application.organisation),
    }, status=status)  # fmt: skip


def _version(text):
    """The version a page showed; a page without one is as good as stale."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@login_required
@require_http_methods(["GET", "POST"])
def application_withdraw(request, code):
    application = own(request, code)
    if not may_act_for(request.user, application.organisation):
        raise Http404
    if not _may_withdraw(application):
        return redirect("exhibitors:application", code)
    reason, error = clean_text(request.POST.get("reason", ""))[:2000], None
    if request.method == "POST":
        try:
            applying.withdraw_application(
                application, by=request.user, reason=reason,
                version=_version(request.POST.get("version")),
            )  # fmt: skip
            messages.success(request, _("The application was withdrawn."))
            return redirect("exhibitors:application", code)
        except ValidationError as refusal:
            error = refusal
            application = own(request, code)
    return render(request, "exhibitors/application_withdraw.html",
                  {"application": application, "error": error, "reason": reason},
                  status=status_of(error) if error else 200)  # fmt: skip


@login_required
@require_GET
def application_file(request, code, slot):
    """The logo or licence, for members of the organisation only."""
    stored = getattr(own(request, code), slot, None) if slot in ("logo", "licence") else None
    if stored is None:
        raise Http404
    return files.serve(stored)
