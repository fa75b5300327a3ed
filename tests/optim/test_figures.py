"""The steps of the optimisers are those of PyTorch's (of optax' for Lion), to twelve digits over 100 steps."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.optim.peers import CASES, FIGURES, KEPT, ours, theirs

KEPT_FIGURES: dict[str, Any] = json.loads(FIGURES.read_text())  # Any: as JSON is


@pytest.mark.parametrize("name", CASES)
def test_the_steps_are_those_in_the_file(name: str) -> None:
    found = ours(name)
    rows = [np.append(found[step - 1]["w"], found[step - 1]["b"]) for step in KEPT]
    assert_allclose(rows, KEPT_FIGURES[name], rtol=0, atol=1e-12)


@pytest.mark.skipif(not (find_spec("torch") and find_spec("optax")), reason="PyTorch and optax are not installed")
@pytest.mark.parametrize("name", CASES)
def test_each_step_is_that_of_the_peer(name: str) -> None:
    for a, b in zip(ours(name), theirs(name), strict=True):
        assert_allclose(a["w"], b["w"], rtol=0, atol=1e-12)
        assert_allclose(a["b"], b["b"], rtol=0, atol=1e-12)
