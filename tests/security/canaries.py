"""A mark in each field that few may read, and who these few are (guarantee S2)."""

from dataclasses import dataclass, field

from django.urls import reverse

from awards.models import Conflict, EntryMember, Judge, Review
from exhibitors.models import FirstLaunch
from forums.models import SlidesExtension
from waic.accounts.models import ApiToken, TeamInvitation
from waic.accounts.operations import make_token
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.notifications.models import Suppression
from waic.visitors.models import Registration

EXHIBITION, PROGRAMME, AWARDS, VISITORS = (
    {desk, "organiser"} for desk in ("exhibition", "programme", "awards", "visitors")
)
NOBODY: set = set()


@dataclass(frozen=True)
class Canary:
    """`mark` stands in `where`; only `readers` may ever meet it. `page` is where a desk does."""

    mark: str
    where: str
    readers: set = field(default_factory=set)
    page: str = ""


def form_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


class Cage:
    """Plants canaries one by one."""

    def __init__(self):
        self.all = []

    def plant(self, row, name, readers, *, page=None, like="{}"):
        """Write a mark into a column, past every rule that might refuse it."""
        mark = f"kanari{len(self.all):03d}x"
        type(row)._base_manager.filter(pk=row.pk).update(**{name: like.format(mark)})
        where = f"{row._meta.label_lower}.{name}"
        self.all.append(Canary(mark, where, readers, page or (form_of(row) if readers else "")))


def plant(w):
    """Everything sensitive in the world of the walk; the marks in order."""
    cage = Cage()
    _exhibition(cage, w)
    _programme(cage, w)
    _awards(cage, w)
    _people(cage, w)
    return cage.all


def _exhibition(cage, w):
    own = EXHIBITION | {"exhibitor"}
    for application, readers in ((w.exhibitor, own), (w.application, own), (w.foreign_application, EXHIBITION)):  # fmt: skip
        for name, like in (("contact_name", "{}"), ("contact_phone", "{}"), ("contact_email", "{}@example.test"), ("remarks", "{}")):  # fmt: skip
            cage.plant(application, name, readers, like=like)
    licence = w.foreign_application.licence
    cage.plant(licence, "name", EXHIBITION, page=form_of(w.foreign_application), like="{}.pdf")
    launch, _made = FirstLaunch.objects.get_or_create(exhibit=w.foreign_exhibit)
    for name in ("evidence", "remark"):
        cage.plant(launch, name, EXHIBITION)


def _programme(cage, w):
    cage.plant(w.invitation, "answer", PROGRAMME | {"speaker"})
    for name in ("answer", "message"):
        cage.plant(w.foreign_invitation, name, PROGRAMME)
    for slides, readers in (
        (w.own_slides, PROGRAMME | {"speaker", "host"}),
        (w.foreign_slides, PROGRAMME),
        (w.public_slides, PROGRAMME),
    ):
        cage.plant(slides.current.file, "name", readers, page=form_of(slides), like="{}.pdf")
    cage.plant(w.feedback, "text", PROGRAMME)
    more = SlidesExtension.objects.create(speaker=w.speaker, until=clock.now(), reason="示例")
    cage.plant(more, "reason", PROGRAMME | {"press"}, page=form_of(w.speaker))
    cage.plant(w.speaker, "email", PROGRAMME, like="{}@example.test")
    cage.plant(w.speaker, "source", PROGRAMME | {"press"})
    step = StepRecord.objects.record(w.foreign_invitation, step="withdraw", before="sent", after="withdrawn", by=None, reason="x")  # fmt: skip
    history = reverse("admin:forums_invitation_history", args=[w.foreign_invitation.pk])
    cage.plant(step, "reason", PROGRAMME, page=history)


def _awards(cage, w):
    review, _made = Review.objects.get_or_create(assignment=w.assignment)
    cage.plant(review, "comment", AWARDS | {"judge"})
    judge, _made = Judge.objects.get_or_create(call=w.call, user=w.people["judge"])
    conflict, _made = Conflict.objects.get_or_create(judge=judge, entry=w.foreign_entry)
    cage.plant(conflict, "reason", AWARDS, page=form_of(w.foreign_entry))
    cage.plant(w.foreign_entry, "organisation", AWARDS)
    member = EntryMember.objects.get(entry=w.foreign_entry)
    for name, like in (("email", "{}@example.test"), ("name", "{}")):
        cage.plant(member, name, AWARDS, page=form_of(w.foreign_entry), like=like)
    cage.plant(member, "digest", NOBODY)
    cage.plant(w.entry, "organisation", AWARDS | {"applicant"})
    cage.plant(w.entry_file.file, "name", AWARDS | {"applicant"}, page=form_of(w.entry), like="{}.pdf")  # fmt: skip


def _people(cage, w):
    cage.plant(w.stranger, "phone", {"organiser"})
    registration = Registration.objects.get(user=w.stranger)
    for name, like in (("email", "{}@example.test"), ("organisation", "{}")):
        cage.plant(registration, name, VISITORS, like=like)
    for name in ("text", "error"):
        cage.plant(w.foreign_message, name, {"organiser"})
    token, _secret = make_token(w.people["visitor"], "示例", can_write=False, days=30)
    cage.plant(ApiToken.objects.get(pk=token.pk), "digest", NOBODY)
    team = TeamInvitation.objects.create(organisation=w.organisation, email="a@example.test", digest="1")  # fmt: skip
    cage.plant(team, "digest", NOBODY)
    gone = Suppression.objects.create(address="b@example.test", reason="示例")
    cage.plant(gone, "reason", {"organiser"})
