"""Durable writes through HTTP: seats of one hot forum, and tickets at the gate."""

import random
from urllib.parse import urlencode

HEAD = ("what", "clients", "requests", "a second", "p50", "p99", "answers", "SQL", "afterwards")
CLIENTS, SEATS, REQUESTS = 64, 500, 1500
GATE_CLIENTS, SCANS = 8, 1500
TOKEN = "benchmark" + "0" * 23


def signed_in(users):
    """Cookies of a session for each user, as signing in makes them."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore
    for user in users:
        session = store()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        yield f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def sample_visitors(count):
    """Accounts plainly named as samples."""
    from waic.accounts.models import User

    emails = [f"sample-{n}@benchmark.waic.test" for n in range(count)]
    User.objects.bulk_create(
        (User(email=email, name="示例观众", password="!") for email in emails),
        ignore_conflicts=True,
    )
    return list(User.objects.filter(email__in=emails).order_by("pk"))


def queries_of(cookies, path, body):
    """How many queries one such POST asks, in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(
        headers={"cookie": cookies, "x-csrftoken": TOKEN, "host": "127.0.0.1", "hx-request": "true"}
    )
    with CaptureQueriesContext(connection) as captured:
        client.post(path, body)
    return len(captured)


def row(what, clients, answers, queries, afterwards):
    counted = ", ".join(f"{count} × {status}" for status, count in sorted(answers.statuses.items()))
    return (
        what, clients, len(answers.seconds), f"{answers.per_second:,.0f}", f"{1000 * answers.percentile(0.5):.0f} ms",
        f"{1000 * answers.percentile(0.99):.0f} ms", counted, queries, afterwards,
    )  # fmt: skip


def seats(server):
    """Three times as many people as there are seats, all at once."""
    from forums.models import Booking, Forum
    from tests.benchmarks.client import hammer, post

    forum = (
        Forum.objects.published().filter(edition__year=2024, ends_at__gt=_now()).order_by("pk")[0]
    )
    path, cookies = f"/portal/bookings/{forum.code}/", list(signed_in(sample_visitors(REQUESTS)))
    give_all_seats_back(forum)
    queries = queries_of(cookies[-1], path, {"step": "book"})
    give_all_seats_back(forum)
    # As the forum's own page asks: for the seat's part alone.
    requests = [
        post(server.host, path, b"step=book", cookie, TOKEN, "HX-Request: true")
        for cookie in cookies
    ]
    answers = hammer(server.port, [requests[n::CLIENTS] for n in range(CLIENTS)])
    forum.refresh_from_db()
    held = Booking.objects.filter(forum=forum, state="held").count()
    told = f"{held} held of {SEATS}, counter {forum.seats_taken}"
    return row("a seat in one hot forum", CLIENTS, answers, queries, told)


def give_all_seats_back(forum):
    from forums.models import Booking, Forum

    Booking.objects.filter(forum=forum).delete()
    Forum.objects.filter(pk=forum.pk).update(seats=SEATS, seats_taken=0)


def scans(server):
    """Tickets of today at one gate, one in five of them twice."""
    from django.contrib.auth.models import Group

    from tests.benchmarks.client import hammer, post
    from waic.lib import clock
    from waic.visitors.models import Gate, Scan, Ticket, TicketState
    from waic.visitors.operations import code_of

    gate = Gate.objects.filter(venue__edition__year=2024)[0]
    Scan.objects.filter(day=clock.today()).delete()
    tickets = Ticket.objects.filter(
        date=clock.today(), state=TicketState.VALID, registration__edition__year=2024
    ).select_related("registration__edition")[: SCANS * 4 // 5]
    codes = [code_of(ticket) for ticket in tickets]
    again = codes[: SCANS - len(codes)]
    random.Random(7).shuffle(again)
    staff = sample_visitors(GATE_CLIENTS)
    for person in staff:
        person.groups.add(Group.objects.get(name="gate"))
    cookies = list(signed_in(staff))
    bodies = [urlencode({"gate": gate.pk, "code": code}).encode() for code in (*codes, *again)]
    requests = [
        # As the gate's page asks: for the verdict alone.
        post(server.host, "/gate/", body, cookies[n % GATE_CLIENTS], TOKEN, "HX-Request: true")
        for n, body in enumerate(bodies)
    ]
    answers = hammer(server.port, [requests[n::GATE_CLIENTS] for n in range(GATE_CLIENTS)])
    entered = Scan.objects.filter(day=clock.today(), verdict="entered").count()
    queries = queries_of(cookies[0], "/gate/", {"gate": gate.pk, "code": codes[0]})
    told = f"{entered} entered of {len(codes)} tickets, {len(again)} shown twice"
    return row("check-in scan", GATE_CLIENTS, answers, queries, told)


def _now():
    from waic.lib import clock

    return clock.now()
