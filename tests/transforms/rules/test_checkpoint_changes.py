"""`checkpoint` of functions that compute with something else when they run again: an error in every mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pydezero import check_finite, checkpoint, grad, hessian, jit, jvp, trace, vjp, vmap
from pydezero.transforms.rules import fingerprint

# Any: NumPy's stubs know no Variable.
Scalar = Callable[[Any], Any]

array = np.array([0.5, -1.5, 2.0])


class Counter:
    """State that the second run of a function finds changed."""

    def __init__(self) -> None:
        self.runs = 0
        self.factor = np.array([2.0, 3.0, 4.0])
        self.entries: dict[str, Any] = {"factor": 2.0}
        self.rng = np.random.default_rng(0)

    def next(self) -> int:
        self.runs += 1
        return self.runs


def captured_array(state: Counter, x: Any) -> Any:
    state.factor[0] = state.next()
    return np.sin(x) * state.factor


def one_element_of_many(state: Counter, x: Any) -> Any:
    many = np.ones(1000)
    many[500] = 1 + 1e-12 * state.next()
    return np.sum(np.sin(x)) * np.sum(many * np.sum(x))


def random_factor(state: Counter, x: Any) -> Any:
    return x * state.rng.uniform(size=3)


def random_mask(state: Counter, x: Any) -> Any:
    return np.where(state.rng.uniform(size=3) > 0.5, x, 0.5 * x) * x


def python_number(state: Counter, x: Any) -> Any:
    return x**2 * float(state.next())


def dict_entry(state: Counter, x: Any) -> Any:
    state.entries["factor"] = state.entries["factor"] + 1.0
    return x**2 * state.entries["factor"]


def index(state: Counter, x: Any) -> Any:
    return np.roll(x, state.next()) * x


def branch(state: Counter, x: Any) -> Any:
    return np.sin(x) * x if state.next() % 2 else np.cos(x) * x


def value_stays(state: Counter, x: Any) -> Any:
    # The value is the same in both runs, and only the derivatives are not.
    return (x - array) * state.next()


def added_and_squared(state: Counter, x: Any) -> Any:
    return (x + np.full(3, float(state.next()))) ** 2


def inside_a_checkpoint(state: Counter, x: Any) -> Any:
    inner: Scalar = checkpoint(lambda x: np.sin(x) * state.factor)
    state.factor[0] = state.next()
    return inner(x)


CHANGES = [
    captured_array,
    one_element_of_many,
    random_factor,
    random_mask,
    python_number,
    dict_entry,
    index,
    branch,
    value_stays,
    added_and_squared,
    inside_a_checkpoint,
]


def total(f: Scalar) -> Scalar:
    return lambda x: np.sum(f(x))


MODES: dict[str, Callable[[Scalar], Any]] = {
    "grad": lambda f: grad(f)(array),
    "vjp": lambda f: vjp(f, array)[1](1.0),
    "grad of grad": lambda f: grad(total(grad(f)))(array),
    "hessian": lambda f: hessian(f)(array),
    "jvp of grad": lambda f: jvp(grad(f), (array,), (np.ones(3),)),
    "vmap of grad": lambda f: vmap(grad(f))(np.stack([array, array + 1])),
    "grad of vmap": lambda f: grad(total(vmap(f)))(np.stack([array, array + 1])),
    "trace of grad": lambda f: trace(grad(f))(array),
    "check_finite of grad": lambda f: check_finite(grad(f))(array),
    "grad of check_finite": lambda f: grad(check_finite(f))(array),
}


@pytest.mark.parametrize("mode", MODES.values(), ids=list(MODES))
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_another_computation_raises(change: Callable[[Counter, Any], Any], mode: Callable[[Scalar], Any]) -> None:
    state = Counter()

    def changing(x: Any) -> Any:
        return change(state, x)

    with pytest.raises(ValueError, match=r"checkpoint\((changing|<lambda>)\).*another result"):
        mode(total(checkpoint(changing)))


@pytest.mark.parametrize("mode", MODES.values(), ids=list(MODES))
def test_state_that_changes_nothing_is_the_functions_own_affair(mode: Callable[[Scalar], Any]) -> None:
    history: list[Any] = []

    def recording(x: Any) -> Any:
        history.append(np.ones(3))
        y = np.sin(x) * x
        return np.sum(y[y.argsort()] * np.array([0.0, np.inf, 1.0])[[0, 2, 2]])

    mode(lambda x: checkpoint(recording)(x))
    assert len(history) >= 2


def test_a_variable_that_is_captured_in_the_place_of_another_raises() -> None:
    def f(x: Any, y: Any) -> Any:
        captured = [x, y]
        block: Scalar = checkpoint(lambda z: z * captured[0])
        out = block(x * 1.0)
        captured.reverse()
        return np.sum(out)

    _, pullback = vjp(f, array, array)
    with pytest.raises(ValueError, match="another result"):
        pullback(1.0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128])
@pytest.mark.parametrize("size", [0, 1, 3, 5000])
def test_every_dtype_and_size_agrees_with_itself(dtype: Any, size: int) -> None:
    x = np.linspace(0.5, 1.5, size).astype(dtype)

    def f(x: Any) -> Any:
        return np.sum(np.real(np.sin(x[::-1]) * x * x / np.ones(size, dtype)))

    assert_allclose(grad(checkpoint(f))(x), grad(f)(x), rtol=1e-2)


def test_large_numbers_agree_with_themselves() -> None:
    def cubed(x: Any) -> Any:
        return x * x * np.abs(x)

    x = np.array([1e200, -1e200, 0.5, np.inf, np.nan])
    with np.errstate(all="ignore"):
        assert_allclose(grad(total(checkpoint(cubed)))(x), grad(total(cubed))(x))


def test_each_number_of_a_record_counts() -> None:
    """An array that is made of a number to sum it up has the id of one before it, which is gone."""
    found = fingerprint._Found()
    for number in np.arange(100, dtype=np.float32):
        found.add(number, False)
    assert_allclose(found.all_sums()[:, 1], np.arange(100))


@pytest.mark.parametrize(
    "t", [np.array(4.0), np.array(4.0, np.float32), np.array([4.0]), np.float64(4.0), 4.0], ids=repr
)
def test_an_argument_of_any_kind_is_the_same_again_under_jit(t: Any) -> None:
    x = np.array([0.3, 0.7])

    def loss(x: Any) -> Any:
        return np.sum(vmap(lambda x: checkpoint(lambda t: t * t * np.sin(x))(t))(x))

    assert_allclose(jit(grad(loss))(x), 16 * np.cos(x), rtol=1e-6)
