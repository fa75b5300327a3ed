"""`while_loop` and `fori_loop`: loops that carry a value while a condition holds, or from one number to another."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import Any, Final, SupportsIndex, TypeAlias, TypeVar, overload

import numpy as np
from numpy import ndarray
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric, next_order
from pydezero.transforms.loops.carry import GROWTH, SPAN, Loop, as_operand, check_carry, is_surely_alike, promoted
from pydezero.transforms.loops.levels import (
    BOOLS,
    PLAIN,
    any_true,
    as_weak,
    decision,
    recorder_below,
    selected,
    used_where,
    weak_where,
    whole_number,
)
from pydezero.transforms.loops.scan import Promoted, checked_body, is_function
from pydezero.transforms.loops.settling import BodyRun
from pydezero.transforms.loops.traced_scan import traced_scan
from pydezero.transforms.loops.while_operation import While, recorded_condition
from pydezero.transforms.staging.recorder import Recorder
from pydezero.tree import Tree, filled, separate

Carry = TypeVar("Carry")

Truth: TypeAlias = bool | np.bool | NDArray[np.bool] | Variable
"""What a condition gives: of shape ()."""

Count: TypeAlias = SupportsIndex | Variable
"""A bound of a loop."""

# The integer of a step: an int, and under a trace a Variable, which a type cannot tell.
Place: TypeAlias = Any

_OF_CONDITION: Final = "what the condition gives"


@overload
def while_loop(condition: Callable[[Carry], Truth], body: Callable[[Carry], Carry], init: Carry) -> Carry: ...
@overload
def while_loop(
    condition: Callable[[Promoted], Truth], body: Callable[[Promoted], Promoted], init: complex
) -> Promoted: ...
def while_loop(condition: Callable[[Any], Truth], body: Callable[[Any], Any], init: Any) -> Any:
    """Repeat a function as long as a condition holds.

    It computes what `while condition(carry): carry = body(carry)` does, which it is on arrays. Under `vmap` it runs
    until the condition holds for no example, and those that are done stay as they are. Under `trace` it is one
    operation. Reverse mode works in all of these; it keeps the carries, however many there come to be.

    Args:
        condition: a function of the carry that returns a single truth.
        body: a function of the carry that returns the next one, which must be like it (structure, shapes, dtypes).
        init: the first carry: an array, a number, a container of them. A Python number in it takes the dtype that the
            body makes of it, as in NumPy; the first step then runs twice.

    Returns:
        The carry for which the condition does not hold.

    Raises:
        TypeError: the body changes the carry (the message has both, leaf by leaf), or the condition gives something
            else than one truth.

    >>> from pydezero import grad, vmap, while_loop
    >>> def root(a):  # Newton's method
    ...     return while_loop(lambda x: abs(x * x - a) > 1e-12, lambda x: (x + a / x) / 2, a + 1.0)
    >>> round(root(2.0), 6), round(grad(root)(2.0), 6)
    (1.414214, np.float64(0.353553))
    >>> vmap(root)(np.array([1.0, 4.0, 100.0]))
    array([ 1.,  2., 10.])
    """
    if not (is_function(condition) and is_function(body)):
        checked_body("while_loop", condition, "condition")
        checked_body("while_loop", body)
    outer = None if type(init) in PLAIN else recorder_below(init)
    if outer is not None:
        return _traced(_repeating(body), condition, init, outer)
    order = next_order()
    running = condition(init)
    if type(running) not in BOOLS:
        recorder = recorder_below(running)
        if recorder is not None:  # of what the condition captures
            recorder.forget(order)
            return _traced(_repeating(body), condition, init, recorder)
        running = decision(_repeating(body), running, _OF_CONDITION)
    if not (running if type(running) in BOOLS else any_true(running)):
        return init
    carry = body(init) if type(running) is not Variable else _next(body, running, init)
    settled = init
    if not is_surely_alike(init, carry):
        recorder = recorder_below(carry)
        if recorder is not None:  # of what the body captures
            recorder.forget(order)
            return _traced(_repeating(body), condition, init, recorder)
        settled = promoted(init, carry)
        if settled is not init:
            carry = _next(body, running, settled)
        check_carry(_repeating(body), settled, carry)
    if type(running) is Variable:
        carry = selected(running, carry, settled)
    return _run_while(condition, body, carry, running if type(running) in BOOLS else True)


@overload
def fori_loop(start: Count, stop: Count, body: Callable[[Place, Carry], Carry], init: Carry) -> Carry: ...
@overload
def fori_loop(start: Count, stop: Count, body: Callable[[Place, Promoted], Promoted], init: complex) -> Promoted: ...
def fori_loop(  # noqa: C901  # one straight path, as its cost is that of loops of few steps
    start: Count, stop: Count, body: Callable[[Place, Any], Any], init: Any
) -> Any:
    """Repeat a function for the integers from start up to, and not including, stop.

    It computes what `for i in range(start, stop): carry = body(i, carry)` does, which it is on arrays. Under `trace` it
    is one operation, in which i is traced.

    Args:
        start: an integer. A Variable counts by its value, and has no derivative; under `vmap` each example may have a
            number of steps of its own, and under `trace` it may be traced.
        stop: likewise.
        body: a function of the integer and the carry that returns the next carry, which must be like it (structure,
            shapes, dtypes).
        init: the first carry: an array, a number, a container of them. A Python number in it takes the dtype that the
            body makes of it, as in NumPy; the first step then runs twice.

    Returns:
        The last carry; init, if stop is not above start.

    Raises:
        TypeError: the body changes the carry (the message has both, leaf by leaf), or a bound is no integer.

    >>> from pydezero import fori_loop, grad
    >>> fori_loop(1, 5, lambda i, product: product * i, 1)
    24
    >>> grad(lambda x: fori_loop(0, 3, lambda i, y: y * x, 1.0))(2.0)
    np.float64(12.0)
    """
    if type(start) is not int or type(stop) is not int or not callable(body):
        loop = _counting(checked_body("fori_loop", body))
        first, end = whole_number(loop, start, "start"), whole_number(loop, stop, "stop")
        if type(first) is Variable or type(end) is Variable:
            return _counted(loop, first, end, init)
        start, stop = int(first), int(end)
    if stop <= start:
        return init
    recorder = None if type(init) in PLAIN else recorder_below(init)
    if recorder is not None:
        return _in_range(_counting(body), range(start, stop), init, recorder)
    order = next_order()
    first = carry = body(start, init)
    # An array, the most frequent carry of all, is compared here: calls take as long as a step on few elements.
    shape, dtype = (init.shape, init.dtype) if type(init) is ndarray else (None, None)
    if not (type(carry) is ndarray and carry.shape == shape and carry.dtype is dtype) and not is_surely_alike(
        init, carry
    ):
        recorder = recorder_below(carry)
        if recorder is not None:  # of what the body captures
            recorder.forget(order)
            return _in_range(_counting(body), range(start, stop), init, recorder)
        settled = promoted(init, carry)
        if settled is not init:
            carry = body(start, settled)
        check_carry(_counting(body), settled, carry)
        first = carry
    start += 1
    end = start + SPAN
    try:
        while start < stop:
            if end > stop:
                end = stop
            for i in range(start, end):
                carry = body(i, carry)
            if not (type(carry) is ndarray and carry.shape == shape and carry.dtype is dtype) and not is_surely_alike(
                first, carry
            ):
                check_carry(_counting(body), first, carry)
            start, end = end, end + GROWTH * (end - start)
    except Exception:
        check_carry(_counting(body), first, carry)  # what fails on a carry of another shape is told by the change
        raise
    return carry


def _counting(body: Callable[[Any, Any], Any]) -> Loop:
    return Loop("fori_loop", body, lambda carry, i: (body(i, carry), None))


def _in_range(loop: Loop, places: range, init: Tree, outer: Recorder) -> Tree:
    """The last carry of a loop of a known number of steps, by one operation."""
    counts = np.arange(places.start, places.stop)
    return traced_scan(loop, init, counts, range(len(places)), None, outer, counts=True)[0]


def _counted(loop: Loop, first: Array, end: Array, init: Tree) -> Tree:
    """The last carry of a loop whose number of steps is traced, or another for each example."""
    body = loop.body
    outer = recorder_below(first, end, init)
    if outer is not None:
        return _counted_in_graph(loop, first, end, init, outer)
    i, carry = as_weak(first) if type(first) is Variable else first, init
    reference: Tree = None
    order = next_order()
    while any_true(running := i < end):
        with np.errstate(all="ignore"):  # some of it is for examples that are done
            new = body(i, carry)
        recorder = recorder_below(new) if reference is None else None
        if recorder is not None:  # of what the body captures
            recorder.forget(order)
            return _counted_in_graph(loop, first, end, init, recorder)
        if reference is None:
            reference = promoted(init, new)
            if reference is not init:
                carry, new = reference, body(i, reference)
        check_carry(loop, reference, new)
        carry = selected(running, new, carry)
        i = selected(running, i + 1, i) if type(i) is Variable else i + 1
    return carry


def _counted_in_graph(loop: Loop, first: Array, end: Array, init: Tree, outer: Recorder) -> Tree:
    """The result of a counted loop as one operation, which carries the integer, too."""
    body = loop.body
    counting = Loop(loop.name, body, lambda pair, _: ((pair[0] + 1, body(pair[0], pair[1])), None))
    start = first if type(first) is Variable else np.int64(first)
    return _traced(counting, lambda pair: pair[0] < end, (start, init), outer, counts=True)[1]


def _repeating(body: Callable[[Any], Any]) -> Loop:
    return Loop("while_loop", body, lambda carry, _: (body(carry), None))


def _next(body: Callable[[Any], Any], running: Array, carry: Tree) -> Tree:
    """The next carry of a loop with a condition."""
    if type(running) is not Variable:
        return body(carry)
    with np.errstate(all="ignore"):  # some of it is for examples that are done
        return body(carry)


def _run_while(condition: Callable[[Any], Any], body: Callable[[Any], Any], carry: Tree, true: object) -> Tree:
    """Take the carry through steps while the condition holds: for any example, of which the others stay as they are.

    `true` is the truth that the condition gave before, Python's or NumPy's.
    """
    first = carry
    span = SPAN
    try:
        while True:
            for _ in repeat(None, span):
                truth = condition(carry)
                if truth is not true:  # one that is needs no second look
                    kind = type(truth)
                    running = truth if kind in BOOLS else decision(_repeating(body), truth, _OF_CONDITION)
                    if type(running) is Variable:
                        return _run_batch(condition, body, first, carry, running)
                    if not running:
                        if carry is not first and not is_surely_alike(first, carry):
                            check_carry(_repeating(body), first, carry)
                        return carry
                    true = truth if kind in BOOLS else True
                carry = body(carry)
            if not is_surely_alike(first, carry):
                check_carry(_repeating(body), first, carry)
            span *= GROWTH
    except Exception:
        check_carry(_repeating(body), first, carry)  # what fails on a carry of another shape is told by the change
        raise


def _run_batch(
    condition: Callable[[Any], Any], body: Callable[[Any], Any], first: Tree, carry: Tree, running: Array
) -> Tree:
    """Take the carry of many examples through steps, of which those that are done stay as they are."""
    loop = _repeating(body)
    while any_true(running):
        new = _next(body, running, carry)
        check_carry(loop, first, new)
        carry = selected(running, new, carry) if type(running) is Variable else new
        running = decision(loop, condition(carry), _OF_CONDITION)
    return carry


def _traced(loop: Loop, condition: Callable[[Any], Any], init: Tree, outer: Recorder, counts: bool = False) -> Tree:
    """The last carry, by one operation."""
    start = next_order()
    run = BodyRun(loop, (None, []), outer, counts)
    init = run.settled(init)
    template, firsts = separate(init, is_numeric)
    asked = recorded_condition(loop, condition, template, firsts, run.weak, outer)
    of_condition, of_body = asked.captured, run.recorded.captured
    operation = While(
        loop.name, asked.closed(of_condition), run.recorded.closed(of_body), len(of_condition), len(of_body)
    )
    used = used_where(lambda: condition(init), of_body, start)
    outputs = operation(*of_condition, *used, *map(as_operand, firsts))
    return filled(template, weak_where(run.weak, outputs))
