# make demo, make test, make fuzz, make bench: each installs what it needs into .venv, and nothing outside of it.

PYTHON ?= python3
BIN := .venv/bin
# pytest-xdist: as many workers as there are cores
WORKERS ?= auto
# Where pyenv is installed, the interpreters that it has take part in the matrix.
PYENV_VERSIONS := $(shell ls "$${PYENV_ROOT:-$$HOME/.pyenv}/versions" 2>/dev/null | sort -V -r | paste -s -d :)

.PHONY: demo test fuzz matrix bench clean

demo: .venv/demo
	$(BIN)/python examples/nist_fit.py

test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS)
	$(BIN)/python .ci/blas_kernels.py $(BIN)/pytest -q -n $(WORKERS)

# The suite for each version of Python that is found, with the oldest or the newest libraries; it says which it skips.
matrix: .venv/dev
	PYENV_VERSION=$(PYENV_VERSIONS) $(BIN)/tox run --workdir .venv/tox

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
