"""The production server on the full-scale demo, with the processor time and memory it uses."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """gunicorn as `make run` starts it, with the benchmark's application."""

    def __init__(self, process, port):
        self.process, self.port, self.host = process, port, f"127.0.0.1:{port}"

    def workers(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def processor_seconds(self):
        """User and system time of all workers so far."""
        return sum(_processor_seconds(pid) for pid in self.workers())

    def memory(self):
        """Proportional memory (PSS) of each worker, MB."""
        return [_pss(pid) for pid in self.workers()]


def _processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _pss(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def serving(port):
    """The server while the block runs."""
    from waic.run import web_command

    command = web_command("tests.benchmarks.wsgi", f"127.0.0.1:{port}")
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait(port, process)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port, process):
    from tests.benchmarks.client import get, one_after_another

    for _attempt in range(300):
        if process.poll() is not None:
            raise SystemExit("The server does not start.")
        try:
            one_after_another(port, [get(f"127.0.0.1:{port}", "/health/live")])
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server does not answer.")


def prepare():
    """Servers, tables, static files and the full-scale demo in the benchmark's own var folder."""
    from waic.lib import servers

    servers.ensure_up()
    manage("prepare")
    manage("demo", "--scale", "full", "--visitors", "20000")


def manage(*args):
    subprocess.run([sys.executable, "manage.py", *args], cwd=ROOT, check=True)
