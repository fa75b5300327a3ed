"""Matrices that are singular, defective or degenerate up to rounding, and matrices that are far from it."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.linalg import LinAlgError
from numpy.testing import assert_allclose
from scipy.linalg import LinAlgWarning

from pydezero import grad, hessian, hvp, jvp, value_and_grad, vmap
from pydezero.scipy.linalg import sqrtm
from pydezero.testing import check_grads
from tests.functions.case import Array

_SAMPLES: Final = 300


def _refuses(f: Callable[[Any], Any], x: Array) -> bool:
    try:
        grad(f)(x)
    except LinAlgError:
        return True
    return False


def _rotation(rng: np.random.Generator, n: int) -> Array:
    return np.linalg.qr(rng.standard_normal((n, n)))[0]


def _dependent(rng: np.random.Generator) -> Array:
    m = int(rng.integers(2, 7))
    n = int(rng.integers(2, m + 1))
    columns = rng.standard_normal((m, n))
    columns[:, -1] = columns[:, :-1] @ rng.standard_normal(n - 1)
    return columns


def _square_singular(rng: np.random.Generator) -> Array:
    n = int(rng.integers(2, 7))
    return rng.standard_normal((n, n - 1)) @ rng.standard_normal((n - 1, n))


def _double_eigenvalue(rng: np.random.Generator) -> Array:
    n = int(rng.integers(2, 7))
    values = np.arange(1.0, n + 1)
    values[1] = values[0]
    turn = _rotation(rng, n)
    matrix: Array = (turn * values) @ turn.T
    return matrix


def _double_singular_value(rng: np.random.Generator) -> Array:
    n = int(rng.integers(2, 7))
    values = np.arange(1.0, n + 1)
    values[1] = values[0]
    matrix: Array = (_rotation(rng, n) * values) @ _rotation(rng, n)
    return matrix


def _tall_of_low_rank(rng: np.random.Generator) -> Array:
    n = int(rng.integers(2, 6))
    return rng.standard_normal((n + 1, n - 1)) @ rng.standard_normal((n - 1, n))


def _defective(rng: np.random.Generator) -> Array:
    n = int(rng.integers(2, 6))
    block = np.diag(np.arange(1.0, n + 1))
    block[1, 1], block[0, 1] = 1.0, 1.0
    if n > 3 and rng.random() < 0.5:  # an eigenvalue that is threefold
        block[2, 2], block[1, 2] = 1.0, 1.0
    basis = rng.standard_normal((n, n)) + 2 * np.eye(n)
    return basis @ block @ np.linalg.inv(basis)


def _double_eigenvalue_of_any(rng: np.random.Generator) -> Array:
    n = int(rng.integers(2, 7))
    values = np.arange(1.0, n + 1)
    values[1] = values[0]
    basis = rng.standard_normal((n, n)) + 2 * np.eye(n)
    matrix: Array = (basis * values) @ np.linalg.inv(basis)
    return matrix


def _some_of(x: Any) -> Any:
    weights = np.arange(1.0, np.size(x) + 1).reshape(x.shape)
    return np.sum(weights * (np.real(x) + np.real(x) ** 3))


def _of_root(a: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LinAlgWarning)  # SciPy's own
        return _some_of(sqrtm(a))


_REFUSED: Final[dict[str, tuple[Callable[[np.random.Generator], Array], Callable[[Any], Any]]]] = {
    "qr of dependent columns": (_dependent, lambda a: _some_of(np.linalg.qr(a).Q)),
    "eigh of a double eigenvalue": (_double_eigenvalue, lambda a: _some_of(np.linalg.eigh(a).eigenvectors)),
    "svd of a double singular value": (_double_singular_value, lambda a: _some_of(np.linalg.svd(a).U)),
    "svd of low rank": (_tall_of_low_rank, lambda a: _some_of(np.linalg.svd(a, full_matrices=False).U)),
    "slogdet of a singular matrix": (_square_singular, lambda a: np.linalg.slogdet(a).logabsdet),
    "eigvals of a defective matrix": (_defective, lambda a: _some_of(np.linalg.eigvals(a))),
    "eig of a double eigenvalue": (_double_eigenvalue_of_any, lambda a: _some_of(np.linalg.eig(a).eigenvectors)),
    "sqrtm of a singular matrix": (_square_singular, _of_root),
}


@pytest.mark.parametrize("scale", [1.0, 1e-30, 1e30], ids=str)
@pytest.mark.parametrize("name", _REFUSED)
def test_what_is_degenerate_up_to_rounding_is_refused(name: str, scale: float) -> None:
    make, f = _REFUSED[name]
    rng = np.random.default_rng(0)
    missed = [i for i in range(_SAMPLES) if not _refuses(f, make(rng) * scale)]
    assert not missed


@pytest.mark.parametrize("name", _REFUSED)
def test_what_is_far_from_degenerate_is_differentiated(name: str) -> None:
    _, f = _REFUSED[name]
    rng = np.random.default_rng(1)
    for _ in range(_SAMPLES):
        n = int(rng.integers(2, 7))
        values = np.arange(1.0, n + 1) * 10.0 ** rng.integers(-3, 4)
        left = _rotation(rng, n)
        right = left.T if name.startswith("eig") else _rotation(rng, n)
        for dtype in (np.float64, np.float32):
            found = grad(f)(((left * values) @ right).astype(dtype))
            assert np.all(np.isfinite(found))


@pytest.mark.parametrize("core", ["Haswell", "SkylakeX", "Prescott"])
def test_what_is_degenerate_is_refused_with_the_kernels_of_other_processors(core: str) -> None:
    # OpenBLAS takes those that it is told of; another library knows nothing of this variable.
    program = """
import numpy as np
from tests.functions.test_linalg_limits import _REFUSED, _refuses
for name, (make, f) in _REFUSED.items():
    rng = np.random.default_rng(9)
    print([name for _ in range(40) if not _refuses(f, make(rng))])
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OPENBLAS_CORETYPE": core, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["[]"] * len(_REFUSED)


def test_derivatives_of_det_at_singular_matrices() -> None:
    rng = np.random.default_rng(2)
    for _ in range(40):
        a = _square_singular(rng)
        t = rng.standard_normal(a.shape)

        def along(s: Any, a: Array = a, t: Array = t) -> Any:
            return np.linalg.det(a + s * t)

        # A polynomial in s, which is exact through enough points.
        points = np.cos(np.linspace(0, np.pi, len(a) + 1))
        coefficients = np.polynomial.polynomial.polyfit(points, [along(s) for s in points], len(a))
        size = np.max(np.abs(coefficients))
        assert_allclose(grad(along)(0.0), coefficients[1], atol=1e-10 * size)
        assert_allclose(grad(grad(along))(0.0), 2 * coefficients[2], atol=1e-10 * size)
        with pytest.raises(LinAlgError, match="singular"):
            grad(grad(grad(along)))(0.0)


def test_a_singular_value_that_is_zero_up_to_rounding_has_derivative_zero() -> None:
    rng = np.random.default_rng(3)
    for _ in range(_SAMPLES):
        a = _square_singular(rng) * 10.0 ** rng.integers(-20, 20)
        assert_allclose(grad(lambda a: np.linalg.svdvals(a)[-1])(a), 0, atol=0)
        assert jvp(np.linalg.svdvals, (a,), (rng.standard_normal(a.shape),))[1][-1] == 0


@pytest.mark.parametrize("p", [None, 2, -2, 1, -1, np.inf, -np.inf, "fro"])
def test_a_condition_number_of_a_matrix_that_is_singular_up_to_rounding_has_derivative_zero(p: Any) -> None:
    rng = np.random.default_rng(8)
    for _ in range(_SAMPLES // 10):
        a = _square_singular(rng) * 10.0 ** rng.integers(-20, 20)
        value, found = value_and_grad(lambda a: np.linalg.cond(a, p))(a)
        if p != -2:  # that is nothing but rounding
            assert value == np.linalg.cond(a, p)
        assert_allclose(found * np.max(np.abs(a)), 0, atol=1e-9)


def test_no_warning_at_zero() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.all(grad(lambda a: np.sum(np.linalg.svdvals(a)))(np.zeros((2, 2))) == 0)


# Singular values that are cut off and are not 0.


@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (3, 5)], ids=str)
def test_truncated_pseudo_inverses(shape: tuple[int, int], is_complex: bool) -> None:
    rng = np.random.default_rng(4)
    a = rng.standard_normal(shape) + (1j * rng.standard_normal(shape) if is_complex else 0)
    s = np.linalg.svdvals(a)
    rcond = float((s[1] + s[2]) / 2 / s[0])
    b = rng.standard_normal(shape[0])
    for f in (
        lambda a: np.linalg.pinv(a, rcond),
        lambda a: np.linalg.pinv(a, rtol=rcond) @ b,
        lambda a: np.linalg.lstsq(a, b, rcond)[0],
    ):
        check_grads(f, (a,), order=2)
    check_grads(lambda a: vmap(lambda a: np.linalg.pinv(a, rcond))(a), (np.stack([a, 2 * a]),), order=1)
    check_grads(lambda b: np.linalg.lstsq(a, b, rcond)[0], (b,), order=2)


def _with_values(rng: np.random.Generator, shape: tuple[int, int], values: list[float], is_complex: bool) -> Array:
    m, n = shape
    left, right = _rotation(rng, m)[:, : len(values)], _rotation(rng, n)[: len(values)]
    matrix: Array = (left * np.array(values)) @ right * (np.exp(1j * np.arange(n)) if is_complex else 1)
    return matrix


@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize(
    ("shape", "values"),
    [
        ((3, 3), [2.0, 2.0, 0.2]),
        ((3, 3), [3.0, 0.2, 0.2]),
        ((4, 4), [3.0, 3.0, 0.2, 0.2]),
        ((3, 5), [2.0, 2.0, 0.2]),
        ((5, 3), [2.0, 2.0, 0.2]),
        ((5, 4), [3.0, 2.0, 0.2, 0.0]),
        ((4, 5), [3.0, 2.0, 0.2, 0.0]),
        ((5, 5), [3.0, 3.0, 0.2, 0.0, 0.0]),
    ],
    ids=str,
)
def test_pseudo_inverses_with_equal_values_and_zeros(
    shape: tuple[int, int], values: list[float], is_complex: bool
) -> None:
    rng = np.random.default_rng(6)
    a = _with_values(rng, shape, values, is_complex)
    b = rng.standard_normal(shape[0])
    check_grads(lambda a: np.linalg.pinv(a, 0.3), (a,), order=2)
    check_grads(lambda a: vmap(lambda a: np.linalg.pinv(a, 0.3))(a), (np.stack([a, 2 * a]),), order=1)

    # The singular values, which lstsq returns too, are not asked for their second derivative.
    def of_solution(a: Any) -> Any:
        return np.sum(np.sin(np.real(np.linalg.lstsq(a, b, 0.3)[0])))

    def of_product(a: Any) -> Any:
        return np.sum(np.sin(np.real(np.linalg.pinv(a, 0.3) @ b)))

    assert_allclose(hvp(of_solution, (a,), (b[:, None] * a,)), hvp(of_product, (a,), (b[:, None] * a,)), atol=1e-8)


def test_third_derivatives_of_a_truncated_pseudo_inverse() -> None:
    rng = np.random.default_rng(7)
    a, t = _with_values(rng, (3, 3), [2.0, 2.0, 0.2], False), rng.standard_normal((3, 3))

    def along(s: Any) -> Any:
        return np.sum(np.sin(np.linalg.pinv(a + s * t, 0.3)))

    check_grads(grad(along), (0.0,), order=2)


def test_truncated_hermitian_pseudo_inverse() -> None:
    a = _rotation(np.random.default_rng(5), 4)
    a = (a * np.array([3.0, -2.0, 0.4, 0.1])) @ a.T
    check_grads(lambda a: np.linalg.pinv(a, 0.3, hermitian=True), (a,), order=2)


def test_a_fit_that_cuts_singular_values_off() -> None:
    x, y = np.linspace(0.2, 2, 6), np.array([1.0, 0.3, -1.0, 2.0, 0.5, 0.7])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", np.exceptions.RankWarning)
        check_grads(lambda x, y: np.polyfit(x, y, 3, rcond=0.1), (x, y), order=2)


# Norms at second order.


@pytest.mark.parametrize("order", [2.5, 3, 4])
def test_second_derivatives_of_norms_at_an_element_that_is_zero(order: float) -> None:
    found = hessian(lambda x: np.linalg.norm(x, order) ** 4)(np.array([2.0, 0.0]))
    assert_allclose(found, [[48, 0], [0, 0]], atol=1e-12)


@pytest.mark.parametrize("order", [None, 2, 2.5, 3, 4])
def test_a_kink_inside_a_smooth_function_has_no_wrong_second_derivative(order: float | None) -> None:
    x = np.array([1.0, 2.0])
    assert_allclose(grad(lambda y: np.linalg.norm(y - x, order) ** 2)(x), 0, atol=0)
    found = hessian(lambda y: np.linalg.norm(y - x, order) ** 2)(x)
    if order in (None, 2):
        assert_allclose(found, 2 * np.eye(2), atol=0)
    else:
        assert np.all(np.isnan(np.diagonal(found)))
