"""Transforms' results, graphs and Variables pickle, and are copied."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import (
    Function,
    Graph,
    Variable,
    check_finite,
    checkpoint,
    custom_jvp,
    custom_vjp,
    derivative,
    draw,
    explain,
    grad,
    gradients,
    hessian,
    jacfwd,
    jacobian,
    jacrev,
    laplacian,
    linear_transpose,
    linearize,
    trace,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero.compat.autograd import elementwise_grad
from pydezero.core.operators import EscapeError
from pydezero.core.primitive import Elementwise, RulePrimitive, define
from pydezero.core.types import Array

X: Final = np.array([0.5, -1.5, 2.0])


# Any: NumPy's stubs know no Variable.
def loss(x: Any, scale: Any = 2.0) -> Any:
    return np.sum(np.sin(x) * x) * scale


def pair(x: Any) -> Any:
    return loss(x), {"aux": x * 2}


def _rule(residuals: Any, g: Any) -> Any:
    return (g * np.cos(residuals),)


def _forward(x: Any) -> Any:
    return np.sin(x), x


def _moved(primals: Any, tangents: Any) -> Any:
    return np.sin(primals[0]), tangents[0] * np.cos(primals[0])


@custom_vjp(_forward, _rule)
def by_vjp(x: Any) -> Any:
    return np.sin(x)


@custom_jvp(_moved)
def by_jvp(x: Any) -> Any:
    return np.sin(x)


def cube(x: Any) -> Any:
    return x**3


by_function: Any = Function(cube, lambda g, x: g * 3 * x**2)


def _cube_back(g: Any, x: Any) -> Any:
    return g * 3 * x**2


by_importable_function: Any = Function(cube, _cube_back)


@checkpoint
def block(x: Any) -> Any:
    return np.sin(x) * x


@grad
def decorated(x: Any) -> Any:
    return np.sum(x**3)


class Model:
    """A class whose method a transform has made."""

    scale = 3.0

    @check_finite
    def total(self, x: Any) -> Any:
        return np.sum(x) * self.scale


def of_blocks(x: Any) -> Any:
    return np.sum(block(x) + by_vjp(x) + by_jvp(x) + by_importable_function(x))


RESULTS: Final[dict[str, Callable[..., Any]]] = {
    "grad": grad(loss),
    "grad by position": grad(loss, argnums=[0]),
    "grad with aux": grad(pair, has_aux=True),
    "grad of grad": grad(grad(cube)),
    "grad of a method": grad(Model().total),
    "grad of a partial": grad(partial(loss, scale=3.0)),
    "grad of a function of NumPy": grad(np.sum),
    "grad of rules of the user's own": grad(of_blocks),
    "value_and_grad": value_and_grad(loss),
    "jacobian": jacobian(np.sin, mode="forward"),
    "jacfwd": jacfwd(np.sin),
    "jacrev": jacrev(np.sin),
    "hessian": hessian(loss),
    "laplacian": laplacian(loss),
    "derivative": derivative(np.sin),
    "vmap": vmap(grad(cube)),
    "checkpoint": checkpoint(np.sin),
    "check_finite": check_finite(loss),
    "custom_vjp": custom_vjp(_forward, _rule)(cube),
    "custom_jvp": custom_jvp(_moved)(cube),
    "decorated": decorated,
    "Function": by_importable_function,
    "partial": partial(grad(loss), scale=3.0),
    "elementwise_grad of autograd's names": elementwise_grad(np.sin),
    "trace": trace(loss),
    "draw": draw(loss),
    "pullback": vjp(cube, X)[1],
    "pushforward": linearize(cube, X)[1],
    "linear_transpose": linear_transpose(np.cumsum, X),
}


def _pickled(x: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(x, protocol))


COPIES: Final[dict[str, Callable[[Any], Any]]] = {
    **{f"pickle {i}": partial(_pickled, protocol=i) for i in range(pickle.HIGHEST_PROTOCOL + 1)},
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def _assert_same(found: Any, expected: Any) -> None:
    if isinstance(expected, tuple | dict):
        assert type(found) is type(expected)
        pairs = zip(*(x.values() if isinstance(x, dict) else x for x in (found, expected)), strict=True)
        for parts in pairs:
            _assert_same(*parts)
    elif isinstance(expected, Graph):
        assert str(found) == str(expected)
    elif isinstance(expected, np.ndarray | np.generic):
        assert_array_equal(found, expected)
    else:
        assert type(found) is type(expected)


@pytest.mark.parametrize("copied", COPIES.values(), ids=list(COPIES))
@pytest.mark.parametrize("result", RESULTS.values(), ids=list(RESULTS))
def test_what_a_transform_returns(result: Callable[..., Any], copied: Callable[[Any], Any]) -> None:
    x = 2.0 if result is RESULTS["grad of grad"] else X
    _assert_same(copied(result)(x), result(x))


def test_what_returns_a_table() -> None:
    costs = pickle.loads(pickle.dumps(explain(loss)))(X)
    assert [row.operations for row in costs.rows] == [row.operations for row in explain(loss)(X).rows]


def test_decorated_functions_pickle_by_name() -> None:
    for function in (decorated, block, by_vjp, by_jvp):
        assert pickle.loads(pickle.dumps(function)) is function
    assert copy.deepcopy(decorated) is decorated


def test_a_decorated_method_is_a_method() -> None:
    assert Model().total(X) == 3.0
    _assert_same(pickle.loads(pickle.dumps(Model().total))(X), Model().total(X))


def test_a_lambda_says_what_cannot_be_pickled() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(grad(lambda x: x * 2.0))


def test_in_other_processes() -> None:
    xs = [X * i for i in range(4)]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.map(grad(loss), xs)
    _assert_same(tuple(found), tuple(map(grad(loss), xs)))


@pytest.mark.parametrize("name", ["cloudpickle", "joblib"])
def test_other_picklers(name: str, tmp_path: Path) -> None:
    module = pytest.importorskip(name)
    local = grad(lambda x: np.sum(x**2))
    if name == "cloudpickle":
        _assert_same(pickle.loads(module.dumps(local))(X), local(X))
        graph = trace(local)(X)
        _assert_same(pickle.loads(module.dumps(graph))(X), local(X))
        return
    module.dump((grad(loss), trace(loss)(X), Variable(X)), tmp_path / "file")
    gradient, graph, x = module.load(tmp_path / "file")
    _assert_same((gradient(X), graph(X), x.data), (grad(loss)(X), loss(X), X))
    found = module.Parallel(n_jobs=2, backend="threading")(module.delayed(gradient)(X * i) for i in range(3))
    _assert_same(tuple(found), tuple([grad(loss)(X * i) for i in range(3)]))


# Graphs


def _of_many(x: Any) -> Any:
    q, r = np.linalg.qr(np.outer(x, x) + np.eye(3))
    order = np.argsort(x)
    return np.sum(q @ r) + np.max(x[order]) + np.add.reduce(np.where(x > 0, x, 2.0)) + np.sum(x * X)


GRAPHS: Final[dict[str, Graph[..., Any]]] = {
    "plain": trace(loss)(X),
    "gradient": trace(grad(loss))(X),
    "of many": trace(grad(_of_many))(X),
    "rules of the user's own": trace(of_blocks)(X),
    "their gradient": trace(grad(of_blocks))(X),
    "batch of rules": trace(vmap(lambda x: by_importable_function(x) + by_vjp(x) * by_jvp(x)))(X),
    "batch of a batch": trace(vmap(lambda x: vmap(by_importable_function)(x * X)))(X),
    "gradient of a batch": trace(grad(lambda x: vmap(by_importable_function)(x).sum()))(X),
    "containers": trace(lambda p, name: {"sum": p["a"] + p["b"][0], name: None})({"a": X, "b": (X,)}, "x"),
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=list(COPIES))
@pytest.mark.parametrize("graph", list(GRAPHS.values())[:-1], ids=list(GRAPHS)[:-1])
def test_a_graph(graph: Graph[..., Any], copied: Callable[[Any], Any]) -> None:
    found = copied(graph)
    assert str(found) == str(graph)
    _assert_same(found(X), graph(X))
    for copied_equation, equation in zip(found.equations, graph.equations, strict=True):
        if isinstance(equation.primitive, RulePrimitive):
            assert copied_equation.primitive is equation.primitive
    for constant in found.constants:
        assert not constant.value.flags.writeable


def test_a_graph_of_containers() -> None:
    graph = GRAPHS["containers"]
    found = pickle.loads(pickle.dumps(graph))
    _assert_same(found({"a": X, "b": (X,)}, "x"), graph({"a": X, "b": (X,)}, "x"))
    with pytest.raises(ValueError, match="'x'"):
        found({"a": X, "b": (X,)}, "y")


_FRESH: Final = """
import pickle, sys
with open(sys.argv[1], "rb") as file:
    gradient, graph, x = pickle.load(file)
assert (gradient(x.data) == graph(x.data)).all()
print("done")
"""


def test_a_new_process_imports_what_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(pickle.dumps((grad(np.sum), trace(grad(np.sum))(X), Variable(X))))
    done = subprocess.run([sys.executable, "-c", _FRESH, path], capture_output=True, text=True, check=True)
    assert done.stdout == "done\n"


# Primitives

_double: Final[Elementwise] = define(Elementwise, "a_test_doubles", np.negative, lambda t: -t)


def test_a_primitive_is_the_one_of_its_module() -> None:
    assert pickle.loads(pickle.dumps(_double)) is copy.deepcopy(_double) is _double


_DEFINED_TWICE: Final = """
import numpy as np
from pydezero.core.primitive import Elementwise, define

first = define(Elementwise, "a_test_makes_two", np.sin, lambda t: t)
second = define(Elementwise, "a_test_makes_two", np.cos, lambda t: t)
"""


def test_a_primitive_that_its_module_has_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("a_module_of_a_test")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(_DEFINED_TWICE, module.__dict__)
    assert pickle.loads(pickle.dumps(module.second)) is module.second
    with pytest.raises(pickle.PicklingError, match="a_test_makes_two"):
        pickle.dumps(module.first)


# Variables


@pytest.mark.parametrize("value", [X, np.float32(2.0) * np.ones((2, 2), np.float32), np.array(3.0), np.array([1, 2])])
def test_an_input_is_its_value(value: Array) -> None:
    x = Variable(value)
    found, again = pickle.loads(pickle.dumps((x, x)))
    assert found is again
    assert found.dtype == value.dtype
    assert_array_equal(found.data, value)
    assert_array_equal(gradients(np.sum(found * 2.0), found), np.full(value.shape, 2.0))
    assert copy.deepcopy({"x": x})["x"] is x


def test_what_was_computed_does_not_lose_its_derivative() -> None:
    with pytest.raises(EscapeError, match=r"\.data"):
        pickle.dumps(Variable(X) * 2.0)
    with pytest.raises(EscapeError, match=r"\.data"):
        grad(lambda x: np.sum(x * len(pickle.dumps(x))))(X)
    with pytest.raises(EscapeError, match=r"\.data"):
        grad(lambda x: len(pickle.dumps(vjp(np.sin, x)[1])) * x)(2.0)
