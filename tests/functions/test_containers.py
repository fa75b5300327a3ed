"""`flatten`: a container as a vector and back, exactly, differentiably, and as SciPy's optimisers take it."""

from __future__ import annotations

from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize

from pydezero import Variable, flatten, grad, hessian, jvp, tree, value_and_grad, vmap
from pydezero.testing import check_grads

Floats = NDArray[np.float64]

# Whose stubs want the type of the vector more precisely than its dtype.
minimize: Any = optimize.minimize


@attrs.frozen
class Layer:
    w: Floats
    b: float
    name: str = "dense"


class Pair(NamedTuple):
    first: Floats
    second: list[Any]


def layer() -> Layer:
    return Layer(np.array([[1.0, 2.0], [3.0, 4.0]]), 0.1)


CONTAINERS: dict[str, tuple[Any, list[complex], type[Any]]] = {
    "array": (np.array([[1.0, 2.0]]), [1.0, 2.0], np.float64),
    "number": (3.0, [3.0], np.float64),
    "array of shape ()": (np.array(3.0), [3.0], np.float64),
    "attrs class": (layer(), [1.0, 2.0, 3.0, 4.0, 0.1], np.float64),
    "NamedTuple": (Pair(np.ones(2), [2.0, None]), [1.0, 1.0, 2.0], np.float64),
    "dict": ({"b": 1.0, "a": (2.0, [np.zeros((2, 0)), 3.0])}, [1.0, 2.0, 3.0], np.float64),
    "single precision": ([np.float32(1.5), np.ones(1, np.float32)], [1.5, 1.0], np.float32),
    "two precisions": ([np.ones(1, np.float32), 0.1], [1.0, 0.1], np.float64),
    "complex": ([np.array([1j]), 2.0], [1j, 2.0], np.complex128),
    "complex in single precision": ([np.array([1j], np.complex64), 0.1], [1j, 0.1], np.complex128),
    "no numbers": ({"name": "x", "other": None}, [], np.float64),
    "empty": ([], [], np.float64),
}


@pytest.mark.parametrize(("container", "elements", "dtype"), CONTAINERS.values(), ids=list(CONTAINERS))
def test_a_container_comes_back_as_it_was(container: Any, elements: list[complex], dtype: type[Any]) -> None:
    vector, unflatten = flatten(container)
    assert vector.dtype == dtype
    np.testing.assert_array_equal(vector, np.array(elements, dtype))
    back = unflatten(vector)
    assert tree.same_structure(back, container)
    for found, leaf in zip(tree.flatten(back), tree.flatten(container), strict=True):
        if not isinstance(leaf, np.ndarray | np.generic | float):
            assert found is leaf
            continue
        assert isinstance(found, float if isinstance(leaf, float) else type(leaf))
        assert np.asarray(found).dtype == np.asarray(leaf).dtype
        assert np.shape(found) == np.shape(leaf)
        np.testing.assert_array_equal(found, leaf)


def test_no_memory_is_shared() -> None:
    x = np.ones(3)
    vector, unflatten = flatten(x)
    back = unflatten(vector)
    assert not np.shares_memory(vector, x)
    assert not np.shares_memory(vector, back)
    assert not np.shares_memory(unflatten(vector), back)
    vector[0] = back[1] = 5.0
    assert x.tolist() == [1.0, 1.0, 1.0]


def test_the_gradient_of_a_container_is_laid_out_like_the_container() -> None:
    def loss(p: Layer) -> Any:
        return np.sum(p.w**2) * p.b

    vector, unflatten = flatten(layer())
    expected = flatten(grad(loss)(layer()))[0]
    np.testing.assert_allclose(grad(lambda v: loss(unflatten(v)))(vector), expected)


def test_both_are_differentiable_to_second_order_in_both_modes() -> None:
    vector, unflatten = flatten(layer())
    check_grads(lambda v: np.sum(np.sin(unflatten(v).w)) * unflatten(v).b ** 2, (vector,))
    check_grads(lambda p: np.sin(flatten(p)[0]), (layer(),))
    curvature = hessian(lambda v: np.sum(unflatten(v).w ** 2) * unflatten(v).b)(vector)
    np.testing.assert_allclose(curvature[-1], [2.0, 4.0, 6.0, 8.0, 0.0])
    container: Any = [np.array([1 + 2j]), 3.0]
    complexes, of_complexes = flatten(container)
    check_grads(lambda v: np.sum(np.abs(of_complexes(v)[0]) ** 2) + of_complexes(v)[1] ** 3, (complexes,))


def test_composition() -> None:
    vector, unflatten = flatten(layer())
    batch = np.stack([vector, 2 * vector])
    np.testing.assert_array_equal(vmap(lambda v: flatten(unflatten(v))[0])(batch), batch)
    primal, tangent = jvp(lambda p: flatten(p)[0], (layer(),), (Layer(np.ones((2, 2)), 2.0),))
    np.testing.assert_array_equal(primal, vector)
    np.testing.assert_array_equal(tangent, [1.0, 1.0, 1.0, 1.0, 2.0])
    of_variables, back = flatten({"x": Variable(np.ones(2))})
    assert isinstance(of_variables, Variable)
    assert isinstance(back(of_variables)["x"], Variable)
    assert isinstance(back(np.ones(2))["x"], np.ndarray)


@pytest.mark.parametrize(
    ("container", "message"),
    [
        ([1, 2.0], "1 of dtype int64.*write 1.0 for 1"),
        ([True], "True of dtype bool"),
        ([np.array([1, 2])], "dtype int64"),
        ([Variable(np.array([1, 2]))], "dtype int64"),
        ([np.array(["a"])], "holds no numbers"),
        ([np.ma.MaskedArray([1.0])], "MaskedArray"),
    ],
)
def test_what_cannot_be_in_a_vector(container: Any, message: str) -> None:
    with pytest.raises(TypeError, match=rf"(?s)flatten\(container\).*{message}"):
        flatten(container)


@pytest.mark.parametrize(
    ("vector", "error", "message"),
    [
        (np.zeros(4), ValueError, r"shape \(4,\), the container 5 numbers"),
        (np.zeros((5, 1)), ValueError, r"shape \(5, 1\)"),
        (0.0, ValueError, r"shape \(\)"),
        (np.zeros(5) * 1j, TypeError, "complex"),
        ("abc", TypeError, "holds no numbers"),
    ],
)
def test_what_is_no_vector_of_the_container(vector: Any, error: type[Exception], message: str) -> None:
    _, unflatten = flatten(layer())
    with pytest.raises(error, match=rf"unflatten\(vector\).*{message}"):
        unflatten(vector)


def test_scipys_optimiser_over_a_container() -> None:
    x = np.linspace(-1.0, 1.0, 20)
    true = Layer(np.array([2.0, -1.0]), 0.5)

    def predicted(p: Layer) -> Any:
        return p.w[0] * x**2 + p.w[1] * x + p.b

    def loss(p: Layer) -> Any:
        return np.sum((predicted(p) - predicted(true)) ** 2)

    start, unflatten = flatten(Layer(np.zeros(2), 0.0))
    found = minimize(value_and_grad(lambda v: loss(unflatten(v))), start, jac=True)
    best = unflatten(found.x)
    assert found.success
    assert isinstance(best, Layer)
    np.testing.assert_allclose(best.w, true.w, atol=1e-5)
    assert best.b == pytest.approx(0.5, abs=1e-5)
