"""Temporaries are kept without a copy; what the user can refer to is copied, however it reaches an operator."""

from __future__ import annotations

import functools
import itertools
import operator
import sys
import weakref
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import functions, grad, vjp
from pydezero.core import ownership
from pydezero.core.snapshot import LARGE_BYTES

N: Final = LARGE_BYTES // 8

# Any: NumPy's stubs know no Variable.
Product = Callable[[Any], tuple[Any, Any]]

needs_counts = pytest.mark.skipif(not ownership.COUNTS, reason="this interpreter does not count all references")


def made() -> Any:
    return np.full(N, 2.0)


class Recorder:
    """Makes arrays, and tells whether the last one is alive."""

    def __init__(self) -> None:
        self.last: weakref.ref[Any] | None = None

    def __call__(self) -> Any:
        array = made()
        self.last = weakref.ref(array)
        return array

    @property
    def is_kept(self) -> bool:
        return self.last is not None and self.last() is not None


TEMPORARIES: dict[str, Callable[[Any, Callable[[], Any]], Any]] = {
    "temporary * x": lambda x, new: new() * x,
    "x * temporary": lambda x, new: x * new(),
    "temporary @ x": lambda x, new: new() @ x,
    "x @ temporary": lambda x, new: x @ new(),
    "x / temporary": lambda x, new: x / new(),
    "view of a temporary": lambda x, new: new().reshape(2, -1).reshape(-1) * x,
    "element of a generator": lambda x, new: next(new() for _ in range(2)) * x,
    "either": lambda x, new: (new() if x.size else None) * x,
}


@needs_counts
@pytest.mark.parametrize("make", TEMPORARIES.values(), ids=list(TEMPORARIES))
def test_a_temporary_is_kept_without_a_copy(make: Any) -> None:
    new = Recorder()
    for _ in range(2):  # the first call of a ufunc takes another path
        y, pullback = vjp(lambda x: make(x, new), np.ones(N))
    assert new.is_kept
    (found,) = pullback(np.ones_like(y))
    assert_array_equal(found, np.full(N, 0.5 if make is TEMPORARIES["x / temporary"] else 2.0))
    del pullback
    assert not new.is_kept


def _by_name(x: Any) -> tuple[Any, Any]:
    c = made()
    return c * x, c


def _by_name_right(x: Any) -> tuple[Any, Any]:
    c = made()
    return x * c, c


def _of_matmul(x: Any) -> tuple[Any, Any]:
    c = made()
    return c @ x * np.eye(1, N)[0], c


def _named_in_passing(x: Any) -> tuple[Any, Any]:
    return (c := made()) * x, c


def _of_an_argument(x: Any) -> tuple[Any, Any]:
    def product(c: Any) -> Any:
        return x * c

    c = made()
    return product(c), c


def _of_a_closure(x: Any) -> tuple[Any, Any]:
    c = made()

    def product() -> Any:
        return c * x

    return product(), c


def _of_a_list(x: Any) -> tuple[Any, Any]:
    kept = [made()]
    return kept[0] * x, kept[0]


def _of_a_loop(x: Any) -> tuple[Any, Any]:
    kept = [made()]
    return [c * x for c in kept][0], kept[0]  # noqa: RUF015  # a comprehension


def _of_a_dict(x: Any) -> tuple[Any, Any]:
    kept = {"c": made()}
    return x * kept["c"], kept["c"]


class _Holder:
    def __init__(self) -> None:
        self.c = made()

    def __matmul__(self, x: Any) -> Any:
        return self.c * x


def _of_an_attribute(x: Any) -> tuple[Any, Any]:
    holder = _Holder()
    return holder.c * x, holder.c


def _of_the_users_operator(x: Any) -> tuple[Any, Any]:
    holder = _Holder()
    return holder @ x, holder.c


def _of_a_generator(x: Any) -> tuple[Any, Any]:
    kept = []

    def arrays() -> Iterator[Any]:
        c = made()
        kept.append(c)
        yield c

    return next(arrays()) * x, kept[0]


def _of_a_view(x: Any) -> tuple[Any, Any]:
    c = made()
    return c[:] * x, c


def _of_a_transposed_view(x: Any) -> tuple[Any, Any]:
    c = made()
    return x * c.reshape(2, -1).T.T.reshape(-1), c


def _of_a_memoryview(x: Any) -> tuple[Any, Any]:
    c = made()
    return np.asarray(memoryview(c)) * x, c


def _of_starred_arguments(x: Any) -> tuple[Any, Any]:
    pair = (made(), x)
    return np.multiply(*pair), pair[0]


def _of_a_starred_operator(x: Any) -> tuple[Any, Any]:
    pair = (made(), x)
    return operator.mul(*pair), pair[0]


def _of_a_starred_function(x: Any) -> tuple[Any, Any]:
    pair = (x, made())
    return functions.multiply(*pair), pair[1]


def _of_keywords(x: Any) -> tuple[Any, Any]:
    options = {"c": made()}
    return (lambda c: c * x)(**options), options["c"]


def _partial(x: Any) -> tuple[Any, Any]:
    product = functools.partial(np.multiply, made())
    return product(x), product.args[0]


def _partial_of_an_operator(x: Any) -> tuple[Any, Any]:
    product = functools.partial(operator.mul, made())
    return product(x), product.args[0]


def _partial_of_ours(x: Any) -> tuple[Any, Any]:
    product = functools.partial(functions.multiply, made())
    return product(x), product.args[0]


def _map(x: Any) -> tuple[Any, Any]:
    kept = [made()]
    return next(map(operator.mul, kept, [x])), kept[0]


def _starmap(x: Any) -> tuple[Any, Any]:
    pairs = [(made(), x)]
    return next(itertools.starmap(operator.mul, pairs)), pairs[0][0]


def _reduce(x: Any) -> tuple[Any, Any]:
    kept = [made(), x]
    return functools.reduce(np.multiply, kept), kept[0]


def _method(x: Any) -> tuple[Any, Any]:
    c = made()
    return c.__mul__(x), c


def _bound_method(x: Any) -> tuple[Any, Any]:
    multiply = made().__mul__
    return multiply(x), multiply.__self__


def _in_place(x: Any) -> tuple[Any, Any]:
    c = made()
    y = x
    y *= c
    return y, c


def _of_a_default(x: Any) -> tuple[Any, Any]:
    def product(c: Any = made()) -> Any:  # noqa: B008  # held by the function
        return c * x

    return product(), product.__defaults__[0]  # type: ignore[index]  # it has a default


def _of_a_cache(x: Any) -> tuple[Any, Any]:
    cached = functools.cache(made)
    return cached() * x, cached()


HELD: dict[str, Product] = {
    name.removeprefix("_"): product
    for name, product in list(globals().items())
    if name.startswith("_") and getattr(product, "__module__", "") == __name__ and product is not _Holder
}


def check_held(product: Product) -> None:
    """Assert that a later write into the array is allowed, and does not reach the derivative."""
    for _ in range(2):
        held: list[Any] = []

        def f(x: Any, held: list[Any] = held) -> Any:
            y, c = product(x)
            held.append(c)
            return y

        y, pullback = vjp(f, np.ones(N))
        held[0][:] = 7.0
        assert_array_equal(pullback(np.ones_like(y))[0], np.full(N, 2.0))


@pytest.mark.parametrize("product", HELD.values(), ids=list(HELD))
def test_what_the_user_can_refer_to_is_copied(product: Product) -> None:
    check_held(product)


@pytest.mark.parametrize("product", HELD.values(), ids=list(HELD))
def test_a_trace_function_that_reads_locals_changes_nothing(product: Product) -> None:
    def look(frame: FrameType, event: str, argument: object) -> Any:
        assert frame.f_locals is not None
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        check_held(product)
    finally:
        sys.settrace(before)


def test_an_interpreter_that_does_not_count_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "COUNTS", False)
    new = Recorder()
    _, pullback = vjp(lambda x: x * new(), np.ones(N))
    assert not new.is_kept
    assert_array_equal(pullback(np.ones(N))[0], np.full(N, 2.0))


def test_an_element_of_an_array_of_objects_is_copied_or_cannot_be_written_into() -> None:
    arrays = np.empty(1, object)
    arrays[0] = made()

    def f(x: Any) -> Any:
        variables = np.empty(1, object)
        variables[0] = x
        return (arrays * variables)[0]

    _, pullback = vjp(f, np.ones(N))
    _, pullback = vjp(f, np.ones(N))
    try:
        arrays[0][:] = 7.0
    except ValueError as error:
        assert "read-only" in str(error)  # noqa: PT017  # either is right
    assert_array_equal(pullback(np.ones(N))[0], np.full(N, 2.0))


@needs_counts
def test_least_squares_makes_no_copy_of_its_matrix() -> None:
    import tracemalloc

    t, x = np.linspace(-1, 1, 500), np.ones(400)
    loss: Any = lambda x: np.sum((np.vander(t, 400) @ x) ** 2)
    grad(loss)(x)
    tracemalloc.start()
    try:
        grad(loss)(x)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # np.vander makes one array more beside the matrix, of its size.
    assert peak < 2.5 * 8 * 500 * 400
