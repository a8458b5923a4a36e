"""The page of an edition's rules: every rule with its level, changed together, by one desk at a time; and ways to mend."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from forums.models import Forum, RuleSetting
from forums.operations.levels import Wanted, set_levels
from forums.rules import settings_of
from forums.rules.engine import Setting, rules
from tests.forums.factories import RoomFactory, published_forum
from tests.forums.test_admin import sign_in
from tests.lib.factories import EditionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]
LIST, DRAFT = "/admin/forums/rulesetting/", "/admin/forums/release/draft/"


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def desk(client):
    return sign_in(client, "programme")


def sent(page, **changes):
    """What the form of a page sends, with other levels or numbers: turnover="warn:20"."""
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    for rule, wanted in changes.items():
        key = rule.replace("_", "-")
        data[f"level-{key}"], _colon, number = wanted.partition(":")
        data |= {f"number-{key}": number} if number else {}
    return data


def own(edition):
    return set(RuleSetting.objects.filter(edition=edition).values_list("rule", "level", "number"))


def test_every_rule_stands_there_and_what_changes_is_kept_and_on_record(client, desk, edition):
    other = EditionFactory(year=2025)
    page = client.get(LIST, {"edition__id__exact": edition.pk})
    assert [row["rule"].key for row in page.context["rows"]] == list(rules())
    data = sent(page, turnover="block_release:20", walk="off", theme_parallel="warn:3")
    assert client.post(f"{LIST}?edition__id__exact={edition.pk}", data).status_code == 302
    assert own(edition) == {("turnover", "block_release", 20), ("walk", "off", None)}
    assert own(other) == set()
    said = LogEntry.objects.order_by("object_repr").values_list("user", "change_message")
    assert set(said) == {
        (desk.pk, "提醒（分钟：15） → 拒绝发布（分钟：20）"), (desk.pk, "提醒 → 关闭"),
    }  # fmt: skip
    again = client.get(LIST, {"edition__id__exact": edition.pk})
    client.post(LIST, sent(again))  # nothing is another: nothing is written
    assert LogEntry.objects.count() == 2


def test_a_level_somebody_else_changed_is_not_written_over(client, desk, edition):
    data = sent(client.get(LIST), turnover="off", walk="block_save")
    seen = settings_of(edition)["turnover"]
    set_levels(edition, {"turnover": Wanted(seen, Setting("warn", 30))}, by=UserFactory())
    page = client.post(LIST, data)
    assert page.status_code == 400
    assert page.context["form"].errors == {
        "level-turnover": ["他人已在此期间将其设为“提醒（分钟：30）”。请再次查看后保存。"]
    }
    assert own(edition) == {("turnover", "warn", 30)}  # of the other rule nothing either
    assert client.post(LIST, sent(page)).status_code == 302  # what was typed is still there
    assert own(edition) == {("turnover", "off", None), ("walk", "block_save", None)}


@pytest.mark.parametrize("wrong", [{"number-turnover": "-1"}, {"number-turnover": "1441"}, {"number-turnover": ""}, {"level-walk": "loud"}, {"seen-walk": ""}])  # fmt: skip
def test_nonsense_is_refused_beside_its_rule(client, desk, edition, wrong):
    page = client.post(LIST, sent(client.get(LIST), turnover="off") | wrong)
    assert (page.status_code, list(page.context["form"].errors)) == (400, list(wrong))
    assert own(edition) == set()


def test_a_setting_that_nobody_saw_is_refused(edition):
    with pytest.raises(ValidationError) as refusal:
        set_levels(
            edition, {"walk": Wanted(Setting("off", None), Setting("warn", 1))}, by=UserFactory()
        )
    assert list(refusal.value.error_dict) == ["walk"]


def test_other_desks_change_no_level(client, edition):
    sign_in(client, "press")
    assert client.get(LIST).status_code == client.post(LIST, {}).status_code == 403


def test_what_stops_a_release_is_mended_where_it_leads_and_leads_back(client, desk, edition):
    """Raise a level, look at the release, follow the finding, move, and be back at the release."""
    room = RoomFactory(venue__edition=edition, name_zh="示例红厅")
    first = published_forum(room, "10:00", "12:00", title_zh="示例先场")
    later = published_forum(room, "12:05", "13:00", title_zh="示例后场")
    Forum.objects.update(title_en="Sample")
    page = client.get(LIST)
    assert {row["rule"].key: row["found"] for row in page.context["rows"] if row["found"]} == {
        "turnover": 1
    }
    told = client.post(LIST, sent(page, turnover="block_release:15"), follow=True)
    assert [str(m) for m in told.context["messages"]] == [
        "已修改 1 条规则。",
        "草稿中现有 1 处会阻止发布。",
    ]
    (finding,) = client.get(DRAFT).context["findings"]
    assert finding["remedy"] == "请在两场之间多留时间，或换一间会议室。"
    parts = "&".join(f"part={forum.parts.get().pk}" for forum in (first, later))
    back = "next=%2Fadmin%2Fforums%2Frelease%2Fdraft%2F"
    assert finding["ways"] == [
        (f"移动“{title}”", f"/admin/forums/forum/{forum.pk}/move/?{parts}&{back}")
        for title, forum in (("示例先场", first), ("示例后场", later))
    ]
    form = client.get(finding["ways"][1][1]).context["form"]
    place = {name: form[name].value() for name in form.fields} | {
        "starts": "13:00",
        "ends": "14:00",
    }
    asked = client.get(f"/admin/forums/forum/{later.pk}/move/", place | {"next": DRAFT})
    assert f'name="next" value="{DRAFT}"' in asked.text
    moved = client.post(
        f"/admin/forums/forum/{later.pk}/move/", place | {"next": DRAFT, "version": later.version}
    )
    assert moved.url == DRAFT
    assert client.get(DRAFT).context["finding_count"] == 0


@pytest.mark.parametrize(
    "away", ["https://example.com/", "//example.com/", "javascript:alert(1)", "\\\\example.com"]
)
def test_a_move_leads_nowhere_else(client, desk, edition, away):
    forum = published_forum(RoomFactory(venue__edition=edition))
    page = client.get(f"/admin/forums/forum/{forum.pk}/move/", {"next": away, "part": "x"})
    assert page.context["back"] == f"/admin/forums/forum/{forum.pk}/change/"
