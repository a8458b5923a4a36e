"""The suite's ground: its own PostgreSQL and Valkey, one template database per set of migrations, a clean clock."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

# Before the settings are imported: everything of the suite lives below var/test.
os.environ["WAIC_TESTING"] = "1"
os.environ.setdefault("WAIC_EMBEDDED", "1")
os.environ.setdefault("WAIC_VAR", str(ROOT / "var" / "test"))
os.environ.setdefault("WAIC_PG_OPTIONS", "fsync=off synchronous_commit=off full_page_writes=off")
CACHE_PREFIX = f"test-{WORKER}-{os.getpid()}"
os.environ["CACHE_PREFIX"] = CACHE_PREFIX
os.environ["MEDIA_ROOT"] = str(Path(os.environ["WAIC_VAR"]) / f"media-{WORKER}")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ["STAFF_SECOND_FACTOR"] = "0"  # the tests of the second factor switch it on
os.environ.pop("DEBUG", None)
os.environ.pop("WAIC_DEMO", None)
Path(os.environ["WAIC_VAR"], "static").mkdir(parents=True, exist_ok=True)

import django
import pytest

# pytest-django would read the settings before this file could say where the suite lives, so they are named here.
os.environ["DJANGO_SETTINGS_MODULE"] = "waic.settings"
django.setup()
# Not left behind: a worker that inherits it would read its settings before this file, with another one's cache and files.
del os.environ["DJANGO_SETTINGS_MODULE"]

CHROMIUM = next(
    (p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None
)


def pytest_configure(config):
    from django.conf import settings

    # What is cleared before each test is what this process uses.
    assert settings.CACHES["default"]["KEY_PREFIX"] == CACHE_PREFIX
    if not hasattr(config, "workerinput"):
        from waic.lib import servers

        servers.ensure_up()


def pytest_collection_modifyitems(items):
    if CHROMIUM or os.environ.get("CI") == "true":
        return
    skip = pytest.mark.skip(reason="no Chromium here; install it to run the browser tests")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(skip)


# --- Database -----------------------------------------------------------------------------------


def migrations_hash():
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("**/migrations/*.py")):
        if ".venv" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    # Groups and their permissions are made after migrating, so they belong to the template too.
    digest.update((ROOT / "waic/accounts/desks.py").read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """A database of this worker, cloned from a template that was migrated once."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, connections

    default = settings.DATABASES["default"]
    admin_name, template, name = (
        default["NAME"],
        f"waic_template_{migrations_hash()}",
        f"waic_test_{WORKER}_{os.getpid()}",
    )

    def administrator():
        """A connection that holds the suite's lock: one worker makes the template, the others wait."""
        import psycopg

        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        where = {name: default[key] for name, key in names.items() if default.get(key)}
        admin = psycopg.connect(dbname=admin_name, autocommit=True, **where)
        # Migrating takes longer than any lock may be waited for elsewhere.
        admin.execute("SET lock_timeout = 0")
        admin.execute("SELECT pg_advisory_lock(20240704)")
        return admin

    def use(database):
        connections.close_all()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
        default["NAME"] = database
        connection.settings_dict["NAME"] = database

    def make_template():
        with administrator() as admin:
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
                return
            draft = f"{template}_draft"
            admin.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
            admin.execute(f'CREATE DATABASE "{draft}"')
            use(draft)
            call_command("migrate", verbosity=0)
            use(admin_name)
            admin.execute(f'ALTER DATABASE "{draft}" RENAME TO "{template}"')

    with django_db_blocker.unblock():
        make_template()
        with administrator() as admin:
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        use(name)
    yield
    with django_db_blocker.unblock():
        use(admin_name)
        with administrator() as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


# What migrating itself writes: kinds of rows, permissions and desks. No test changes them for good.
MIGRATED = {
    "django_content_type", "auth_permission", "auth_group", "auth_group_permissions",
}  # fmt: skip


@pytest.fixture(autouse=True, scope="session")
def quick_clearing():
    """After a test that commits, delete its rows; Django would empty every table and sync each desk anew, for seconds."""
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = lambda _case: clear_rows()


@pytest.fixture(autouse=True, scope="session")
def static_files_found_once():
    """Every test client makes the middleware anew, and WhiteNoise would look for all static files each time."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    find, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def find_once(middleware):
        if not found:
            find(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", find_once)
        yield


def clear_rows():
    """Delete what a test committed, in any order: the foreign keys are checked at the end."""
    from django.db import connection, transaction

    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    filled = (f"SELECT '{n}' WHERE EXISTS (SELECT FROM \"{n}\")" for n in set(names) - MIGRATED)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(filled))
        for (name,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{name}"')


@pytest.fixture(autouse=True)
def clean_state():
    """Every test begins with real time, an empty cache of its own and no pages kept."""
    from django.core.cache import cache
    from django.utils import translation

    from waic.lib import ready_pages

    ready_pages.forget()
    _clear_own_keys(cache)
    with translation.override("zh-hans"):
        yield


def _clear_own_keys(cache):
    client = cache._cache.get_client(None, write=True)
    keys = list(client.scan_iter(match=f"{CACHE_PREFIX}:*", count=1000))
    if keys:
        client.delete(*keys)


# --- A real worker ------------------------------------------------------------------------------


class RealWorker:
    """A Celery worker process on this test database and broker; may be killed the hard way and started again."""

    def __init__(self, environment):
        self.environment, self.process = environment, None

    def start(self, wait=20):
        args = [sys.executable, "-m", "celery", "-A", "waic", "--quiet", "worker", "-Q", "default,bulk", "-c", "2",
                "-l", "error", "--without-mingle", "--without-gossip"]  # fmt: skip
        self.process = subprocess.Popen(
            args, cwd=ROOT, env=self.environment, start_new_session=True
        )
        from waic.celery import app

        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if app.control.inspect(timeout=0.3).ping():
                return self
            if self.process.poll() is not None:
                raise AssertionError("the worker did not start")
        raise AssertionError("the worker does not answer")

    def kill(self):
        """kill -9 of the worker and its children."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def use_broker(app):
    """Let go of the connections to another broker; closed ones would be handed out again when it comes back."""
    app._pool = None
    app.amqp._producer_pool = None


@pytest.fixture
def real_worker(transactional_db, settings):
    """Call `.start()` and `.kill()`; what is left is killed after the test."""
    from urllib.parse import quote

    from waic.celery import app

    default = settings.DATABASES["default"]
    # Every xdist worker has its own broker database.
    number = 10 + int("".join(c for c in WORKER if c.isdigit()) or 0)
    from waic.lib import servers

    broker = f"redis+socket://{servers.redis_socket()}?virtual_host={number}"
    if os.environ.get("REDIS_URL"):
        broker = f"{os.environ['REDIS_URL'].rstrip('/')}/{number}"
    url = f"postgresql://{quote(default['USER'])}:{quote(default.get('PASSWORD') or '')}@/{default['NAME']}?host={default['HOST']}"
    before = app.conf.broker_url
    app.conf.broker_url = broker
    use_broker(app)
    app.control.purge()
    worker = RealWorker({**os.environ, "DATABASE_URL": url, "TEST_BROKER_URL": broker})
    yield worker
    worker.kill()
    app.conf.broker_url = before
    use_broker(app)


# --- Browser ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync"],
    }  # fmt: skip


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
