# Made by `python -m tests.stubs`, not by hand.
"""The functions of `scipy.special` that have a derivative, a file per subject, with SciPy's names and arguments.

`scipy.special.gamma(x)` and `special.gamma(x)` of this package compute the same. The functions that are no ufuncs in
SciPy (`logsumexp`, `softmax`, `polygamma`, ...) take Variables only here."""

import numpy as np
from numpy.typing import NDArray
from pydezero.core.typed import array_function, binary_function, unary_function
from pydezero.core.types import Array, ArrayOrNumber, Axis
from pydezero.core.variable import Operand, Variable
from typing import Any, Literal, overload

__all__ = [
    "agm",
    "airy",
    "bdtr",
    "bdtrc",
    "bdtri",
    "bei",
    "beip",
    "ber",
    "berp",
    "beta",
    "betainc",
    "betaincc",
    "betainccinv",
    "betaincinv",
    "betaln",
    "binom",
    "boxcox",
    "boxcox1p",
    "cbrt",
    "chdtr",
    "chdtrc",
    "chdtri",
    "comb",
    "cosdg",
    "cosm1",
    "cotdg",
    "dawsn",
    "digamma",
    "ellipe",
    "ellipeinc",
    "ellipj",
    "ellipk",
    "ellipkinc",
    "ellipkm1",
    "elliprc",
    "elliprd",
    "elliprf",
    "elliprg",
    "elliprj",
    "entr",
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfi",
    "erfinv",
    "eval_chebyc",
    "eval_chebys",
    "eval_chebyt",
    "eval_chebyu",
    "eval_gegenbauer",
    "eval_genlaguerre",
    "eval_hermite",
    "eval_hermitenorm",
    "eval_jacobi",
    "eval_laguerre",
    "eval_legendre",
    "eval_sh_chebyt",
    "eval_sh_chebyu",
    "eval_sh_jacobi",
    "eval_sh_legendre",
    "exp1",
    "exp10",
    "exp2",
    "expi",
    "expit",
    "expm1",
    "expn",
    "exprel",
    "factorial",
    "fdtr",
    "fdtrc",
    "fdtri",
    "fresnel",
    "gamma",
    "gammainc",
    "gammaincc",
    "gammainccinv",
    "gammaincinv",
    "gammaln",
    "gammasgn",
    "gdtr",
    "gdtrc",
    "gdtrix",
    "hankel1",
    "hankel1e",
    "hankel2",
    "hankel2e",
    "huber",
    "hyp0f1",
    "hyp1f1",
    "hyp2f1",
    "hyperu",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "inv_boxcox",
    "inv_boxcox1p",
    "iv",
    "ive",
    "j0",
    "j1",
    "jn",
    "jv",
    "jve",
    "k0",
    "k0e",
    "k1",
    "k1e",
    "kei",
    "keip",
    "ker",
    "kerp",
    "kl_div",
    "kn",
    "kolmogi",
    "kolmogorov",
    "kv",
    "kve",
    "lambertw",
    "log1p",
    "log_expit",
    "log_ndtr",
    "log_softmax",
    "loggamma",
    "logit",
    "logsumexp",
    "lpmv",
    "modstruve",
    "multigammaln",
    "nbdtr",
    "nbdtrc",
    "nbdtri",
    "ndtr",
    "ndtri",
    "ndtri_exp",
    "owens_t",
    "pdtr",
    "pdtrc",
    "pdtri",
    "perm",
    "poch",
    "polygamma",
    "powm1",
    "pseudo_huber",
    "psi",
    "rel_entr",
    "rgamma",
    "round",
    "shichi",
    "sici",
    "sindg",
    "smirnov",
    "smirnovi",
    "softmax",
    "spence",
    "sph_harm_y",
    "spherical_in",
    "spherical_jn",
    "spherical_kn",
    "spherical_yn",
    "stdtr",
    "stdtrit",
    "struve",
    "tandg",
    "voigt_profile",
    "wofz",
    "wright_bessel",
    "wrightomega",
    "xlog1py",
    "xlogy",
    "y0",
    "y1",
    "yn",
    "yv",
    "yve",
    "zeta",
]

@binary_function
def agm(a: Operand, b: Operand, /) -> Array:
    """The arithmetic-geometric mean of a and b, pi/2 over the integral R_F(0, a^2, b^2) (DLMF 19.8.5, 19.25.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.agm` gives.
    """
    ...

@overload
def airy(z: Variable, /) -> tuple[Variable, Variable, Variable, Variable]:
    """The Airy functions and their derivatives, Ai, Ai', Bi, Bi', solutions of w'' = z w (DLMF 9.2.1).

    >>> from pydezero import grad
    >>> round(grad(lambda z: airy(z)[0])(0.0), 6)
    np.float64(-0.258819)
    """
    ...

@overload
def airy(z: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@overload
def bdtr(k: Variable, n: Operand, p: Operand, /) -> Variable:
    """The probability of at most k successes in n trials, 1 - betainc(k + 1, n - k, p) (DLMF 8.17.5).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.bdtr` gives.
    """
    ...

@overload
def bdtr(k: ArrayOrNumber, n: Variable, p: Operand, /) -> Variable: ...
@overload
def bdtr(k: ArrayOrNumber, n: ArrayOrNumber, p: Variable, /) -> Variable: ...
@overload
def bdtr(k: ArrayOrNumber, n: ArrayOrNumber, p: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def bdtrc(k: Variable, n: Operand, p: Operand, /) -> Variable:
    """1 - bdtr(k, n, p), which is betainc(k + 1, n - k, p) (DLMF 8.17.5).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.bdtrc` gives.
    """
    ...

@overload
def bdtrc(k: ArrayOrNumber, n: Variable, p: Operand, /) -> Variable: ...
@overload
def bdtrc(k: ArrayOrNumber, n: ArrayOrNumber, p: Variable, /) -> Variable: ...
@overload
def bdtrc(k: ArrayOrNumber, n: ArrayOrNumber, p: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def bdtri(k: Variable, n: Operand, y: Operand, /) -> Variable:
    """The inverse of `bdtr` with respect to p: the p with bdtr(k, n, p) = y (DLMF 8.17.5).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.bdtri` gives.
    """
    ...

@overload
def bdtri(k: ArrayOrNumber, n: Variable, y: Operand, /) -> Variable: ...
@overload
def bdtri(k: ArrayOrNumber, n: ArrayOrNumber, y: Variable, /) -> Variable: ...
@overload
def bdtri(k: ArrayOrNumber, n: ArrayOrNumber, y: ArrayOrNumber, /) -> NDArray[Any]: ...
@unary_function
def bei(x: Operand, /) -> Array:
    """The Kelvin function bei, Im J0(x exp(3 pi i / 4)) (DLMF 10.61.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.bei` gives.
    """
    ...

@unary_function
def beip(x: Operand, /) -> Array:
    """The derivative of the Kelvin function bei (DLMF 10.61).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.beip` gives.
    """
    ...

@unary_function
def ber(x: Operand, /) -> Array:
    """The Kelvin function ber, Re J0(x exp(3 pi i / 4)) (DLMF 10.61.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ber` gives.
    """
    ...

@unary_function
def berp(x: Operand, /) -> Array:
    """The derivative of the Kelvin function ber (DLMF 10.61).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.berp` gives.
    """
    ...

@binary_function
def beta(a: Operand, b: Operand, /) -> Array:
    """The beta function, gamma(a) gamma(b) / gamma(a + b) (DLMF 5.12.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.beta` gives.
    """
    ...

@overload
def betainc(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """The integral of t^(a - 1) (1 - t)^(b - 1) from 0 to x, over beta(a, b) (DLMF 8.17.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.betainc` gives.
    """
    ...

@overload
def betainc(a: ArrayOrNumber, b: Variable, x: Operand, /) -> Variable: ...
@overload
def betainc(a: ArrayOrNumber, b: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def betainc(a: ArrayOrNumber, b: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def betaincc(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """1 - betainc(a, b, x), which is betainc(b, a, 1 - x) (DLMF 8.17.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.betaincc` gives.
    """
    ...

@overload
def betaincc(a: ArrayOrNumber, b: Variable, x: Operand, /) -> Variable: ...
@overload
def betaincc(a: ArrayOrNumber, b: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def betaincc(a: ArrayOrNumber, b: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def betainccinv(a: Variable, b: Operand, y: Operand, /) -> Variable:
    """The inverse of `betaincc` with respect to x: the x with betaincc(a, b, x) = y (DLMF 8.17.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.betainccinv` gives.
    """
    ...

@overload
def betainccinv(a: ArrayOrNumber, b: Variable, y: Operand, /) -> Variable: ...
@overload
def betainccinv(a: ArrayOrNumber, b: ArrayOrNumber, y: Variable, /) -> Variable: ...
@overload
def betainccinv(a: ArrayOrNumber, b: ArrayOrNumber, y: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def betaincinv(a: Variable, b: Operand, y: Operand, /) -> Variable:
    """The inverse of `betainc` with respect to x: the x with betainc(a, b, x) = y (DLMF 8.17.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.betaincinv` gives.
    """
    ...

@overload
def betaincinv(a: ArrayOrNumber, b: Variable, y: Operand, /) -> Variable: ...
@overload
def betaincinv(a: ArrayOrNumber, b: ArrayOrNumber, y: Variable, /) -> Variable: ...
@overload
def betaincinv(a: ArrayOrNumber, b: ArrayOrNumber, y: ArrayOrNumber, /) -> NDArray[Any]: ...
@binary_function
def betaln(a: Operand, b: Operand, /) -> Array:
    """log |beta(a, b)|, the logarithm of the absolute value of the beta function (DLMF 5.12.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.betaln` gives.
    """
    ...

@binary_function
def binom(n: Operand, k: Operand, /) -> Array:
    """The binomial coefficient, gamma(n + 1) / (gamma(k + 1) gamma(n - k + 1)), of real n and k (DLMF 1.2.6).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.binom` gives.
    """
    ...

@binary_function
def boxcox(x: Operand, lmbda: Operand, /) -> Array:
    """(x^lmbda - 1) / lmbda, and log(x) for lmbda = 0 (G. E. P. Box and D. R. Cox, 1964).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.boxcox` gives.
    """
    ...

@binary_function
def boxcox1p(x: Operand, lmbda: Operand, /) -> Array:
    """boxcox(1 + x, lmbda) = ((1 + x)^lmbda - 1) / lmbda (G. E. P. Box and D. R. Cox, 1964).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.boxcox1p` gives.
    """
    ...

@unary_function
def cbrt(x: Operand, /) -> Array:
    """The real cube root, x^(1/3); its derivative at 0 is infinite (DLMF 4.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.cbrt` gives.
    """
    ...

@binary_function
def chdtr(v: Operand, x: Operand, /) -> Array:
    """The chi-square distribution function of v degrees of freedom, gammainc(v / 2, x / 2) (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.chdtr` gives.
    """
    ...

@binary_function
def chdtrc(v: Operand, x: Operand, /) -> Array:
    """1 - chdtr(v, x), which is gammaincc(v / 2, x / 2) (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.chdtrc` gives.
    """
    ...

@binary_function
def chdtri(v: Operand, p: Operand, /) -> Array:
    """The inverse of `chdtrc` with respect to x: the x with chdtrc(v, x) = p (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.chdtri` gives.
    """
    ...

@overload
def comb(N: Variable, k: Operand, *, exact: bool = False, repetition: bool = False) -> Variable:
    """The number of ways to choose k of N things, binom(N, k), and 0 where k is not between 0 and N (DLMF 26.3.1).

    With `repetition` a thing may be chosen again: binom(N + k - 1, k).

    Raises:
        TypeError: `exact` is asked for with a Variable.

    >>> from pydezero import grad
    >>> round(grad(lambda n: comb(n, 2))(5.0), 6)
    np.float64(4.5)
    """
    ...

@overload
def comb(N: ArrayOrNumber, k: Variable, *, exact: bool = False, repetition: bool = False) -> Variable: ...
@overload
def comb(N: ArrayOrNumber, k: ArrayOrNumber, *, exact: bool = False, repetition: bool = False) -> NDArray[Any]: ...
@unary_function
def cosdg(x: Operand, /) -> Array:
    """The cosine of an angle in degrees, cos(pi x / 180) (DLMF 4.14.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.cosdg` gives.
    """
    ...

@unary_function
def cosm1(x: Operand, /) -> Array:
    """cos(x) - 1, precise for small x; its derivative is -sin(x) (DLMF 4.20.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.cosm1` gives.
    """
    ...

@unary_function
def cotdg(x: Operand, /) -> Array:
    """The cotangent of an angle in degrees, cot(pi x / 180) (DLMF 4.14.7).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.cotdg` gives.
    """
    ...

@unary_function
def dawsn(x: Operand, /) -> Array:
    """Dawson's integral, exp(-x^2) times the integral of exp(t^2) from 0 to x (DLMF 7.2.5).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.dawsn` gives.
    """
    ...

@unary_function
def digamma(x: Operand, /) -> Array:
    """The digamma function, gamma'(x) / gamma(x), the derivative of `gammaln` (DLMF 5.2.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.psi` gives.
    """
    ...

@unary_function
def ellipe(x: Operand, /) -> Array:
    """The complete elliptic integral of the second kind, that of (1 - m sin(u)^2)^(1/2) from 0 to pi/2 (DLMF 19.2.8).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ellipe` gives.
    """
    ...

@binary_function
def ellipeinc(phi: Operand, m: Operand, /) -> Array:
    """The elliptic integral of the second kind, that of (1 - m sin(u)^2)^(1/2) from 0 to phi (DLMF 19.2.5).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ellipeinc` gives.
    """
    ...

@overload
def ellipj(u: Variable, m: Operand, /) -> tuple[Variable, Variable, Variable, Variable]:
    """Jacobi's elliptic functions sn, cn and dn, and the amplitude ph with u = ellipkinc(ph, m) (DLMF 22.2, 22.16).

    The parameter m is between 0 and 1. Both arguments are differentiated.

    >>> from pydezero import grad
    >>> grad(lambda u: ellipj(u, 0.5)[0])(0.0)
    np.float64(1.0)
    """
    ...

@overload
def ellipj(u: ArrayOrNumber, m: Variable, /) -> tuple[Variable, Variable, Variable, Variable]: ...
@overload
def ellipj(u: ArrayOrNumber, m: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@unary_function
def ellipk(x: Operand, /) -> Array:
    """The complete elliptic integral of the first kind, that of (1 - m sin(u)^2)^(-1/2) from 0 to pi/2 (DLMF 19.2.8).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ellipk` gives.
    """
    ...

@binary_function
def ellipkinc(phi: Operand, m: Operand, /) -> Array:
    """The elliptic integral of the first kind, that of (1 - m sin(u)^2)^(-1/2) from 0 to phi (DLMF 19.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ellipkinc` gives.
    """
    ...

@unary_function
def ellipkm1(x: Operand, /) -> Array:
    """ellipk(1 - p), precise for small p (DLMF 19.2.8).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ellipkm1` gives.
    """
    ...

@binary_function
def elliprc(x: Operand, y: Operand, /) -> Array:
    """Carlson's degenerate integral R_C(x, y), half that of (t + x)^(-1/2) (t + y)^(-1) over t > 0 (DLMF 19.16.6).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.elliprc` gives.
    """
    ...

@overload
def elliprd(x: Variable, y: Operand, z: Operand, /) -> Variable:
    """Carlson's integral R_D(x, y, z) = R_J(x, y, z, z), symmetric in x and y (DLMF 19.16.5).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.elliprd` gives.
    """
    ...

@overload
def elliprd(x: ArrayOrNumber, y: Variable, z: Operand, /) -> Variable: ...
@overload
def elliprd(x: ArrayOrNumber, y: ArrayOrNumber, z: Variable, /) -> Variable: ...
@overload
def elliprd(x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def elliprf(x: Variable, y: Operand, z: Operand, /) -> Variable:
    """Carlson's first integral R_F(x, y, z), half that of ((t + x) (t + y) (t + z))^(-1/2) over t > 0 (DLMF 19.16.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.elliprf` gives.
    """
    ...

@overload
def elliprf(x: ArrayOrNumber, y: Variable, z: Operand, /) -> Variable: ...
@overload
def elliprf(x: ArrayOrNumber, y: ArrayOrNumber, z: Variable, /) -> Variable: ...
@overload
def elliprf(x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def elliprg(x: Variable, y: Operand, z: Operand, /) -> Variable:
    """Carlson's second integral R_G(x, y, z), symmetric, of which R_G(x, x, x) is sqrt(x) (DLMF 19.16.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.elliprg` gives.
    """
    ...

@overload
def elliprg(x: ArrayOrNumber, y: Variable, z: Operand, /) -> Variable: ...
@overload
def elliprg(x: ArrayOrNumber, y: ArrayOrNumber, z: Variable, /) -> Variable: ...
@overload
def elliprg(x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def elliprj(x: Variable, y: Operand, z: Operand, p: Operand, /) -> Variable:
    """Carlson's third integral R_J(x, y, z, p), symmetric in x, y and z (DLMF 19.16.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.elliprj` gives.
    """
    ...

@overload
def elliprj(x: ArrayOrNumber, y: Variable, z: Operand, p: Operand, /) -> Variable: ...
@overload
def elliprj(x: ArrayOrNumber, y: ArrayOrNumber, z: Variable, p: Operand, /) -> Variable: ...
@overload
def elliprj(x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, p: Variable, /) -> Variable: ...
@overload
def elliprj(x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, p: ArrayOrNumber, /) -> NDArray[Any]: ...
@unary_function
def entr(x: Operand, /) -> Array:
    """-x log(x), and 0 at 0, where the derivative is infinite.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.entr` gives.
    """
    ...

@unary_function
def erf(x: Operand, /) -> Array:
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x (DLMF 7.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erf` gives.
    """
    ...

@unary_function
def erfc(x: Operand, /) -> Array:
    """1 - erf(x), precise for large x: 2 / sqrt(pi) times the integral of exp(-t^2) from x on (DLMF 7.2.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfc` gives.
    """
    ...

@unary_function
def erfcinv(x: Operand, /) -> Array:
    """The inverse of `erfc`, the x with erfc(x) = y; its derivative at 0 and 2 is infinite (DLMF 7.17.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfcinv` gives.
    """
    ...

@unary_function
def erfcx(x: Operand, /) -> Array:
    """exp(x^2) erfc(x), which is wofz(i x) (DLMF 7.2.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfcx` gives.
    """
    ...

@unary_function
def erfi(x: Operand, /) -> Array:
    """-i erf(i x), 2 / sqrt(pi) times the integral of exp(t^2) from 0 to x (DLMF 7.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfi` gives.
    """
    ...

@unary_function
def erfinv(x: Operand, /) -> Array:
    """The inverse of `erf`, the x with erf(x) = y; its derivative at -1 and 1 is infinite (DLMF 7.17.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfinv` gives.
    """
    ...

@binary_function
def eval_chebyc(n: Operand, x: Operand, /) -> Array:
    """Twice the Chebyshev polynomial of the first kind at x / 2, 2 T_n(x / 2) (DLMF 18.1.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_chebyc` gives.
    """
    ...

@binary_function
def eval_chebys(n: Operand, x: Operand, /) -> Array:
    """The Chebyshev polynomial of the second kind at x / 2, U_n(x / 2) (DLMF 18.1.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_chebys` gives.
    """
    ...

@binary_function
def eval_chebyt(n: Operand, x: Operand, /) -> Array:
    """The Chebyshev polynomial of the first kind, cos(n u) at x = cos(u) (DLMF 18.5.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_chebyt` gives.
    """
    ...

@binary_function
def eval_chebyu(n: Operand, x: Operand, /) -> Array:
    """The Chebyshev polynomial of the second kind, sin((n + 1) u) / sin(u) at x = cos(u) (DLMF 18.5.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_chebyu` gives.
    """
    ...

@overload
def eval_gegenbauer(n: Variable, alpha: Operand, x: Operand, /) -> Variable:
    """The Gegenbauer polynomial of degree n, orthogonal for the weight (1 - x^2)^(alpha - 1/2) (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_gegenbauer` gives.
    """
    ...

@overload
def eval_gegenbauer(n: ArrayOrNumber, alpha: Variable, x: Operand, /) -> Variable: ...
@overload
def eval_gegenbauer(n: ArrayOrNumber, alpha: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def eval_gegenbauer(n: ArrayOrNumber, alpha: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def eval_genlaguerre(n: Variable, alpha: Operand, x: Operand, /) -> Variable:
    """The generalized Laguerre polynomial of degree n, orthogonal for x^alpha exp(-x) (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_genlaguerre` gives.
    """
    ...

@overload
def eval_genlaguerre(n: ArrayOrNumber, alpha: Variable, x: Operand, /) -> Variable: ...
@overload
def eval_genlaguerre(n: ArrayOrNumber, alpha: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def eval_genlaguerre(n: ArrayOrNumber, alpha: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@binary_function
def eval_hermite(n: Operand, x: Operand, /) -> Array:
    """The Hermite polynomial of degree n, orthogonal for the weight exp(-x^2) (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_hermite` gives.
    """
    ...

@binary_function
def eval_hermitenorm(n: Operand, x: Operand, /) -> Array:
    """The Hermite polynomial He of degree n, orthogonal for the weight exp(-x^2 / 2) (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_hermitenorm` gives.
    """
    ...

@overload
def eval_jacobi(n: Operand, alpha: Operand, beta: Operand, x: Variable, /) -> Variable:
    """The Jacobi polynomial of degree n, orthogonal for (1 - x)^alpha (1 + x)^beta (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_jacobi` gives.
    """
    ...

@overload
def eval_jacobi(n: ArrayOrNumber, alpha: ArrayOrNumber, beta: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@binary_function
def eval_laguerre(n: Operand, x: Operand, /) -> Array:
    """The Laguerre polynomial of degree n, orthogonal for the weight exp(-x) over x > 0 (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_laguerre` gives.
    """
    ...

@binary_function
def eval_legendre(n: Operand, x: Operand, /) -> Array:
    """The Legendre polynomial of degree n, orthogonal on [-1, 1] with the weight 1 (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_legendre` gives.
    """
    ...

@binary_function
def eval_sh_chebyt(n: Operand, x: Operand, /) -> Array:
    """The shifted Chebyshev polynomial of the first kind, T_n(2 x - 1) (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_sh_chebyt` gives.
    """
    ...

@binary_function
def eval_sh_chebyu(n: Operand, x: Operand, /) -> Array:
    """The shifted Chebyshev polynomial of the second kind, U_n(2 x - 1) (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_sh_chebyu` gives.
    """
    ...

@overload
def eval_sh_jacobi(n: Operand, p: Operand, q: Operand, x: Variable, /) -> Variable:
    """The shifted Jacobi polynomial, eval_jacobi(n, p - q, q - 1, 2 x - 1) / binom(2 n + p - 1, n) (DLMF 18.1.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_sh_jacobi` gives.
    """
    ...

@overload
def eval_sh_jacobi(n: ArrayOrNumber, p: ArrayOrNumber, q: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@binary_function
def eval_sh_legendre(n: Operand, x: Operand, /) -> Array:
    """The shifted Legendre polynomial, P_n(2 x - 1) (DLMF 18.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_sh_legendre` gives.
    """
    ...

@unary_function
def exp1(x: Operand, /) -> Array:
    """The exponential integral E1, that of exp(-t) / t from x on (DLMF 6.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.exp1` gives.
    """
    ...

@unary_function
def exp10(x: Operand, /) -> Array:
    """10^x; its derivative is log(10) 10^x (DLMF 4.7).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.exp10` gives.
    """
    ...

@unary_function
def exp2(x: Operand, /) -> Array:
    """2^x; its derivative is log(2) 2^x (DLMF 4.7).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.exp2` gives.
    """
    ...

@unary_function
def expi(x: Operand, /) -> Array:
    """The exponential integral Ei, the principal value of that of exp(t) / t up to x (DLMF 6.2.5).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.expi` gives.
    """
    ...

@unary_function
def expit(x: Operand, /) -> Array:
    """The logistic function, 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2 (DLMF 4.28.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.expit` gives.
    """
    ...

@unary_function
def expm1(x: Operand, /) -> Array:
    """exp(x) - 1, precise for small x; its derivative is exp(x) (DLMF 4.7).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.expm1` gives.
    """
    ...

@binary_function
def expn(n: Operand, x: Operand, /) -> Array:
    """The exponential integral of integer order n, that of exp(-x t) / t^n from t = 1 on (DLMF 8.19.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.expn` gives.
    """
    ...

@unary_function
def exprel(x: Operand, /) -> Array:
    """(exp(x) - 1) / x, and 1 at 0: hyp1f1(1, 2, x) (DLMF 13.6.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.exprel` gives.
    """
    ...

@overload
def factorial(n: Variable, exact: bool = False) -> Variable:
    """The factorial of n as a function of real numbers, gamma(n + 1), and 0 for negative ones (DLMF 5.4.1).

    Raises:
        TypeError: `exact` is asked for with a Variable.

    >>> from pydezero import grad
    >>> round(grad(factorial)(2.0), 6)
    np.float64(1.845569)
    """
    ...

@overload
def factorial(n: ArrayOrNumber, exact: bool = False) -> NDArray[Any]: ...
@overload
def fdtr(dfn: Variable, dfd: Operand, x: Operand, /) -> Variable:
    """Fisher's distribution function, betainc(dfn / 2, dfd / 2, dfn x / (dfd + dfn x)) (DLMF 8.17.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.fdtr` gives.
    """
    ...

@overload
def fdtr(dfn: ArrayOrNumber, dfd: Variable, x: Operand, /) -> Variable: ...
@overload
def fdtr(dfn: ArrayOrNumber, dfd: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def fdtr(dfn: ArrayOrNumber, dfd: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def fdtrc(dfn: Variable, dfd: Operand, x: Operand, /) -> Variable:
    """1 - fdtr(dfn, dfd, x), which is betainc(dfd / 2, dfn / 2, dfd / (dfd + dfn x)) (DLMF 8.17.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.fdtrc` gives.
    """
    ...

@overload
def fdtrc(dfn: ArrayOrNumber, dfd: Variable, x: Operand, /) -> Variable: ...
@overload
def fdtrc(dfn: ArrayOrNumber, dfd: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def fdtrc(dfn: ArrayOrNumber, dfd: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def fdtri(dfn: Variable, dfd: Operand, p: Operand, /) -> Variable:
    """The inverse of `fdtr` with respect to x: the x with fdtr(dfn, dfd, x) = p (DLMF 8.17.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.fdtri` gives.
    """
    ...

@overload
def fdtri(dfn: ArrayOrNumber, dfd: Variable, p: Operand, /) -> Variable: ...
@overload
def fdtri(dfn: ArrayOrNumber, dfd: ArrayOrNumber, p: Variable, /) -> Variable: ...
@overload
def fdtri(dfn: ArrayOrNumber, dfd: ArrayOrNumber, p: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def fresnel(z: Variable, /) -> tuple[Variable, Variable]:
    """Fresnel's integrals S and C, of sin(pi t^2 / 2) and cos(pi t^2 / 2) from 0 to z (DLMF 7.2.7, 7.2.8).

    >>> from pydezero import grad
    >>> grad(lambda z: fresnel(z)[1])(0.0)
    np.float64(1.0)
    """
    ...

@overload
def fresnel(z: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@unary_function
def gamma(x: Operand, /) -> Array:
    """The gamma function, the integral of t^(x - 1) exp(-t) over t > 0 (DLMF 5.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gamma` gives.
    """
    ...

@binary_function
def gammainc(a: Operand, x: Operand, /) -> Array:
    """The integral of t^(a - 1) exp(-t) from 0 to x, over gamma(a) (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammainc` gives.
    """
    ...

@binary_function
def gammaincc(a: Operand, x: Operand, /) -> Array:
    """1 - gammainc(a, x): the same integral from x on, over gamma(a) (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammaincc` gives.
    """
    ...

@binary_function
def gammainccinv(a: Operand, y: Operand, /) -> Array:
    """The inverse of `gammaincc` with respect to x: the x with gammaincc(a, x) = y (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammainccinv` gives.
    """
    ...

@binary_function
def gammaincinv(a: Operand, y: Operand, /) -> Array:
    """The inverse of `gammainc` with respect to x: the x with gammainc(a, x) = y (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammaincinv` gives.
    """
    ...

@unary_function
def gammaln(x: Operand, /) -> Array:
    """log |gamma(x)|, the logarithm of the absolute value of the gamma function (DLMF 5.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammaln` gives.
    """
    ...

@unary_function
def gammasgn(x: Operand, /) -> Array:
    """The sign of the gamma function, which changes at its poles 0, -1, ...; its derivative is 0 (DLMF 5.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammasgn` gives.
    """
    ...

@overload
def gdtr(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """The gamma distribution function of rate a and shape b, gammainc(b, a x) (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gdtr` gives.
    """
    ...

@overload
def gdtr(a: ArrayOrNumber, b: Variable, x: Operand, /) -> Variable: ...
@overload
def gdtr(a: ArrayOrNumber, b: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def gdtr(a: ArrayOrNumber, b: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def gdtrc(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """1 - gdtr(a, b, x), which is gammaincc(b, a x) (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gdtrc` gives.
    """
    ...

@overload
def gdtrc(a: ArrayOrNumber, b: Variable, x: Operand, /) -> Variable: ...
@overload
def gdtrc(a: ArrayOrNumber, b: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def gdtrc(a: ArrayOrNumber, b: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def gdtrix(a: Variable, b: Operand, p: Operand, /) -> Variable:
    """The inverse of `gdtr` with respect to x: the x with gdtr(a, b, x) = p (DLMF 8.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gdtrix` gives.
    """
    ...

@overload
def gdtrix(a: ArrayOrNumber, b: Variable, p: Operand, /) -> Variable: ...
@overload
def gdtrix(a: ArrayOrNumber, b: ArrayOrNumber, p: Variable, /) -> Variable: ...
@overload
def gdtrix(a: ArrayOrNumber, b: ArrayOrNumber, p: ArrayOrNumber, /) -> NDArray[Any]: ...
@binary_function
def hankel1(v: Operand, z: Operand, /) -> Array:
    """The Hankel function of the first kind, jv(v, z) + i yv(v, z) (DLMF 10.4.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hankel1` gives.
    """
    ...

@binary_function
def hankel1e(v: Operand, z: Operand, /) -> Array:
    """exp(-i z) hankel1(v, z), which does not oscillate for large z (DLMF 10.17.5).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hankel1e` gives.
    """
    ...

@binary_function
def hankel2(v: Operand, z: Operand, /) -> Array:
    """The Hankel function of the second kind, jv(v, z) - i yv(v, z) (DLMF 10.4.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hankel2` gives.
    """
    ...

@binary_function
def hankel2e(v: Operand, z: Operand, /) -> Array:
    """exp(i z) hankel2(v, z), which does not oscillate for large z (DLMF 10.17.6).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hankel2e` gives.
    """
    ...

@binary_function
def huber(x: Operand, y: Operand, /) -> Array:
    """Huber's loss, r^2 / 2 up to |r| = delta and delta (|r| - delta / 2) beyond (P. J. Huber, 1964).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.huber` gives.
    """
    ...

@binary_function
def hyp0f1(v: Operand, z: Operand, /) -> Array:
    """0F1(; v; z), the sum of z^k / ((v)_k k!), with (v)_k = poch(v, k) (DLMF 16.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hyp0f1` gives.
    """
    ...

@overload
def hyp1f1(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """Kummer's function 1F1(a; b; x), the sum of (a)_k x^k / ((b)_k k!), (a)_k = poch(a, k) (DLMF 13.2.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hyp1f1` gives.
    """
    ...

@overload
def hyp1f1(a: ArrayOrNumber, b: Variable, x: Operand, /) -> Variable: ...
@overload
def hyp1f1(a: ArrayOrNumber, b: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def hyp1f1(a: ArrayOrNumber, b: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def hyp2f1(a: Operand, b: Operand, c: Operand, z: Variable, /) -> Variable:
    """Gauss's function 2F1(a, b; c; z), the sum of (a)_k (b)_k z^k / ((c)_k k!), (a)_k = poch(a, k) (DLMF 15.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hyp2f1` gives.
    """
    ...

@overload
def hyp2f1(a: ArrayOrNumber, b: ArrayOrNumber, c: ArrayOrNumber, z: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def hyperu(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """Tricomi's function U(a, b, x), the solution of Kummer's equation like x^(-a) for large x (DLMF 13.2.6).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hyperu` gives.
    """
    ...

@overload
def hyperu(a: ArrayOrNumber, b: Variable, x: Operand, /) -> Variable: ...
@overload
def hyperu(a: ArrayOrNumber, b: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def hyperu(a: ArrayOrNumber, b: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@unary_function
def i0(x: Operand, /) -> Array:
    """The modified Bessel function I0, the solution of x w'' + w' = x w that is 1 at 0 (DLMF 10.25.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.i0` gives.
    """
    ...

@unary_function
def i0e(x: Operand, /) -> Array:
    """exp(-|x|) I0(x); at its kink, at 0, the derivative is taken to be 0 (DLMF 10.25.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.i0e` gives.
    """
    ...

@unary_function
def i1(x: Operand, /) -> Array:
    """The modified Bessel function I1, which is I0' (DLMF 10.29.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.i1` gives.
    """
    ...

@unary_function
def i1e(x: Operand, /) -> Array:
    """exp(-|x|) I1(x), which does not grow for large x (DLMF 10.25.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.i1e` gives.
    """
    ...

@binary_function
def inv_boxcox(y: Operand, lmbda: Operand, /) -> Array:
    """The inverse of `boxcox`, (1 + lmbda y)^(1 / lmbda) (G. E. P. Box and D. R. Cox, 1964).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.inv_boxcox` gives.
    """
    ...

@binary_function
def inv_boxcox1p(y: Operand, lmbda: Operand, /) -> Array:
    """The inverse of `boxcox1p`, (1 + lmbda y)^(1 / lmbda) - 1 (G. E. P. Box and D. R. Cox, 1964).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.inv_boxcox1p` gives.
    """
    ...

@binary_function
def iv(v: Operand, z: Operand, /) -> Array:
    """The modified Bessel function I of order v, the solution like (z/2)^v / gamma(v + 1) near 0 (DLMF 10.25.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.iv` gives.
    """
    ...

@binary_function
def ive(v: Operand, z: Operand, /) -> Array:
    """exp(-|Re z|) iv(v, z), which does not grow for large z (DLMF 10.25.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ive` gives.
    """
    ...

@unary_function
def j0(x: Operand, /) -> Array:
    """The Bessel function of the first kind J0, the solution of x w'' + w' + x w = 0 that is 1 at 0 (DLMF 10.2.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.j0` gives.
    """
    ...

@unary_function
def j1(x: Operand, /) -> Array:
    """The Bessel function of the first kind J1, which is -J0' (DLMF 10.6.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.j1` gives.
    """
    ...

@binary_function
def jn(v: Operand, z: Operand, /) -> Array:
    """The Bessel function J of order v, the solution like (z/2)^v / gamma(v + 1) near 0 (DLMF 10.2.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.jv` gives.
    """
    ...

@binary_function
def jv(v: Operand, z: Operand, /) -> Array:
    """The Bessel function J of order v, the solution like (z/2)^v / gamma(v + 1) near 0 (DLMF 10.2.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.jv` gives.
    """
    ...

@binary_function
def jve(v: Operand, z: Operand, /) -> Array:
    """exp(-|Im z|) jv(v, z), which does not grow for large z (DLMF 10.2.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.jve` gives.
    """
    ...

@unary_function
def k0(x: Operand, /) -> Array:
    """The modified Bessel function K0, like sqrt(pi / (2 x)) exp(-x) for large x (DLMF 10.25.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.k0` gives.
    """
    ...

@unary_function
def k0e(x: Operand, /) -> Array:
    """exp(x) K0(x), which decays slowly for large x (DLMF 10.25.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.k0e` gives.
    """
    ...

@unary_function
def k1(x: Operand, /) -> Array:
    """The modified Bessel function K1, which is -K0' (DLMF 10.29.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.k1` gives.
    """
    ...

@unary_function
def k1e(x: Operand, /) -> Array:
    """exp(x) K1(x), which decays slowly for large x (DLMF 10.25.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.k1e` gives.
    """
    ...

@unary_function
def kei(x: Operand, /) -> Array:
    """The Kelvin function kei, Im K0(x exp(pi i / 4)) (DLMF 10.61.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kei` gives.
    """
    ...

@unary_function
def keip(x: Operand, /) -> Array:
    """The derivative of the Kelvin function kei (DLMF 10.61).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.keip` gives.
    """
    ...

@unary_function
def ker(x: Operand, /) -> Array:
    """The Kelvin function ker, Re K0(x exp(pi i / 4)) (DLMF 10.61.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ker` gives.
    """
    ...

@unary_function
def kerp(x: Operand, /) -> Array:
    """The derivative of the Kelvin function ker (DLMF 10.61).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kerp` gives.
    """
    ...

@binary_function
def kl_div(x: Operand, y: Operand, /) -> Array:
    """x log(x / y) - x + y, and y where x is 0; where both are 0 the derivatives are 0 and 1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kl_div` gives.
    """
    ...

@binary_function
def kn(n: Operand, x: Operand, /) -> Array:
    """The modified Bessel function K of integer order n, kv(n, x) (DLMF 10.25.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kn` gives.
    """
    ...

@unary_function
def kolmogi(x: Operand, /) -> Array:
    """The inverse of `kolmogorov`, the x with kolmogorov(x) = p (DLMF 20.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kolmogi` gives.
    """
    ...

@unary_function
def kolmogorov(x: Operand, /) -> Array:
    """Kolmogorov's survival function, 2 times the sum of (-1)^(k - 1) exp(-2 k^2 x^2) over k > 0 (DLMF 20.2.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kolmogorov` gives.
    """
    ...

@binary_function
def kv(v: Operand, z: Operand, /) -> Array:
    """The modified Bessel function K of order v, like sqrt(pi / (2 z)) exp(-z) for large z (DLMF 10.25.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kv` gives.
    """
    ...

@binary_function
def kve(v: Operand, z: Operand, /) -> Array:
    """exp(z) kv(v, z), which decays slowly for large z (DLMF 10.25.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kve` gives.
    """
    ...

@overload
def lambertw(z: Variable, k: Operand = 0, tol: float = 1e-08) -> Variable:
    """The k-th branch of Lambert's W function, the complex solution w of w exp(w) = z (DLMF 4.13.1).

    It is differentiated with respect to z, and not with respect to the branch k. At the branch point -1/e, where w is
    -1, the derivative is infinite.

    >>> from pydezero import grad
    >>> grad(lambda z: lambertw(z).real)(0.0)
    np.float64(1.0)
    """
    ...

@overload
def lambertw(z: ArrayOrNumber, k: ArrayOrNumber = 0, tol: float = 1e-08) -> NDArray[Any]: ...
@unary_function
def log1p(x: Operand, /) -> Array:
    """log(1 + x), precise for small x; its derivative is 1 / (1 + x) (DLMF 4.7).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.log1p` gives.
    """
    ...

@unary_function
def log_expit(x: Operand, /) -> Array:
    """log(expit(x)) = -log(1 + exp(-x)), precise for large |x| (DLMF 4.28.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.log_expit` gives.
    """
    ...

@unary_function
def log_ndtr(x: Operand, /) -> Array:
    """log(ndtr(x)) = log(erfc(-x / sqrt(2)) / 2), precise for x far to the left (DLMF 7.20.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.log_ndtr` gives.
    """
    ...

@array_function
def log_softmax(x: Operand, axis: Axis = None) -> Array:
    """log(softmax(x)) = x - log(sum(exp(x))), precise where it is far below 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> log_softmax(Variable(np.array([0.0, 1000.0])))
    variable([-1000.     0.])
    """
    ...

@unary_function
def loggamma(x: Operand, /) -> Array:
    """log gamma(x), continuous on the complex plane without the negative axis (DLMF 5.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.loggamma` gives.
    """
    ...

@unary_function
def logit(x: Operand, /) -> Array:
    """log(x / (1 - x)) = 2 arctanh(2 x - 1), the inverse of `expit`; steep at 0 and 1 (DLMF 4.37.24).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.logit` gives.
    """
    ...

@overload
def logsumexp(
    a: Variable,
    axis: Axis = None,
    b: Operand | None = None,
    keepdims: bool = False,
    return_sign: Literal[False] = False,
) -> Variable:
    """log(sum(exp(a))) along some axes, all of them by default, without overflow.

    With `b`, which broadcasts against a, the exponentials are multiplied by it first; it may be negative, and is
    differentiated, too. With `return_sign` the result is the pair of the logarithm of the absolute value of the sum and
    its sign, whose derivative is 0. Where all elements are -inf, each has the derivative 1, as in `np.logaddexp`.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(logsumexp)(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    ...

@overload
def logsumexp(
    a: ArrayOrNumber, axis: Axis = None, *, b: Variable, keepdims: bool = False, return_sign: Literal[False] = False
) -> Variable: ...
@overload
def logsumexp(
    a: ArrayOrNumber,
    axis: Axis = None,
    b: ArrayOrNumber | None = None,
    keepdims: bool = False,
    return_sign: Literal[False] = False,
) -> NDArray[Any]: ...
@overload
def logsumexp(
    a: Variable, axis: Axis = None, b: Operand | None = None, keepdims: bool = False, *, return_sign: Literal[True]
) -> tuple[Variable, Variable]: ...
@overload
def logsumexp(
    a: ArrayOrNumber, axis: Axis = None, *, b: Variable, keepdims: bool = False, return_sign: Literal[True]
) -> tuple[Variable, Variable]: ...
@overload
def logsumexp(
    a: ArrayOrNumber,
    axis: Axis = None,
    b: ArrayOrNumber | None = None,
    keepdims: bool = False,
    *,
    return_sign: Literal[True],
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def lpmv(m: Variable, v: Operand, x: Operand, /) -> Variable:
    """The associated Legendre function of order m and degree v, with the phase (-1)^m, for |x| < 1 (DLMF 14.3.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.lpmv` gives.
    """
    ...

@overload
def lpmv(m: ArrayOrNumber, v: Variable, x: Operand, /) -> Variable: ...
@overload
def lpmv(m: ArrayOrNumber, v: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def lpmv(m: ArrayOrNumber, v: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@binary_function
def modstruve(v: Operand, x: Operand, /) -> Array:
    """The modified Struve function L of order v, -i exp(-i pi v / 2) struve(v, i x) (DLMF 11.2.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.modstruve` gives.
    """
    ...

@overload
def multigammaln(a: Variable, d: int) -> Variable:
    """log(pi^(d (d - 1) / 4) gamma(a) gamma(a - 1/2) ... gamma(a - (d - 1) / 2)), for dimension d (DLMF 35.3.4).

    Raises:
        ValueError: d is not a positive integer.

    >>> from pydezero import grad
    >>> round(grad(lambda a: multigammaln(a, 2))(3.0), 6)
    np.float64(1.625941)
    """
    ...

@overload
def multigammaln(a: ArrayOrNumber, d: int) -> NDArray[Any]: ...
@overload
def nbdtr(k: Variable, n: Operand, p: Operand, /) -> Variable:
    """The probability of at most k failures before n successes, betainc(n, k + 1, p) (DLMF 8.17).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.nbdtr` gives.
    """
    ...

@overload
def nbdtr(k: ArrayOrNumber, n: Variable, p: Operand, /) -> Variable: ...
@overload
def nbdtr(k: ArrayOrNumber, n: ArrayOrNumber, p: Variable, /) -> Variable: ...
@overload
def nbdtr(k: ArrayOrNumber, n: ArrayOrNumber, p: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def nbdtrc(k: Variable, n: Operand, p: Operand, /) -> Variable:
    """1 - nbdtr(k, n, p), which is betaincc(n, k + 1, p) (DLMF 8.17).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.nbdtrc` gives.
    """
    ...

@overload
def nbdtrc(k: ArrayOrNumber, n: Variable, p: Operand, /) -> Variable: ...
@overload
def nbdtrc(k: ArrayOrNumber, n: ArrayOrNumber, p: Variable, /) -> Variable: ...
@overload
def nbdtrc(k: ArrayOrNumber, n: ArrayOrNumber, p: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def nbdtri(k: Variable, n: Operand, y: Operand, /) -> Variable:
    """The inverse of `nbdtr` with respect to p: the p with nbdtr(k, n, p) = y (DLMF 8.17).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.nbdtri` gives.
    """
    ...

@overload
def nbdtri(k: ArrayOrNumber, n: Variable, y: Operand, /) -> Variable: ...
@overload
def nbdtri(k: ArrayOrNumber, n: ArrayOrNumber, y: Variable, /) -> Variable: ...
@overload
def nbdtri(k: ArrayOrNumber, n: ArrayOrNumber, y: ArrayOrNumber, /) -> NDArray[Any]: ...
@unary_function
def ndtr(x: Operand, /) -> Array:
    """The standard normal distribution function, erfc(-x / sqrt(2)) / 2 (DLMF 7.20.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ndtr` gives.
    """
    ...

@unary_function
def ndtri(x: Operand, /) -> Array:
    """The inverse of `ndtr`, the x with ndtr(x) = p; its derivative at 0 and 1 is infinite (DLMF 7.20.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ndtri` gives.
    """
    ...

@unary_function
def ndtri_exp(x: Operand, /) -> Array:
    """The inverse of `log_ndtr`, the x with log(ndtr(x)) = y (DLMF 7.20.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ndtri_exp` gives.
    """
    ...

@binary_function
def owens_t(x: Operand, y: Operand, /) -> Array:
    """The probability that X > h and 0 < Y < a X for independent normal X and Y (D. B. Owen, 1956).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.owens_t` gives.
    """
    ...

@binary_function
def pdtr(k: Operand, m: Operand, /) -> Array:
    """The probability of at most k events of a Poisson distribution of mean m, gammaincc(k + 1, m) (DLMF 8.4.10).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.pdtr` gives.
    """
    ...

@binary_function
def pdtrc(k: Operand, m: Operand, /) -> Array:
    """1 - pdtr(k, m), which is gammainc(k + 1, m) (DLMF 8.4.9).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.pdtrc` gives.
    """
    ...

@binary_function
def pdtri(k: Operand, y: Operand, /) -> Array:
    """The inverse of `pdtr` with respect to m: the m with pdtr(k, m) = y (DLMF 8.4.10).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.pdtri` gives.
    """
    ...

@overload
def perm(N: Variable, k: Operand, exact: bool = False) -> Variable:
    """The number of ways to take k of N things in order, poch(N - k + 1, k), and 0 for other k (DLMF 26.3.1).

    Raises:
        TypeError: `exact` is asked for with a Variable.

    >>> from pydezero import grad
    >>> round(grad(lambda n: perm(n, 2))(5.0), 6)
    np.float64(9.0)
    """
    ...

@overload
def perm(N: ArrayOrNumber, k: Variable, exact: bool = False) -> Variable: ...
@overload
def perm(N: ArrayOrNumber, k: ArrayOrNumber, exact: bool = False) -> NDArray[Any]: ...
@binary_function
def poch(z: Operand, m: Operand, /) -> Array:
    """The rising factorial (Pochhammer's symbol), gamma(z + m) / gamma(z) (DLMF 5.2.5).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.poch` gives.
    """
    ...

@overload
def polygamma(n: Operand, x: Variable) -> Variable:
    """The n-th derivative of the digamma function, (-1)^(n + 1) n! zeta(n + 1, x) for n > 0 (DLMF 5.15).

    It is differentiated with respect to x; the orders n are integers that are given.

    Raises:
        TypeError: the derivative with respect to n is asked for.

    >>> from pydezero import grad
    >>> round(grad(lambda x: polygamma(0, x))(1.0), 6)
    np.float64(1.644934)
    """
    ...

@overload
def polygamma(n: ArrayOrNumber, x: ArrayOrNumber) -> NDArray[Any]: ...
@binary_function
def powm1(x: Operand, y: Operand, /) -> Array:
    """x^y - 1, precise for small results; its derivatives are y x^(y - 1) and x^y log(x) (DLMF 4.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.powm1` gives.
    """
    ...

@binary_function
def pseudo_huber(x: Operand, y: Operand, /) -> Array:
    """delta^2 (sqrt(1 + (r / delta)^2) - 1), a smooth form of Huber's loss (P. J. Huber, 1964).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.pseudo_huber` gives.
    """
    ...

@unary_function
def psi(x: Operand, /) -> Array:
    """The digamma function, gamma'(x) / gamma(x), the derivative of `gammaln` (DLMF 5.2.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.psi` gives.
    """
    ...

@binary_function
def rel_entr(x: Operand, y: Operand, /) -> Array:
    """x log(x / y), and 0 where x is 0; where both are 0 so are the derivatives.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.rel_entr` gives.
    """
    ...

@unary_function
def rgamma(x: Operand, /) -> Array:
    """1 / gamma(x), which is smooth everywhere and 0 at 0, -1, -2, ... (DLMF 5.7.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.rgamma` gives.
    """
    ...

@unary_function
def round(x: Operand, /) -> Array:
    """The nearest integer; its derivative is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.round` gives.
    """
    ...

@overload
def shichi(x: Variable, /) -> tuple[Variable, Variable]:
    """The hyperbolic integrals Shi of sinh(t) / t, and Chi of cosh(t) / t (DLMF 6.2.15, 6.2.16).

    >>> from pydezero import grad
    >>> grad(lambda x: shichi(x)[0])(0.0)
    np.float64(1.0)
    """
    ...

@overload
def shichi(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def sici(x: Variable, /) -> tuple[Variable, Variable]:
    """The integrals Si of sin(t) / t from 0 to x, and Ci of cos(t) / t from infinity to x (DLMF 6.2.9, 6.2.11).

    >>> from pydezero import grad
    >>> grad(lambda x: sici(x)[0])(0.0)
    np.float64(1.0)
    """
    ...

@overload
def sici(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@unary_function
def sindg(x: Operand, /) -> Array:
    """The sine of an angle in degrees, sin(pi x / 180) (DLMF 4.14.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.sindg` gives.
    """
    ...

@binary_function
def smirnov(n: Operand, d: Operand, /) -> Array:
    """The probability that the distribution of n numbers is above its law by at least d somewhere (Smirnov 1944).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.smirnov` gives.
    """
    ...

@binary_function
def smirnovi(n: Operand, p: Operand, /) -> Array:
    """The inverse of `smirnov` with respect to d: the d with smirnov(n, d) = p (Smirnov 1944).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.smirnovi` gives.
    """
    ...

@array_function
def softmax(x: Operand, axis: Axis = None) -> Array:
    """exp(x) / sum(exp(x)) along some axes, all of them by default, without overflow.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> softmax(Variable(np.array([1.0, 1.0])))
    variable([0.5 0.5])
    """
    ...

@unary_function
def spence(x: Operand, /) -> Array:
    """Spence's function, the integral of log(t) / (1 - t) from 1 to z, the dilogarithm of 1 - z (DLMF 25.12.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spence` gives.
    """
    ...

@overload
def sph_harm_y(n: Operand, m: Operand, theta: Variable, phi: Operand) -> Variable:
    """The spherical harmonic Y of degree n and order m, at the polar angle theta and azimuth phi (DLMF 14.30.1).

    It is complex, and differentiated in both angles; n and m are integers that are given. (The derivatives that SciPy's
    function gives for `diff_n` are those that `jvp` and `jacfwd` give of this one.)

    >>> from pydezero import grad
    >>> round(grad(lambda theta: sph_harm_y(1, 0, theta, 0.0).real)(0.5), 6)
    np.float64(-0.234249)
    """
    ...

@overload
def sph_harm_y(n: Operand, m: Operand, theta: ArrayOrNumber, phi: Variable) -> Variable: ...
@overload
def sph_harm_y(
    n: ArrayOrNumber, m: ArrayOrNumber, theta: ArrayOrNumber, phi: ArrayOrNumber
) -> NDArray[np.complex128]: ...
@overload
def spherical_in(n: Operand, z: Variable, derivative: bool = False) -> Variable:
    """The modified spherical Bessel function, sqrt(pi / (2 z)) iv(n + 1/2, z) (DLMF 10.47.7).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spherical_in` gives.
    """
    ...

@overload
def spherical_in(n: ArrayOrNumber, z: ArrayOrNumber, derivative: bool = False) -> NDArray[Any]: ...
@overload
def spherical_jn(n: Operand, z: Variable, derivative: bool = False) -> Variable:
    """The spherical Bessel function of the first kind, sqrt(pi / (2 z)) jv(n + 1/2, z) (DLMF 10.47.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spherical_jn` gives.
    """
    ...

@overload
def spherical_jn(n: ArrayOrNumber, z: ArrayOrNumber, derivative: bool = False) -> NDArray[Any]: ...
@overload
def spherical_kn(n: Operand, z: Variable, derivative: bool = False) -> Variable:
    """The modified spherical Bessel function, sqrt(pi / (2 z)) kv(n + 1/2, z) (DLMF 10.47.9).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spherical_kn` gives.
    """
    ...

@overload
def spherical_kn(n: ArrayOrNumber, z: ArrayOrNumber, derivative: bool = False) -> NDArray[Any]: ...
@overload
def spherical_yn(n: Operand, z: Variable, derivative: bool = False) -> Variable:
    """The spherical Bessel function of the second kind, sqrt(pi / (2 z)) yv(n + 1/2, z) (DLMF 10.47.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spherical_yn` gives.
    """
    ...

@overload
def spherical_yn(n: ArrayOrNumber, z: ArrayOrNumber, derivative: bool = False) -> NDArray[Any]: ...
@binary_function
def stdtr(df: Operand, t: Operand, /) -> Array:
    """Student's distribution function, betainc(df / 2, 1/2, df / (df + t^2)) / 2 for t < 0 (DLMF 8.17.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.stdtr` gives.
    """
    ...

@binary_function
def stdtrit(df: Operand, p: Operand, /) -> Array:
    """The inverse of `stdtr` with respect to t: the t with stdtr(df, t) = p (DLMF 8.17.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.stdtrit` gives.
    """
    ...

@binary_function
def struve(v: Operand, x: Operand, /) -> Array:
    """Struve's function H, the sum of (-1)^k (x/2)^(2 k + v + 1) / (gamma(k + 3/2) gamma(k + v + 3/2)) (DLMF 11.2.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.struve` gives.
    """
    ...

@unary_function
def tandg(x: Operand, /) -> Array:
    """The tangent of an angle in degrees, tan(pi x / 180) (DLMF 4.14.4).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.tandg` gives.
    """
    ...

@overload
def voigt_profile(x: Variable, sigma: Operand, gamma: Operand, /) -> Variable:
    """Voigt's profile, the density of the sum of a normal variable (sigma) and a Cauchy variable (gamma) (DLMF 7.19.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.voigt_profile` gives.
    """
    ...

@overload
def voigt_profile(x: ArrayOrNumber, sigma: Variable, gamma: Operand, /) -> Variable: ...
@overload
def voigt_profile(x: ArrayOrNumber, sigma: ArrayOrNumber, gamma: Variable, /) -> Variable: ...
@overload
def voigt_profile(x: ArrayOrNumber, sigma: ArrayOrNumber, gamma: ArrayOrNumber, /) -> NDArray[Any]: ...
@unary_function
def wofz(x: Operand, /) -> Array:
    """The Faddeeva function, exp(-x^2) erfc(-i x) (DLMF 7.2.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.wofz` gives.
    """
    ...

@overload
def wright_bessel(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """Wright's generalized Bessel function, the sum of x^k / (k! gamma(a k + b)) over k = 0, 1, ... (DLMF 10.46.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.wright_bessel` gives.
    """
    ...

@overload
def wright_bessel(a: ArrayOrNumber, b: Variable, x: Operand, /) -> Variable: ...
@overload
def wright_bessel(a: ArrayOrNumber, b: ArrayOrNumber, x: Variable, /) -> Variable: ...
@overload
def wright_bessel(a: ArrayOrNumber, b: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@unary_function
def wrightomega(x: Operand, /) -> Array:
    """Wright's omega function, lambertw(exp(x)), the solution w of w + log(w) = x (DLMF 4.13.1).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.wrightomega` gives.
    """
    ...

@binary_function
def xlog1py(x: Operand, y: Operand, /) -> Array:
    """x log(1 + y), and 0 where x is 0; there the derivative with respect to y is 0, also at y = -1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.xlog1py` gives.
    """
    ...

@binary_function
def xlogy(x: Operand, y: Operand, /) -> Array:
    """x log(y), and 0 where x is 0; there the derivative with respect to y is 0, also at y = 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.xlogy` gives.
    """
    ...

@unary_function
def y0(x: Operand, /) -> Array:
    """The Bessel function of the second kind Y0, like 2 log(x / 2) / pi near 0 (DLMF 10.2.3, 10.8.2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.y0` gives.
    """
    ...

@unary_function
def y1(x: Operand, /) -> Array:
    """The Bessel function of the second kind Y1, which is -Y0' (DLMF 10.6.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.y1` gives.
    """
    ...

@binary_function
def yn(n: Operand, x: Operand, /) -> Array:
    """The Bessel function Y of integer order n, yv(n, x) (DLMF 10.2.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.yn` gives.
    """
    ...

@binary_function
def yv(v: Operand, z: Operand, /) -> Array:
    """The Bessel function Y of order v, (jv(v, z) cos(pi v) - jv(-v, z)) / sin(pi v) (DLMF 10.2.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.yv` gives.
    """
    ...

@binary_function
def yve(v: Operand, z: Operand, /) -> Array:
    """exp(-|Im z|) yv(v, z), which does not grow for large z (DLMF 10.2.3).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.yve` gives.
    """
    ...

@overload
def zeta(x: Operand, q: Variable) -> Variable:
    """The Hurwitz zeta function, the sum of (k + q)^(-x) over k = 0, 1, ...; without q, Riemann's (DLMF 25.11.1).

    It is differentiated with respect to q, and not with respect to x.

    Raises:
        TypeError: the derivative with respect to x is asked for.

    >>> from pydezero import grad
    >>> round(grad(lambda q: zeta(2.0, q))(1.0), 6)
    np.float64(-2.404114)
    """
    ...

@overload
def zeta(x: Variable, q: ArrayOrNumber | None = None) -> Variable: ...
@overload
def zeta(x: ArrayOrNumber, q: ArrayOrNumber | None = None) -> NDArray[Any]: ...
