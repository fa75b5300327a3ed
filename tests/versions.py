"""Tests that need a newer version of a library say so, and are skipped where an older one is installed."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement


@cache
def is_there(requirement: str) -> bool:
    """Whether the installed version of a library is one of `numpy>=2.1`."""
    needed = Requirement(requirement)
    return needed.specifier.contains(version(needed.name))


def needs(requirement: str, why: str) -> pytest.MarkDecorator:
    """The mark of a test, or of a row: `@needs("numpy>=2.1", "np.reshape has the parameter shape")`."""
    return pytest.mark.skipif(not is_there(requirement), reason=f"{requirement}: {why}")
