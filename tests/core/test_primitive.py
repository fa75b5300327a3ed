"""What each primitive says of itself is true: its name, its raw function, and the facts that transforms ask for."""

from __future__ import annotations

import pkgutil
from collections import Counter
from functools import partial, wraps
from importlib import import_module
from typing import Any, Final

import numpy as np
import pytest
import scipy.linalg
import scipy.special

import pydezero
from pydezero import Variable, grad
from pydezero.core.bind import bind
from pydezero.core.broadcasting import broadcast_p
from pydezero.core.operation import Operation
from pydezero.core.primitive import Elementwise, Linear, Primitive, RulePrimitive, define
from pydezero.functions.nondifferentiable import functions as nondifferentiable
from pydezero.numpy_protocol import NONDIFFERENTIABLE_UFUNCS

_NAMESPACES: Final = (np, np.linalg, np.fft, scipy.special, scipy.linalg)


def _primitives() -> list[Primitive]:
    """Those that the modules define, also as closures of functions, and those that are made on demand."""
    modules = [import_module(found.name) for found in pkgutil.walk_packages(pydezero.__path__, "pydezero.")]
    values = [value for module in modules for value in vars(module).values()]
    for value in values:
        cells = getattr(value, "__closure__", None) or ()
        values += [cell.cell_contents for cell in cells if isinstance(cell.cell_contents, Primitive)]
    values += map(nondifferentiable._primitive, [*nondifferentiable._OF_ARRAYS, *NONDIFFERENTIABLE_UFUNCS])
    return list(dict.fromkeys([value for value in values if isinstance(value, Primitive)]))


PRIMITIVES: Final = _primitives()
RULED: Final = [primitive for primitive in PRIMITIVES if isinstance(primitive, RulePrimitive)]


def test_all_are_found() -> None:
    assert len(RULED) > 300
    assert any(isinstance(primitive, Operation) for primitive in PRIMITIVES)


def test_names_are_their_own() -> None:
    counts = Counter([primitive.name for primitive in PRIMITIVES])
    assert {name: count for name, count in counts.items() if count > 1} == {}


@pytest.mark.parametrize("primitive", RULED, ids=lambda primitive: primitive.name)
def test_a_raw_function_is_found_by_its_name(primitive: RulePrimitive) -> None:
    raw: Any = primitive.raw
    if isinstance(owner := getattr(raw, "__self__", None), np.ufunc):
        assert raw == getattr(owner, raw.__name__)
        raw = owner
    if any(getattr(namespace, raw.__name__, None) is raw for namespace in _NAMESPACES):
        return
    assert getattr(import_module(raw.__module__), raw.__qualname__) is raw


def test_which_choose() -> None:
    choosing = {"clip", "fmax", "fmin", "maximum", "minimum", "where"}
    assert {primitive.name for primitive in RULED if primitive.chooses} == choosing
    assert {primitive.name for primitive in RULED if primitive.masks} == {"where"}


def _named(name: str) -> RulePrimitive:
    return next(primitive for primitive in RULED if primitive.name == name)


@pytest.mark.parametrize("name", ["real", "imag", "complex_absolute", "rfft", "fft", "astype", "broadcast"])
def test_which_change_the_dtype(name: str) -> None:
    assert not _named(name).keeps_dtype


def test_what_keeps_the_dtype_keeps_it() -> None:
    x = np.full((2, 2), 0.5, np.float32)
    for primitive in RULED:
        ufunc = getattr(np, primitive.name, None)
        if type(primitive) is Elementwise and primitive.keeps_dtype and isinstance(ufunc, np.ufunc) and ufunc.nout == 1:
            try:
                with np.errstate(all="ignore"):  # 0.5 is outside of a domain
                    out = ufunc(*[x] * ufunc.nin)
            except TypeError:  # an operand is an integer
                continue
            assert out.dtype == np.float32, primitive.name


def test_whose_shape_depends_on_values() -> None:
    x, mask = np.ones(3), np.array([True, False, True])
    assert {p.name for p in RULED if p.dynamic_shape([x])} == {"argwhere", "flatnonzero", "nonzero"}
    assert _named("gather").dynamic_shape([x, mask]) == "x[mask]"
    assert not _named("gather").dynamic_shape([x, np.array([0, 1])])
    assert _named("nonzero").dynamic_shape([x]) == "np.nonzero"


def test_several_outputs_are_a_tuple() -> None:
    a = np.array([[2.0, 1.0], [1.0, 3.0]])
    for primitive in PRIMITIVES:
        if isinstance(primitive, Operation):
            args = (a, a) if primitive.name == "solve_both" else (a,)
            assert isinstance(primitive.raw(*args), tuple) is primitive.several_outputs, primitive.name


def _doubled(rule: Any) -> Any:
    @wraps(rule)
    def doubled(*args: Any) -> Any:
        return 2 * rule(*args)

    return doubled


def _cube(x: Any) -> Any:
    return x**3


def test_a_rule_that_is_decorated_works() -> None:
    primitive = define(Elementwise, "test cube", _cube, _doubled(lambda t, x: 3 * x**2 * t))
    x: Any = 2.0  # Any: a lambda of a Variable
    assert grad(lambda x: bind(primitive, x))(x) == 24.0


@pytest.mark.parametrize(
    "rule",
    [lambda *args: args[0], partial(lambda t, x: t, x=1.0), lambda t, *, x: t, lambda t, **rest: t, np.negative],
    ids=["*args", "partial", "keyword-only", "**kwargs", "ufunc"],
)
def test_a_rule_that_does_not_tell_what_it_keeps_raises(rule: Any) -> None:
    with pytest.raises(TypeError, match=r"test cube: the names of a rule's parameters say what it keeps"):
        define(Elementwise, "test cube", _cube, rule)


def test_what_is_internal_is_in_graphs_alone() -> None:
    internal = {primitive.name for primitive in PRIMITIVES if primitive.is_internal}
    assert internal == {"broadcast", "operands", "output"}
    assert isinstance(broadcast_p, Linear)
    assert Variable(np.ones(2)).node.primitive is None  # type: ignore[attr-defined]  # a node of reverse mode
