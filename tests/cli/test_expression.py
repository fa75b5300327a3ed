"""Expressions: what they compute, what they refuse, and that nothing else can be done through them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pydezero import functions, grad
from pydezero.cli import allowed
from pydezero.cli.errors import ExpressionError
from pydezero.cli.expression import Expression
from pydezero.cli.parser import MOST_CHARACTERS, MOST_NODES

Values = dict[str, Any]

VALUES: Final[Values] = {
    "x": np.float64(1.5),
    "y": np.float64(2.0),
    "v": np.array([1.0, -2.0, 3.0]),
    "A": np.array([[2.0, 1.0], [1.0, 3.0]]),
}

X: Final = VALUES["x"]
Y: Final = VALUES["y"]
V: Final = VALUES["v"]
A: Final = VALUES["A"]

ALLOWED: Final[dict[str, Any]] = {
    "x * np.sin(y)": X * np.sin(Y),
    "  x\n + y ": X + Y,
    "sin(x) + numpy.cos(y)": np.sin(X) + np.cos(Y),
    "-x ** 2 + +y": -(X**2) + Y,
    "x // y + x % y - x / y": X // Y + X % Y - X / Y,
    "2 ** -x": 2**-X,
    "1e-3 + 0x10 + 1_000": 1016.001,
    "7 // 2": 3.0,
    "1 / 0": np.inf,
    "9 ** 9 ** 9": np.inf,
    "10 ** 400": np.inf,
    "pi + np.pi + e + np.e": 2 * np.pi + 2 * np.e,
    "inf": np.inf,
    "np.nan": np.nan,
    "np.exp(1j * x)": np.exp(1j * X),
    "v[0] * v[-1]": V[0] * V[-1],
    "A[0, 1] + A[1][0]": A[0, 1] + A[1][0],
    "A[:, 1]": A[:, 1],
    "v[::-1]": V[::-1],
    "v[None, ..., 1:]": V[None, ..., 1:],
    "A.T @ A": A.T @ A,
    "A.T.T": A,
    "[x, y] @ A": np.array([X, Y]) @ A,
    "(x, y)": np.array([X, Y]),
    "[[x, 0], [0, y]]": np.diag([X, Y]),
    "np.array([x, y]) * 2": np.array([X, Y]) * 2,
    "[]": np.zeros(0),
    "np.where((v > 0) & ~(v > 2) | (v == -2), v, x)": np.where((V > 0) & ~(V > 2) | (V == -2), V, X),
    "np.sum(v, axis=0, keepdims=True)": np.sum(V, axis=0, keepdims=True),
    "sum(A, (0, 1))": np.sum(A),
    "mean(A, axis=-1)": np.mean(A, axis=-1),
    "np.sum(A, axis=None)": np.sum(A),
    "np.stack([v, v + x], axis=1)": np.stack([V, V + X], axis=1),
    "np.concatenate([[x], v, np.ravel(A)])": np.concatenate([[X], V, A.ravel()]),
    "np.block([[A, A], [A, A]])": np.block([[A, A], [A, A]]),
    "np.linspace(0, x, 4)": np.linspace(0, X, 4),
    "np.tile(v, (2, 1))": np.tile(V, (2, 1)),
    "np.reshape(A, (4,))": A.ravel(),
    "np.take(v, [0, 2])": V[[0, 2]],
    "np.pad(v, ((1, 2),))": np.pad(V, ((1, 2),)),
    "np.roll(v, -1)": np.roll(V, -1),
    "np.linalg.det(A) + linalg.norm(v, inf)": np.linalg.det(A) + 3,
    "np.linalg.svd(A)[1]": np.linalg.svd(A)[1],
    "np.linalg.eigh(A)[0]": np.linalg.eigh(A)[0],
    "np.linalg.slogdet(A)": np.array(np.linalg.slogdet(A)),
    "np.fft.fft(v, 4)": np.fft.fft(V, 4),
    "A + 0.5 * np.eye(2)": A + 0.5 * np.eye(2),
    "np.split(np.linspace(0, 1, 4), 2)": np.linspace(0, 1, 4).reshape(2, 2),
    "np.select([v > 2, v > 0], [v, 2 * v], 0)": np.select([V > 2, V > 0], [V, 2 * V], 0),
    "np.median(v) + np.sort(v)[0] + np.var(v, ddof=1)": np.median(V) + np.sort(V)[0] + np.var(V, ddof=1),
    "np.polyval([1, 0, 2], x)": np.polyval([1, 0, 2], X),
    "np.prod([100, 100, 100, 100, 100, 100, 100, 100, 100, 100])": 1e20,
}

DIFFERENTIATED: Final[dict[str, Callable[[Any, Any, Any, Any], Any]]] = {
    "x ** y": lambda x, y, v, a: x**y,
    "x ** 2 * sum(v ** 3)": lambda x, y, v, a: x**2 * np.sum(v**3),
    "np.linalg.det(A * x) + v[1] * y": lambda x, y, v, a: np.linalg.det(a * x) + v[1] * y,
    "[x, y] @ A @ [y, x]": lambda x, y, v, a: np.stack([x, y]) @ a @ np.stack([y, x]),
    "np.sum(np.where(v > 0, v * x, exp(v)))": lambda x, y, v, a: np.sum(np.where(v > 0, v * x, np.exp(v))),
    "np.abs(np.exp(1j * x) * y)": lambda x, y, v, a: np.abs(np.exp(1j * x) * y),
}

# What the message says, of what is refused.
REFUSED: Final[dict[str, str]] = {
    # attributes
    "x.__class__": "__class__ is not allowed",
    "x.__class__.__mro__[1].__subclasses__()": "only a function can be called",
    "().__class__.__bases__[0]": "__bases__ is not allowed",
    "np.sin.__globals__": "__globals__ is not allowed",
    "np.__builtins__": "__builtins__ is not allowed",
    "np.__dict__": "__dict__ is not allowed",
    "x.T.base": "base is not allowed",
    "x.data": "data is not allowed",
    "v.shape": "shape is not allowed",
    "np.linalg": "linalg is not allowed",
    "np.lib.npyio": "npyio is not allowed",
    "np.sum(v).T.dtype": "dtype is not allowed",
    # calls of what is no function of ours
    "np.load(x)": "there is no function load",
    "np.save(x, y)": "there is no function save",
    "np.fromfile(x)": "there is no function fromfile",
    "np.lib.npyio.load(x)": "only a function can be called",
    "np.lib.stride_tricks.as_strided(x)": "only a function can be called",
    "np.ctypeslib.load_library(x)": "there is no function ctypeslib.load_library",
    "np.linalg.linalg.inv(A)": "only a function can be called",
    "np.np.sin(x)": r"write np.sin\(x, ...\)",
    "x.np.sin(x)": "there is no function|only a function can be called",
    "np.random.rand(3)": "there is no function random.rand",
    "__import__(x)": "there is no function __import__",
    "eval(x)": "there is no function eval",
    "exec(x)": "there is no function exec",
    "open(x)": "there is no function open",
    "getattr(x, y)": "there is no function getattr",
    "globals()": "there is no function globals",
    "breakpoint()": "there is no function breakpoint",
    "install()": "there is no function install",
    "import_module(x)": "there is no function import_module",
    "functions.install()": "there is no function functions.install",
    "arithmetic(x)": "there is no function arithmetic",
    "__getattr__(x)": "there is no function __getattr__",
    "x(1)": "there is no function x",
    "np.sin(x)(y)": "only a function can be called",
    "np.sin(x)()()": "only a function can be called",
    "[np.sin][0](x)": "only a function can be called",
    "v.sum()": r"write np.sum\(x, ...\)",
    "v.tofile(x)": "there is no function v.tofile",
    "v.dump(x)": "there is no function v.dump",
    "np.sin": "np.sin is a function",
    "np.stack([sin, cos])": "sin is a function",
    "np.apply_along_axis(sin, 0, v)": "it takes a function",
    "np.apply_over_axes(sum, A, 0)": "it takes a function",
    "np.piecewise(x, [x > 0], [sin])": "it takes functions",
    "np.vectorize(sin)": "there is no function vectorize",
    "np.frompyfunc(sin, 1, 1)": "there is no function frompyfunc",
    "np.astype(x, 1)": "it takes a dtype",
    "np.sum(v, out=v)": "unexpected keyword argument 'out'",
    "np.sum(v, dtype=1)": "dtype is not allowed",
    "np.sum(v, 0, 1)": "this argument is not allowed",
    "np.sum(v, 0, axis=0)": "multiple values for argument 'axis'",
    "np.sum()": "missing a required argument: 'a'",
    # syntax
    "lambda: x": "a lambda is not allowed",
    "(lambda: x)()": "only a function can be called",
    "[x for x in v]": "a comprehension is not allowed",
    "sum(x for x in v)": "a comprehension is not allowed",
    "{x for x in v}": "not allowed",
    "{x: y}": "not allowed",
    "{x, y}": "not allowed",
    "(x := 1)": "an assignment is not allowed",
    "x = 1": "this is not an expression",
    "import os": "this is not an expression",
    "x; y": "this is not an expression",
    "x if x > 0 else y": r"write np.where\(condition, x, y\)",
    "x and y": r"write \(x > 0\) & \(y > 0\)",
    "not x": r"write ~\(x > 0\)",
    "0 < x < 1": r"write \(0 < x\) & \(x < 1\)",
    "x is None": "this operator is not allowed",
    "x in v": "this operator is not allowed",
    "x ^ 2": r"write x \*\* y",
    "x << 2": "this operator is not allowed",
    "np.stack(*v)": r"\* before an argument is not allowed|not allowed",
    "np.sum(**v)": r"\*\* before an argument is not allowed",
    "[*v]": r"\* before an argument is not allowed",
    "await x": "not allowed",
    "(yield x)": "not allowed",
    "'text'": "' is not allowed",
    'f"{x}"': '" is not allowed',
    "b''": "' is not allowed",
    "x # y": "# is not allowed",
    "x \\\n + y": r"\\ is not allowed",
    "...": "is not allowed",
    "None": "None is not a number",
    "v[x]": "an index has to be written out",
    "v[np.sum(v)]": "an index has to be written out",
    "v[True]": "an index has to be written out",
    "v[1.0]": "an index has to be written out",
    "A[[0, 1]]": "an index has to be written out",
    "": "this is not an expression",
    "1 +": "this is not an expression",
    "2x": "this is not an expression: invalid decimal literal; write 2 \\* x for a product",
    "\0": "cannot be read|this is not an expression",
    "\ud800": "cannot be read|this is not an expression",
    # names
    "z": "z has no value; known is A, v, x, y; to give it one: --at z=1.5",
    "sni(x)": "did you mean sin",
    "ln(x)": r"did you mean log\?",
    "inv(A)": r"did you mean linalg.inv\?",
    "np.linalg.inverse(A)": r"did you mean linalg.inv\?|there is no function",
    "__builtins__": "__builtins__ has no value",
    # sizes
    "9" * 5000: "this is not an expression: Exceeds the limit",
    "1" * 400: "this number is too large",
    "0x" + "f" * 4000: "this number is too large",
    "(" * 10_000 + "x" + ")" * 10_000: "20,001 characters; 10,000 are the most",
    "(" * 4_000 + "x" + ")" * 4_000: "too many nested parentheses",
    "-" * 9_000 + "x": "cannot be read|nested",
    "-" * 150 + "x": "nested more than 100 levels deep",
    "x" + "+x" * 4_000: "cannot be read|nested|parts",
    "x" + ".T" * 3_000: "cannot be read|nested|parts",
    "x" + "[0]" * 3_000: "cannot be read|nested|parts",
    "[" + "x," * 2_000 + "]": "more than 1,000 parts",
    "np.tile(x, 10**9)": "written out in numbers",
    "np.tile(x, 1000000000)": "1,000,000 is the most here",
    "np.tile(x, (100000, 100000))": "this may have 10,000,000,000 elements; 1,000,000 are the most",
    "np.broadcast_to(x, (10000, 10000))": "100,000,000 elements",
    "np.repeat(v, 1000000)": "3,000,000 elements",
    "np.repeat(v, y)": r"repeat: this has to be written out in numbers, like 2, -1 or \(0, 1\)\n",
    "max(x, y)": r"max: this has to be written out in numbers, .*; several values are a list: max\(\[x, y\]\)\n",
    "np.linspace(0, x, 1000000000)": "1,000,000 is the most here",
    "np.linspace(0, v, 1000000)": "3,000,000 elements",
    "np.resize(x, (10000, 10000))": "100,000,000 elements",
    "np.pad(x + A, 10000)": "elements; 1,000,000 are the most",
    "np.pad(pad_width=10000, array=A)": "elements; 1,000,000 are the most",
    "np.eye(100000)": "elements; 1,000,000 are the most",
    "np.diag(v, 100000)": "elements; 1,000,000 are the most",
    "np.vander(np.linspace(0, 1, 100000))": "elements; 1,000,000 are the most",
    "np.outer(np.linspace(0, 1, 10000), np.linspace(0, 1, 10000))": "100,000,000 elements",
    "np.linspace(0, 1, 10000) * np.reshape(np.linspace(0, 1, 10000), (10000, 1))": "100,000,000 elements",
    "np.linalg.svd(np.reshape(np.linspace(0, 1, 100000), (100000, 1)))[0]": "elements; 1,000,000 are the most",
    "np.fft.fft(v, 1000000)": "elements; 1,000,000 are the most",
    "np.diff(v, 1000000)": "elements; 1,000,000 are the most",
    "np.linalg.matrix_power(A, 1000000)": "elements; 1,000,000 are the most",
    "np.array_split(v, 1000000)": "elements; 1,000,000 are the most",
    "np.histogram(v, 1000000)[0]": "elements; 1,000,000 are the most",
    "np.cov(np.reshape(np.linspace(0, 1, 100000), (100000, 1)))": "elements; 1,000,000 are the most",
    "np.logspace(np.linspace(0, 1, 30000), 1)": "1,500,000 elements",  # 50 by default
    "np.linspace(np.linspace(0, 1, 30000), 1)": "1,500,000 elements",
    "np.geomspace(np.linspace(1, 2, 30000), 3)": "1,500,000 elements",
    "abs(roots(linspace(1, 2, 900)))[0]": "729,000,000 elements",  # of which there are not so many, but the work is
    "np.tril(np.linspace(0, 1, 10000))": "100,000,000 elements",
    "np.triu(np.linspace(0, 1, 10000))": "100,000,000 elements",
    "np.hsplit([], 1e6)": "elements; 1,000,000 are the most",
    "np.array_split(v, 1e6)": "elements; 1,000,000 are the most",
    "np.linspace(0, 1, 1000000)" + " + 1" * 20: "all results have 10,000,000 elements",
    # what NumPy refuses
    "[v, A]": r"not one array",
    "np.linalg.inv(0 * A)": "Singular matrix",
    "v @ A": "@",
    "x[0]": "invalid index",
    "v[7]": "out of bounds",
    "None + x": r"\+",
    "x & 1": r"&: this is for comparisons: \(x > 0\) & \(y > 0\)\n",
    "(x > 0) | y": r"\|: this is for comparisons",
    "~x": r"~: this is for comparisons: ~\(x > 0\)\n",
    "np.sum([None])": "None is not a number",
    "np.matmul(None, None)": "matmul: ",
    "np.pad(None, 2)": "not made of numbers",
    "np.add(None, None)": "add: ",
}


def value(text: str) -> Any:
    return Expression.of(text, list(VALUES))(*VALUES.values())


@pytest.mark.parametrize(("text", "expected"), ALLOWED.items(), ids=list(ALLOWED))
def test_what_is_allowed_is_what_numpy_gives(text: str, expected: Any) -> None:
    found = value(text)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert np.shape(found) == np.shape(expected)
    assert np.asarray(found).dtype == np.result_type(np.asarray(expected), np.float64)


@pytest.mark.parametrize(("text", "function"), DIFFERENTIATED.items(), ids=list(DIFFERENTIATED))
def test_it_is_differentiated_like_a_function(text: str, function: Callable[..., Any]) -> None:
    f = Expression.of(text, list(VALUES))
    found = grad(f, argnums=(0, 1, 2, 3))(*VALUES.values())
    expected = grad(function, argnums=(0, 1, 2, 3))(*VALUES.values())
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)


@pytest.mark.parametrize(("text", "message"), REFUSED.items(), ids=[text[:40] for text in REFUSED])
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        value(text)


@pytest.mark.parametrize("text", REFUSED, ids=[text[:40] for text in REFUSED])
def test_what_is_refused_takes_little_memory(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError):
            value(text)
        assert tracemalloc.get_traced_memory()[1] < 120_000_000
    finally:
        tracemalloc.stop()


# A place in the expression is marked by < and >.
PLACES: Final = [
    "x * np.sin(<z>)",
    "1 + <x.__class__> + 2",
    "np.linalg.det(A) + <np.linalg.inv(0 * A)>",
    "[<lambda>: 1]",
    "np.tile(v, <y>)",
    "np.sum(v, dtype=<1>)",
    "x + <[v, A]> + y",
    "ä + <ö>",
    "x + <'>a'",
]


@pytest.mark.parametrize("marked", PLACES)
def test_an_error_points_at_the_place(marked: str) -> None:
    text = marked.replace("<", "").replace(">", "")
    with pytest.raises(ExpressionError) as caught:
        Expression.of(text, [*VALUES, "ä"])(*VALUES.values(), 1.0)
    _, line, marks = str(caught.value).splitlines()
    assert line == f"  {text}"
    assert marks.index("^") - 2 == marked.index("<")
    assert marks.count("^") >= 1
    if "lambda" not in marked:
        assert marks.count("^") == marked.index(">") - marked.index("<") - 1


def test_of_a_long_expression_the_part_around_the_place_is_shown() -> None:
    text = "x + " * 40 + "z" + " + x" * 40
    with pytest.raises(ExpressionError) as caught:
        Expression.of(text, ["x"])
    _, line, marks = str(caught.value).splitlines()
    assert line[marks.index("^")] == "z"
    assert len(line) < 90
    assert line.startswith("  ...")
    assert line.endswith("...")


def test_what_cannot_be_printed_is_not() -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression.of("x + \x1b[31m", ["x"])
    assert "\x1b" not in str(caught.value)


def test_a_variable_hides_a_constant_or_a_function_of_its_name() -> None:
    assert Expression.of("e + sin", ["e", "sin"])(1.0, 2.0) == 3.0


def test_a_python_number_in_an_exponent_keeps_the_derivative_exact() -> None:
    assert grad(grad(Expression.of("x ** 1", ["x"])))(0.0) == 0.0


def test_names_are_those_of_public_functions_alone() -> None:
    public = {*functions.__all__, *functions.linalg.__all__, *functions.fft.__all__, "array", "eye"}
    for name in allowed.names():
        assert name.rpartition(".")[2] in public
        assert not any(part.startswith("_") for part in name.split("."))
    assert not allowed.names() & allowed.REFUSED.keys()


def test_what_is_said_of_functions_by_name_is_said_of_functions_that_exist() -> None:
    every = allowed.names() | allowed.REFUSED.keys()
    assert set(allowed._SIZE_OF) <= every
    assert {name for name, _ in allowed._ROLES_OF_FUNCTIONS} <= every
    assert allowed.REFUSED.keys() <= set(functions.__all__)


def test_no_function_that_is_allowed_takes_a_function_or_writes_into_an_array() -> None:
    for name in allowed.names():
        signature = allowed.callee(name).signature
        assert signature is not None
        assert "out" not in signature.parameters, name
        assert not [x for x in signature.parameters.values() if "Callable" in str(x.annotation)], name


WORDS: Final = [
    *["x", "v", "A", "np", "np.sin", "np.linalg.inv", "np.tile", "np.sum", "np.stack", "np.reshape", "np.outer", "e"],
    *["(", ")", "[", "]", ",", ".", ":", "=", " ", "**", "*", "+", "-", "/", "@", "<", "==", "&", "~", "%", "//"],
    *["0", "1", "2.5", "99", "1e9", "1j", "None", "True", "axis=0", "lambda", "for", "in", "if", "__class__", ".T"],
]
EXPRESSIONS: Final = st.recursive(
    st.sampled_from(["x", "v", "A", "2", "0.5", "-1", "[1, 2]", "pi", "1j", "True", "[]"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "**", "@", "<", "//", "%"]), inner),
        st.builds("{}({})".format, st.sampled_from(sorted(allowed.names())), inner),
        st.builds("{}({}, {})".format, st.sampled_from(sorted(allowed.names())), inner, inner),
        st.builds("{}({}, axis={})".format, st.sampled_from(sorted(allowed.names())), inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{}[{}]".format, inner, st.sampled_from(["0", "-1", ":", "..., None", "1:"])),
        st.builds("{}.T".format, inner),
    ),
    max_leaves=8,
)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=300)
@example("x" * (MOST_CHARACTERS + 1))
@example("[" + "x," * MOST_NODES + "]")
@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=20).map("".join), EXPRESSIONS))
def test_any_text_has_a_value_or_is_refused(text: str) -> None:
    try:
        found = value(text)
    except ExpressionError:
        return
    assert np.asarray(found).dtype.kind in "bfc"
    assert np.size(found) <= 1_000_000
