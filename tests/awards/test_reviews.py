"""Reviews: saved, handed in, final; a judge with two windows is told what each of them holds (R9)."""

import re
import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from awards.models import Criterion, Review
from awards.operations.judging import hand_in_review, save_review, weighted_total
from tests.awards.factories import CallFactory, assign, stage_of, submitted_entry
from tests.lib.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def judge(client):
    judge = UserFactory(language="en")
    client.force_login(judge)
    return judge


@pytest.fixture
def task(judge):
    entry = submitted_entry()
    assign(UserFactory(), entry)  # somebody else's
    return assign(judge, entry)


class Window:
    """A tab of the judge's with the rubric open; it sends the version of the page it shows."""

    def __init__(self, client, task):
        path = reverse("awards:review", args=[task.stage.key, task.dossier.code])
        self.client, self.address = client, re.sub(r"^(/en)?", "/en", path)
        self.look(client.get(self.address))

    def look(self, response):
        self.page = response.content.decode()
        (self.version,) = re.findall(r'name="version" value="([^"]*)"', self.page)

    def send(self, **data):
        response = self.client.post(self.address, {"version": self.version, **data})
        if response.status_code != 302:
            self.look(response)
        return response.status_code

    def checked(self):
        """{criterion: score} that the page shows as chosen."""
        found = re.findall(r'name="score-([a-z]+)" value="(\d+)"\s+checked', self.page)
        return dict(found)

    def told(self):
        """Sentences that compare what is typed with what is stored."""
        text = re.sub(r"<[^>]*>", " ", self.page)
        return re.findall(
            r"(?:Saved from the other window|Typed here and not saved): “[^”]*”", text
        )


def stored():
    return Review.objects.values("scores", "comment", "total", "version").get()


def test_a_review_is_saved_handed_in_and_final(client, task):
    assert Window(client, task).send(**{"score-new": "5", "comment": "示例 🤖\x00"}) == 302
    assert stored() == {"scores": {"new": 5}, "comment": "示例 🤖", "total": None, "version": 1}
    window = Window(client, task)
    assert window.send(**{"score-new": "5", "comment": "Typed", "hand_in": "1"}) == 400
    assert "Please score every criterion first." in window.page
    assert (window.checked(), stored()["comment"]) == ({"new": "5"}, "Typed")
    assert window.send(**{"score-new": "5", "score-use": "2", "comment": "Done", "hand_in": "1"}) == 302  # fmt: skip
    final = {"scores": {"new": 5, "use": 2}, "comment": "Done", "total": Decimal("85.00")}
    assert {**stored(), **final} == stored()
    late = Window(client, task)
    assert late.send(**{"score-new": "1", "comment": "Changed"}) == 409
    assert "handed in and final" in late.page
    assert late.checked() == {"new": "5", "use": "2"}
    assert late.told() == [
        "Typed here and not saved: “1”", "Typed here and not saved: “—”", "Typed here and not saved: “Changed”",
    ]  # fmt: skip
    assert {**stored(), **final} == stored()


def test_the_second_window_is_told_what_the_first_saved_and_keeps_what_was_typed(client, task):
    first, second = Window(client, task), Window(client, task)
    assert first.send(**{"score-new": "4", "score-use": "3", "comment": "From the first"}) == 302
    before = stored()
    assert second.send(**{"score-new": "2", "score-use": "3", "comment": "From the second"}) == 409
    assert "You changed this review in another window." in second.page
    assert second.checked() == {"new": "2", "use": "3"}
    assert "From the second</textarea>" in second.page
    assert second.told() == [
        "Saved from the other window: “4”", "Saved from the other window: “From the first”",
    ]  # fmt: skip
    assert stored() == before
    # Having read that, the judge decides.
    assert second.send(**{"score-new": "2", "score-use": "3", "comment": "From the second"}) == 302
    assert stored() == {"scores": {"new": 2, "use": 3}, "comment": "From the second", "total": None, "version": 2}  # fmt: skip


def test_a_stale_window_hands_nothing_in(client, task):
    first, second = Window(client, task), Window(client, task)
    first.send(**{"score-new": "4", "score-use": "3"})
    assert second.send(**{"score-new": "1", "score-use": "1", "hand_in": "1"}) == 409
    assert (stored()["scores"], stored()["total"]) == ({"new": 4, "use": 3}, None)


def test_a_double_click_on_hand_in_is_no_fault(client, task):
    window = Window(client, task)
    data = {"score-new": "4", "score-use": "3", "hand_in": "1"}
    assert [window.send(**data), window.send(**data)] == [302, 409]
    assert window.told() == []
    assert stored()["total"] == Decimal("75.00")


@pytest.mark.parametrize("version", ["", "x", "²", "-1", "9" * 40, "\x00"])
def test_a_page_without_a_version_does_not_write_over_anything(client, task, version):
    Window(client, task).send(**{"score-new": "4"})
    window = Window(client, task)
    window.version = version
    assert window.send(**{"score-new": "1"}) == 409
    assert stored()["scores"] == {"new": 4}


def test_what_was_seen_is_checked_again_when_handing_in(task):
    review = save_review(task, scores={"new": "4", "use": "4"}, comment="", version=0)
    save_review(task, scores={"new": "1", "use": "1"}, comment="", version=review.version)
    with pytest.raises(ValidationError) as refusal:
        hand_in_review(task, version=review.version)
    assert refusal.value.code == "stale"


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_that_save_at_once_one_does():
    task = assign(UserFactory(), submitted_entry())
    gate, outcome = threading.Barrier(2), []

    def save(score):
        gate.wait()
        try:
            save_review(task, scores={"new": score}, comment="", version=0)
            outcome.append("")
        except ValidationError as refusal:
            outcome.append(refusal.code)
        connection.close()

    threads = [threading.Thread(target=save, args=[score]) for score in "12"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["", "stale"]
    assert Review.objects.get().version == 1


@pytest.mark.parametrize("score", ["0", "6", "-1", "²", "1.5", "1e1", "x", "9" * 50, "🤖"])
def test_a_wrong_score_is_told_next_to_it_and_nothing_typed_is_lost(client, task, score):
    window = Window(client, task)
    assert window.send(**{"score-new": score, "score-use": "4", "comment": "Typed words"}) == 400
    new, use = re.findall(r'<fieldset class="score">(.*?)</fieldset>', window.page, re.S)
    assert "A score is a whole number from 1 to 5." in new
    assert "A score is" not in use
    assert window.checked() == {"use": "4"}
    assert "Typed words</textarea>" in window.page
    assert Review.objects.count() == 0


def test_too_long_a_comment_is_told_and_stays(client, task):
    window = Window(client, task)
    assert window.send(**{"score-new": "4", "comment": "长" * 3001}) == 400
    told = re.search(r'id="e-comment"\s*>(.*?)</span>\s*</span>', window.page, re.S)
    assert "At most 3000 characters; there are 3001." in told.group(1)
    assert f"{'长' * 3001}</textarea>" in window.page
    assert Review.objects.count() == 0


def test_a_stage_without_a_rubric_cannot_be_handed_in(task):
    task.stage.criteria.all().delete()
    save_review(task, scores={}, comment="")
    with pytest.raises(ValidationError) as refusal:
        hand_in_review(task)
    assert refusal.value.code == "no_rubric"


@pytest.mark.parametrize("wrong", [{"weight": 0}, {"maximum": 1}])
def test_a_criterion_weighs_something_and_has_a_scale(wrong):
    stage_of(CallFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        Criterion.objects.update(**wrong)


@pytest.mark.parametrize(
    ("scores", "total"),
    [((5, 5), "100.00"), ((1, 1), "20.00"), ((4, 3), "75.00"), ((3, 2), "55.00")],
)
def test_totals_are_weighted(scores, total):
    criteria = stage_of(CallFactory()).criteria.all()
    assert weighted_total(criteria, dict(zip(["new", "use"], scores, strict=True))) == Decimal(
        total
    )
