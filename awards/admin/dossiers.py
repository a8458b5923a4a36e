"""Blind dossiers at the awards desk: what judges read, the redacted paper, and who opened it."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldBooleanWidget

from awards.models import Dossier, PaperReading
from awards.operations import papers
from waic.lib.desk import DeskAdmin
from waic.lib.files import serve
from waic.lib.text import language_column


class DossierForm(forms.ModelForm):
    """A new redacted paper, or none any more."""

    paper_file = forms.FileField(
        label=_("New redacted paper"), required=False, widget=UnfoldAdminFileFieldWidget(attrs={"accept": papers.PAPER.accept}),
        help_text=_(
            "A PDF without names of people or organisations. Comments, links, attachments and metadata are taken out here; "
            "the text is searched for the names of the entry. Open the copy afterwards and look at it as a judge will."
        ),
    )  # fmt: skip
    allow_names = forms.BooleanField(
        label=_("The words found are no names here"), required=False, widget=UnfoldBooleanWidget,
        help_text=_("Only after a refusal, and only if you looked at each place."),
    )  # fmt: skip
    drop_paper = forms.BooleanField(
        label=_("Take the paper from the judges"), required=False, widget=UnfoldBooleanWidget
    )

    class Meta:
        model = Dossier
        fields = []

    def clean(self):
        data = super().clean()
        if upload := data.get("paper_file"):
            try:
                self.paper = papers.redacted(
                    upload, self.instance.entry, allow_names=data.get("allow_names", False)
                )
            except ValidationError as refusal:
                self.add_error("paper_file", refusal)
        return data


class ReadingInline(TabularInline):
    model = PaperReading
    fields = readonly_fields = ["paper", "reader", "read_at"]
    extra = 0
    can_delete = False
    tab = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("reader")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Dossier)
class DossierAdmin(DeskAdmin):
    """Made from entries; only the redacted paper is given here."""

    form = DossierForm
    list_display = ["code", "title_zh", "track_zh", "has_paper", "made_at"]
    list_filter = [
        "entry__call__award", "entry__call__edition", ("paper", admin.EmptyFieldListFilter),
    ]  # fmt: skip
    list_select_related = ["paper"]
    search_fields = ["code", "title_zh", "title_en"]
    readonly_fields = [
        "code", "entry", "title_zh", "title_en", "track_zh", "track_en", "shown_answers", "made_at", "paper_link",
    ]  # fmt: skip
    fieldsets = (
        (None, {"fields": ("code", "entry", ("title_zh", "title_en"), ("track_zh", "track_en"), "made_at")}),
        (_("Paper for the judges"), {"fields": ("paper_link", "paper_file", "allow_names", "drop_paper")}),
        (_("What judges read"), {"fields": ("shown_answers",)}),
    )  # fmt: skip
    inlines = [ReadingInline]

    def has_add_permission(self, request):
        return False

    def get_urls(self):
        name = "awards_dossier_paper"
        view = self.admin_site.admin_view(self.paper_view)
        return [path("<int:pk>/paper/", view, name=name), *super().get_urls()]

    def paper_view(self, request, pk):
        """The redacted paper as judges get it, for people who may see dossiers; on record as theirs is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        dossier = get_object_or_404(Dossier.objects.select_related("paper__file"), pk=pk)
        paper = getattr(dossier, "paper", None)
        if paper is None:
            raise Http404
        papers.read_paper(paper, by=request.user)
        return serve(paper.file)

    def save_model(self, request, obj, form, change):
        if hasattr(form, "paper"):
            papers.provide_paper(obj, form.paper, by=request.user)
        elif form.cleaned_data.get("drop_paper"):
            papers.withdraw_paper(obj)

    @admin.display(description=_("paper"), boolean=True)
    def has_paper(self, dossier):
        return hasattr(dossier, "paper")

    @admin.display(description=_("Paper now"))
    def paper_link(self, dossier):
        if not hasattr(dossier, "paper"):
            return _("None: judges read the answers only.")
        address = reverse("admin:awards_dossier_paper", args=[dossier.pk])
        return format_html('<a href="{}">{}</a>', address, dossier.paper.file.name)

    @admin.display(description=_("answers"))
    def shown_answers(self, dossier):
        language = language_column()
        rows = ((row[language], row[f"answer_{language}"] or "—") for row in dossier.answers)
        return format_html(
            "<dl>{}</dl>", format_html_join("", "<dt><strong>{}</strong></dt><dd>{}</dd>", rows)
        )
