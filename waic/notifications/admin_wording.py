"""A desk words the mails and letters of its own room: chosen from the catalogue, beside the shipped wording and a preview."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from waic.lib.desk import DeskAdmin
from waic.notifications import catalogue
from waic.notifications.models import TemplateText
from waic.notifications.outbox import language_of


def rooms_worded_by(user, templates):
    """The messages of the rooms the person works in; those of the sign-in are the organisers' business."""
    if user.has_perm("notifications.change_message"):
        return templates
    rooms = {name.partition("/")[0] for name in templates} - {"accounts"}
    theirs = {room for room in rooms if user.has_module_perms(room)}
    return [name for name in templates if name.partition("/")[0] in theirs]


def named(template):
    """'forums/letter · Letter of invitation', by the subject of the shipped wording."""
    subject, _text = catalogue.shipped(template, language_of())
    return f"{template} · {catalogue.with_samples(subject, language_of())}"


class WordingForm(forms.ModelForm):
    """The message comes from the catalogue, and from the desk's own room."""

    user = None
    template = forms.ChoiceField(label=_("template"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "template" not in self.fields:
            return
        own = rooms_worded_by(self.user, catalogue.template_names())
        self.fields["template"].choices = [(name, named(name)) for name in own]
        if not self.instance.pk:
            self.fields["template"].help_text = beginnings(own)


def beginnings(templates):
    """Links to a form that holds the shipped wording of a message already."""
    add = reverse("admin:notifications_templatetext_add")
    rows = [
        (add, name, language, name, language_name(language))
        for name in templates for language in catalogue.LANGUAGES
    ]  # fmt: skip
    links = format_html_join("", '<li><a href="{}?template={}&amp;language={}">{} · {}</a></li>', rows)  # fmt: skip
    return format_html("<details><summary>{}</summary><ul>{}</ul></details>", _("Begin from a shipped wording"), links)  # fmt: skip


def panel(title, subject, text):
    """A wording as a mail reads: subject, then paragraphs as they are broken."""
    return format_html(
        '<div class="mb-4"><div class="font-semibold">{}</div><div class="font-semibold mt-2">{}</div>'
        '<div class="whitespace-pre-wrap max-w-3xl">{}</div></div>',
        title, subject, text,
    )  # fmt: skip


def language_name(language):
    return get_language_info(language)["name_translated"]


@admin.register(TemplateText)
class TemplateTextAdmin(DeskAdmin):
    """The desks' own wording; the shipped one is used where there is none."""

    form = WordingForm
    list_display = ["template", "language", "subject", "changed_at"]
    list_filter = ["language"]
    search_fields = ["template", "subject", "text"]
    fields = ["template", "language", "subject", "text", "placeholders", "preview", "shipped"]
    readonly_fields = ["placeholders", "preview", "shipped"]

    def get_queryset(self, request):
        return super().get_queryset(request).for_desks_of(request.user)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def get_changeform_initial_data(self, request):
        """`?template=forums/letter&language=en` begins with the shipped wording."""
        given = super().get_changeform_initial_data(request)
        template, language = given.get("template"), given.get("language")
        if template not in catalogue.template_names() or language not in catalogue.LANGUAGES:
            return given
        subject, text = catalogue.shipped(template, language)
        return {**given, "subject": subject, "text": text}

    # --- Beside the form ------------------------------------------------------------------------

    @admin.display(description=_("placeholders"))
    def placeholders(self, wording):
        """What this message has something for, each with a value it might have."""
        if not wording.template:
            return _("Shown once a message is chosen and saved.")
        rows = [(f"{{{name}}}", catalogue.sample(name, wording.language)) for name in catalogue.placeholders(wording.template)]  # fmt: skip
        return format_html("<ul>{}</ul>", format_html_join("", "<li><code>{}</code> — {}</li>", rows)) if rows else "—"  # fmt: skip

    @admin.display(description=_("preview"))
    def preview(self, wording):
        """Both languages with sample values, as they are now: the desk's wording, else the shipped one."""
        if not wording.pk:
            return _("Shown once it is saved.")
        own = {w.language: (w.subject, w.text) for w in TemplateText.objects.filter(template=wording.template)}  # fmt: skip
        panels = []
        for language in catalogue.LANGUAGES:
            words = own.get(language) or catalogue.shipped(wording.template, language)
            panels.append((panel(language_name(language), *(catalogue.with_samples(part, language) for part in words)),))  # fmt: skip
        return format_html_join("", "{}", panels)

    @admin.display(description=_("shipped wording"))
    def shipped(self, wording):
        if not wording.template:
            return "—"
        panels = [(panel(language_name(language), *catalogue.shipped(wording.template, language)),) for language in catalogue.LANGUAGES]  # fmt: skip
        return format_html_join("", "{}", panels)
