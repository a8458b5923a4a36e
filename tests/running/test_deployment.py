"""Production settings are safe and complete, and compose.yaml describes what they ask for."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "k" * 10 + "ABCDEFGHIJ0123456789" * 3,
    "SITE_URL": "https://waic.example",
    "DATABASE_URL": "postgresql://waic:pw@127.0.0.1:1/waic",
    "REDIS_URL": "redis://127.0.0.1:1",
    "EMAIL_URL": "smtp+tls://user:pw@mail.example:587",
}


def python(code_or_args, **changes):
    """Run Python in a production environment with some variables changed; None removes one."""
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, **changes}
    environment = {k: v for k, v in environment.items() if v is not None}
    args = ["-c", code_or_args] if isinstance(code_or_args, str) else code_or_args
    return subprocess.run(
        [sys.executable, *args], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def settings(*names, **changes):
    code = f"import json, waic.settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}, default=str))"
    result = python(code, **changes)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_check_deploy_is_clean():
    result = python(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout + result.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SITE_URL", "EMAIL_URL"])
def test_production_does_not_start_without(missing):
    result = python("import waic.settings", **{missing: None})
    assert result.returncode != 0
    assert missing in result.stderr.splitlines()[-1]


def test_production_is_neither_demo_nor_debug():
    found = settings("DEBUG", "DEMO", "PRODUCTION", "DEMO_PASSWORD", "STAFF_SECOND_FACTOR", "SESSION_COOKIE_SECURE", "ALLOWED_HOSTS")  # fmt: skip
    assert found == {
        "DEBUG": False, "DEMO": False, "PRODUCTION": True, "DEMO_PASSWORD": "", "STAFF_SECOND_FACTOR": True,
        "SESSION_COOKIE_SECURE": True, "ALLOWED_HOSTS": ["waic.example"],
    }  # fmt: skip


def test_named_servers_are_used_and_none_is_started():
    found = settings("DATABASES", "EMBEDDED", "CELERY_BROKER_URL")
    assert found["EMBEDDED"] is False
    assert found["DATABASES"]["default"]["HOST"] == "127.0.0.1"
    assert found["CELERY_BROKER_URL"].startswith("redis://127.0.0.1:1")
    code = "from waic.lib import servers; servers.ensure_up(); print(servers.status())"
    assert python(code).stdout.strip() == "{}"


def test_every_variable_is_documented():
    sources = [ROOT / "waic" / "settings.py", *(ROOT / "waic").glob("*.py"), *(ROOT / "waic" / "lib").rglob("*.py"), *(ROOT / "waic" / "site").glob("*.py")]  # fmt: skip
    pattern = re.compile(r'(?:environ(?:\.get\(|\[|\.setdefault\()|flag\(|words\()"([A-Z_]+)"')
    used = {name for path in sources for name in pattern.findall(path.read_text())}
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "deployment.md").read_text()))
    internal = {"PATH", "DJANGO_SETTINGS_MODULE", "TEST_BROKER_URL", "WAIC_TESTING"}
    assert used - internal <= documented


def test_compose_has_every_part_with_volumes_and_health_checks():
    text = (ROOT / "compose.yaml").read_text()
    services = text[text.index("\nservices:") : text.index("\nvolumes:")]
    names = re.findall(r"^  ([a-z]+):$", services, re.MULTILINE)
    assert names == ["postgres", "valkey", "migrate", "web", "worker", "beat"]
    for part in re.split(r"^  (?=[a-z]+:$)", services, flags=re.MULTILINE)[1:]:
        name = part.split(":")[0]
        # The web server's own check is the image's.
        assert "healthcheck:" in part or name == "web", name
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


@pytest.mark.django_db
def test_beat_is_alive_while_it_sends():
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    with pytest.raises(CommandError):
        call_command("beat_alive")
    every, _made = IntervalSchedule.objects.get_or_create(every=1, period="minutes")
    task = PeriodicTask.objects.create(
        name="sample", task="sample", interval=every, last_run_at=timezone.now()
    )
    call_command("beat_alive")
    PeriodicTask.objects.filter(pk=task.pk).update(
        last_run_at=timezone.now() - timedelta(minutes=11)
    )
    with pytest.raises(CommandError):
        call_command("beat_alive")
