"""What the checker knows of `interpolate` and `ndimage` of `pydezero.scipy`. Never run: a test runs the checkers."""

from __future__ import annotations

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from pydezero import Variable, as_variable, grad
from pydezero.scipy import interpolate, ndimage

Array = NDArray[Any]
array: NDArray[np.float64] = np.ones(3)
variable = as_variable(array)

assert_type(interpolate.CubicSpline(array, variable), interpolate.CubicSpline[Variable])
assert_type(interpolate.CubicSpline(variable, array, bc_type="natural"), interpolate.CubicSpline[Variable])
assert_type(interpolate.CubicSpline(array, array), interpolate.CubicSpline[Array])
assert_type(interpolate.CubicSpline(array, variable)(0.5), Variable)
assert_type(interpolate.CubicSpline(array, array)(variable, 1), Variable)
assert_type(interpolate.CubicSpline(array, array)(array, nu=1), Array)
assert_type(interpolate.CubicSpline(array, array).derivative(), interpolate.PPoly[Array])
assert_type(interpolate.CubicSpline(array, variable).antiderivative()(0.5), Variable)
assert_type(interpolate.CubicSpline(array, variable).integrate(0.0, 1.0), Variable)
assert_type(interpolate.CubicSpline(array, array).integrate(0.0, variable), Variable)
assert_type(interpolate.CubicSpline(array, array).integrate(0.0, 1.0), Array)
assert_type(interpolate.CubicSpline(array, variable).c, Variable)
assert_type(interpolate.CubicHermiteSpline(array, array, variable), interpolate.CubicHermiteSpline[Variable])
assert_type(interpolate.Akima1DInterpolator(array, array), interpolate.Akima1DInterpolator[Array])
assert_type(interpolate.Akima1DInterpolator(array, variable, method="makima")(array), Variable)
assert_type(interpolate.PchipInterpolator(array, array), interpolate.PchipInterpolator[Array])
assert_type(interpolate.PchipInterpolator(array, variable)(array), Variable)
assert_type(interpolate.PPoly(variable, array)(0.5), Variable)
assert_type(interpolate.PPoly(array, array)(0.5), Array)
assert_type(interpolate.BSpline(array, variable, 3), interpolate.BSpline[Variable])
assert_type(interpolate.BSpline(array, array, 3)(array), Array)
assert_type(interpolate.make_interp_spline(array, variable, k=2), interpolate.BSpline[Variable])
assert_type(interpolate.make_interp_spline(array, array).derivative()(variable), Variable)
assert_type(interpolate.make_interp_spline(array, array)(0.5), Array)
assert_type(interpolate.RegularGridInterpolator((array,), variable)(array), Variable)
assert_type(interpolate.RegularGridInterpolator((array,), array, "cubic")(variable), Variable)
assert_type(interpolate.RegularGridInterpolator((array,), array)(array), Array)

assert_type(ndimage.correlate(variable, array, mode="wrap"), Variable)
assert_type(ndimage.convolve(array, variable, axes=0), Variable)
assert_type(ndimage.convolve(array, array), Array)
assert_type(ndimage.gaussian_filter(variable, 1.5, order=(1, 0)), Variable)
assert_type(ndimage.gaussian_filter(array, variable), Variable)
assert_type(ndimage.gaussian_filter(array, [1.0, 2.0]), Array)
assert_type(ndimage.map_coordinates(variable, array, order=1), Variable)
assert_type(ndimage.map_coordinates(array, variable), Variable)
assert_type(ndimage.map_coordinates(array, [variable, variable]), Variable)
assert_type(ndimage.map_coordinates(array, [array, array]), Array)
assert_type(ndimage.map_coordinates(array, array), Array)


def loss(y: Variable) -> Variable:
    return interpolate.CubicSpline(array, y).integrate(0.0, 1.0)


assert_type(grad(loss)(variable), Variable)
