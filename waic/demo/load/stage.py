"""A sample forum of the second day as the stage sees it: talks that are over, on and to come, with slides, streams,
arrivals and feedback. All of it is a sample; what real guests did on the day is not made up here.
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from forums.models import (
    Feedback,
    Forum,
    ForumOrganisation,
    ForumPart,
    ForumState,
    ForumTask,
    Invitation,
    LetterSeries,
    Participation,
    Session,
    Slides,
    Slot,
    Speaker,
    StageRules,
    StreamLink,
    Travel,
)
from forums.operations.arrivals import note_arrival
from forums.operations.feedback import hide_feedback, show_feedback
from forums.operations.forums import keep_times
from forums.operations.slides import contributions, release_slides, upload_slides
from forums.operations.speaking import answer_consent
from waic.accounts.models import Organisation
from waic.demo.load.facts import at
from waic.editions.models import Room
from waic.lib import clock
from waic.lib.pdf import compile_pdf

DAY = "2024-07-05"
TALKS = [
    # begins, ends, title, English title, speaker, role
    ("09:00", "09:40", "示例演讲：已经结束，文稿已公开", "Sample talk: over, its slides are public", "甲", "keynote"),
    ("09:40", "10:10", "示例演讲：已经结束，文稿待公开", "Sample talk: over, its slides wait for the desk", "乙", "speaker"),
    ("10:10", "10:50", "示例演讲：正在进行", "Sample talk: on now", "丙", "speaker"),
    ("11:00", "11:30", "示例演讲：即将开始，文稿未到", "Sample talk: to come, its slides are missing", "", "speaker"),
]  # fmt: skip
LETTERS = {"甲": "A", "乙": "B", "丙": "C", "丁": "D"}
LIVE, REPLAY = "https://live.example.com/waic-sample", "https://replay.example.com/waic-sample"
# (rating, words, what the desk did)
FEEDBACK = [
    (5, "示例评价：例子具体，听得明白。 / Sample: clear, with good examples.", "show"),
    (4, "示例评价：希望多留一些提问时间。 / Sample: more time for questions, please.", "show"),
    (1, "示例评价：与论坛无关的内容。 / Sample: off topic.", "hide"),
    (5, "", ""), (4, "", ""), (5, "", ""), (3, "", ""),
]  # fmt: skip


def load(people, edition):
    """The forum with all that belongs to it, once. It begins before the demo's clock does, so most of it has happened."""
    if edition.forums.filter(external_id="sample-stage-forum").exists():
        return
    StageRules.objects.get_or_create(
        edition=edition, defaults={"stream_hosts": ["example.com"], "shows_feedback_texts": True}
    )
    forum = _forum(edition, people["host"])
    rows = [_talk(forum, people["speaker"], n, *talk) for n, talk in enumerate(TALKS)]
    keep_times(forum)
    _slides(rows, people["programme"])
    _streams(forum, rows)
    _arrivals(rows, people["programme"])
    _feedback(rows[0], people)
    _declined(forum)


def _forum(edition, host):
    venue = edition.venues.get(name_zh="世博中心")
    room, _made = Room.objects.get_or_create(
        venue=venue, name_zh="示例报告厅", defaults={"name_en": "Sample lecture hall", "hall": venue.halls.first(), "capacity": 200}
    )  # fmt: skip
    forum = Forum.objects.create(
        edition=edition, external_id="sample-stage-forum", kind=edition.forum_kinds.get(key="industry"), is_sample=True,
        title_zh="示例论坛：从台前到幕后", title_en="Sample forum: front stage and back stage", seats=200,
        summary_zh="示例：直播、回放、演示文稿、签到和评价在这里都能看到。", summary_en="A sample: live stream, replays, slides, arrivals and feedback can be seen here.",
        state=ForumState.PUBLISHED, published_at=at("2024-07-01", "09:00"),
    )  # fmt: skip
    ForumPart.objects.create(
        forum=forum, room=room, starts_at=at(DAY, TALKS[0][0]), ends_at=at(DAY, TALKS[-1][1])
    )
    institute, _made = Organisation.objects.get_or_create(
        name_zh="示例智能研究院", defaults={"name_en": "Sample Institute of Intelligence", "country": "CN", "city": "上海"}
    )  # fmt: skip
    ForumOrganisation.objects.create(forum=forum, organisation=institute)
    forum.hosts.create(user=host)
    return forum


def _talk(forum, speaker, order, begins, ends, title_zh, title_en, name, role):
    session = Session.objects.create(
        forum=forum, title_zh=title_zh, title_en=title_en, order=order, abstract_zh="示例摘要。", abstract_en="A sample abstract."
    )  # fmt: skip
    Slot.objects.create(
        session=session, room=forum.parts.get().room, starts_at=at(DAY, begins), ends_at=at(DAY, ends)
    )  # fmt: skip
    person = _guest(forum.edition, name) if name else Speaker.objects.get(edition=forum.edition, user=speaker)  # fmt: skip
    return Participation.objects.create(forum=forum, session=session, speaker=person, role=role, order=order)  # fmt: skip


def _guest(edition, name):
    return Speaker.objects.create(
        edition=edition, name_zh=f"示例嘉宾{name}", name_en=f"Sample Guest {LETTERS[name]}", title_zh="示例职务", title_en="Sample title",
        affiliation_zh="示例机构", affiliation_en="Sample organisation", bio_zh="示例简介。", bio_en="A sample biography.",
        email=f"sample-guest-{LETTERS[name].lower()}@waic.test", is_sample=True,
    )  # fmt: skip


def _slides(rows, desk):
    """Public, waiting for the desk, and for the stage alone; the last speaker's are missing."""
    pages = [["示例演示文稿", "Sample slides"], ["示例内容", "A page with nothing to say"], ["谢谢", "Thank you"]]  # fmt: skip
    deck = compile_pdf("demo/pdf/slides.typ", {"pages": pages, "mark": "示例 / Sample"})
    for row, consents in zip(rows, (("recording", "slides"), ("slides",), ()), strict=False):
        with clock.frozen_at(at("2024-07-03", "20:10")):
            contribution = contributions().get(pk=row.pk)
            upload_slides(contribution, SimpleUploadedFile("示例演示文稿.pdf", deck))
            for kind in consents:
                answer_consent(row.speaker, kind, True)
    with clock.frozen_at(at(DAY, "09:50")):
        release_slides(Slides.objects.get(participation=rows[0]), by=desk)


def _streams(forum, rows):
    StreamLink.objects.create(
        forum=forum, kind="live", url=LIVE, title_zh="示例直播", title_en="Sample live stream"
    )
    for n, row in enumerate(rows[:2], start=1):
        StreamLink.objects.create(
            forum=forum, session=row.session, kind="replay", url=f"{REPLAY}-{n}", title_zh="示例回放", title_en="Sample replay"
        )  # fmt: skip


def _arrivals(rows, desk):
    """The last speaker has not come to the speakers' room yet."""
    for row, time in zip(rows, ("08:20", "08:55", "09:20"), strict=False):
        with clock.frozen_at(at(DAY, time)):
            note_arrival(row.speaker, clock.today(), by=desk)
    Travel.objects.create(
        speaker=rows[2].speaker, arrives_at=at("2024-07-04", "19:30"), arrives_by="示例航班 0000", departs_at=at("2024-07-06", "10:00"),
        departs_by="示例车次 0000", hotel="示例酒店", contact="示例联系人",
    )  # fmt: skip


def _feedback(row, people):
    """Of the talk that is over: words shown, hidden and waiting, and ratings without words."""
    place = {"forum": row.forum, "session": row.session}
    for minute, (rating, text, step) in enumerate(FEEDBACK):
        with clock.frozen_at(at(DAY, f"09:{45 + minute}")):
            state = "waiting" if text else "bare"
            made = Feedback.objects.create(**place, rating=rating, text=text, state=state)
            if step == "show":
                show_feedback(made, by=people["programme"])
            elif step == "hide":
                hide_feedback(made, by=people["programme"], reason="示例原因")
    Feedback.objects.create(
        **place, user=people["visitor"], rating=4, text="示例评价：等待论坛部查看。 / Sample: waits for the desk.", state="waiting",
        changed_at=at(DAY, "10:05"),
    )  # fmt: skip


def _declined(forum):
    """A keynote who declined yesterday evening: a task for the desk and the host."""
    answered = at("2024-07-04", "21:30")
    letter = Invitation.objects.create(
        forum=forum, speaker=_guest(forum.edition, "丁"), role="keynote", state="declined", approved_at=at("2024-06-20", "16:00"),
        sent_at=at("2024-06-21", "10:00"), opened_at=at("2024-06-21", "18:00"), answered_at=answered, answer="示例：临时有事。",
        number=LetterSeries.objects.next_number(forum.edition),
    )  # fmt: skip
    ForumTask.objects.create(forum=forum, invitation=letter, is_urgent=True, opened_at=answered)
