"""The demo edition, and beside it what belongs to nobody of the demo's people: the foreign objects of the walk."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

from django.core.files.base import ContentFile

from awards.models import Assignment, Call, Dossier, Entry, EntryFile, EntryMember, Winner
from awards.operations.judging import make_dossier
from awards.operations.papers import provide_paper
from awards.operations.receipts import verification_path
from exhibitors.models import Application, Exhibit
from forums.models import (
    Arrival,
    Booking,
    Booklet,
    Contribution,
    Feedback,
    Forum,
    ForumProposal,
    ForumTask,
    Invitation,
    Lottery,
    PlanRun,
    Session,
    Slides,
    Speaker,
)
from forums.operations.feeds import make_feed
from forums.operations.merging import merge_speakers
from forums.operations.releasing import release_programme
from forums.operations.speaking import answer_consent
from tests.awards.uploads import pdf_bytes
from tests.forums.factories import sent
from waic.accounts.models import Organisation, User
from waic.editions.models import Edition, Hall, Room
from waic.lib import clock
from waic.lib.files import PDF, store
from waic.lib.models import JobRun, StoredFile
from waic.notifications.models import Message
from waic.visitors.models import Registration, Ticket

ROLES = (
    "anonymous", "organiser", "programme", "exhibition", "awards", "visitors", "press", "host", "speaker", "exhibitor", "applicant",
    "judge", "visitor", "gate",
)  # fmt: skip
DESKS = ("organiser", "programme", "exhibition", "awards", "visitors", "press")


def build():
    """Everything an address of the walk may name."""
    people = {u.email.split("@")[0]: u for u in User.objects.filter(email__endswith="@waic.test")}
    stranger = User.objects.create(email="stranger@example.test", name="示例路人")
    edition, later = Edition.objects.get(year=2024), Edition.objects.get(year=2025)
    w = SimpleNamespace(people=people, stranger=stranger, edition=edition, later=later, year=2024)
    _programme(w)
    _exhibition(w)
    _awards(w)
    _personal(w)
    return w


def _programme(w):
    w.booklet = Booklet.objects.create(
        edition=w.edition, language="zh", pages=1, published_at=clock.now(),
        file=store(pdf_bytes(), name="waic-2024-zh.pdf", media_type=PDF, kind="booklet"),
    )  # fmt: skip
    published = w.edition.forums.published().filter(sessions__isnull=False)
    w.forum = published.first()
    w.session = Session.objects.filter(forum=w.forum).first()
    w.slot = w.session.slots.first()
    w.speaker = Speaker.objects.of_edition(w.edition).public().first()
    w.hall = Hall.objects.filter(venue__edition=w.edition).first()
    w.room = Room.objects.filter(venue__edition=w.edition).first()
    w.bookable = published.filter(seats__gt=0).first()
    w.booking = Booking.objects.filter(visitor=w.people["visitor"]).first()
    w.booked = w.booking.forum
    w.drawn = published.exclude(pk__in=[w.forum.pk, w.bookable.pk]).last()
    Lottery.objects.create(
        forum=w.drawn, opens_at=clock.now(), closes_at=clock.now() + timedelta(hours=1),
        state="closed", list_hash="0" * 64,
    )  # fmt: skip
    w.hosted = Forum.objects.hosted_by(w.people["host"]).exclude(state="published").get()
    w.draft_session = w.hosted.sessions.first()
    w.past_release = release_programme(Edition.objects.get(year=2023), by=None, expects=1)
    w.feed_secret = make_feed(w.people["visitor"])
    w.invitation = Invitation.objects.get(speaker__user=w.people["speaker"])
    # The demo's speaker is on its sample stage; somebody who was only asked is nowhere in public.
    w.own_speaker = w.invitation.speaker
    w.hidden_speaker = other = Speaker.objects.create(
        edition=w.edition, name_zh="示例另一位", email="other@example.test"
    )
    w.foreign_invitation = sent(
        Invitation.objects.create(forum=w.hosted, speaker=other), by=w.people["programme"]
    )
    twins = [Speaker.objects.create(edition=w.edition, name_zh=f"示例同一人{n}") for n in "甲乙"]
    w.merge = merge_speakers(*twins, by=w.people["programme"])
    w.known_earlier, w.known = (
        Speaker.objects.create(
            edition=edition, name_zh="示例旧友", country="CN" * (edition.year < 2024)
        )
        for edition in (Edition.objects.get(year=2023), w.edition)
    )
    w.draft_slot = w.draft_session.slots.first()
    w.task = ForumTask.objects.create(
        forum=w.hosted, invitation=w.foreign_invitation, opened_at=clock.now()
    )
    _slides(w)
    w.plan_run = PlanRun.objects.create(edition=w.edition, state="failed")
    file = store(b"%PDF-1.4 sample", name="sample.pdf", media_type=PDF, kind="forum-material")
    w.material = w.hosted.materials.create(file=file)
    w.change_request = w.forum.change_requests.create(requested_by=w.stranger)
    own = ForumProposal.objects.of(w.people["host"])
    w.proposal = own.get()
    w.foreign_proposal = ForumProposal.objects.exclude(pk__in=own).get()


def _slides(w):
    """Of the demo's speaker in the hosted draft, of somebody else, and some that everybody may have."""
    public, foreign = Contribution.objects.filter(
        forum__edition=w.edition, forum__state="published"
    ).order_by("pk")[:2]
    own = w.hosted.participations.get_or_create(speaker=w.own_speaker)[0]
    w.hosted.participations.filter(pk=own.pk).update(is_confirmed=True)
    w.public_slides, w.foreign_slides, w.own_slides = (
        _slides_of(row) for row in (public, foreign, own)
    )
    w.feedback = Feedback.objects.create(
        forum=w.forum, user=w.stranger, rating=2, text="示例评语", state="waiting"
    )
    w.arrival = Arrival.objects.create(
        speaker=public.speaker, date=clock.today(), state="arrived", arrived_at=clock.now()
    )
    answer_consent(public.speaker, "slides", True)
    Slides.objects.filter(pk=w.public_slides.pk).update(state="released", released_at=clock.now())


def _slides_of(participation):
    slides = Slides.objects.create(participation=participation)
    file = store(b"%PDF-1.4 sample", name="slides.pdf", media_type=PDF, kind="slides")
    slides.files.create(number=1, file=file)
    return slides


def _exhibition(w):
    mine = Application.objects.of(w.people["exhibitor"])
    w.exhibitor = mine.get(edition=w.edition)
    w.exhibit = w.exhibitor.exhibits.first()
    w.application = mine.get(edition=w.later)
    w.draft_exhibit = w.application.exhibits.first()
    w.foreign_application = Application.objects.get(edition=w.later, state="submitted")
    w.foreign_exhibit = Exhibit.objects.get(application=w.foreign_application)
    w.organisation = w.people["exhibitor"].memberships.get().organisation
    w.foreign_organisation = Organisation.objects.exclude(pk=w.organisation.pk).first()
    for application in (w.application, w.foreign_application):
        application.licence = store(
            b"%PDF-1.4 sample", name="licence.pdf", media_type=PDF, kind="licence"
        )
        application.save()


def _awards(w):
    own = Entry.objects.of(w.people["applicant"])
    w.draft = own.get(state="draft")
    w.entry = own.filter(state="submitted").first()
    w.entry_file = EntryFile.objects.get(entry=w.entry)
    w.call = Call.objects.get(award__key="sail", edition=w.later)
    w.receipt_token = verification_path(w.entry).rstrip("/").rsplit("/", 1)[-1]
    w.foreign_entry = Entry.objects.create(call=w.call, title_zh="示例他人申报")
    EntryMember.objects.create(
        entry=w.foreign_entry, user=w.stranger, email=w.stranger.email, is_lead=True
    )
    w.assignment = Assignment.objects.filter(judge__user=w.people["judge"]).first()
    w.foreign_dossier = make_dossier(w.foreign_entry)
    for dossier in (w.assignment.dossier, w.foreign_dossier):
        provide_paper(dossier, pdf_bytes(), by=None)
    w.winner = Winner.objects.filter(edition=w.edition).first()
    assert not Dossier.objects.filter(pk=w.foreign_dossier.pk, assignments__isnull=False).exists()


def _personal(w):
    w.message = {role: _message(person, "sample") for role, person in w.people.items()}
    w.foreign_message = _message(w.stranger, "sample")
    w.room_mail = {
        "forums": _message(w.stranger, "forums/invitation"),
        "exhibitors": _message(w.stranger, "exhibitors/approved"),
        "awards": _message(w.stranger, "awards/entry_submitted"),
    }
    w.job = {role: _job(w.people[role]) for role in DESKS}
    w.foreign_job = _job(w.stranger)
    w.check = {
        (role, key): _check(w.people[role], key)
        for role in DESKS for key in ("forums", "sessions", "speakers", "exhibitors")
    }  # fmt: skip
    w.foreign_check = _check(w.stranger, "forums")
    w.private_file = store(b"%PDF-1.4 private", name="private.pdf", media_type=PDF, kind="sample")
    w.picture = StoredFile.objects.create(
        kind="sample", name="p.png", media_type="image/png", size=4, sha256="0" * 64, is_public=True
    )
    w.picture.file.save("p.png", ContentFile(b"\x89PNG"))
    w.ticket = Ticket.objects.filter(registration__user=w.people["visitor"]).first()
    registration = Registration.objects.create(
        edition=w.edition, user=w.stranger, name="示例路人", is_sample=True
    )
    w.foreign_ticket = Ticket.objects.create(
        registration=registration, ticket_type=w.ticket.ticket_type, date=w.ticket.date
    )


def _message(person, template):
    return Message.objects.create(
        template=template, cause=f"walk:{uuid.uuid4()}", recipient=person, address=person.email, language="zh-hans",
        subject="示例", text="示例", html="<p>示例</p>",
    )  # fmt: skip


def _check(person, importer):
    params = {"importer": importer, "scope": "2024", "upload": ""}
    return JobRun.objects.create(
        kind="import-check", title="示例", requested_by=person, state="failed", params=params
    )


def _job(person):
    done = store(b"a,b", name="sample.csv", media_type="text/csv", kind="job-result")
    return JobRun.objects.create(kind="sample", title="示例", requested_by=person, state="done", result=done)  # fmt: skip
