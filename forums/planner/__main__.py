"""The child of forums.planner.apart: reads a problem, writes a JSON line per step and one for the plan."""

import contextlib
import json
import os
import pickle
import resource
import struct
import sys
import threading
from dataclasses import asdict

MB = 1024 * 1024


def main():
    _bound(int(sys.argv[1]))
    (length,) = struct.unpack("!Q", sys.stdin.buffer.read(8))
    asked = pickle.loads(sys.stdin.buffer.read(length))  # noqa: S301 - from the worker that started us, over a pipe
    gone = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(gone,), daemon=True).start()
    from forums.planner.search import solve

    outcome = solve(**asked, progress=lambda step: _say(asdict(step)), stop=gone.is_set)
    _say({**asdict(outcome), "plan": {str(i): place for i, place in outcome.plan.items()}})


def _bound(memory):
    os.nice(5)
    # Not every system knows this limit; the worker's own still holds there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory * MB, memory * MB))


def _wait_for_the_end(gone):
    sys.stdin.buffer.read(1)
    gone.set()


def _say(what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


main()
