"""Where the time of a call on a GPU goes, of calls on the stand-in for one."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

from benchmarks.gpu import WORKLOADS
from benchmarks.gpu_anatomy import anatomy, described, unchecked
from pydezero import grad
from pydezero.arrays import WORDS
from tests.arrays.counting import ROWS
from tests.arrays.strict import Array, array


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="its profiler warns that there is no GPU")
def test_the_parts_of_a_call() -> None:
    x = array(np.ones(3))
    found = anatomy(lambda: grad(lambda x: np.sum(x * x))(x), list)
    assert 0 < found["host"] <= found["wall"]
    assert 0 < found["python"] < 1
    assert "the GPU is done after" in described("a gradient", found, with_kernels=True)
    seen: dict[str, Any] = {**found, "busy": 1e-3, "kernels": 2, "starts": 2e-3, "waits": 1, "unchecked": 0.0}
    seen["listed"] = [("a kernel", 2, 1e-3)]
    line, kernel = described("a gradient", seen, with_kernels=True).split("\n")
    assert "2 kernels and copies take 1.000 ms, starting them 2.000 ms, 1 waits;" in line
    assert "0.000 ms without the check of large arguments" in line
    assert kernel.split() == ["1000.0", "us", "2", "x", "a", "kernel"]


def test_large_arguments_are_not_looked_at_for_once() -> None:
    with unchecked():
        assert WORDS[Array].is_unchanged((array(np.ones(3)), array(np.zeros(3))))
    assert not WORDS[Array].is_unchanged((array(np.ones(3)), array(np.zeros(3))))


@pytest.mark.parametrize("name", ROWS)
def test_gradients_by_hand_run_there(name: str) -> None:
    row = ROWS[name]
    arrays = [array(np.float32(x)) for x in row.problem()]
    _, gradients = row.by_hand(*arrays)
    assert {type(g) for g in gradients} == {Array}
    assert any(workload.by_hand is row.by_hand for workload in WORKLOADS)
