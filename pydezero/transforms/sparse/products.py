"""The products of a derivative with a batch of vectors: by columns in forward mode, by rows in reverse mode."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from inspect import Signature, signature
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.containers import HOLE
from pydezero.core.batching import as_rows, repeated
from pydezero.core.level import next_level
from pydezero.core.types import Array
from pydezero.core.variable import Variable, new_variable
from pydezero.transforms.batching.node import BatchNode
from pydezero.transforms.boundary.lending import end_loans
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.forward.tangent import tangent_of
from pydezero.transforms.jacobians.modes import Task, begin_task, check_direction, recorded
from pydezero.transforms.sparse.colouring.record import Indices
from pydezero.tree import Tree, paths, same_structure

Shape: TypeAlias = tuple[int, ...]


def jacobian_product(task: Task, vector: Sequence[Array]) -> list[Array]:
    """The Jacobian times a vector of tangents: an array for each array in the result."""
    check_direction(task)
    level = next_level()
    try:
        outside, _ = task.evaluate(task.with_tangents(vector, level))
    finally:
        level.finished = task.where
    return [tangent_of(y, level) for y in outside.arrays]


@attrs.frozen(eq=False)
class Products:
    """The products that a colouring asks for, as a function of the arguments of f.

    It is a function of arrays, which `jit` compiles.

    Attributes:
        f, argnums, holomorphic, where: as of the transform; of a Hessian f is the gradient.
        is_hessian: whether the matrix is symmetric, so that a product with it is one with its transpose. A backward
            pass through the gradient leaves out what the gradient does not need: the last operations of the value.
        column_seeds: a batch of vectors for each array of the arguments; () for none.
        row_seeds: a batch of vectors for each array of the result; () for none.
        arguments: the containers of the arguments, with holes.
        inside: the shapes of the arrays of the arguments.
        outside: the shapes of the arrays of the result (of a Hessian: of the arguments).
        mixes_complex: whether arguments are real and results complex, or the other way round.
        weights: with which the other products of the batch that has the probe give the product with the probe; None
            where the two are compared elsewhere.
    """

    f: Callable[..., Any]
    argnums: int | Sequence[int]
    holomorphic: bool
    where: str
    is_hessian: bool
    column_seeds: tuple[Array, ...]
    row_seeds: tuple[Array, ...]
    arguments: tuple[Tree, ...]
    inside: tuple[Shape, ...]
    outside: tuple[Shape, ...]
    mixes_complex: bool = False
    weights: NDArray[np.float64] | None = None

    @property
    def __name__(self) -> str:
        return name_of(self.f)

    @property
    def __signature__(self) -> Signature:
        return signature(self.f)

    def __call__(self, *args: Any, **kwargs: Any) -> tuple[Array, ...]:
        """The products by columns, of shape (vectors, elements of the result), and those by rows, as far as asked for.

        With weights there is a truth besides: whether the product with the probe differs from what the others give. In
        a compiled program that costs no pass over memory.

        Raises:
            ValueError: the arguments or the result have other shapes.
        """
        found: list[Array] = []
        if self.column_seeds:
            by_columns = self._by_rows if self.is_hessian else self._by_columns
            found.append(by_columns(self.column_seeds, args, kwargs))
        if self.row_seeds:
            found.append(self._by_rows(self.row_seeds, args, kwargs))
        if self.weights is not None:
            found.append(_differs(self.weights, found[0][:-1], found[0][-1]))
        return tuple(found)

    def _by_columns(self, seeds: Sequence[Array], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Array:
        with self._begin_task(args, kwargs) as task:
            vectors = _like(seeds, task.inside.arrays)
            batches = self._batched(lambda vector: jacobian_product(task, vector), vectors)
        self._check_result([x.shape[1:] for x in batches])
        return _flat(batches)

    def _by_rows(self, seeds: Sequence[Array], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Array:
        with self._begin_task(args, kwargs) as task:
            outside, _, pulled = recorded(task)
            self._check_result([y.shape for y in outside.arrays])
            return _flat(self._batched(pulled, _like(seeds, outside.arrays)))

    def _batched(self, product: Callable[[list[Array]], list[Array]], seeds: Sequence[Array]) -> list[Array]:
        """The products with a batch of vectors, as `vmap` computes them; they are read, and not handed out."""
        node = BatchNode(next_level(), len(seeds[0]))
        try:
            found = product([new_variable(seed, node) for seed in seeds])
        finally:
            node.level.finished = self.where
        return [
            y._value if type(y) is Variable and y.node.level == node.level else repeated(y, node.size) for y in found
        ]

    def row(self, index: int) -> Products:
        """A row of the derivative alone, by reverse mode."""
        return attrs.evolve(self, column_seeds=(), row_seeds=_unit(self.outside, index), weights=None)

    def column(self, index: int) -> Products:
        """A column of the derivative alone, by forward mode."""
        return attrs.evolve(self, column_seeds=_unit(self.inside, index), row_seeds=(), weights=None)

    def _begin_task(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Task:
        """Begin a call of the function, for arguments like those that the products are prepared for."""
        task = begin_task(self.f, args, kwargs, self.argnums, self.where, holomorphic=self.holomorphic)
        shapes = tuple([x.shape for x in task.inside.arrays])
        if not same_structure(task.lifted.template, self.arguments):
            prepared, given = _containers(self.arguments), _containers(task.lifted.template)
        elif shapes != self.inside:
            prepared, given = f"arguments of shape {_listed(self.inside)}", _listed(shapes)
        else:
            return task
        end_loans(task.loans)
        raise ValueError(f"{self.where}: prepared for {prepared}, called with {given}; call prepare again")

    def _check_result(self, shapes: Sequence[Shape]) -> None:
        if tuple(shapes) != self.outside:
            raise ValueError(
                f"{self.where}: prepared for a result of shape {_listed(self.outside)}, got {_listed(shapes)}: it "
                "depends on values; call prepare again"
            )


@lru_cache(maxsize=16)
def tolerance(dtype: np.dtype[Any]) -> float:
    """The tolerance of a sum of products of this dtype, relative to the sizes of its terms."""
    return float(np.finfo(dtype).eps ** 0.75)


def _differs(weights: NDArray[np.float64], products: Array, probed: Array) -> Array:
    """Whether the product with the probe is another one than the sum of the others."""
    terms = np.sum(weights * np.abs(products), axis=0)
    differs: Array = np.any(in_doubt(probed, np.sum(weights * products, axis=0), terms, tolerance(probed.dtype)))
    return differs


def in_doubt(probed: Array, expected: Array, terms: Array, most: float) -> Array:
    """A mask of where a product of the derivative and that of the matrix differ by more than rounding.

    Rounding is relative to the sizes of the terms that are added up; nan and infinity say nothing.
    """
    doubtful: Array = np.greater(np.abs(probed - expected), most * terms)
    return doubtful


def _like(seeds: Sequence[Array], arrays: Sequence[Array]) -> list[Array]:
    """The vectors in the precision of the arrays that they belong to."""
    return [
        seed if seed.dtype == x.dtype or x.dtype.kind not in "fc" else seed.astype(x.dtype)
        for seed, x in zip(seeds, arrays, strict=True)
    ]


def _flat(batches: Sequence[Array]) -> Array:
    """Batches of arrays as one batch of vectors."""
    parts = [as_rows(batch) if batch.ndim != 2 else batch for batch in batches]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def _unit(shapes: Sequence[Shape], index: int) -> tuple[Array, ...]:
    vector = np.zeros((1, sum(map(math.prod, shapes))))
    vector[0, index] = 1.0
    return split(vector, shapes)


def _listed(shapes: Sequence[Shape]) -> str:
    return ", ".join(map(str, shapes))


def _containers(templates: Sequence[Tree]) -> str:
    """Arguments by their arrays: where these are, in the order in which they are taken."""
    return ", ".join(
        [f"a {type(x).__name__} ({', '.join(paths(x))})" if x is not HOLE else "an array" for x in templates]
    )


def sums(shapes: Sequence[Shape], colours: Indices, count: int, probe: NDArray[np.float64] | None) -> tuple[Array, ...]:
    """A batch for each array: for each colour the vector with ones where that colour is, and then the probe."""
    size = sum(map(math.prod, shapes))
    vectors = np.zeros((count + (probe is not None), size))
    coloured = np.flatnonzero(colours >= 0)
    vectors[colours[coloured], coloured] = 1.0
    if probe is not None:
        vectors[-1] = probe
    return split(vectors, shapes)


def split(vectors: NDArray[np.float64], shapes: Sequence[Shape]) -> tuple[Array, ...]:
    """Vectors as a batch for each array, read-only, so that no snapshot of them is made."""
    found = []
    start = 0
    for shape in shapes:
        size = math.prod(shape)
        batch = vectors[:, start : start + size].reshape(len(vectors), *shape).copy()
        batch.flags.writeable = False
        found.append(batch)
        start += size
    return tuple(found)
