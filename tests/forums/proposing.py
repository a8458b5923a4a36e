"""Calls for forums and proposals, for tests. Names are samples."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier

from django.contrib.auth.models import Group
from django.db import connections
from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from forums import models
from tests.forums.factories import ForumKindFactory
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory
from waic.accounts.models import Membership
from waic.lib import clock

OPENS = datetime(2025, 1, 6, 9, tzinfo=clock.ZONE)
CLOSES = datetime(2025, 3, 31, 18, tzinfo=clock.ZONE)
DURING = datetime(2025, 2, 10, 10, tzinfo=clock.ZONE)

COMPLETE = {
    "title_zh": "示例智能制造论坛", "title_en": "Sample forum", "theme": "制造", "outline": "示例议题", "guests": "示例嘉宾甲",
    "seats": "200", "budget": "300000.50", "currency": "CNY", "past": "",
}  # fmt: skip


class CallFactory(DjangoModelFactory):
    class Meta:
        model = models.ForumCall
        django_get_or_create = ["edition"]

    edition = SubFactory(EditionFactory, year=2025)
    kind = SubFactory(ForumKindFactory, edition=SelfAttribute("..edition"))
    opens_at, closes_at, decide_by = OPENS, CLOSES, date(2025, 4, 30)


class ProposalFactory(DjangoModelFactory):
    """A complete draft of an organisation with an owner."""

    class Meta:
        model = models.ForumProposal

    call = SubFactory(CallFactory)
    organisation = SubFactory(OrganisationFactory)
    started_by = SubFactory(UserFactory)
    title_zh = Sequence(lambda n: f"示例论坛方案{n}")
    title_en = Sequence(lambda n: f"Sample proposal {n}")
    theme, outline, guests, seats, budget = "制造", "示例议题", "示例嘉宾甲", 200, "300000.50"


def proposal_of(person, role="owner", **fields):
    """A draft of an organisation the person works for."""
    proposal = ProposalFactory(started_by=person, **fields)
    Membership.objects.create(organisation=proposal.organisation, user=person, role=role)
    return proposal


def handed_in(**fields):
    """A proposal the desk has before it."""
    proposal = proposal_of(UserFactory(), **fields)
    models.ForumProposal.objects.filter(pk=proposal.pk).update(state="submitted", submitted_at=DURING)  # fmt: skip
    proposal.refresh_from_db()
    return proposal


def with_rubric(call):
    """Two criteria; the second weighs three times as much and goes to five."""
    call.criteria.create(
        key="theme", name_zh="主题", name_en="Theme", weight=1, maximum=10, order=1
    )
    call.criteria.create(
        key="guests", name_zh="嘉宾", name_en="Guests", weight=3, maximum=5, order=2
    )
    return call


def member_of(desk, **fields):
    """Somebody who works at a desk."""
    person = UserFactory(is_staff=True, **fields)
    person.groups.add(Group.objects.get(name=desk))
    return person


def at_once(count, work):
    """The answers of `work(n, start)` in as many threads, each with a connection of its own."""
    start = Barrier(count, timeout=60)

    def one(n):
        try:
            return work(n, start)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
