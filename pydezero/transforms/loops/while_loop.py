"""`while_loop` and `fori_loop`: loops that carry a value while a condition holds, or from one number to another."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, repeat
from typing import Any, SupportsIndex, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric, next_order
from pydezero.transforms.loops.carry import CarryForm, Loop, as_operand, promoted, spans
from pydezero.transforms.loops.levels import any_true, decision, recorder_below, selected, used_where, whole_number
from pydezero.transforms.loops.scan import Promoted, checked_body
from pydezero.transforms.loops.settling import BodyRun
from pydezero.transforms.loops.traced_scan import traced_scan
from pydezero.transforms.loops.while_operation import While, recorded_condition
from pydezero.transforms.staging.trace import Recorder
from pydezero.tree import Tree, filled, separate

Carry = TypeVar("Carry")

Truth: TypeAlias = bool | np.bool | NDArray[np.bool] | Variable
"""What a condition gives: of shape ()."""

Count: TypeAlias = SupportsIndex | Variable
"""A bound of a loop."""

# The integer of a step: an int, and under a trace a Variable, which a type cannot tell.
Place: TypeAlias = Any


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
    checked_body("while_loop", condition, "condition")
    return _repeated(
        Loop("while_loop", checked_body("while_loop", body), lambda carry, _: (body(carry), None)), condition, init
    )


@overload
def fori_loop(start: Count, stop: Count, body: Callable[[Place, Carry], Carry], init: Carry) -> Carry: ...
@overload
def fori_loop(start: Count, stop: Count, body: Callable[[Place, Promoted], Promoted], init: complex) -> Promoted: ...
def fori_loop(start: Count, stop: Count, body: Callable[[Place, Any], Any], init: Any) -> Any:
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
    loop = Loop("fori_loop", checked_body("fori_loop", body), lambda carry, i: (body(i, carry), None))
    first, end = whole_number(loop, start, "start"), whole_number(loop, stop, "stop")
    if type(first) is Variable or type(end) is Variable:
        return _counted(loop, first, end, init)
    places = range(first, end)
    if not places:
        return init
    recorder = recorder_below(init)
    if recorder is not None:
        return _in_range(loop, places, init, recorder)
    order = next_order()
    carry = body(first, init)
    recorder = recorder_below(carry)
    if recorder is not None:  # of what the body captures
        recorder.forget(order)
        return _in_range(loop, places, init, recorder)
    settled = promoted(init, carry)
    if settled is not init:
        carry = body(first, settled)
    return _through(loop, CarryForm(loop, settled, carry), carry, places[1:])


def _through(loop: Loop, form: CarryForm, carry: Tree, places: range) -> Tree:
    """The last carry of a loop through some integers."""
    body = loop.body
    remaining = iter(places)
    try:
        for span in spans(len(places)):
            for i in islice(remaining, span):
                carry = body(i, carry)
            form.check(carry)
        return carry
    except Exception:
        form.check(carry)  # what fails on a carry of another shape is told by the change
        raise


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
    order = next_order()
    i, carry = first, init
    form: CarryForm | None = None
    while any_true(running := i < end):
        with np.errstate(all="ignore"):  # some of it is for examples that are done
            new = body(i, carry)
        recorder = recorder_below(new) if form is None else None
        if recorder is not None:  # of what the body captures
            recorder.forget(order)
            return _counted_in_graph(loop, first, end, init, recorder)
        if form is None:
            settled = promoted(init, new)
            if settled is not init:
                carry, new = settled, body(i, settled)
            form = CarryForm(loop, settled, new)
        form.check(new)
        carry = selected(running, new, carry)
        i = selected(running, i + 1, i) if type(i) is Variable else i + 1
    return carry


def _counted_in_graph(loop: Loop, first: Array, end: Array, init: Tree, outer: Recorder) -> Tree:
    """The same by one operation, which carries the integer, too."""
    body = loop.body
    counting = Loop(loop.name, body, lambda pair, _: ((pair[0] + 1, body(pair[0], pair[1])), None))
    start = first if type(first) is Variable else np.int64(first)
    return _traced(counting, lambda pair: pair[0] < end, (start, init), outer, counts=True)[1]


def _repeated(loop: Loop, condition: Callable[[Any], Any], init: Tree) -> Tree:
    outer = recorder_below(init)
    if outer is not None:
        return _traced(loop, condition, init, outer)
    order = next_order()
    truth = condition(init)
    recorder = recorder_below(truth)
    if recorder is not None:  # of what the condition captures
        recorder.forget(order)
        return _traced(loop, condition, init, recorder)
    running = decision(loop, truth, "what the condition gives")
    if not any_true(running):
        return init
    carry = _next(loop, running, init)
    recorder = recorder_below(carry)
    if recorder is not None:  # of what the body captures
        recorder.forget(order)
        return _traced(loop, condition, init, recorder)
    settled = promoted(init, carry)
    if settled is not init:
        carry = _next(loop, running, settled)
    form = CarryForm(loop, settled, carry)
    if type(running) is Variable:
        carry = selected(running, carry, settled)
    return run_while(loop, condition, form, carry)


def _next(loop: Loop, running: Array, carry: Tree) -> Tree:
    """The next carry of a loop with a condition."""
    if type(running) is not Variable:
        return loop.body(carry)
    with np.errstate(all="ignore"):  # some of it is for examples that are done
        return loop.body(carry)


def run_while(loop: Loop, condition: Callable[[Any], Any], form: CarryForm, carry: Tree) -> Tree:
    """Take the carry through steps while the condition holds: for any example, of which the others stay as they are."""
    body = loop.body
    true: object = True  # or NumPy's
    try:
        for span in spans():
            for _ in repeat(None, span):
                truth = condition(carry)
                if truth is not true:  # one that is needs no second look
                    running = decision(loop, truth, "what the condition gives")
                    if type(running) is Variable:
                        return _run_batch(loop, condition, form, carry, running)
                    if not running:
                        form.check(carry)
                        return carry
                    true = truth if type(truth) is np.bool else True
                carry = body(carry)
            form.check(carry)
    except Exception:
        form.check(carry)  # what fails on a carry of another shape is told by the change
        raise


def _run_batch(loop: Loop, condition: Callable[[Any], Any], form: CarryForm, carry: Tree, running: Array) -> Tree:
    """Take the carry of many examples through steps, of which those that are done stay as they are."""
    while any_true(running):
        new = _next(loop, running, carry)
        form.check(new)
        carry = selected(running, new, carry) if type(running) is Variable else new
        running = decision(loop, condition(carry), "what the condition gives")
    return carry


def _traced(loop: Loop, condition: Callable[[Any], Any], init: Tree, outer: Recorder, counts: bool = False) -> Tree:
    """The last carry, by one operation."""
    start = next_order()
    run = BodyRun(loop, (None, []), outer, counts)
    init = run.settled(init)
    template, firsts = separate(init, is_numeric)
    asked = recorded_condition(loop, condition, template, firsts, outer)
    of_condition, of_body = asked.captured, run.recorded.captured
    operation = While(
        loop.name, asked.closed(of_condition), run.recorded.closed(of_body), len(of_condition), len(of_body)
    )
    used = used_where(lambda: condition(init), of_body, start)
    return filled(template, operation(*of_condition, *used, *map(as_operand, firsts)))
