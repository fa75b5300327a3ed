"""Every name of an ndarray is one of a Variable, or says what to write instead."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import Variable, grad, vmap
from pydezero.core.operators import EscapeError
from tests.functions import table_operators
from tests.functions.table_methods import METHODS

X: Final = np.array([[1.5, -2.0, 0.0], [0.5, 4.0, -1.0]])

PLAIN: Final[dict[str, Callable[[Any], Any]]] = {
    "all": lambda x: x.all(axis=1, keepdims=True),
    "any": lambda x: x.any(0, where=np.array([True, False, False])),
    "argmax": lambda x: x.argmax(1, keepdims=True),
    "argmin": lambda x: x.argmin(),
    "argpartition": lambda x: x.argpartition(1, axis=0),
    "argsort": lambda x: x.argsort(axis=None, kind="stable"),
    "base": lambda x: x.base,
    "device": lambda x: x.device,
    "dtype": lambda x: x.dtype,
    "flags": lambda x: x.flags.c_contiguous,
    "itemsize": lambda x: x.itemsize,
    "nbytes": lambda x: x.nbytes,
    "ndim": lambda x: x.ndim,
    "nonzero": lambda x: x.nonzero(),
    "searchsorted": lambda x: x[1, ::-1].searchsorted([0.0, 1.0], side="right", sorter=[0, 2, 1]),
    "shape": lambda x: x.shape,
    "size": lambda x: x.size,
    "strides": lambda x: x.strides,
    "__array_namespace__": lambda x: x.__array_namespace__(api_version="2022.12").float32,
    "__bool__": lambda x: bool(x[0, 0]),
    "__contains__": lambda x: [4.0 in x, 5.0 in x, x[0, 0] in x],
    "__len__": len,
    "__lt__": lambda x: x < 1,
    "__le__": lambda x: x <= 1,
    "__eq__": lambda x: x == 1.5,
    "__ne__": lambda x: x != 1.5,
    "__gt__": lambda x: x > 1,
    "__ge__": lambda x: x >= 1,
    "__format__": lambda x: f"{x[0, 0]:.3f}",
}
# Of integers and booleans.
BITS: Final[dict[str, Callable[[Any], Any]]] = {
    "__and__": lambda n: n & 3,
    "__rand__": lambda n: 3 & n,
    "__or__": lambda n: n | 3,
    "__ror__": lambda n: 3 | n,
    "__xor__": lambda n: n ^ 3,
    "__rxor__": lambda n: 3 ^ n,
    "__lshift__": lambda n: n << 2,
    "__rlshift__": lambda n: 2 << n,
    "__rshift__": lambda n: n >> 1,
    "__rrshift__": lambda n: 100 >> n,
    "__invert__": lambda n: ~n,
    "choose": lambda n: n.choose([5.0, 6.0, 7.0, 8.0, 9.0]),
}
# What it changes, and what to write instead.
CHANGES: Final[dict[str, tuple[Callable[[Any], Any], str]]] = {
    "fill": (lambda x: x.fill(0.0), r"np\.full_like"),
    "partition": (lambda x: x.partition(1), r"np\.partition"),
    "put": (lambda x: x.put([0], 1.0), r"at\[i\]\.set"),
    "resize": (lambda x: x.resize((2, 2)), r"np\.resize"),
    "setfield": (lambda x: x.setfield(1, np.int32), r"at\[i\]\.set"),
    "setflags": (lambda x: x.setflags(write=True), r"np\.array\(x\.data\)"),
    "sort": (lambda x: x.sort(axis=0), r"np\.sort"),
    "__setitem__": (lambda x: x.__setitem__(0, 1.0), r"at\[i\]\.set"),
    "__delitem__": (lambda x: x.__delitem__(0), r"np\.delete"),
}
# The value would leave its graph.
LEAVES: Final[dict[str, Callable[[Any], Any]]] = {
    "byteswap": lambda x: x.byteswap(),
    "ctypes": lambda x: x.ctypes,
    "dump": lambda x: x.dump("file"),
    "dumps": lambda x: x.dumps(),
    "getfield": lambda x: x.getfield(np.int32, 4),
    "item": lambda x: x.item(0),
    "tobytes": lambda x: x.tobytes(),
    "tofile": lambda x: x.tofile("file"),
    "tolist": lambda x: x.tolist(),
    "view": lambda x: x.view(np.int64),
    "__array__": np.asarray,
    "__complex__": complex,
    "__dlpack__": np.from_dlpack,
    "__dlpack_device__": lambda x: x.__dlpack_device__(),
    "__float__": float,
    "__index__": lambda x: [1, 2][x],
    "__int__": int,
    "__reduce__": lambda x: x.__reduce__(),
    "__reduce_ex__": pickle.dumps,
}
# An input made by hand is its value, which pickles.
PICKLES: Final = {"__reduce__", "__reduce_ex__"}
ITSELF: Final = {"__copy__", "__deepcopy__", "to_device"}
# What Python does without them is right: x += y is x = x + y.
_IN_PLACE: Final = {
    f"__i{name.removeprefix('__')}"
    for name in {*table_operators.BINARY, *BITS, table_operators.MATMUL}
    if f"__i{name.removeprefix('__')}" in dir(np.ndarray)
}
# By these somebody else would get at the memory; and `ndarray[Any, np.dtype]` is a type.
_ABSENT: Final = _IN_PLACE | {
    "__array_finalize__",
    "__array_interface__",
    "__array_priority__",
    "__array_struct__",
    "__array_wrap__",
    "__buffer__",
    "tostring",  # before NumPy 2.3
    "__class_getitem__",
}


def _names_of_rows() -> set[str]:
    """What the rows of the tables of methods and operators look up on their argument."""
    of_methods = {name for case in METHODS for name in case.function.__code__.co_names}
    binary = {*table_operators.BINARY, table_operators.MATMUL}
    reflected = {f"__r{name.removeprefix('__')}" for name in binary}
    return of_methods | binary | reflected | set(table_operators.UNARY)


def test_every_name_of_an_array_is_known() -> None:
    """A name that is new in NumPy belongs into one of the tables."""
    elsewhere = {"data", "__array_function__", "__array_ufunc__", "__getitem__", "__iter__", "flat", *dir(object)}
    tested = {*PLAIN, *BITS, *CHANGES, *LEAVES, *ITSELF, *_names_of_rows(), *elsewhere, "__setstate__"}
    public = [name for name in dir(X) if name.startswith("__") or not name.startswith("_")]
    names = {name for name in public if hasattr(X, name)}  # NumPy 2.0 lists some that it has no more
    assert names - tested == _ABSENT & names


def test_what_is_absent() -> None:
    assert set(dir(Variable)) & _ABSENT == set()
    v = x = Variable(X)
    x += 1.0
    np.testing.assert_array_equal(v.data, X)
    np.testing.assert_array_equal(x.data, X + 1)


def _assert_same(found: Any, expected: Any) -> None:
    assert type(found) is type(expected)
    for a, e in zip(*((r if isinstance(r, tuple) else (r,)) for r in (found, expected)), strict=True):
        np.testing.assert_array_equal(a, e)


@pytest.mark.parametrize("name", PLAIN)
def test_plain_results(name: str) -> None:
    _assert_same(PLAIN[name](Variable(X)), PLAIN[name](X))


@pytest.mark.parametrize("name", BITS)
def test_of_integers(name: str) -> None:
    n = np.array([1, 4, 2])
    _assert_same(BITS[name](Variable(n)), BITS[name](n))


@pytest.mark.parametrize("name", [name for name in BITS if name != "choose"])
def test_of_integers_only(name: str) -> None:
    with pytest.raises(TypeError, match="conditions"):
        BITS[name](Variable(X))


@pytest.mark.parametrize("name", CHANGES)
def test_what_would_change_it(name: str) -> None:
    f, instead = CHANGES[name]
    with pytest.raises(TypeError, match=instead):
        f(Variable(X))


@pytest.mark.parametrize("name", LEAVES)
def test_what_would_let_its_value_out(name: str) -> None:
    with pytest.raises(EscapeError, match=r"\.data"):
        LEAVES[name](Variable(X) * 1.0 if name in PICKLES else Variable(X))
    with pytest.raises(EscapeError, match=r"\.data"):
        grad(lambda x: LEAVES[name](x))(X)
    with pytest.raises(EscapeError, match="under vmap"):
        vmap(LEAVES[name])(X)


@pytest.mark.parametrize("f", [lambda x: x.flags, lambda x: x.strides])
def test_memory_in_a_batch(f: Callable[[Any], Any]) -> None:
    with pytest.raises(EscapeError, match="under vmap"):
        vmap(f)(X)


def test_it_is_where_it_is() -> None:
    x = Variable(X)
    assert x.to_device("cpu") is x
    assert copy.copy(x) is copy.deepcopy(x) is x
    with pytest.raises(ValueError, match="device"):
        x.to_device("gpu")


def test_the_value_is_read_only() -> None:
    assert not Variable(X).flags.writeable  # type: ignore[attr-defined]  # not for typed code


def test_flat() -> None:
    x: Any = Variable(X)
    assert len(x.flat) == 6
    assert x.flat.base is x
    np.testing.assert_array_equal(np.stack(list(x.flat)).data, X.flatten())
    np.testing.assert_array_equal(x.flat.copy().data, X.flatten())
    indices: list[Any] = [4, -1, slice(1, 5, 2), [0, 5], ..., np.arange(6) > 2]
    for index in indices:
        np.testing.assert_array_equal(x.flat[index].data, X.flat[index])
    for refused in (lambda: x.flat.__setitem__(0, 1.0), lambda: np.asarray(x.flat)):
        with pytest.raises(TypeError, match=r"at\[i\]\.set"):
            refused()
    gradient = grad(lambda x: sum(k * v for k, v in enumerate(x.flat)) + x.flat[1:3] @ x.flat[3:5])(X)
    np.testing.assert_array_equal(gradient, [[0, 1.5, 6], [1, 4, 5]])
    np.testing.assert_array_equal(vmap(lambda x: x.flat[2] * len(x.flat))(X), 3 * X[:, 2])


def test_conversion_by_a_rule() -> None:
    x = Variable(X)
    assert x.astype(np.float32, casting="same_kind").dtype == np.float32
    with pytest.raises(TypeError, match="according to the rule 'safe'"):
        x.astype(np.float32, casting="safe")
