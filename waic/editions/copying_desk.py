"""The organiser's page that makes a new edition from an old one: first what would be taken over, then the edition."""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from waic.editions.copying import copy_edition, next_of, preview_copy
from waic.editions.models import Edition

DAYS = ("starts_on", "ends_on", "exhibition_ends_on")


class NewEditionForm(forms.ModelForm):
    class Meta:
        model = Edition
        fields = ["year", "number", *DAYS, "name_zh", "name_en", "theme_zh", "theme_en", "city_zh", "city_en", "floor_area"]  # fmt: skip
        widgets = {
            **dict.fromkeys(DAYS, UnfoldAdminSingleDateWidget),
            **dict.fromkeys(("year", "number", "floor_area"), UnfoldAdminIntegerFieldWidget),
            **dict.fromkeys(("name_zh", "name_en", "theme_zh", "theme_en", "city_zh", "city_en"), UnfoldAdminTextInputWidget),
        }  # fmt: skip


class CopyingMixin:
    """Adds "New edition from this one" to an edition's page."""

    actions_detail = ["new_from_this"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.copy_view)
        return [
            path("<path:object_id>/copy/", view, name="editions_edition_copy"),
            *super().get_urls(),
        ]

    def has_copy_permission(self, request, object_id=None):
        return self.has_add_permission(request)

    @action(description=gettext_lazy("New edition from this one"), permissions=["copy"])
    def new_from_this(self, request, object_id):
        return HttpResponseRedirect(reverse("admin:editions_edition_copy", args=[object_id]))

    def copy_view(self, request, object_id):
        """GET offers next year's dates; POST shows what would be taken over, and with `make` does it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        old = self.get_object(request, unquote(object_id))
        if old is None:
            raise Http404
        form = NewEditionForm(request.POST or None, initial=next_of(old))
        if form.is_valid() and "make" in request.POST:
            return self._make(request, old, form.instance)
        preview = preview_copy(old, form.instance) if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("New edition from %(edition)s") % {"edition": old}, "opts": self.opts, "old": old, "form": form,
            "preview": preview, "counts": _in_words(preview), "media": self.media + form.media,
            "back": reverse("admin:editions_edition_change", args=[old.pk]),
        }  # fmt: skip
        status = 400 if form.errors else 200
        return TemplateResponse(request, "admin/editions/copy.html", context, status=status)

    def _make(self, request, old, new):
        copying = copy_edition(old, new)
        self.log_addition(request, new, [{"added": {}}])
        text = _("%(edition)s is made, with %(count)d rows of %(old)s. Nobody sees it before it is published.")  # fmt: skip
        count = sum(copying.counts.values())
        messages.success(request, text % {"edition": new, "count": count, "old": old})
        return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[new.pk]))


def _in_words(copying):
    """[(name of the rows, how many)] of a preview, without what there is none of."""
    counts = copying.counts.items() if copying else ()
    return [(model._meta.verbose_name_plural, count) for model, count in counts if count]
