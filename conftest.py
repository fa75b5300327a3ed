"""A run of pytest: the machine code that tests make lies in a folder of its own, and the longest tests come first."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Final

import pytest

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
