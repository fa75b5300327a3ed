"""What must not type-check of loops; see `rejected.py`. Never run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pydezero import (
    Variable,
    as_variable,
    associative_scan,
    cond,
    fori_loop,
    map,  # noqa: A004  # the one that is tested
    scan,
    switch,
    while_loop,
)
from pydezero import functions as F

array: NDArray[np.float64] = np.ones(3)
variable = as_variable(2.0)


def no_pair(c: Variable, x: Variable) -> Variable:
    return c * x


def changes_the_carry(c: Variable, x: Variable) -> tuple[str, Variable]:
    return str(c), x


def of_text(c: Variable, x: str) -> tuple[Variable, str]:
    return c, x


def of_index(i: str, c: Variable) -> Variable:
    return c


# a body that returns no pair, another carry, or takes something else
scan(no_pair, variable, variable)  # type: ignore[arg-type]
scan(changes_the_carry, variable, variable)  # type: ignore[arg-type]
scan(of_text, variable, variable)  # type: ignore[arg-type]
scan(3.0, variable, variable)  # type: ignore[call-overload]
while_loop(lambda c: c < 3, str, variable)  # type: ignore[arg-type]
fori_loop(0, 3, lambda i, c: "a", variable)  # type: ignore[arg-type, return-value]
fori_loop(0, 3, F.sin, variable)  # type: ignore[arg-type]
associative_scan(F.sin, array)  # type: ignore[arg-type]

# a condition or bound that is none
while_loop(lambda c: "yes", lambda c: c, variable)  # type: ignore[arg-type, return-value]
fori_loop(0, "3", lambda i, c: c, variable)  # type: ignore[call-overload]
cond("yes", F.sin, F.cos, variable)  # type: ignore[arg-type]
switch("1", [F.sin, F.cos], variable)  # type: ignore[arg-type]

# options that are none
scan(lambda c, _: (c, None), variable, length=3, checkpoint="log")  # type: ignore[call-overload]
scan(lambda c, _: (c, None), variable, length=3.5)  # type: ignore[call-overload]
map(F.sin, variable, batch_size="2")  # type: ignore[call-overload]

# branches that take other operands, or are no sequence
cond(True, no_pair, no_pair, variable)  # type: ignore[arg-type]
switch(1, F.sin, variable)  # type: ignore[arg-type]
