"""The pages of an import in the admin: upload, preview, confirm.

@admin.register(Forum)
class ForumAdmin(ImportMixin, DeskAdmin):
    import_class = ForumImport
    actions_list = ["import_rows"]
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from waic.lib import files
from waic.lib.imports import preview as previews
from waic.lib.imports import running, template
from waic.lib.imports.engine import Import
from waic.lib.job_views import percent
from waic.lib.models import JobState, StoredFile

ObjectGone = StoredFile.DoesNotExist
ROWS_PER_PAGE = 100
KIND_NAMES = {
    previews.FAULTY: _("To mend"),
    previews.NEW: _("New"),
    previews.CHANGED: _("Changed"),
    previews.SAME: _("Unchanged"),
}
KIND_LOOKS = {previews.FAULTY: "danger", previews.NEW: "success", previews.CHANGED: "warning", previews.SAME: ""}  # fmt: skip
_MEDIA = {template.CSV: files.CSV, template.XLSX: files.XLSX}


class UploadForm(forms.Form):
    """What to import into, and the file."""

    scope = forms.ChoiceField(label=_("Edition"), widget=UnfoldAdminSelectWidget)
    file = forms.FileField(
        label=_("File"), max_length=200, help_text=_("XLSX or CSV, at most 10 MB and 5,000 rows."),
        widget=UnfoldAdminFileFieldWidget,
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )  # fmt: skip

    def __init__(self, *args, scopes, accept, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = accept
        if ".json" in accept:
            self.fields["file"].help_text = _("XLSX or CSV, or a schedule of pretalx or frab as JSON or XML; at most 10 MB and 5,000 rows.")  # fmt: skip
        self.fields["scope"].choices = scopes
        if len(scopes) == 1 and not scopes[0][0]:
            del self.fields["scope"]


class ImportMixin:
    """For a ModelAdmin: adds the import of `import_class`; put "import_rows" into its `actions_list`."""

    import_class: type[Import]

    def has_import_permission(self, request):
        return running.may_import(request.user, self.import_class)

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("import/template.<slug:ending>", view(self.import_template), name=f"{name}_import_template"),
            path("import/<uuid:uuid>/", view(self.import_page), name=f"{name}_import_page"),
            *super().get_urls(),
        ]  # fmt: skip

    def _import_url(self, page, **kwargs):
        site, app, model = self.admin_site.name, self.opts.app_label, self.opts.model_name
        return reverse(f"{site}:{app}_{model}_{page}", kwargs=kwargs)

    # --- Upload -----------------------------------------------------------------------------------

    @action(description=_("Import"), url_path="import", permissions=["import"], icon="upload")
    def import_rows(self, request):
        """GET asks for a file; POST keeps it, checks it and leads to the preview."""
        scopes, accept = self.import_class.scopes(), self.import_class.accept
        if not scopes:
            self.message_user(request, _("There is no edition yet to import into."), messages.ERROR)
            return HttpResponseRedirect(self._import_url("changelist"))
        if request.method != "POST":
            return self._upload_page(request, UploadForm(scopes=scopes, accept=accept))
        form = UploadForm(request.POST, request.FILES, scopes=scopes, accept=accept)
        if form.is_valid():
            try:
                scope = form.cleaned_data.get("scope", "")
                run = running.start_check(self.import_class, scope, form.cleaned_data["file"], by=request.user)  # fmt: skip
                return HttpResponseRedirect(self._import_url("import_page", uuid=run.uuid))
            except ValidationError as refusal:
                form.add_error("file", refusal)
        return self._upload_page(request, form, status=400)

    def _upload_page(self, request, form, status=200):
        work = self.import_class(self._asked_scope(request), request.user)
        columns = [
            {
                "column": c,
                "heads": [h for h in c.heads if h != str(c.label)][:8],
                "choices": template.choices_of(work, c)[:12],
            }
            for c in work.columns
        ]
        context = self._import_context(request, self.import_class.title) | {
            "form": form, "columns": columns, "scope": self._asked_scope(request),
            "csv_url": self._import_url("import_template", ending=template.CSV),
            "xlsx_url": self._import_url("import_template", ending=template.XLSX),
        }  # fmt: skip
        return TemplateResponse(request, "admin/imports/upload.html", context, status=status)

    def _asked_scope(self, request):
        """The scope of the address or form where it is one of the possible, else the first."""
        possible = [str(value) for value, _label in self.import_class.scopes()]
        asked = request.POST.get("scope") or request.GET.get("scope")
        return asked if asked in possible else possible[0]

    def _import_context(self, request, title):
        return {
            **self.admin_site.each_context(request), "title": title, "opts": self.opts,
            "list_url": self._import_url("changelist"), "upload_url": self._import_url("import_rows"),
        }  # fmt: skip

    def import_template(self, request, ending):
        """The file to fill in; with ?rows=1 the XLSX holds the rows there are."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if ending not in _MEDIA or not self.import_class.scopes():
            raise Http404
        scope = self._asked_scope(request)
        work = self.import_class(scope, request.user)
        if ending == template.CSV:
            data = template.as_csv(work)
        else:
            data = template.as_xlsx(work, work.queryset() if request.GET.get("rows") else ())
        name = "-".join(filter(None, ["waic", scope, self.import_class.key]))
        headers = {
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(data, content_type=_MEDIA[ending], headers=headers)

    # --- Preview and confirmation -----------------------------------------------------------------

    def import_page(self, request, uuid):
        """One upload: its progress, its preview, the button that does it, and what was done. POST: `do`."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        jobs = request.user.jobs.filter(kind=running.CHECK, params__importer=self.import_class.key)
        run = get_object_or_404(jobs.select_related("result"), uuid=uuid)
        if request.method == "POST":
            return self._do(request, run)
        done = running.import_after(run)
        busy = next((job for job in (run, done) if job and _is_busy(job)), None)
        context = self._import_context(request, run.title) | {"run": run, "done": done}
        if busy is not None:
            context |= {"job": busy, "is_over": False, "percent": percent(busy)}
        elif run.state == JobState.DONE and run.result is not None:
            context |= self._shown(request, run)
        return TemplateResponse(request, "admin/imports/preview.html", context)

    def _shown(self, request, run):
        preview, digest = running.shown_by(run)
        counts = preview.counts
        asked = request.GET.get("show", "")
        first = next((kind for kind in previews.KINDS if counts[kind]), previews.SAME)
        kind = asked if asked in counts else first
        rows = [row for row in preview.rows if row.kind == kind]
        tabs = [
            {"kind": k, "name": KIND_NAMES[k], "count": counts[k], "is_here": k == kind}
            for k in previews.KINDS
        ]
        return {
            "preview": preview, "digest": digest, "tabs": tabs, "kind": kind, "look": KIND_LOOKS[kind],
            "page_obj": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        }  # fmt: skip

    def _do(self, request, run):
        do = request.POST.get("do")
        if do == "check" and not _is_busy(run):
            return self._check_again(request, run)
        if do == "import" and run.state == JobState.DONE and run.result is not None:
            return self._confirm(request, run)
        return HttpResponseRedirect(self._import_url("import_page", uuid=run.uuid))

    def _check_again(self, request, run):
        try:
            fresh = running.check_again(run)
        except (ValidationError, ObjectGone) as refusal:
            sentences = getattr(
                refusal, "messages", [_("This file is not kept any more. Upload it again.")]
            )
            self.message_user(request, " ".join(map(str, sentences)), messages.ERROR)
            return HttpResponseRedirect(self._import_url("import_rows"))
        return HttpResponseRedirect(self._import_url("import_page", uuid=fresh.uuid))

    def _confirm(self, request, run):
        here = self._import_url("import_page", uuid=run.uuid)
        preview, digest = running.shown_by(run)
        if running.import_after(run) or not (preview.is_possible and preview.changes_something):
            return HttpResponseRedirect(here)
        try:
            done = running.start_import(run, digest)
        except ObjectGone:
            return self._check_again(request, run)
        if done.state == JobState.FAILED:
            for error in done.errors:
                self.message_user(request, error["text"], messages.WARNING)
            return self._check_again(request, run)
        return HttpResponseRedirect(here)


def _is_busy(job):
    return job.state in (JobState.QUEUED, JobState.RUNNING)
