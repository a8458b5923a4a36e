"""Desks: the groups organisers work in, and which models each may touch. One table, synced after migrate."""

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ALL = ("view", "add", "change", "delete")
VIEW = ("view",)

# desk -> {app label or "app.model": verbs}; the longer name wins.
DESKS = {
    "organiser": {
        "accounts": ALL, "editions": ALL, "notifications": ALL, "visitors": ALL, "forums": ALL,
        "exhibitors": ALL, "awards": ALL, "lib": VIEW, "reports": ALL, "django_celery_beat": ALL,
    },
    "programme": {
        "forums": ALL, "editions": VIEW, "notifications.message": VIEW, "notifications.templatetext": ("view", "add", "change"),
        "accounts.organisation": ("view", "add", "change"),
    },
    "exhibition": {
        "exhibitors": ALL, "editions": VIEW, "notifications.message": VIEW, "accounts.organisation": ("view", "add", "change"),
    },
    "awards": {"awards": ALL, "editions.edition": VIEW, "notifications.message": VIEW, "accounts.organisation": VIEW},
    "visitors": {"visitors": ALL, "editions": VIEW, "notifications.message": VIEW},
    "gate": {"visitors.scan": ("view", "add")},
    "press": {"forums.forum": VIEW, "forums.speaker": VIEW, "exhibitors.exhibit": VIEW, "editions.edition": VIEW},
}  # fmt: skip
DESK_NAMES = {
    "organiser": _("Organiser"), "programme": _("Programme desk"), "exhibition": _("Exhibition desk"),
    "awards": _("Awards desk"), "visitors": _("Visitor desk"), "press": _("Press desk"), "gate": _("Gate"),
}  # fmt: skip


def sync_desks(app_config=None, **_kwargs):
    """Make the groups and give each exactly the permissions of the table; runs after each app's migrations."""
    if app_config is not None:
        # Django makes this app's permissions in a receiver that may come after this one.
        create_permissions(app_config, verbosity=0)
    for desk, touches in DESKS.items():
        group, _made = Group.objects.get_or_create(name=desk)
        group.permissions.set(permissions_of(touches))


def permissions_of(touches):
    """Permission rows for one desk's entries of the table."""
    wanted = Q(pk=None)
    for target, verbs in touches.items():
        app, _dot, model = target.partition(".")
        for verb in verbs:
            codename = f"{verb}_{model}" if model else f"{verb}_"
            match = Q(codename=codename) if model else Q(codename__startswith=codename)
            wanted |= Q(content_type__app_label=app) & match
    return Permission.objects.filter(wanted)


def desk_members(desk):
    """Active people of a desk, for notices to it."""
    from waic.accounts.models import User

    return User.objects.filter(is_active=True, groups__name=desk)
