"""What must not type-check of `pydezero.scipy` and of derivatives of answers; see `rejected.py`. Never run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pydezero import (
    Variable,
    as_variable,
    custom_fixed_point,
    custom_linear_solve,
    custom_minimum,
    custom_root,
)
from pydezero import functions as F
from pydezero.scipy import fft, integrate, interpolate, ndimage, optimize, signal, sparse, special, stats
from pydezero.scipy import linalg as dense
from pydezero.scipy.sparse import linalg
from pydezero.scipy.spatial import distance

array: NDArray[np.float64] = np.ones(3)
variable = as_variable(array)


def decays(t: float, y: Variable) -> Variable:
    return -y


# solvers of what is no function
custom_root(array, F.sin)  # type: ignore[call-overload]
custom_root(F.sin, 3.0)  # type: ignore[call-overload]
custom_fixed_point("cos", F.sin)  # type: ignore[call-overload]
custom_linear_solve(F.sin, None, variable)  # type: ignore[call-overload]
custom_minimum(3.0, F.sin)  # type: ignore[call-overload]
optimize.root(array, array)  # type: ignore[call-overload]
optimize.root_scalar(3.0, bracket=(0.0, 1.0))  # type: ignore[call-overload]
optimize.brentq("f", 0.0, 1.0)  # type: ignore[call-overload]
optimize.newton(None, 1.0)  # type: ignore[call-overload]
optimize.fixed_point(1.0, 1.0)  # type: ignore[call-overload]
optimize.minimize(array, array)  # type: ignore[call-overload]
optimize.least_squares(array, array)  # type: ignore[call-overload]
optimize.minimize_scalar(array)  # type: ignore[call-overload]
optimize.nnls(array)  # type: ignore[call-overload]
optimize.lsq_linear(array, array, method="lm")  # type: ignore[call-overload]
optimize.fsolve(array, array)  # type: ignore[call-overload]
optimize.curve_fit(array, array, array)  # type: ignore[call-overload]
integrate.quad(1.0, 0.0, 1.0)  # type: ignore[call-overload]
integrate.solve_ivp(array, (0.0, 1.0), array)  # type: ignore[call-overload]
integrate.odeint(array, array, array)  # type: ignore[call-overload]

# arguments that are missing or unknown
optimize.brentq(F.sin, 0.0)  # type: ignore[call-overload]
optimize.root(F.sin)  # type: ignore[call-overload]
optimize.minimize(F.sin, array, bound=[(0, 1)])  # type: ignore[call-overload]
integrate.quad(F.sin, 0.0)  # type: ignore[call-overload]
integrate.solve_ivp(decays, (0.0, 1.0))  # type: ignore[call-overload]
integrate.odeint(decays, array, array, rtoll=1e-3)  # type: ignore[call-overload]
interpolate.CubicSpline(array)  # type: ignore[call-overload]
interpolate.Akima1DInterpolator(array, array, method="odd")  # type: ignore[call-overload]
interpolate.PchipInterpolator(array, array, bc_type="natural")  # type: ignore[call-overload]
interpolate.make_interp_spline(array, array, order=3)  # type: ignore[call-overload]
interpolate.RegularGridInterpolator(array)  # type: ignore[call-overload]
ndimage.gaussian_filter(variable)  # type: ignore[call-overload]
ndimage.convolve(variable)  # type: ignore[call-overload]
ndimage.map_coordinates(variable)  # type: ignore[call-overload]
special.binom(variable)  # type: ignore[call-overload]
special.elliprf(variable, variable)  # type: ignore[call-overload]
special.sph_harm_y(1, 0, variable)  # type: ignore[call-overload]
stats.norm.logpdf()  # type: ignore[call-overload]
stats.norm.rvs()  # type: ignore[attr-defined]
stats.poisson.pdf(array, 2.0)  # type: ignore[attr-defined]

# arguments of another type
distance.cdist(variable, variable, "hamming")  # type: ignore[call-overload]
fft.dct(variable, type=5)  # type: ignore[call-overload]
dense.eigh(array, variable, type="1")  # type: ignore[call-overload]
dense.eig(variable, left=True)  # type: ignore[call-overload]
dense.eigvals(variable, array)  # type: ignore[call-overload]
dense.eigh_tridiagonal(variable, array, select="v")  # type: ignore[call-overload]
dense.lu_solve(array, variable)  # type: ignore[call-overload]
dense.pinv(variable, atol=0.1)  # type: ignore[call-overload]
dense.polar(variable, side="up")  # type: ignore[call-overload]
dense.qr(variable, mode="raw")  # type: ignore[call-overload]
dense.solve_circulant(variable, array, singular="no")  # type: ignore[call-overload]
dense.solve_toeplitz(array, "b")  # type: ignore[call-overload]
dense.solve_discrete_are(array, array, array)  # type: ignore[call-overload]
integrate.solve_ivp(decays, (0.0, 1.0), array, method=3)  # type: ignore[call-overload]
integrate.solve_bvp(decays, decays, array, array, tol="small")  # type: ignore[call-overload]
interpolate.CubicSpline(array, variable, axis="x")  # type: ignore[call-overload]
ndimage.gaussian_filter(variable, 1.0, mode=3)  # type: ignore[call-overload]
ndimage.map_coordinates(variable, variable, order="cubic")  # type: ignore[call-overload]
signal.convolve(variable, array, mode="most")  # type: ignore[call-overload]
signal.savgol_filter(variable, 5)  # type: ignore[call-overload]
signal.fftconvolve(variable, array, mode=1)  # type: ignore[call-overload]
signal.lfilter("b", [1.0], variable)  # type: ignore[arg-type]
signal.freqz(variable, fs="1 kHz")  # type: ignore[call-overload]
signal.group_delay(variable)  # type: ignore[call-overload]
signal.welch(variable, average="mode")  # type: ignore[call-overload]
signal.spectrogram(variable, mode="power")  # type: ignore[call-overload]
signal.stft(variable, boundary="wrap")  # type: ignore[call-overload]
signal.resample(variable)  # type: ignore[call-overload]
signal.resample(variable, 10, variable)  # type: ignore[call-overload]
signal.upfirdn([1.0], variable, mode="odd")  # type: ignore[call-overload]
linalg.cg(array, variable, rtol="small")  # type: ignore[call-overload]
linalg.gmres(array, variable, restart=1.5)  # type: ignore[call-overload]
linalg.spsolve(variable)  # type: ignore[call-overload]
sparse.csr_array("entries")  # type: ignore[call-overload]
stats.norm.logpdf("x")  # type: ignore[call-overload]
