"""Threads that help with large loops: what they compute, how many they are, and what must not disturb them."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import pytest

from pydezero import cond, grad, jit, scan, while_loop
from pydezero.transforms.jit import emit_parts, threads
from pydezero.transforms.jit.compile import Program
from pydezero.tree import flatten
from tests.versions import is_there

pytest.importorskip("numba")

_RNG: Final = np.random.default_rng(0)
LINE: Final = np.linspace(0.0, 2.0, 300_000)


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the number of threads."""
    return lambda number: monkeypatch.setattr(threads, "thread_count", lambda: number)


def stencil(u: Any) -> Any:
    for _ in range(3):
        u = u + 0.1 * (np.roll(u, 1, 0) + np.roll(u, -1, 0) + np.roll(u, 1, 1) + np.roll(u, -1, 1) - 4 * u)
    return np.sum(u * u)


def reduced(x: Any) -> Any:
    """Reductions over all axes and over each, of all kinds."""
    y = np.exp(x)
    axes = (None, *range(np.ndim(x)))
    kinds: tuple[Any, ...] = (np.sum, np.max, np.min, np.prod)
    of_truths: tuple[Any, ...] = (np.any, np.all, np.sum)
    factors = 1 + 1e-4 * x
    return [
        [f(factors if f is np.prod else y, axis=axis) for f in kinds] + [f(y > 3, axis=axis) for f in of_truths]
        for axis in axes
    ]


def looped(x: Any) -> Any:
    """Large loops in loops and branches of the graph, which need their steps and what they carry."""

    def step(carry: Any, a: Any) -> Any:
        y, z = carry
        return (np.sin(y) * a + z, np.sum(y) / 1e7), np.max(y)

    stepped = scan(step, (x, np.sum(x)), np.linspace(0, 1, 20))
    turned = while_loop(lambda c: c[0] < 3.5, lambda c: (c[0] + 1.0, np.cos(c[1]) * c[0]), (0.0, x))
    chosen = cond(np.sum(x) > 0, lambda: np.sum(np.exp(-x)), lambda: np.sum(x))
    return stepped, turned, chosen, np.mean(np.sin(x).astype(np.float32))


CASES: Final[dict[str, tuple[Callable[[Any], Any], Any, float]]] = {
    "one axis": (reduced, LINE, 1e-12),
    "few rows": (reduced, _RNG.normal(size=(3, 90_000)), 1e-12),
    "many rows": (reduced, _RNG.normal(size=(90_000, 3)), 1e-12),
    "single precision": (reduced, _RNG.normal(size=(40, 80, 90)).astype(np.float32), 1e-2),  # the product
    "loops": (looped, LINE, 1e-12),
    "stencil": (grad(stencil), _RNG.normal(size=(800, 900)), 1e-12),
    "slices": (grad(lambda x: np.sum(np.exp(x[1:] - x[:-1])) + np.sum(np.sin(x[::2]) * x[1::2])), LINE, 1e-12),
    "products": (
        grad(lambda x: np.sum(np.exp(x[:, None, :] * x[None, :100]))),
        _RNG.normal(size=(400, 8)),
        1e-12,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_results_are_the_same_for_any_number_of_threads(name: str, count: Callable[[int], None]) -> None:
    f, x, relative = CASES[name]
    compiled = jit(f)
    assert "shared(" in compiled.lower(x).source
    found = set()
    for number in (1, 2, 2, 5, 5):
        count(number)
        result = flatten(compiled(x))
        found.add(b"".join([np.asarray(y).tobytes() for y in result]))
    assert len(found) == 1
    for y, expected in zip(result, flatten(f(x)), strict=True):
        assert y.dtype == np.asarray(expected).dtype
        if y.dtype == np.float32 and not is_there("numpy>=2.3"):
            relative = max(relative, 1e-6)  # its own sums of single precision have fewer digits
        np.testing.assert_allclose(y, expected, rtol=relative, atol=relative)


def test_small_loops_are_not_shared() -> None:
    assert "shared(" not in jit(lambda x: np.sum(np.sin(x) * x)).lower(np.ones(10_000)).source


def test_loops_are_cut_where_no_two_parts_write_to_the_same() -> None:
    """For all small strides and lengths, against the elements that are written."""
    cut = 0
    for strides in itertools.product(range(-3, 7), repeat=3):
        for dims in itertools.product((2, 3), repeat=3):
            places = np.indices(dims).reshape(3, -1)
            elements = np.array(strides) @ places
            is_apart = all(
                elements[i] != elements[j] or places[1, i] == places[1, j]
                for i, j in itertools.combinations(range(len(elements)), 2)
            )
            found = emit_parts.is_apart(strides, dims, 1)
            assert is_apart or not found
            cut += found
    assert cut > 100


def test_sums_of_many_elements(count: Callable[[int], None]) -> None:
    """As exact as NumPy's, and right where there is no sum."""
    x = _RNG.normal(1, 1, 10_000_000).astype(np.float32)
    total: Any = jit(np.sum)
    exact = float(np.sum(x.astype(np.float64)))
    for number in (1, 4):
        count(number)
        assert abs(float(total(x)) - exact) <= max(abs(float(np.sum(x)) - exact), 2**-24 * exact)
    for value, expected in ((np.inf, np.inf), (np.float32(3e38), np.inf), (np.nan, np.nan)):
        x[:500_000] = value
        np.testing.assert_equal(total(x), np.float32(expected))


def test_arguments_too_large_for_vector_math(count: Callable[[int], None]) -> None:
    """One part finds such an argument, and all are computed by the functions that are right for it."""
    count(3)
    sine: Any = jit(np.sin)
    x = LINE.copy()
    np.testing.assert_allclose(sine(x), np.sin(x), rtol=1e-15)
    x[-1] = 1e200
    np.testing.assert_allclose(sine(x), np.sin(x), rtol=1e-15)


@pytest.fixture(scope="module")
def summed() -> Any:
    """A compiled function with a large loop."""
    return jit(lambda x: np.sum(np.sin(x) * np.exp(x)))


def natives(program: Program) -> dict[str, Any]:
    """The names of the function that calls machine code."""
    return program.unchecked.__globals__


@pytest.fixture
def calls(summed: Any) -> Iterator[list[tuple[int, int]]]:
    """The thread and the section of each call of the machine code of `summed` from Python."""
    names = natives(summed.lower(LINE))
    native, made = names["native0"], []

    def noted(*arguments: Any) -> Any:
        made.append((threading.get_ident(), arguments[-2]))
        return native(*arguments)

    names["native0"] = noted
    yield made
    names["native0"] = native


def test_other_threads_help(summed: Any, calls: list[tuple[int, int]], count: Callable[[int], None]) -> None:
    own = threading.get_ident()
    count(1)
    summed(LINE)
    assert calls == [(own, -1)]
    count(3)
    helpers: set[int] = set()
    for _ in range(10_000):  # they may come too late, when nothing is left to do
        summed(LINE)
        helpers = {thread for thread, section in calls if section == 0}
        if helpers:
            break
    assert helpers
    assert own not in helpers
    assert {thread for thread, section in calls if section == -1} == {own}


def test_other_threads_of_python_run_meanwhile(summed: Any, count: Callable[[int], None]) -> None:
    """No thread is made to wait here by the time that it has had: one that runs has got the lock of the interpreter."""
    count(1)
    summed(LINE)
    begun, has_ended = threading.Lock(), False
    begun.acquire()

    def call() -> None:
        nonlocal has_ended
        begun.release()
        for _ in range(20):
            summed(LINE)
        has_ended = True

    interval = sys.getswitchinterval()
    sys.setswitchinterval(100.0)
    try:
        thread = threading.Thread(target=call)
        thread.start()
        begun.acquire()
        assert not has_ended
    finally:
        sys.setswitchinterval(interval)
    thread.join()
    assert has_ended


def test_calls_from_several_threads(summed: Any, count: Callable[[int], None]) -> None:
    count(3)
    other: Any = jit(lambda x: np.max(np.cos(x) * np.exp(x)))
    expected = summed(LINE), other(LINE)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda i: (other if i % 2 else summed)(LINE), range(80)))
    assert found == [expected[i % 2] for i in range(80)]
    assert not threads._helpers.calls


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own(summed: Any, count: Callable[[int], None]) -> None:
    count(3)
    expected = summed(LINE)
    child = os.fork()
    if not child:
        is_same = all(summed(LINE) == expected for _ in range(5))
        os._exit(0 if is_same and len(threads._helpers.threads) == 2 else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert summed(LINE) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way")
def test_interrupts(summed: Any, count: Callable[[int], None]) -> None:
    """Ctrl-C is raised when compiled code ends, in the caller; the next call is as ever."""
    count(3)
    expected = summed(LINE)
    # What a shell starts in the background ignores the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def call_on(timer: threading.Timer) -> None:
        timer.start()
        for _ in itertools.count():
            assert summed(LINE) == expected

    try:
        for delay in (0.001, 0.004, 0.006):
            timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
            with pytest.raises(KeyboardInterrupt):
                call_on(timer)
            timer.join()
            assert not threads._helpers.calls
            assert summed(LINE) == expected
    finally:
        signal.signal(signal.SIGINT, before)


def test_no_threads_can_be_started(summed: Any, count: Callable[[int], None], monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    expected = summed(LINE)
    monkeypatch.setattr(threads, "_helpers", threads._Helpers())
    monkeypatch.setattr(threading.Thread, "start", start)
    count(3)
    assert summed(LINE) == expected


_COUNTS: Final = """
import numba, threadpoolctl
from numba.np.ufunc import parallel
from pydezero.transforms.jit.threads import thread_count
assert thread_count() == 3
assert not parallel._is_initialized
with threadpoolctl.threadpool_limits(1):
    assert thread_count() == 1
assert thread_count() == 3
numba.set_num_threads(2)
assert thread_count() == 2
"""


def test_the_number_of_threads_is_that_of_numba() -> None:
    """That of the environment, that of the mask, and no more than `threadpoolctl` allows."""
    pytest.importorskip("threadpoolctl")
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    subprocess.run([sys.executable, "-c", _COUNTS], env={**environment, "NUMBA_NUM_THREADS": "3"}, check=True)
