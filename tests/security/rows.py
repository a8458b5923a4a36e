"""For each payload one person and everything they wrote: applications, exhibits, an entry, a forum, a profile, a ticket."""

import itertools
from types import SimpleNamespace

from awards.models import Review
from exhibitors.models import FirstLaunch
from forums.models import Feedback, ForumHost, Participation, StreamLink, Travel
from tests.accounts import factories as accounts
from tests.awards import factories as awards
from tests.exhibitors import factories as exhibition
from tests.forums import factories as forums
from tests.forums.proposing import ProposalFactory
from tests.lib.factories import EditionFactory
from tests.security.corpus import PAYLOADS, typed
from tests.security.fields import TYPED
from tests.visitors.factories import TicketFactory
from waic.accounts.operations import make_token
from waic.editions.search import Findable, index
from waic.lib.models import StepRecord
from waic.lib.text import clean_text


class Hostile:
    """The rows of one payload. `texts[row][field]` is what a reader is to find there."""

    numbers = itertools.count(100)

    def __init__(self, payload):
        self.payload, self.texts = payload, {}

    def fill(self, key, row):
        """Write the payload into every field of a row that people outside the desks can write."""
        label = row._meta.label_lower
        for name in TYPED[label]:
            field = row._meta.get_field(name)
            text = typed(self.payload, f"Z{next(self.numbers)}Z", field.max_length)
            setattr(row, name, text)
            self.texts.setdefault(key, {})[name] = field.to_python(text)
        row.save()
        row.refresh_from_db()
        return row

    def found(self, key):
        """What the search shows of a row."""
        named = "title" if key == "forum" else "name"
        return {f"title_{column}": self.texts[key][f"{named}_{column}"] for column in ("zh", "en")}

    def wanted(self, shown):
        """{"row.field": text} of what a page shows: {row: fields}, every field where none is named."""
        return {
            f"{key}.{name}": self.texts[key][name]
            for key, names in shown.items()
            for name in names or self.texts[key]
        }


def build():
    edition = EditionFactory(year=2024)
    exhibition.CallFactory(edition=edition)
    rows = {payload: everything(payload, edition) for payload in PAYLOADS}
    for row in rows.values():
        index(
            edition,
            [
                Findable(kind, getattr(row, kind).code, **row.found(kind))
                for kind in ("speaker", "forum", "exhibit")
            ],
        )
    return SimpleNamespace(edition=edition, rows=rows)


def everything(payload, edition):
    row = Hostile(payload)
    row.person = row.fill("person", accounts.UserFactory())
    row.organisation = row.fill("organisation", accounts.OrganisationFactory())
    accounts.MembershipFactory(organisation=row.organisation, user=row.person)
    row.token, _secret = make_token(row.person, "示例", can_write=False, days=30)
    row.fill("token", row.token)
    _exhibition(row, edition)
    _stage(row, edition)
    _entry(row)
    row.ticket = TicketFactory(registration__user=row.person, registration__edition=edition)
    row.registration = row.fill("registration", row.ticket.registration)
    return row


def _exhibition(row, edition):
    row.draft = row.fill(
        "draft", exhibition.ApplicationFactory(edition=edition, organisation=row.organisation)
    )
    licence = exhibition.stored_file("licence", by=row.person)
    row.draft.licence = row.fill("licence", licence)
    row.draft.save()
    row.draft_exhibit = row.fill("draft_exhibit", exhibition.ExhibitFactory(application=row.draft))
    launch = FirstLaunch.objects.create(exhibit=row.draft_exhibit)
    row.fill("launch", launch)
    StepRecord.objects.record(row.draft, step="withdraw", before="draft", after="draft", by=row.person, reason="x")  # fmt: skip
    row.fill("step", StepRecord.objects.of(row.draft).get())
    row.approved = row.fill(
        "approved", exhibition.ApplicationFactory(edition=edition, approved=True)
    )
    row.exhibit = row.fill("exhibit", exhibition.ExhibitFactory(application=row.approved))


def _stage(row, edition):
    row.forum = row.fill("forum", forums.published_forum(edition=edition))
    proposal = ProposalFactory(
        call__edition=edition, call__opens_at=awards.OPENS, call__closes_at=awards.CLOSES, organisation=row.organisation
    )  # fmt: skip
    row.proposal = row.fill("proposal", proposal)
    row.feedback = row.fill(
        "feedback", Feedback(forum=row.forum, user=row.person, rating=3, state="shown")
    )
    row.stream = row.fill(
        "stream", StreamLink(forum=row.forum, kind="replay", url="https://live.example.com/")
    )
    ForumHost.objects.create(forum=row.forum, user=row.person)
    row.speaker = row.fill(
        "speaker", forums.SpeakerFactory(edition=edition, user=row.person, email=row.person.email)
    )
    Participation.objects.create(forum=row.forum, speaker=row.speaker)
    row.travel = row.fill("travel", Travel.objects.create(speaker=row.speaker))
    at = forums.at("09:00")
    number = f"T-{next(Hostile.numbers)}"
    row.invitation = row.fill(
        "invitation", forums.InvitationFactory(forum=row.forum, speaker=row.speaker, state="accepted", number=number, approved_at=at, sent_at=at, answered_at=at)
    )  # fmt: skip


def _entry(row):
    """An entry whose answers, too, are the payload; a judge's words about it."""
    row.entry = row.fill("entry", awards.EntryFactory(call=awards.CallFactory(), lead=row.person))
    row.fill("member", row.entry.members.get())
    answers = {key: typed(row.payload, f"Z{next(Hostile.numbers)}Z", 100) for key in ("unit", "summary", "users", "since", "video")}  # fmt: skip
    row.entry.answers = {key: clean_text(text) for key, text in answers.items()}
    row.entry.save()
    row.texts["answers"] = row.entry.answers
    row.assignment = awards.assign(accounts.UserFactory(), row.entry)
    row.review = row.fill("review", Review.objects.create(assignment=row.assignment))
