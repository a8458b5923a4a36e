"""Long jobs: claimed once, their progress seen, stopped, failed, found again."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from tests.lib.factories import UserFactory
from waic.lib import files, jobs
from waic.lib.models import JobRun, JobState, StoredFile


@jobs.job("test-count")
def count(progress, *, rows):
    progress.total = rows
    for _row in range(rows):
        progress.step()
    text = f"{rows},{translation.get_language()}".encode()
    return files.store(text, name="count.csv", media_type=files.CSV, kind="export", by=progress.by)


@jobs.job("test-mend")
def mend(progress):
    progress.error("a number is needed", row=3, column="seats")


@jobs.job("test-refuse", atomic=True)
def refuse(progress):
    StoredFile.objects.create(kind="t", name="half.csv", media_type="text/csv", size=0, sha256="")
    raise ValidationError("no")


@jobs.job("test-break")
def break_(progress):
    raise RuntimeError("secret detail")


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """What would be told to a worker."""
    woken = []
    monkeypatch.setattr(jobs, "wake_up", woken.append)
    return woken


def start(name="test-count", by=None, **params):
    return jobs.start(name, title="示例任务", params=params, by=by)


# --- Running ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_job_runs_in_the_language_it_was_asked_in_and_keeps_its_result():
    person = UserFactory()
    with translation.override("en"):
        run = start(rows=3, by=person)
    assert jobs.run(run.pk) == JobState.DONE
    run.refresh_from_db()
    assert (run.done, run.total, run.errors, run.lease_until) == (3, 3, [], None)
    assert run.result.file.read() == b"3,en"
    assert run.result.uploaded_by == person


@pytest.mark.django_db
def test_wake_up_only_after_the_commit(no_broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = start(rows=1)
        assert no_broker == []
    assert no_broker == [run.pk]


@pytest.mark.django_db
def test_second_click_finds_the_job_that_runs():
    person = UserFactory()
    first = start(rows=1, by=person)
    assert start(rows=1, by=person) == first
    assert start(rows=2, by=person) != first
    assert start(rows=1, by=UserFactory()) != first
    jobs.run(first.pk)
    assert start(rows=1, by=person) != first


def test_unknown_kind_is_a_mistake_at_once():
    with pytest.raises(KeyError):
        start("nobody-knows-this")


@pytest.mark.django_db
def test_what_is_to_be_mended_is_listed_by_row_and_column():
    run = start("test-mend")
    assert jobs.run(run.pk) == JobState.FAILED
    run.refresh_from_db()
    assert run.errors == [{"row": 3, "column": "seats", "text": "a number is needed"}]


@pytest.mark.django_db
def test_refused_atomic_job_leaves_nothing_behind():
    run = start("test-refuse")
    assert jobs.run(run.pk) == JobState.FAILED
    run.refresh_from_db()
    assert [error["text"] for error in run.errors] == ["no"]
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_broken_job_shows_a_sentence_and_no_detail():
    run = start("test-break")
    assert jobs.run(run.pk) == JobState.FAILED
    run.refresh_from_db()
    assert len(run.errors) == 1
    assert "secret" not in str(run.errors)


@pytest.mark.django_db
def test_error_list_is_bounded():
    progress = jobs.Progress(JobRun())
    for n in range(jobs.MOST_ERRORS + 5):
        progress.error(n)
    assert len(progress.errors) == jobs.MOST_ERRORS


@pytest.mark.django_db
def test_job_that_ended_is_not_run_again():
    run = start(rows=1)
    jobs.run(run.pk)
    assert jobs.run(run.pk) is None
    assert jobs.run(run.pk + 1) is None


@pytest.mark.django_db
def test_failed_job_can_be_tried_again():
    run = start("test-mend")
    jobs.run(run.pk)
    assert jobs.again(run)
    run.refresh_from_db()
    assert (run.state, run.errors, run.attempts) == (JobState.QUEUED, [], 0)
    assert not jobs.again(run)


# --- Progress, stopping, leases (seen by others, so really committed) ---------------------------


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_from_inside_a_transaction_and_written_seldom(monkeypatch):
    monkeypatch.setattr(jobs, "PULSE", 0.02)
    seen, inside, go_on = [], threading.Event(), threading.Event()

    def slow(progress):
        progress.total = 10
        for _row in range(4):
            progress.step(note="four of ten")
        inside.set()
        assert go_on.wait(10)

    monkeypatch.setitem(jobs._kinds, "test-slow", jobs.Kind("test-slow", slow, atomic=True))
    run = start("test-slow")
    worker = run_in_thread(run.pk)
    assert inside.wait(10)
    for _look in range(200):
        seen.append(JobRun.objects.values_list("done", "total", "note", "state").get(pk=run.pk))
        if seen[-1][0]:
            break
        threading.Event().wait(0.02)
    go_on.set()
    worker.join(10)
    assert seen[-1] == (4, 10, "four of ten", JobState.RUNNING)
    run.refresh_from_db()
    assert (run.state, run.done) == (JobState.DONE, 10)


@pytest.mark.django_db(transaction=True)
def test_cancelled_job_stops_and_has_written_nothing(monkeypatch):
    monkeypatch.setattr(jobs, "PULSE", 0.02)
    inside = threading.Event()

    def endless(progress):
        StoredFile.objects.create(
            kind="t", name="half.csv", media_type="text/csv", size=0, sha256=""
        )
        inside.set()
        for _turn in range(1000):
            threading.Event().wait(0.02)
            progress.step()

    monkeypatch.setitem(
        jobs._kinds, "test-endless", jobs.Kind("test-endless", endless, atomic=True)
    )
    run = start("test-endless")
    worker = run_in_thread(run.pk)
    assert inside.wait(10)
    assert jobs.cancel(run)
    worker.join(10)
    assert not worker.is_alive()
    run.refresh_from_db()
    assert run.state == JobState.CANCELLED
    assert not StoredFile.objects.exists()
    assert not jobs.cancel(run)


@pytest.mark.django_db(transaction=True)
def test_job_cancelled_at_its_very_end_drops_its_result(monkeypatch):
    def late(progress):
        jobs.cancel(progress.run)
        return files.store(b"x", name="late.csv", media_type=files.CSV, kind="export")

    monkeypatch.setitem(jobs._kinds, "test-late", jobs.Kind("test-late", late, atomic=False))
    run = start("test-late")
    assert jobs.run(run.pk) == JobState.CANCELLED
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_six_workers_run_a_job_once(monkeypatch):
    runs, gate = [], threading.Barrier(6, timeout=60)

    def once(progress):
        runs.append(threading.get_ident())
        threading.Event().wait(0.2)

    monkeypatch.setitem(jobs._kinds, "test-once", jobs.Kind("test-once", once, atomic=False))
    run = start("test-once")

    def work():
        try:
            gate.wait(10)
            jobs.run(run.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _n in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert len(runs) == 1


def run_in_thread(pk):
    def work():
        try:
            jobs.run(pk)
        finally:
            connection.close()

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    return worker


@pytest.mark.django_db
def test_lost_job_is_found_by_the_sweeper_and_taken_over(no_broker):
    run = start(rows=2)
    assert jobs.claim(run.pk).attempts == 1  # and its worker dies here
    assert jobs.claim(run.pk) is None
    assert jobs.sweep() == 0
    JobRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.sweep() == 1
    assert no_broker == [run.pk]
    assert jobs.run(run.pk) == JobState.DONE
    assert JobRun.objects.get().attempts == 2


@pytest.mark.django_db
def test_job_whose_wake_up_was_lost_is_found(no_broker):
    run = start(rows=2)
    assert jobs.sweep() == 0
    JobRun.objects.filter(pk=run.pk).update(requested_at=timezone.now() - timedelta(minutes=1))
    assert jobs.sweep() == 1


@pytest.mark.django_db
def test_job_that_kills_its_workers_is_given_up():
    run = start(rows=1)
    past = timezone.now() - timedelta(seconds=1)
    for _n in range(jobs.MOST_ATTEMPTS):
        assert jobs.claim(run.pk)
        JobRun.objects.filter(pk=run.pk).update(lease_until=past)
    assert jobs.run(run.pk) is None
    run.refresh_from_db()
    assert (run.state, len(run.errors)) == (JobState.FAILED, 1)


@pytest.mark.django_db
def test_worker_that_comes_back_late_cannot_end_the_job_of_another():
    run = start(rows=1)
    first = jobs.claim(run.pk)
    JobRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.claim(run.pk)
    assert not jobs.end(jobs.mine(first), JobState.DONE)


@pytest.mark.django_db
def test_old_results_are_forgotten():
    run = start(rows=1)
    jobs.run(run.pk)
    run.refresh_from_db()
    storage, name = run.result.file.storage, run.result.file.name
    assert storage.exists(name)
    jobs.forget_old(timezone.now() + timedelta(days=jobs.KEPT_DAYS - 1))
    assert JobRun.objects.exists()
    jobs.forget_old(timezone.now() + timedelta(days=jobs.KEPT_DAYS + 1))
    assert not JobRun.objects.exists()
    assert not StoredFile.objects.exists()
    assert not storage.exists(name)


# --- Pages --------------------------------------------------------------------------------------


@pytest.fixture
def staff(client):
    person = UserFactory(is_staff=True)
    client.force_login(person)
    client.person = person
    return client


def page(client, run, name="progress", **headers):
    return client.get(reverse(f"jobs:{name}", args=[run.uuid]), headers=headers)


@pytest.mark.django_db
@pytest.mark.urls("tests.lib.desk_site")
def test_page_shows_the_bar_and_asks_again_until_the_end(staff):
    run = start(rows=4, by=staff.person)
    waiting = page(staff, run, **{"HX-Request": "true"}).content.decode()
    assert "every 1s" in waiting
    assert "<html" not in waiting
    jobs.run(run.pk)
    done = page(staff, run).content.decode()
    assert "every 1s" not in done
    assert reverse("jobs:result", args=[run.uuid]) in done


@pytest.mark.django_db
@pytest.mark.urls("tests.lib.desk_site")
def test_page_without_scripts_reloads_itself(staff):
    run = start(rows=4, by=staff.person)
    assert '<noscript><meta http-equiv="refresh"' in page(staff, run).content.decode()


@pytest.mark.django_db
@pytest.mark.urls("tests.lib.desk_site")
def test_result_is_an_attachment_for_its_requester_only(staff):
    run = start(rows=4, by=staff.person)
    assert page(staff, run, "result").status_code == 404
    jobs.run(run.pk)
    response = page(staff, run, "result")
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content) == b"4,zh-hans"


@pytest.mark.django_db
@pytest.mark.urls("tests.lib.desk_site")
@pytest.mark.parametrize("name", ["progress", "result"])
def test_somebody_elses_job_is_not_found(staff, name):
    run = start(rows=4, by=UserFactory(is_staff=True))
    jobs.run(run.pk)
    assert page(staff, run, name).status_code == 404
    assert staff.post(reverse("jobs:cancel", args=[run.uuid])).status_code == 404
    assert run.title not in staff.get(reverse("jobs:list")).content.decode()


@pytest.mark.django_db
@pytest.mark.urls("tests.lib.desk_site")
def test_jobs_are_for_people_at_a_desk(client):
    person = UserFactory()
    run = start(rows=1, by=person)
    client.force_login(person)
    assert page(client, run).status_code == 302


@pytest.mark.django_db
@pytest.mark.urls("tests.lib.desk_site")
def test_stopping_needs_a_post(staff):
    run = start(rows=4, by=staff.person)
    assert staff.get(reverse("jobs:cancel", args=[run.uuid])).status_code == 405
    staff.post(reverse("jobs:cancel", args=[run.uuid]))
    run.refresh_from_db()
    assert run.state == JobState.CANCELLED
