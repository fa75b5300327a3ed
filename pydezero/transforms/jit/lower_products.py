"""Products of matrices, vectors and other arrays as loops of products, or as calls of BLAS."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import attrs
import numpy as np

from pydezero.transforms.jit.products import SMALL, as_matrix, products_of_stacks, sums_of_products
from pydezero.transforms.jit.program import Allocate, Compute, Place, Reduce, Shape, c_strides
from pydezero.transforms.jit.state import State, in_memory, without
from pydezero.transforms.staging.equation import Equation, Reference

_FEW: Final = 4
"""So many terms of a sum of products are one expression."""


def add_matmul(to: State, equation: Equation) -> bool:
    """A product of matrices: of small ones, or with a vector, as sums of products; of others by BLAS."""
    (y,) = equation.outputs
    if not _are_floats(equation, y) or any(0 in x.shape for x in equation.references):
        return False
    a, b = [in_memory(to, x) for x in equation.references]
    a_shape, b_shape = [x.shape for x in equation.references]
    product = sums_of_products(a, a_shape, b, b_shape, to.blas.most_products)
    if product is None:
        return _by_blas(to, y, (a, a_shape), (b, b_shape))
    shape, axis, places = product
    _add_sums(to, y, shape, (axis,), places)
    return True


def add_einsum(to: State, equation: Equation) -> bool:
    """A sum of products: of large matrices by BLAS, and else as loops over all labels."""
    (y,) = equation.outputs
    if not _are_floats(equation, y):
        return False
    terms: Sequence[str] = equation.parameters["subscripts"].operands
    out: str = equation.parameters["subscripts"].out
    lengths: dict[str, int] = {}
    for term, x in zip(terms, equation.references, strict=True):
        for label, n in zip(term, x.shape, strict=True):
            lengths[label] = n if lengths.get(label, 1) == 1 else lengths[label]
    summed = [label for label in lengths if label not in out]
    if 0 in lengths.values() or tuple([lengths[label] for label in out]) != y.shape:
        return False
    if len(terms) > 2 and summed and equation.parameters["optimize"]:
        return False  # NumPy multiplies two at a time
    factors = [
        _Factor(term, in_memory(to, x), x.shape, lengths) for term, x in zip(terms, equation.references, strict=True)
    ]
    pair = _matrices(factors, out, summed)
    if pair is not None and max([lengths[label] for label in (*out[-2:], *summed)]) > SMALL:
        (a, of_a), (b, of_b) = pair
        shapes = [tuple([lengths[label] for label in labels]) for labels in (of_a, of_b)]
        return _by_blas(to, y, (a.along(of_a), shapes[0]), (b.along(of_b), shapes[1]))
    are_inner = all(factor.strides.get(label, 0) < 2 for factor in factors for label in summed[-1:])
    labels = [*out, *summed] if are_inner or not out else [*out[:-1], *summed, out[-1]]
    axes = [labels.index(label) for label in summed]
    _add_sums(to, y, tuple([lengths[label] for label in labels]), axes, [factor.along(labels) for factor in factors])
    return True


class _Factor:
    """An operand of an `einsum`: the strides along each of its labels."""

    def __init__(self, term: str, place: Place, shape: Shape, lengths: Mapping[str, int]) -> None:
        self.place = place
        self.strides: dict[str, int] = {}
        for label, n, stride in zip(term, shape, place.strides, strict=True):
            step = stride if n == lengths[label] else 0
            self.strides[label] = self.strides.get(label, 0) + step  # a label twice is a diagonal

    def along(self, labels: Sequence[str]) -> Place:
        """The place with an axis for each label."""
        return attrs.evolve(self.place, strides=tuple([self.strides.get(label, 0) for label in labels]))


def _matrices(
    factors: Sequence[_Factor], out: str, summed: Sequence[str]
) -> tuple[tuple[_Factor, str], tuple[_Factor, str]] | None:
    """The factors and the labels of their axes, if they are two stacks of matrices that are multiplied."""
    if len(factors) != 2 or len(summed) != 1 or len(out) < 2:
        return None
    k, m, n = summed[0], out[-2], out[-1]
    a, b = factors if m in factors[0].strides else (factors[1], factors[0])
    if not {m, k} <= a.strides.keys() or not {k, n} <= b.strides.keys() or n in a.strides or m in b.strides:
        return None
    if 0 in (a.strides[m], a.strides[k], b.strides[k], b.strides[n]):
        return None
    return (a, f"{out[:-2]}{m}{k}"), (b, f"{out[:-2]}{k}{n}")


def _are_floats(equation: Equation, y: Reference) -> bool:
    return y.dtype.kind == "f" and all(type(x) is Reference and x.dtype == y.dtype for x in equation.inputs)


def _add_sums(to: State, y: Reference, shape: Shape, axes: Sequence[int], places: Sequence[Place]) -> None:
    """Add the products of the elements of places at each index of a shape, summed along axes of it."""
    to.is_buffer(y)
    count = math.prod([shape[axis] for axis in axes])
    if count <= _FEW:
        # All terms in one expression: this joins the loops around it, and nothing is added up in memory.
        kept = [without(_moved(x, axes, i), axes) for i in np.ndindex(*[shape[axis] for axis in axes]) for x in places]
        terms = [" * ".join([f"{{{i + k}}}" for k in range(len(places))]) for i in range(0, len(kept), len(places))]
        expression = " + ".join(terms)
        flat = tuple([n for i, n in enumerate(shape) if i not in axes])
        to.operations.append(Compute(y.number, "multiply", flat, expression, tuple(kept), (y.dtype,) * len(kept)))
        return
    product = " * ".join([f"{{{i}}}" for i in range(len(places))])
    dtypes = (y.dtype,) * len(places)
    part = to.number()
    to.is_buffer(Reference(part, shape, y.dtype))
    to.operations.append(Compute(part, "multiply", shape, product, tuple(places), dtypes))
    operand = Place(part, 0, c_strides(shape))
    to.operations.append(Reduce(y.number, "sum", shape, tuple(axes), operand, y.dtype))


def _moved(x: Place, axes: Sequence[int], index: Sequence[int]) -> Place:
    """The place, begun at an index of some axes."""
    return attrs.evolve(x, offset=x.offset + sum([x.strides[axis] * i for axis, i in zip(axes, index, strict=True)]))


def _by_blas(to: State, y: Reference, a: tuple[Place, Shape], b: tuple[Place, Shape]) -> bool:
    """A product of large matrices, or of stacks of them, each by one call of BLAS."""
    if not to.blas.is_there:
        return False
    target = to.is_buffer(y)
    to.operations.append(Allocate(y.number, False))
    matrix_a, matrix_b = _matrix(to, y, *a), _matrix(to, y, *b)
    to.operations += products_of_stacks(target, y.shape, matrix_a, a[1], matrix_b, b[1], to.number)
    return True


def _matrix(to: State, y: Reference, place: Place, shape: Shape) -> tuple[Place, bool]:
    """A place as BLAS takes it, copied if need be, and whether it is the transpose of what lies in memory."""
    found = as_matrix(place, shape)
    return found or (Place(to.copy(place, shape, y.dtype, "copy"), 0, c_strides(shape)), False)
