"""The text that is given to LLVM."""

from __future__ import annotations

import ast

import pytest

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
