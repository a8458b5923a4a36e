# make run    everything, on a fresh machine too: http://127.0.0.1:8000
# make test   everything the suite needs, then the whole suite
.PHONY: run test install install-dev check messages clean

PYTHON ?= python3
BIN := .venv/bin

run: install
	@$(BIN)/python -m waic.run

test: install-dev
	@sh tests/run.sh

install:
	@PYTHON="$(PYTHON)" sh tools/install.sh requirements.lock

install-dev:
	@PYTHON="$(PYTHON)" sh tools/install.sh requirements-dev.lock

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --group dev -o requirements-dev.lock -c requirements.lock

messages: install
	@$(BIN)/python manage.py messages
