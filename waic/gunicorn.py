"""gunicorn's settings: `gunicorn -c python:waic.gunicorn waic.wsgi`, alike for make run, production and the benchmarks."""

import gc
import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 8
loglevel = "warning"
graceful_timeout = 20
# A page that needs longer than this has lost its reader; long work is a job.
raw_env = [f"DATABASE_STATEMENT_TIMEOUT={os.environ.get('DATABASE_STATEMENT_TIMEOUT', '20s')}"]
# Loaded once and shared: a worker's own memory is what it works with.
preload_app = True
# A worker gives its memory back now and then, not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000


def pre_fork(_server, _worker):
    """Keep the collector off what all workers share; touching it would copy it."""
    gc.collect()
    gc.freeze()
