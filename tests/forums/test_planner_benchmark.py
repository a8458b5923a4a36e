"""The planner's benchmark: a reader and a scorer that are right, and a table that says what happened."""

import datetime as dt
from dataclasses import replace

import openpyxl
import pytest

from forums.planner.problem import Prices
from forums.planner.wishes import price_of
from tests.benchmarks import cosplib, scheduling
from tests.benchmarks.cosplib_score import InvalidScheduleError, score
from tests.forums.every_plan import all_plans


def conference(**more):
    """Three submissions of two tracks; every rule counts, each by another power of two."""
    submission = cosplib.Submission
    return cosplib.Conference(
        **{
            "name": "small",
            "submissions": (
                submission("a", "X", 1, order=1, presenters=frozenset(["p"]), penalties={"S1": 3}),
                submission("b", "X", 2, order=2, attendees=frozenset(["q"]), penalties={"R2": 1}),
                submission("c", "Y", 1, presenters=frozenset(["p", "q"]), zone="GMT+8"),
            ),
            "sessions": (
                cosplib.Session("S1", 2, dt.time(9), dt.time(10)),
                cosplib.Session("S2", 2, dt.time(15), dt.time(16)),
                cosplib.Session("S3", 2, dt.time(10), dt.time(11)),
            ),
            "rooms": ("R1", "R2"),
            "chairs": {"X": frozenset("z"), "Y": frozenset("z")},
            "weights": {rule: 2**n for n, rule in enumerate(cosplib.WEIGHTS)},
            "zones": cosplib.ZoneRule(
                "GMT+0", (dt.time(9), dt.time(17)), (dt.time(8), dt.time(22))
            ),
            "tracks_sessions": {("X", "S1"): 1},
            "tracks_rooms": {("Y", "R2"): 1},
            "sessions_rooms": {("S1", "R1"): 1},
            "similar": {("X", "Y"): 1},
            **more,
        }
    )


def rows(*places):
    return [cosplib.Row(*place) for place in places]


def test_score_matches_a_count_by_hand():
    # S1: a in R1 beside c in R2, both of p. S3: b alone in R2.
    found = score(
        conference(), rows(("a", "S1", "R1", 1), ("b", "S3", "R2", 1), ("c", "S1", "R2", 1))
    )
    weight = {rule: 2**n for n, rule in enumerate(cosplib.WEIGHTS)}
    counts = {
        "tracks_sessions": 1,  # X in S1
        "tracks_rooms": 1,  # Y in R2
        "sessions_rooms": 1,  # S1 in R1
        "similar_tracks": 1,  # X and Y in S1
        "rooms": 1,  # X in R1 and R2
        "consecutive": 1,  # X in S1 and S3, not in S2
        # a and c at 9 in London; for c that is 17 to 18 in its zone, less suitable
        "time_zones": 1,
        "submissions_sessions": 3,  # a in S1
        "submissions_rooms": 2,  # b in R2, two slots
        "presenters": 1,  # p has a and c
        "chairs": 1,
        "presenters_slot": 1,
    }
    assert found == {rule: count * weight[rule] for rule, count in counts.items()}


def test_score_counts_a_track_beside_itself_and_out_of_order():
    found = score(
        conference(weights={"order": 1, "parallel": 1, "attendees": 1, "attendees_slot": 1}),
        rows(("a", "S1", "R2", 1), ("b", "S1", "R1", 1), ("c", "S3", "R1", 1)),
    )
    # b runs before a by the rooms' order: two positions wrong, and one slot with both at once.
    assert found == {"order": 3, "parallel": 1}


@pytest.mark.parametrize(
    "places",
    [
        [("a", "S1", "R1", 1), ("b", "S1", "R1", 1), ("c", "S2", "R1", 1)],  # taken
        [("a", "S1", "R1", 1), ("b", "S2", "R1", 2), ("c", "S3", "R1", 1)],  # out of its session
        [("a", "S1", "R1", 1), ("b", "S2", "R1", 1), ("c", "S1", "R1", 2)],  # two tracks
        [("a", "S1", "R1", 1), ("b", "S2", "R1", 1)],  # missing
        [("a", "S1", "R1", 1), ("a", "S3", "R1", 1), ("b", "S2", "R1", 1), ("c", "S1", "R2", 2)],
        [("a", "S1", "R9", 1), ("b", "S2", "R1", 1), ("c", "S3", "R1", 1)],
    ],
)
def test_score_refuses_what_is_no_schedule(places):
    with pytest.raises(InvalidScheduleError):
        score(conference(), rows(*places))


def test_planner_and_scorer_price_alike():
    small = conference()
    problem = cosplib.problem_of(small)
    plans = [plan for plan in all_plans(replace(problem, prices=Prices())) if len(plan) == 3]
    assert len(plans) > 100
    for plan in plans:
        assert price_of(problem, plan) == sum(score(small, cosplib.rows_of(small, plan)).values())


def test_benchmark_reads_solves_and_writes(tmp_path, capsys):
    write_workbook(tmp_path / "Small.xlsx")
    scheduling.main(
        [str(tmp_path), "--seconds", "10", "--workers", "1", "--out", str(tmp_path / "out")]
    )
    lines = (tmp_path / "out" / "Small.csv").read_text().splitlines()
    assert lines[0] == "submission,session,room,slot"
    assert sorted(line.split(",")[0] for line in lines[1:]) == ["a", "b", "c"]
    name, objective, bound = capsys.readouterr().out.splitlines()[-1].strip("| ").split(" | ")[:3]
    assert (name, objective, bound) == ("Small", "0", "0")


def write_workbook(path):
    """A conference of three submissions in the benchmark's format."""
    parameters = [["Sessions", None, None, "Weights", None]] + [
        [None] * 5 for _rule in cosplib.WEIGHTS
    ]
    for n, _rule in enumerate(cosplib.WEIGHTS, 1):
        parameters[n][4] = 1
    for row, value in {
        1: "GMT+1",
        3: dt.time(8),
        4: dt.time(20),
        6: dt.time(7),
        7: dt.time(22),
        8: 1,
        10: 10,
    }.items():
        parameters[row][1] = value
    sheets = {
        "parameters": parameters,
        "submissions": [
            ["Reference", "Track", "Required Timeslots", "Order", "Time Zone", "Presenters", "Attendees", "S1", "S2", "R1", "R2"],
            ["a", "X", 1, 1, "GMT+1", "p1, p2", None, None, 5, None, None],
            ["b", "X", 1, 2, "GMT+1", None, "p3", None, 5, None, 2],
            ["c", "Y", 2, 0, "GMT+1", "p2, p3", None, 4, None, None, None],
            [None] * 11,
        ],
        "tracks": [["Tracks", "Chairs"], ["X", None], ["Y", "p1"]],
        "sessions": [
            ["Sessions", "Max Number of Timeslots", "Date", "Start Time", "End Time"],
            ["S1", 2, dt.datetime(2021, 7, 28), dt.time(9), dt.time(10)],
            ["S2", 2, dt.datetime(2021, 7, 28), dt.time(11), dt.time(12)],
        ],
        "rooms": [["Rooms"], ["R1"], ["R2"]],
        "tracks_sessions|penalty": [[None, "S1", "S2"], ["X", None, 7], ["Y", None, None]],
        "tracks_rooms|penalty": [[None, "R1", "R2"], ["X", None, 3], ["Y", None, None]],
        "sessions_rooms|penalty": [[None, "R1", "R2"], ["S1", None, 1], ["S2", None, None]],
        "similar tracks": [[None, "X", "Y"], ["X", None, 6], ["Y", 6, None]],
    }  # fmt: skip
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    book.save(path)


def test_reader_understands_every_sheet(tmp_path):
    write_workbook(tmp_path / "Small.xlsx")
    submission, pair = cosplib.Submission, frozenset
    assert cosplib.read(tmp_path / "Small.xlsx") == cosplib.Conference(
        name="Small",
        submissions=(
            submission("a", "X", 1, 1, "GMT+1", pair(["p1", "p2"]), pair(), {"S2": 5}),
            submission("b", "X", 1, 2, "GMT+1", pair(), pair(["p3"]), {"S2": 5, "R2": 2}),
            submission("c", "Y", 2, 0, "GMT+1", pair(["p2", "p3"]), pair(), {"S1": 4}),
        ),
        sessions=(
            cosplib.Session("S1", 2, dt.time(9), dt.time(10)),
            cosplib.Session("S2", 2, dt.time(11), dt.time(12)),
        ),
        rooms=("R1", "R2"),
        chairs={"X": pair(), "Y": pair(["p1"])},
        weights=dict.fromkeys(cosplib.WEIGHTS, 1),
        zones=cosplib.ZoneRule(
            "GMT+1", (dt.time(8), dt.time(20)), (dt.time(7), dt.time(22)), 1, 10
        ),
        tracks_sessions={("X", "S2"): 7},
        tracks_rooms={("X", "R2"): 3},
        sessions_rooms={("S1", "R2"): 1},
        similar={("X", "Y"): 6},
    )
