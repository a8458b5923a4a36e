#!/bin/sh
# Checks, then the whole suite; the last line is pytest's own. Fails when any of them fails.
cd "$(dirname "$0")/.." || exit 1
export WAIC_TESTING=1 WAIC_EMBEDDED=1
bin=.venv/bin
failed=""

check() {
    name=$1
    shift
    if ! output=$("$@" 2>&1); then
        printf '%s\n' "$output"
        echo "✗ $name"
        failed="$failed $name"
    else
        echo "✓ $name"
    fi
}

check "ruff" $bin/ruff check .
check "format" $bin/ruff format --check .
check "imports" $bin/lint-imports
check "templates" $bin/djlint templates --lint --quiet
check "types" $bin/mypy waic forums exhibitors awards manage.py
check "catalogues" $bin/python manage.py messages --compile
WAIC_VAR=var/test check "migrations" $bin/python manage.py makemigrations --check --dry-run
[ -z "$failed" ] || echo "Checks that failed:$failed"

$bin/pytest -n "${PYTEST_WORKERS:-2}" --dist loadscope -q "$@"
result=$?
[ -z "$failed" ] && exit $result
exit 1
