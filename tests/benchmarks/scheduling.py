"""The product's planner on public conferences, scored by the rules of their own format.

    python -m tests.benchmarks.scheduling FOLDER --seconds 60 --seed 1 --out DIR

Prints objective, bound and seconds of every workbook of the folder and writes DIR/INSTANCE.csv.
"""

import argparse
import csv
import sys
import time
from pathlib import Path

from forums.planner.search import solve
from tests.benchmarks import cosplib
from tests.benchmarks.cosplib_score import InvalidScheduleError, score

# Reading a workbook, pricing and writing are part of the time that somebody waits.
RESERVE = 1.0


def say(text=""):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments=None):
    options = parsed(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    say("| instance | objective | bound | seconds | parts |")
    say("| --- | --- | --- | --- | --- |")
    for path in sorted(options.folder.glob("*.xlsx")):
        if not path.name.startswith("~$") and (not options.only or path.stem in options.only):
            say("| " + " | ".join(str(cell) for cell in measured(path, options)) + " |")


def parsed(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.scheduling", description=__doc__
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--only", nargs="*", help="names of instances")
    parser.add_argument("--out", type=Path, default=Path("var/scheduling"))
    parser.add_argument("--verbose", action="store_true", help="print each step to stderr")
    return parser.parse_args(arguments)


def measured(path, options):
    """One row of the table; the result file is written on the way."""
    began = time.monotonic()
    conference = cosplib.read(path)
    problem = cosplib.problem_of(conference)
    outcome = solve(
        problem,
        seconds=max(1.0, options.seconds - RESERVE - (time.monotonic() - began)),
        workers=options.workers,
        seed=options.seed,
        progress=print_step if options.verbose else None,
    )
    rows = cosplib.rows_of(conference, outcome.plan)
    write(options.out / f"{conference.name}.csv", rows)
    seconds = round(time.monotonic() - began, 1)
    try:
        parts = score(conference, rows)
    except InvalidScheduleError as error:
        return conference.name, f"none ({error})", outcome.bound, seconds, ""
    said = ", ".join(f"{rule} {cost}" for rule, cost in parts.items())
    return conference.name, sum(parts.values()), outcome.bound, seconds, said


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(cosplib.Row._fields)
        writer.writerows(rows)


def print_step(step):
    sys.stderr.write(f"{step.seconds:6.1f} s  {step.stage:10} {step.price} (bound {step.bound})\n")


if __name__ == "__main__":
    main()
