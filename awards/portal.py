"""What the portal's front page shows of awards."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from waic.lib.portal import Item, Section, register


def entry_items(user):
    """The person's entries: where each stands and what is next."""
    from awards.models import Entry, EntryState

    for entry in Entry.objects.of(user).select_related("call__award", "call__edition")[:20]:
        theirs = entry.state in (EntryState.DRAFT, EntryState.REOPENED)
        due = entry.due
        is_open = theirs and not _is_over(due)
        yield Item(
            title=str(entry), url=reverse("awards:entry", args=[entry.code]), state=entry.get_state_display(),
            next_step=_("Fill in and hand in") if is_open else _("The committee is at work") if entry.state == "submitted" else _("Closed"),
            due=due if is_open else None, is_yours=is_open,
        )  # fmt: skip


def _is_over(moment):
    from waic.lib import clock

    return moment <= clock.now()


def judging_items(user):
    """Dossiers a judge has not handed in yet."""
    from awards.views.judging import assignments_of

    waiting = assignments_of(user).filter(review__handed_in_at=None).count()
    if waiting:
        yield Item(
            title=_("Dossiers to review: %(count)d") % {"count": waiting},
            url=reverse("awards:judging"),
            state=_("Judging"),
            next_step=_("Read and score"),
            is_yours=True,
        )


def register_section():
    start = lambda user: [(_("Start an entry"), reverse("awards:entry-list"))]  # noqa: E731
    register(
        Section(
            "awards",
            gettext_lazy("Award entries"),
            "award",
            lambda user: [*entry_items(user), *judging_items(user)],
            start,
            order=20,
        )
    )
