"""`np.f(variable)`: how NumPy's functions arrive at ours."""

import gc
import inspect
import weakref
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, grad, numerical_diff, numpy_protocol
from pydezero.functions.nondifferentiable.functions import NONDIFFERENTIABLE_FUNCTIONS
from tests.functions.names import ALIASES, INNER_NAMES, NAMES, function, numpys
from tests.versions import needs

DATA = np.array([[0.3, -0.7, 1.2], [2.0, 0.1, -1.5]])


def x() -> Any:  # NumPy's stubs know no Variable
    return Variable(DATA)


KEYWORDS: dict[str, Callable[[Any], Any]] = {
    "sum, axis": lambda x: np.sum(x, axis=0),
    "sum, negative axis": lambda x: np.sum(x, axis=-1),
    "sum, tuple of axes": lambda x: np.sum(x, axis=(0, 1)),
    "sum, keepdims": lambda x: np.sum(x, axis=1, keepdims=True) * x,
    "sum, positional axis": lambda x: np.sum(x, 1),
    "sum, dtype": lambda x: np.sum(x, dtype=np.longdouble),
    "sum, positional dtype": lambda x: np.sum(x, 0, np.longdouble),
    "sum, where": lambda x: np.sum(x, where=DATA > 0),
    "sum, initial": lambda x: np.sum(x, initial=1.0),
    "max, where": lambda x: np.max(x, where=DATA > 0, initial=0),
    "quantile, method by position": lambda x: np.quantile(x, 0.3, 1, None, False, "hazen"),
    "method, keepdims": lambda x: x.mean(axis=0, keepdims=True),
    "var, ddof": lambda x: np.var(x, axis=1, ddof=1),
    "out None": lambda x: np.sum(x, axis=0, out=None),
    "dtype None": lambda x: np.mean(x, dtype=None),
    "cumsum, axis": lambda x: np.cumsum(x, axis=1),
    "ufunc, where True": lambda x: np.exp(x, where=True),
    "ufunc, out None": lambda x: np.multiply(x, x, out=None),
    "clip, positional": lambda x: np.clip(x, -1, 1),
    "clip, by name": lambda x: np.clip(x, a_min=-1, a_max=1),
    "clip, by its new names": lambda x: np.clip(x, min=-1, max=1),
    "clip, one side": lambda x: np.clip(x, None, 1),
    "reshape, order": lambda x: np.reshape(x, (3, 2), order="F") * np.arange(6.0).reshape(3, 2),
    "transpose, axes": lambda x: np.transpose(x, axes=(1, 0))[0],
    "concatenate, axis None": lambda x: np.concatenate([x, x], axis=None) * np.arange(12.0),
    "stack, axis": lambda x: np.stack([x, x * x], axis=-1),
    "einsum, optimize": lambda x: np.einsum("ij,kj->ik", x, x, optimize=True),
    "tensordot, axes": lambda x: np.tensordot(x, x, axes=([0, 1], [0, 1])),
    "add.reduce": lambda x: np.add.reduce(x),
    "ufunc, dtype": lambda x: np.sin(x, dtype=np.longdouble),
    "add.reduce, axis None": lambda x: np.add.reduce(x, axis=None),
    "add.reduce, axis and keepdims": lambda x: np.add.reduce(x, axis=1, keepdims=True) * x,
    "add.reduce, positional axis": lambda x: np.add.reduce(x, 1),
    "multiply.reduce": lambda x: np.multiply.reduce(x, axis=0),
    "maximum.reduce": lambda x: np.maximum.reduce(x, axis=1),
    "minimum.reduce": lambda x: np.minimum.reduce(x, axis=None),
    "where with three": lambda x: np.where(x > 0, x * x, -x),
    "ndarray operator": lambda x: DATA * x + DATA @ x.T @ DATA,
    "ndarray reflected": lambda x: (DATA - x) / (1 + DATA**2) + np.float64(2) ** x,
    "list operator": lambda x: x[0] * [1.0, 2.0, 3.0] + [1.0, 2.0, 3.0],
}


_NEWER: Final = {"clip, by its new names": [needs("numpy>=2.1", "np.clip has them")]}


@pytest.mark.parametrize("f", [pytest.param(f, marks=_NEWER.get(name, []), id=name) for name, f in KEYWORDS.items()])
def test_keywords_mean_what_they_mean_to_numpy(f: Callable[[Any], Any]) -> None:
    value = f(x())
    assert type(value) is Variable
    assert_allclose(value.data, f(DATA))
    assert_allclose(grad(lambda x: np.sum(f(x)))(DATA), numerical_diff(f, DATA), rtol=1e-5, atol=1e-7)


PLAIN: dict[str, Callable[[Any], Any]] = {
    "greater": lambda x: np.greater(x, 0.2),
    "isnan": lambda x: np.isnan(x),
    "logical_and": lambda x: np.logical_and(x > 0, x),
    "signbit": lambda x: np.signbit(x),
    "argmax": lambda x: np.argmax(x, axis=1),
    "argsort": lambda x: np.argsort(x, axis=0),
    "any": lambda x: np.any(x > 1),
    "all method": lambda x: x.all(),
    "nonzero": lambda x: np.nonzero(x)[0],
    "where with one": lambda x: np.where(x > 0)[1],
    "shape": lambda x: np.array(np.shape(x)),
    "size": lambda x: np.array(np.size(x)),
    "zeros_like": lambda x: np.zeros_like(x),
    "ones_like": lambda x: np.ones_like(x, dtype=np.float32),
    "full_like": lambda x: np.full_like(x, 3.0),
    "allclose": lambda x: np.array(np.allclose(x, x)),
    "array_equal": lambda x: np.array(np.array_equal(x, 1)),
    "searchsorted": lambda x: np.searchsorted(np.arange(3.0), x),
    "matrix_rank": lambda x: np.linalg.matrix_rank(x),
    "matrix_rank, tol": lambda x: np.linalg.matrix_rank(x, tol=2.0),
    "logical_or.reduce": lambda x: np.logical_or.reduce(x, axis=0),
    "astype int": lambda x: x.astype(int),
}


@pytest.mark.parametrize("f", PLAIN.values(), ids=list(PLAIN))
def test_results_without_a_derivative_are_plain(f: Callable[[Any], Any]) -> None:
    found, expected = f(x()), f(DATA)
    assert isinstance(found, np.ndarray | np.generic)
    assert found.dtype == expected.dtype
    assert_array_equal(found, expected)


REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "ufunc, where": (lambda x: np.sin(x, where=DATA > 0, out=None), r"np\.sin .*where="),
    "ufunc, integer dtype": (lambda x: np.sin(x, dtype=np.int64), r"np\.sin .*dtype="),
    "ufunc, casting": (lambda x: np.sin(x, casting="no"), r"np\.sin .*casting="),
    "reduce, casting": (lambda x: np.add.reduce(x, dtype=bool), r"np\.add\.reduce .*dtype="),
    "subtract.reduce": (lambda x: np.subtract.reduce(x), r"np\.subtract\.reduce cannot be differentiated"),
    "subtract.accumulate": (lambda x: np.subtract.accumulate(x), r"np\.subtract\.accumulate cannot be differentiated"),
    "arctan2.reduceat": (lambda x: np.arctan2.reduceat(x, [0]), r"np\.arctan2\.reduceat cannot be differentiated"),
    "add.at": (lambda x: np.add.at(np.zeros(3), [0, 1, 2], x[0]), r"np\.add\.at would write.*x\.at\[i\]\.add\(v\)"),
    "maximum.at": (lambda x: np.maximum.at(np.zeros(3), 0, x[0, 0]), r"x\.at\[i\]\.max\(v\)"),
    "exp.at": (lambda x: np.exp.at(x, 0), r"x\.at\[i\]\.set\(np\.exp\(x\[i\]\)\)"),
    "add.at on a Variable": (lambda x: np.add.at(x, 0, 1.0), r"np\.add\.at would write"),
    "unknown ufunc": (
        lambda x: np.frompyfunc(abs, 1, 1)(x),
        r"abs .vectorized. cannot be differentiated.*x\.data.*Function",
    ),
    "unknown function": (lambda x: np.is_busday(x), r"np\.is_busday cannot be differentiated.*x\.data.*Function"),
    "copyto": (lambda x: np.copyto(np.zeros((2, 3)), x), r"np\.copyto"),
}


@pytest.mark.parametrize(("f", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_supported_raises_and_is_named(f: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(TypeError, match=f"(?s){message}"):
        f(x())


def test_a_fill_value_that_is_differentiated_is_not_lost() -> None:
    def f(v: Any) -> Any:
        return np.sum(np.full_like(v, v[0]))

    try:
        found = grad(f)(np.array([2.0, 3.0]))
    except TypeError as error:
        assert "full_like" in str(error)  # noqa: PT017  # either is fine: the right answer or an exception
    else:
        assert_array_equal(found, [2.0, 0.0])


def test_a_variable_as_the_condition_of_where_is_plain() -> None:
    assert_array_equal(np.where(x(), 1.0, 0.0), np.ones((2, 3)))


def test_a_variable_and_another_library_that_speaks_the_protocol() -> None:
    class Other:
        def __array_ufunc__(self, *args: object, **kwargs: object) -> str:
            return "theirs"

    with pytest.raises(TypeError, match="Other"):
        x() + Other()


# What NumPy 2.0 has not, or not with all the parameters.
_NEEDS: Final = {
    "cumulative_prod": "numpy>=2.1",
    "cumulative_sum": "numpy>=2.1",
    "matvec": "numpy>=2.2",
    "reshape": "numpy>=2.1",
    "trim_zeros": "numpy>=2.2",
    "unique": "numpy>=2.3",
    "unstack": "numpy>=2.1",
    "vecmat": "numpy>=2.2",
}


def _name(name: str) -> Any:  # Any: pytest's type of a row is private
    return pytest.param(name, marks=[needs(_NEEDS[name], f"np.{name} is as in pydezero")] if name in _NEEDS else [])


_NUMPYS_NAMES: Final = [_name(name) for name in (*sorted(set(NAMES) - ALIASES), *INNER_NAMES)]


@pytest.mark.parametrize("name", _NUMPYS_NAMES)
def test_a_function_that_has_the_name_of_numpys_is_what_numpy_calls(name: str) -> None:
    assert numpy_protocol.counterpart(numpys(name)) is function(name)
    assert numpys(name) not in NONDIFFERENTIABLE_FUNCTIONS | numpy_protocol.NONDIFFERENTIABLE_UFUNCS


# As the issue names them.
ISSUE = """
    add subtract multiply divide power negative reciprocal sqrt cbrt square exp exp2 expm1 log log2 log10 log1p
    sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh arctan2 hypot logaddexp logaddexp2
    maximum minimum fmax fmin absolute fabs sign floor ceil rint trunc remainder copysign deg2rad rad2deg sinc heaviside
    where clip sum mean var std prod max min amax amin cumsum reshape ravel transpose swapaxes moveaxis expand_dims
    squeeze broadcast_to concatenate split hstack vstack stack matmul dot tensordot einsum outer inner vdot trace diag
""".split()  # noqa: SIM905  # sixty quoted names would be harder to read


@pytest.mark.parametrize("name", ISSUE)
def test_every_function_of_the_issue_is_reachable(name: str) -> None:
    assert name in NAMES


@pytest.mark.parametrize("name", [name for name in ISSUE if hasattr(np.ndarray, name)])
def test_what_ndarray_has_as_a_method_a_variable_has(name: str) -> None:
    assert callable(getattr(Variable, name))


def test_methods_take_the_parameters_of_ndarray_by_position() -> None:
    v = x()
    assert v.sum(0).shape == (3,)
    assert v.swapaxes(0, 1).shape == v.transpose().shape == v.transpose(1, 0).shape == v.transpose((1, 0)).shape
    assert v.reshape(3, 2).shape == v.reshape((3, 2)).shape == v.reshape(-1, 2).shape == (3, 2)
    assert v.clip(0, 1).shape == v.copy().shape == (2, 3)
    assert v.flatten().shape == v.ravel().shape == (6,)


@pytest.mark.parametrize("name", _NUMPYS_NAMES)
def test_functions_know_only_parameters_that_numpys_have(name: str) -> None:
    try:
        theirs = inspect.signature(numpys(name)).parameters
    except ValueError:
        return  # written in C, without a signature
    parameters = inspect.signature(function(name)).parameters.values()
    # The keywords that np.pad takes, it takes as **kwargs.
    takes_any = any(p.kind is p.VAR_KEYWORD for p in theirs.values())
    kinds = {inspect.Parameter.POSITIONAL_OR_KEYWORD} | (set() if takes_any else {inspect.Parameter.KEYWORD_ONLY})
    assert {p.name for p in parameters if p.kind in kinds} <= theirs.keys()


@pytest.mark.usefixtures("new_objects_alone")
def test_no_ufunc_of_the_user_is_kept() -> None:
    def refused(x: float, y: float = 0.0) -> float:
        return x

    x: Any = Variable(np.ones(2))  # NumPy's stubs know no Variable
    kept = weakref.ref(refused)
    with pytest.raises(TypeError, match="cannot be differentiated"):
        np.frompyfunc(refused, 1, 1)(x)
    with pytest.raises(TypeError, match="cannot be differentiated"):
        np.frompyfunc(refused, 2, 1).reduce(x)
    del refused
    gc.collect()
    assert kept() is None
