from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

PUBLIC_MODELS = (
    "ForumKind",
    "Forum",
    "ForumPart",
    "ForumOrganisation",
    "Session",
    "Slot",
    "Speaker",
    "Honour",
    "Participation",
    "Release",
)


class ForumsConfig(AppConfig):
    name = "forums"
    verbose_name = _("Forums")

    def ready(self):
        from forums import invariants  # noqa: F401 (registers itself)
        from forums.portal import register_section
        from waic.lib.pagecache import watch

        register_section()

        # What public pages are made of; drafts, bookings and entries change no page.
        for name in PUBLIC_MODELS:
            watch(self.get_model(name))
