"""Einstein summation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Literal, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.placing import beside
from pydezero.core.primitive import Multilinear, define
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of

__all__ = [
    "einsum",
]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@attrs.frozen
class Subscripts:
    """The labels of the axes of each operand and of the result, with nothing left implied."""

    operands: tuple[str, ...]
    out: str

    def __str__(self) -> str:
        return f"{','.join(self.operands)}->{self.out}"


@lru_cache(maxsize=1024)
def parse(subscripts: str, ndims: tuple[int, ...]) -> Subscripts:
    """The labels that subscripts stand for, as `np.einsum` reads them, for operands of these numbers of axes.

    Raises:
        ValueError: there are not as many operands as terms, or a term does not have as many labels as its operand axes.
    """
    inputs, arrow, out = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ndims):
        raise ValueError(f"einsum: {subscripts!r} names {len(terms)} operands, but there are {len(ndims)}")
    free = [letter for letter in _LETTERS if letter not in subscripts]
    dots = [
        ndim - len(term.replace("...", "")) if "..." in term else 0 for term, ndim in zip(terms, ndims, strict=True)
    ]
    for term, ndim, extra in zip(terms, ndims, dots, strict=True):
        if extra < 0 or len(term.replace("...", "")) + extra != ndim:
            raise ValueError(f"einsum: the term {term!r} of {subscripts!r} does not fit an operand of {ndim} axes")
    # The axes of an ellipsis are aligned at the right, as in broadcasting.
    ellipsis = "".join(free[: max(dots, default=0)])
    operands = tuple(
        term.replace("...", ellipsis[len(ellipsis) - extra :]) for term, extra in zip(terms, dots, strict=True)
    )
    if not arrow:
        counts = Counter("".join(terms).replace(".", ""))
        out = "..." + "".join(sorted(letter for letter, n in counts.items() if n == 1))
    return Subscripts(operands, out.replace("...", ellipsis))


def _einsum_rule(g: Array, position: int, xs: tuple[Array, ...], subscripts: Subscripts, optimize: bool | str) -> Array:
    """The cotangent of one operand: the cotangent of the result times all other operands, summed to its own labels."""
    shape = xs[position].shape
    terms = [subscripts.out, *(term for i, term in enumerate(subscripts.operands) if i != position)]
    factors = [g, *(x for i, x in enumerate(xs) if i != position)]
    lengths, present = _lengths(subscripts.operands, xs), _lengths(terms, factors)
    free = (letter for letter in _LETTERS if letter not in str(subscripts))
    target = ""
    for label, n in zip(subscripts.operands[position], shape, strict=True):
        if label in target:
            # A repeated label takes a diagonal; its transpose puts the elements back on one.
            name = next(free)
            terms.append(label + name)
            factors.append(beside(np.eye(n, dtype=g.dtype), g))
            target += name
            continue
        if label not in present or present[label] == 1 != lengths[label]:
            # No other has the label, or only with length 1: the cotangent is the same all along the axis.
            terms.append(label)
            factors.append(np.ones_like(g, shape=(lengths[label],)))
        target += label
    return unbroadcast(np.einsum(f"{','.join(terms)}->{target}", *factors, optimize=optimize), shape)


def _lengths(terms: Sequence[str], xs: Sequence[Array]) -> dict[str, int]:
    """The length of the axes with each label; an axis of length 1 is repeated to that of another operand."""
    lengths: dict[str, int] = {}
    for term, x in zip(terms, xs, strict=True):
        for label, n in zip(term, shape_of(x), strict=True):
            lengths[label] = n if lengths.get(label, 1) == 1 else lengths[label]
    return lengths


@lru_cache(maxsize=1024)
def _with_batch_axis(subscripts: Subscripts, batched: tuple[bool, ...]) -> Subscripts:
    """The subscripts of a batch of sums: one more label, for the operands that are batches and for the result."""
    label = next(letter for letter in _LETTERS if letter not in str(subscripts))
    terms = zip(subscripts.operands, batched, strict=True)
    return Subscripts(tuple([label * is_batched + term for term, is_batched in terms]), label + subscripts.out)


def _einsum(*xs: Array, subscripts: Subscripts, optimize: bool | str) -> Array:
    found: Array = np.einsum(str(subscripts), *xs, optimize=optimize)
    if any(type(x) is np.ndarray and not x.size for x in xs):
        # Sums of nothing, for which NumPy 2.4.6 gives now and then, in half precision, what lies behind the array.
        return np.zeros_like(found)[()]
    return found


_einsum_p: Final = define(
    Multilinear,
    "einsum",
    _einsum,
    _einsum_rule,
    batch=lambda batched, *xs, subscripts, optimize: einsum(
        str(_with_batch_axis(subscripts, tuple(batched))), *xs, optimize=optimize
    ),
)


@overload
def einsum(
    subscripts: str, /, *operands: Variable, optimize: bool | Literal["greedy", "optimal"] = ...
) -> Variable: ...
@overload
def einsum(  # type: ignore[overload-overlap]  # what holds no Variable is told apart first
    subscripts: str, /, *operands: ArrayOrNumber, optimize: bool | Literal["greedy", "optimal"] = ...
) -> NDArray[Any]: ...
@overload
def einsum(subscripts: str, /, *operands: Operand, optimize: bool | Literal["greedy", "optimal"] = ...) -> Variable: ...
def einsum(subscripts: Any, /, *operands: Any, optimize: bool | Literal["greedy", "optimal"] = False) -> Any:
    """The sum of products that `subscripts` describes, as `np.einsum` reads it.

    Implicit output, ellipses and diagonals are included, and so is NumPy's other form: a list of integers behind each
    operand instead of subscripts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> einsum("ij,ij->i", Variable(np.ones((2, 3))), np.ones((2, 3)))
    variable([3. 3.])
    """
    if not isinstance(subscripts, str):
        subscripts, operands = _from_lists((subscripts, *operands))
    operands = tuple([beside(x, *operands) if isinstance(x, list | tuple) else x for x in operands])
    parsed = parse(subscripts, tuple([len(shape_of(x)) for x in operands]))
    return bind(_einsum_p, *operands, subscripts=parsed, optimize=optimize)


def _from_lists(arguments: tuple[Any, ...]) -> tuple[str, tuple[Array, ...]]:
    """The subscripts and operands of arguments in the form `einsum(a, [0, 1], b, [1, 2], [0, 2])`.

    Raises:
        TypeError: there is an array in the place of a list.
    """
    pairs = len(arguments) // 2
    lists = arguments[1::2] if len(arguments) % 2 == 0 else (*arguments[1::2], arguments[-1])
    if any(isinstance(labels, Variable | np.ndarray) and labels.dtype.kind not in "iu" for labels in lists):
        raise TypeError(
            'einsum: write the subscripts in front of the arrays, einsum("ij,jk->ik", x, y), or a list of integers '
            "behind each, einsum(x, [0, 1], y, [1, 2])"
        )
    terms = [_letters(labels) for labels in arguments[1 : 2 * pairs : 2]]
    arrow = f"->{_letters(arguments[-1])}" if len(arguments) % 2 else ""
    return ",".join(terms) + arrow, arguments[0 : 2 * pairs : 2]


def _letters(labels: list[Any]) -> str:
    return "".join("..." if label is Ellipsis else _LETTERS[label] for label in labels)
