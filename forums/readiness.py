"""How ready a forum is: eight points, each a fact the database can answer, so that lists show and filter them at once."""

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from forums.models import (
    ForumMaterial,
    ForumOrganisation,
    ForumPart,
    Participation,
    Session,
    Slot,
    Wording,
)
from forums.operations.wording import FORUM_TEXTS, SESSION_TEXTS

# point: (name, what the host is to do, whose turn it is)
POINTS = {
    "hosts": (_("hosts"), _("The desk enters the organisations behind it."), "ours"),
    "agenda": (_("agenda"), _("Complete the agenda; the desk gives each item its time."), "theirs"),
    "guests": (_("guests confirmed"), _("Add the guests and see that each one confirms."), "theirs"),
    "languages": (_("both languages"), _("Write every title and the summary in Chinese and English."), "theirs"),
    "room": (_("room fits"), _("The desk finds a room large enough."), "ours"),
    "interpretation": (_("interpretation"), _("The desk orders interpretation for the languages spoken."), "ours"),
    "materials": (_("materials"), _("Upload what the stage needs: a deck, a run of show."), "theirs"),
    "wording": (_("wording looked over"), _("A second person of the desk looks over each text."), "ours"),
}  # fmt: skip
LOW = 5  # of the points: below it a forum near its day needs attention


def _reviewed(of, name, **more):
    """A text is empty, or was looked over as it stands."""
    looked_over = Wording.objects.filter(
        field=name, digest=MD5(OuterRef(name)), **{of: OuterRef("pk")}, **more
    )
    return Q(**{name: ""}) | Q(Exists(looked_over))


def _conditions():
    """{point: condition} on a queryset of forums."""
    of = {"forum": OuterRef("pk")}
    sessions, parts = Session.objects.filter(**of), ForumPart.objects.filter(**of)
    guests = Participation.objects.expected().filter(**of)
    timed = Exists(Slot.objects.filter(session=OuterRef("pk")).exclude(state="cancelled"))
    small = parts.filter(room__capacity__lt=OuterRef("seats"))
    wrong_sessions = sessions.exclude(*(_reviewed("session", name) for name in SESSION_TEXTS))
    texts = Q(*(_reviewed("forum", name, session=None) for name in FORUM_TEXTS))
    return {
        "hosts": Q(Exists(ForumOrganisation.objects.filter(**of, role="host"))),
        "agenda": Q(Exists(sessions)) & ~Q(Exists(sessions.exclude(timed))),
        "guests": Q(Exists(guests)) & ~Q(Exists(guests.filter(is_confirmed=False))),
        "languages": ~Q(title_zh="") & ~Q(title_en="") & ~Q(summary_zh="") & ~Q(summary_en="")
        & ~Q(Exists(sessions.filter(Q(title_en="") | Q(title_zh="")))),
        "room": Q(is_online=True) | (Q(Exists(parts)) & ~Q(Exists(parts.filter(room=None))) & ~Q(Exists(small))),
        "interpretation": Q(language__in=["", "zh"]) | ~Q(interpretation=""),
        "materials": Q(Exists(ForumMaterial.objects.filter(**of))),
        "wording": texts & ~Q(Exists(wrong_sessions)),
    }  # fmt: skip


def with_readiness(forums):
    """Annotate `ready_POINT` (true or false) for each point and `ready` (how many are true)."""
    flags = {
        f"ready_{point}": ExpressionWrapper(condition, output_field=BooleanField())
        for point, condition in _conditions().items()
    }
    number = Value(0, output_field=IntegerField())
    for name in flags:
        number = number + Case(When(**{name: True}, then=1), default=0)
    return forums.annotate(**flags).annotate(ready=number)


def missing_of(forum):
    """[(point, name, what to do, whose turn)] of an annotated forum."""
    return [(p, *words) for p, words in POINTS.items() if not getattr(forum, f"ready_{p}")]


def least_ready(forums, most=3):
    """The annotated forums that need attention, least ready first, soonest first."""
    found = with_readiness(forums.exclude(state="cancelled")).filter(ready__lt=LOW)
    return found.order_by("ready", F("starts_at").asc(nulls_last=True), "pk")[:most]
