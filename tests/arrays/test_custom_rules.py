"""Rules of the user's own with arrays of other libraries: units and labels are those of the mathematics."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import dask.array as da
import numpy as np
import pytest
import xarray as xr
from numpy.testing import assert_allclose

from pydezero import Function, custom_jvp, custom_vjp, grad, hessian, jacobian, jvp, linearize, vjp, vmap
from tests.arrays import strict

X: Final = np.array([1.0, 2.0, 4.0])
# Any: neither library has types for arrays around Variables.
UNITS: Final[Any] = import_module("pint").get_application_registry()
Q: Final[Any] = UNITS.Quantity
LENGTHS: Final[Any] = Q(X, "m")
CELSIUS: Final[Any] = Q(np.array([10.0, 20.0]), "degC")
LABELLED: Final[Any] = xr.DataArray(X, dims="t", coords={"t": [10, 20, 30]}, name="w")


def square(x: Any) -> Any:
    return x**2


def by_vjp(f: Callable[..., Any], backward: Callable[..., Any]) -> Any:
    """F with a rule of reverse mode, whose residuals are the arguments."""
    return custom_vjp(lambda *xs: (f(*xs), xs), backward)(f)


def by_jvp(f: Callable[..., Any], tangent: Callable[..., Any]) -> Any:
    return custom_jvp(lambda primals, tangents: (f(*primals), tangent(*primals, *tangents)))(f)


SQUARES: Final[dict[str, Any]] = {
    "custom_vjp": by_vjp(square, lambda xs, g: (2 * xs[0] * g,)),
    "custom_jvp": by_jvp(square, lambda x, t: 2 * x * t),
    "Function": Function(square, lambda g, x: 2 * x * g),
}

# The transforms, of a function and an argument; the value, and the power of a unit of the argument that it has.
TRANSFORMS: Final[dict[str, tuple[Callable[[Any, Any], Any], Any, int]]] = {
    "grad": (lambda f, x: grad(lambda x: f(x).sum())(x), 2 * X, 1),
    "jvp": (lambda f, x: jvp(f, (x,), (x,))[1], 2 * X**2, 2),
    "vjp": (lambda f, x: vjp(f, x)[1](x)[0], 2 * X**2, 2),
    "linearize": (lambda f, x: linearize(f, x)[1](x), 2 * X**2, 2),
    "jacobian": (lambda f, x: jacobian(f)(x), np.diag(2 * X), 1),
    "hessian": (lambda f, x: hessian(lambda x: f(x).sum())(x), 2 * np.eye(3), 0),
    "vmap of grad": (lambda f, x: vmap(grad(f))(x), 2 * X, 1),
}
PLAIN: Final[dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]]] = {
    "Dask": (lambda: da.from_array(X, chunks=2), lambda y: y.compute()),
    "a stand-in for CuPy": (lambda: strict.array(X), lambda y: y.get()),
}


@pytest.mark.parametrize("rule", SQUARES)
def test_rules_of_arrays_that_are_elsewhere(rule: str) -> None:
    for make, host in PLAIN.values():
        for transform, expected, _ in TRANSFORMS.values():
            assert_allclose(host(transform(SQUARES[rule], make())), expected)


@pytest.mark.parametrize("rule", ["custom_vjp", "custom_jvp"])
def test_rules_with_units_and_labels(rule: str) -> None:
    for name, (transform, expected, power) in TRANSFORMS.items():
        found = transform(SQUARES[rule], LENGTHS)
        assert_allclose(found.magnitude, expected, err_msg=name)
        assert found.units == (UNITS.m**power if power else UNITS.dimensionless)
        labelled = transform(SQUARES[rule], LABELLED)
        assert_allclose(labelled, expected)
        assert hasattr(labelled, "coords") == (name not in ("jacobian", "hessian", "vmap of grad"))


def _energy(mass: Any, speed: Any) -> Any:
    return mass * speed**2 / 2


energy: Final = by_vjp(_energy, lambda xs, g: (g * xs[1] ** 2 / 2, g * xs[0] * xs[1]))
product: Final = by_vjp(lambda x, y: x * y, lambda xs, g: (g * xs[1], g * xs[0]))
in_km: Final = by_vjp(lambda x: x.to("km"), lambda xs, g: (g,))
made: Final = by_vjp(lambda x: Q(x**2, "m"), lambda xs, g: (Q(1.0, "m") * 2 * xs[0] * g,))
of_first: Final = by_vjp(lambda x, y: x**2, lambda xs, g: (2 * xs[0] * g, None))
km_moved: Final = by_jvp(lambda x: x.to("km"), lambda x, t: t)
kelvin_moved: Final = by_jvp(lambda x: x.to("K"), lambda x, t: t)

# What is computed, and the numbers and units that it has.
UNITED: Final[dict[str, tuple[Callable[[], Any], Any, str]]] = {
    "a quantity of several": (lambda: grad(energy)(Q(2.0, "kg"), Q(3.0, "m/s")), 4.5, "J/kg"),
    "a number beside one": (lambda: grad(energy, 1)(2.0, Q(3.0, "m/s")), 6.0, "m/s"),
    "another unit": (lambda: grad(lambda x: in_km(x).sum())(LENGTHS), np.ones(3), ""),
    "a unit that the function makes": (lambda: grad(lambda x: made(x).sum())(X), 2 * X, "m"),
    "None": (lambda: grad(lambda y: of_first(LENGTHS, y).sum())(LENGTHS), np.zeros(3), "m"),
    "a tangent in another unit": (lambda: jvp(km_moved, (LENGTHS,), (LENGTHS,))[1], X, "m"),
    "its transpose": (lambda: grad(lambda x: km_moved(x).sum())(LENGTHS), np.ones(3), ""),
    "degrees": (lambda: jvp(kelvin_moved, (CELSIUS,), (CELSIUS,))[1], [10.0, 20.0], "K"),
    "their transpose": (lambda: grad(lambda x: kelvin_moved(x).sum())(CELSIUS), np.ones(2), "K/delta_degC"),
    # Without a rule: the zero of a scale is a convention, which no difference has.
    "a gradient by degrees": (lambda: grad(lambda x: x[1] - x[0])(CELSIUS), [-1.0, 1.0], ""),
    "a tangent of degrees": (lambda: jvp(lambda x: x.to("degF"), (CELSIUS,), (CELSIUS - CELSIUS[0],))[1], [0, 18], "F"),
    "a map of them": (lambda: linearize(lambda x: x.to("degF"), CELSIUS)[1](CELSIUS), [18.0, 36.0], "F"),
    "a Jacobian of them": (lambda: jacobian(lambda x: x.to("K")[0])(CELSIUS), [1.0, 0.0], "K/delta_degC"),
}


@pytest.mark.parametrize("name", UNITED)
def test_units(name: str) -> None:
    compute, numbers, unit = UNITED[name]
    found = compute()
    wanted = UNITS.Unit("delta_degF") if unit == "F" else UNITS.Unit(unit)
    assert_allclose(found.to(wanted).magnitude, numbers, atol=1e-12)
    assert "degree" not in str(found.units).replace("delta_degree", "")


def test_names_of_labelled_arrays_do_not_matter() -> None:
    other = LABELLED.rename("other")
    found: Any = grad(lambda x, y: product(x, y).sum(), (0, 1))(LABELLED, other)
    assert [g.name for g in found] == ["w", "other"]
    _, tangent = jvp(square, (LABELLED,), (LABELLED * other,))
    assert_allclose(tangent, 2 * X**3)


def bare(f: Callable[..., Any], result: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A rule that gives, for the cotangent g, another one of the argument."""
    return lambda x: by_vjp(f, lambda xs, g: (result(g),))(x).sum()


MISTAKES: Final[dict[str, tuple[Callable[[], Any], str]]] = {
    "numbers for a unit": (
        lambda: grad(bare(square, lambda g: g.magnitude))(LENGTHS),
        "backward returned the cotangent of argument 0 without a unit, where it must be in 1 / meter.*None",
    ),
    "a wrong unit": (
        lambda: grad(bare(square, lambda g: g))(LENGTHS),
        r"cotangent of argument 0 in 1 / meter \*\* 2, where it must be in 1 / meter",
    ),
    "a tangent in a wrong unit": (
        lambda: jvp(by_jvp(square, lambda x, t: t), (LENGTHS,), (LENGTHS,)),
        r"returned a tangent in meter, where it must be in meter \*\* 2",
    ),
    "an array for one with labels": (
        lambda: grad(bare(square, lambda g: g.data))(LABELLED),
        r"backward returned an array of shape \(3,\).*built like the argument, a DataArray .* along \(t\): t = \[10 20",
    ),
    "other labels": (
        lambda: grad(bare(square, lambda g: g.assign_coords(t=[1, 2, 3])))(LABELLED),
        r"t = \[1 2 3\] as the cotangent.*t = \[10 20 30\]",
    ),
    "labels for an array": (
        lambda: grad(lambda y: product(LABELLED, y).sum())(X),
        "with its labels.*as the cotangent of argument 1; it must be built like the argument, an array",
    ),
    "a quantity for Function": (
        lambda: grad(lambda x: SQUARES["Function"](x).sum())(LENGTHS),
        "Function square: a Quantity.*custom_vjp takes and gives units",
    ),
    "labels for Function": (lambda: SQUARES["Function"](LABELLED), "Function square: a DataArray.*custom_vjp takes"),
    "a gradient of Function's with a unit": (
        lambda: grad(lambda x: Function(square, lambda g, x: Q(g, "m"))(x).sum())(X),
        "Function square: backward: a Quantity has arithmetic of its own",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str) -> None:
    mistake, message = MISTAKES[name]
    with pytest.raises(TypeError, match=message):
        mistake()
