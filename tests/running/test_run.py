"""`make run` as its users meet it: doors open, parts die, Ctrl-C, a busy port. Real processes in a var folder of their own."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from waic.lib.servers import where
from waic.lib.servers.process import start_time

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180  # seconds; machines of a CI are slow, a hanging start is not waited for for ever

pytestmark = pytest.mark.servers


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, message):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(message)


class Run:
    """`python -m waic.run` with a var folder of its own and no demo edition."""

    def __init__(self, var, port):
        self.var, self.port = var, port
        # What the suite itself lives by must not leak in: this is a checkout of its own.
        ours = ("WAIC_", "CACHE_", "MEDIA_", "STAFF_", "DATABASE_", "REDIS_", "DJANGO_", "TEST_")
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(ours)},
            "WAIC_VAR": str(var),
            "WAIC_DEMO": "0",
            "PORT": str(port),
        }
        self.process = None
        self.log = var / "out.log"

    def start(self):
        if not self.process or self.process.poll() is not None:
            with self.log.open("w") as out:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "waic.run"], cwd=ROOT, env=self.environment, stdout=out, stderr=out, start_new_session=True,
                )  # fmt: skip
        until(self.is_ready, f"never ready:\n{self.log.read_text()}")
        return self

    def is_ready(self):
        assert self.process.poll() is None, self.log.read_text()
        with contextlib.suppress(OSError):
            url = f"http://127.0.0.1:{self.port}/health/ready"
            return (
                "ready after" in self.log.read_text() and urllib.request.urlopen(url).status == 200
            )
        return False

    def children(self):
        return {c["name"]: c for c in json.loads((self.var / "run.json").read_text())["children"]}

    def everything(self):
        """{pid: began} of supervisor, children and servers."""
        pids = [self.process.pid, *(c["pid"] for c in self.children().values()), self.postgres()]
        return {pid: start_time(pid) for pid in pids}

    def postgres(self):
        """The database's process; 0 while there is none."""
        if not (self.var / "pg18" / "postmaster.pid").exists():
            return 0
        return int((self.var / "pg18" / "postmaster.pid").read_text().split("\n")[0])

    def once(self):
        """Start, and give what it said when it ended by itself at once."""
        result = subprocess.run(
            [sys.executable, "-m", "waic.run"], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        return result.returncode, result.stdout + result.stderr

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=PATIENCE)


@pytest.fixture(scope="module")
def var():
    """A folder the database's own user may reach, unlike pytest's temporary ones when root runs the suite."""
    folder = ROOT / "var" / f"running-{os.getpid()}"
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    os.environ["WAIC_VAR"], before = str(folder), os.environ["WAIC_VAR"]
    shutil.rmtree(where.run_dir(), ignore_errors=True)
    os.environ["WAIC_VAR"] = before


@pytest.fixture(scope="module")
def run(var):
    """One run for all tests; a start takes seconds, so who needs it running says `run.start()`."""
    running = Run(var, free_port())
    yield running
    running.end()


def gone(processes):
    return not any(began and start_time(pid) == began for pid, began in processes.items())


def test_what_ended_and_was_not_collected_yet_has_ended():
    """The embedded servers are children of whoever started them; waiting for a zombie would take all patience."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    os.kill(child.pid, 0)  # no signal tells
    assert start_time(child.pid) is None
    child.wait()
    assert start_time(os.getpid())


def test_a_busy_port_gets_a_sentence(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", run.port))
        taken.listen()
        code, said = run.once()
    assert code == 1
    assert f"Port {run.port} is busy" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("port", ["eighty", "99999999"])
def test_a_nonsense_port_gets_a_sentence(var, port):
    code, said = Run(var, port).once()
    assert code == 1
    assert "PORT must be a number" in said
    assert "Traceback" not in said


def test_a_run_that_is_still_starting_is_left_alone(var):
    with (var / ".run.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        code, said = Run(var, free_port()).once()
    assert code == 1
    assert "starting from this checkout already" in said
    assert "Traceback" not in said


def test_a_second_run_of_one_checkout_is_refused_and_harms_nothing(run):
    alive = run.start().everything()
    second = Run(run.var, free_port())
    code, said = second.once()
    assert code == 1
    assert f"process {run.process.pid}" in said
    assert run.everything() == alive
    assert run.is_ready()


def test_a_killed_part_comes_back(run):
    before = run.start().children()["web"]
    os.killpg(before["pid"], signal.SIGKILL)
    until(
        lambda: run.children().get("web", before)["pid"] != before["pid"] and run.is_ready(),
        f"the web server stays away:\n{run.log.read_text()}",
    )
    database = run.postgres()
    os.kill(database, signal.SIGKILL)
    until(
        lambda: run.postgres() not in (0, database) and run.is_ready(),
        f"the database stays away:\n{run.log.read_text()}",
    )


def test_the_next_start_repairs_what_kill_9_left(run):
    left = run.start().everything()
    run.process.kill()
    run.process.wait()
    os.kill(run.postgres(), signal.SIGKILL)
    run.start()
    assert gone(left)
    assert "left behind" in run.log.read_text()


def test_ctrl_c_leaves_no_process_behind(run):
    alive = run.start().everything()
    assert len(alive) == 5
    assert all(alive.values())
    run.end()
    assert run.process.returncode == 0
    assert gone(alive)
    assert not (run.var / "run.json").exists()
