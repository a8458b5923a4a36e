"""Booths and first launches on the pages of the exhibition desk: the database's rules as sentences."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from exhibitors.admin import ApplicationAdmin
from exhibitors.admin.booths import BoothAdmin
from exhibitors.models import Allocation, FirstLaunch
from tests.exhibitors.desk_pages import change_url, refused, save, sign_in, stand
from tests.exhibitors.factories import (
    DURING,
    AllocationFactory,
    ApplicationFactory,
    BoothFactory,
    FirstLaunchFactory,
    HallFactory,
)
from waic.editions.models import SearchEntry
from waic.lib import clock
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db
TAKEN = "这个展位已被占用"


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


@pytest.fixture
def desk(client):
    return sign_in(client, "exhibition")


def booth_form(booth, *applications):
    """What the page of a booth sends to give it to applications."""
    data = {
        "hall": booth.hall_id, "number": booth.number, "area": "", "note": "",
        "allocations-INITIAL_FORMS": 0, "allocations-TOTAL_FORMS": len(applications),
    }  # fmt: skip
    for n, application in enumerate(applications):
        row = {"application": application.pk, "booth": booth.pk, "released_at_0": "", "released_at_1": ""}  # fmt: skip
        data |= {f"allocations-{n}-{name}": value for name, value in row.items()}
    return data


def test_a_booth_that_is_taken_is_refused(client, desk):
    taken, application = AllocationFactory(), ApplicationFactory(approved=True)
    assert TAKEN in refused(save(client, application, allocations=[stand(taken.booth)]))
    assert list(Allocation.objects.all()) == [taken]


def test_one_form_does_not_take_a_booth_twice_itself(client, desk):
    application, booth = ApplicationFactory(approved=True), BoothFactory()
    assert TAKEN in refused(save(client, application, allocations=[stand(booth), stand(booth)]))
    assert not Allocation.objects.exists()


def test_a_booth_of_another_edition_is_refused_in_the_form(client, desk):
    booth = BoothFactory(hall=HallFactory(venue__edition__year=2023))
    application = ApplicationFactory(approved=True)
    assert "这个展位属于另一届" in refused(save(client, application, allocations=[stand(booth)]))
    assert not Allocation.objects.exists()


def test_a_booth_is_given_on_its_own_page_once(client, desk):
    booth, application = BoothFactory(), ApplicationFactory(approved=True)
    twice = client.post(change_url(booth), booth_form(booth, application, application))
    assert TAKEN in refused(twice)
    assert client.post(change_url(booth), booth_form(booth, application)).status_code == 302
    assert Allocation.objects.get().application == application
    assert booth.number in SearchEntry.objects.get(kind="exhibitor").note_zh


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["application", "booth"])
def test_a_booth_taken_between_the_check_and_the_write_is_refused(client, desk, monkeypatch, page):
    """Somebody is faster by a moment: the form found the booth free, the database does not."""
    application, other = (ApplicationFactory(approved=True) for _n in range(2))
    booth = BoothFactory()
    somebody_takes(booth, other, monkeypatch, ApplicationAdmin if page == "application" else BoothAdmin)  # fmt: skip
    if page == "application":
        answer = save(client, application, city="苏州", allocations=[stand(booth)])
        assert 'value="苏州"' in answer.text
    else:
        answer = client.post(
            change_url(booth), booth_form(booth, application) | {"note": "示例备注"}
        )
        assert 'value="示例备注"' in answer.text
    assert TAKEN in refused(answer)
    assert list(Allocation.objects.values_list("application", flat=True)) == [other.pk]
    assert not Message.objects.exists()
    application.refresh_from_db()
    assert application.city != "苏州"


def somebody_takes(booth, other, monkeypatch, admin):
    """Once, when the desk's form has been checked and before its booths are written."""
    real, faster = admin.save_related, threading.Thread(target=lambda: take(booth, other))

    def save_related(*args):
        if not faster.ident:
            faster.start()
            faster.join()
        return real(*args)

    monkeypatch.setattr(admin, "save_related", save_related)


def take(booth, other):
    Allocation.objects.create(booth=booth, application=other)
    connection.close()


# --- First launches -----------------------------------------------------------------------------

REASON = "请填写原因。"


def launch_page(launch, **fields):
    """Address and data of a claim's own page."""
    data = {"exhibit": launch.exhibit_id, "scope": "world", "evidence": launch.evidence, "launch_at_0": "", "launch_at_1": ""}  # fmt: skip
    return change_url(launch), data | fields


def exhibit_page(launch, **fields):
    """Address and data of its exhibit's page."""
    exhibit, (_address, row) = launch.exhibit, launch_page(launch, **fields)
    names = ("name_zh", "name_en", "category", "description_zh", "description_en")
    data = {name: getattr(exhibit, name) for name in names}
    data |= {"application": exhibit.application_id, "order": 0, "first_launch-TOTAL_FORMS": 1, "first_launch-INITIAL_FORMS": 1}  # fmt: skip
    data |= {f"first_launch-0-{name}": value for name, value in {"id": launch.pk, **row}.items()}
    return change_url(exhibit), data


@pytest.mark.parametrize("page", [launch_page, exhibit_page])
@pytest.mark.parametrize("remark", ["", "  "])
def test_a_first_launch_is_not_refused_without_a_reason(client, desk, page, remark):
    launch = FirstLaunchFactory(exhibit__application=ApplicationFactory(approved=True), state="claimed")  # fmt: skip
    address, data = page(launch, state="refused", remark=remark, evidence="示例：另一句")
    answer = client.post(address, data)
    assert REASON in refused(answer)
    assert "示例：另一句" in answer.text
    launch.refresh_from_db()
    assert (launch.state, launch.evidence == "示例：另一句") == ("claimed", False)
    address, data = page(launch, state="refused", remark="示例：已在别处展出")
    assert client.post(address, data).status_code == 302
    launch.refresh_from_db()
    assert (launch.state, launch.remark) == ("refused", "示例：已在别处展出")


def test_the_database_refuses_it_too():
    launch = FirstLaunchFactory()
    with pytest.raises(IntegrityError, match="refused_has_remark"), transaction.atomic():
        FirstLaunch.objects.filter(pk=launch.pk).update(state="refused", remark="")
