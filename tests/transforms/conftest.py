"""Programs that evaluate their graph, for tests of what stands around machine code: they take no time to compile."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pydezero.core.types import Array
from pydezero.transforms.jit import operation
from pydezero.transforms.staging.graph import Graph


def interpreted(graph: Graph[..., Any]) -> Any:
    """A program with fresh results, of which nothing is compiled."""

    def run(values: Sequence[Array]) -> list[Array]:
        for x, reference in zip(values, graph.inputs, strict=True):
            assert np.shape(x) == reference.shape
            assert x.dtype == reference.dtype
        with np.errstate(all="ignore"):
            return [np.array(y)[()] for y in graph.run([x if np.ndim(x) else x[()] for x in values])]

    return SimpleNamespace(graph=graph, source="", plan=None, run=run, unchecked=run)


@pytest.fixture
def uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let functions be interpreted in the place of machine code."""
    monkeypatch.setattr(operation, "compiled", interpreted)
