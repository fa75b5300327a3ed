# make demo, make test, make fuzz, make bench: each installs what it needs into .venv, and nothing outside of it.

PYTHON ?= python3
BIN := .venv/bin
# pytest-xdist: as many workers as there are cores
WORKERS ?= auto

.PHONY: demo test fuzz bench clean

demo: .venv/demo
	$(BIN)/python examples/nist_fit.py

test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS)

# Random programs; make fuzz MINUTES=60 SEED=1 runs others, for longer.
MINUTES ?= 10
SEED ?= 0

fuzz: .venv/dev
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) --seed $(SEED)

bench: .venv/bench
	$(BIN)/python -m benchmarks --json benchmarks/results/figures.json --plots benchmarks/results

clean:
	rm -rf .venv

# One file stands for each extra that is installed; a change of pyproject.toml installs anew.
.venv/%: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	touch $@

.venv/bin/python:
	$(PYTHON) -m venv .venv
