"""The demo edition is the real WAIC 2024: nothing lost, oddities listed, safe to repeat, and full scale meets the published totals."""

import re
from io import StringIO

from django.core.management import call_command
from django.db import transaction

from awards.models import Assignment, Award, Entry, EntryState, Winner
from exhibitors.models import Application, ApplicationState, Exhibit, FirstLaunch
from forums.models import Booking, FeedbackState, Forum, Invitation, Participation, Slides, Speaker
from forums.oddities import oddities_of
from forums.operations.arrivals import expected_on
from tests.demo.loading import counts, facts, load
from waic.accounts.models import User
from waic.demo.load.facts import at
from waic.editions.models import Edition
from waic.lib import clock, invariants
from waic.visitors.models import Registration


def real(queryset):
    return queryset.filter(is_sample=False)


def test_every_forum_with_its_agenda_and_guests(edition):
    records = facts("forums_2024")
    assert len(records) == 95
    forums = {f.external_id: f for f in real(edition.forums.all())}
    assert set(forums) == {r["id"] for r in records}
    for record in records:
        forum = forums[record["id"]]
        assert forum.title_zh == record["zh"]
        assert list(forum.sessions.order_by("order").values_list("title_zh", flat=True)) == [
            item["topic_zh"] for item in record["agenda"]
        ]
        hosts = [str(o.organisation) for o in forum.forum_organisations.filter(role="host")]
        assert hosts == list(dict.fromkeys(record["hosts"]))
    guests = {(r["forum_id"], r["name"]) for r in facts("speakers_2024")}
    loaded = {
        (f, name)
        for f, zh, en in Participation.objects.filter(forum__edition=edition, forum__is_sample=False).values_list(
            "forum__external_id", "speaker__name_zh", "speaker__name_en"
        )
        for name in (zh, en)
    }  # fmt: skip
    assert guests <= loaded


def test_every_exhibitor_exhibit_and_first_launch(edition):
    records = facts("exhibitors_2024")
    exhibitors = real(Application.objects.filter(edition=edition)).public()
    assert set(exhibitors.values_list("name_zh", flat=True)) == {r["zh"] for r in records}
    exhibits = real(Exhibit.objects.filter(application__edition=edition))
    named = {(r["zh"], name) for r in records for name in r["exhibits"]}
    assert set(exhibits.values_list("application__name_zh", "name_zh")) == named
    launches = FirstLaunch.objects.filter(exhibit__in=exhibits, state="confirmed").count()
    assert launches == len({r["zh"] for r in records if r["first_launch"] and r["exhibits"]})


def test_every_winner_and_earlier_edition(edition):
    assert Winner.objects.count() == len(facts("awards")["winners"])
    assert set(Award.objects.values_list("key", flat=True)) >= {"sail", "yunfan", "youth-paper", "bpaa", "puyuan"}  # fmt: skip
    for record in facts("editions"):
        loaded = Edition.objects.get(year=record["year"])
        assert loaded.theme_zh == (record["theme_zh"] or "")
        assert str(loaded.starts_on) == record["start"]
    assert Edition.objects.get(year=2023).figures.exists()


def test_oddities_are_listed_and_refuse_nothing(edition):
    kinds = {oddity.kind for oddity in oddities_of(edition)}
    companies = [r["name"] for r in facts("speakers_2024") if not r["is_person"]]
    assert companies
    listed = " ".join(str(o.sentence) for o in oddities_of(edition))
    assert all(name in listed for name in companies)
    assert len(kinds) >= 4


def test_demo_people_have_their_past(edition):
    person = {u.email.split("@")[0]: u for u in User.objects.filter(email__endswith="@waic.test")}
    assert Application.objects.of(person["exhibitor"]).filter(edition=edition).public().exists()
    assert Application.objects.of(person["exhibitor"]).filter(state=ApplicationState.DRAFT).exists()
    entries = Entry.objects.of(person["applicant"])
    assert entries.filter(state=EntryState.SUBMITTED, receipt__isnull=False).exists()
    draft = entries.get(state=EntryState.DRAFT)
    assert draft.answers["summary"]
    assert draft.call.edition.year == 2025
    assert Assignment.objects.filter(judge__user=person["judge"], review=None).count() >= 3
    assert Forum.objects.hosted_by(person["host"]).exists()
    assert Invitation.objects.filter(speaker__user=person["speaker"], state="sent").exists()
    registration = Registration.objects.get(user=person["visitor"], edition=edition)
    assert registration.tickets.exists()
    assert Booking.objects.filter(visitor=person["visitor"]).exists()
    assert Application.objects.filter(state=ApplicationState.SUBMITTED).exists()


def test_every_rule_of_the_data_holds(edition):
    assert list(invariants.broken()) == []


def test_full_scale_meets_the_published_totals(edition):
    """The figures are counted by the press command itself, from rows."""
    with transaction.atomic():
        load(scale="full", visitors=2000)
        before = counts()
        load(scale="full", visitors=2000)
        assert counts() == before
        assert list(invariants.broken()) == []
        out = StringIO()
        call_command("press_facts", 2024, stdout=out)
        figures = press_figures(out.getvalue())
        assert Registration.objects.filter(edition=edition).count() == 2000
        added = names_of_samples()
        transaction.set_rollback(True)
    assert figures["Turing, Fields and Nobel laureates"] == 9
    assert figures["Academicians"] == 88
    assert figures["Guests"] >= 1000
    assert figures["Exhibitors"] >= 500
    assert figures["Exhibits"] >= 1500
    assert figures["SAIL entries"] >= 200
    assert figures["Youth papers"] == 159
    assert round(figures["International share of youth papers"]) == 10
    share = next(value for name, value in figures.items() if name.startswith("Share of exhibitors"))
    assert share > 50
    assert len(added) > 2000
    assert [name for name in added if not name.startswith("示例")] == []


def press_figures(text):
    """{English name: number} of what the command printed."""
    rows = re.findall(r"^  (.+): ([\d,.]+)(?: %)? \(as of .+\)$", text, re.MULTILINE)
    return {name: float(value.replace(",", "")) for name, value in rows}


def names_of_samples():
    """What the added rows are called."""
    return [
        *Application.objects.filter(is_sample=True).values_list("name_zh", flat=True),
        *Exhibit.objects.filter(is_sample=True).values_list("name_zh", flat=True),
        *Speaker.objects.filter(is_sample=True).values_list("name_zh", flat=True),
        *Forum.objects.filter(is_sample=True).values_list("title_zh", flat=True),
    ]


def test_the_stage_has_something_of_everything_when_the_demo_begins(client, edition):
    """At 10:24 of the second day: a talk that is over, one that is on, one to come; samples by name, and nobody real."""
    forum = edition.forums.get(external_id="sample-stage-forum")
    over, _waits, on, _coming = forum.sessions.order_by("order")
    with clock.frozen_at(at("2024-07-05", "10:24")):
        page = client.get(f"/2024/forums/{forum.code}/").text
        assert all(word in page for word in ("live.example.com", "replay.example.com", "PDF"))
        deck = client.get(f"/2024/slides/{Slides.objects.get(state='released').code}/")
        assert b"".join(deck.streaming_content).startswith(b"%PDF")
        assert "示例评价：例子具体" in client.get(f"/2024/sessions/{over.code}/").text
        guests = expected_on(edition, clock.today(), forum=forum.code)
        assert [(g.has_arrived, g.is_late, bool(g.missing_slides)) for g in guests] == [
            (True, False, False), (True, False, False), (True, False, False), (False, True, True),
        ]  # fmt: skip
        assert [row.state for row in Slides.objects.order_by("pk")] == ["released", "kept", "kept"]
        assert set(forum.feedback.values_list("state", flat=True)) == set(FeedbackState.values)
        client.force_login(User.objects.get(email="speaker@waic.test"))
        own = client.get(f"/portal/stage/speaking/{guests[-1].speaker.code}/")
        assert (own.status_code, "即将开始" in own.text, own.context["slides"][0].is_open) == (
            200,
            True,
            True,
        )
    assert on.announced_span == (at("2024-07-05", "10:10"), at("2024-07-05", "10:50"))
    assert [str(g.speaker).startswith("示例") for g in guests] == [True] * 4
