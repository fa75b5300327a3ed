"""`cond` and `switch`: one of several functions, chosen by a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeVar, TypeVarTuple

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.primitive import Nondifferentiable, define
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.loops.branches import all_weak, check_alike, recorded_branches, settled
from pydezero.transforms.loops.carry import Loop, as_operand
from pydezero.transforms.loops.cond_operation import Cond, chosen
from pydezero.transforms.loops.levels import BOOLS, decision, recorder_below, used_where, weak_where, whole_number
from pydezero.transforms.loops.scan import checked_body, is_function
from pydezero.transforms.loops.while_loop import Count, Truth
from pydezero.tree import filled, separate

R = TypeVar("R")
Ts = TypeVarTuple("Ts")

_SEQUENCES: Final = (list, tuple)
_INTS: Final = frozenset({int, np.int64})


def cond(predicate: Truth, if_true: Callable[[*Ts], R], if_false: Callable[[*Ts], R], *operands: *Ts) -> R:
    """Call one of two functions, chosen by a boolean.

    A plain truth, or a Variable that has one value, chooses: the function is called, and the other one is not. Under
    `vmap` there is a truth for each example, and both functions are computed, without NumPy's warnings. Under `trace`
    it is one operation, which holds both as graphs. A derivative is that of the function that was chosen.

    Args:
        predicate: a single truth.
        if_true: a function of the operands.
        if_false: another one. Where both are computed or traced, they must return the same structure, shapes and dtypes
            (of Python numbers among them the dtypes may differ).
        *operands: arrays, numbers, containers of them, and anything else. What the functions capture has its
            derivatives, too.

    Returns:
        What the chosen function returns.

    Raises:
        TypeError: the predicate is no single truth; the functions do not return the same (the message has both, leaf by
            leaf).

    >>> import numpy as np
    >>> from pydezero import cond, grad, vmap
    >>> def f(x):
    ...     return cond(x > 0, np.sqrt, lambda x: -x, x)
    >>> f(4.0), grad(f)(-4.0)
    (np.float64(2.0), np.float64(-1.0))
    >>> vmap(grad(f))(np.array([0.25, -4.0]))
    array([ 1., -1.])
    """
    if not (is_function(if_true) and is_function(if_false)):
        checked_body("cond", if_true, "if_true")
        checked_body("cond", if_false, "if_false")
    if type(predicate) in BOOLS:
        return if_true(*operands) if predicate else if_false(*operands)
    loop = Loop("cond", if_true)
    which = decision(loop, predicate, "the predicate")
    if type(which) is not Variable:
        return if_true(*operands) if which else if_false(*operands)
    if which.dtype.kind != "b":  # to `Cond` an integer is an index
        which = which != 0
    result: R = _of_many(loop, which, (if_true, if_false), operands)
    return result


def switch(index: Count, branches: Sequence[Callable[[*Ts], R]], *operands: *Ts) -> R:
    """Call one of several functions, chosen by an index.

    As `cond`, with an integer in the place of the truth.

    Args:
        index: an integer from 0 on. A Variable counts by its value, and has no derivative.
        branches: functions of the operands. Where they are all computed (under `vmap`) or traced, they must return the
            same structure, shapes and dtypes.
        *operands: as for `cond`.

    Returns:
        What the chosen function returns.

    Raises:
        IndexError: there is no such branch, for any example and also when a graph is called. (JAX takes the nearest;
            `np.clip(index, 0, n - 1)` does.)
        TypeError: the index is no integer; the functions do not return the same.

    >>> from pydezero import grad, switch
    >>> grad(lambda x: switch(1, [lambda x: x, lambda x: x**2], x))(3.0)
    np.float64(6.0)
    """
    if not isinstance(branches, _SEQUENCES) or not branches:
        raise TypeError(f"switch: branches must be a sequence of functions, got {describe_structure(branches)}")
    if not all(map(callable, branches)):
        for i, branch in enumerate(branches):
            checked_body("switch", branch, f"branches[{i}]")
    at: Any = index  # Any: a type checker does not see that it is an integer if it is of one of these types
    if type(at) in _INTS and 0 <= at < len(branches):
        named: Callable[[*Ts], R] = branches[at]
        return named(*operands)
    loop = Loop("switch", branches[0])
    which = whole_number(loop, index, "the index")
    if type(which) is not Variable:
        chosen_one: Callable[[*Ts], R] = branches[_branch_index(which, len(branches))]
        return chosen_one(*operands)
    result: R = _of_many(loop, bind(index_p, which, count=len(branches)), tuple(branches), operands)
    return result


def _branch_index(index: Array, count: int) -> Array:
    """An index, or the indices of many examples, unchanged.

    Raises:
        IndexError: there is no such branch.
    """
    if not np.all((index >= 0) & (index < count)):
        raise IndexError(
            f"{users_line()}: switch: the index must be from 0 to {count - 1}, as there are {count} branches, "
            f"got {index}; np.clip(index, 0, {count - 1}) takes the nearest"
        )
    return index


def _index_of_batch(batched: Sequence[bool], index: Array, count: int) -> Array:  # noqa: ARG001  # index is batched
    return bind(index_p, index, count=count)


index_p: Final = define(
    Nondifferentiable,
    "branch_index",
    _branch_index,
    None,
    batch=_index_of_batch,
)


def _of_many(loop: Loop, which: Variable, branches: tuple[Callable[..., Any], ...], operands: tuple[Any, ...]) -> Any:
    """The result where the choice is traced, or another for each example."""
    recorder = recorder_below(which)
    if recorder is None:
        with np.errstate(all="ignore"):  # most of it is for examples that do not take the branch
            given = [branch(*operands) for branch in branches]
        results = settled(given)
        check_alike(loop, branches, results)
        template = separate(results[0], is_numeric)[0]
        columns = zip(*[separate(result, is_numeric)[1] for result in results], strict=True)
        return filled(template, weak_where(all_weak(given), [chosen(which, column) for column in columns]))
    template, arrays = separate(operands, is_numeric)
    found = recorded_branches(loop, branches, template, arrays, recorder)
    captured = [
        used_where(partial(_takes, which, user), [x], found.start)[0]
        for x, user in zip(found.captured, found.users, strict=True)
    ]
    outputs = Cond(loop.name, found.bodies)(which, *captured, *map(as_operand, arrays))
    return filled(found.template, weak_where(found.weak, outputs))


def _takes(which: Variable, place: int) -> Array:
    """Whether a branch is taken."""
    if which.dtype.kind != "b":
        return which == place
    return np.logical_not(which) if place else which
