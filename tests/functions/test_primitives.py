"""The promises of the kinds of primitive: a rule is the partial derivative, or the transpose.

The primitives are reached through the graph of the rows that apply a single one to their arguments.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, Final

import attrs
import numpy as np
import pytest

from pydezero import Node, Variable, functions
from pydezero.core.broadcasting import broadcast_p
from pydezero.core.primitive import Elementwise, Linear, Primitive
from pydezero.core.variable import reverse_node
from tests.functions.case import Array, Call, Case, generator
from tests.functions.cases import CASES
from tests.functions.checks import call_through_numpy, chosen, cotangent_of
from tests.functions.names import ALIASES, NAMES
from tests.rows import over_rows
from tests.versions import is_there

_EPS: Final = 1e-5


@attrs.frozen(eq=False)
class Application:
    """One primitive applied to the arguments of a row, each of them once."""

    call: Call
    values: list[Array]
    node: Node
    primitive: Primitive
    # For each argument that is differentiated, its place among the edges of the node.
    places: tuple[int, ...]

    def pull(self, i: int, t: Array) -> Array:
        """What the rule of an argument makes of a tangent or cotangent."""
        position, _, residual = self.node.edges[self.places[i]]
        found: Array = self.primitive.argument(position).pull(t, residual)
        return found

    def __str__(self) -> str:
        return f"{self.primitive.name}: {self.call.case.name}"


def _leaf(node: Node) -> Node:
    """The input below a node that only broadcasts or promotes it."""
    return node.edges[0][1] if node.primitive is broadcast_p else node


def _application(case: Case) -> Application | None:
    values = case.draw()
    call = Call(case, case.differentiable)
    xs = [Variable(x) for x in chosen(call, values)]
    try:
        y = call_through_numpy(call, values)(*xs)
    except TypeError:  # reported by the tests of values
        return None
    if not isinstance(y, Variable):
        return None
    node = reverse_node(y)
    found = [_leaf(parent) for _, parent, _ in node.edges]
    inputs = list(map(reverse_node, xs))
    if node.primitive is None or len(found) != len(xs) or set(found) != set(inputs):
        return None
    return Application(call, values, node, node.primitive, tuple(map(found.index, inputs)))


_APPLICATIONS: Final = [
    application
    for case in CASES
    if (not case.needs or is_there(case.needs)) and (application := _application(case)) is not None
]
_ELEMENTWISE: Final = [one for one in _APPLICATIONS if isinstance(one.primitive, Elementwise)]
_LINEAR: Final = [one for one in _APPLICATIONS if isinstance(one.primitive, Linear)]


def _tangents(application: Application) -> Iterator[tuple[int, Array]]:
    """A random tangent for each argument."""
    rng = generator(f"tangent of {application}")
    for i, x in enumerate(chosen(application.call, application.values)):
        t = rng.uniform(-1, 1, x.shape)
        yield i, np.asarray(t + 1j * rng.uniform(-1, 1, x.shape) if x.dtype.kind == "c" else t)


def _with(arguments: Sequence[Array], i: int, x: Array) -> list[Array]:
    return [*arguments[:i], x, *arguments[i + 1 :]]


@over_rows(_ELEMENTWISE)
def test_an_elementwise_rule_is_the_partial_derivative(application: Application) -> None:
    f = application.call.of(application.call.case.reference, application.values)
    xs = chosen(application.call, application.values)
    for i, t in _tangents(application):
        ahead, behind = (np.asarray(f(*_with(xs, i, xs[i] + step * t))) for step in (_EPS, -_EPS))
        expected = (ahead - behind) / (2 * _EPS)
        found = application.pull(i, np.broadcast_to(t, ahead.shape))
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


def _product(a: Any, b: Any) -> float:
    return float(np.sum(np.real(a * b)))


@over_rows(_LINEAR)
def test_a_linear_rule_is_the_transpose(application: Application) -> None:
    f = application.call.of(application.call.case.reference, application.values)
    xs = chosen(application.call, application.values)
    for i, t in _tangents(application):
        # Linear in each argument, or in all of them together: then the others contribute a constant.
        image = f(*_with(xs, i, t)) - f(*_with(xs, i, np.zeros_like(t)))
        g = cotangent_of(image, str(application))
        transposed = application.pull(i, g)
        if xs[i].dtype.kind != "c":
            transposed = np.real(transposed)
        np.testing.assert_allclose(_product(image, g), _product(t, transposed), rtol=1e-12, atol=1e-12)


@over_rows([one for one in _LINEAR if one.primitive.marks is not None])
def test_marks_go_where_cotangents_go(application: Application) -> None:
    """Elements have part in the taken ones of the result if the rule gives them something, for factors without a 0."""
    primitive, rng = application.primitive, generator(f"marks of {application}")
    shape = np.shape(application.call.of(application.call.case.reference, application.values)(*_xs(application)))
    assert primitive.marks is not None
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        mark = (rng.uniform(0, 1, shape) < share).astype(float)
        for position, _, (factor, own_shape) in application.node.edges:
            residual = np.ones(factor.shape), own_shape
            expected = primitive.argument(position).pull(mark, residual) != 0
            found = primitive.marks(mark, position, residual)
            np.testing.assert_array_equal(found != 0, expected)


def _xs(application: Application) -> list[Array]:
    return chosen(application.call, application.values)


@pytest.mark.parametrize(
    ("x_shape", "y_shape", "x_dtype", "y_dtype"),
    [
        ((3,), (2, 3), "f8", "f8"),
        ((), (2, 3), "f4", "f8"),
        ((3, 1), (1, 4), "f8", "c16"),
        ((2, 1), (2, 1), "f4", "f8"),
        ((1,), (1, 1, 1), "f4", "f4"),
    ],
    ids=str,
)
def test_broadcasting_and_promotion_have_a_transpose(
    x_shape: tuple[int, ...], y_shape: tuple[int, ...], x_dtype: str, y_dtype: str
) -> None:
    x, y = Variable(np.ones(x_shape, x_dtype)), Variable(np.ones(y_shape, y_dtype))
    out = x + y
    node = reverse_node(out).x_parent
    assert node is not None
    assert node.primitive is broadcast_p
    (argument,) = broadcast_p.arguments
    g = cotangent_of(out.data, "conform")
    t = generator("conform").uniform(-1, 1, x_shape).astype(x_dtype)
    transposed = argument.pull(g, node.x_residual)
    assert (transposed.shape, transposed.dtype) == (x.shape, x.dtype)
    np.testing.assert_allclose(_product(np.broadcast_to(t, out.shape), g), _product(t, transposed), rtol=1e-5)


def _linear_primitives() -> set[Primitive]:
    names = [module.name for module in pkgutil.walk_packages(functions.__path__, f"{functions.__name__}.")]
    values = [value for name in names for value in vars(import_module(name)).values()]
    return {value for value in values if isinstance(value, Linear)}


def test_every_linear_primitive_is_tested() -> None:
    tested = {application.primitive for application in _LINEAR}
    in_batches = {"gather", "scatter_at", "set_at"}  # by the tests of vmap: their indices are batches
    by_an_order = {"permute", "unpermute"}  # by those of sorting: what is linear is the order that is given
    # By the second derivatives of repeat, pad, trace and sliding_window_view.
    in_transposes = {"add_runs", "add_windows", "fold", "from_trace", "spread_windows"}
    assert {p.name for p in _linear_primitives() - tested} == in_batches | by_an_order | in_transposes


def test_every_elementwise_primitive_is_tested() -> None:
    tested = {application.primitive.name for application in _ELEMENTWISE}
    composed = {"imag", "real", "matmul", "divmod", "float_power", "frexp", "modf", "matvec", "vecdot", "vecmat"}
    names = {name for name in NAMES if isinstance(getattr(np, name, None), np.ufunc)}
    assert names - ALIASES - tested - composed == set()


def test_a_rule_keeps_nothing_that_it_does_not_need() -> None:
    x, y = Variable(np.ones((2, 3))), Variable(np.ones((2, 3)))
    summed: tuple[Variable, ...] = (x + y, x - y, -x, x.sum(), x.mean(), functions.concatenate([x, y]))
    for z in (*summed, x.T, x.reshape(6), x[0], functions.where(True, x, y), functions.broadcast_to(x, (2, 2, 3))):
        residuals = [residual for _, _, residual in reverse_node(z).edges]
        assert residuals
        things = [thing for r in residuals for thing in (r if isinstance(r, tuple) else (r,))]
        assert not any(isinstance(thing, np.ndarray) for thing in things)
