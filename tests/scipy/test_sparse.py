"""A constant sparse matrix times a Variable, on either side."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from pydezero import Variable, grad, hessian, jacfwd, jacrev, trace, vjp, vmap
from pydezero.testing import check_grads

DENSE: Final = np.array([[0.0, 2.0, 0.0, 1.0], [3.0, 0.0, 0.0, 0.0], [0.0, -1.0, 4.0, 0.0]])
LEFT: Final = np.array([1.0, 2.0, -1.0, 0.5])
RIGHT: Final = np.array([1.0, -2.0, 3.0])

FORMATS: Final[dict[str, Callable[[Any], Any]]] = {
    "csr_array": sparse.csr_array,
    "csc_array": sparse.csc_array,
    "coo_array": sparse.coo_array,
    "csr_matrix": sparse.csr_matrix,
    "lil_matrix": sparse.lil_matrix,
}

PRODUCTS: Final[dict[str, tuple[Callable[[Any, Any], Any], Any]]] = {
    "A @ vector": (lambda a, x: a @ x, LEFT),
    "A @ matrix": (lambda a, x: a @ x, np.stack([LEFT, LEFT**2], axis=1)),
    "vector @ A": (lambda a, x: x @ a, RIGHT),
    "matrix @ A": (lambda a, x: x @ a, np.stack([RIGHT, RIGHT**2])),
    "A.T @ vector": (lambda a, x: a.T @ x, RIGHT),
}


def squares(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: np.sum(f(x) ** 2)


@pytest.mark.parametrize(("product", "x"), PRODUCTS.values(), ids=list(PRODUCTS))
@pytest.mark.parametrize("make", FORMATS.values(), ids=list(FORMATS))
def test_the_product_is_differentiated(make: Callable[[Any], Any], product: Callable[[Any, Any], Any], x: Any) -> None:
    a = make(DENSE)

    def f(x: Any) -> Any:
        return product(a, x * x)

    def expected(x: Any) -> Any:
        return product(DENSE, x * x)

    assert_allclose(f(Variable(x)).data, expected(x))
    for transform in (jacfwd, jacrev):
        assert_allclose(transform(f)(x), transform(expected)(x))
    total, total_expected = squares(f), squares(expected)
    assert_allclose(hessian(total)(x), hessian(total_expected)(x))
    check_grads(f, (x,))
    batch = np.stack([x, x + 1, 2 * x])
    assert_allclose(vmap(f)(batch), [expected(one) for one in batch])
    assert_allclose(vmap(grad(total))(batch), [grad(total_expected)(one) for one in batch])
    graph = trace(f)(x)
    assert_allclose(graph(x + 1), expected(x + 1))
    assert "sparse" in str(graph)
    assert len(str(graph).splitlines()) < 8


def test_the_method_dot_is_the_matrix_product() -> None:
    a: Any = sparse.csr_array(DENSE)
    assert_allclose(grad(lambda x: np.sum(a.dot(x)))(LEFT), DENSE.sum(0))


def test_the_star_of_a_sparse_matrix_is_the_matrix_product() -> None:
    a: Any = sparse.csr_matrix(DENSE)
    assert_allclose(grad(lambda x: np.sum(a * x))(LEFT), DENSE.sum(0))
    assert_allclose(grad(lambda x: np.sum(x * a))(RIGHT), DENSE.sum(1))


def test_complex_numbers_are_not_conjugated() -> None:
    a: Any = sparse.csr_array(DENSE * (1 + 2j))
    check_grads(lambda x: a @ x, (LEFT * (1 - 1j),))


def test_a_matrix_that_changes_later_has_no_influence() -> None:
    a: Any = sparse.csr_array(DENSE)
    _, pull = vjp(lambda x: a @ x, LEFT)
    a.data[:] = 0.0
    assert_allclose(pull(np.ones(3))[0], DENSE.sum(0))


OTHERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "x * A": lambda a, x: x * a,
    "A * x": lambda a, x: a * x,
    "A * x[0]": lambda a, x: a * x[0],
    "x + A": lambda a, x: x + a,
    "A - x": operator.sub,
    "A / x": operator.truediv,
    "A.multiply(x)": lambda a, x: a.multiply(x),
}


@pytest.mark.parametrize("use", OTHERS.values(), ids=list(OTHERS))
def test_other_operations_say_what_to_write(use: Callable[[Any, Any], Any]) -> None:
    with pytest.raises(TypeError, match=r"(?s)A @ x.*A\.toarray\(\)"):
        grad(lambda x: np.sum(use(sparse.csr_array(DENSE), x)))(LEFT)
    assert_allclose(grad(lambda x: np.sum(sparse.csr_array(DENSE).toarray() * x))(LEFT), DENSE.sum(0))


@pytest.mark.parametrize("x", [np.array(1.0), np.ones(3), np.ones((3, 4)), np.ones((2, 4, 1))], ids=np.shape)
def test_shapes_that_do_not_fit_are_named(x: Any) -> None:
    with pytest.raises(ValueError, match=r"\(3, 4\).*|scalar"):
        FORMATS["csr_array"](DENSE) @ Variable(x)


@pytest.mark.parametrize(("rows", "examples"), [(0, 2), (3, 0)])
def test_a_batch_without_elements(rows: int, examples: int) -> None:
    a, xs = sparse.csr_array(np.ones((rows, 3))), np.ones((examples, 3))
    assert vmap(lambda x: a @ x)(xs).shape == (examples, rows)
    assert vmap(grad(lambda x: np.sum(a @ x)))(xs).shape == (examples, 3)
