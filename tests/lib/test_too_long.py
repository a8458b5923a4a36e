"""A post of ten megabytes: a page with a sentence and a way back, on every form that has none of its own."""

import pytest

from tests.lib.factories import UserFactory

pytestmark = pytest.mark.django_db
LONG = {"email": "a" * 10_000_000}


@pytest.mark.parametrize("address", ["/portal/entries/new/", "/portal/exhibitors/new/", "/accounts/signup/"])  # fmt: skip
def test_ten_megabytes_are_answered_with_a_sentence(client, address):
    client.force_login(UserFactory())
    for prefix, first in (("", "一次发送的内容太多"), ("/en", "This is more text than can be sent at once")):  # fmt: skip
        answer = client.post(prefix + address, LONG)
        assert answer.status_code == 413
        assert first in answer.text.split("</h1>")[0].split("<h1")[1]
        assert "Back button" in answer.text
