"""The schedule board at full scale: how fast its first data is made and painted, how even its frames are while one drags and scrolls.

    python -m tests.benchmarks.board http://127.0.0.1:8000 [--seconds 5]

Needs the demo site of this checkout to run there, and Chromium. Fills an edition of its own (20 rooms, 3 days, 500 parts with
an agenda on the first of them) in that site's database and leaves it there; another run uses it again.
"""

import argparse
import os
import statistics
import sys
import time
from datetime import date, datetime, timedelta

os.environ.setdefault("WAIC_DEMO", "1")
os.environ.setdefault("WAIC_EMBEDDED", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waic.settings")

YEAR, ROOMS, BLOCKS, LENGTH = 2098, 20, 500, timedelta(minutes=30)
FIRST = date(YEAR, 7, 4)
PATH = f"/en/admin/forums/forum/board/?year={YEAR}&day={FIRST}"

# Frames from now on: how long each took, until the page is asked for them.
WATCH = """() => {
  window.frames_seen = [];
  let last = performance.now();
  const look = (now) => { window.frames_seen.push(now - last); last = now; window.watching = requestAnimationFrame(look); };
  window.watching = requestAnimationFrame(look);
}"""


def say(*words):
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")


# --- Rows ---------------------------------------------------------------------------------------


def filled_edition():
    """The edition of the measurement; made on the first run."""
    from forums.models import ForumKind
    from waic.editions.models import Edition, Room, Venue

    edition, is_new = Edition.objects.get_or_create(
        year=YEAR, defaults={"name_zh": "示例测量", "starts_on": FIRST, "ends_on": FIRST + timedelta(days=2), "is_published": False},
    )  # fmt: skip
    if is_new:
        kinds = [
            ForumKind.objects.create(edition=edition, key=f"kind-{n}", name_zh=f"示例类型 {n}", name_en=f"Sample kind {n}", order=n)
            for n in range(4)
        ]  # fmt: skip
        venue = Venue.objects.create(edition=edition, name_zh="示例中心", name_en="Sample centre")
        rooms = [
            Room.objects.create(venue=venue, name_zh=f"示例厅 {n}", name_en=f"Sample room {n}", order=n)
            for n in range(ROOMS)
        ]  # fmt: skip
        for number in range(BLOCKS):
            _block(edition, kinds[number % len(kinds)], rooms[number % ROOMS], number)
    return edition


def _block(edition, kind, room, number):
    """A forum with one part of half an hour and two sessions in it."""
    from forums.models import Forum, ForumPart, Session, Slot
    from waic.lib import clock

    starts = datetime(FIRST.year, FIRST.month, FIRST.day, 8, tzinfo=clock.ZONE) + LENGTH * (number // ROOMS)  # fmt: skip
    title = {"title_zh": f"示例论坛 {number}", "title_en": f"Sample forum {number}"}
    forum = Forum.objects.create(edition=edition, kind=kind, **title)
    ForumPart.objects.create(forum=forum, room=room, starts_at=starts, ends_at=starts + LENGTH - timedelta(minutes=5))  # fmt: skip
    session = Session.objects.create(forum=forum, **title)
    Slot.objects.create(session=session, room=room, starts_at=starts, ends_at=starts + timedelta(minutes=15))  # fmt: skip


# --- First data ---------------------------------------------------------------------------------


def measure_document(edition, day, rounds=7):
    """Prints how long the document of a day takes here, and its queries and bytes."""
    import json

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from forums.board.document import document_of
    from waic.accounts.models import User

    reader, spent, used = User.objects.order_by("pk").first(), [], []
    for _round in range(rounds):
        wall, processor = time.perf_counter(), time.process_time()
        with CaptureQueriesContext(connection) as queries:
            document = document_of(edition, day, reader=reader)
        spent.append(time.perf_counter() - wall)
        used.append(time.process_time() - processor)
    size = len(json.dumps(document, ensure_ascii=False).encode())
    say(f"first data of {edition}, {day}: {len(document['parts'])} parts, {len(queries)} queries, {size // 1024} KB;",
        f"median {1000 * statistics.median(spent):.0f} ms, best {1000 * min(spent):.0f} ms, processor {1000 * statistics.median(used):.0f} ms")  # fmt: skip


# --- Frames -------------------------------------------------------------------------------------


def measure_frames(site, seconds, chromium="/usr/bin/chromium"):
    """Prints the frames of a board at rest, and of one on which a block is dragged without pause."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])  # fmt: skip
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        sign_in(page, site)
        page.goto(site + PATH)
        blocks = page.locator(".board-block")
        blocks.first.wait_for()
        page.wait_for_timeout(1000)
        say(f"board: {blocks.count()} blocks;", *first_paint(page))
        for zoom in ("normal", "detail"):
            page.locator(f"[data-zoom-to={zoom}]").click()
            page.evaluate(WATCH)
            page.wait_for_timeout(1500)
            report(f"{zoom}, at rest", frames(page))
            page.evaluate(WATCH)
            drag(page, blocks.nth(41), seconds)
            report(f"{zoom}, dragging", frames(page))
            page.evaluate(WATCH)
            scroll(page, seconds)
            report(f"{zoom}, scrolling", frames(page))
        browser.close()


def sign_in(page, site):
    from django.conf import settings

    page.goto(f"{site}/accounts/login/")
    page.locator("#id_login").fill("programme@waic.test")
    page.locator("#id_password").fill(settings.DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/portal/**")


def drag(page, block, seconds):
    """Carry a block about in circles, and put it back."""
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    x, y = box["x"] + 20, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    until, step = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        step += 1
        page.mouse.move(x + 4 * (step % 60), y + 3 * (step % 45))
    page.keyboard.press("Escape")
    page.mouse.up()


def scroll(page, seconds):
    """Turn the wheel over the board, down and to the side and back."""
    box = page.locator("#board-scroll").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    until, step = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        step += 1
        way = 1 if step % 80 < 40 else -1
        page.mouse.wheel(60 * way, 40 * way)
        page.wait_for_timeout(16)


def first_paint(page):
    """From asking for the page: when its data had come, when it had been painted first, when the script had put the board there."""
    return page.evaluate("""() => {
      const page = performance.getEntriesByType("navigation")[0];
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      return [["data after", page.responseEnd], ["painted after", paint.startTime], ["board ready after", page.domContentLoadedEventEnd]]
        .map(([words, at]) => `${words} ${Math.round(at)} ms,`);
    }""")


def frames(page):
    return page.evaluate("() => { cancelAnimationFrame(window.watching); return window.frames_seen.slice(2); }")  # fmt: skip


def report(what, seen):
    ordered = sorted(seen)
    late = sum(frame > 50 for frame in seen)
    say(f"{what}: {len(seen)} frames, median {statistics.median(seen):.1f} ms,",
        f"95 % below {ordered[int(len(ordered) * 0.95)]:.1f} ms, longest {ordered[-1]:.1f} ms, {late} above 50 ms")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("site")
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    import django

    django.setup()
    from forums.board.days import opening_day
    from waic.editions.models import Edition

    measure_document(filled_edition(), FIRST)
    current = Edition.objects.current()
    measure_document(current, opening_day(current))
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    measure_frames(options.site.rstrip("/"), options.seconds)


if __name__ == "__main__":
    main()
