"""The machine code that tests make lies in a folder of this run of pytest, not in the user's, and goes with it."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

_FOLDER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the workers of pytest-xdist share the folder of who started them
        config.stash[_FOLDER] = os.environ["PYDEZERO_CACHE"] = tempfile.mkdtemp(prefix="pydezero-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _FOLDER in config.stash:
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)
