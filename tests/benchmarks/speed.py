"""The rows of the promises under "Speed" that exist, each beside an empty Django view in the same run.

    python -m tests.benchmarks.speed [--seconds 4] [--port 8765] [--only pages,seats,scans]

Uses a var folder of its own (var/benchmark, or WAIC_VAR) with the full-scale demo, and the production server.
Machines differ and are noisy: the ratio to the empty view and the processor time a request costs are what counts.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 16
COLD_ROUNDS = 7

os.environ.setdefault("WAIC_VAR", str(ROOT / "var" / "benchmark"))
os.environ.setdefault("WAIC_DEMO", "1")
os.environ.setdefault("WAIC_EMBEDDED", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waic.settings")


def say(text=""):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def table(head, rows):
    """A Markdown table, printed row by row as the figures come in."""
    say("| " + " | ".join(head) + " |")
    say("|" + " --- |" * len(head))
    for row in rows:
        say("| " + " | ".join(str(cell) for cell in row) + " |")
    say()


# --- Warm: through HTTP -------------------------------------------------------------------------


def warm(server, path, seconds):
    """(Answers, processor milliseconds of the server for one request)."""
    from tests.benchmarks.client import Again, get, hammer

    before = server.processor_seconds()
    shares = [Again(get(server.host, path)) for _n in range(CONNECTIONS)]
    answers = hammer(server.port, shares, seconds)
    spent = server.processor_seconds() - before
    assert set(answers.statuses) == {200}, (path, answers.statuses)
    return answers, 1000 * spent / len(answers.seconds)


# --- Cold: in this process ----------------------------------------------------------------------


def cold(page, host):
    """(processor milliseconds, queries) of one answer made anew: the median of several, and the most queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from waic.lib import pagecache

    spent, queries, client = [], [], Client(headers={"host": host})
    for _round in range(COLD_ROUNDS + 1):
        pagecache._bump_now()
        with CaptureQueriesContext(connection) as captured:
            began = time.process_time()
            assert client.get(page.path).status_code == 200
            spent.append(1000 * (time.process_time() - began))
        queries.append(len(captured))
    return statistics.median(spent[1:]), max(queries[1:])


def queries_when_warm(page, host):
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": host})
    client.get(page.path)
    with CaptureQueriesContext(connection) as captured:
        client.get(page.path)
    return len(captured)


def page_rows(server, seconds):
    from tests.benchmarks.pages import pages
    from tests.benchmarks.wsgi import EMPTY

    for page in pages():
        empty, empty_cost = warm(server, EMPTY, seconds / 2)
        answers, cost = warm(server, page.path, seconds)
        spent, asked = cold(page, server.host)
        yield (
            page.what, f"{answers.size / 1000:.0f} KB", f"{answers.per_second:,.0f}", f"{empty.per_second:,.0f}",
            f"{answers.per_second / empty.per_second:.2f}", f"{cost:.2f} / {empty_cost:.2f} ms",
            queries_when_warm(page, server.host), f"{spent:.0f} ms", asked,
        )  # fmt: skip


def measure_pages(server, seconds):
    head = ("page", "on the wire", "req/s", "empty view", "ratio", "CPU a request / empty",
            "SQL warm", "CPU cold", "SQL cold")  # fmt: skip
    table(head, page_rows(server, seconds))
    say("Memory of the web workers: " + ", ".join(f"{mb:.0f} MB" for mb in server.memory()))
    say()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--only", default="pages,seats,scans")
    options = parser.parse_args()
    from tests.benchmarks import writes
    from tests.benchmarks.server import prepare, serving
    from waic.lib import servers

    prepare()
    import django

    django.setup()
    try:
        with serving(options.port) as server:
            if "pages" in options.only:
                measure_pages(server, options.seconds)
            if "seats" in options.only:
                table(writes.HEAD, [writes.seats(server)])
            if "scans" in options.only:
                table(writes.HEAD, [writes.scans(server)])
    finally:
        servers.down()


if __name__ == "__main__":
    main()
