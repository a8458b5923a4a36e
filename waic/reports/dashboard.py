"""What Unfold asks for: the sidebar, the badge of the environment, the figures of the front page."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext as _


def environment(request):
    """[text, colour] of the badge beside the title; nothing in production."""
    if settings.DEMO:
        return [_("Demo edition"), "warning"]
    if settings.LOCAL:
        return [_("Development"), "info"]
    return None


def navigation(request):
    """The sidebar: what this person may see, grouped by package."""
    return [
        {
            "title": app["name"],
            "collapsible": True,
            "items": [
                {"title": model["name"], "icon": "list", "link": model["admin_url"]}
                for model in app["models"]
                if model["admin_url"]
            ],
        }
        for app in admin.site.get_app_list(request)
    ]


def dashboard(request, context):
    """The context of the admin's front page."""
    return context
