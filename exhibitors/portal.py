"""What the portal's front page shows of exhibiting."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from waic.lib.portal import Item, Section, register


def items(user):
    """Applications of the person's organisations: where each stands and what is next."""
    from exhibitors import completeness, progress
    from exhibitors.models import Application

    rows = (
        Application.objects.of(user)
        .select_related("edition__exhibition_call", "organisation", "licence")
        .prefetch_related("exhibits__first_launch")
    )
    for application in rows.order_by("-edition__year", "pk")[:20]:
        gaps = completeness.gaps(application) if application.is_editable else []
        step = progress.next_step(application, gaps)
        yield Item(
            title=f"{application} · {application.edition.year}", url=reverse("exhibitors:application", args=[application.code]),
            state=application.get_state_display(), next_step=step.heading, due=step.due, is_yours=step.is_yours,
        )  # fmt: skip


def register_section():
    def start(user):
        return [(_("Apply to exhibit"), reverse("exhibitors:application-new"))]

    register(
        Section(
            "exhibiting",
            gettext_lazy("Exhibiting"),
            "expo",
            lambda user: list(items(user)),
            start,
            order=10,
        )
    )
