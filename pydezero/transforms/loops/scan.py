"""`scan`: a loop that carries a value from step to step and stacks what the steps give."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import islice, repeat
from typing import Any, Final, Literal, TypeAlias, TypeVar, overload

import numpy as np
from numpy import ndarray
from numpy.typing import NDArray

from pydezero.core.variable import next_order
from pydezero.transforms.boundary.arguments import check_flag, is_int
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.loops.carry import GROWTH, SPAN, Loop, check_carry, is_surely_alike, pair_of, promoted
from pydezero.transforms.loops.levels import PLAIN, is_recorded, recorder_below
from pydezero.transforms.loops.stacking import (
    elements,
    length_of,
    none_stacked,
    plain,
    stacked,
    stacked_at_sight,
    stand_in,
    steps_at_sight,
)
from pydezero.transforms.loops.traced_scan import traced_scan
from pydezero.tree import Tree

Carry = TypeVar("Carry")
X = TypeVar("X")
Y = TypeVar("Y")

# How many steps lie between carries that reverse mode keeps.
Every: TypeAlias = int | Literal["sqrt"] | None

is_function: Final[Callable[[object], bool]] = callable
"""`callable` as a question about any object, which a type checker takes for open."""

# What a carry that begins as a Python number becomes: a NumPy scalar or a Variable, which a type cannot tell.
Promoted: TypeAlias = Any

# What a step returns that is stacked as an array: a number. (What else it returns is built like its stack.)
Number: TypeAlias = np.number[Any] | complex
Stacked: TypeAlias = NDArray[Any]


@overload
def scan(
    body: Callable[[Carry, X], tuple[Carry, Number]],
    init: Carry,
    xs: X,
    length: int | None = ...,
    reverse: bool = ...,
    *,
    checkpoint: Every = ...,
) -> tuple[Carry, Stacked]: ...
@overload
def scan(
    body: Callable[[Carry, X], tuple[Carry, Y]],
    init: Carry,
    xs: X,
    length: int | None = ...,
    reverse: bool = ...,
    *,
    checkpoint: Every = ...,
) -> tuple[Carry, Y]: ...
@overload
def scan(
    body: Callable[[Carry, None], tuple[Carry, Number]],
    init: Carry,
    xs: None = ...,
    length: int | None = ...,
    reverse: bool = ...,
    *,
    checkpoint: Every = ...,
) -> tuple[Carry, Stacked]: ...
@overload
def scan(
    body: Callable[[Carry, None], tuple[Carry, Y]],
    init: Carry,
    xs: None = ...,
    length: int | None = ...,
    reverse: bool = ...,
    *,
    checkpoint: Every = ...,
) -> tuple[Carry, Y]: ...
@overload
def scan(
    body: Callable[[Promoted, X], tuple[Promoted, Number]],
    init: complex,
    xs: X,
    length: int | None = ...,
    reverse: bool = ...,
    *,
    checkpoint: Every = ...,
) -> tuple[Promoted, Stacked]: ...
@overload
def scan(
    body: Callable[[Promoted, X], tuple[Promoted, Y]],
    init: complex,
    xs: X,
    length: int | None = ...,
    reverse: bool = ...,
    *,
    checkpoint: Every = ...,
) -> tuple[Promoted, Y]: ...
@overload
def scan(
    body: Callable[[Promoted, None], tuple[Promoted, Number]],
    init: complex,
    xs: None = ...,
    length: int | None = ...,
    reverse: bool = ...,
    *,
    checkpoint: Every = ...,
) -> tuple[Promoted, Stacked]: ...
@overload
def scan(
    body: Callable[[Promoted, None], tuple[Promoted, Y]],
    init: complex,
    xs: None = ...,
    length: int | None = ...,
    reverse: bool = ...,
    *,
    checkpoint: Every = ...,
) -> tuple[Promoted, Y]: ...
def scan(  # noqa: C901  # one straight path, as its cost is that of loops of few steps
    body: Callable[..., tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    *,
    checkpoint: Every = None,
) -> Any:
    """Carry a value from step to step, and stack what the steps give.

    It computes what this loop does: `for x in xs: carry, y = body(carry, x)`, with the ys stacked. On arrays, and in
    all transforms of them, it is this loop. Under `trace` it is one operation, which holds the body as a graph, and so
    are its derivatives and batches.

    Args:
        body: a function of the carry and the elements of a step. It returns a pair, the next carry, which must be like
            the one that it got (structure, shapes, dtypes), and what is to be stacked, an array, a container of arrays,
            or None.
        init: the first carry: an array, a number, a container of them, or None. A Python number in it takes the dtype
            that the body makes of it, as in NumPy; the first step then runs twice.
        xs: an array or a container of arrays, whose first axis has an entry for each step; None if there are none.
        length: the number of steps, needed where there is no xs.
        reverse: the steps begin with the last element. The ys lie where their elements do.
        checkpoint: reverse mode keeps each k-th carry alone, for a number k, and computes the others again: of n steps
            n / k and then k carries. "sqrt" is the number for which that is least. The body is traced then: it runs
            once for all steps, so it must not decide by values with `if` (see `cond`), and random numbers are elements
            of xs. None keeps what each step needs.

    Returns:
        The last carry, and the ys: built like what the body returns, each array with one axis more, the first. Without
        steps these are init and arrays of length 0, for which the body runs once, on ones.

    Raises:
        TypeError: the body changes the carry (the message has both, leaf by leaf) or returns no pair; what it stacks is
            not built alike in all steps; an argument is of the wrong type.
        ValueError: the lengths of the arrays in xs differ from each other or from `length`, or one has no axis; with
            checkpoints, the body gives another result when it runs again.

    >>> import numpy as np
    >>> from pydezero import grad, scan
    >>> scan(lambda total, x: (total + x, total * x), 0.0, np.array([1.0, 2.0, 3.0]))
    (np.float64(6.0), array([0., 2., 9.]))
    >>> def growth(rate, steps):
    ...     return scan(lambda y, _: (y + 0.1 * rate * y, None), 1.0, length=steps, checkpoint="sqrt")[0]
    >>> round(grad(growth)(0.5, 100), 6)
    np.float64(1252.392932)
    """
    if not is_function(body):
        checked_body("scan", body)
    if reverse is not False:
        check_flag("scan", "reverse", reverse)
    count, rows = steps_at_sight(xs, length, reverse)
    if count < 0:
        count = length_of(Loop("scan", body), xs, length)
        rows = elements(xs, count, reverse)
    every = None if checkpoint is None else _checked_every(Loop("scan", body), checkpoint, count)
    recorder = None if type(init) in PLAIN and type(xs) in PLAIN else recorder_below(init, xs)
    if recorder is not None:
        return traced_scan(Loop("scan", body), init, xs, _places(count, reverse), every, recorder)
    if not count:
        return no_steps(Loop("scan", body), init, xs)
    start = next_order()
    x = next(rows)
    output = body(init, x)
    carry, y = output if type(output) is tuple and len(output) == 2 else pair_of(Loop("scan", body), output)
    recorder = None if type(y) in PLAIN else recorder_below(y)
    if type(carry) is ndarray is type(init):
        alike = carry.shape == init.shape and carry.dtype is init.dtype  # as below, without a call
    else:
        alike = is_surely_alike(init, carry)
    if recorder is not None or not alike:
        recorder = recorder or recorder_below(carry)
        if recorder is not None:  # of what the body captures
            recorder.forget(start)
            return traced_scan(Loop("scan", body), init, xs, _places(count, reverse), every, recorder)
        first = promoted(init, carry)
        if first is not init:
            carry, y = pair_of(Loop("scan", body), body(first, x))
        check_carry(Loop("scan", body), first, carry)
    if every is not None and is_recorded(carry, y):
        return traced_scan(Loop("scan", body), init, xs, _places(count, reverse), every, None, (carry, y))
    ys = [y]
    if count > 1:
        carry = _run_steps(body, carry, rows, count - 1, ys)
    if y is None and len(ys) == 1:
        return carry, None
    if len(ys) < count:
        ys += [None] * (count - len(ys))  # which `stacked` does not take among others
    stack = stacked_at_sight(ys, reverse)
    return carry, stacked(Loop("scan", body), ys, reverse) if stack is None else stack


def _places(count: int, reverse: bool) -> range:
    """The places of the elements in the order of the steps."""
    return range(count - 1, -1, -1) if reverse else range(count)


def checked_body(name: str, body: object, what: str = "body") -> Callable[..., Any]:
    """The function that a loop repeats.

    Raises:
        TypeError: it is none.
    """
    if not callable(body):
        raise TypeError(f"{name}: {what} must be a function, got {describe_structure(body)}")
    return body


def _run_steps(body: Callable[..., Any], carry: Tree, rows: Iterator[Tree], left: int, ys: list[Tree]) -> Tree:
    """Take the carry through the steps that are left; what they give is added to ys, if it is not always None."""
    first = carry
    pair: Any = (carry, None)
    stacks = ys[0] is not None
    span = SPAN
    try:
        while True:
            if type(rows) is repeat and left <= span:
                steps: Iterator[Tree] = rows
            else:  # not to the end, at which an array raises an error, which takes as long as a step
                steps = islice(rows, left if left < span else span)
            if stacks:
                for x in steps:
                    pair = carry, y = body(carry, x)
                    ys.append(y)
            else:
                for x in steps:
                    pair = carry, y = body(carry, x)
                    if y is not None:
                        ys.append(y)
            if type(pair) is not tuple or not is_surely_alike(first, carry):
                _check_step(body, first, carry, pair)
            if left <= span:
                return carry
            left -= span
            span *= GROWTH
    except Exception:
        _check_step(body, first, carry, pair)  # what fails on a carry of another shape is told by the change
        raise


def _check_step(body: Callable[..., Any], first: Tree, carry: Tree, pair: Any) -> None:
    """Raise a TypeError unless a step has returned a pair, and its carry is like the first one."""
    loop = Loop("scan", body)
    pair_of(loop, pair)
    check_carry(loop, first, carry)


def no_steps(loop: Loop, init: Tree, xs: Tree) -> tuple[Tree, Tree]:
    """The result of a loop without steps; the body runs once, to find out what it would stack."""
    with np.errstate(all="ignore"):
        _, y = pair_of(loop, loop.step(plain(init), stand_in(xs)))
    return init, none_stacked(y)


def _checked_every(loop: Loop, checkpoint: object, count: int) -> int:
    """The number of steps from one carry that is kept to the next."""
    if checkpoint == "sqrt":
        return max(1, math.isqrt(count))
    if not is_int(checkpoint):
        raise TypeError(f'{loop.label}: checkpoint must be an int or "sqrt", got {checkpoint!r}')
    if checkpoint < 1:
        raise ValueError(f"{loop.label}: checkpoint must be at least 1, got {checkpoint}")
    return int(checkpoint)
