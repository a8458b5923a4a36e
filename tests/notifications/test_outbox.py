"""What `notify` writes: once per cause and person, in the person's language, with its cause or not at all."""

import pytest
from django.db import transaction
from django.template import TemplateDoesNotExist

from tests.notifications.factories import TemplateTextFactory, UserFactory
from waic.lib import files
from waic.notifications.models import Message, MessageState
from waic.notifications.outbox import notify, render

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample_templates")]


def hello(recipient, **changes):
    wanted = {"cause": "sample:1", "context": {"name": "甲", "code": "A1"}, **changes}
    return notify(recipient, "sample/hello", **wanted)


def test_a_cause_is_told_to_a_person_once():
    person = UserFactory()
    first, second = hello(person), hello(person, context={"name": "乙", "code": "B2"})
    assert first == second
    assert Message.objects.get().subject == "您好，甲"


def test_one_cause_reaches_several_people():
    hello(UserFactory())
    hello(UserFactory())
    hello("Somebody@Example.com ")
    assert Message.objects.count() == 3
    assert Message.objects.filter(address="somebody@example.com", recipient=None).exists()


def test_nothing_is_left_of_what_was_rolled_back():
    person = UserFactory()
    with transaction.atomic():
        hello(person)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("language", "subject"), [("zh-hans", "您好，甲"), ("en", "Hello 甲"), ("en-gb", "Hello 甲")]
)
def test_the_message_is_in_the_language_of_the_person(language, subject):
    message = hello(UserFactory(language=language))
    assert message.subject == subject
    assert message.language == ("zh-hans" if language == "zh-hans" else "en")


def test_a_message_to_an_address_can_say_its_language():
    assert hello("a@example.com", language="en").subject == "Hello 甲"


def test_names_arrive_as_they_are_and_the_html_escapes_them():
    message = hello(
        UserFactory(language="en"), context={"name": "<b>A & B</b>", "code": "\"x\" 'y'"}
    )
    assert message.subject == "Hello <b>A & B</b>"
    assert message.text.startswith("The code of <b>A & B</b> is \"x\" 'y'.")
    assert "<b>A &amp; B</b>" not in message.html
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in message.html


def test_a_line_break_in_a_name_makes_no_second_subject():
    message = hello(UserFactory(language="en"), context={"name": "A\r\nBcc: x@example.com"})
    assert "\n" not in message.subject
    assert "\r" not in message.subject


def test_what_is_empty_leaves_no_gap():
    assert hello(UserFactory()).text == "甲 的编号是 A1。\n\n再见。"


def test_a_link_becomes_absolute_and_a_button(settings):
    settings.SITE_URL = "https://waic.example"
    message = hello(UserFactory(), link="/portal/")
    assert message.link == "https://waic.example/portal/"
    assert message.html.count('href="https://waic.example/portal/"') == 2


def test_a_dangerous_link_stays_inside_its_attribute():
    message = hello(UserFactory(), link='https://x.example/"><script>')
    assert "<script>" not in message.html


def test_attachments_belong_to_the_message():
    stored = files.store(b"%PDF-1.4", name="receipt.pdf", media_type=files.PDF, kind="receipt")
    message = hello(UserFactory(), attachments=[stored])
    assert list(message.attachments.all()) == [stored]


def test_a_message_nobody_wrote_is_refused_before_anything_is_stored():
    with pytest.raises(TemplateDoesNotExist):
        notify(UserFactory(), "sample/missing", cause="x")
    assert not Message.objects.exists()


def test_the_worker_is_told_after_the_commit(django_capture_on_commit_callbacks, monkeypatch):
    told = []
    monkeypatch.setattr("waic.notifications.outbox.wake_up", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        message = hello(UserFactory())
        assert told == []
    assert told == [message.pk]


def test_a_broker_that_is_away_loses_nothing(monkeypatch, django_capture_on_commit_callbacks):
    from kombu.exceptions import OperationalError

    def away(*_args, **_kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr("waic.notifications.tasks.deliver.apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        message = hello(UserFactory())
    assert message.state == MessageState.QUEUED


# --- A desk's own wording -----------------------------------------------------------------------


def test_a_desks_own_wording_is_used_in_its_language():
    TemplateTextFactory(
        template="sample/hello", subject="{name}：编号 {code}", text="请记住 {code}。\n\n{reason}"
    )
    zh = render("sample/hello", "zh-hans", {"name": "甲", "code": "A1"})
    assert (zh.subject, zh.text) == ("甲：编号 A1", "请记住 A1。")
    assert render("sample/hello", "en", {"name": "A", "code": "A1"}).subject == "Hello A"


def test_a_placeholder_is_shown_as_the_shipped_wording_shows_it():
    from datetime import datetime
    from types import SimpleNamespace

    from waic.lib import clock

    at = datetime(2024, 7, 5, 9, 30, tzinfo=clock.ZONE)
    thing = SimpleNamespace(name_zh="展品", name_en="exhibit", at=at)
    TemplateTextFactory(
        template="sample/place", language="en", subject="{thing.name}", text="{thing.at}"
    )
    rendered = render("sample/place", "en", {"thing": thing})
    assert (rendered.subject, rendered.text) == ("exhibit", "5 July 2024, 09:30")


def test_values_are_not_read_as_placeholders_or_template_code():
    TemplateTextFactory(template="sample/hello", subject="{name}", text="{name} {{ code }} {% x %}")
    rendered = render("sample/hello", "zh-hans", {"name": "{code}{{ settings }}", "code": "A1"})
    assert rendered.subject == "{code}{{ settings }}"
    assert rendered.text == "{code}{{ settings }} {{ code }} {% x %}"


def test_a_wording_that_no_longer_fits_gives_way_to_the_shipped_one():
    TemplateTextFactory(template="sample/hello", subject="{gone}", text="x")
    assert render("sample/hello", "zh-hans", {"name": "甲"}).subject == "您好，甲"
