from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
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
    "Slides",
    "StreamLink",
    "Consent",
    "Booklet",
)


def _claim_profiles(sender, user, **_kwargs):
    from forums.operations.profiles import claim_profiles

    claim_profiles(user)


class ForumsConfig(AppConfig):
    name = "forums"
    verbose_name = _("Forums")

    def ready(self):
        from forums import copying, forgetting, invariants  # noqa: F401 (register themselves)
        from forums.portal import register_section
        from waic.lib.pagecache import watch

        register_section()
        forgetting.connect()
        user_logged_in.connect(_claim_profiles, dispatch_uid="forums.claim_profiles")

        # What public pages are made of; drafts, bookings and entries change no page.
        for name in PUBLIC_MODELS:
            watch(self.get_model(name))
