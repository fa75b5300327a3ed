"""A run of pytest: where the machine code that tests make lies, what comes first, and how many threads BLAS has."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Final

import pytest

# Before NumPy is loaded. Where each worker has more threads than its processor, they wait for one another: on matrices
# of three rows that takes a thousand times as long as the work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

LONGEST: Final = ("tests/typing/", "tests/test_site.py")

_FOLDER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the workers of pytest-xdist share the folder of who started them
        config.stash[_FOLDER] = os.environ["PYDEZERO_CACHE"] = tempfile.mkdtemp(prefix="pydezero-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _FOLDER in config.stash:
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests that take longest come first, so that no worker has one left when the others are done."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))  # which keeps the order of the others
