"""Solving in a process of its own: bounded in time, memory and processors, and gone when whoever asked is gone.

The worker that asked talks to it over pipes. Closing its input means stop, which is also what happens when the worker
dies; so no calculation outlives its worker. Memory beyond the limit ends the child alone.
"""

import contextlib
import json
import pickle
import select
import struct
import subprocess
import sys
import time
from pathlib import Path

from forums.planner.plan import Place, Plan
from forums.planner.search import Outcome, Step

ROOT = Path(__file__).resolve().parents[2]
GLANCE = 0.2  # seconds between two looks at `stop`
GRACE = 20.0  # seconds beyond its time after which the child is ended


class Broken(Exception):
    """The child ended without a plan: out of memory, killed, or a mistake of ours."""


def solve_apart(problem, *, seconds, seed=1, workers=2, memory=2048, start=None, progress=None, stop=None):  # fmt: skip
    """Like `solve`, with `memory` in MB. Broken when the child did not come to an end."""
    asked = {"problem": problem, "seconds": seconds, "seed": seed, "workers": workers, "start": start}  # fmt: skip
    child = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "forums.planner", str(memory)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    try:
        _ask(child, asked)
        return _listen(child, time.monotonic() + seconds + GRACE, progress, stop)
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                pipe.close()


def _ask(child, asked):
    data = pickle.dumps(asked)
    try:
        child.stdin.write(struct.pack("!Q", len(data)) + data)
        child.stdin.flush()
    except BrokenPipeError as error:
        raise Broken("the child ended before it was asked") from error


def _listen(child, latest, progress, stop):
    """Lines of the child until the last one; meanwhile `stop` is asked a few times a second."""
    pending = b""
    while time.monotonic() < latest:
        if stop and not child.stdin.closed and stop():
            child.stdin.close()
        if not select.select([child.stdout], [], [], GLANCE)[0]:
            continue
        data = child.stdout.read1(65536)
        if not data:
            raise Broken(f"the child ended with {child.wait()}")
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if "plan" in said:
                return _outcome(said)
            if progress:
                progress(Step(**said))
    raise Broken("the child did not end in time")


def _outcome(said):
    plan = Plan({int(i): Place(*place) for i, place in said.pop("plan").items()})
    steps = [Step(**step) for step in said.pop("steps")]
    return Outcome(plan, steps=steps, **said)
