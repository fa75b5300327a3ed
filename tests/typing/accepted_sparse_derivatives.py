"""What the type checker knows of sparse Jacobians and Hessians. Never run."""

from __future__ import annotations

from typing import Any, TypeAlias, assert_type

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pydezero import (
    Colouring,
    Pattern,
    PreparedDerivative,
    Variable,
    colour,
    grad,
    jit,
    sparse_hessian,
    sparse_jacobian,
)
from pydezero import functions as F

Matrix: TypeAlias = "csr_array[Any, tuple[int, int]]"
array: NDArray[np.float64] = np.ones(3)


def squares(x: Variable) -> Variable:
    return x * x


def energy(x: Variable, y: Variable) -> Variable:
    return F.sum(x * x * y)


def powers(x: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    return x**n


def total(x: NDArray[np.float64]) -> np.float64:
    return np.float64(np.sum(x**3))


def of_container(p: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    return p["a"] * 2


# functions of Variables take arrays and numbers, others what they say
assert_type(sparse_jacobian(squares)(array), Matrix)
assert_type(sparse_jacobian(squares, mode="both")(2.0), Matrix)
assert_type(sparse_jacobian(energy, 1)(array, array), Matrix)
assert_type(sparse_jacobian(powers)(array, n=3), Matrix)
assert_type(sparse_hessian(energy)(array, 2.0), Matrix)
assert_type(sparse_hessian(total, colouring="acyclic")(array), Matrix)
assert_type(sparse_jacobian(grad(total))(array), Matrix)
assert_type(sparse_jacobian(jit(squares))(array), Matrix)

# blocks are in a container
assert_type(sparse_jacobian(of_container)({"a": array}), Any)
assert_type(sparse_jacobian(energy, (0, 1))(array, array), Any)

# prepared derivatives keep the signature
prepared = sparse_jacobian(powers, pattern=np.eye(3)).prepare(array, 3)
assert_type(prepared(array, n=2), Matrix)
assert_type(prepared.pattern, Pattern)
assert_type(prepared.colouring, Colouring)
assert_type(prepared.pays, bool)
curvature: PreparedDerivative[[NDArray[np.float64]], Matrix] = sparse_hessian(total).prepare(array)
product: NDArray[Any] = sparse_hessian(total, pattern=prepared.pattern.to_scipy())(array) @ array

# inside of other transforms, with a Variable, it is a SparseArray
of_squares = sparse_jacobian(squares).prepare(array)
assert_type(of_squares(array), Matrix)
assert_type(grad(lambda x: F.sum(of_squares(x).data))(array), NDArray[np.floating[Any]])

# colourings
assert_type(colour(prepared.pattern, "columns"), Colouring)
assert_type(colour(prepared.pattern, "acyclic", "smallest-last").number, int)
