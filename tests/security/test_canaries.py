"""Who meets what they should not: a mark in each sensitive field, then every address as everybody who may open it (S2)."""

from datetime import datetime

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from exhibitors.operations.deciding import approve_application
from tests.routes.desks import ADMIN_CLOSED, ADMIN_SEE, admin_desks
from tests.routes.expectations import EXPECTED
from tests.routes.kinds import Owner, Public
from tests.routes.world import DESKS, ROLES, build
from tests.security.canaries import Canary, plant
from waic.lib import clock
from waic.notifications.models import Message

OUTSIDE = [role for role in ROLES if role not in DESKS]
# Not readable by design, or not a page: what is downloaded is a file of the person's own.
UNREAD = {"api-docs", "api-schema", "metrics", "awards:entry-new"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    from django.conf import settings

    before, settings.LOCAL = settings.LOCAL, True
    now = clock.frozen_at(datetime(2024, 7, 5, 10, 24, tzinfo=clock.ZONE))
    with django_db_blocker.unblock(), transaction.atomic(), now:
        call_command("demo", stdout=open("/dev/null", "w"))  # noqa: SIM115, PTH123
        w = build()
        w.canaries = plant(w)
        w.clients = {role: signed_in(w, role) for role in ROLES}
        yield w
        transaction.set_rollback(True)
    settings.LOCAL = before


def signed_in(w, role):
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(w.people[role])
    return client


def met(canaries, role, text):
    """Fields whose mark stands in a text although the role must not read it."""
    return [c.where for c in canaries if c.mark in text and role not in c.readers]


def read(world, role, address):
    """An answer's text; whatever looking at it wrote is undone."""
    with transaction.atomic():
        answer = world.clients[role].get(address)
        transaction.set_rollback(True)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code < 500, (role, address)
    return body.decode(errors="replace")


def crawl(world, role, addresses):
    """{address: fields} of what a role should not have met."""
    found = {
        address: met(world.canaries, role, read(world, role, address)) for address in addresses
    }
    return {address: fields for address, fields in found.items() if fields}


def addresses_for(world, role):
    """Every page outside the admin that the role may open; public pages are the same for everybody."""
    for name, expected in EXPECTED.items():
        if name in UNREAD or getattr(expected, "method", "get") != "get" or expected.own is None:
            continue
        if isinstance(expected, Public) and role != "anonymous" and ":" in name:
            continue
        if isinstance(expected, Owner) and not may_open(role, expected.roles):
            continue
        yield address_of(name, parameters(expected.own, world, role))


def may_open(role, roles):
    everybody = "every" in roles and role != "anonymous"
    return role in roles or everybody or ("desks" in roles and role in DESKS)


def parameters(source, world, role):
    return source(world, role) if source.__code__.co_argcount == 2 else source(world)


def address_of(name, params):
    plain = {"robots": "/robots.txt", "sitemap": "/sitemap.xml"}
    return plain.get(name) or reverse(name, kwargs=params)


def admin_addresses(role):
    """The front page, the lists and one form of each model that a desk sees."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        label = model._meta.label_lower
        if label in ADMIN_CLOSED or role not in admin_desks(ADMIN_SEE, label):
            continue
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_a_mark_where_it_should_not_be_is_noticed():
    canaries = [Canary("kanari1x", "a.b", {"judge"}), Canary("kanari2x", "c.d")]
    assert met(canaries, "judge", "kanari1x kanari2x") == ["c.d"]
    assert met(canaries, "visitor", "kanari1x") == ["a.b"]


def test_every_mark_is_where_its_desk_reads_it(world):
    unseen = [
        c.where for c in world.canaries if c.page and c.mark not in read(world, "organiser", c.page)
    ]
    assert unseen == []


@pytest.mark.parametrize("role", OUTSIDE)
def test_people_meet_only_what_is_theirs(world, role):
    assert crawl(world, role, addresses_for(world, role)) == {}


@pytest.mark.parametrize("role", [desk for desk in DESKS if desk != "organiser"])
def test_desks_meet_only_what_is_of_their_room(world, role):
    assert crawl(world, role, [*addresses_for(world, role), *admin_addresses(role)]) == {}


@pytest.mark.parametrize("role", [desk for desk in DESKS if desk != "organiser"])
def test_a_form_of_another_room_shows_a_desk_nothing(world, role):
    assert crawl(world, role, {c.page for c in world.canaries if c.page}) == {}


def test_mails_carry_only_what_their_reader_may_know(world):
    with transaction.atomic():
        approve_application(world.foreign_application, by=world.people["exhibition"])
        mails = Message.objects.exclude(pk=world.foreign_message.pk)
        mails = [(m.subject, m.text, m.html) for m in mails]
        transaction.set_rollback(True)
    assert len(mails) > 3
    assert met(world.canaries, "applicant", str(mails)) == []
