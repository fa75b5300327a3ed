"""What the type checker knows of `pydezero.scipy`. Never run: a test runs mypy and pyright over it."""

from __future__ import annotations

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from pydezero import Variable, as_variable, grad
from pydezero.scipy import fft, integrate, linalg, signal, sparse, special, stats
from pydezero.scipy.sparse import linalg as sparse_linalg
from pydezero.scipy.spatial import distance

Array = NDArray[Any]
array: NDArray[np.float64] = np.ones((3, 3))
variable = as_variable(array)

assert_type(special.gamma(variable), Variable)
assert_type(special.gamma(array), Array)
assert_type(special.xlogy(array, variable), Variable)
assert_type(special.jv(2, variable), Variable)
assert_type(special.jv(2, array), Array)
assert_type(special.betainc(1.0, 2.0, variable), Variable)
assert_type(special.betainc(1.0, 2.0, array), Array)
assert_type(special.hyp2f1(1.0, 2.0, 3.0, variable), Variable)
assert_type(special.zeta(2.0, variable), Variable)
assert_type(special.polygamma(1, array), Array)
assert_type(special.sici(variable), tuple[Variable, Variable])
assert_type(special.spherical_jn(1, variable, derivative=True), Variable)
assert_type(special.lambertw(variable, k=-1), Variable)
assert_type(special.logsumexp(variable, axis=0, keepdims=True), Variable)
assert_type(special.logsumexp(array, b=variable), Variable)
assert_type(special.logsumexp(array), Array)
assert_type(special.logsumexp(variable, return_sign=True), tuple[Variable, Variable])
assert_type(special.softmax(variable, axis=-1), Variable)
assert_type(special.binom(variable, 2.0), Variable)
assert_type(special.poch(variable, 2.0), Variable)
assert_type(special.comb(array, variable), Variable)
assert_type(special.comb(array, 2.0, repetition=True), Array)
assert_type(special.factorial(variable), Variable)
assert_type(special.ellipkinc(array, variable), Variable)
assert_type(special.ellipj(variable, 0.5), tuple[Variable, Variable, Variable, Variable])
assert_type(special.elliprf(array, variable, 1.0), Variable)
assert_type(special.elliprc(variable, 1.0), Variable)
assert_type(special.elliprd(array, 1.0, variable), Variable)
assert_type(special.elliprg(array, 1.0, 1.0), Array)
assert_type(special.elliprj(array, 1.0, 1.0, variable), Variable)
assert_type(special.elliprj(array, 1.0, 1.0, array), Array)
assert_type(special.sph_harm_y(2, 1, variable, array), Variable)
assert_type(special.sph_harm_y(2, 1, array, 0.5), NDArray[np.complex128])
assert_type(special.voigt_profile(array, variable, 1.0), Variable)

assert_type(linalg.solve(array, variable, assume_a="pos"), Variable)
assert_type(linalg.solve(array, array), Array)
assert_type(linalg.solve_banded((1, 1), array, variable), Variable)
assert_type(linalg.solve_banded((1, 1), array, array), Array)
assert_type(linalg.solve_triangular(variable, array, trans="T", lower=True), Variable)
assert_type(linalg.cho_factor(variable), tuple[Variable, bool])
assert_type(linalg.cho_solve(linalg.cho_factor(variable), array), Variable)
assert_type(linalg.cholesky(array, lower=True), Array)
assert_type(linalg.expm(variable), Variable)
assert_type(linalg.block_diag(variable, array), Variable)
assert_type(linalg.block_diag(array, array), Array)
assert_type(linalg.toeplitz(array, variable), Variable)
assert_type(linalg.solve_sylvester(array, array, variable), Variable)
assert_type(linalg.solve_discrete_lyapunov(array, variable, method="bilinear"), Variable)
assert_type(linalg.solve_continuous_are(array, array, variable, array), Variable)
assert_type(linalg.solve_discrete_are(array, array, array, array, s=array), Array)
assert_type(linalg.eigh(variable), tuple[Variable, Variable])
assert_type(linalg.eigh(array, variable, type=2), tuple[Variable, Variable])
assert_type(linalg.eigh(array, array), tuple[Array, Array])
assert_type(linalg.eigh(array, variable, eigvals_only=True), Variable)
assert_type(linalg.eigvalsh(array, variable), Variable)
assert_type(linalg.eigvalsh(array), Array)
assert_type(linalg.lu_factor(variable), tuple[Variable, Array])
assert_type(linalg.lu_solve(linalg.lu_factor(variable), array), Variable)
assert_type(linalg.lu_solve(linalg.lu_factor(array), array, trans=1), Array)
assert_type(linalg.khatri_rao(array, variable), Variable)

assert_type(fft.dct(variable, 3, norm="ortho"), Variable)
assert_type(fft.idst(array), Array)
assert_type(fft.dctn(variable, s=3, axes=0), Variable)

assert_type(distance.cdist(array, variable, "mahalanobis", VI=array), Variable)
assert_type(distance.cdist(array, array, w=variable), Variable)
assert_type(distance.cdist(array, array), NDArray[np.float64])
assert_type(distance.pdist(variable, "minkowski", p=3), Variable)
assert_type(distance.squareform(variable, force="tovector"), Variable)

Doubles = NDArray[np.float64]
assert_type(stats.norm.logpdf(array), Doubles)
assert_type(stats.norm.logpdf(array, 0.0, scale=array), Doubles)
assert_type(stats.norm.pdf(variable), Variable)
assert_type(stats.norm.cdf(array, variable), Variable)
assert_type(stats.norm.sf(array, loc=variable), Variable)
assert_type(stats.norm.logcdf(variable, variable, 2.0), Variable)
assert_type(stats.norm.ppf(0.5), np.float64)
assert_type(stats.norm.logpdf(1.0, loc=array), Doubles)
assert_type(stats.norm.logpdf(1.0, 0.0, variable), Variable)
assert_type(stats.norm.isf(variable), Variable)
assert_type(stats.f.logpdf(array, 2.0, dfd=variable), Variable)
assert_type(stats.f(2.0, 3.0).isf(array), Doubles)
assert_type(stats.norm(0.0, 1.0).logsf(array), Doubles)
assert_type(stats.norm(0.0, scale=variable).logpdf(array), Variable)
assert_type(stats.norm(0.0, 1.0).logpdf(variable), Variable)
assert_type(stats.t.cdf(array, df=variable), Variable)
assert_type(stats.gamma.logpdf(array, 2.0), Doubles)
assert_type(stats.beta.logpdf(array, variable, 1.0), Variable)
assert_type(stats.chi2.pdf(array, variable), Variable)
assert_type(stats.expon.pdf(array, scale=variable), Variable)
assert_type(stats.laplace.cdf(variable), Variable)
assert_type(stats.lognorm.cdf(array, variable), Variable)
assert_type(stats.uniform.ppf(array, variable, 1.0), Variable)
assert_type(stats.cauchy.logpdf(array), Doubles)
assert_type(stats.logistic.logcdf(variable), Variable)
assert_type(stats.gumbel_l.sf(variable), Variable)
assert_type(stats.gumbel_r(variable).sf(array), Variable)
assert_type(stats.weibull_min.logsf(array, c=variable), Variable)
assert_type(stats.weibull_max.logsf(array, 2.0), Doubles)
assert_type(stats.vonmises(variable).cdf(array), Variable)
assert_type(stats.poisson.logpmf(3, variable), Variable)
assert_type(stats.poisson(mu=variable).pmf(array), Variable)
assert_type(stats.binom.cdf(array, 5, variable), Variable)
assert_type(stats.nbinom.pmf(3, 2.0, 0.5), np.float64)
assert_type(stats.bernoulli.logpmf(array, variable), Variable)
assert_type(stats.geom(variable).logsf(3), Variable)
assert_type(stats.halfcauchy.logpdf(array, scale=variable), Variable)
assert_type(stats.halfnorm.logpdf(array), Doubles)
assert_type(stats.invgamma.cdf(array, variable), Variable)
assert_type(stats.pareto.logpdf(variable, 2.0), Variable)
assert_type(stats.truncnorm.logpdf(array, 0.0, variable), Variable)
assert_type(stats.truncnorm(0.0, 1.0).ppf(array), Doubles)
assert_type(stats.multivariate_normal.logpdf(array, cov=variable), Variable)
assert_type(stats.multivariate_normal.logpdf(array, None, array, allow_singular=True), Doubles)
assert_type(stats.multivariate_normal(array, variable).pdf(array), Variable)
assert_type(stats.multivariate_normal(array, array).cdf(array, lower_limit=array), Doubles)
assert_type(stats.multivariate_normal(array, variable).logcdf(array), Variable)
assert_type(stats.multivariate_normal.entropy(cov=variable), Variable)
assert_type(stats.multinomial.logpmf(array, 4, variable), Variable)
assert_type(stats.multinomial(4, array).pmf(array), Doubles)
assert_type(stats.dirichlet.logpdf(array, variable), Variable)
assert_type(stats.dirichlet(array).logpdf(array), Doubles)
assert_type(stats.wishart.logpdf(variable, 5.0, array), Variable)
assert_type(stats.wishart.pdf(array, df=5.0, scale=array), Doubles)

assert_type(signal.convolve(variable, array, mode="same"), Variable)
assert_type(signal.convolve(array, variable, method="fft"), Variable)
assert_type(signal.convolve(array, array), Array)
assert_type(signal.correlate(array, variable, "valid"), Variable)
assert_type(signal.filtfilt([1.0], [1.0, 0.5], variable), Variable)
assert_type(signal.filtfilt(array, variable, array, padtype="even"), Variable)
assert_type(signal.filtfilt([1.0], [1.0, 0.5], array), Array)
assert_type(signal.lfilter_zi(array, variable), Variable)
assert_type(signal.lfilter_zi([1.0], [1.0, 0.5]), Array)
assert_type(signal.sosfilt(variable, array), Variable)
assert_type(signal.sosfilt(array, array), Array)
assert_type(signal.sosfilt(array, array, zi=variable), tuple[Variable, Variable])
assert_type(signal.sosfilt_zi(variable), Variable)
assert_type(signal.sosfiltfilt(array, variable, padlen=3), Variable)
assert_type(signal.detrend(variable, type="constant"), Variable)
assert_type(signal.detrend(array), Array)
assert_type(signal.savgol_filter(variable, 5, 2, mode="nearest"), Variable)
assert_type(signal.fftconvolve(variable, array, axes=(0, -1)), Variable)
assert_type(signal.oaconvolve(array, array, "full", 1), Array)
assert_type(signal.lfilter([1.0, 2.0], [1.0], variable), Variable)
assert_type(signal.lfilter([1.0, 2.0], variable[0], array, axis=0), Variable)
assert_type(signal.lfilter(variable[0], [1.0], array), Variable)
assert_type(signal.lfilter(array, [1.0], array), Array)
assert_type(signal.lfilter([1.0, 2.0], [1.0], array, zi=variable), tuple[Variable, Variable])
assert_type(signal.lfilter([1.0, 2.0], [1.0], variable, zi=array), tuple[Variable, Variable])
assert_type(signal.lfilter([1.0, 2.0], [1.0], array, zi=array), tuple[Array, Array])

places = ([0, 1, 2], [2, 1, 0])
of_variable = sparse.coo_array((variable[0], places), shape=(3, 3))
of_array = sparse.csr_array((array, [0, 1, 2], [0, 1, 2, 3]))
assert_type(of_variable, sparse.SparseArray[Variable])
assert_type(of_array, sparse.SparseArray[NDArray[np.float64]])
assert_type(sparse.csc_array((variable[0], [0, 1, 2], [0, 1, 2, 3])), sparse.SparseArray[Variable])
assert_type(of_variable @ array, Variable)
assert_type(of_variable.T @ variable, Variable)
assert_type(array @ of_variable, Variable)
assert_type(variable @ of_array, Variable)
assert_type(of_array @ variable, Variable)
assert_type(of_array @ array, Array)
assert_type(of_variable.toarray(), Variable)
assert_type(of_array.toarray(), Array)
assert_type(sparse_linalg.spsolve(of_variable, array), Variable)
assert_type(sparse_linalg.spsolve(of_array, variable), Variable)
assert_type(sparse_linalg.spsolve(of_array, array), Array)
assert_type(sparse_linalg.cg(of_variable, array, rtol=1e-8), tuple[Variable, int])
assert_type(sparse_linalg.cg(array, variable, M=array), tuple[Variable, int])
assert_type(sparse_linalg.gmres(variable, array, restart=3), tuple[Variable, int])
assert_type(sparse_linalg.gmres(array, array), tuple[Array, int])


def of_entries(a: sparse.SparseArray[NDArray[np.float64]]) -> float:
    return float(np.sum(a @ array))


assert_type(grad(of_entries)(of_array), sparse.SparseArray[NDArray[np.float64]])


def loss(x: Variable) -> Variable:
    return special.logsumexp(special.log_expit(x)) + linalg.det(linalg.expm(x))


assert_type(grad(loss)(variable), Variable)


def falling(t: float, y: Variable) -> Variable:
    return -y


def decaying(t: float, y: Array) -> Array:
    return -y


def square(x: float) -> float:
    return x * x


def integrand(x: float) -> Variable:
    return x * variable


assert_type(integrate.solve_ivp(falling, (0.0, 1.0), variable).y, Variable)
assert_type(integrate.solve_ivp(lambda t, y: -y, (0.0, 1.0), variable, t_eval=array).y, Variable)
assert_type(integrate.solve_ivp(decaying, (0.0, 1.0), array, "LSODA", rtol=1e-6).y, Array)
assert_type(integrate.solve_ivp(lambda t, y: -y, (0.0, 1.0), [1.0], events=falling).nfev, int)
assert_type(integrate.solve_ivp(lambda t, y: -y, (0.0, 1.0), [0.0, variable]).y, Variable)
assert_type(integrate.odeint(falling, array, array, tfirst=True), Variable)
assert_type(integrate.odeint(lambda y, t: -y, variable, array), Variable)
assert_type(integrate.odeint(decaying, [1.0], array, tfirst=True), NDArray[np.float64])
assert_type(integrate.quad(integrand, 0.0, 1.0), tuple[Variable, float])
assert_type(integrate.quad(lambda x: x * x, 0.0, variable), tuple[Variable, float])
assert_type(integrate.quad(lambda x: x * x, variable, 1.0), tuple[Variable, float])
assert_type(integrate.quad(square, 0.0, 1.0), tuple[float, float])
assert_type(integrate.trapezoid(variable, array), Variable)
assert_type(integrate.trapezoid(array), Array)
assert_type(integrate.simpson(variable, dx=0.5), Variable)
assert_type(integrate.simpson(array), Array)
assert_type(integrate.cumulative_trapezoid(variable, initial=0), Variable)
assert_type(integrate.cumulative_trapezoid(array), Array)
assert_type(integrate.cumulative_simpson(variable, x=array), Variable)
assert_type(integrate.cumulative_simpson(array), Array)
