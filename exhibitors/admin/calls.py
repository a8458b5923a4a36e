"""What an edition's exhibition is made of: its call, its blocks, and fields in both languages."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from exhibitors.models import Application, Block, ExhibitionCall, FieldName
from waic.lib.desk import DeskAdmin

MISSING_SHOWN = 20


@admin.register(Block)
class BlockAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "edition", "order"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name_zh", "name_en", "key"]


@admin.register(ExhibitionCall)
class ExhibitionCallAdmin(DeskAdmin):
    list_display = ["edition", "opens_at", "closes_at", "is_sample"]
    list_select_related = ["edition"]


@admin.register(FieldName)
class FieldNameAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en"]
    search_fields = ["name_zh", "name_en"]

    def changelist_view(self, request, extra_context=None):
        """The list, headed by the fields on public pages that are still to be named in English."""
        missing = fields_without_english()[:MISSING_SHOWN]
        if missing and self.has_add_permission(request):
            self.message_user(request, _named_one_by_one(missing), messages.WARNING)
        return super().changelist_view(request, extra_context)


def fields_without_english():
    """Fields of public exhibitors that English readers see in Chinese, in order."""
    named = FieldName.objects.values("name_zh")
    used = Application.objects.public().exclude(category="").exclude(category__in=named)
    return list(
        used.filter(category__regex=r"[\u4e00-\u9fff]")
        .order_by("category")
        .values_list("category", flat=True)
        .distinct()
    )


def _named_one_by_one(missing):
    add = reverse("admin:exhibitors_fieldname_add")
    rows = ((f"{add}?{urlencode({'name_zh': name})}", name) for name in missing)
    return format_html(
        _("Shown in Chinese to English readers, to be named: {}"),
        format_html_join(" · ", '<a href="{}">{}</a>', rows),
    )
