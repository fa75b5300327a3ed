"""`pydezero.array_api`: the names and parameters of the standard, its derivatives, and what a Variable says of it."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from inspect import Parameter
from operator import attrgetter
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, array_api, as_variable, grad, vmap
from pydezero.core.operators import EscapeError
from pydezero.testing import check_grads
from tests.array_api.scipys import X as SIX
from tests.array_api.scipys import functions
from tests.array_api.standard import CONSTANTS, DTYPES, NONDIFFERENTIABLE, OTHERS, SIGNATURES
from tests.array_api.table import USES, X, argument_of
from tests.exports import ROOT
from tests.versions import is_there, needs

NAMES: Final = sorted(SIGNATURES)
FUNCTIONS_OF_SCIPY: Final = functions() if is_there("scipy>=1.17") else {}


def test_the_namespace_has_the_names_of_the_standard_alone() -> None:
    tops = {name for name in NAMES if "." not in name}
    assert set(array_api.__all__) == {*tops, *DTYPES, *CONSTANTS, *OTHERS}
    for extension in ("fft", "linalg"):
        names = {name.partition(".")[2] for name in NAMES if name.startswith(f"{extension}.")}
        assert set(getattr(array_api, extension).__all__) == names
    assert len(array_api.__all__) == len(set(array_api.__all__))


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_are_those_of_the_standard(name: str) -> None:
    function = attrgetter(name)(array_api)
    asked = SIGNATURES[name].split(", ")
    if isinstance(function, np.ufunc):
        assert function.nin == len(asked) - 1
        return
    found = list(inspect.signature(function).parameters.values())
    by_name = {p.name: p for p in found}
    may_be_named = False
    for i, parameter in enumerate(asked):
        is_last_positional = "/" in asked and i < asked.index("/")
        if parameter in ("/", "*"):
            may_be_named = may_be_named or parameter == "*"
        elif parameter.startswith("*"):
            assert found[i].kind is Parameter.VAR_POSITIONAL
            may_be_named = True
        elif may_be_named:  # by its name alone in the standard
            assert by_name[parameter].kind in (Parameter.KEYWORD_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
        else:
            place = i if is_last_positional else i - asked[:i].count("/")
            assert found[place].kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
            if not is_last_positional:  # by its place or its name
                assert (found[place].name, found[place].kind) == (parameter, Parameter.POSITIONAL_OR_KEYWORD)


def test_each_function_is_in_the_table_or_has_no_derivative() -> None:
    assert set(USES) | NONDIFFERENTIABLE == set(NAMES)
    assert not set(USES) & NONDIFFERENTIABLE


@pytest.mark.parametrize("name", USES)
def test_derivatives(name: str) -> None:
    check_grads(lambda x: USES[name](array_api, x), (argument_of(name),), order=2 if name.startswith("linalg.") else 1)


@pytest.mark.parametrize("name", USES)
def test_of_plain_arrays_it_gives_plain_arrays(name: str) -> None:
    x = argument_of(name)
    plain, ours = USES[name](array_api, x), USES[name](array_api, as_variable(x))
    for a, b in zip(_listed(plain), _listed(ours), strict=True):
        assert type(a) in (np.ndarray, np.float64, np.complex128)
        assert type(b) is Variable
        assert_allclose(a, b.data, rtol=1e-12, atol=1e-12)


def _listed(x: Any) -> Sequence[Any]:
    return x if isinstance(x, list | tuple) else [x]


PLAIN: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "equal": lambda xp, x: xp.equal(x, 0.3),
    "isfinite": lambda xp, x: xp.isfinite(x),
    "logical_or": lambda xp, x: xp.logical_or(x > 0.5, x < 0),
    "argmax": lambda xp, x: xp.argmax(x, axis=1, keepdims=True),
    "argsort": lambda xp, x: xp.argsort(x, axis=0, descending=True),
    "count_nonzero": lambda xp, x: xp.count_nonzero(x, axis=1),
    "all": lambda xp, x: xp.all(x > 0, axis=1),
    "searchsorted": lambda xp, x: xp.searchsorted(xp.sort(x[0]), x[1], side="right"),
    "matrix_rank": lambda xp, x: xp.linalg.matrix_rank(x, rtol=1e-3),
    "ones_like": lambda xp, x: xp.ones_like(x, dtype=xp.float32),
    "zeros_like": lambda xp, x: xp.zeros_like(x, device="cpu"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_not_differentiated(name: str) -> None:
    use = PLAIN[name]
    expected = use(array_api, X)
    found = use(array_api, as_variable(X))
    assert type(found) is type(expected)
    assert_array_equal(found, expected)
    batch = np.stack([X, -X])
    assert_array_equal(vmap(lambda x: use(array_api, x))(batch), np.stack([use(array_api, x) for x in batch]))


@pytest.mark.parametrize("stable", [True, False])
def test_the_order_of_equal_elements_is_kept_in_a_descending_order(stable: bool) -> None:
    x = np.array([[1.0, 3.0, 1.0, 2.0], [0.0, 0.0, 5.0, 0.0]])
    weights = np.array([1.0, 10.0, 100.0, 1000.0])
    order = array_api.argsort(x, axis=1, descending=True, stable=stable)
    assert_array_equal(np.take_along_axis(x, order, 1), array_api.sort(x, axis=1, descending=True, stable=stable))
    if stable:
        assert_array_equal(order, [[1, 3, 0, 2], [2, 0, 1, 3]])
        found = grad(lambda x: (array_api.sort(x, axis=1, descending=True) * weights).sum())(x)
        assert_array_equal(np.take_along_axis(found, order, 1), [weights, weights])


@needs("numpy>=2.3", "NumPy knows the version 2024.12 of the standard")
def test_what_a_variable_says_of_itself() -> None:
    x = as_variable(np.ones((2, 3)))
    assert x.__array_namespace__() is x.__array_namespace__(api_version="2024.12") is array_api
    assert (x.device, x.to_device("cpu"), x.mT.shape) == ("cpu", x, (3, 2))
    with pytest.raises(ValueError, match="1999"):
        x.__array_namespace__(api_version="1999.12")
    leaving: tuple[Any, ...] = (np.from_dlpack, lambda x: x.__dlpack_device__())
    for leaves in leaving:
        with pytest.raises(EscapeError, match="memory"):
            leaves(x)
    assert array_api.from_dlpack(x) is x
    assert array_api.asarray(x, dtype=np.float64, device="cpu", copy=True) is x


def test_what_the_namespace_says_of_itself() -> None:
    info = array_api.__array_namespace_info__()
    assert info.devices() == [info.default_device()] == ["cpu"]
    assert list(info.dtypes()) == list(info.dtypes(device="cpu")) == DTYPES
    assert list(info.dtypes(kind=("bool", "real floating"))) == ["bool", "float32", "float64"]
    assert info.default_dtypes() == {
        "real floating": np.float64,
        "complex floating": np.complex128,
        "integral": np.int_,
        "indexing": np.intp,
    }
    assert info.capabilities()["boolean indexing"]
    assert all(getattr(array_api, name) == dtype for name, dtype in info.dtypes().items())


def test_limits_of_dtypes_and_arrays() -> None:
    x = as_variable(np.ones(2, np.float32))
    for limits in map(array_api.finfo, (np.float32, np.complex64, np.dtype(np.float32), x, x.data)):
        assert (limits.bits, limits.dtype, limits.min) == (32, np.dtype(np.float32), -limits.max)
        assert type(limits.eps) is float
    assert array_api.iinfo(np.ones(1, np.int8)).max == 127
    assert array_api.result_type(x, 1.0, np.float32) == np.float32
    assert array_api.can_cast(x, np.float64)
    assert not array_api.can_cast(np.float64, np.float32)
    assert array_api.isdtype(x.dtype, ("integral", np.float32))


def test_copies() -> None:
    x = np.arange(6.0)
    assert np.shares_memory(array_api.reshape(x, (2, 3), copy=False), x)
    assert not np.shares_memory(array_api.reshape(x, (2, 3), copy=True), x)
    assert not np.shares_memory(array_api.astype(x, np.float64), x)
    assert array_api.astype(x, np.float64, copy=False) is x
    with pytest.raises(ValueError, match=r"reshape: .*copied"):
        array_api.reshape(x.reshape(2, 3).T, (6,), copy=False)


MISTAKES: Final[dict[str, tuple[Callable[[], Any], type[Exception], str]]] = {
    "device": (lambda: array_api.zeros(2, device="gpu"), ValueError, "zeros: the device of plain arrays is 'cpu'"),
    "kind": (lambda: array_api.isdtype(np.float64, "real"), ValueError, "no kind 'real'; the kinds are 'bool'"),
    "imaginary": (lambda: array_api.astype(as_variable(1j), np.float64), TypeError, "complex numbers do not become"),
    "imaginary parts": (lambda: array_api.astype(np.ones(1, complex), int), TypeError, r"real\(x\)"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str) -> None:
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error, match=message):
        mistake()


@needs("scipy>=1.17", "rotations and others compute by the standard")
def test_functions_of_scipy_by_the_standard() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.array_api.scipys"]
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    listed = re.findall(r"`scipy\.[\w.]+`", (ROOT / "docs" / "array_api.md").read_text(encoding="utf-8"))
    assert listed == found.split()


@needs("scipy>=1.17", "rotations and others compute by the standard")
@pytest.mark.parametrize("name", sorted(FUNCTIONS_OF_SCIPY))
def test_scipy_without_the_standard_says_what_to_write(name: str) -> None:
    with pytest.raises(EscapeError, match=rf'Write (pydezero\.{name}|np\.fft|os\.environ\["SCIPY_ARRAY_API"\] = "1")'):
        grad(FUNCTIONS_OF_SCIPY[name])(SIX)
