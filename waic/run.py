"""`make run`: servers, migrations, demo edition, then web, worker and beat under one supervisor.

Ctrl-C or SIGTERM ends all of it, the embedded servers included. Whatever was killed the hard way is found
by the next start (number and start time of each process are on record) and ended before anything begins.
"""

import contextlib
import fcntl
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from waic.lib.servers.process import start_time

ROOT = Path(__file__).resolve().parent.parent
HOST = os.environ.get("HOST", "127.0.0.1")
PORT = os.environ.get("PORT", "8000")
DEMO_PEOPLE = ["organiser", "programme", "exhibition", "awards", "visitors", "press", "host", "speaker", "exhibitor", "applicant", "judge", "visitor", "gate"]  # fmt: skip


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


# --- Processes on record ------------------------------------------------------------------------


def record_path():
    from waic.lib import servers

    return servers.var_dir() / "run.json"


def end_left_over():
    """End what an earlier run, killed the hard way, left behind. SystemExit when a run is alive."""
    path = record_path()
    try:
        record = json.loads(path.read_text())
    except (OSError, ValueError):
        return
    owner = record.get("supervisor", {})
    if owner.get("began") and start_time(owner["pid"]) == owner["began"]:
        raise SystemExit(
            f"WAIC runs already from this checkout (process {owner['pid']}); end that one first (Ctrl-C there)."
        )
    alive = [
        c for c in record.get("children", []) if c["began"] and start_time(c["pid"]) == c["began"]
    ]
    if alive:
        say(f"· ending {len(alive)} processes an earlier run left behind")
    for child in alive:
        end_group(child["pid"], signal.SIGTERM)
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline and any(start_time(c["pid"]) == c["began"] for c in alive):
        time.sleep(0.1)
    for child in alive:
        if start_time(child["pid"]) == child["began"]:
            end_group(child["pid"], signal.SIGKILL)
    path.unlink(missing_ok=True)


def end_group(pid, how):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, how)


def insist_on_being_alone():
    """Hold this checkout's lock as long as this process lives. SystemExit when another one is still starting."""
    from waic.lib import servers

    handle = (servers.var_dir() / ".run.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit("WAIC is starting from this checkout already; wait for it.") from None
    return handle


# --- Steps before the doors open ----------------------------------------------------------------


def insist_on_free_port():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(PORT)))
        except OSError:
            raise SystemExit(
                f"Port {PORT} is busy. Choose another one: PORT=9000 make run"
            ) from None
        except (ValueError, OverflowError):
            raise SystemExit(f"PORT must be a number from 1 to 65535, not {PORT!r}.") from None


def manage(*args):
    """One management command in its own process; SystemExit with its words when it fails."""
    result = subprocess.run([sys.executable, "manage.py", *args], cwd=ROOT, check=False)  # noqa: S603
    if result.returncode:
        raise SystemExit(f"manage.py {' '.join(args)} failed.")


def prepare():
    from waic.lib import servers

    say(
        "· starting PostgreSQL and Valkey"
        if servers.uses_embedded()
        else "· using the servers of DATABASE_URL and REDIS_URL"
    )
    servers.ensure_up()
    say("· texts, tables, static files")
    manage("prepare")


# --- Supervisor ---------------------------------------------------------------------------------


@dataclass
class Child:
    """One process that is kept alive."""

    name: str
    args: list
    process: subprocess.Popen | None = None
    deaths: list = field(default_factory=list)
    next_start: float = 0.0

    def start(self):
        self.process = subprocess.Popen(self.args, cwd=ROOT, start_new_session=True)  # noqa: S603

    def look_after(self):
        """Start again what died, later each time it dies soon after."""
        if self.process is None:
            if time.monotonic() >= self.next_start:
                self.start()
                return True
            return False
        if self.process.poll() is None:
            return False
        now = time.monotonic()
        self.deaths = [t for t in self.deaths if now - t < 60] + [now]
        delay = min(30, 2 ** (len(self.deaths) - 1) - 1)
        say(f"! {self.name} ended ({self.process.returncode}); starting it again in {delay} s")
        self.process, self.next_start = None, now + delay
        return True


def web_command(application, address):
    """gunicorn for one application; also what the benchmarks measure."""
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    return [gunicorn, "-c", "python:waic.gunicorn", application, "-b", address, "--graceful-timeout", "5"]  # fmt: skip


def children():
    from waic.lib import servers

    celery = [str(Path(sys.executable).parent / "celery"), "-A", "waic", "--quiet"]
    web = web_command("waic.wsgi", f"{HOST}:{PORT}")
    worker = [*celery, "worker", "-Q", "default,bulk", "-c", "2", "-l", "warning", "--without-mingle", "--without-gossip"]  # fmt: skip
    beat = [*celery, "beat", "-l", "warning", "-s", str(servers.var_dir() / "beat"), "--pidfile="]
    return [Child("web", web), Child("worker", worker), Child("beat", beat)]


def write_record(running):
    listed = [
        {"name": c.name, "pid": c.process.pid, "began": start_time(c.process.pid)}
        for c in running
        if c.process
    ]
    owner = {"pid": os.getpid(), "began": start_time(os.getpid())}
    draft = record_path().with_suffix(".tmp")
    draft.write_text(json.dumps({"supervisor": owner, "children": listed}))
    draft.replace(record_path())


def wait_for_web(seconds=40):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((HOST, int(PORT)), timeout=1):
            return True
        time.sleep(0.1)
    return False


def welcome(began):
    say(
        f"\nWAIC is at http://{HOST}:{PORT}/   (English: http://{HOST}:{PORT}/en/)   ready after {time.monotonic() - began:.0f} s"
    )
    if os.environ.get("WAIC_DEMO") == "1":
        say("Demo sign-in, password waic-demo-2024:")
        for n in range(0, len(DEMO_PEOPLE), 4):
            say("  " + "  ".join(f"{name + '@waic.test':24}" for name in DEMO_PEOPLE[n : n + 4]))
        say(
            f"Desks: http://{HOST}:{PORT}/admin/   Portal: http://{HOST}:{PORT}/portal/   Mail: var/mail/"
        )
    say("Ctrl-C ends everything.\n")


class Ended(Exception):
    """Somebody asked for the end."""


def on_signal(_number, _frame):
    # A second Ctrl-C must not interrupt the clean-up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Ended


def end_all(running):
    for child in running:
        if child.process:
            end_group(child.process.pid, signal.SIGTERM)
    deadline = time.monotonic() + 12
    for child in running:
        if child.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            end_group(child.process.pid, signal.SIGKILL)


def main():
    """Run until somebody ends it; exit status 0 then."""
    from waic.lib import servers

    began = time.monotonic()
    os.environ.setdefault("WAIC_DEMO", "0" if os.environ.get("DATABASE_URL") else "1")
    os.environ.setdefault("WAIC_EMBEDDED", "1")
    os.environ.setdefault("SITE_URL", f"http://{HOST}:{PORT}")
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    servers.var_dir().mkdir(parents=True, exist_ok=True)
    running, alone = [], None
    try:
        end_left_over()
        insist_on_free_port()
        alone = insist_on_being_alone()
        prepare()
        running = children()
        for child in running:
            child.start()
        write_record(running)
        if wait_for_web():
            welcome(began)
        for second in itertools.count():
            if sum(child.look_after() for child in running):
                write_record(running)
            if second % 5 == 4:
                servers.ensure_up()
            time.sleep(1)
    except Ended:
        say("\n· ending")
    finally:
        # Whoever was refused above has started nothing and ends nothing: the servers are another run's.
        if alone:
            end_all(running)
            servers.down()
            alone.close()
        if running:
            record_path().unlink(missing_ok=True)


if __name__ == "__main__":
    main()
