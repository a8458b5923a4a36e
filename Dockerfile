# One image for web, worker and beat; compose.yaml says how they run together.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 waic && install -d -o waic /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 WAIC_VAR=/data STATIC_ROOT=/app/static-collected WEB_CONCURRENCY=4
COPY --from=build /venv /venv
COPY . /app
WORKDIR /app
# Texts and static files belong to the image; these settings only satisfy the start-up checks of the build.
RUN SECRET_KEY=build-only-and-never-used-to-sign-anything-at-all SITE_URL=https://build.invalid EMAIL_URL=smtp://build.invalid \
    DATABASE_URL=postgresql://build.invalid/none REDIS_URL=redis://build.invalid \
    sh -c "python manage.py messages --compile && python manage.py collectstatic --noinput -v0"
USER waic
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python", "tools/healthcheck.py"]
CMD ["gunicorn", "-c", "python:waic.gunicorn", "waic.wsgi", "-b", "0.0.0.0:8000"]
