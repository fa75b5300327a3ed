"""Values and gradients are PyTorch's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pydezero.exports import EXPORTS
from tests.nn import parity
from tests.nn.parity import CASES, FIGURES, Case, our_figures, their_figures

WRITTEN = json.loads(FIGURES.read_text())["figures"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_values_and_gradients_are_those_that_pytorch_gave(case: Case) -> None:
    np.testing.assert_allclose(our_figures(case), WRITTEN[case.name], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_values_and_gradients_are_those_of_pytorch(case: Case) -> None:
    pytest.importorskip("torch")
    np.testing.assert_allclose(our_figures(case), their_figures(case), rtol=1e-10, atol=1e-10)


def test_every_layer_activation_and_loss_is_compared() -> None:
    # Neither random numbers, nor what only calls other layers, nor what has no derivative is compared.
    others = {"accuracy", "Apply", "Dropout", "Residual", "Sequential", "in_precision"}
    names = [
        name
        for name, place in EXPORTS["pydezero.nn"].items()
        if name not in others and not place.startswith("pydezero.nn.initialisers")
    ]
    source = Path(parity.__file__).read_text(encoding="utf-8")
    assert [name for name in names if f"nn.{name}" not in source] == []


def test_the_file_of_figures_is_for_these_cases() -> None:
    assert set(WRITTEN) == {case.name for case in CASES}
    assert FIGURES.stat().st_size < 100_000
