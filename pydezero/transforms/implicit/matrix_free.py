"""The inverse of a Jacobian that is never formed: by a solver of the user's, which asks for products with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from pydezero.core.operation import ArraySpec
from pydezero.core.types import Array
from pydezero.functions.linalg.matrices import conj
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.implicit.custom_linear_solve import Linear
from pydezero.transforms.implicit.enclosing import outputs_of
from pydezero.transforms.implicit.vectors import from_vector, spec_of, to_vector
from pydezero.tree import Tree


@attrs.frozen(eq=False)
class MatrixFree:
    """The inverse by a solver of linear equations between vectors.

    Attributes:
        problem: the equation of a vector, with the point and the arguments for parameters.
        params: the point and the arguments.
        unknown, residual: the shapes and dtypes that the vectors stand for.
    """

    problem: Linear
    params: tuple[Tree, ...]
    unknown: Sequence[ArraySpec]
    residual: Sequence[ArraySpec]

    def tangent(self, of_residual: Sequence[Array]) -> list[Array]:
        """From a tangent of the residual to one of the unknown."""
        return from_vector(self._solved(self.problem, to_vector(of_residual)), self.unknown)

    def cotangent(self, of_unknown: Sequence[Array]) -> list[Array]:
        """From a cotangent of the unknown to one of the residual."""
        transposed = self.problem.transposed
        assert transposed is not None  # the same solver solves it
        vector = self._solved(transposed, to_vector([conj(g) for g in of_unknown]))
        return [conj(g) for g in from_vector(vector, self.residual)]

    def _solved(self, problem: Linear, right: Array) -> Array:
        return outputs_of(problem, (right, *self.params))[0]


def matrix_free_inverse(
    residual: Callable[[list[Array], Sequence[Tree]], list[Array]],
    unknown: Sequence[Array],
    args: Sequence[Tree],
    linear_solve: Callable[..., Any],
    where: str,
    symmetric: bool,
) -> MatrixFree:
    """The inverse of the Jacobian of a residual at a solution, by a solver `linear_solve(f, b)` of vectors."""
    specs = [spec_of(x) for x in unknown]

    def product(vector: Array, point: list[Array], args: Sequence[Tree]) -> Array:
        tangents = from_vector(vector, specs)
        return to_vector(jvp(lambda *xs: residual(list(xs), args), tuple(point), tuple(tangents))[1])

    def solve(f: Callable[..., Any], b: Array, *_params: Tree) -> Any:
        return linear_solve(f, b)

    problem = Linear(f"the derivative of {where}", product, solve, solve, symmetric, is_checked=True, is_ours=True)
    return MatrixFree(problem, (list(unknown), tuple(args)), specs, [spec_of(x) for x in residual(list(unknown), args)])
