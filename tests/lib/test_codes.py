"""Public codes: no look-alikes, unique, given once."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch, reverse

from exhibitors.models import Exhibit
from tests.exhibitors.factories import ApplicationFactory
from waic.lib import codes


def test_codes_have_no_look_alikes():
    made = codes.new_codes(2000)
    assert len(set(made)) == 2000
    assert all(codes.PATTERN.match(code) for code in made)
    assert not re.search("[01ILOU]", "".join(made))


def test_new_codes_avoid_those_that_are_taken(monkeypatch):
    supply = iter(["222222", "333333", "222222", "444444"])
    monkeypatch.setattr(codes, "new_code", lambda: next(supply))
    assert set(codes.new_codes(2, taken=["222222"])) == {"333333", "444444"}


@pytest.mark.django_db
def test_the_database_refuses_a_code_twice():
    application = ApplicationFactory()
    Exhibit.objects.create(application=application, name_zh="示例", code="ABCDEF")
    with pytest.raises(IntegrityError), transaction.atomic():
        Exhibit.objects.create(application=application, name_zh="示例", code="ABCDEF")


@pytest.mark.parametrize(
    "wrong", ["abcdef", "ABCDE", "ABCDEFG", "ABCDE0", "ABC/EF", "示例示例示例"]
)
def test_what_cannot_be_a_code_has_no_address(wrong):
    with pytest.raises(NoReverseMatch):
        reverse("forums:forum", args=[2024, wrong])


@pytest.mark.django_db
def test_a_wrong_code_in_an_address_is_not_found(client):
    assert client.get("/2024/forums/abcdef/").status_code == 404
