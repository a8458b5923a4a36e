"""What the demo's people did before: drafts, entries, invitations, seats. Rows are plainly named 示例 / Sample."""

from waic.accounts.models import Membership, Organisation, Role
from waic.demo.load import entries, forum_call, stage
from waic.demo.load.facts import at
from waic.lib import clock


def load(people, editions):
    """Give every demo person their past, once."""
    _exhibitor(people["exhibitor"], editions)
    _host_and_speaker(people, editions[2024])
    stage.load(people, editions[2024])
    _visitor(people["visitor"], editions[2024])
    with clock.frozen_at(at("2024-07-04", "16:20")):
        _waiting_application(editions[2025])
    forum_call.load(people["host"], editions[2025])
    entries.load(people["applicant"], people["judge"], editions)


def _exhibitor(person, editions):
    from exhibitors.models import Application, Exhibit

    firm, _made = Organisation.objects.get_or_create(
        name_zh="示例智能科技有限公司", defaults={"name_en": "Sample Intelligent Technology Co., Ltd.", "country": "CN", "city": "杭州"}
    )  # fmt: skip
    Membership.objects.get_or_create(organisation=firm, user=person, defaults={"role": Role.OWNER})
    shared = {"name_zh": firm.name_zh, "name_en": firm.name_en, "country": "CN", "city": "杭州", "contact_name": person.name,
              "contact_email": person.email, "is_sample": True, "started_by": person}  # fmt: skip
    with clock.frozen_at(at("2024-03-18", "15:00")):
        _past_exhibitor(editions[2024], firm, shared)
    with clock.frozen_at(at("2024-07-03", "20:40")):
        draft, made = Application.objects.get_or_create(
            edition=editions[2025], organisation=firm, defaults=shared
        )
    if made:
        Exhibit.objects.create(
            application=draft, name_zh="示例新品", name_en="Sample novelty", is_sample=True
        )


def _past_exhibitor(edition, firm, shared):
    """Approved and on its stand."""
    from exhibitors.models import Allocation, Application, ApplicationState, Booth, Exhibit
    from waic.editions.models import Hall

    past, made = Application.objects.get_or_create(
        edition=edition, organisation=firm,
        defaults={**shared, "created_at": at("2024-03-08", "09:30"), "state": ApplicationState.APPROVED, "submitted_at": at("2024-03-12", "10:00"), "decided_at": at("2024-03-18", "15:00"),
                  "block": edition.blocks.get(key="terminals"), "category": "机器人", "profile_zh": "示例展商，用于演示。", "profile_en": "A sample exhibitor for the demo."},
    )  # fmt: skip
    if made:
        Exhibit.objects.create(
            application=past,
            name_zh="示例机器人",
            name_en="Sample robot",
            category="机器人",
            is_sample=True,
        )
        booth, _new = Booth.objects.get_or_create(
            hall=Hall.objects.get(venue__edition=edition, key="H2"),
            number="H2-S001",
            defaults={"area": 36},
        )
        Allocation.objects.create(booth=booth, application=past)


def _waiting_application(edition):
    """An application with a claim to a first launch, for the exhibition desk to decide."""
    from exhibitors.models import Application, ApplicationState, Exhibit, FirstLaunch

    firm, _made = Organisation.objects.get_or_create(
        name_zh="示例算力科技有限公司", defaults={"name_en": "Sample Computing Co., Ltd.", "country": "CN", "city": "深圳"}
    )  # fmt: skip
    application, made = Application.objects.get_or_create(
        edition=edition, organisation=firm,
        defaults={"name_zh": firm.name_zh, "name_en": firm.name_en, "country": "CN", "city": "深圳", "contact_name": "示例联系人",
                  "contact_email": "sample-firm@waic.test", "is_sample": True, "state": ApplicationState.SUBMITTED, "area_wanted": 54,
                  "submitted_at": at("2024-07-04", "16:20"), "block": edition.blocks.get(key="core"), "category": "算力",
                  "profile_zh": "示例展商，等待展览部审核。", "profile_en": "A sample application that waits for the desk."},
    )  # fmt: skip
    if made:
        exhibit = Exhibit.objects.create(
            application=application, name_zh="示例芯片", name_en="Sample chip", is_sample=True
        )
        FirstLaunch.objects.create(exhibit=exhibit, evidence="示例：尚未在任何展会展出。")


def _host_and_speaker(people, edition):
    from forums.models import (
        Forum,
        ForumHost,
        ForumState,
        Invitation,
        LetterSeries,
        Participation,
        Session,
        Slot,
        Speaker,
    )
    from forums.operations.letters import keep_letters

    forum, made = Forum.objects.get_or_create(
        edition=edition, external_id="sample-host-forum",
        defaults={"title_zh": "示例论坛：待主办方完善", "title_en": "Sample forum: for its host to complete", "kind": edition.forum_kinds.get(key="industry"),
                  "state": ForumState.REVIEW, "is_sample": True, "seats": 120},
    )  # fmt: skip
    if made:
        session = Session.objects.create(forum=forum, title_zh="示例演讲", title_en="Sample talk")
        Slot.objects.create(
            session=session, starts_at=at("2024-07-06", "09:00"), ends_at=at("2024-07-06", "09:30")
        )
    ForumHost.objects.get_or_create(forum=forum, user=people["host"])
    speaker, made = Speaker.objects.get_or_create(
        edition=edition, user=people["speaker"],
        defaults={"name_zh": "示例嘉宾", "name_en": "Sample Speaker", "email": people["speaker"].email, "is_sample": True},
    )  # fmt: skip
    if made:
        Participation.objects.create(forum=forum, speaker=speaker, is_confirmed=False)
        invitation = Invitation.objects.create(
            forum=forum, speaker=speaker, state="sent", approved_at=at("2024-06-30", "16:00"), sent_at=at("2024-07-01", "10:00"),
            reply_by=at("2024-07-06", "18:00"), number=LetterSeries.objects.next_number(edition),
        )  # fmt: skip
        keep_letters(invitation)


def _visitor(person, edition):
    from forums.models import Forum
    from forums.operations.seats import book_seat
    from waic.visitors.models import Registration
    from waic.visitors.operations import take_ticket

    if Registration.objects.filter(edition=edition, user=person).exists():
        return
    with clock.frozen_at(at("2024-06-20", "21:00")):
        take_ticket(edition.ticket_types.get(key="public"), edition.days[1], user=person)
    Registration.objects.filter(edition=edition, user=person).update(
        country="CN", city="上海", is_sample=True
    )
    published = Forum.objects.of_edition(edition).published()
    coming = published.filter(starts_at__gt=at("2024-07-05", "13:00"))
    # The second one lies after the first, so that both can be held.
    first = coming.first()
    for forum in (first, coming.filter(starts_at__gte=first.ends_at).first()):
        Forum.objects.filter(pk=forum.pk).update(seats=200)
        with clock.frozen_at(at("2024-07-01", "20:00")):
            book_seat(forum, visitor=person)
