"""The pages of an import: who may, which file, large ones by the worker, one at a time."""

import contextlib
import re
import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from forums.imports.forum import ForumImport
from forums.models import Forum
from tests.forums.imports.sending import HEAD, ROW, confirm, counts, page, send
from tests.lib.factories import UserFactory
from tests.lib.tables import csv_bytes, upload
from waic.lib import jobs
from waic.lib.imports import running
from waic.lib.models import JobRun, StoredFile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", ["forum", "speaker"])
def test_list_offers_the_import(desk, model):
    assert page(model) in desk.get(reverse(f"admin:forums_{model}_changelist")).content.decode()


def test_list_does_not_offer_it_to_who_may_only_look(client, edition):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="press"))
    client.force_login(person)
    answer = client.get(reverse("admin:forums_forum_changelist"))
    assert answer.status_code == 200
    assert page("forum") not in answer.content.decode()


def test_too_large_upload_is_refused_without_being_read(desk, monkeypatch):
    monkeypatch.setattr("waic.lib.imports.reading.MAX_BYTES", 10)
    response = desk.post(page("forum"), {"scope": "2024", "file": upload(csv_bytes([HEAD, ROW]))})
    assert response.status_code == 400
    assert response.context["form"].errors["file"]


def test_broken_file_is_answered_beside_the_field_with_400(desk):
    for data in (b"", b"PK\x03\x04rubbish", csv_bytes([["foo"], ["bar"]])):
        response = desk.post(page("forum"), {"scope": "2024", "file": upload(data)})
        assert response.status_code == 400
        assert response.context["form"].errors["file"]
    assert not StoredFile.objects.exists()


def test_no_file_and_no_such_edition_are_answered_with_400(desk):
    response = desk.post(page("forum"), {"scope": "1999"})
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"scope", "file"}


@pytest.mark.parametrize("group", ["exhibition", "awards", "visitors", "press"])
def test_other_desks_may_not_import(client, edition, group):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    for model in ("forum", "speaker"):
        assert client.get(page(model)).status_code == 403
        assert client.post(page(model), {"file": upload(csv_bytes([HEAD, ROW]))}).status_code == 403
        assert client.get(page(model, "import_template", ending="csv")).status_code == 403
    assert not JobRun.objects.exists()


def test_somebody_elses_preview_is_not_there(desk, client):
    shown = send(desk, [HEAD, ROW])
    address = shown.request["PATH_INFO"]
    other = UserFactory(is_staff=True)
    other.groups.add(Group.objects.get(name="programme"))
    client.force_login(other)
    assert client.get(address).status_code == 404
    assert client.post(address, {"do": "import"}).status_code == 404
    assert not Forum.objects.exists()


def test_preview_of_forums_is_no_preview_of_speakers(desk):
    uuid = re.search(r"([0-9a-f-]{36})/$", send(desk, [HEAD, ROW]).request["PATH_INFO"]).group(1)
    assert desk.get(page("speaker", "import_page", uuid=uuid)).status_code == 404


def test_permission_lost_since_the_preview_writes_nothing(desk):
    shown = send(desk, [HEAD, ROW])
    run = JobRun.objects.get(kind=running.CHECK)
    desk.person.groups.clear()
    assert confirm(desk, shown).status_code == 403
    done = running.start_import(run, running.shown_by(run)[1])
    assert done.state == "failed"
    assert not Forum.objects.exists()


def test_large_file_is_left_to_the_worker(desk, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 0)
    shown = send(desk, [HEAD, ROW])
    run = JobRun.objects.get()
    assert (run.state, shown.context["job"]) == ("queued", run)
    jobs.run(run.pk)
    shown = desk.get(shown.request["PATH_INFO"])
    assert counts(shown) == {"new": 1}
    confirm(desk, shown)
    assert not Forum.objects.exists()
    jobs.run(JobRun.objects.get(kind=running.IMPORT).pk)
    assert Forum.objects.count() == 1
    assert desk.get(shown.request["PATH_INFO"]).context["done"].state == "done"


def test_list_of_jobs_leads_to_the_page_of_the_import(desk):
    shown = send(desk, [HEAD, ROW])
    confirm(desk, shown)
    listed = desk.get(reverse("jobs:list")).content.decode()
    assert "preview.json" not in listed
    for run in JobRun.objects.all():
        assert reverse("jobs:progress", args=[run.uuid]) in listed
        answer = desk.get(reverse("jobs:progress", args=[run.uuid]))
        assert answer["Location"] == shown.request["PATH_INFO"]


def test_uploads_go_when_their_time_is_over(desk):
    send(desk, [HEAD, ROW])
    StoredFile.objects.update(uploaded_at=timezone.now() - timedelta(days=jobs.KEPT_DAYS + 1))
    running.forget_old_uploads()
    assert not StoredFile.objects.filter(kind=running.UPLOAD).exists()


def test_file_that_is_gone_is_asked_for_again(desk):
    shown = send(desk, [HEAD, ROW])
    StoredFile.objects.filter(kind=running.UPLOAD).delete()
    assert confirm(desk, shown).request["PATH_INFO"] == page("forum")
    assert not Forum.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_the_same_moment_one_writes(desk, monkeypatch):
    """Two people checked one file; both confirm at once, each with a connection of their own."""
    # Without a room: of that the database takes care by itself.
    rows = [["论坛名称", "类型"], ["示例论坛", "行业论坛"]]
    for _n in range(2):
        desk.post(page("forum"), {"scope": "2024", "file": upload(csv_bytes(rows))})
    checks = list(JobRun.objects.filter(kind=running.CHECK))
    assert len(checks) == 2
    both_have_written, states = threading.Barrier(2, timeout=60), []

    def wait_for_the_other(self, objects):
        """Before its commit each gives the other the time to get as far."""
        with contextlib.suppress(threading.BrokenBarrierError):
            both_have_written.wait(timeout=1.5)

    def confirm_one(check):
        try:
            states.append(running.start_import(check, running.shown_by(check)[1]).state)
        finally:
            connection.close()

    monkeypatch.setattr(ForumImport, "finish", wait_for_the_other)
    threads = [threading.Thread(target=confirm_one, args=[check]) for check in checks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states) == ["done", "failed"]
    assert Forum.objects.count() == 1
