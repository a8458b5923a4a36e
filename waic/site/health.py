"""What load balancers and monitoring ask: alive, ready, figures."""

import hmac
import os

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from waic.celery import app as celery

_migrated = False


def live(request):
    """200 while this process can answer at all."""
    return JsonResponse({"alive": True})


def ready(request):
    """200 when database, migrations, cache and broker are; else 503 with what is not."""
    parts = {"database": _database(), "cache": _cache(), "broker": _broker()}
    parts["migrations"] = parts["database"] and _migrations()
    return JsonResponse(
        {"ready": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503
    )


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations():
    # Migrations of a running process do not change; look until they are complete, then believe it.
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _cache():
    try:
        cache.set("health", 1, 5)
    except (RedisError, OSError):
        return False
    return True


def _broker():
    try:
        with celery.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError, RedisError):
        return False
    return True


def metrics(request):
    """Prometheus figures for whoever holds METRICS_TOKEN; not found for everybody else."""
    expected = os.environ.get("METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not (settings.LOCAL and not expected) and not (
        expected and hmac.compare_digest(given, expected)
    ):
        raise Http404
    from prometheus_client import (
        CONTENT_TYPE_LATEST,
        CollectorRegistry,
        generate_latest,
        multiprocess,
    )

    from waic.lib.metrics import REGISTRY, refresh_gauges

    refresh_gauges()
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
