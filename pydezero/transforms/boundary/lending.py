"""Arguments that a call lends to its function: without a copy, and read-only as long as the call runs.

A transform that returns its derivatives in the same call (`grad`, `jvp`, `jacobian`, `hessian`, ...) need not copy its
arguments: the function gets them read-only, so that it cannot write into them, and its graph has gone before the caller
can. What is left is somebody else who writes into the same memory while the call runs, another thread or the function
itself through a reference of its own. That is found when the call ends, by comparing a sample of the elements.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero.arrays import WORDS
from pydezero.core.level import Level
from pydezero.core.snapshot import (
    LARGE_BYTES,
    end_loan,
    is_array,
    is_frozen,
    is_view_of_loan,
    lend,
    lend_foreign,
    memory_of,
)
from pydezero.core.types import NUMERIC_KINDS, Array
from pydezero.core.variable import Variable
from pydezero.transforms.boundary.messages import argument_leaves
from pydezero.tree import Tree, flatten, map_leaves

# An array of the caller's, what the function got for it, a view of some of its elements, and their bytes; of an array
# of another library None in the place of the view, and a sample in its own words. A plain tuple: it is made for every
# large argument of every call.
Loan: TypeAlias = tuple[Array, Array, NDArray[Any] | None, Any]

_SAMPLE: Final = 61

# The types of arguments that are met most, and of which nothing is lent.
_NO_ARRAYS: Final = frozenset({Variable, float, int, bool, str, complex, NoneType, list, dict})


def lent(x: NDArray[Any], level: Level, loans: list[Loan]) -> NDArray[Any]:
    """An array as a transform call gives it to its function: lent, or a read-only copy where that is cheaper.

    A loan is added to the list, for `end_loans` at the end of the call.
    """
    if not x.flags.writeable and is_frozen(x, level):
        if x.nbytes >= LARGE_BYTES and not is_view_of_loan(x):  # a call around this one looks after its own loans
            loans.append((x, x, places := _sampled(x), places.tobytes()))
        return x
    view = lend(x, level) if x.nbytes >= LARGE_BYTES else None
    if view is None:
        copy = np.array(x)
        copy.setflags(write=False)
        return copy
    loans.append((x, view, places := _sampled(x), places.tobytes()))
    return view


def lent_foreign(x: Array, level: Level, loans: list[Loan]) -> bool:
    """Lend an array of another library, if that has a way to look after it; whether it has."""
    sample = WORDS[type(x)].sample(x)
    if sample is None:
        return False
    loans.append((x, x, None, sample))
    lend_foreign(x, level)
    return True


def lent_arguments(
    args: Iterable[Any], kwargs: Mapping[str, Any], chosen: Container[int], level: Level, loans: list[Loan]
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """Arguments of a function, of which the arrays that are not differentiated are lent to it, and tuples of them.

    The positions in `chosen` are left alone. A list or dict is handed to the function as it is, because the function
    may be meant to write into it.
    """
    positional = list(args)
    for i, x in enumerate(positional):
        if i in chosen:
            continue
        if type(x) is np.ndarray and x.nbytes < LARGE_BYTES and x.dtype.kind in NUMERIC_KINDS:
            # What `lent` does with it, without two calls that take as long.
            positional[i] = copy = np.array(x)
            copy.setflags(write=False)
        elif type(x) not in _NO_ARRAYS:
            positional[i] = _lent_argument(x, level, loans)
    if kwargs:
        kwargs = {key: _lent_argument(x, level, loans) for key, x in kwargs.items()}
    return tuple(positional), kwargs


def _lent_argument(x: Any, level: Level, loans: list[Loan]) -> Any:
    if type(x) is np.ndarray:
        return lent(x, level, loans) if x.dtype.kind in NUMERIC_KINDS else x
    if type(x) not in _NO_ARRAYS and is_array(x):
        lent_foreign(x, level, loans)
        return x
    make = tuple if type(x) is tuple else getattr(x, "_make", None) if isinstance(x, tuple) else None
    if make is None:
        return x
    parts = [_lent_argument(part, level, loans) for part in x]
    return x if all(new is old for new, old in zip(parts, x, strict=True)) else make(parts)


def check_loans(
    loans: Iterable[Loan], where: str, f: Callable[..., Any], args: Sequence[Tree], kwargs: Mapping[str, Tree]
) -> None:
    """Raise a ValueError if somebody has written into an array that was lent, as far as a sample of it shows.

    The arguments are those of the caller's, from which the error has the name of the array.
    """
    for given, _, places, before in loans:
        if not (WORDS[type(given)].is_unchanged(before) if places is None else places.tobytes() == before):
            names = argument_leaves(f, args, kwargs)
            label = next(
                (leaf.label for leaf, x in zip(names, flatten((args, kwargs)), strict=True) if x is given), "a tangent"
            )
            raise ValueError(
                f"{where}: {label} was written into while the function ran, through another reference to its memory. "
                "It is lent to the function, not copied, so that the derivative would be wrong; pass a copy: x.copy()"
            )


def end_loans(loans: Iterable[Loan]) -> None:
    """End the loans of a call, whether it returns or raises."""
    for given, view, _, _ in loans:
        if view is not given or not isinstance(given, np.ndarray):
            end_loan(view)


def without_loans(tree: Tree, given: Tree) -> Tree:
    """A container that leaves the call (aux), with copies of the arrays that show memory of the function's arguments.

    For arrays that were not lent to it this is no copy: they are the caller's own.
    """
    lent_memory = {id(memory_of(x)) for x in flatten(given) if type(x) is np.ndarray and not x.flags.writeable}
    if not lent_memory:
        return tree
    return map_leaves(lambda x: np.array(x) if type(x) is np.ndarray and id(memory_of(x)) in lent_memory else x, tree)


def _sampled(x: NDArray[Any]) -> NDArray[Any]:
    """A view of some elements, spread over all of the array."""
    if x.ndim != 1:
        if x.flags.c_contiguous:
            x = x.reshape(-1)
        elif x.flags.f_contiguous:
            x = x.T.reshape(-1)
        else:
            per_axis = max(2, int(_SAMPLE ** (1 / x.ndim)))
            return x[tuple([slice(None, None, max(1, n // per_axis)) for n in x.shape])]
    # An odd step, so that the sample is not of one column of a matrix.
    return x[:: (len(x) // _SAMPLE) | 1]
