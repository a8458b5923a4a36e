"""Every value of every fact file is found again among the loaded rows, each where its record belongs."""

from datetime import date

import pytest

from awards.models import Award, Winner
from exhibitors.models import Application
from forums.models import Forum, Honour, Participation, Session
from tests.demo.loading import facts
from waic.editions.models import Edition, PublishedFigure
from waic.lib import clock

pytestmark = pytest.mark.usefixtures("edition")


def clock_of(moment):
    return moment and f"{moment.astimezone(clock.ZONE):%H:%M}"


def test_times_days_places_and_remarks_of_forums():
    forums = {
        f.external_id: f
        for f in Forum.objects.exclude(external_id="").prefetch_related("parts__room__venue")
    }
    for r in facts("forums_2024"):
        forum = forums[r["id"]]
        assert (forum.date or forum.starts_at.astimezone(clock.ZONE).date()) == date.fromisoformat(
            r["date"]
        )
        assert (clock_of(forum.starts_at), clock_of(forum.ends_at)) == (r["start"], r["end"])
        assert forum.title_en == (r["en"] or "")
        places = [
            f"{p.room.venue.name_zh} {p.room.name_zh}" if p.room else p.place_note
            for p in forum.parts.all()
        ]
        place = " ".join([*places, forum.source])
        for words in (r["venue_zh"], r["room_zh"]):
            assert (words or "") in place or forum.is_online, r["zh"]
        told = f"{forum.source}\n{forum.summary_zh}"
        for words in (
            r["source"],
            r.get("note"),
            r.get("moderator_zh"),
            r.get("theme_zh"),
            *(r.get("sub_themes_zh") or []),
        ):
            assert (words or "") in told


def test_agenda_times_to_the_minute():
    for r in facts("forums_2024"):
        sessions = (
            Session.objects.filter(forum__external_id=r["id"])
            .order_by("order")
            .prefetch_related("slots")
        )
        loaded = [
            (s.title_zh, clock_of(slot.starts_at), clock_of(slot.ends_at))
            for s in sessions
            for slot in s.slots.all()
        ]
        assert loaded == [(i["topic_zh"], i["start"], i["end"]) for i in r["agenda"]]


def test_organisations_of_forums_with_their_part():
    for r in facts("forums_2024"):
        forum = Forum.objects.get(external_id=r["id"])
        for field, role in (
            ("hosts", "host"),
            ("organisers", "organiser"),
            ("co_organisers", "co_organiser"),
        ):
            loaded = forum.forum_organisations.filter(role=role).values_list(
                "organisation__name_zh", flat=True
            )
            assert set(loaded) == set(r[field])


def test_guests_as_they_were_announced():
    parts = {(p.forum.external_id, p.speaker.name_zh or p.speaker.name_en): p
             for p in Participation.objects.filter(session=None).select_related("forum", "speaker")}  # fmt: skip
    for r in facts("speakers_2024"):
        part = parts[r["forum_id"], r["name"]]
        assert part.affiliation_zh == (r["affiliation_zh"] or "")
        assert part.title_zh == (r["title_zh"] or "")
        assert part.speaker.is_person == r["is_person"]
        assert (r["name_en"] or "") in part.speaker.name_en
        assert (r.get("role_zh") or "") in part.speaker.source
        honours = set(Honour.objects.filter(speaker=part.speaker).values_list("name_zh", flat=True))
        assert set(r["honours"]) <= honours


def test_exhibitors_with_place_field_and_notes():
    for name in ("exhibitors_2024", "exhibitors_other_years"):
        for r in facts(name):
            shown = r["zh"] if r["zh"] != "-" else f"{r['booth']}（名称未公布）"
            a = Application.objects.get(edition__year=r.get("year", 2024), name_zh=shown)
            stands = [s.booth.number for s in a.allocations.all()]
            told = " ".join(
                [a.category, a.remarks, a.profile_zh, *stands, *(n.split("-")[0] for n in stands)]
            )
            numbers = (r["booth"] or "").split("、")
            for words in (r["hall"], r.get("zone"), r.get("note"), r.get("category"), *numbers):
                assert (words or "") in told, (r["zh"], words)
            assert a.source
            if name == "exhibitors_2024":
                assert (a.name_en, a.city) == (r["en"] or "", r["city"] or "")
                assert bool(a.country) == bool(r["country"])


def test_records_of_editions_and_tickets_are_kept_whole():
    for r in facts("editions"):
        loaded = Edition.objects.get(year=r["year"])
        assert {k: v for k, v in loaded.facts.items() if k in r} == {
            k: v for k, v in r.items() if k != "source"
        }
        assert loaded.source == r["source"]
    tickets = [t for e in Edition.objects.order_by("year") for t in e.facts["tickets"]]
    years = set(Edition.objects.values_list("year", flat=True))
    assert tickets == sorted(
        (t for t in facts("tickets") if t["year"] in years), key=lambda t: t["year"]
    )


def test_figures_of_every_edition_with_note_and_cut_off():
    for r in facts("editions"):
        figures = PublishedFigure.objects.filter(edition__year=r["year"])
        for key, value in r.items():
            if isinstance(value, int) and key not in ("year", "edition"):
                assert figures.filter(key=key, value=f"{value:,}").exists(), key
        for dated in r.get("figures_by_cutoff") or []:
            for key in dated.keys() - {"cutoff"}:
                shown = [clock_at(f.cut_off) for f in figures.filter(key=key).exclude(cut_off=None)]
                assert dated["cutoff"] in shown
    assert (
        PublishedFigure.objects.filter(edition__year=2018, key="visitors_offline").get().note
        == "总参会观展人次20万"
    )


def clock_at(moment):
    return f"{moment.astimezone(clock.ZONE):%Y-%m-%d %H:%M}"


def test_winners_and_rules_word_for_word():
    for r in facts("awards")["winners"]:
        found = Winner.objects.filter(edition__year=r["year"], title_zh=r["zh"], level=r["level"] or "", organisation=r["organisation"] or "", people=r.get("author") or "")  # fmt: skip
        winner = found.get()
        assert (winner.title_en, winner.track, winner.note) == (
            r["en"] or "",
            r["track"] or "",
            r.get("note") or "",
        )
        assert winner.source == r["source"]
    kept = [a.facts for a in Award.objects.all()]
    prizes = Edition.objects.get(year=2024).facts["other_prizes"]
    for r in facts("awards")["rules"]:
        assert r in prizes or {k: v for k, v in r.items() if k != "source"} in kept
