"""Arguments of other libraries: labels and units are kept, and a gradient is like its argument."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import numpy as np
import pint
import pytest
import xarray as xr
from numpy.testing import assert_allclose

from pydezero import (
    at,
    cond,
    derivative,
    explain,
    flatten,
    grad,
    hessian,
    hvp,
    jacobian,
    jit,
    jvp,
    laplacian,
    linear_transpose,
    linearize,
    nn,
    nth_derivative,
    numerical_diff,
    optim,
    sparse_hessian,
    sparse_jacobian,
    trace,
    tree,
    value,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero.scipy import optimize
from pydezero.scipy.special import gammainc
from pydezero.testing import check_grads
from pydezero.units import without_wrappers
from tests.arrays import strict
from tests.arrays.others_table import HEAD, rows
from tests.exports import ROOT

X: Final = np.array([1.0, 2.0, 4.0])
# Any: none of these libraries has types for arrays around Variables.
pd: Final[Any] = import_module("pandas")
XR: Final[Any] = xr
UNITS: Final[Any] = import_module("pint").get_application_registry()  # of what is unpickled, too
LENGTHS: Final[Any] = UNITS.Quantity(X, "m")


def data_array(values: Any = X) -> Any:
    return xr.DataArray(values, dims="t", coords={"t": [10, 20, 30]}, name="w", attrs={"units": "K"})


def cubes(x: Any) -> Any:
    return (x**3).sum()


# Of an argument x: 1.0, 2.0 and 4.0, whose derivatives they are to take.
TRANSFORMS: Final[dict[str, tuple[Callable[[Any], Any], Any]]] = {
    "grad": (lambda x: grad(cubes)(x), 3 * X**2),
    "value_and_grad": (lambda x: value_and_grad(cubes)(x)[1], 3 * X**2),
    "grad of grad": (lambda x: grad(lambda x: grad(cubes)(x).sum())(x), 6 * X),
    "hvp": (lambda x: hvp(cubes, (x,), (x,)), 6 * X**2),
    "derivative": (lambda x: derivative(lambda x: x**3)(x), 3 * X**2),
    "vjp": (lambda x: vjp(lambda x: x**3, x)[1](x)[0], 3 * X**3),
    "pickled vjp": (lambda x: pickle.loads(pickle.dumps(vjp(np.square, x)[1]))(x)[0], 2 * X**2),
    "jvp": (lambda x: jvp(lambda x: x**3, (x,), (x,))[1], 3 * X**3),
    "linearize": (lambda x: linearize(lambda x: x**3, x)[1](x), 3 * X**3),
    "jacobian": (lambda x: jacobian(lambda x: x**3)(x), np.diag(3 * X**2)),
    "hessian": (lambda x: hessian(cubes)(x), np.diag(6 * X)),
    "nth_derivative": (lambda x: nth_derivative(lambda x: x**3, 2)(x), 6 * X),
    "in a container": (lambda x: grad(lambda p: cubes(p["x"]) * p["c"])({"x": x, "c": 2.0})["x"], 6 * X**2),
    "jit": (lambda x: jit(grad(cubes))(x), 3 * X**2),
    "vmap": (lambda x: vmap(lambda x: x**3)(x), X**3),
    "trace": (lambda x: trace(lambda x: x**3)(x)(x), X**3),
}
OF_GRADIENTS: Final = (
    "grad",
    "value_and_grad",
    "grad of grad",
    "hvp",
    "derivative",
    "nth_derivative",
    "in a container",
)


def is_labelled(x: Any) -> bool:
    return isinstance(x, xr.DataArray) and bool((x.t == [10, 20, 30]).all()) and (x.dims, x.name) == (("t",), "w")


@pytest.mark.parametrize("name", TRANSFORMS)
def test_labels_are_kept(name: str) -> None:
    transform, expected = TRANSFORMS[name]
    argument = data_array()
    found = transform(argument)
    assert_allclose(found, expected)
    # The axes of a Jacobian are those of two arrays, and f gets one example of a batch.
    assert is_labelled(found) == (name not in ("jacobian", "hessian", "vmap"))
    assert not np.shares_memory(np.asarray(found), argument.values)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_units_of_derivatives(name: str) -> None:
    transform, expected = TRANSFORMS[name]
    found = transform(LENGTHS)
    assert isinstance(found, pint.Quantity)
    assert_allclose(found.magnitude, expected)
    # The cotangent is in metres, too.
    powers = {"jvp": 3, "linearize": 3, "vmap": 3, "trace": 3, "vjp": 3, "grad of grad": 1, "hessian": 1}
    powers["nth_derivative"] = 1
    assert found.units == UNITS.m ** powers.get(name, 2)


def series(values: Any = X) -> Any:
    return pd.Series(values, index=list("abc"), name="w")


def frame() -> Any:
    return pd.DataFrame({"p": X, "q": X}, index=list("abc"))


@pytest.mark.parametrize("name", TRANSFORMS)
def test_an_index_is_kept(name: str) -> None:
    transform, expected = TRANSFORMS[name]
    found = transform(series())
    assert_allclose(np.asarray(found), expected)
    if name in (*OF_GRADIENTS, "vjp", "pickled vjp"):
        pd.testing.assert_series_equal(found, series(expected))
    else:  # what f computes of an array is one
        assert type(found) is np.ndarray


def test_other_calls_that_convert_their_arguments() -> None:
    def doubled(x: Any) -> Any:
        return x * 2.0

    (transposed,) = linear_transpose(doubled, series())(X)
    assert isinstance(transposed, pd.Series)
    assert_allclose(transposed.to_numpy(), 2 * X)
    check_grads(np.square, (series(),))
    assert_allclose(numerical_diff(np.square, series()), 2 * X, rtol=1e-6)
    assert explain(cubes)(series()).rows


def test_columns_are_kept() -> None:
    found: Any = grad(cubes)(frame())
    pd.testing.assert_frame_equal(found, pd.DataFrame({"p": 3 * X**2, "q": 3 * X**2}, index=list("abc")))
    assert_allclose(grad(cubes)(pd.Index(X)), 3 * X**2)
    assert grad(cubes)(frame()[[]]).shape == (3, 0)
    of_integers: Any = grad(cubes)(frame().astype(int))
    pd.testing.assert_frame_equal(of_integers, found)


def _tensors(module: str) -> Any:
    pytest.importorskip(module)
    return import_module(module)


def of_torch() -> tuple[type, Any]:
    torch = _tensors("torch")
    return torch.Tensor, torch.tensor(X)


def of_jax() -> tuple[type, Any]:
    jax = _tensors("jax")
    return jax.Array, jax.numpy.array(X)


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("make", [of_torch, of_jax])
def test_the_gradient_by_a_tensor_is_one(make: Callable[[], tuple[type, Any]], name: str) -> None:
    kind, x = make()
    transform, expected = TRANSFORMS[name]
    found = transform(x)
    assert_allclose(np.asarray(found), expected, rtol=1e-6)
    is_tensor = name in (*OF_GRADIENTS, "vjp", "pickled vjp", "jacobian", "hessian")
    assert isinstance(found, kind if is_tensor else np.ndarray)


def test_tensors_that_may_change_later() -> None:
    torch = _tensors("torch")
    x = torch.tensor(X)
    _, pullback = vjp(lambda x: x * x, x)
    x[:] = 100.0
    assert_allclose(pullback(np.ones(3))[0], 2 * X)
    large = torch.ones(10_000, dtype=torch.float64)
    gradient: Any = grad(lambda x: (x * 3.0).sum())(large)
    large[:] = 5.0
    assert float(gradient.max()) == 3.0


def test_a_tensor_of_a_gradient_that_runs_backwards() -> None:
    torch = _tensors("torch")
    found: Any = grad(lambda x: np.sum(np.flip(x) * X))(torch.tensor(X))
    assert found.tolist() == X[::-1].tolist()


class Tensor:
    """What NumPy can convert, and would give back as it came."""

    shape, ndim, size, dtype = X.shape, X.ndim, X.size, X.dtype

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return X

    def __array_wrap__(self, *args: object) -> Any:
        raise AssertionError

    def searchsorted(self, *args: object) -> Any:
        raise AssertionError


# Functions of a tensor, which is a constant, and of a Variable.
BESIDE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    **{
        name: getattr(np, name)
        for name in ("outer", "inner", "vdot", "kron", "matmul", "append", "float_power", "cross")
    },
    "tensordot": lambda t, x: np.tensordot(t, x, 1),
    "vstack": lambda t, x: np.vstack([t, x]),
    "column_stack": lambda t, x: np.column_stack([x, t]),
    "meshgrid": lambda t, x: np.meshgrid(t, x)[1],
    "searchsorted": lambda t, x: x * np.searchsorted(t, x),
    "a comparison": lambda t, x: x * (x > t),
}


@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize("make", [of_torch, of_jax, lambda: (Tensor, Tensor())], ids=["torch", "jax", "another"])
def test_functions_of_a_tensor_and_a_variable(make: Callable[[], tuple[type, Any]], name: str) -> None:
    _, x = make()
    found, expected = [grad(lambda w: np.sum(BESIDE[name](t, w)))(X + 1) for t in (x, X)]  # noqa: B023  # called at once
    assert type(found) is np.ndarray
    assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("make", [of_torch, of_jax, lambda: (Tensor, Tensor())], ids=["torch", "jax", "another"])
def test_functions_of_nets_take_tensors_and_a_vector_does_not(make: Callable[[], tuple[type, Any]]) -> None:
    _, x = make()
    of_one: list[Callable[[Any], Any]] = [nn.relu, nn.softplus, nn.softmax, nn.silu, nn.elu]
    of_two: list[Callable[[Any, Any], Any]] = [nn.mean_squared_error, nn.huber, nn.soft_cross_entropy]
    for f in of_one:
        assert_allclose(np.asarray(f(x)), f(X), rtol=1e-6)
    for loss in of_two:
        of_tensor, of_vector = (grad(lambda w: loss(w, t))(X + 1) for t in (x, X))  # noqa: B023  # called at once
        assert_allclose(of_tensor, of_vector, rtol=1e-6)
    assert_allclose(nn.cross_entropy(x, 1), nn.cross_entropy(X, 1), rtol=1e-6)
    assert nn.accuracy(x, 2) == 1
    with pytest.raises(TypeError, match=r"flatten\(container\): container\['w'\] is an? \w+, which is no array"):
        flatten({"b": 1.0, "w": x})


def test_a_tensor_without_axes() -> None:
    torch = _tensors("torch")
    found: Any = grad(lambda x: x**2)(torch.tensor(3.0))
    assert (type(found), float(found), found.dtype) == (torch.Tensor, 6.0, torch.float32)
    of_many: Any = jacobian(cubes)(torch.tensor(X))
    assert (type(of_many), of_many.tolist()) == (torch.Tensor, (3 * X**2).tolist())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda torch: torch.tensor(X, requires_grad=True), "requires grad"),
        (lambda torch: torch.tensor(X).bfloat16(), "BFloat16"),
        (lambda torch: torch.eye(3).to_sparse(), "to_dense"),
        (lambda torch: torch.ones(3, device="meta"), "meta"),
    ],
)
def test_tensors_that_cannot_be_converted_are_not_passed_over(make: Callable[[Any], Any], message: str) -> None:
    x = make(_tensors("torch"))
    for argument in (x, {"w": X, "x": x}):
        with pytest.raises(TypeError, match=rf"grad\(.*\): argument 0: a Tensor is not converted.*{message}"):
            grad(lambda p: 0.0)(argument)


# Scalar functions of the labelled array, the same of the plain one.
LABELLED: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "a function of NumPy": (lambda d: np.sum(np.sin(d)), lambda x: np.sum(np.sin(x))),
    "mean along a name": (lambda d: (d * d.mean("t")).sum(), lambda x: np.sum(x * np.mean(x))),
    "a standard deviation": (lambda d: d.std(), np.std),
    "labels": (lambda d: (d.sel(t=[30, 10]) ** 2).sum(), lambda x: x[2] ** 2 + x[0] ** 2),
    "places": (lambda d: d.isel(t=1) * 3, lambda x: x[1] * 3),
    "where": (lambda d: (d.where(d > 1.5, 0.0) ** 2).sum(), lambda x: np.sum(np.where(x > 1.5, x, 0.0) ** 2)),
    "a window": (
        lambda d: (d.rolling(t=2).mean().dropna("t") ** 2).sum(),
        lambda x: np.sum(((x[1:] + x[:-1]) / 2) ** 2),
    ),
    "differences": (lambda d: (d.diff("t") ** 2).sum(), lambda x: np.sum(np.diff(x) ** 2)),
    "groups": (lambda d: (d.groupby("t").mean() ** 2).sum(), lambda x: np.sum(x**2)),
    "a value": (lambda d: (value(d) * d).sum(), lambda x: x @ X),
    "a choice": (lambda d: cond(d.sum() > 0, lambda d: (d**2).sum(), lambda d: d.sum(), d), lambda x: np.sum(x**2)),
    "where by xarray": (lambda d: XR.where(d > 1.5, d**2, 0.0).sum(), lambda x: np.sum(np.where(x > 1.5, x**2, 0.0))),
    "joined by xarray": (lambda d: (XR.concat([d, data_array()], "n") ** 2).sum(), lambda x: np.sum(x**2) + X @ X),
    "a dot product": (lambda d: xr.dot(d, d), lambda x: x @ x),
    "attributes": (lambda d: d.sum() * (1.0 if d.attrs["units"] == "K" else 0.0), np.sum),
    "other labels": (lambda d: (d * data_array().isel(t=[0, 1])).sum(), lambda x: x[:2] @ X[:2]),
}


@pytest.mark.parametrize("name", LABELLED)
def test_functions_of_labelled_arrays(name: str) -> None:
    labelled, plain = LABELLED[name]
    value, gradient = value_and_grad(labelled)(data_array())
    assert isinstance(value, xr.DataArray)
    assert is_labelled(gradient)
    assert gradient.attrs == {"units": "K"}
    assert_allclose(value, plain(X))
    assert_allclose(gradient, grad(plain)(X))
    assert_allclose(hessian(labelled)(data_array()), hessian(plain)(X), atol=1e-12)


def test_a_data_set() -> None:
    given: Any = xr.Dataset({"a": data_array(), "b": ("u", np.ones(2))})
    found: Any = grad(lambda d: (d.a**2).sum() + (d.b * 3).sum())(given)
    assert isinstance(found, xr.Dataset)
    assert_allclose(found.a, 2 * X)
    assert_allclose(found.b, [3.0, 3.0])
    assert found.a.dims == ("t",)
    by_names: Any = grad(cubes)(xr.Variable("t", X))
    assert by_names.identical(xr.Variable("t", 3 * X**2))
    blocks = hessian(lambda d: (d.a**3).sum() * d.b.sum())(given)
    assert_allclose(blocks["a"]["a"], 12 * np.diag(X))


def test_labels_that_change_later() -> None:
    given = data_array()
    _, pullback = vjp(lambda d: d * 2, given)
    cotangent = data_array(np.ones(3))
    given["t"] = [7, 8, 9]
    given.name = "another"
    assert is_labelled(pullback(cotangent)[0])
    with pytest.raises(TypeError, match="built like its output, a DataArray with its labels"):
        pullback(given)


UNITED: Final[dict[str, tuple[Callable[[Any, Any], Any], str, str]]] = {
    "a speed": (lambda q, s: q.sum() / s, "1/s", "m/s**2"),
    "another unit": (lambda q, s: q.to("km").sum(), "km/m", "km/s"),
    "a number": (lambda q, s: np.sin(q / LENGTHS[0]).sum(), "1/m", "1/s"),
    "bare": (lambda q, s: q.magnitude.sum(), "1/m", "1/s"),
}


@pytest.mark.parametrize("name", UNITED)
def test_units_of_gradients(name: str) -> None:
    f, of_lengths, of_time = UNITED[name]
    time = UNITS.Quantity(2.0, "s")
    found: Any = grad(f, argnums=(0, 1))(LENGTHS, time)
    assert [g.units for g in found] == [UNITS.Unit(of_lengths), UNITS.Unit(of_time)]
    differences = [float((_plain(f(LENGTHS + h, time)) - _plain(f(LENGTHS - h, time))) / 2e-6) for h in _steps()]
    assert_allclose(found[0].magnitude, differences, rtol=1e-6, atol=1e-8)


def _steps() -> list[Any]:
    return [UNITS.Quantity(step, "m") for step in 1e-6 * np.eye(3)]


def _plain(x: Any) -> Any:
    return x.magnitude if isinstance(x, pint.Quantity) else x


def test_units_of_cotangents_and_sums() -> None:
    time = UNITS.Quantity(2.0, "s")
    _, pullback = vjp(lambda q, s: (q / s, (q * q).sum()), LENGTHS, time)
    # Of an energy: both products, of a cotangent and an output, are energies.
    forces, of_area = UNITS.Quantity(np.ones(3), "J*s/m"), UNITS.Quantity(1.0, "kJ/m**2")
    by_length, by_time = pullback((forces, of_area))
    assert_allclose(by_length.to("J/m").magnitude, 1 / 2 + 2000 * X)
    assert_allclose(by_time.to("J/s").magnitude, -np.sum(X) / 4)
    (bare,) = vjp(lambda q: q.magnitude**2, LENGTHS)[1](np.ones(3))
    assert bare.units == UNITS.Unit("1/m")
    (of_number,) = vjp(lambda x: x * time, X)[1](np.ones(3))
    assert of_number.units == UNITS.s
    curved: Any = laplacian(lambda p: (p["a"] ** 2).sum() + (p["b"] ** 2).sum())({"a": LENGTHS, "b": LENGTHS.to("km")})
    assert (curved.magnitude, curved.units) == (12.0, UNITS.dimensionless)


def test_units_beside_numbers() -> None:
    found: Any = grad(lambda p, x: (p["q"] * x).sum() * p["c"])({"q": LENGTHS, "c": 2.0, "name": "p"}, X)
    assert found["q"].units == UNITS.dimensionless
    assert (found["c"].units, found["c"].magnitude) == (UNITS.m, 21.0)
    assert found["name"] == "p"
    both: Any = grad(lambda d: (d**2).sum())(xr.DataArray(LENGTHS, dims="t"))
    assert (both.dims, both.data.units) == (("t",), UNITS.m)


def _two_arrays(x: Any) -> Any:
    return xr.Dataset({"a": x, "b": x})


MISTAKES: Final[dict[str, tuple[Callable[[], Any], str]]] = {
    "a tangent in another unit": (
        lambda: jvp(np.square, (LENGTHS,), (LENGTHS.to("km"),)),
        "tangent 0 must be built like primal 0, a Quantity in the unit meter; got a Quantity in the unit kilometer",
    ),
    "a tangent with other labels": (
        lambda: jvp(np.square, (data_array(),), (data_array().rename(t="u"),)),
        "built like primal 0, a DataArray with its labels",
    ),
    "the sum of other units": (
        lambda: laplacian(lambda q, s: (q / s).sum(), (0, 1))(LENGTHS, UNITS.Quantity(2.0, "s")),
        r"laplacian\(.*\): the parts of a sum have the units 1 / meter / second, meter / second \*\* 3",
    ),
    "cotangents of other units": (
        lambda: vjp(lambda q: (q, q**2), LENGTHS)[1]((X, X)),
        r"the pullback of .* the units meter, meter \*\* 2, which do not add up",
    ),
    "a sparse array with a unit": (lambda: sparse_jacobian(np.square)(LENGTHS), r"no unit.*take jacobian\(f\)"),
    "a sparse Hessian with a unit": (lambda: sparse_hessian(cubes)(LENGTHS), r"no unit.*take hessian\(f\)"),
    "a solver of SciPy's": (
        lambda: optimize.minimize(lambda q: (q.magnitude**2).sum(), LENGTHS),
        r"minimize: where it starts has a unit, which SciPy would drop; pass x\.magnitude",
    ),
    "labels of text": (lambda: grad(cubes)(xr.DataArray(["a"])), "argument 0: an array of dtype <U1 holds no numbers"),
    "a series of objects": (lambda: grad(cubes)(pd.Series([1.0, "a"])), "argument 0: a Series.*dtype object"),
    "a column of text": (lambda: grad(cubes)(frame().assign(z="a")), "argument 0: a DataFrame.*dtype object"),
    "examples that are missing": (
        lambda: vmap(cubes)(pd.Series([1, None], dtype="Int64")),
        "an argument: a Series with missing values",
    ),
    "missing integers": (
        lambda: grad(lambda p: p["w"].sum())({"w": X, "s": pd.Series([1, None], dtype="Int64")}),
        "argument 0: a Series with missing values.*fill them",
    ),
    "several arrays": (
        lambda: grad(_two_arrays)(data_array()),
        "real scalar, got a Dataset",
    ),
    "a column by its name": (lambda: grad(lambda d: d["p"].sum())(frame()), r"x\['p'\]: a Variable has no columns"),
    "columns by their names": (lambda: grad(lambda d: d[["p"]].sum())(frame()), r"x\[\['p'\]\]: a Variable has no col"),
    "a method of pandas": (lambda: grad(lambda s: s.rolling(2))(series()), "no attribute 'rolling': of a series or"),
    "parameters that are a series": (
        lambda: optim.minimize(cubes, {"w": X, "s": series()}, optim.adam(), 1),
        r"minimize\(cubes\): params\['s'\] is a Series, which is no array; np\.asarray\(x\)",
    ),
    "gradients of two results": (
        lambda: optim.sgd().update([LENGTHS**2, 1 / LENGTHS], optim.sgd().init([LENGTHS, X]), [LENGTHS, X]),
        r"sgd\.update: gradients, each times its parameter: .*meter \*\* 3, 1 / meter, which do not add up",
    ),
    "an element of a quantity": (
        lambda: grad(lambda q: at(q)[0].set(LENGTHS[1]).sum())(LENGTHS),
        r"at\(x\): a Quantity has arithmetic of its own.*pass x\.magnitude, and wrap the result",
    ),
    "decibels": (lambda: grad(lambda p: p.to("W"))(UNITS.Quantity(20.0, "dBm")), "decibelmilliwatt is a logarithm"),
    "the exponential of a length": (lambda: grad(lambda q: np.exp(q).sum())(LENGTHS), "dimensionless"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str) -> None:
    mistake, message = MISTAKES[name]
    with pytest.raises((TypeError, IndexError, AttributeError, pint.DimensionalityError), match=message):
        mistake()


@pytest.mark.parametrize(
    "optimizer", [optim.adam(0.1), optim.lbfgs(), optim.chain(optim.clip_by_norm(1.0), optim.sgd())]
)
def test_parameters_with_units(optimizer: Any) -> None:
    times, places = UNITS.Quantity(X, "s"), UNITS.Quantity(300 * X + 2, "cm")

    def misfit(p: Any) -> Any:
        return ((p["speed"] * times + p["start"] - places) ** 2).sum()

    def of_numbers(p: Any) -> Any:  # in the units of the parameters, and the result in square metres
        return np.sum((p["speed"] * X + p["start"] / 100 - (300 * X + 2) / 100) ** 2)

    params = {"speed": UNITS.Quantity(1.0, "m/s"), "start": UNITS.Quantity(0.0, "cm"), "name": "line"}
    found: Any = optim.minimize(misfit, params, optimizer, 9).params
    expected = optim.minimize(of_numbers, {"speed": 1.0, "start": 0.0}, optimizer, 9).params
    assert (found["speed"].units, found["start"].units, found["name"]) == (UNITS.m / UNITS.s, UNITS.cm, "line")
    assert_allclose(found["speed"].magnitude, expected["speed"])
    assert_allclose(found["start"].magnitude, expected["start"], atol=1e-12)


class Prices(pd.Series):  # type: ignore[misc]  # pandas is Any here
    @property
    def _constructor(self) -> type:
        return Prices


class Heights(XR.DataArray):  # type: ignore[misc]  # XR is Any here
    __slots__ = ()


def test_types_derived_from_those_of_a_library() -> None:
    of_series: Any = grad(cubes)(Prices(X, name="w"))
    assert (type(of_series), of_series.name) == (Prices, "w")
    (of_labelled,) = vjp(np.square, Heights(X, dims="t"))[1](XR.DataArray(X, dims="t"))
    assert type(of_labelled) is Heights
    assert_allclose(of_labelled, 2 * X**2)
    assert type(grad(cubes)(pd.array(X))) is np.ndarray


def test_text_beside_numbers_is_passed_on() -> None:
    names = pd.Series(["a", "b"])
    found = grad(lambda p: p["w"].sum())({"w": X, "names": names})
    assert found["names"] is names


def test_a_wrapper_is_a_container() -> None:
    given = {"d": data_array(), "q": UNITS.Quantity(2.0, "s")}
    assert tree.paths(given) == ["['d'].data", "['q'].magnitude"]
    template, values = tree.separate(given, lambda leaf: isinstance(leaf, np.ndarray | float))
    assert tree.same_structure(given, template)
    assert not tree.same_structure(given, {**given, "q": UNITS.Quantity(2.0, "min")})
    assert tree.structure(given) == tree.structure(template)
    back = tree.filled(template, values)
    assert is_labelled(back["d"])
    assert back["q"] == given["q"]
    assert without_wrappers(given)["q"] == 2.0


def test_methods_of_quantities() -> None:
    found: Any = grad(lambda q: (value(q) * q.clip(LENGTHS[0] / 2, LENGTHS[2] * 2)).sum())(LENGTHS)
    assert_allclose(found.magnitude, X)
    with pytest.raises(TypeError, match="leave out= away"):
        grad(lambda x: x.clip(0.0, 1.0, np.empty(3)))(X)


SPARSE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "a @ x": lambda a, x: ((a @ x) ** 2).sum(),
    "a * x": lambda a, x: ((a * x) ** 2).sum(),
    "a[0]": lambda a, x: (a[0] ** 2).sum() * x[2] * a[1, 1],
    "std(a)": lambda a, x: np.var(a, axis=0)[1] * x[0] + np.std(a) * x[1],
    "max(a)": lambda a, x: np.max(a) * x[0],
    "var(a)": lambda a, x: np.var(a) * x[0],
    "a diagonal": lambda a, x: np.diagonal(a, 1).sum() * x[0],
    "a.at": lambda a, x: (at(a)[0, 1].set(2.0) @ x).sum(),
}


@pytest.mark.parametrize("name", SPARSE)
def test_sparse_arrays(name: str) -> None:
    sparse = pytest.importorskip("sparse")
    dense = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
    f, a = SPARSE[name], sparse.COO(dense)
    by_constant = grad(lambda x: f(a, x))(X)
    assert type(by_constant) is np.ndarray
    assert_allclose(by_constant, grad(lambda x: f(dense, x))(X))
    assert_allclose(_dense(jvp(lambda x: f(a, x), (X,), (X,))[1]), jvp(lambda x: f(dense, x), (X,), (X,))[1])
    assert_allclose(_dense(grad(f)(a, X)), grad(f)(dense, X))


def _dense(x: Any) -> Any:
    return x.todense() if hasattr(x, "todense") else x


def test_a_sparse_array_meets_another_library() -> None:
    x = pytest.importorskip("sparse").COO(X)
    with pytest.raises(TypeError, match="multiply: operand 0 is an array of sparse, operand 1 is an array of CuPy"):
        grad(lambda x, y: (x * y).sum())(x, strict.array(X))


def test_a_sparse_argument() -> None:
    sparse = pytest.importorskip("sparse")
    x = sparse.COO(np.array([0.0, 2.0, 4.0]))
    found: Any = grad(lambda x: np.sum(np.reshape(x**3, (3, 1))))(x)
    assert isinstance(found, sparse.COO)
    assert (found.todense().tolist(), found.nnz) == ([0.0, 12.0, 48.0], 2)
    second: Any = hessian(lambda x: np.sum(x**3))(x)
    assert_allclose(second.todense(), np.diag([0.0, 12.0, 24.0]))
    of_sample: Any = grad(lambda x: np.var(x, ddof=1))(x)
    assert_allclose(of_sample.todense(), [-2.0, 0.0, 2.0])
    with pytest.raises(TypeError, match=r"argument 0: a DOK of sparse.*x\.to_coo"):
        grad(np.sum)(sparse.DOK.from_coo(x))
    with pytest.raises(TypeError, match=r"captures: compiled code takes arrays of NumPy and.*the type COO"):
        jit(lambda y: np.sum(np.sin(y) * x))(X)
    with pytest.raises(TypeError, match=r"compiled code takes arrays of NumPy and.*the type COO.*pass x\.todense\(\)"):
        grad(jit(np.sum))(x)
    with pytest.raises(TypeError, match=r"sparse_jacobian\(sin\): an argument is a COO, .*x\.todense\(\), or take jac"):
        sparse_jacobian(np.sin)(x)
    assert explain(np.sum)(x).rows
    with pytest.raises(ValueError, match=r"sparse has not all functions of NumPy; pass x\.todense\(\)"):
        grad(np.prod)(x)
    with pytest.raises(TypeError, match=r"multiply: operand 0 is an array of sparse.*\(3,\), \(4,\).*x\.todense"):
        grad(lambda y: np.sum(x * y))(np.ones(4))
    with pytest.raises(TypeError, match=r"fft: operand 0 is an array of sparse, which does not have this function"):
        grad(lambda x: np.sum(np.abs(np.fft.fft(x))))(x)
    with pytest.raises(TypeError, match=r"gamma_moment: operand \d is .*sparse.*x\.todense"):
        grad(lambda a: np.sum(gammainc(a, x)))(X)
    with pytest.raises(NotImplementedError, match="write A @ x"):
        grad(lambda y: np.dot(x, y))(X)


def test_the_table_of_the_page_is_true() -> None:
    page = (ROOT / "docs" / "other_libraries.md").read_text(encoding="utf-8")
    assert HEAD in page
    assert all(row in page for row in rows())
