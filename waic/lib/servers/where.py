"""Where the servers live: data under var/, sockets in a short private folder, one lock for start and stop."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import stat
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
IS_ROOT = os.geteuid() == 0


def var_dir():
    """Data, logs and keys of this checkout; WAIC_VAR moves it."""
    return Path(os.environ.get("WAIC_VAR") or CHECKOUT / "var").resolve()


def tag():
    """Short and stable for one person and one var folder."""
    return hashlib.sha256(f"{os.geteuid()}:{var_dir()}".encode()).hexdigest()[:10]


def run_dir():
    """A short folder for unix sockets: their path may have 104 bytes, and checkouts lie deep."""
    return Path(os.environ.get("WAIC_RUN") or tempfile.gettempdir()) / f"waic-{tag()}"


def root_state():
    """Where root keeps a cluster that must not lie below somebody's private home."""
    return Path(os.environ.get("WAIC_ROOT_STATE", "/var/lib/waic")) / tag()


def server_owner():
    """(uid, gid) PostgreSQL runs under; it refuses root, and `nobody` exists everywhere."""
    if IS_ROOT:
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid
    return os.getuid(), os.getgid()


def others_can_reach(path):
    """True when every existing ancestor lets an unprivileged person through."""
    return all(p.stat().st_mode & stat.S_IXOTH for p in path.resolve().parents if p.exists())


def private_dir(path):
    """Make a folder only its owner may enter; SystemExit when somebody else's lies there."""
    path.mkdir(parents=True, exist_ok=True, mode=0o755)
    found, (uid, gid) = path.lstat(), server_owner()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), uid):
        raise SystemExit(
            f"{path} belongs to somebody else; remove it or set WAIC_RUN to another folder."
        )
    if IS_ROOT:
        os.chown(path, uid, gid)
    path.chmod(0o700)


@contextlib.contextmanager
def lock():
    """One process at a time starts or stops servers."""
    var_dir().mkdir(parents=True, exist_ok=True)
    with (var_dir() / ".servers.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def local_secret(name):
    """A random key of this checkout, made once, readable by its owner only."""
    path = var_dir() / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
