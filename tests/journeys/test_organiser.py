"""The programme desk makes a forum, is refused a taken room by name, invites a speaker who answers, and publishes."""

import io
import json
from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from forums.models import Forum, ForumPart, Invitation, Session, Speaker
from tests.journeys.conftest import new_person
from waic.editions.models import Room
from waic.lib import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK, SPEAKER = "programme@sample.example", "speaker@sample.example"
COLLEAGUE = "colleague@sample.example"


def moment(edition, clock_time):
    return datetime.combine(edition.starts_on, time.fromisoformat(clock_time), tzinfo=clock.ZONE)


def taken_room(edition):
    """A forum that has the red hall in the morning."""
    other = Forum.objects.create(
        edition=edition, kind=edition.forum_kinds.get(), title_zh="示例：先到的论坛"
    )
    ForumPart.objects.create(
        forum=other, room=Room.objects.get(), starts_at=moment(edition, "09:00"), ends_at=moment(edition, "12:00"),
    )  # fmt: skip


def photo():
    out = io.BytesIO()
    Image.new("RGB", (900, 1200), "#0b6852").save(out, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


class Admin:
    """The parts of the admin a desk uses on one form."""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page

    def choose(self, name, text):
        """Look a row up in an autocomplete field and take the first match."""
        self.page.locator(f"select[name='{name}'] + .select2-container").click()
        search = self.page.locator(".select2-container--open .select2-search__field")
        search.fill(text)
        self.page.locator(".select2-results__option", has_text=text).first.click()

    def add_row(self, tab, prefix):
        """Open an inline's tab and add a row; its number."""
        self.page.locator(f"a[href='#{prefix}']").first.click()
        number = int(self.page.locator(f"[name='{prefix}-TOTAL_FORMS']").input_value())
        self.page.locator(f"#{prefix}-group .add-row:visible, [id='{prefix}-group'] a:has-text('添加另一个'):visible").last.click()  # fmt: skip
        return number

    def set(self, **fields):
        for name, value in fields.items():
            self.page.locator(f"[name='{name}']").fill(value)

    def save(self):
        self.page.locator("button[name=_continue], input[name=_continue]").first.click()
        self.page.wait_for_load_state()


def make_forum(admin, edition):
    page = admin.page
    admin.visitor.go("/admin/forums/forum/add/")
    page.locator("select[name=kind]").select_option(label="行业论坛")
    admin.set(title_zh="示例：具身智能论坛", title_en="Sample: embodied intelligence")
    day = edition.starts_on.isoformat()
    n = admin.add_row("论坛时段", "parts")
    admin.choose(f"parts-{n}-room", "红厅")
    admin.set(**{f"parts-{n}-starts_at_0": day, f"parts-{n}-starts_at_1": "10:00", f"parts-{n}-ends_at_0": day, f"parts-{n}-ends_at_1": "12:00"})  # fmt: skip
    n = admin.add_row("论坛的单位", "forum_organisations")
    admin.choose(f"forum_organisations-{n}-organisation", "示例研究院")
    n = admin.add_row("环节", "sessions")
    admin.set(**{f"sessions-{n}-title_zh": "示例主旨演讲", f"sessions-{n}-title_en": "Sample keynote", f"sessions-{n}-starts": "14:00", f"sessions-{n}-ends": "14:40"})  # fmt: skip
    n = admin.add_row("论坛嘉宾", "participations")
    admin.choose(f"participations-{n}-speaker", "示例嘉宾")
    admin.save()


def test_from_an_empty_page_to_the_programme(edition, visit, mailbox):
    taken_room(edition)
    new_person(DESK, desk="programme", name="示例论坛部")
    new_person(COLLEAGUE, desk="programme", name="示例论坛部同事")
    new_person(SPEAKER, name="示例嘉宾")
    speaker = Speaker.objects.create(edition=edition, name_zh="示例嘉宾", name_en="Sample Speaker", email=SPEAKER)  # fmt: skip
    desk = visit().sign_in(DESK, "/admin/")
    admin = Admin(desk)
    make_forum(admin, edition)
    # The room is taken: by name, beside the field, and nothing typed is lost.
    desk.sees("示例：先到的论坛")
    assert not Forum.objects.filter(title_zh="示例：具身智能论坛").exists()
    assert admin.page.locator("[name=title_zh]").input_value() == "示例：具身智能论坛"
    admin.page.get_by_role("link", name="论坛时段 · 会议室").click()
    admin.set(**{"parts-0-starts_at_1": "14:00", "parts-0-ends_at_1": "17:00"})
    admin.save()
    forum = Forum.objects.get(title_zh="示例：具身智能论坛")
    assert forum.starts_at == moment(edition, "14:00")
    slot = Session.objects.get(forum=forum).slots.get()
    assert (slot.starts_at, slot.ends_at) == (moment(edition, "14:00"), moment(edition, "14:40"))
    refused_by_the_database(edition)

    invite(admin, forum, visit().sign_in(COLLEAGUE, "/admin/"))
    assert mailbox.last(SPEAKER).template == "forums/invitation"
    link = mailbox.last(SPEAKER).link
    guest = visit(phone=True)
    guest.page.goto(link if link.startswith("http") else guest.site + link)
    guest.sees("示例：具身智能论坛").press("接受")
    guest.page.wait_for_load_state()
    assert Invitation.objects.get().state == "accepted"
    guest.sign_in(SPEAKER, "/portal/stage/")
    fill_profile(guest, speaker)

    step(desk, forum, "发布")
    on_the_public_site(visit(), edition, forum)


def refused_by_the_database(edition):
    """Whoever goes past the form meets the constraint."""
    other = Forum.objects.create(edition=edition, kind=edition.forum_kinds.get(), title_zh="示例：第三场")  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        ForumPart.objects.bulk_create(
            [ForumPart(forum=other, room=Room.objects.get(), starts_at=moment(edition, "16:00"), ends_at=moment(edition, "18:00"))]
        )  # fmt: skip
    other.delete()


def invite(admin, forum, colleague):
    admin.visitor.go("/admin/forums/invitation/add/")
    admin.choose("forum", "具身智能")
    admin.choose("speaker", "示例嘉宾")
    reply_by = (clock.today() + timedelta(days=5)).isoformat()
    admin.set(reply_by_0=reply_by, reply_by_1="18:00")
    admin.save()
    # Nobody sends what only they have read: a second person answers for the wording.
    letter = f"/admin/forums/invitation/{Invitation.objects.get(forum=forum).pk}/change/"
    colleague.go(letter)
    press_step(colleague, "审定内容")
    admin.visitor.go(letter)
    press_step(admin.visitor, "发送")


def press_step(desk, label):
    desk.page.get_by_role("link", name=label, exact=True).or_(desk.page.get_by_role("button", name=label, exact=True)).first.click()  # fmt: skip
    desk.page.wait_for_load_state()
    desk.press(label)
    desk.page.wait_for_load_state()


def step(desk, forum, label):
    desk.go(f"/admin/forums/forum/{forum.pk}/change/")
    press_step(desk, label)


def fill_profile(guest, speaker):
    guest.go(f"/portal/stage/profile/{speaker.code}/")
    guest.fill(bio_zh="示例简介。", bio_en="A sample biography.", title_zh="示例教授")
    guest.page.locator("input[type=file]").first.set_input_files(photo())
    guest.press("保存")
    guest.sees("资料已保存")
    speaker.refresh_from_db()
    assert speaker.photo is not None
    assert speaker.bio_en == "A sample biography."


def on_the_public_site(public, edition, forum):
    public.go(f"/{edition.year}/programme/?day={edition.starts_on}").sees("示例：具身智能论坛")
    public.go(f"/{edition.year}/forums/{forum.code}/").sees(
        "示例研究院", "示例主旨演讲", "示例嘉宾"
    )
    english = public.page.request.get(f"{public.site}/en/{edition.year}/forums/{forum.code}/").text()  # fmt: skip
    assert "Sample: embodied intelligence" in english
    feeds = f"{public.site}/{edition.year}/programme/schedule"
    schedule = json.loads(public.page.request.get(f"{feeds}.json").text())
    assert "示例主旨演讲" in json.dumps(schedule, ensure_ascii=False)
    assert "示例主旨演讲" in public.page.request.get(f"{feeds}.xml").text()
    assert "BEGIN:VEVENT" in public.page.request.get(f"{feeds}.ics").text()
