"""A changed password or second factor is told to its owner, in their language."""

import pytest

from tests.lib.factories import UserFactory
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db
OLD, NEW = "an-old-sample-phrase", "a-new-sample-phrase"


@pytest.mark.parametrize(
    ("prefix", "language", "word"), [("", "zh-hans", "密码"), ("/en", "en", "password")]
)
def test_a_changed_password_is_told(client, prefix, language, word):
    person = UserFactory(language=language)
    person.set_password(OLD)
    person.save()
    client.force_login(person)
    fields = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    assert client.post(f"{prefix}/accounts/password/change/", fields).status_code == 302
    (message,) = Message.objects.filter(address=person.email)
    assert (message.template, message.language) == ("accounts/security_notice", language)
    assert word in message.subject.lower()
    assert NEW not in message.text


def test_a_wrong_old_password_changes_and_tells_nothing(client):
    person = UserFactory()
    person.set_password(OLD)
    person.save()
    client.force_login(person)
    fields = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", fields).status_code == 200
    assert not Message.objects.exists()
    person.refresh_from_db()
    assert person.check_password(OLD)
