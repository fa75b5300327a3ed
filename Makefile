# Each target installs what it needs into .venv, and nothing outside of it.

PYTHON ?= python3
BIN := .venv/bin
# pytest-xdist: as many workers as there are cores
WORKERS ?= auto
# Where pyenv is installed, the interpreters that it has take part in the matrix.
PYENV_VERSIONS := $(shell ls "$${PYENV_ROOT:-$$HOME/.pyenv}/versions" 2>/dev/null | sort -V -r | paste -s -d :)

.PHONY: demo test docs fuzz matrix bench release-check clean

demo: .venv/demo
	$(BIN)/python examples/nist_fit.py

test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BUILD_DOCS)
	$(BIN)/pytest -n $(WORKERS)
	$(BIN)/python .ci/blas_kernels.py $(BIN)/pytest -q -n $(WORKERS)

# The site, in build/docs; a warning is an error. What was built before is used again.
BUILD_DOCS = MPLBACKEND=Agg $(BIN)/python -m sphinx -W --keep-going --quiet --builder html docs build/docs

docs: .venv/docs
	$(BUILD_DOCS)

# The suite for each version of Python that is found, with the oldest or the newest libraries; it says which it skips.
matrix: .venv/dev
	PYENV_VERSION=$(PYENV_VERSIONS) $(BIN)/tox run --workdir .venv/tox

# Random programs; make fuzz MINUTES=60 SEED=1 runs others, for longer.
MINUTES ?= 10
SEED ?= 0

fuzz: .venv/dev
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) --seed $(SEED)

bench: .venv/bench
	$(BIN)/python -m benchmarks --json benchmarks/figures.json --plots benchmarks/results

# Wheel and sdist, installed into fresh environments with the oldest and the newest NumPy; they run README.md.
release-check: .venv/dev
	$(BIN)/python .ci/release_check.py

clean:
	rm -rf .venv build dist docs/generated docs/gallery

# One file stands for each extra that is installed; a change of pyproject.toml installs anew.
.venv/%: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	touch $@

.venv/bin/python:
	$(PYTHON) -m venv .venv
