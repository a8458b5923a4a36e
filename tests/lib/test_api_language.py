"""The API answers in the language that is asked for."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "zh-hans"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("", "fr,en;q=0.5", "en"),
        ("", "tlh, ;q=nonsense", "zh-hans"),
        ("lang=en", "zh-CN", "en"),
        ("lang=zh", "en", "zh-hans"),
        ("lang=klingon", "en", "en"),
    ],
)
def test_sentences_follow_the_reader(client, query, accepted, language):
    response = client.post(f"/api/v1/entries/?{query}", headers={"accept-language": accepted})
    assert response.status_code == 401
    assert response["Content-Language"] == language
    assert "Accept-Language" in response["Vary"]
    said = response.json()["errors"][0]["detail"]
    assert said.isascii() == (language == "en")


def test_pages_keep_the_language_of_their_address(client):
    page = client.get("/accounts/login/", headers={"accept-language": "en"})
    assert page["Content-Language"] == "zh-hans"
