"""Guarantee S1: every address × every role of the demo × its own, somebody else's and no object."""

import itertools
from datetime import datetime

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.routes.desks import (
    ADMIN_ADD,
    ADMIN_CLOSED,
    ADMIN_PAGES,
    ADMIN_SEE,
    ADMIN_WRITTEN,
    LEADING_ON,
    admin_desks,
)
from tests.routes.expectations import EXPECTED
from tests.routes.kinds import Account, Owner, Public, SignedIn
from tests.routes.world import DESKS, ROLES, build
from waic.lib import clock

MISSING_PK = 999_999_999
UNNAMED = {"robots.txt": "robots", "sitemap.xml": "sitemap"}


def all_routes():
    """{name: how often} of every address the project answers, third parties' included."""
    found = []

    def walk(resolver, route="", spaces=()):
        for entry in resolver.url_patterns:
            here = route + str(entry.pattern)
            if isinstance(entry, URLPattern):
                name = entry.name or UNNAMED.get(here, "")
                found.append(":".join([*spaces, name]))
            else:
                walk(entry, here, (*spaces, entry.namespace) if entry.namespace else spaces)

    walk(get_resolver())
    return sorted(set(found))


def label_of(model):
    return model._meta.label_lower


MODELS = sorted(admin.site._registry, key=label_of)
MODEL_PAGES = {
    f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    for model in MODELS
    for page in ("changelist", "add", "change", "delete", "history")
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    from django.conf import settings

    before, settings.LOCAL = settings.LOCAL, True
    now = clock.frozen_at(datetime(2024, 7, 5, 10, 24, tzinfo=clock.ZONE))
    with django_db_blocker.unblock(), transaction.atomic(), now:
        call_command("demo", stdout=open("/dev/null", "w"))  # noqa: SIM115, PTH123
        yield build()
        transaction.set_rollback(True)
    settings.LOCAL = before


@pytest.fixture(scope="module")
def clients(world):
    """One signed-in browser per role."""
    browsers = {role: Client(raise_request_exception=False) for role in ROLES}
    for role, browser in browsers.items():
        if role != "anonymous":
            browser.force_login(world.people[role])
    return browsers


def ask(client, address, method="get", data=None):
    """The answer's status and where it leads; whatever it wrote is undone."""
    with transaction.atomic():
        response = getattr(client, method)(address, data or {})
        transaction.set_rollback(True)
    return response.status_code, response.get("Location", "")


def to_sign_in(status, where):
    return status == 302 and "/accounts/login/" in where


def test_every_route_has_an_expectation():
    known = set(EXPECTED) | set(ADMIN_PAGES) | LEADING_ON | MODEL_PAGES
    assert [name for name in all_routes() if name not in known] == []
    assert sorted(known - MODEL_PAGES - set(all_routes())) == []


def test_every_model_has_an_expectation():
    def known(model):
        label, app = label_of(model), model._meta.app_label
        return label in ADMIN_CLOSED or label in ADMIN_SEE or app in ADMIN_SEE

    assert [label_of(model) for model in MODELS if not known(model)] == []


def address_of(name, params):
    plain = {"robots": "/robots.txt", "sitemap": "/sitemap.xml"}
    return plain.get(name) or reverse(name, kwargs=params)


def of_kind(kind):
    listed = {**EXPECTED, **ADMIN_PAGES}
    return [pytest.param(n, e, id=n) for n, e in listed.items() if isinstance(e, kind)]


def parameters(source, world, role):
    """Some objects depend on who asks."""
    try:
        return source(world, role)
    except TypeError:
        return source(world)


@pytest.mark.parametrize(("name", "expected"), of_kind(Public))
def test_public(name, expected, world, clients):
    for role in ROLES:
        if expected.own is not None:
            status, _where = ask(clients[role], address_of(name, expected.own(world)))
            assert status == expected.status, role
        for params in expected.hidden(world):
            status, _where = ask(clients[role], address_of(name, params))
            assert status == 404, (role, params)


@pytest.mark.parametrize(("name", "expected"), of_kind(SignedIn))
def test_signed_in(name, expected, world, clients):
    for role in ROLES:
        own = [] if expected.own is None else [(expected.own(world), expected.statuses)]
        cases = own + [(params, (404,)) for params in expected.hidden(world)]
        for params, statuses in cases:
            status, where = ask(clients[role], address_of(name, params), expected.method)
            if role == "anonymous":
                assert to_sign_in(status, where) or (status == 404 and statuses == (404,)), (status, where)  # fmt: skip
            else:
                assert status in statuses, (role, params, status)
                assert not to_sign_in(status, where), role


def has_role(role, roles):
    return (
        role in roles
        or ("every" in roles and role != "anonymous")
        or ("desks" in roles and role in DESKS)
    )


@pytest.mark.parametrize(("name", "expected"), of_kind(Owner))
def test_owner(name, expected, world, clients):
    for role in ROLES:
        owner = has_role(role, expected.roles)
        if owner or not takes_role(expected.own):
            address = address_of(name, parameters(expected.own, world, role))
            status, where = ask(clients[role], address, expected.method, expected.data)
            if role == "anonymous":
                assert status in expected.anonymous or to_sign_in(status, where), status
            elif owner:
                assert status in expected.statuses, (role, status)
                assert not to_sign_in(status, where), role
            else:
                assert status in expected.others, (role, status)
        for params in expected.hidden(world):
            status, where = ask(
                clients[role], address_of(name, params), expected.method, expected.data
            )
            allowed = {404, *(expected.others if not owner else ())}
            if role == "anonymous":
                allowed = {404, *expected.anonymous}
            assert status in allowed, (role, params, status)


def takes_role(source):
    return source.__code__.co_argcount == 2


@pytest.mark.parametrize(("name", "expected"), of_kind(Account))
def test_account(name, expected, world, clients):
    for role in ROLES:
        status, _where = ask(clients[role], address_of(name, expected.own(world)))
        wanted = expected.anonymous if role == "anonymous" else expected.signed_in
        assert status in wanted, (role, status)


# --- The admin ----------------------------------------------------------------------------------


@pytest.fixture
def opens(monkeypatch):
    """`opens(role)`: pages for the organiser are answered without being drawn; tests/admin draws all of them."""
    draw, drawing = SimpleTemplateResponse.render, {"role": ""}

    def render(response):
        if drawing["role"] == "organiser":
            response.content = ""
            return response
        return draw(response)

    monkeypatch.setattr(SimpleTemplateResponse, "render", render)
    return lambda role: drawing.update(role=role)


@pytest.mark.parametrize("model", MODELS, ids=label_of)
def test_admin_of(model, world, clients, opens):
    label, options = label_of(model), model._meta
    closed = label in ADMIN_CLOSED
    see = () if closed else admin_desks(ADMIN_SEE, label)
    add = () if closed or label in ADMIN_WRITTEN else admin_desks(ADMIN_ADD, label)

    def page(name, *args):
        return reverse(f"admin:{options.app_label}_{options.model_name}_{name}", args=args)

    row = model._default_manager.order_by("pk").first()
    for role in ROLES:
        client = clients[role]
        opens(role)
        pages = [("changelist", page("changelist"), see), ("add", page("add"), add)]
        if row is not None and label != "notifications.message":
            pages += [("change", page("change", row.pk), see), ("history", page("history", row.pk), see)]  # fmt: skip
        for name, address, desks in pages:
            status, where = ask(client, address)
            if role not in DESKS:
                assert to_sign_in(status, where) or "/admin/login/" in where, (role, name, status)
            elif role in desks:
                assert status == 200, (role, name, status)
            else:
                assert status == 403, (role, name, status)
        status, where = ask(client, page("change", MISSING_PK))
        # Django leads a desk that may look back to its front page; others learn nothing.
        assert (status == 302) if role in see or role not in DESKS else status in (302, 403)
        if row is not None and role not in see:
            status, where = ask(client, page("delete", row.pk), "post", {"post": "yes"})
            assert status in (302, 403), (role, status)
            assert status == 403 or role not in DESKS or where.endswith("/admin/"), (role, where)


def test_each_desk_reads_the_mail_of_its_own_room(world, clients):
    rooms = {"programme": "forums", "exhibition": "exhibitors", "awards": "awards"}
    for role, (room, mail) in itertools.product(rooms, world.room_mail.items()):
        address = reverse("admin:notifications_message_change", args=[mail.pk])
        status, _where = ask(clients[role], address)
        assert status == (200 if rooms[role] == room else 302), (role, room)
