"""What blocks saving is refused by the operation and its form; what was broken before stops nobody."""

import pytest
from django.core.exceptions import ValidationError
from django.forms import SplitDateTimeField

from forums.models import ForumPart, OrganisationRole, RuleLevel, RuleSetting
from forums.operations.forums import place_part
from forums.operations.relocating import effects_of
from tests.forums.factories import ForumFactory, RoomFactory, at, published_forum
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict():
    """An edition that refuses to save a turnover of less than 20 minutes."""
    edition = EditionFactory()
    RuleSetting.objects.create(edition=edition, rule="turnover", level=RuleLevel.BLOCK_SAVE, number=20)  # fmt: skip
    return edition


@pytest.mark.parametrize(("starts", "refused"), [("12:10", True), ("12:20", False)])
def test_what_blocks_saving_is_refused_by_the_operation(strict, starts, refused):
    room = RoomFactory(venue__edition=strict)
    published_forum(room, "10:00", "12:00", edition=strict)
    new = ForumPart(forum=ForumFactory(edition=strict), room=room, starts_at=at(starts), ends_at=at("14:00"))  # fmt: skip
    if not refused:
        assert place_part(new).pk
        return
    with pytest.raises(ValidationError) as refusal:
        place_part(new)
    assert [e.code for e in refusal.value.error_list] == ["turnover"]
    assert not new.pk


def test_what_was_broken_before_does_not_stop_another_change(strict):
    room = RoomFactory(venue__edition=strict)
    one = published_forum(room, "10:00", "12:00", edition=strict)
    published_forum(room, "12:05", "14:00", edition=strict)  # placed before the rule was set
    part = one.parts.get()
    part.starts_at = at("09:30")
    assert place_part(part).starts_at == at("09:30")


def test_the_form_refuses_above_the_parts_and_keeps_what_was_typed(client, strict):
    room = RoomFactory(venue__edition=strict)
    published_forum(room, "10:00", "12:00", edition=strict)
    forum = published_forum(None, "12:05", "14:00", edition=strict)
    desk = UserFactory(is_staff=True, is_superuser=True, language="en")
    client.force_login(desk)
    address = f"/en/admin/forums/forum/{forum.pk}/change/"
    data = form_data(client.get(address))
    data["parts-0-room"] = room.pk
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert "begins 5 minutes after" in answer.text
    assert forum.parts.get().room is None
    assert f'value="{room.pk}" selected' in answer.text


def test_what_a_saved_change_broke_is_told_once(client):
    edition = EditionFactory()
    room = RoomFactory(venue__edition=edition)
    published_forum(room, "10:00", "12:00", edition=edition)
    forum = published_forum(None, "12:05", "14:00", edition=edition)
    client.force_login(UserFactory(is_staff=True, is_superuser=True, language="en"))
    address = f"/en/admin/forums/forum/{forum.pk}/change/"
    data = form_data(client.get(address))
    data["parts-0-room"] = room.pk
    assert "begins 5 minutes after" in client.post(address, data, follow=True).text
    again = form_data(client.get(address))
    assert "begins 5 minutes after" not in client.post(address, again, follow=True).text


def test_a_host_who_is_needed_elsewhere_is_said_before_and_refused_when_moving():
    edition = EditionFactory()
    forums = [published_forum(None, *times, edition=edition) for times in (("10:00", "12:00"), ("13:00", "15:00"))]  # fmt: skip
    institution = OrganisationFactory()
    for forum in forums:
        forum.forum_organisations.create(organisation=institution, role=OrganisationRole.HOST)
    part = forums[1].parts.get()
    to = {"room": None, "starts_at": at("11:00"), "ends_at": at("13:00")}
    assert [f.rule for f in effects_of(part, **to).caused] == ["host-elsewhere"]
    RuleSetting.objects.create(edition=edition, rule="host-elsewhere", level=RuleLevel.BLOCK_SAVE)
    part.starts_at, part.ends_at = to["starts_at"], to["ends_at"]
    with pytest.raises(ValidationError) as refusal:
        place_part(part)
    assert [e.code for e in refusal.value.error_list] == ["host-elsewhere"]


def form_data(page):
    """What a browser would send for the admin form as it stands."""
    data = {}
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if isinstance(bound.field, SplitDateTimeField):
                first, second = bound.field.widget.decompress(value) if value else ("", "")
                data[f"{bound.html_name}_0"], data[f"{bound.html_name}_1"] = (
                    first or "",
                    second or "",
                )
            elif value is not None and value is not False:
                data[bound.html_name] = value
    return data
