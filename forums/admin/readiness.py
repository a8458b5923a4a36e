"""Readiness at the desk: a column and a filter in the list of forums, a line on the page, and the wording review."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from forums.models import Forum, ForumMaterial, Session
from forums.operations.wording import digest, note_edits, open_texts, review_wording
from forums.readiness import LOW, POINTS, missing_of, with_readiness
from waic.lib.files import serve


class ReadinessFilter(admin.SimpleListFilter):
    """Forums that lack one point, or many of them."""

    title = _("readiness")
    parameter_name = "readiness"

    def lookups(self, request, model_admin):
        lacking = [(point, _("lacks: %(point)s") % {"point": words[0]}) for point, words in POINTS.items()]  # fmt: skip
        return [("low", _("needs attention")), ("all", _("ready")), *lacking]

    def queryset(self, request, queryset):
        value = self.value()
        if value == "low":
            return queryset.filter(ready__lt=LOW)
        if value == "all":
            return queryset.filter(ready=len(POINTS))
        return queryset.filter(**{f"ready_{value}": False}) if value in POINTS else queryset


class ReadinessMixin:
    """For the admin of forums."""

    change_form_template = "admin/desk/forum.html"

    def get_queryset(self, request):
        return with_readiness(super().get_queryset(request))

    @admin.display(description=_("ready"), ordering="ready")
    def shown_readiness(self, forum):
        missing = [str(name) for _point, name, *_more in missing_of(forum)]
        score = f"{forum.ready}/{len(POINTS)}"
        if not missing:
            return score
        # In full it would take eight lines of every row.
        words = _("lacks: %(point)s") % {"point": ", ".join(missing)}
        return format_html('<abbr title="{}" tabindex="0">{}</abbr>', words, score)

    # --- The page -------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/wording/", view(self.wording_view), name="forums_forum_wording"),
            path("material/<int:pk>/", view(self.material_view), name="forums_forum_material"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        pk = unquote(object_id)
        found = with_readiness(Forum.objects.filter(pk=pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 18 else None  # fmt: skip
        extra = {"forum": found}
        if found:
            extra |= {
                "missing": missing_of(found), "points": len(POINTS), "materials": found.materials.select_related("file") if self.has_change_permission(request) else [],
                "asked": found.change_requests.filter(state="pending").first(),
                "wording_url": reverse("admin:forums_forum_wording", args=[found.pk]),
            }  # fmt: skip
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def material_view(self, request, pk):
        """A file a host gave the desk."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        found = ForumMaterial.objects.select_related("file").filter(pk=pk).first()
        if found is None:
            raise Http404
        return serve(found.file)

    # --- Wording --------------------------------------------------------------------------------

    def wording_view(self, request, object_id):
        """Texts nobody has looked over as they stand; POST says which of them are right."""
        forum = self.get_object(request, unquote(object_id))
        if forum is None:
            raise Http404
        if not self.has_change_permission(request, forum):
            raise PermissionDenied
        ticked = request.POST.getlist("text")
        if request.method == "POST" and self.keep_wording(request, forum, ticked):
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request), "title": _("Wording"), "subtitle": str(forum), "opts": self.opts, "forum": forum,
            "rows": [wording_row(*found, reader=request.user) for found in open_texts(forum)],
            "back": self._change_url(request, forum), "ticked": ticked,
        }  # fmt: skip
        status = 409 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/desk/wording.html", context, status=status)

    def keep_wording(self, request, forum, ticked):
        """False when it was refused: what was ticked and stands as it was read stays ticked."""
        marks = dict(filter(None, map(wording_mark, ticked)))
        try:
            count = review_wording(forum, marks, by=request.user)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return False
        self.message_user(request, _("Texts looked over: %(count)d") % {"count": count}, messages.SUCCESS)  # fmt: skip
        return True

    # --- Who wrote what -------------------------------------------------------------------------

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        note_edits(form.instance, form.changed_data, by=request.user)
        for formset in formsets:
            if formset.model is Session:
                for row in formset.forms:
                    if row.instance.pk and row not in formset.deleted_forms:
                        note_edits(form.instance, row.changed_data, by=request.user, session=row.instance)  # fmt: skip


def wording_row(session, field, text, writer, *, reader):
    """(name of the checkbox, label, text, who wrote it, whether that is the reader)."""
    model = Forum if session is None else Session
    label = str(model._meta.get_field(field).verbose_name)
    name = f"{session.pk if session else 0}:{field}:{digest(text)}"
    return name, f"{session} · {label}" if session else label, text, writer, writer == reader


def wording_mark(name):
    """((session pk or None, field), digest) of a checkbox; None for anything else."""
    pk, _colon, rest = name.partition(":")
    field, _colon, seen = rest.partition(":")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    return (int(pk) or None, field), seen
