# 湘妹子能量家 Points. `make` alone lists what there is. Needs Python 3.11 or newer and make; everything else is installed
# into .venv by the targets themselves.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
WORKERS ?= auto
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-header --annotation-style line
SOURCES := points tests wsgi.py
SCRIPTS := points/web/static/js points/web/static/worker.js

.DEFAULT_GOAL := help
.PHONY: help run install dev hooks test coverage check format migration tables mutants openapi translations lock looks bench \
	tour wheel clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install  ## the demo street on http://0.0.0.0:8000 (PORT=…), with everything it needs set up
	@$(BIN)/points demo > /dev/null
	@$(BIN)/points serve --host 0.0.0.0 --port $(PORT)

install: $(VENV)/.installed

dev: $(VENV)/.dev  ## install what it takes to work on it, by the lock

hooks: dev  ## let git ask before each commit and push (CONTRIBUTING.md)
	@$(BIN)/pre-commit install --hook-type pre-commit --hook-type pre-push

test: dev  ## every test: on SQLite, on PostgreSQL where one answers, in a browser where Chromium is found (ARGS=…)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

coverage: dev  ## which lines the tests of the business and of the API reach, by file
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && COVERAGE_FILE="$$folder/coverage" \
		$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --cov=points --cov-report=term:skip-covered \
		tests/business tests/api $(ARGS)

check: dev  ## format, lint, types, import contracts, scripts, translations
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/djlint --check --quiet templates || { echo 'templates would be laid out anew: make format' >&2; exit 1; }
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/oxlint --deny-warnings $(SCRIPTS)
	@$(BIN)/python -m pytest -q tests/house/test_translations.py

format: dev  ## put the code into its form
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/djlint --reformat --quiet --warn templates

migration: dev  ## write the next migration from the tables of today: make migration MESSAGE="what changes"
	@$(BIN)/python -m tests.house.migration "$(MESSAGE)"

tables: dev  ## draw the tables of every room anew: docs/tables
	@$(BIN)/python -m tests.house.diagrams

mutants: dev  ## change every rule and refusal, one place at a time: which change does no test notice? (half an hour)
	@$(BIN)/python -m tests.mutants $(ARGS)

openapi: dev  ## write docs/openapi.json as the application serves it
	@$(BIN)/python -m tests.house.openapi > /dev/null

translations: dev  ## collect every message, say which have no Chinese yet, compile the catalogue
	@$(BIN)/python -m tests.house.translations

lock: dev  ## write requirements*.txt anew from setup.cfg; ARGS=--upgrade takes the newest of everything
	@echo 'setuptools >= 77' | $(LOCK) $(ARGS) setup.cfg - --output-file requirements.txt
	@$(LOCK) $(ARGS) --constraint requirements.txt --extra dev setup.cfg --output-file requirements-dev.txt

looks: dev  ## axe's rules on every page at every width, light and dark, in both languages (make test asks on a phone)
	@LOOKS=all $(BIN)/python -m pytest -q -n $(WORKERS) tests/browser/test_every_page_in_chinese.py tests/browser/test_every_page_in_english.py

bench: dev  ## measure speed and memory on this machine, side by side; fails where a limit is missed (ARGS=--write)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

tour: dev  ## take the pictures of docs/tour.md anew, from the journeys of the browser tests
	@rm -f docs/screenshots/*.png
	@SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -q tests/browser -k "not postgresql and not every_page and not keys"

wheel: dev  ## build the wheel into dist/
	@$(BIN)/python -m build --wheel

clean:  ## forget what was built and installed; the data folder stays
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; say which one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "This Python cannot make a venv; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements.txt setup.cfg pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes --requirement requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt setup.cfg pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes --requirement requirements-dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.installed
