"""An applicant's exhibits: add, change, remove, see the picture."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from exhibitors import drafts
from exhibitors.forms import ExhibitForm
from exhibitors.models import Exhibit
from exhibitors.operations import exhibits as operations
from exhibitors.operations.access import may_act_for
from exhibitors.views.drafting import bounded
from exhibitors.views.portal import INVALID, own, status_of
from waic.lib import files


def draft_or_404(request, code):
    """An application of the person's in which exhibits can be changed now."""
    application = own(request, code)
    if not may_act_for(request.user, application.organisation):
        raise Http404
    return application


@bounded
@login_required
@require_http_methods(["GET", "POST"])
def exhibit_new(request, code):
    application = draft_or_404(request, code)
    if request.method == "POST":
        return _receive(request, application, Exhibit(application=application))
    if not application.is_editable:
        return redirect("exhibitors:application", code)
    form = ExhibitForm(initial={"entry_key": uuid4()}, instance=Exhibit(application=application))
    return _page(request, application, form)


@bounded
@login_required
@require_http_methods(["GET", "POST"])
def exhibit_edit(request, code, exhibit):
    application = draft_or_404(request, code)
    row = get_object_or_404(
        application.exhibits.select_related("picture", "first_launch"), code=exhibit
    )
    if request.method == "POST":
        return _receive(request, application, row)
    if not application.is_editable:
        return redirect("exhibitors:application", code)
    launch = getattr(row, "first_launch", None)
    initial = {"version": row.version, "claims_launch": launch is not None}
    if launch:
        initial |= {
            "launch_scope": launch.scope,
            "launch_evidence": launch.evidence,
            "launch_at": launch.launch_at,
        }
    return _page(request, application, ExhibitForm(initial=initial, instance=row))


def _receive(request, application, exhibit):
    form = ExhibitForm(request.POST, request.FILES, instance=exhibit)
    if not form.is_valid():
        return _page(request, application, form, status=INVALID)
    try:
        _write(form, application, exhibit, request.user)
    except ValidationError as refusal:
        status = status_of(refusal)
        _explain(form, refusal)
        return _page(
            request, application, form, status=status, conflicts=_differences(form, exhibit)
        )
    messages.success(request, _("The exhibit is saved."))
    if "another" in request.POST:
        return redirect("exhibitors:exhibit-new", application.code)
    return redirect("exhibitors:application-edit", application.code)


def _write(form, application, exhibit, user):
    given = {
        "by": user, "values": form.values, "launch": form.launch,
        "picture": form.cleaned_data["picture_file"],
    }  # fmt: skip
    if exhibit.pk is None:
        return operations.add_exhibit(
            application, entry_key=form.cleaned_data["entry_key"], **given
        )
    return operations.change_exhibit(
        Exhibit.objects.get(pk=exhibit.pk), drop_picture=form.cleaned_data["drop_picture"],
        version=form.cleaned_data["version"] or 0, **given,
    )  # fmt: skip


FILE_CODES = {"too_large", "wrong_type", "too_many_pixels", "broken", "locked", "too_many_pages"}


def _explain(form, refusal):
    """Put what the operation said next to the field it is about."""
    if hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for error in refusal.error_list:
        form.add_error("picture_file" if error.code in FILE_CODES else None, error)


def _differences(form, exhibit):
    """After somebody else's change: field → what is stored now, where it is not what was typed."""
    if exhibit.pk is None:
        return {}
    now = Exhibit.objects.select_related("first_launch").get(pk=exhibit.pk)
    if form.cleaned_data.get("version") == now.version:
        return {}
    # The next save is a decision: it knows the version it replaces.
    form.data = form.data.copy()
    form.data["version"] = str(now.version)
    stored = drafts.exhibit_texts(now)
    return {
        name: text for name, text in stored.items()
        if name in form.fields and text != drafts.clean_text(form.data.get(name, ""))
    }  # fmt: skip


def _page(request, application, form, *, status=200, conflicts=None):
    return render(request, "exhibitors/exhibit_form.html",
                  {"application": application, "form": form, "exhibit": form.instance, "conflicts": conflicts or {}},
                  status=status)  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def exhibit_remove(request, code, exhibit):
    application = draft_or_404(request, code)
    row = application.exhibits.filter(code=exhibit).first()
    if request.method == "POST":
        # Gone already after a double click: that is what was wanted.
        if row is None:
            return redirect("exhibitors:application-edit", code)
        try:
            operations.remove_exhibit(row, by=request.user)
            messages.success(request, _("The exhibit was removed."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("exhibitors:application-edit", code)
    if row is None:
        raise Http404
    return render(
        request, "exhibitors/exhibit_remove.html", {"application": application, "exhibit": row}
    )


@login_required
@require_GET
def exhibit_picture(request, code, exhibit):
    """The picture of an exhibit that is not public yet, for members of the organisation."""
    row = get_object_or_404(own(request, code).exhibits.select_related("picture"), code=exhibit)
    if row.picture is None:
        raise Http404
    return files.serve(row.picture)
