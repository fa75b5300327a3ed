"""Sets of what a linear operation computes, or a product in one of its factors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pydezero.core.primitive import Multilinear
from pydezero.core.types import Array
from pydezero.transforms.sparse.pattern.application import Application, plain
from pydezero.transforms.sparse.pattern.probing import Numbers, matrix, origins, split
from pydezero.transforms.sparse.pattern.sets import Indices, Sets, Share, dense, gathered, moved, united

_FEW: Final = 32
"""Of how many arguments each may have parts of its own in the sets of the result."""


def of_linear(of: Application) -> Sets:
    """The sets of the result of a linear operation, found from what it makes of numbered elements."""
    places = of.places
    if of.has_varying_choice or (of.run.residuals and of.primitive.masks):
        # Any of the branches may be taken; any element may be chosen.
        return united([of.sets[i] for i in places], of.shape) if of.primitive.masks else all_of(of)
    is_product = isinstance(of.primitive, Multilinear)
    constants = _constants(of)
    if len(places) == 1 and not is_product:
        seen = _view(of, places[0], constants)
        if seen is not None:
            return seen
    if len(places) > 1 and not is_product:
        shapes = [of.shape_of(i) for i in places]
        sizes = list(map(math.prod, shapes))
        numbers = origins(_joint(of, places, constants), sum(sizes))
        if numbers is not None:
            return moved([of.sets[i] for i in places], sizes, numbers)
    found: list[Sets] = []
    shares: list[Share] = []
    for i in places:
        one = _of_one(of, i, constants, is_few=len(places) <= _FEW)
        if isinstance(one, Share):
            shares.append(one)
        else:
            found.append(one)
    if shares:
        found.append(gathered(shares, of.shape))
    return united(found, of.shape)


def all_of(of: Application) -> Sets:
    """The sets of a result of which each element depends on all that the arguments depend on."""
    return dense([of.sets[i] for i in of.places], of.shape)


def _view(of: Application, place: int, constants: list[Array]) -> Sets | None:
    """The sets of a view of an argument, by the same view of the numbers of rows; None if the result is no view."""
    found = []
    for part in of.sets[place]:
        values = list(constants)
        values[place] = part.rows
        try:
            rows = of.primitive.raw(*values, **of.params)
        except Exception:  # it is for numbers that are no integers
            return None
        if type(rows) is not np.ndarray or rows.dtype != np.intp or rows.shape != of.shape:
            return None
        if not rows.size or not np.may_share_memory(rows, part.rows):
            return None
        found.append(part.reshaped(rows))
    return tuple(found)


def _of_one(of: Application, place: int, constants: list[Array], is_few: bool) -> Sets | Share:
    """The sets of the result as far as they come from one argument, or what its elements give to it."""
    size = math.prod(of.shape_of(place))
    if not size or not math.prod(of.shape):
        return ()
    apply = _joint(of, [place], constants)
    numbers = origins(apply, size) if is_few else None
    if numbers is not None:
        return moved([of.sets[place]], [size], numbers)
    targets = _targets(of, place, constants)
    if targets is not None:
        return _to_targets(of.sets[place], targets.ravel(), of.shape, is_few)
    pairs = _matrix(of, place, apply, size)
    if pairs is not None:
        return Share(of.sets[place], pairs[1], pairs[0])
    return dense([of.sets[place]], of.shape)


def _targets(of: Application, place: int, constants: list[Array]) -> Indices | None:
    """The one element of the result, from 1, that each element of an argument goes to; None if there are several."""
    try:
        return origins(_transposed(of, place, constants), math.prod(of.shape))
    except Exception:  # a rule may ask more of its residuals than to be of their shape
        return None


def _to_targets(sets: Sets, targets: Indices, shape: tuple[int, ...], is_few: bool) -> Sets | Share:
    """The sets where each element goes to one place: `targets` has that place, counted from 1, or 0."""
    elements = np.flatnonzero(targets)
    groups = targets[elements] - 1
    if is_few and len(groups) <= math.prod(shape):
        numbers = np.zeros(math.prod(shape), np.intp)
        numbers[groups] = elements + 1
        if np.count_nonzero(numbers) == len(groups):  # no two go to the same place
            return moved([sets], [len(targets)], numbers.reshape(shape))
    return Share(sets, elements, groups)


def _constants(of: Application) -> list[Array]:
    """The arguments of a probe but for those that are probed: zeros, or any other numbers for a factor."""
    values: list[Array] = []
    is_product = isinstance(of.primitive, Multilinear)
    for i in range(len(of.values)):
        if of.primitive.argument(i).rule is None:
            values.append(plain(of.values[i]))
        elif is_product:
            fixed = of.fixed(i)
            values.append(np.random.default_rng(i).random(of.shape_of(i)) + 1.0 if fixed is None else fixed)
        else:
            values.append(np.zeros(of.shape_of(i)))
    return values


def _joint(of: Application, places: list[int], constants: list[Array]) -> Callable[[Numbers], Array]:
    """The operation as a function of a vector of all elements of some arguments."""
    shapes = [of.shape_of(i) for i in places]
    factors = [1.0 + 1.0j if of.is_complex(i) else 1.0 for i in places]

    def apply(vector: Numbers) -> Array:
        values = list(constants)
        for i, part, factor in zip(places, split(vector, shapes), factors, strict=True):
            values[i] = part * factor if factor != 1.0 else part
        return of.primitive.raw(*values, **of.params)

    return apply


def _transposed(of: Application, place: int, constants: list[Array]) -> Callable[[Numbers], Array]:
    """The transpose of the operation in one argument, as a function of a vector of all elements of the result."""
    argument = of.primitive.argument(place)
    values = list(constants)
    values[place] = np.zeros(of.shape_of(place))
    residual = argument.pick(values, np.zeros(of.shape), of.params, place)

    def apply(vector: Numbers) -> Array:
        result: Any = argument.pull(vector.reshape(of.shape), residual)
        return np.broadcast_to(result, of.shape_of(place))

    return apply


def _matrix(
    of: Application, place: int, apply: Callable[[Numbers], Array], size: int
) -> tuple[Indices, Indices] | None:
    """The places of the nonzeros of the matrix of the operation in one argument, None if it is too large."""
    found = matrix(apply, size)
    if found is None or not of.is_complex(place):
        return found
    # The real and the imaginary part of an element may cancel in a result.
    turned: Any = 1.0 - 2.0j  # Any: a vector of probes is one of real numbers elsewhere
    other = matrix(lambda vector: apply(vector * turned), size)
    return None if other is None else (np.concatenate([found[0], other[0]]), np.concatenate([found[1], other[1]]))
