"""Mistakes raise at once, and the messages say what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import attrs
import numpy as np
import pytest

import pydezero
from pydezero import associative_scan, cond, fori_loop, grad, scan, switch, trace, vmap, while_loop
from pydezero.core.operators import EscapeError
from pydezero.tree import STATIC

# Any: what is tested are arguments of wrong types.
untyped: Any = pydezero

X: Final = np.arange(3.0)


@attrs.frozen
class Tagged:
    y: Any
    tag: str = attrs.field(default="a", metadata=STATIC)


class Row(list[Any]):
    """A type of containers beside Python's own."""


def narrows(c: Any, x: Any) -> Any:
    return c.astype(np.float32), x


def grows(c: Any, _: Any) -> Any:
    return np.concatenate([c, c]), None


def renames(c: Any, _: Any) -> Any:
    return {"b": c["a"]}, None


CHANGES: Final[dict[str, tuple[Callable[..., Any], Any, list[str]]]] = {
    "dtype": (narrows, np.zeros(2), ["carry: float64 of shape (2,) becomes float32 of shape (2,)"]),
    "shape": (grows, np.zeros(2), ["carry: float64 of shape (2,) becomes float64 of shape (4,)"]),
    "structure": (
        renames,
        {"a": np.zeros(2)},
        ["it was:\n        dict ['a']: float64", "it becomes:\n        dict ['b']: "],
    ),
    "one leaf of two": (
        lambda c, x: ((c[0], c[1] * 0.5), None),
        (np.zeros(2), np.array(1)),
        ["carry[0]: float64 of shape (2,)\n", "carry[1]: int64 of shape () becomes float64 of shape ()"],
    ),
    "a number that does not fit": (lambda c, x: (np.int64(1), None), 0.5, ["float64 of shape () becomes int64"]),
    "what is no array": (lambda c, x: ((c[0], "b"), None), (np.zeros(2), "a"), ["carry[1]: 'a' becomes 'b'"]),
    "to None": (lambda c, x: (None, None), np.zeros(2), ["carry: float64 of shape (2,) becomes None"]),
    "in a record": (
        lambda c, x: (Tagged(c.y.astype(np.float32)), None),
        Tagged(np.zeros(2)),
        ["carry.y: float64 of shape (2,) becomes float32 of shape (2,)"],
    ),
    "a static field": (
        lambda c, x: (Tagged(c.y, "b"), None),
        Tagged(np.zeros(2)),
        ["Tagged .tag: 'a', which is static\n    it becomes:", "Tagged .tag: 'b', which is static"],
    ),
    "a type within": (
        lambda c, x: (([c[0][0]], c[1]), None),
        (Row([np.zeros(2)]), np.zeros(2)),
        ["it was:\n        a tuple of 2 (a Row, ", "it becomes:\n        a tuple of 2 (a list of 1 "],
    ),
    "the order of keys": (
        lambda c, x: ({"b": c["b"], "a": c["a"]}, None),
        {"a": np.zeros(2), "b": np.zeros(2)},
        ["it was:\n        dict ['a']: float64", "it becomes:\n        dict ['b']: "],
    ),
    "of a container without leaves": (lambda c, x: ({}, None), (), ["an empty tuple", "a dict"]),
}
_changes = pytest.mark.parametrize(("body", "init", "said"), CHANGES.values(), ids=list(CHANGES))


@_changes
@pytest.mark.parametrize("traced", [False, True], ids=["eager", "traced"])
def test_a_body_that_changes_the_carry(body: Callable[..., Any], init: Any, said: list[str], traced: bool) -> None:
    def f(xs: Any) -> Any:
        return scan(body, init, xs)

    with pytest.raises(TypeError, match="changes the shape, dtype or structure of the carry") as error:
        (trace(f) if traced else f)(X)
    for text in (*said, f"{__file__}:", "return scan(body, init, xs)", "scan("):
        assert text in str(error.value)


@_changes
def test_the_other_loops(body: Callable[..., Any], init: Any, said: list[str]) -> None:
    with pytest.raises(TypeError, match=re.escape(said[0])):
        fori_loop(0, 2, lambda i, c: body(c, X[i])[0], init)
    with pytest.raises(TypeError, match=re.escape(said[0])):
        while_loop(lambda _: True, lambda c: body(c, X[0])[0], init)


def test_a_later_step_that_changes_the_carry() -> None:
    with pytest.raises(TypeError, match="becomes float32"):
        scan(lambda c, x: (c if x < 2 else c.astype(np.float32), None), np.zeros(2), X)
    with pytest.raises(TypeError, match=re.escape("(3,)")):
        scan(lambda c, x: (c if x < 2 else np.zeros(3), None), np.zeros(2), X)


@pytest.mark.parametrize("step", [5, 30, 199])
@pytest.mark.parametrize("kind", [tuple, list, dict])
def test_a_change_after_many_steps(kind: type, step: int) -> None:
    def carry(a: object, b: object) -> Any:  # Any: one of three types
        return {"a": a, "b": b} if kind is dict else kind((a, b))

    def body(i: int, c: Any) -> Any:
        a, b = c.values() if kind is dict else c
        return carry(a, b + 1 if i < step else np.ones(2))

    init = carry(np.zeros(3), np.float64(0.0))
    for run in (
        lambda: fori_loop(0, 200, body, init),
        lambda: scan(lambda c, i: (body(int(i), c), None), init, np.arange(200)),
        lambda: while_loop(lambda c: c[0] < 200, lambda c: (c[0] + 1, body(int(c[0]), c[1])), (0, init)),
    ):
        with pytest.raises(TypeError, match=re.escape("float64 of shape () becomes float64 of shape (2,)")):
            run()


def test_a_step_that_fails_for_the_change_is_told_by_the_change() -> None:
    def grown(i: Any, c: Any) -> Any:  # Any: an array, which it grows at a step that no check follows at once
        return c + np.ones(3) if i != 50 else np.zeros((2, 2))

    for run in (
        lambda: fori_loop(0, 200, grown, np.ones(3)),
        lambda: scan(lambda c, i: (grown(i, c), None), np.ones(3), np.arange(200)),
        lambda: while_loop(lambda c: c[0] < 200, lambda c: (c[0] + 1, grown(c[0], c[1])), (0, np.ones(3))),
    ):
        with pytest.raises(TypeError, match=re.escape("float64 of shape (3,) becomes float64 of shape (2, 2)")):
            run()
    with pytest.raises(ZeroDivisionError):
        fori_loop(0, 200, lambda i, c: c + 1 / (50 - i), 1.0)
    with pytest.raises(TypeError, match="must return a pair"):
        untyped.scan(lambda c, i: (c, None) if i < 50 else (c, None, None), 0.0, np.arange(200))


def test_the_body_is_named_with_its_line() -> None:
    line = narrows.__code__.co_firstlineno
    with pytest.raises(TypeError, match=re.escape(f"narrows ({__file__}:{line}) changes")):
        scan(narrows, np.zeros(2), X)


MISTAKES: Final[dict[str, tuple[Callable[[], Any], type[Exception], str]]] = {
    "no pair": (lambda: untyped.scan(lambda c, x: c, 0.0, X), TypeError, "must return a pair"),
    "no pair later": (
        lambda: untyped.scan(lambda c, x: (c, x) if x < 1 else [c, x], 0.0, X),
        TypeError,
        "must return a pair",
    ),
    "a body that is none": (lambda: untyped.scan(3.0, 0.0, X), TypeError, "scan: body must be a function"),
    "no length": (lambda: scan(lambda c, _: (c, None), 0.0), TypeError, "length= says how many steps"),
    "a length that is none": (lambda: untyped.scan(narrows, 0.0, X, length=2.0), TypeError, "length must be an int"),
    "a negative length": (lambda: scan(lambda c, _: (c, None), 0.0, length=-1), ValueError, "not be negative, got -1"),
    "another length": (lambda: scan(narrows, 0.0, X, length=4), ValueError, "differ (xs: 3, length: 4)"),
    "lengths that differ": (
        lambda: scan(lambda c, x: (c, x["a"]), 0.0, {"a": X, "b": X[:2]}),
        ValueError,
        "differ (xs['a']: 3, xs['b']: 2)",
    ),
    "an element without an axis": (
        lambda: scan(lambda c, x: (c, x[0]), 0.0, (X, np.array(2.0))),
        ValueError,
        "xs[1] is float64 of shape (), with no axis",
    ),
    "a list of numbers": (lambda: scan(lambda c, x: (c, x), 0.0, [1.0, 2.0]), ValueError, "write np.array([...])"),
    "elements that are no arrays": (lambda: scan(lambda c, x: (c, x), 0.0, "abc"), TypeError, "must be arrays or None"),
    "shapes that do not stack": (
        lambda: scan(lambda c, x: (c, np.zeros(int(x))), 0.0, X),
        ValueError,
        "different shapes in different steps: (0,), (1,), (2,)",
    ),
    "structures that do not stack": (
        lambda: scan(lambda c, x: (c, (x,) if x < 1 else (x, x)), 0.0, X),
        TypeError,
        "not built alike in all steps",
    ),
    "what is stacked is no array": (
        lambda: scan(lambda c, x: (c, f"{x}"), 0.0, X),
        TypeError,
        "must be arrays; got '0.0'",
    ),
    "a checkpoint that is none": (
        lambda: untyped.scan(narrows, 0.0, X, checkpoint="log"),
        TypeError,
        'checkpoint must be an int or "sqrt"',
    ),
    "a checkpoint of nothing": (lambda: scan(narrows, 0.0, X, checkpoint=0), ValueError, "at least 1, got 0"),
    "a stop that is no integer": (
        lambda: untyped.fori_loop(0, 2.5, narrows, 0.0),
        TypeError,
        "stop must be an integer",
    ),
    "a start that is an array": (lambda: untyped.fori_loop(X, 2, narrows, 0.0), TypeError, "float64 of shape (3,)"),
    "a stop of a half": (
        lambda: grad(lambda n: fori_loop(0, n, lambda i, c: c, 1.0) * n)(2.5),
        TypeError,
        "stop must be an integer",
    ),
    "a condition of several elements": (
        lambda: while_loop(lambda x: x < 3, lambda x: x + 1, X),
        TypeError,
        "must be a single truth, got bool of shape (3,); write np.any or np.all",
    ),
    "a condition that is none": (
        lambda: untyped.while_loop(lambda x: None, lambda x: x, X),
        TypeError,
        "must be True or False",
    ),
    "a condition that cannot be called": (
        lambda: untyped.while_loop(True, lambda x: x, X),
        TypeError,
        "condition must be",
    ),
    "a predicate of several elements": (lambda: cond(X > 1, np.sin, np.cos, X), TypeError, "got bool of shape (3,)"),
    "a predicate that is none": (lambda: untyped.cond("yes", np.sin, np.cos, X), TypeError, "must be True or False"),
    "a branch that cannot be called": (
        lambda: untyped.cond(True, 1.0, np.cos, X),
        TypeError,
        "if_true must be a function",
    ),
    "an index beyond the branches": (lambda: switch(2, [np.sin, np.cos], X), IndexError, "from 0 to 1"),
    "a negative index": (lambda: switch(-1, [np.sin, np.cos], X), IndexError, "np.clip(index, 0, 1)"),
    "an index in a batch": (
        lambda: vmap(lambda i: switch(i, [np.sin, np.cos], 1.0))(np.array([0, 2])),
        IndexError,
        "there are 2 branches",
    ),
    "an index of a graph": (
        lambda: trace(lambda i: switch(i, [np.sin, np.cos], 1.0))(0)(5),
        IndexError,
        "there are 2 branches, got 5",
    ),
    "an index that is none": (lambda: untyped.switch(0.5, [np.sin], X), TypeError, "the index must be an integer"),
    "no branches": (lambda: switch(0, [], X), TypeError, "must be a sequence of functions"),
    "branches of different dtypes": (
        lambda: trace(lambda x: cond(x > 0, lambda: X, lambda: X > 1))(1.0),
        TypeError,
        "result: float64 of shape (3,), and bool of shape (3,)",
    ),
    "branches of different structures in a batch": (
        lambda: vmap(lambda x: cond(x > 0, lambda: (x,), lambda: {"a": x}))(X),
        TypeError,
        "dict ['a']: float64 of shape ()",
    ),
    "a batch size of nothing": (lambda: pydezero.map(np.sin, X, 0), ValueError, "batch_size must be at least 1"),
    "a batch size that is none": (lambda: untyped.map(np.sin, X, 1.0), TypeError, "batch_size must be an int"),
    "nothing to map": (lambda: untyped.map(np.sin, None), TypeError, "without arrays in xs"),
    "an associative function of another shape": (
        lambda: associative_scan(lambda a, b: (a + b)[..., :1], np.ones((3, 2))),
        TypeError,
        "it returns:\n        ndarray: float64 of shape (1, 1)",
    ),
    "an associative function of another shape later on": (
        lambda: associative_scan(lambda a, b: (a + b)[:, : 3 if a[0, 0] < 3 else 1], np.ones((20, 3))),
        TypeError,
        "it returns:\n        ndarray: float64 of shape (1, 1)",
    ),
    "an associative function of another length later on": (
        lambda: associative_scan(lambda a, b: a + b if a[0] < 3 else np.ones(2), np.ones(20)),
        TypeError,
        "it returns:\n        ndarray: float64 of shape (2,)",
    ),
    "an axis that is not there": (lambda: associative_scan(np.add, X, axis=1), ValueError, "without an axis 1"),
    "numbers to combine": (lambda: associative_scan(lambda a, b: a, [1.0, 2.0]), TypeError, "must be arrays"),
    "lengths to combine that differ": (
        lambda: associative_scan(lambda a, b: a, (X, X[:2])),
        ValueError,
        "axis 0 differ: 3, 2",
    ),
}


@pytest.mark.parametrize(("call", "error", "said"), MISTAKES.values(), ids=list(MISTAKES))
def test_mistakes(call: Callable[[], Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=re.escape(said)):
        call()


def test_what_a_trace_refuses() -> None:
    def decides(x: Any) -> Any:
        return scan(lambda c, row: (c if c[0] > 0 else -c, None), x, np.ones((2, 1)))

    with pytest.raises(EscapeError, match=r"bool\(\) of it needs a value, and what scan\(<lambda>\) traces has none"):
        trace(decides)(np.ones(2))
    # Reverse mode with checkpoints traces the body, too.
    with pytest.raises(EscapeError, match=r"bool\(\) of it needs a value"):
        grad(lambda x: np.sum(scan(lambda c, _: (c if c[0] > 0 else -c, None), x, length=9, checkpoint=3)[0]))(
            np.ones(2)
        )

    with pytest.raises(TypeError, match="is given a Variable of an enclosing transform"):
        grad(lambda w: trace(lambda x: scan(lambda c, _: (c * w, None), x, length=2)[0])(1.0)(2.0))(3.0)


@pytest.mark.parametrize("use", [lambda kept: kept + 1, lambda kept: kept], ids=["computes", "returns"])
@pytest.mark.parametrize(
    "loop",
    [
        lambda body, x: scan(lambda c, a: (body(c + a), a), 0.0, x),
        lambda body, x: fori_loop(0, 2, lambda _, c: body(c), x[0]),
        lambda body, x: while_loop(lambda c: c < 3, body, x[0]),
        lambda body, x: associative_scan(lambda a, b: body(a + b), x),
        lambda body, x: pydezero.map(body, x),
    ],
    ids=["scan", "fori_loop", "while_loop", "associative_scan", "map"],
)
def test_what_a_body_has_kept_under_a_trace(loop: Callable[..., Any], use: Callable[[Any], Any]) -> None:
    """What a body computes of captured values is recorded once more when the loop is, and the first record is gone."""

    def f(w: Any) -> Any:
        kept: list[Any] = []

        def body(c: Any) -> Any:
            kept.append(np.sum(w) * c)
            return c + kept[-1]

        loop(body, X + 1)
        return use(kept[0])

    with pytest.raises(EscapeError, match="has computed and kept; the body is traced more than once"):
        trace(f)(np.ones(2))
