"""DESIGN.md section 5, the promise to the user: memory, threads, long chains, and what stays behind."""

import copy
import dataclasses
import gc
import pickle
import subprocess
import sys
import weakref
from array import array as python_array
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Node, Variable, functions, grad, gradients, value_and_grad, vjp
from pydezero.core.snapshot import is_frozen, snapshot
from pydezero.core.variable import reverse_node
from tests.functions.checks import assert_separate

SMALL, LARGE = 3, 5000  # 24 bytes are copied; 40,000 bytes are looked up among the copies that exist
SIZES = pytest.mark.parametrize("n", [SMALL, LARGE])


# 1. No gradient that is handed out shares memory with another, an input, a captured constant, or a graph.

constant = np.full(3, 2.0)
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "add constant": lambda x, y: x + constant + y,
    "times constant": lambda x, y: x * constant + y * constant,
    "product": lambda x, y: x * y,
    "first": lambda x, y: x,
    "neither": lambda x, y: np.ones(3),
    "where": lambda x, y: np.where(constant > 0, x, y),
    "reshape": lambda x, y: np.reshape(np.reshape(x, (3, 1)) + np.reshape(y, (3, 1)), 3),
    "index": lambda x, y: x[:] + y[::-1],
    "concatenate": lambda x, y: np.concatenate([x, y])[:3] + y,
    "real": lambda x, y: np.real(x) + np.real(y),
    "positive": lambda x, y: +x + +y,
    "astype": lambda x, y: x.astype(float) + y.astype(float),
}


@pytest.mark.parametrize("f", BINARY.values(), ids=list(BINARY))
@pytest.mark.parametrize("frozen", [False, True])
def test_nothing_that_is_handed_out_shares_memory(f: Callable[[Any, Any], Any], frozen: bool) -> None:
    x, y, cotangent = np.ones(3), np.ones(3), np.ones(3)
    if frozen:  # taken as they are, but never handed out
        for one in (x, y, cotangent):
            one.flags.writeable = False
    value, pullback = vjp(f, x, y)
    of_sum = value_and_grad(lambda x, y: np.sum(f(x, y)), (0, 1))(x, y)
    results = [value, *pullback(cotangent), *pullback(cotangent), of_sum[0], *of_sum[1]]
    assert_separate([*results, x, y, cotangent, constant])
    arrays = [result for result in results if not isinstance(result, np.generic)]  # a scalar cannot change
    assert all(result.flags.writeable for result in arrays)
    for result in arrays:
        result[...] = np.nan
    assert_array_equal(f(*vjp(f, x, y)[1](cotangent)), f(*pullback(cotangent)))


def test_a_captured_array_that_is_returned_is_handed_out_fresh() -> None:
    captured = np.array([1.0, 2.0])
    returns_it: Callable[[Any], Any] = lambda x: captured
    value, _ = vjp(returns_it, np.ones(2))
    assert not np.shares_memory(value, captured)
    scalar = np.array(3.0)
    assert not np.shares_memory(value_and_grad(lambda x: scalar)(1.0)[0], scalar)


def test_gradients_share_no_memory_with_the_graph() -> None:
    x = Variable(np.ones(3))
    y = x * 1
    z = functions.exp(y)
    found = gradients(z, (x, y, z))
    kept = [r for v in (y, z) for _, _, r in reverse_node(v).edges if isinstance(r, np.ndarray)]
    assert len(kept) == 1
    assert_separate([*found, x.data, z.data])
    assert not any(np.shares_memory(g, r) for g in found for r in kept)


# 2. A value cannot change after it was recorded.


@SIZES
def test_writing_into_an_input_between_vjp_and_the_pullback(n: int) -> None:
    x = np.full(n, 2.0)
    view = x[::-1]
    _, pullback = vjp(lambda x: x * x, x)
    view[:] = 100.0
    assert_array_equal(pullback(np.ones(n))[0], np.full(n, 4.0))


@SIZES
def test_writing_into_the_cotangent_afterwards(n: int) -> None:
    _, pullback = vjp(lambda x: x * 1.0 + x, np.ones(n))
    cotangent = np.ones(n)
    (found,) = pullback(cotangent)
    cotangent[:] = 100.0
    assert_array_equal(found, np.full(n, 2.0))
    assert_array_equal(pullback(np.ones(n))[0], np.full(n, 2.0))


@SIZES
@pytest.mark.parametrize("by_view", [False, True])
def test_a_scratch_buffer_that_is_used_again(n: int, by_view: bool) -> None:
    scratch = np.empty(n)
    written = scratch[::-1] if by_view else scratch

    def f(x: Any) -> Any:
        total = 0.0
        for factor in (2.0, 3.0, 2.0):
            written[:] = factor
            total = total + np.sum(scratch * x)
        written[:] = 1e6
        return total

    for _ in range(2):
        assert_array_equal(grad(f)(np.ones(n)), np.full(n, 7.0))


@SIZES
@pytest.mark.parametrize("dtype", [np.bool, np.int8, np.float16, np.float32, np.complex128, np.longdouble])
def test_a_scratch_buffer_of_any_dtype(n: int, dtype: Any) -> None:
    scratch = np.ones((2, 32 * n), dtype)[:, ::2]

    def f(x: Any) -> Any:
        y = np.sum(np.real(x * scratch))
        scratch[...] = 0
        z = np.sum(np.real(x * scratch))
        scratch[...] = 1
        return y + z

    assert_array_equal(grad(f)(np.ones(scratch.shape)), np.ones(scratch.shape))


OVERWRITTEN: dict[str, tuple[Callable[[], Any], Callable[[Any, Any], Any]]] = {
    "index array": (lambda: np.array([1, 1, 0]), lambda x, c: x[c]),
    "index array in a tuple": (lambda: np.array([1, 1, 0]), lambda x, c: np.stack([x, x])[0, c]),
    "bound of a slice": (lambda: np.array(1), lambda x, c: x[c:]),
    "0-d index": (lambda: np.array(1), lambda x, c: x[c]),
    "boolean mask": (lambda: np.array([True, False, True]), lambda x, c: x[c]),
    "list of indices": (lambda: [1, 1, 0], lambda x, c: x[c]),
    "index array of set": (lambda: np.array([1, 0]), lambda x, c: x.at[c].set(0.0)),
    "index array of add": (lambda: np.array([1, 0]), lambda x, c: (x * 2).at[c].add(x[c])),
    "mask of set": (lambda: np.array([True, False, True]), lambda x, c: x.at[c].set(0.0)),
    "condition": (lambda: np.array([True, False, True]), lambda x, c: np.where(c, x, 0)),
    "exponent": (lambda: np.array([1.0, 2.0, 3.0]), lambda x, c: x**c),
    "base": (lambda: np.array([1.0, 2.0, 3.0]), lambda x, c: c**x),
    "dividend": (lambda: np.array([1.0, 2.0, 3.0]), lambda x, c: c / x),
    "bound": (lambda: np.array([0.0, 2.0, 3.0]), lambda x, c: np.clip(x, None, c)),
    "matrix": (lambda: np.arange(9.0).reshape(3, 3), lambda x, c: c @ x),
    "operand of einsum": (lambda: np.arange(3.0), lambda x, c: np.einsum("i,i->", x, c)),
    "operand of tensordot": (lambda: np.arange(3.0), lambda x, c: np.tensordot(c, x, 1)),
    "operand of outer": (lambda: np.arange(3.0), lambda x, c: np.outer(x, c)),
    "operand of dot": (lambda: np.arange(3.0), lambda x, c: np.dot(c, x)),
    "list operand": (lambda: [1.0, 2.0, 3.0], lambda x, c: x * c),
    "0-d operand": (lambda: np.array(3.0), lambda x, c: x * c),
    "new shape": (lambda: [3, 1], lambda x, c: np.reshape(x, c) * np.ones((3, 3))),
    "order of axes": (lambda: [1, 0], lambda x, c: np.transpose(np.outer(x, x), c) @ x),
    "axis tuple as a list": (lambda: [0, 1], lambda x, c: np.sum(np.outer(x, x), axis=tuple(c))),
}


@pytest.mark.parametrize(("make", "f"), OVERWRITTEN.values(), ids=list(OVERWRITTEN))
def test_whatever_is_captured_may_be_overwritten_later(make: Callable[[], Any], f: Callable[[Any, Any], Any]) -> None:
    def derivative(overwrite: bool) -> Any:
        captured = make()

        def g(x: Any) -> Any:
            y = f(x, captured)
            if overwrite:
                if isinstance(captured, list):
                    captured[:] = [0] * len(captured)
                else:
                    captured[...] = 0
            return y

        _, pullback = vjp(lambda x: np.sum(g(x)), np.array([1.5, 2.5, 0.5]))
        return pullback(1.0)[0]

    assert_array_equal(derivative(overwrite=True), derivative(overwrite=False))


@pytest.mark.parametrize("index", [[0, 0], np.array([0, 0]), python_array("q", [0, 0]), (0, 0)], ids=repr)
def test_an_index_that_names_an_element_twice(index: Any) -> None:
    index = list(index) if isinstance(index, tuple) else index
    assert_array_equal(grad(lambda x: functions.sum(x[index]))(np.ones(2)), [2.0, 0.0])


def test_a_cotangent_may_be_overwritten_inside_an_outer_transform() -> None:
    def f(x: Any) -> Any:
        cotangent = np.ones(3)
        (inner,) = vjp(lambda z: z + 1.0, x)[1](cotangent)
        y = np.sum(inner * x)
        cotangent[:] = 100.0
        return y

    assert_array_equal(grad(f)(np.ones(3)), np.ones(3))


def test_a_constant_result_of_an_inner_transform_may_be_overwritten() -> None:
    scratch = np.array(2.0)

    def f(x: Any) -> Any:
        value, _ = value_and_grad(lambda y: scratch)(x)
        y = value * x
        scratch[...] = 50.0
        return y

    assert grad(f)(3.0) == 2.0


def test_the_operators_in_place_leave_the_callers_array_alone() -> None:
    def f(x: Any) -> Any:
        x += 1
        x *= x
        x -= 2
        x /= 2
        x **= 2
        return np.sum(x)

    x = np.array([1.0, 2.0])
    found = grad(f)(x)
    assert_array_equal(x, [1, 2])
    assert_allclose(found, [((v + 1) ** 2 - 2) * (v + 1) for v in x])


def test_a_frozen_array_is_taken_as_it_is_and_a_view_of_a_writable_one_is_not() -> None:
    owner = np.ones(3)
    view = owner[:]
    view.flags.writeable = False
    assert not is_frozen(view)
    assert not np.shares_memory(snapshot(view), owner)
    owner.flags.writeable = False
    assert is_frozen(owner)
    assert is_frozen(owner[::2])
    assert snapshot(owner) is owner
    assert is_frozen(np.frombuffer(b"12345678"))
    assert not is_frozen(np.frombuffer(bytearray(8)))


@pytest.mark.parametrize("special", [np.nan, -0.0, np.inf])
def test_equal_large_constants_are_kept_once_but_only_while_they_are_equal(special: float) -> None:
    x, large = Variable(np.ones(LARGE)), np.zeros(LARGE)

    def kept() -> Any:
        return reverse_node(x * large).x_residual

    first, second = kept(), kept()
    assert first is second
    large[7] = special
    third = kept()
    assert third is not first
    assert_array_equal(np.signbit(third), np.signbit(large))
    assert_array_equal(third, large)
    assert_array_equal(first, np.zeros(LARGE))
    assert kept() is third


def test_an_array_at_the_address_of_a_dead_one_is_not_taken_for_it() -> None:
    for value in range(20):
        large = np.full(LARGE, float(value))
        assert_array_equal(grad(lambda x, c=large: np.sum(x * c))(np.ones(LARGE)), np.full(LARGE, float(value)))
        del large


# 3. Calling anything twice gives the same answer: no state survives a call.


def work(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=20), rng.normal(size=(20, 20))

    def f(x: Any) -> Any:
        inner = grad(lambda y: np.sum(np.sin(w @ y) * y))
        return np.sum(np.tanh(shared @ x) * inner(x)) + np.sum(x[rng_index] ** 2)

    return grad(f)(x)


shared = np.random.default_rng(7).normal(size=(100, 20))[:20] / 3
shared_large = np.random.default_rng(8).normal(size=LARGE)
rng_index = np.array([0, 1, 1, 3])


def test_eight_threads_agree_with_one() -> None:
    alone = [work(seed) for seed in range(8)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(work, [seed % 8 for seed in range(64)]))
    for i, found in enumerate(together):
        assert_array_equal(found, alone[i % 8])


def test_eight_threads_share_one_captured_constant() -> None:
    def product(scale: float) -> Any:
        return grad(lambda x: functions.sum(x * shared_large * shared_large))(np.full(LARGE, scale))

    with ThreadPoolExecutor(8) as threads:
        for found in threads.map(product, range(64)):
            assert_array_equal(found, shared_large**2)


def test_threads_share_one_graph_and_one_pullback() -> None:
    x = Variable(np.linspace(0.0, 1.0, 50))
    y = functions.sin(x * x) * x
    _, pullback = vjp(lambda x: np.sin(x * x) * x, x.data)
    expected = gradients(y, x)
    with ThreadPoolExecutor(8) as threads:
        for found in threads.map(lambda i: (gradients(y, x), pullback(np.ones(50))[0]), range(64)):
            assert_array_equal(found, [expected, expected])


def count_alive() -> int:
    gc.collect()
    return sum(isinstance(thing, Variable | Node) for thing in gc.get_objects())


@pytest.mark.usefixtures("new_objects_alone")
def test_nothing_is_left_behind() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.exp(x) * large * x[[0, 1]][0])

    def fails(x: Any) -> Any:
        f(x)
        raise ZeroDivisionError

    large, x = np.ones(LARGE), np.ones(LARGE)
    grad(f)(x)
    before = count_alive()
    for _ in range(5):
        grad(f)(x)
        vjp(f, x)[1](1.0)
        grad(lambda x: functions.sum(grad(f)(x)))(x)
        with pytest.raises(ZeroDivisionError):
            grad(fails)(x)
        with pytest.raises(ValueError, match="scalar"):
            grad(np.exp)(x)
    assert count_alive() == before


def test_no_array_of_the_graph_survives_the_call_without_the_garbage_collector() -> None:
    alive: list[weakref.ref[Any]] = []

    def f(x: Any) -> Any:
        y = np.exp(x)
        alive.append(weakref.ref(reverse_node(y).x_residual))
        z = y * large
        alive.append(weakref.ref(reverse_node(z).x_residual))
        return np.sum(z)

    large = np.ones(LARGE)
    gc.disable()
    try:
        for call in (grad(f), value_and_grad(f), lambda x: vjp(f, x)[1](1.0), grad(lambda x: 2 * f(x))):
            call(np.ones(LARGE))
            assert [ref() for ref in alive] == [None] * len(alive)
    finally:
        gc.enable()
    assert len(alive) == 8


# 4. Values never leave the graph silently. (The loud ways are in test_errors.py.)


@dataclasses.dataclass
class Params:
    w: Any


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy.copy": lambda p: copy.copy(p.w),
    "copy.copy of the container": lambda p: copy.copy(p).w,
    "copy.deepcopy": lambda p: copy.deepcopy(p.w),
    "copy.deepcopy of the container": lambda p: copy.deepcopy(p).w,
    "dataclasses.replace": lambda p: dataclasses.replace(p).w,
    "dataclasses.asdict": lambda p: dataclasses.asdict(p)["w"],
    "dataclasses.astuple": lambda p: dataclasses.astuple(p)[0],
    "np.copy": lambda p: np.copy(p.w),
    "pickle": lambda p: pickle.loads(pickle.dumps(p.w)),
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=list(COPIES))
def test_a_copy_keeps_its_derivative_or_cannot_be_made(copied: Callable[[Any], Any]) -> None:
    try:
        gradient = grad(lambda p: np.sum(copied(p) * 2.0))(Params(np.ones(2)))
    except TypeError:
        return
    assert_array_equal(gradient.w, [2.0, 2.0])


# Long chains.

CHAIN = """
import gc, sys, threading
import numpy as np
from pydezero import Variable, grad, gradients, vjp
from pydezero.core.variable import reverse_node
from tests.functions.checks import assert_separate

N = 200_000

def chain(x):
    y = x
    for _ in range(N):
        y = y + x
    return y

def main():
    assert grad(chain)(2.0) == N + 1.0
    y, pullback = vjp(chain, 2.0)
    assert pullback(1.0)[0] == pullback(1.0)[0] == N + 1.0
    del pullback
    x = Variable(np.array(2.0))
    y = chain(x)
    assert repr(y) == "variable(400002.0)"
    assert gradients(y, x) == N + 1.0
    del y, x
    gc.collect()
    print("freed")

sys.setrecursionlimit(300)
thread = threading.Thread(target=main)
thread.start()
thread.join()
"""


def test_a_chain_of_200_000_operations_is_not_recursive() -> None:
    done = subprocess.run([sys.executable, "-c", CHAIN], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "freed\n", "")


def calls_of(action: Callable[[], object]) -> int:
    """How many functions Python enters, and how many of C it calls."""
    count = 0

    def profile(frame: Any, event: str, arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


GROWING: dict[str, Callable[[Any, int], Any]] = {
    "chain": lambda x, n: sum((np.sin(x) for _ in range(n)), start=x * 0),
    "one variable used often": lambda x, n: sum((x * i for i in range(n)), start=x * 0),
    "elements in a loop": lambda x, n: sum((v[0] for v in [x.reshape(1)] * n), start=x * 0),
}


@pytest.mark.parametrize("f", GROWING.values(), ids=list(GROWING))
def test_work_grows_linearly(f: Callable[[Any, int], Any]) -> None:
    once, twice = (calls_of(partial(grad(f), 1.0, n)) for n in (500, 1000))
    assert twice <= 2.05 * once


def test_a_loop_over_the_elements_of_an_array_lays_its_gradient_out_once() -> None:
    n = 3000
    x = np.arange(float(n))
    found = grad(lambda x: sum((x[i] * x[i] for i in range(n)), start=0.0))(x)
    assert_array_equal(found, 2 * x)
