#!/bin/sh
# Install a lock file into .venv, with hashes; does nothing when that was done already.
set -eu
lock=$1
python=${PYTHON:-python3}
stamp=.venv/.installed-$(basename "$lock")

if [ -f "$stamp" ] && cmp -s "$lock" "$stamp"; then exit 0; fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "WAIC needs CPython 3.11 or newer. Name it: make run PYTHON=/path/to/python3.11" >&2
    exit 1
fi
echo "· installing the locked dependencies ($lock)"
# Debian's python3 may come without ensurepip: then an empty environment, filled by uv or by the system's pip.
if [ ! -x .venv/bin/python ] && ! "$python" -m venv .venv 2>.venv.log; then
    rm -rf .venv
    if ! "$python" -m venv --without-pip .venv 2>>.venv.log; then
        cat .venv.log >&2
        rm -rf .venv .venv.log
        echo "This Python cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2
        exit 1
    fi
fi
rm -f .venv.log

export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1
# uv is faster but does not know pip's configuration (a private index, say): fall back to pip.
with_uv() { command -v uv >/dev/null && uv pip install -q --python .venv/bin/python --require-hashes -r "$lock"; }
with_pip() { .venv/bin/python -m pip install -q --require-hashes -r "$lock"; }
with_system_pip() { "$python" -m pip --python .venv/bin/python install -q --require-hashes -r "$lock"; }
if ! with_uv; then
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then with_pip
    elif "$python" -m pip --version >/dev/null 2>&1; then with_system_pip
    else
        echo "This Python has no pip. On Debian: apt-get install python3-venv" >&2
        exit 1
    fi
fi
cp "$lock" "$stamp"
