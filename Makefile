# What people run. Each target makes what it needs in .venv, on a machine that has Python 3.11 or newer and make.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
WEB := scripts/atopic_kg/static/web
MARKED := apache or browser or java or owlapi or slow or virtuoso

.DEFAULT_GOAL := answer
.PHONY: answer web test test-marked lint types validate check golden bench bench-rxnorm clean

answer: $(VENV)/base.stamp  ## the seed page's question, answered from the graph
	@$(BIN)/atopic answer drugs-by-class --class immunomodulator --disease "atopic dermatitis"

web: $(WEB)/worker.js  ## search as one types, the SPARQL editor, queries in the browser; needs Node.js and npm

test: $(VENV)/dev.stamp  ## all tests that need Python alone
	$(BIN)/python -m pytest -q -m "not ($(MARKED))"

test-marked: $(VENV)/java.stamp web  ## the tests that need Java, Node.js and npm, or Debian's apache2, chromium, libowlapi-java and virtuoso-opensource-7
	$(BIN)/python -m pytest -q --run-all -m "$(MARKED)"

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/dev.stamp
	$(BIN)/mypy

validate: $(VENV)/base.stamp  ## the graph: shapes, checks, mappings, style
	$(BIN)/atopic validate

check: lint types validate test  ## everything that a change must pass

golden: $(VENV)/dev.stamp  ## write the golden rows anew; review them as a diff
	$(BIN)/python tests/golden.py

bench: $(VENV)/dev.stamp  ## the speed table
	$(BIN)/python scripts/bench/run.py

bench-rxnorm: $(VENV)/dev.stamp  ## the reading of a full RxNorm release; takes minutes, and 1.4 GB while it runs
	$(BIN)/python scripts/bench/rxnorm.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache

$(VENV)/base.stamp: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Atopic KG needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp
	$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/java.stamp: $(VENV)/dev.stamp
	$(PIP) --editable '.[dev,browser,java]'
	@touch $@

$(WEB)/worker.js: scripts/web/package-lock.json scripts/web/build.js $(wildcard scripts/web/src/*)
	cd scripts/web && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent build
