"""Values and gradients are PyTorch's."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.nn.parity import CASES, FIGURES, Case, our_figures, their_figures

WRITTEN = json.loads(FIGURES.read_text())["figures"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_values_and_gradients_are_those_that_pytorch_gave(case: Case) -> None:
    np.testing.assert_allclose(our_figures(case), WRITTEN[case.name], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_values_and_gradients_are_those_of_pytorch(case: Case) -> None:
    pytest.importorskip("torch")
    np.testing.assert_allclose(our_figures(case), their_figures(case), rtol=1e-10, atol=1e-10)


def test_the_file_of_figures_is_for_these_cases() -> None:
    assert set(WRITTEN) == {case.name for case in CASES}
    assert FIGURES.stat().st_size < 100_000
