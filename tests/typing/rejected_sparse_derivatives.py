"""What must not type-check of sparse Jacobians and Hessians; see `rejected.py`. Never run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pydezero import Pattern, Variable, colour, sparse_hessian, sparse_jacobian

array: NDArray[np.float64] = np.ones(3)


def squares(x: Variable) -> Variable:
    return x * x


def powers(x: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    return x**n


def to_text(x: Variable) -> str:
    return str(x)


# what is no function, or returns no numbers
sparse_jacobian(array)  # type: ignore[call-overload]
sparse_jacobian(to_text)  # type: ignore[arg-type]
sparse_hessian(3.0)  # type: ignore[call-overload]

# options that are none
sparse_jacobian(squares, mode="columns")  # type: ignore[call-overload]
sparse_jacobian(squares, pattern=[[1]])  # type: ignore[call-overload]
sparse_hessian(squares, colouring="rows")  # type: ignore[call-overload]
sparse_hessian(squares, mode="forward")  # type: ignore[call-overload]

# arguments that the function does not take
sparse_jacobian(powers)(array)  # type: ignore[call-arg]
sparse_jacobian(powers)(array, "3")  # type: ignore[arg-type]
sparse_jacobian(powers).prepare(array, 3)(array, m=3)  # type: ignore[call-arg]
sparse_jacobian(squares)("x")  # type: ignore[call-overload]


def colours(pattern: Pattern) -> None:
    colour(pattern, "diagonals")  # type: ignore[arg-type]
    colour(pattern, "rows", "random")  # type: ignore[arg-type]
