"""What each primitive says of itself is true: its name, its raw function, and the facts that transforms ask for."""

from __future__ import annotations

import gc
import pkgutil
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from types import CellType, FunctionType
from typing import Any, Final

import numpy as np
import pytest
import scipy.fft
import scipy.linalg
import scipy.special

import pydezero
from pydezero import Variable, grad
from pydezero.core.bind import bind
from pydezero.core.broadcasting import broadcast_p
from pydezero.core.operation import Operation
from pydezero.core.picks import FREQUENT_PICKS, compiled_pick
from pydezero.core.primitive import (
    Elementwise,
    Linear,
    Primitive,
    RulePrimitive,
    define,
)
from pydezero.functions.nondifferentiable import functions as nondifferentiable
from pydezero.numpy_protocol import NONDIFFERENTIABLE_UFUNCS
from tests.rows import over_rows

_NAMESPACES: Final = (np, np.linalg, np.fft, scipy.special, scipy.linalg, scipy.fft)


def _within(value: Any, seen: set[int]) -> Iterator[Primitive]:
    """The primitives that a value is or holds: in a container, or in the closure of a function."""
    if id(value) in seen:
        return
    seen.add(id(value))
    parts: Any = ()
    if isinstance(value, Primitive):
        yield value
    elif isinstance(value, FunctionType):
        parts = value.__closure__ or ()
    elif isinstance(value, CellType):
        parts = gc.get_referents(value)
    elif isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    for part in list(parts):
        yield from _within(part, seen)


def _primitives() -> list[Primitive]:
    """Those that the modules define, also in containers and closures, and those that are made on demand."""
    modules = [import_module(found.name) for found in pkgutil.walk_packages(pydezero.__path__, "pydezero.")]
    made = map(nondifferentiable._primitive, [*nondifferentiable._OF_ARRAYS, *NONDIFFERENTIABLE_UFUNCS])
    values = [*made, *[value for module in modules for value in vars(module).values()]]
    # Sorted, because the sets of functions have another order in each process, and pytest-xdist needs one order.
    return sorted(_within(values, set()), key=lambda primitive: primitive.name)


PRIMITIVES: Final = _primitives()
RULED: Final = [primitive for primitive in PRIMITIVES if isinstance(primitive, RulePrimitive)]


def test_all_are_found() -> None:
    assert len(RULED) > 300
    assert any(isinstance(primitive, Operation) for primitive in PRIMITIVES)
    # In a process of its own, where no test has made a primitive.
    program = """
import gc
from tests.core.test_primitive import PRIMITIVES, Primitive
ids = set(map(id, PRIMITIVES))
print([x.name for x in gc.get_objects() if isinstance(x, Primitive) and id(x) not in ids])
"""
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_names_are_their_own() -> None:
    counts = Counter([primitive.name for primitive in PRIMITIVES])
    assert {name: count for name, count in counts.items() if count > 1} == {}


@over_rows(RULED, by=lambda primitive: type(primitive).__name__)
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
    choosing |= {"extremes", "max", "max.power", "min", "min.power", "nanmax", "nanmin"}
    assert {primitive.name for primitive in RULED if primitive.chooses} == choosing
    assert {primitive.name for primitive in RULED if primitive.masks} == {"where"}


def _named(name: str) -> RulePrimitive:
    return next(primitive for primitive in RULED if primitive.name == name)


@pytest.mark.parametrize("name", ["real", "imag", "complex_absolute", "rfft", "fft", "astype", "broadcast"])
def test_which_change_the_dtype(name: str) -> None:
    assert not _named(name).keeps_dtype


_HALVES: Final = np.full((2, 2), 0.5, np.float32)
# Arrays that nearly every raw function without parameters takes one of.
_SAMPLES: Final = (_HALVES, np.array([[2.0, 1.0], [1.0, 3.0]]), np.eye(2, dtype=bool), np.array([1, 2]))


def _results(primitive: RulePrimitive, x: Any) -> list[Any]:
    """The result of a raw function for an array in the place of all arguments; none if it does not take that."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():  # x may be outside of a domain
            warnings.simplefilter("ignore")
            return [primitive.raw(*[x] * len(primitive.arguments))]
    except (TypeError, ValueError, AttributeError, IndexError):  # it has parameters, or other arguments
        return []


def test_what_keeps_the_dtype_keeps_it() -> None:
    results = {
        primitive.name: out
        for primitive in RULED
        if isinstance(primitive, Elementwise | Linear) and primitive.keeps_dtype and not primitive.is_internal
        for out in _results(primitive, _HALVES)
    }
    assert len(results) > 150
    assert {name: out.dtype for name, out in results.items() if out.dtype != np.float32} == {}


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
            counts = {"solve_both": 2, "multivariate_normal.cdf": 2, "solve_sylvester_of_several": 3}
            args = (a,) * counts.get(primitive.name, 1)
            if "discrete_are" in primitive.name or "continuous_are" in primitive.name:
                args = (*(a,) * 5, 0 * a)
            assert isinstance(primitive.raw(*args), tuple) is primitive.several_outputs, primitive.name


def test_one_output_is_no_tuple() -> None:
    visible = [primitive for primitive in RULED if not primitive.is_internal]
    results = [(primitive, out) for primitive in visible for x in _SAMPLES for out in _results(primitive, x)]
    assert len({primitive for primitive, _ in results}) > 250
    wrong = {primitive.name for primitive, out in results if isinstance(out, tuple) is not primitive.several_outputs}
    # Where its result becomes a node, in a batch or a trace, nonzero is refused for its shape.
    assert wrong == {"nonzero"}


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
    assert internal == {"broadcast", "operands", "output", "given tangent", "output of a rule"}
    assert isinstance(broadcast_p, Linear)
    assert Variable(np.ones(2)).node.primitive is None  # type: ignore[attr-defined]  # a node of reverse mode


@pytest.mark.parametrize("names", FREQUENT_PICKS, ids=" ".join)
def test_a_pick_that_is_written_out_is_what_would_be_compiled(names: tuple[str, ...]) -> None:
    written: Any = FREQUENT_PICKS[names]
    compiled: Any = compiled_pick(names)
    assert written.__code__.co_code == compiled.__code__.co_code
    assert written.__code__.co_consts == compiled.__code__.co_consts
