"""What has been published of the programme."""

from django.contrib import admin

from forums.models import (
    Release,
)
from waic.lib.desk import DeskAdmin


@admin.register(Release)
class ReleaseAdmin(DeskAdmin):
    list_display = ["number", "edition", "released_at", "released_by"]
    list_filter = ["edition"]
    list_select_related = ["edition", "released_by"]
