"""Two organisers at the schedule board: one drags by mouse, one moves by keyboard, each sees what the other does."""

from datetime import datetime, time, timedelta

import pytest

from forums.models import Forum, ForumPart
from forums.operations.forums import keep_times
from tests.journeys.conftest import new_person
from waic.editions.models import Room
from waic.lib import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/admin/forums/forum/board/"


def moment(edition, text):
    return datetime.combine(edition.starts_on, time.fromisoformat(text), tzinfo=clock.ZONE)


def forum_at(edition, title, room, starts, ends):
    forum = Forum.objects.create(edition=edition, kind=edition.forum_kinds.get(), title_zh=title)
    forum.parts.create(room=room, starts_at=moment(edition, starts), ends_at=moment(edition, ends))
    keep_times(forum)
    return forum


@pytest.fixture
def rooms(edition):
    red = Room.objects.get()
    return red, Room.objects.create(venue=red.venue, name_zh="蓝厅", name_en="Blue hall", order=1)


def at_the_board(visit, email, name, **screen):
    new_person(email, desk="programme", name=name)
    visitor = visit(**screen).sign_in(email)
    visitor.go(BOARD)
    visitor.page.locator(".board-block").first.wait_for()
    return visitor.page


def block(page, title):
    return page.locator(".board-block", has_text=title)


def place(forum):
    part = ForumPart.objects.select_related("room").get(forum=forum)
    starts, ends = (when.astimezone(clock.ZONE) for when in (part.starts_at, part.ends_at))
    return f"{starts:%H:%M}–{ends:%H:%M} {part.room.name_zh}"


def said(page, text):
    page.locator("#board-said", has_text=text).wait_for()


def drag(page, block, columns=0, minutes=0, grip=8):
    """Carry a block by the mouse; 60 pixels are an hour."""
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    x, y = box["x"] + 30, box["y"] + grip
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 8)
    page.mouse.move(x + columns * (box["width"] + 3), y + minutes, steps=5)
    page.wait_for_timeout(100)
    page.mouse.up()


def test_moves_by_mouse_and_keyboard_seen_by_the_other_organiser(visit, edition, rooms):
    red, _blue = rooms
    first = forum_at(edition, "示例：甲论坛", red, "10:00", "11:00")
    second = forum_at(edition, "示例：乙论坛", red, "14:00", "15:00")
    waiting = Forum.objects.create(edition=edition, kind=first.kind, title_zh="示例：待排论坛")
    one = at_the_board(visit, "one@sample.example", "示例组织者一")
    other = at_the_board(visit, "other@sample.example", "示例组织者二")

    # By mouse to the other room and an hour later: nothing stands against it, so it is saved at once.
    drag(one, block(one, "甲论坛"), columns=1, minutes=60)
    said(one, "已移动：示例：甲论坛现在位于11:00–12:00 示例会议中心 蓝厅")
    assert place(first) == "11:00–12:00 蓝厅"
    said(other, "示例组织者一把“示例：甲论坛”移到了11:00–12:00 示例会议中心 蓝厅")

    # By keyboard: ten minutes later, five longer.
    block(other, "乙论坛").focus()
    for key in ("Enter", "ArrowDown", "ArrowDown", "Shift+ArrowDown"):
        other.keyboard.press(key)
    said(other, "14:10–15:15 示例会议中心 红厅")
    other.keyboard.press("Enter")
    said(other, "已移动：示例：乙论坛")
    assert place(second) == "14:10–15:15 红厅"
    said(one, "示例组织者二把“示例：乙论坛”移到了14:10–15:15")

    # Escape puts back; undo takes the last move back.
    block(other, "乙论坛").focus()
    for key in ("Enter", "ArrowRight", "Escape"):
        other.keyboard.press(key)
    said(other, "已放回：示例：乙论坛仍在14:10–15:15")
    drag(one, block(one, "甲论坛"), minutes=120)
    said(one, "13:00–14:00")
    one.get_by_role("button", name="撤销").click()
    said(one, "已撤销：示例：甲论坛回到11:00–12:00")
    assert place(first) == "11:00–12:00 蓝厅"

    # A taken room is refused by the name of the other forum, before and after the drop.
    one.locator(".board-waiting__forum").focus()
    for key in ("Enter", "ArrowRight", *["ArrowDown"] * 24):
        one.keyboard.press(key)
    said(one, "示例：甲论坛")
    assert "is-refused" in one.locator(".board-ghost").get_attribute("class")
    one.keyboard.press("Enter")
    said(one, "未保存")
    assert not waiting.parts.exists()


def test_a_stale_move_is_told_and_the_board_shows_the_new_state(visit, edition, rooms):
    red, blue = rooms
    forum = forum_at(edition, "示例：甲论坛", red, "10:00", "11:00")
    page = at_the_board(visit, "one@sample.example", "示例组织者一")
    page.route("**/board/revision/**", lambda route: route.abort())  # it does not hear of others
    ForumPart.objects.update(room=blue)
    Forum.objects.update(version=forum.version + 1)
    drag(page, block(page, "甲论坛"), minutes=60)
    said(page, "现在位于")
    assert place(forum) == "10:00–11:00 蓝厅"
    page.locator(".board-block[aria-label*='蓝厅']", has_text="甲论坛").wait_for()


def test_on_a_phone_the_day_is_a_list_with_a_move_form_for_any_day(visit, edition, rooms):
    red, _blue = rooms
    forum = forum_at(edition, "示例：甲论坛", red, "10:00", "11:00")
    new_person("one@sample.example", desk="programme")
    visitor = visit(phone=True).sign_in("one@sample.example")
    visitor.go(BOARD)
    visitor.page.locator("[data-row]").click()
    form = visitor.page.locator(".board-form")
    form.locator("[name=room]").select_option(label="蓝厅")
    form.locator("[name=from]").fill("15:00")
    form.locator("[name=to]").fill("16:30")
    form.get_by_role("button").click()
    visitor.sees("已移动：示例：甲论坛现在位于15:00–16:30")
    assert place(forum) == "15:00–16:30 蓝厅"
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390

    # And to another day: it leaves the list of this one.
    visitor.page.locator("[data-row]", has_text="甲论坛").click()
    days = form.locator("[name=day] option").evaluate_all("all => all.map(one => one.value)")
    form.locator("[name=day]").select_option(days[1])
    form.get_by_role("button").click()
    visitor.page.locator("[data-row]", has_text="甲论坛").wait_for(state="detached")
    starts = ForumPart.objects.get(forum=forum).starts_at
    assert starts == moment(edition, "15:00") + timedelta(days=1)


# --- By finger ----------------------------------------------------------------------------------

LONG = 400  # milliseconds: a little longer than a finger has to rest


class Finger:
    """A finger on the glass, as the browser gets it from the hardware: it makes pointer events or scrolls by itself."""

    def __init__(self, page):
        self.page, self.touch = page, page.context.new_cdp_session(page)

    def at(self, kind, x, y):
        points = [] if kind in ("touchEnd", "touchCancel") else [{"x": x, "y": y}]
        self.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def carry(self, block, columns=0, minutes=0, rest=LONG):
        box = block.bounding_box()
        x, y = box["x"] + 30, box["y"] + 8
        self.at("touchStart", x, y)
        self.page.wait_for_timeout(rest)
        for step in range(1, 6):
            self.at(
                "touchMove", x + columns * (box["width"] + 3) * step / 5, y + minutes * step / 5
            )
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(100)
        self.at("touchEnd", 0, 0)


def test_a_finger_that_rests_carries_and_one_that_passes_scrolls(visit, edition, rooms):
    red, _blue = rooms
    forum = forum_at(edition, "示例：甲论坛", red, "10:00", "11:00")
    page = at_the_board(visit, "one@sample.example", "示例组织者一", tablet=True)
    finger, chosen = Finger(page), block(page, "甲论坛")
    chosen.scroll_into_view_if_needed()
    finger.carry(chosen, minutes=-60, rest=0)
    page.wait_for_timeout(LONG)
    assert page.locator(".board-ghost").count() == 0
    assert place(forum) == "10:00–11:00 红厅"

    # Whatever interrupts it puts the forum back.
    chosen.scroll_into_view_if_needed()
    box = chosen.bounding_box()
    finger.at("touchStart", box["x"] + 30, box["y"] + 8)
    page.locator(".board-ghost").wait_for()
    finger.at("touchMove", box["x"] + 30, box["y"] + 68)
    finger.at("touchCancel", 0, 0)
    said(page, "已放回：示例：甲论坛仍在10:00–11:00")
    assert place(forum) == "10:00–11:00 红厅"

    finger.carry(chosen, columns=1, minutes=60)
    said(page, "已移动：示例：甲论坛现在位于11:00–12:00 示例会议中心 蓝厅")
    assert place(forum) == "11:00–12:00 蓝厅"
