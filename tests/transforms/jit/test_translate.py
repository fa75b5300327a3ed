"""The text that is given to LLVM."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import jit, value_and_grad
from pydezero.transforms.jit.machine.translate import Translation
from pydezero.transforms.jit.machine.values import Value
from pydezero.transforms.jit.machine.words import WORDS

_NESTED = """
def nested(x, y):
    for i in range({outer}):
        for j in range({inner}):
            y[i * {inner} + j] = x[j]
"""


@pytest.mark.parametrize(
    ("outer", "inner", "marks"),
    [
        (64, 2, 0),  # unrolled, it is no loop
        (64, 32, 1),
        (2, 512, 1),
        (64, 513, 0),  # LLVM leaves it a loop
    ],
)
def test_rows_stay_loops(outer: int, inner: int, marks: int) -> None:
    """LLVM would unroll a row and then write eight rows at once, each element far from the one before."""
    (tree,) = ast.parse(_NESTED.format(outer=outer, inner=inner)).body
    assert isinstance(tree, ast.FunctionDef)
    made = Translation(tree, {name: Value(f"%{name}", "f64*") for name in "xy"}, WORDS.__getitem__).to
    assert sum("!llvm.loop" in line for line in made.lines) == marks
    assert sum("llvm.loop.unroll.disable" in line for line in made.marks) == marks


_LAYERS = """
def layers(x, y, z, scratch):
    p1 = f64_at(scratch, {first})
    p2 = f64_at(scratch, 4096)
    t = 0.0
    for i in range(4):
        a = 0.0
        for j in independent({length}):
            p1[i * 32 + j] = x[i * 32 + j] * 2.0
            a = plus(a, x[i * 32 + j])
        z[i] = a
    for i in range(4):
        b = 0.0
        for k in independent({length}):
            p2[i * 32 + k] = y[i * 32 + k] * {factor}
            b = plus(b, y[i * 32 + k])
        z[i] = b
    while True:
        for n in range(4):
            for k in independent({length}):
                t = plus(t, y[n * 32 + k])
        break
    z[0] = t
"""


@pytest.mark.parametrize(
    ("length", "factor", "functions"),
    [
        (32, 2.0, 2),  # the first two nests do the same to other arrays
        (32, 3.0, 3),
        (15, 2.0, 0),  # LLVM unrolls these, and then sees what lies where
    ],
)
def test_nests_that_are_alike_are_one_function(length: int, factor: float, functions: int) -> None:
    """The layers of a net take as long to compile as one of them."""
    (tree,) = ast.parse(_LAYERS.format(first=1024, length=length, factor=factor)).body
    assert isinstance(tree, ast.FunctionDef)
    kinds = {"x": "f64*", "y": "f64*", "z": "f64*", "scratch": "u8*"}
    made = Translation(tree, {name: Value(f"%{name}", kind) for name, kind in kinds.items()}, WORDS.__getitem__).to
    calls = [line for line in made.lines if "call void @piece" in line]
    assert len(made.functions) == functions
    assert len(calls) == (3 if functions else 0)


def test_the_functions_of_nests_are_right() -> None:
    """Nests that differ in a number, a sign or an offset alone are functions of their own."""

    def layers(x: NDArray[np.float64]) -> np.float64:
        total = np.float64(0.0)
        for factor in (1.0, 2.0, -2.0, 1.0):
            x = np.cumsum(x * factor, axis=0) - np.mean(x, axis=1, keepdims=True)
            total = total + np.sum(x[:, 1:] * x[:, :-1]) + np.max(x)
        return total

    x = np.random.default_rng(0).normal(0, 0.1, (6, 40))
    value, gradient = value_and_grad(layers)(x)
    compiled_value, compiled_gradient = jit(value_and_grad(layers))(x)
    np.testing.assert_allclose(compiled_value, value, rtol=1e-12)
    np.testing.assert_allclose(compiled_gradient, gradient, rtol=1e-11)
