"""The arrays that a recorded function captures, told from those that it has made itself; they become inputs."""

from __future__ import annotations

from collections.abc import Sequence
from sys import getrefcount
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.ownership import owns_memory
from pydezero.transforms.jit.captured_names import Copied
from pydezero.transforms.jit.recorder import JitRecorder
from pydezero.transforms.staging.equation import Equation, Reference


def _references_of_one() -> int:
    alone = np.empty(0)
    return getrefcount(alone)


def _references_of_base() -> int:
    view = np.empty(1)[:]
    base = view.base
    return getrefcount(base)


# The references to an array that only one variable refers to, or beside it a view; the interpreter may count those of
# its own.
_ALONE: Final = _references_of_one()
_ALONE_WITH_VIEW: Final = _references_of_base()


def _is_view_of_own(x: NDArray[Any]) -> bool:
    """Whether an array is a view of memory that nobody else refers to."""
    base: object = x.base
    while isinstance(base, np.ndarray):
        if getrefcount(base) != _ALONE_WITH_VIEW:
            return False
        base = base.base
    return base is None


@attrs.frozen(eq=False)
class Captures:
    """The arrays that a function captures.

    Attributes:
        arrays: under the references that they become as inputs.
        instead: these references, in the place of others by number.
        are_all: whether the function has read nothing but these, by operations alone: it has no array or number of its
            own that may have been computed of captured arrays.
    """

    arrays: dict[Reference, NDArray[Any]]
    instead: dict[int, Reference]
    are_all: bool


def captures_of(recorder: JitRecorder, named: Sequence[NDArray[Any]], may_look: bool) -> Captures:
    """The arrays that a function captures; names lead to some arrays, at which its code may look by itself.

    An array that it has made itself remains a constant, as it was at each use; so does one that it has written into.
    """
    kept = {constant.reference.number: constant for constant in recorder.constants}
    found: dict[Reference, NDArray[Any]] = {}
    instead: dict[int, Reference] = {}
    while recorder.sources:
        number, source = recorder.sources.popitem()
        numbers = [number, *[key for key, x in recorder.sources.items() if x is source]]
        for key in numbers[1:]:
            del recorder.sources[key]
        is_own = getrefcount(source) == _ALONE and (_owns_all(source) or _is_view_of_own(source))
        if not is_own and all(Copied(source, np.asarray(kept[key].value)).is_same() for key in numbers):
            reference = kept[min(numbers)].reference
            found[reference] = source
            instead.update(dict.fromkeys(numbers, reference))
    known = set(map(id, named))
    are_all = (
        not may_look
        and kept.keys() == instead.keys()
        and all(known & set(map(id, bases_of(x))) for x in (*found.values(), *[y.array for y in recorder.compared]))
        and not _has_numbers(recorder.equations)
    )
    return Captures(dict(sorted(found.items(), key=lambda item: item[0].number)), instead, are_all)


def _owns_all(x: NDArray[Any]) -> bool:
    """Whether an array has memory of its own."""
    return x.base is None if not x.ndim else owns_memory(x)


def bases_of(x: NDArray[Any]) -> list[NDArray[Any]]:
    """An array and its bases: the arrays that it is a view of."""
    found = []
    array: object = x
    while isinstance(array, np.ndarray):
        found.append(array)
        array = array.base
    return found


def _has_numbers(equations: Sequence[Equation]) -> bool:
    """Whether there are numbers of NumPy's in the place of arrays, in bodies too."""
    return any(
        any(isinstance(x, np.generic) for x in equation.inputs)
        or any(_has_numbers(body.equations) for body in equation.primitive.bodies.values())
        for equation in equations
    )
