# Spoor. `make help` lists what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# Compiled modules are kept, so that the next start is quick.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test lint format browser bench demo lock vendor

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

setup: .venv/installed ## the virtual environment with the locked requirements

run: .venv/installed ## start Spoor: web, worker, queue; stops with Ctrl-C
	@exec $(BIN)/flask --app wsgi up

test: .venv/installed-dev ## all tests, on SQLite and PostgreSQL, with real servers
	@$(BIN)/pytest -n 2 $(ARGS)

lint: .venv/installed-dev ## style, templates, layers, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint app/templates
	$(BIN)/lint-imports
	$(BIN)/mypy

format: .venv/installed-dev ## bring the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

browser: .venv/installed-dev ## only the browser journeys
	@$(BIN)/pytest -m browser $(ARGS)

demo: .venv/installed ## start Spoor on the demonstration incident, in a scratch directory
	@export SPOOR_DATA_DIR=$$(mktemp -d -t spoor-demo-XXXXXX); $(BIN)/flask --app wsgi demo && exec $(BIN)/flask --app wsgi up

bench: .venv/installed ## measure lists, saves, polls and imports; ends with one line of JSON
	@exec $(BIN)/flask --app wsgi bench

lock: .venv/installed-dev ## pin the requirements anew, with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o requirements.txt requirements.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o requirements-dev.txt requirements-dev.in

vendor: ## fetch the vendored front-end files anew (needs npm)
	@$(PYTHON) tools/vendor.py
