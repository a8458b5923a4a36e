"""Press figures: each is the count of rows anybody can list, with the moment of counting beside it."""

from datetime import datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from exhibitors.models import Application
from forums.models import Honour
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    SpeakerFactory,
    published_forum,
)
from tests.lib.factories import EditionFactory, OrganisationFactory
from waic.lib import clock
from waic.reports import facts
from waic.reports.facts import BY_KEY, FIGURES, share

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 7, 6, 14, 0, tzinfo=clock.ZONE)


@pytest.fixture
def edition():
    return EditionFactory()


def press(*args):
    out = StringIO()
    with clock.frozen_at(NOON):
        call_command("press_facts", *args, stdout=out)
    return out.getvalue().splitlines()


def test_share_is_rounded_half_up_and_none_of_nothing():
    assert [share(*pair) for pair in ((1, 3), (16, 159), (1, 800), (0, 4), (0, 0))] == [
        Decimal("33.3"), Decimal("10.1"), Decimal("0.1"), Decimal("0.0"), None,
    ]  # fmt: skip


def test_person_with_two_honours_in_two_forums_counts_once(edition):
    speaker = SpeakerFactory(edition=edition)
    for _n in range(2):
        ParticipationFactory(forum=published_forum(edition=edition), speaker=speaker)
    for kind in ("turing", "nobel", "academician"):
        Honour.objects.create(speaker=speaker, kind=kind, name_zh=f"示例{kind}")
    ParticipationFactory(
        forum=ForumFactory(edition=edition)
    )  # a draft's guest is nobody's business
    counted = [BY_KEY[key].value(edition) for key in ("guests", "laureates", "academicians")]
    assert counted == [1, 1, 1]


def test_outside_share_is_of_those_whose_origin_is_known(edition):
    for country, city, state in (
        ("CN", "上海", "approved"), ("CN", "北京", "approved"), ("US", "", "approved"), ("", "", "approved"), ("FR", "", "draft"),
    ):  # fmt: skip
        firm = OrganisationFactory()
        Application.objects.create(
            edition=edition, organisation=firm, name_zh=firm.name_zh, country=country, city=city, state=state,
            submitted_at=None if state == "draft" else NOON, decided_at=None if state == "draft" else NOON,
        )  # fmt: skip
    assert facts.exhibitors(edition).count() == 4
    assert BY_KEY["outside_share"].value(edition) == Decimal("66.7")


def test_every_line_names_its_cut_off_in_both_languages(edition):
    lines = press(2024)
    half = len(FIGURES) + 1
    assert len(lines) == 2 * half
    assert lines[0] == "示例大会 新闻数据"
    assert lines[half] == "Sample Conference: press figures"
    assert all(line.endswith("（截至 2024年7月6日 14:00）") for line in lines[1:half])
    assert all(line.endswith(" (as of 6 July 2024, 14:00)") for line in lines[half + 1 :])
    assert lines[half + 1] == "  Turing, Fields and Nobel laureates: 0 (as of 6 July 2024, 14:00)"


def test_rows_behind_a_figure_are_listed(edition):
    part = ParticipationFactory(forum=published_forum(edition=edition))
    ParticipationFactory(forum=published_forum(edition=EditionFactory(year=2025)))
    assert press(2024, "--rows", "guests") == [f"{part.speaker.code}  {part.speaker}"]


def test_unknown_edition_gets_a_sentence():
    with pytest.raises(CommandError, match="There is no edition 1999"):
        press(1999)
