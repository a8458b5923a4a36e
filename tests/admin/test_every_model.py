"""Every registered model, whoever added it: its list costs the same for one row and for three, searches, filters, opens."""

import io
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin import rows
from tests.lib.factories import UserFactory
from waic.lib import clock

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
LABELS = [model._meta.label for model in MODELS]
EVERY = pytest.mark.parametrize("model", MODELS, ids=LABELS)
OWN = ("accounts", "editions", "notifications", "visitors", "forums", "exhibitors", "awards", "lib")
# An index that is made from other rows, files that stand on the page of their entry or dossier, reviews on that of their proposal,
# versions on that of their slides, moves and wishes on that of their plan, the counter of letters, and what belongs to one person
# alone: secrets and stars; answers that are kept for a day.
NOT_EDITED = {
    "editions.SearchEntry",
    "awards.EntryFile",
    "awards.DossierPaper",
    "forums.ForumMaterial",
    "forums.ProposalReview",
    "forums.SlidesFile",
    "forums.PlanMove",
    "forums.PlanWish",
    "forums.LetterSeries",
    "forums.PersonalFeed",
    "forums.Star",
    "forums.Wording",
    "lib.KeptAnswer",
}


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker):
    """The demo edition with three rows of everything, and somebody who may see all of it."""
    now = clock.frozen_at(datetime(2024, 7, 5, 10, 24, tzinfo=clock.ZONE))
    with django_db_blocker.unblock(), transaction.atomic(), now:
        call_command("demo", stdout=io.StringIO())
        for n in range(3):
            rows.add(n)
        client = Client(headers={"Accept-Language": "zh-hans"})
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        yield client
        transaction.set_rollback(True)


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def listed(client, model, pks):
    """The list narrowed to some rows, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(
            address(model, "changelist"), {f"{model._meta.pk.name}__in": ",".join(map(str, pks))}
        )
    assert page.status_code == 200, page.headers
    return len(page.context["cl"].result_list), len(queries)


@EVERY
def test_list_takes_as_many_queries_for_three_rows_as_for_one(desk, model):
    # The newest rows are the ones made to differ in what they refer to.
    pks = list(model._default_manager.order_by("-pk").values_list("pk", flat=True)[:3])
    assert len(pks) == 3, f"tests/admin/rows.py makes no three rows of {model._meta.label}"
    listed(desk, model, pks)
    assert listed(desk, model, pks[:1])[0] == 1
    (_one, alone), (three, together) = listed(desk, model, pks[:1]), listed(desk, model, pks)
    assert (three, together) == (3, alone)


@EVERY
def test_search_takes_anything(desk, model):
    searched = admin.site._registry[model].search_fields
    for words in ("示例 a b", "😀 'a' \\ % \x00" + "x" * 3000):
        page = desk.get(address(model, "changelist"), {"q": words})
        assert page.status_code in (200, 302), words
    if searched:
        assert (
            desk.get(address(model, "changelist"), {"q": "没有这样的一行"})
            .context["cl"]
            .result_count
            == 0
        )


@EVERY
def test_every_filter_offers_choices_that_open(desk, model):
    page = desk.get(address(model, "changelist"))
    changelist = page.context["cl"]
    for spec in changelist.filter_specs:
        for choice in list(spec.choices(changelist))[:3]:
            query = choice.get("query_string")
            if query:
                assert desk.get(address(model, "changelist") + query).status_code == 200, query
    assert desk.get(address(model, "changelist"), {PAGE_VAR: "999"}).status_code in (200, 302)


@EVERY
def test_form_and_history_of_a_row_open(desk, model):
    pk = model._default_manager.order_by("-pk").values_list("pk", flat=True)[0]
    for page in ("change", "history"):
        assert desk.get(address(model, page, pk)).status_code == 200, page
    made_here = admin.site._registry[model].has_add_permission(
        desk.get(address(model, "changelist")).wsgi_request
    )
    assert desk.get(address(model, "add")).status_code == (200 if made_here else 403)


def test_every_own_model_has_its_place_in_the_admin():
    inlined = {i.model for a in admin.site._registry.values() for i in a.inlines}
    own = {m for label in OWN for m in apps.get_app_config(label).get_models()}
    homeless = {m._meta.label for m in own - inlined - set(MODELS)}
    assert homeless == NOT_EDITED


def test_nobody_reads_a_second_factors_secret(desk):
    pk = Authenticator.objects.values_list("pk", flat=True)[0]
    assert "secret" not in desk.get(address(Authenticator, "change", pk)).text
