"""Working on an entry together, and who sees whose entry (S1)."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from awards.models import Entry, EntryMember
from awards.operations.entries import reopen_entry, submit_entry, withdraw_entry
from awards.operations.members import (
    invitation_of,
    invite_member,
    join_entry,
    leave_entry,
    remove_member,
)
from tests.awards import uploads
from tests.awards.factories import (
    CLOSES,
    DURING,
    SECOND,
    CallFactory,
    EntryFactory,
    complete_entry,
    submitted_entry,
)
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


def english(name, *args):
    return re.sub(r"^(/en)?", "/en", reverse(f"awards:{name}", args=args))


@pytest.fixture
def entry(client):
    EntryFactory()
    entry = EntryFactory(lead=UserFactory(language="en"))
    client.force_login(entry.lead)
    return entry


def token_in(message):
    return re.search(r"/join/([^/\s]+)/", message.link + message.text).group(1)


def test_a_friend_is_invited_and_joins(client, entry):
    friend = UserFactory(language="zh-hans")
    client.post(english("entry-members", entry.code), {"email": f" {friend.email.upper()}", "name": "示例"})  # fmt: skip
    message = Message.objects.get()
    assert (message.template, message.address, message.language) == ("awards/member_invited", friend.email, "zh-hans")  # fmt: skip
    link = english("join", token_in(message))
    client.force_login(friend)
    assert client.get(english("entry", entry.code)).status_code == 404
    assert client.get(link).status_code == 200
    # The second click leads where the first one did.
    for _click in range(2):
        assert client.post(link).status_code == 302
    assert client.get(english("entry", entry.code)).status_code == 200
    assert (
        Message.objects.filter(template="awards/member_joined", address=entry.lead.email).count()
        == 1
    )
    client.force_login(UserFactory())
    assert client.get(link).status_code == client.post(link).status_code == 404


def test_an_invitation_is_for_its_address(client, entry):
    member = invite_member(entry, "friend@example.com", by=entry.lead)
    link = english("join", token_in(Message.objects.get()))
    stranger = UserFactory()
    client.force_login(stranger)
    response = client.post(link)
    assert response.status_code == 403
    assert "another e-mail address" in response.content.decode()
    member.refresh_from_db()
    assert (member.user, member.joined_at) == (None, None)
    client.logout()
    assert client.get(link).status_code == 302
    assert (invitation_of("nonsense"), invitation_of("")) == (None, None)
    assert member.digest not in link


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("", "valid email"), ("nobody", "valid email"), ("a@b\x00", "valid email"), ("🤖@example.com", "valid email"),
        (f"{'x' * 60}@{'y' * 60}.{'y' * 60}.{'y' * 60}.{'y' * 60}.example.com", "254"),
        ("lead", "invited already"), ("LEAD", "invited already"),
    ],
)  # fmt: skip
def test_a_wrong_address_is_told_next_to_the_field_and_stays(client, entry, email, told):
    email = {"lead": entry.lead.email, "LEAD": entry.lead.email.upper()}.get(email, email)
    response = client.post(
        english("entry-members", entry.code), {"email": email, "name": "Typed name"}
    )
    page = response.content.decode()
    assert response.status_code == 400
    found = re.search(r'id="e-email"\s*>(.*?)</span>\s*</span>', page, re.S)
    assert told in found.group(1)
    assert 'value="Typed name"' in page
    assert (entry.members.count(), Message.objects.count()) == (1, 0)


def test_an_entry_has_a_bounded_number_of_people(entry):
    for n in range(19):
        invite_member(entry, f"co{n}@example.com", by=entry.lead)
    with pytest.raises(ValidationError) as refusal:
        invite_member(entry, "one-more@example.com", by=entry.lead)
    assert (refusal.value.code, entry.members.count()) == ("too_many", 20)


def test_people_are_removed_but_not_the_lead(client, entry):
    gone, stays = (invite_member(entry, f"{n}@example.com", by=entry.lead) for n in ("a", "b"))
    foreign = EntryMember.objects.exclude(entry=entry).get()
    where = english("entry-members", entry.code)
    codes = [client.post(where, {"remove": pk}).status_code for pk in (gone.pk, foreign.pk, "²", "9" * 40, "")]  # fmt: skip
    assert codes == [302, 404, 404, 404, 404]
    assert set(entry.members.values_list("email", flat=True)) == {entry.lead.email, stays.email}
    with pytest.raises(ValidationError) as refusal:
        remove_member(entry, entry.members.get(is_lead=True))
    assert refusal.value.code == "lead"


def test_nobody_joins_twice(entry):
    member = invite_member(entry, "other@example.com", by=entry.lead)
    entry.lead.email = "other@example.com"
    with pytest.raises(ValidationError) as refusal:
        join_entry(member, user=entry.lead)
    assert refusal.value.code == "again"


# --- Coming, going and giving up ----------------------------------------------------------------


def joined(entry, **user):
    """A co-applicant who confirmed."""
    friend = UserFactory(**user)
    join_entry(invite_member(entry, friend.email, by=entry.lead), user=friend)
    return friend


def coming_and_going(entry):
    """What is decided by the clock: {name: action}, with everything arranged in time."""
    invited, friend = UserFactory(), joined(entry)
    invitation = invite_member(entry, invited.email, by=entry.lead)
    Message.objects.all().delete()
    return {
        "join": lambda: join_entry(invitation, user=invited),
        "leave": lambda: leave_entry(entry, user=friend),
        "withdraw": lambda: withdraw_entry(entry, by=entry.lead),
    }


def world():
    return list(EntryMember.objects.values()), list(Entry.objects.values()), Message.objects.count()


@pytest.mark.parametrize("name", ["join", "leave", "withdraw"])
@pytest.mark.parametrize("is_in", [False, True])
@pytest.mark.parametrize(
    ("moment", "code"), [(CLOSES - SECOND, ""), (CLOSES, "closed"), (CLOSES + SECOND, "closed")]
)
def test_people_come_go_and_give_up_until_the_deadline(name, is_in, moment, code):
    entry = complete_entry()
    actions = coming_and_going(entry)
    if is_in:
        submit_entry(entry, by=entry.lead)
    before = world()
    with clock.frozen_at(moment):
        if code:
            with pytest.raises(ValidationError) as refusal:
                actions[name]()
            assert (refusal.value.code, world()) == (code, before)
        else:
            actions[name]()
            assert world() != before


def test_a_reopened_entry_lets_people_join_after_the_call(client):
    entry = submitted_entry()
    friend = UserFactory()
    with clock.frozen_at(CLOSES):
        reopen_entry(entry, by=UserFactory(), reason="示例原因")
        join_entry(invite_member(entry, friend.email, by=entry.lead), user=friend)
    assert list(Entry.objects.of(friend)) == [entry]


def test_only_who_started_an_entry_withdraws_it(client):
    entry = complete_entry(lead=UserFactory(language="en"))
    friend = joined(entry, language="en")
    submit_entry(entry, by=friend)
    client.force_login(friend)
    page = english("entry", entry.code)
    assert "Withdraw this entry" not in client.get(page).content.decode()
    for step in (lambda: client.post(page, {"step": "withdraw"}), lambda: client.post(f"/api/v1/entries/{entry.code}/withdraw/?lang=en")):  # fmt: skip
        refused = step()
        assert refused.status_code in (400, 409)
        assert "Only the person who started this entry" in refused.content.decode()
    stranger = UserFactory()
    with pytest.raises(ValidationError) as refusal:
        withdraw_entry(entry, by=stranger)
    assert (refusal.value.code, Entry.objects.get().state) == ("not_lead", "submitted")
    client.force_login(entry.lead)
    assert "Withdraw this entry" in client.get(page).content.decode()
    assert client.post(page, {"step": "withdraw"}).status_code == 302
    assert Entry.objects.get().state == "withdrawn"


def test_a_co_applicant_leaves_and_the_lead_is_told_once(client, entry):
    friend, stays = joined(entry), joined(entry)
    Message.objects.all().delete()
    client.force_login(friend)
    where = english("entry-members", entry.code)
    assert [client.post(where, {"leave": "1"}).status_code for _click in range(2)] == [302, 404]
    assert client.get(english("entry", entry.code)).status_code == 404
    assert set(entry.members.values_list("user", flat=True)) == {entry.lead.pk, stays.pk}
    leave_entry(entry, user=friend)  # a click that overtook the answer to the first
    sent = Message.objects.get()
    assert (sent.template, sent.address, sent.language) == ("awards/member_left", entry.lead.email, "en")  # fmt: skip
    assert f"{friend} left your entry" in sent.subject


def test_the_lead_stays(client, entry):
    page = client.get(english("entry", entry.code)).content.decode()
    assert "Leave this entry" not in page
    refused = client.post(english("entry-members", entry.code), {"leave": "1"})
    assert refused.status_code == 409
    assert "you cannot leave it; you can withdraw it" in refused.content.decode()
    assert entry.members.count() == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("late", "The deadline has passed"), ("withdrawn", "This entry was withdrawn."), ("gone", "This invitation was taken back."),
    ],
)  # fmt: skip
def test_an_invitation_that_is_too_late_says_why(client, entry, change, told):
    friend = UserFactory(language="en")
    member = invite_member(entry, friend.email, by=entry.lead)
    link = english("join", token_in(Message.objects.get()))
    client.force_login(friend)
    if change == "gone":
        EntryMember.objects.filter(pk=member.pk).delete()
        with translation.override("en"), pytest.raises(ValidationError, match=told):
            join_entry(member, user=friend)
        assert client.post(link).status_code == 404
        return
    if change == "withdrawn":
        withdraw_entry(entry, by=entry.lead)
    with clock.frozen_at(CLOSES if change == "late" else DURING):
        shown, response = client.get(link), client.post(link)
    assert (response.status_code, told in response.content.decode()) == (409, True)
    assert "Confirm and join" not in shown.content.decode()
    assert not Entry.objects.of(friend).exists()


ROUTES = ["entry", "entry-form", "entry-members", "entry-receipt"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", [*ROUTES, "file"])
def test_a_foreign_entry_and_none_look_the_same(client, route, method):
    foreign = submitted_entry()
    client.force_login(EntryFactory(call=foreign.call).lead)
    before = Entry.objects.values().get(pk=foreign.pk)
    answers = [
        getattr(client, method)(english("entry-file", code, "paper") if route == "file" else english(route, code))
        for code in (foreign.code, "ZZZZZZ")
    ]  # fmt: skip
    expected = 405 if method == "post" and route in ("entry-receipt", "file") else 404
    assert {a.status_code for a in answers} <= {expected, 404}
    assert answers[0].status_code == answers[1].status_code
    assert Entry.objects.values().get(pk=foreign.pk) == before


def test_an_invited_person_who_has_not_joined_sees_nothing(client, entry):
    friend = UserFactory()
    invite_member(entry, friend.email, by=entry.lead)
    client.force_login(friend)
    assert client.get(english("entry", entry.code)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_entries_takes_as_many_queries_for_three(
    client, count, django_assert_num_queries
):
    user = UserFactory()
    for year in range(count):
        EntryFactory(lead=user, call__edition__year=2024 + year)
    foreign = EntryFactory()
    client.force_login(user)
    with django_assert_num_queries(4):
        page = client.get(english("entry-list")).content.decode()
    assert page.count("Untitled draft") == count
    assert foreign.code not in page


def test_starting_from_the_list(client):
    call, user = CallFactory(), UserFactory()
    client.force_login(user)
    assert client.post(english("entry-new"), {"call": call.pk}).status_code == 302
    for wrong in ("", "²", "9" * 30, "x", "0"):
        assert client.post(english("entry-new"), {"call": wrong}).status_code == 404
    with clock.frozen_at(CLOSES):
        response = client.post(english("entry-new"), {"call": call.pk}, follow=True)
    assert "The deadline has passed" in response.content.decode()
    assert Entry.objects.of(user).count() == 1


def test_steps_from_the_page(client):
    entry = complete_entry()
    client.force_login(entry.lead)
    page = english("entry", entry.code)
    answers = [client.post(page, {"step": s}).status_code for s in ("submit", "submit", "take_back", "reopen", "", "withdraw", "withdraw")]  # fmt: skip
    assert answers == [302, 409, 302, 404, 404, 302, 409]
    assert Entry.objects.get().state == "withdrawn"


def test_after_the_deadline_the_page_offers_nothing(client, entry):
    with clock.frozen_at(CLOSES):
        page = client.get(english("entry", entry.code)).content.decode()
        response = client.post(english("entry-members", entry.code), {"email": "co@example.com"})
    assert "The deadline has passed" in page
    assert not re.search(r'name="(step" value="(submit|take_back)|email|remove)"', page)
    assert (response.status_code, entry.members.count()) == (400, 1)
    assert "The deadline has passed" in response.content.decode()


def test_files_of_ones_own_entry(client):
    entry = complete_entry()
    client.force_login(entry.lead)
    found = client.get(english("entry-file", entry.code, "paper"))
    assert b"".join(found.streaming_content) == uploads.pdf_bytes()
    assert client.get(english("entry-file", entry.code, "slides")).status_code == 404
    assert client.get(english("entry-receipt", entry.code)).status_code == 404
