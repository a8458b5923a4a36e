"""At least three rows of every registered model: the demo's own, and samples where the demo has fewer."""

import uuid
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from awards.models import Assignment, Call, Judge, Review
from exhibitors.models import ExhibitionCall
from forums.models import (
    Arrival,
    Booking,
    Booklet,
    ChangeRequest,
    Consent,
    Feedback,
    ForumTask,
    Invitation,
    Lottery,
    PlanRun,
    ProtocolItem,
    Release,
    ReleasePolicy,
    RuleSetting,
    Slides,
    StageRules,
    Travel,
)
from forums.operations.merging import merge_speakers
from tests.forums.factories import ForumFactory, ParticipationFactory, SpeakerFactory
from tests.forums.proposing import CallFactory, handed_in
from tests.lib.factories import EditionFactory, UserFactory
from waic.accounts.models import ApiToken
from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.files import PDF, store
from waic.lib.models import JobRun
from waic.notifications.models import Suppression, TemplateText
from waic.visitors.models import Gate, Registration, Scan, Ticket, TicketType

DAYS = [date(2024, 7, d) for d in (5, 6, 7)]


def add(n):
    """The n-th sample of every model the demo has fewer than three of, each with rows of its own behind it."""
    edition, person = Edition.objects.get(year=2024), UserFactory()
    _schedules(n)
    _accounts(n, person)
    _programme(n, edition, person)
    _call_for_forums(n)
    _visit(n, edition, person)
    call = Call.objects.order_by("pk")[n]
    Judge.objects.get_or_create(user=person, call=call)
    Review.objects.create(assignment=Assignment.objects.filter(review=None).order_by("pk")[0])
    year = EditionFactory(year=2030 + n)
    ExhibitionCall.objects.create(
        edition=year, opens_at=clock.now(), closes_at=clock.now() + timedelta(days=9)
    )
    ReleasePolicy.objects.create(edition=year)
    JobRun.objects.create(kind="sample", title=f"示例任务 {n}", requested_by=person)
    Suppression.objects.create(address=f"gone{n}@example.com", reason="示例")


def _schedules(n):
    ClockedSchedule.objects.create(clocked_time=timezone.now() + timedelta(days=n))
    CrontabSchedule.objects.create(minute=str(n))
    SolarSchedule.objects.create(event="sunrise", latitude=n, longitude=n)
    every = IntervalSchedule.objects.create(every=100 + n, period="minutes")
    PeriodicTask.objects.create(name=f"sample {n}", task="sample", interval=every)


def _accounts(n, person):
    ApiToken.objects.create(
        user=person, name=f"示例 {n}", digest=f"{n:064}", expires_at=timezone.now()
    )
    Authenticator.objects.create(user=person, type="totp", data={"secret": "sample"})
    now = timezone.now()
    UserSession.objects.create(
        user=person, ip="127.0.0.1", user_agent="sample", session_key=f"sample{n}", last_seen_at=now
    )
    texts = (
        ("forums/invitation", "zh-hans"),
        ("forums/invitation", "en"),
        ("exhibitors/approved", "en"),
    )
    template, language = texts[n]
    TemplateText.objects.create(template=template, language=language, subject="示例", text="示例")


def _programme(n, edition, person):
    forum = ForumFactory(edition=edition, kind=edition.forum_kinds.get(key="industry"), seats=9)
    Booking.objects.create(forum=forum, visitor=person)
    ChangeRequest.objects.create(forum=forum, requested_by=person)
    Booklet.objects.create(
        edition=edition, language="zh", pages=1,
        file=store(b"%PDF-sample", name="sample.pdf", media_type=PDF, kind="booklet"),
    )  # fmt: skip
    Lottery.objects.create(
        forum=forum, opens_at=clock.now(), closes_at=clock.now() + timedelta(days=1)
    )
    invitation = Invitation.objects.create(forum=forum, speaker=SpeakerFactory(edition=edition))
    ForumTask.objects.create(forum=forum, invitation=invitation, opened_at=clock.now())
    guest = SpeakerFactory(edition=edition)
    place = ParticipationFactory(
        forum=ForumFactory(edition=edition, kind=forum.kind, published=True), speaker=guest
    )
    file = store(b"%PDF-1.4 sample", name=f"sample{n}.pdf", media_type=PDF, kind="slides")
    Slides.objects.create(participation=place).files.create(number=1, file=file)
    Feedback.objects.create(
        forum=place.forum, user=person, rating=1 + n, text="示例", state="waiting"
    )
    Arrival.objects.create(speaker=guest, date=DAYS[n])
    StageRules.objects.create(edition=EditionFactory(year=2060 + n))
    Travel.objects.create(speaker=guest, hotel="示例")
    Consent.objects.create(speaker=guest, kind="slides", is_given=True, answered_at=clock.now())
    # Older rows: the newest ones are looked at in the list, where nobody who was merged is.
    kept, gone = edition.speakers.living().order_by("pk")[:2]
    merge_speakers(kept, gone, by=person)
    Release.objects.create(edition=edition, number=edition.releases.count() + 1, note_zh="示例")
    RuleSetting.objects.create(edition=edition, rule=("walk", "turnover", "no-english")[n], level="off")  # fmt: skip
    PlanRun.objects.create(edition=edition, state=("ready", "failed", "cancelled")[n], requested_by=person)  # fmt: skip
    ProtocolItem.objects.create(
        edition=edition,
        title_zh=f"示例巡馆 {n}",
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(hours=1),
    )


def _call_for_forums(n):
    handed_in(call=CallFactory(edition=EditionFactory(year=2050 + n)))


def _visit(n, edition, person):
    kind = TicketType.objects.create(
        edition=edition, key=f"sample{n}", name_zh=f"示例票 {n}", price=0
    )
    registration = Registration.objects.create(
        edition=edition, user=person, name=f"示例 {n}", is_sample=True
    )
    ticket = Ticket.objects.create(registration=registration, ticket_type=kind, date=DAYS[n])
    gate = Gate.objects.create(venue=edition.venues.all()[0], name_zh=f"示例闸口 {n}")
    Scan.objects.create(
        gate=gate,
        ticket=ticket,
        verdict="admit",
        day=DAYS[n],
        nonce=uuid.uuid4(),
        scanned_by=person,
    )
