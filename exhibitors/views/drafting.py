"""The long form: saved as one types, saved by a button, merged when two people type."""

import json
from functools import partial

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exhibitors import completeness, drafts, progress
from exhibitors.forms import DraftForm
from exhibitors.operations import applying
from exhibitors.operations.access import may_act_for
from exhibitors.operations.uploads import RULES
from exhibitors.views.portal import INVALID, STALE, own, status_of
from waic.lib.toolong import TOO_LONG, answered_when_too_long

SLOTS = ("logo", "licence")


def too_big(request, code, **_kwargs):
    """What had been saved, and a sentence; with script the text is still on the person's screen."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    application = own(request, code)
    sentence = _(
        "This is more text than can be sent at once (2 MB). Nothing of it was saved; please shorten it."
    )
    if request.headers.get("HX-Request"):
        return render(request, "exhibitors/_save_bar.html",
                      {"application": application, "trouble": sentence, "oob": True}, status=TOO_LONG)  # fmt: skip
    return _page(
        request, application, DraftForm.of(application), trouble=[sentence], status=TOO_LONG
    )


bounded = partial(answered_when_too_long, answer=too_big)


@bounded
@login_required
@require_http_methods(["GET", "POST"])
def application_edit(request, code):
    application = own(request, code)
    if request.method == "POST":
        return _save(request, application)
    if not application.is_editable or not may_act_for(request.user, application.organisation):
        return redirect("exhibitors:application", code)
    return _page(request, application, DraftForm.of(application))


def _save(request, application):
    form = DraftForm(request.POST, instance=application)
    texts, values = form.texts, form.values
    try:
        saved = applying.save_draft(
            application, by=request.user, values=values, texts=texts, seen=_seen(request)
        )
    except ValidationError as refusal:
        application = own(request, application.code)
        return _answer(
            request, application, form, trouble=refusal.messages, status=status_of(refusal)
        )
    trouble = _files(request, application)
    application = own(request, application.code)
    _take_over(form, saved, application)
    status = STALE if saved.conflicts else INVALID if form.errors or trouble else 200
    return _answer(request, application, form, saved=saved, trouble=list(trouble.values()),
                   file_trouble=trouble, status=status)  # fmt: skip


def _seen(request):
    """The digests of what the form began with; a broken note counts as none."""
    try:
        seen = json.loads(request.POST.get("seen") or "{}")
    except (ValueError, RecursionError):
        return {}
    return {k: v for k, v in seen.items() if isinstance(v, str)} if isinstance(seen, dict) else {}


def _files(request, application):
    """Keep what was uploaded, drop what was taken out; answers slot → sentence for what was refused."""
    refused = {}
    for slot in SLOTS:
        try:
            if upload := request.FILES.get(slot):
                applying.attach(application, slot, upload, by=request.user)
            elif request.POST.get("remove") == slot:
                applying.detach(application, slot, by=request.user)
        except ValidationError as refusal:
            refused[slot] = " ".join(refusal.messages)
    return refused


def _take_over(form, saved, application):
    """Sentences next to the fields for what the form alone could not know."""
    if "credit_code" in saved.application.typed and "credit_code" not in form.errors:
        form.add_error(
            "credit_code",
            _("This code cannot be changed any more. Please write to the exhibition desk."),
        )
    for name in saved.too_long:
        form.add_error(name, _("This is too long to be kept while it is wrong; please shorten it."))


def _answer(request, application, form, *, status, saved=None, trouble=(), file_trouble=None):
    """For htmx the pieces that changed; otherwise the page, or on to the next one when all went well."""
    conflicts = saved.conflicts if saved else {}
    context = _context(application, form, trouble, file_trouble or {}, conflicts)
    context["seen"] = json.dumps(saved.seen if saved else _seen(request))
    context["swap_slots"] = bool(request.FILES or file_trouble)
    if request.headers.get("HX-Request"):
        return render(request, "exhibitors/_draft_saved.html", context, status=status)
    if status == 200:
        onward = "application-review" if "review" in request.POST else "application-edit"
        return redirect(f"exhibitors:{onward}", application.code)
    return render(request, "exhibitors/application_edit.html", context, status=status)


def _page(request, application, form, *, trouble=(), status=200):
    context = _context(application, form, trouble, {}, {})
    context["seen"] = json.dumps(drafts.digests(drafts.application_texts(application)))
    return render(request, "exhibitors/application_edit.html", context, status=status)


def _context(application, form, trouble, file_trouble, conflicts):
    gaps = completeness.gaps(application)
    return {
        "application": application,
        "form": form,
        "gaps": gaps,
        "share": completeness.share(application, gaps),
        "slots": [
            (slot, getattr(application, slot), RULES[slot], file_trouble.get(slot, ""))
            for slot in SLOTS
        ],
        "trouble": trouble,
        "conflicts": conflicts,
        "call": progress.call_of(application),
        "exhibits": application.exhibits.select_related("first_launch").order_by("order", "pk"),
    }  # fmt: skip
