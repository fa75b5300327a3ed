# Made by `python -m tests.stubs`, not by hand.
"""The functions of `scipy.special` that have a derivative, a file per subject, with SciPy's names and arguments.

`scipy.special.gamma(x)` and `special.gamma(x)` of this package compute the same. The functions that are no ufuncs in
SciPy (`logsumexp`, `softmax`, `polygamma`, ...) take Variables only here."""

from numpy.typing import NDArray
from pydezero.core.typed import array_function, binary_function, unary_function
from pydezero.core.types import Array, ArrayOrNumber, Axis
from pydezero.core.variable import Operand, Variable
from typing import Any, Literal, overload

__all__ = [
    "airy",
    "bdtr",
    "bdtrc",
    "beta",
    "betainc",
    "betaincc",
    "betainccinv",
    "betaincinv",
    "betaln",
    "boxcox",
    "boxcox1p",
    "cbrt",
    "chdtr",
    "chdtrc",
    "chdtri",
    "cosdg",
    "cosm1",
    "cotdg",
    "dawsn",
    "digamma",
    "ellipe",
    "ellipk",
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
    "eval_sh_legendre",
    "exp1",
    "exp10",
    "exp2",
    "expi",
    "expit",
    "expm1",
    "expn",
    "exprel",
    "fdtr",
    "fdtrc",
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
    "kl_div",
    "kn",
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
    "modstruve",
    "multigammaln",
    "nbdtr",
    "nbdtrc",
    "ndtr",
    "ndtri",
    "ndtri_exp",
    "owens_t",
    "pdtr",
    "pdtrc",
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
    "softmax",
    "spence",
    "spherical_in",
    "spherical_jn",
    "spherical_kn",
    "spherical_yn",
    "stdtr",
    "stdtrit",
    "struve",
    "tandg",
    "wofz",
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

@overload
def airy(z: Variable, /) -> tuple[Variable, Variable, Variable, Variable]:
    """The Airy functions and their derivatives: Ai, Ai', Bi, Bi'.

    >>> from pydezero import grad
    >>> round(grad(lambda z: airy(z)[0])(0.0), 6)
    np.float64(-0.258819)
    """
    ...

@overload
def airy(z: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@overload
def bdtr(k: Variable, n: Operand, p: Operand, /) -> Variable:
    """The probability of at most k successes in n trials that succeed with probability p.

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
    """1 - bdtr(k, n, p).

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
@binary_function
def beta(a: Operand, b: Operand, /) -> Array:
    """The beta function, gamma(a) gamma(b) / gamma(a + b).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.beta` gives.
    """
    ...

@overload
def betainc(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """The regularized incomplete beta function.

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
    """1 - betainc(a, b, x).

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
    """The inverse of `betaincc` with respect to x.

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
    """The inverse of `betainc` with respect to x.

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
    """The logarithm of the absolute value of the beta function.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.betaln` gives.
    """
    ...

@binary_function
def boxcox(x: Operand, lmbda: Operand, /) -> Array:
    """The transformation of Box and Cox, (x ** lmbda - 1) / lmbda, and log(x) for lmbda = 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.boxcox` gives.
    """
    ...

@binary_function
def boxcox1p(x: Operand, lmbda: Operand, /) -> Array:
    """boxcox(1 + x, lmbda).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.boxcox1p` gives.
    """
    ...

@unary_function
def cbrt(x: Operand, /) -> Array:
    """The real cube root; its derivative at 0 is infinite.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.cbrt` gives.
    """
    ...

@binary_function
def chdtr(v: Operand, x: Operand, /) -> Array:
    """The distribution function of the chi-square distribution of v degrees of freedom.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.chdtr` gives.
    """
    ...

@binary_function
def chdtrc(v: Operand, x: Operand, /) -> Array:
    """1 - chdtr(v, x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.chdtrc` gives.
    """
    ...

@binary_function
def chdtri(v: Operand, p: Operand, /) -> Array:
    """The inverse of `chdtrc` with respect to x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.chdtri` gives.
    """
    ...

@unary_function
def cosdg(x: Operand, /) -> Array:
    """The cosine of an angle in degrees.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.cosdg` gives.
    """
    ...

@unary_function
def cosm1(x: Operand, /) -> Array:
    """cos(x) - 1, precise for small x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.cosm1` gives.
    """
    ...

@unary_function
def cotdg(x: Operand, /) -> Array:
    """The cotangent of an angle in degrees.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.cotdg` gives.
    """
    ...

@unary_function
def dawsn(x: Operand, /) -> Array:
    """Dawson's integral.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.dawsn` gives.
    """
    ...

@unary_function
def digamma(x: Operand, /) -> Array:
    """The digamma function, the derivative of `gammaln`.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.psi` gives.
    """
    ...

@unary_function
def ellipe(x: Operand, /) -> Array:
    """The complete elliptic integral of the second kind, of the parameter m.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ellipe` gives.
    """
    ...

@unary_function
def ellipk(x: Operand, /) -> Array:
    """The complete elliptic integral of the first kind, of the parameter m.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ellipk` gives.
    """
    ...

@unary_function
def entr(x: Operand, /) -> Array:
    """-x log(x), and 0 at 0, where the derivative is infinite.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.entr` gives.
    """
    ...

@unary_function
def erf(x: Operand, /) -> Array:
    """The error function.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erf` gives.
    """
    ...

@unary_function
def erfc(x: Operand, /) -> Array:
    """1 - erf(x), precise for large x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfc` gives.
    """
    ...

@unary_function
def erfcinv(x: Operand, /) -> Array:
    """The inverse of `erfc`; its derivative at 0 and 2 is infinite.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfcinv` gives.
    """
    ...

@unary_function
def erfcx(x: Operand, /) -> Array:
    """exp(x ** 2) erfc(x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfcx` gives.
    """
    ...

@unary_function
def erfi(x: Operand, /) -> Array:
    """-i erf(i x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfi` gives.
    """
    ...

@unary_function
def erfinv(x: Operand, /) -> Array:
    """The inverse of `erf`; its derivative at -1 and 1 is infinite.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.erfinv` gives.
    """
    ...

@binary_function
def eval_chebyc(n: Operand, x: Operand, /) -> Array:
    """Twice the Chebyshev polynomial of the first kind of degree n at x / 2.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_chebyc` gives.
    """
    ...

@binary_function
def eval_chebys(n: Operand, x: Operand, /) -> Array:
    """The Chebyshev polynomial of the second kind of degree n at x / 2.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_chebys` gives.
    """
    ...

@binary_function
def eval_chebyt(n: Operand, x: Operand, /) -> Array:
    """The Chebyshev polynomial of the first kind of degree n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_chebyt` gives.
    """
    ...

@binary_function
def eval_chebyu(n: Operand, x: Operand, /) -> Array:
    """The Chebyshev polynomial of the second kind of degree n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_chebyu` gives.
    """
    ...

@overload
def eval_gegenbauer(n: Variable, alpha: Operand, x: Operand, /) -> Variable:
    """The Gegenbauer polynomial of degree n, of the parameter alpha.

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
    """The generalized Laguerre polynomial of degree n, of the parameter alpha.

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
    """The Hermite polynomial of degree n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_hermite` gives.
    """
    ...

@binary_function
def eval_hermitenorm(n: Operand, x: Operand, /) -> Array:
    """The Hermite polynomial of degree n of the probabilists.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_hermitenorm` gives.
    """
    ...

@overload
def eval_jacobi(n: Operand, alpha: Operand, beta: Operand, x: Variable, /) -> Variable:
    """The Jacobi polynomial of degree n, of the parameters alpha and beta.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_jacobi` gives.
    """
    ...

@overload
def eval_jacobi(n: ArrayOrNumber, alpha: ArrayOrNumber, beta: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...
@binary_function
def eval_laguerre(n: Operand, x: Operand, /) -> Array:
    """The Laguerre polynomial of degree n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_laguerre` gives.
    """
    ...

@binary_function
def eval_legendre(n: Operand, x: Operand, /) -> Array:
    """The Legendre polynomial of degree n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_legendre` gives.
    """
    ...

@binary_function
def eval_sh_chebyt(n: Operand, x: Operand, /) -> Array:
    """The Chebyshev polynomial of the first kind of degree n at 2 x - 1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_sh_chebyt` gives.
    """
    ...

@binary_function
def eval_sh_chebyu(n: Operand, x: Operand, /) -> Array:
    """The Chebyshev polynomial of the second kind of degree n at 2 x - 1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_sh_chebyu` gives.
    """
    ...

@binary_function
def eval_sh_legendre(n: Operand, x: Operand, /) -> Array:
    """The Legendre polynomial of degree n at 2 x - 1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.eval_sh_legendre` gives.
    """
    ...

@unary_function
def exp1(x: Operand, /) -> Array:
    """The exponential integral E1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.exp1` gives.
    """
    ...

@unary_function
def exp10(x: Operand, /) -> Array:
    """10 ** x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.exp10` gives.
    """
    ...

@unary_function
def exp2(x: Operand, /) -> Array:
    """2 ** x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.exp2` gives.
    """
    ...

@unary_function
def expi(x: Operand, /) -> Array:
    """The exponential integral Ei.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.expi` gives.
    """
    ...

@unary_function
def expit(x: Operand, /) -> Array:
    """The logistic function 1 / (1 + exp(-x)).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.expit` gives.
    """
    ...

@unary_function
def expm1(x: Operand, /) -> Array:
    """exp(x) - 1, precise for small x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.expm1` gives.
    """
    ...

@binary_function
def expn(n: Operand, x: Operand, /) -> Array:
    """The generalized exponential integral of integer order n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.expn` gives.
    """
    ...

@unary_function
def exprel(x: Operand, /) -> Array:
    """(exp(x) - 1) / x, and 1 at 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.exprel` gives.
    """
    ...

@overload
def fdtr(dfn: Variable, dfd: Operand, x: Operand, /) -> Variable:
    """The distribution function of Fisher's distribution of dfn and dfd degrees of freedom.

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
    """1 - fdtr(dfn, dfd, x).

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
def fresnel(z: Variable, /) -> tuple[Variable, Variable]:
    """The pair of Fresnel's integrals S and C, of sin(pi t ** 2 / 2) and of cos(pi t ** 2 / 2).

    >>> from pydezero import grad
    >>> grad(lambda z: fresnel(z)[1])(0.0)
    np.float64(1.0)
    """
    ...

@overload
def fresnel(z: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@unary_function
def gamma(x: Operand, /) -> Array:
    """The gamma function.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gamma` gives.
    """
    ...

@binary_function
def gammainc(a: Operand, x: Operand, /) -> Array:
    """The regularized lower incomplete gamma function.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammainc` gives.
    """
    ...

@binary_function
def gammaincc(a: Operand, x: Operand, /) -> Array:
    """1 - gammainc(a, x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammaincc` gives.
    """
    ...

@binary_function
def gammainccinv(a: Operand, y: Operand, /) -> Array:
    """The inverse of `gammaincc` with respect to x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammainccinv` gives.
    """
    ...

@binary_function
def gammaincinv(a: Operand, y: Operand, /) -> Array:
    """The inverse of `gammainc` with respect to x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammaincinv` gives.
    """
    ...

@unary_function
def gammaln(x: Operand, /) -> Array:
    """The logarithm of the absolute value of the gamma function.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammaln` gives.
    """
    ...

@unary_function
def gammasgn(x: Operand, /) -> Array:
    """The sign of the gamma function; its derivative is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.gammasgn` gives.
    """
    ...

@overload
def gdtr(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """The distribution function of the gamma distribution of rate a and shape b.

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
    """1 - gdtr(a, b, x).

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
@binary_function
def hankel1(v: Operand, z: Operand, /) -> Array:
    """The Hankel function of the first kind, J + i Y.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hankel1` gives.
    """
    ...

@binary_function
def hankel1e(v: Operand, z: Operand, /) -> Array:
    """exp(-i z) hankel1(v, z).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hankel1e` gives.
    """
    ...

@binary_function
def hankel2(v: Operand, z: Operand, /) -> Array:
    """The Hankel function of the second kind, J - i Y.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hankel2` gives.
    """
    ...

@binary_function
def hankel2e(v: Operand, z: Operand, /) -> Array:
    """exp(i z) hankel2(v, z).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hankel2e` gives.
    """
    ...

@binary_function
def huber(x: Operand, y: Operand, /) -> Array:
    """Huber's loss of r: r ** 2 / 2 up to |r| = delta, and linear beyond; delta is the first argument.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.huber` gives.
    """
    ...

@binary_function
def hyp0f1(v: Operand, z: Operand, /) -> Array:
    """The confluent hypergeometric limit function 0F1(; v; z).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hyp0f1` gives.
    """
    ...

@overload
def hyp1f1(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """Kummer's confluent hypergeometric function 1F1(a; b; x).

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
    """Gauss's hypergeometric function 2F1(a, b; c; z).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.hyp2f1` gives.
    """
    ...

@overload
def hyp2f1(a: ArrayOrNumber, b: ArrayOrNumber, c: ArrayOrNumber, z: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def hyperu(a: Variable, b: Operand, x: Operand, /) -> Variable:
    """Tricomi's confluent hypergeometric function U(a, b, x).

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
    """The modified Bessel function I0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.i0` gives.
    """
    ...

@unary_function
def i0e(x: Operand, /) -> Array:
    """exp(-|x|) I0(x); at its kink, at 0, the derivative is taken to be 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.i0e` gives.
    """
    ...

@unary_function
def i1(x: Operand, /) -> Array:
    """The modified Bessel function I1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.i1` gives.
    """
    ...

@unary_function
def i1e(x: Operand, /) -> Array:
    """exp(-|x|) I1(x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.i1e` gives.
    """
    ...

@binary_function
def inv_boxcox(y: Operand, lmbda: Operand, /) -> Array:
    """The inverse of `boxcox`.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.inv_boxcox` gives.
    """
    ...

@binary_function
def inv_boxcox1p(y: Operand, lmbda: Operand, /) -> Array:
    """The inverse of `boxcox1p`.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.inv_boxcox1p` gives.
    """
    ...

@binary_function
def iv(v: Operand, z: Operand, /) -> Array:
    """The modified Bessel function of the first kind of order v.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.iv` gives.
    """
    ...

@binary_function
def ive(v: Operand, z: Operand, /) -> Array:
    """exp(-|Re z|) iv(v, z).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ive` gives.
    """
    ...

@unary_function
def j0(x: Operand, /) -> Array:
    """The Bessel function of the first kind, J0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.j0` gives.
    """
    ...

@unary_function
def j1(x: Operand, /) -> Array:
    """The Bessel function of the first kind, J1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.j1` gives.
    """
    ...

@binary_function
def jn(v: Operand, z: Operand, /) -> Array:
    """The Bessel function of the first kind of order v.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.jv` gives.
    """
    ...

@binary_function
def jv(v: Operand, z: Operand, /) -> Array:
    """The Bessel function of the first kind of order v.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.jv` gives.
    """
    ...

@binary_function
def jve(v: Operand, z: Operand, /) -> Array:
    """exp(-|Im z|) jv(v, z).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.jve` gives.
    """
    ...

@unary_function
def k0(x: Operand, /) -> Array:
    """The modified Bessel function K0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.k0` gives.
    """
    ...

@unary_function
def k0e(x: Operand, /) -> Array:
    """exp(x) K0(x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.k0e` gives.
    """
    ...

@unary_function
def k1(x: Operand, /) -> Array:
    """The modified Bessel function K1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.k1` gives.
    """
    ...

@unary_function
def k1e(x: Operand, /) -> Array:
    """exp(x) K1(x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.k1e` gives.
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
    """The modified Bessel function of the second kind of integer order n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kn` gives.
    """
    ...

@binary_function
def kv(v: Operand, z: Operand, /) -> Array:
    """The modified Bessel function of the second kind of order v.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kv` gives.
    """
    ...

@binary_function
def kve(v: Operand, z: Operand, /) -> Array:
    """exp(z) kv(v, z).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.kve` gives.
    """
    ...

@overload
def lambertw(z: Variable, k: Operand = 0, tol: float = 1e-08) -> Variable:
    """The k-th branch of Lambert's W function, the solution of w exp(w) = z; a complex number.

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
    """log(1 + x), precise for small x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.log1p` gives.
    """
    ...

@unary_function
def log_expit(x: Operand, /) -> Array:
    """log(expit(x)), precise for small x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.log_expit` gives.
    """
    ...

@unary_function
def log_ndtr(x: Operand, /) -> Array:
    """log(ndtr(x)), precise for small x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.log_ndtr` gives.
    """
    ...

@array_function
def log_softmax(x: Operand, axis: Axis = None) -> Array:
    """The logarithm of `softmax`, precise where that is small.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> log_softmax(Variable(np.array([0.0, 1000.0])))
    variable([-1000.     0.])
    """
    ...

@unary_function
def loggamma(x: Operand, /) -> Array:
    """The principal branch of the logarithm of the gamma function.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.loggamma` gives.
    """
    ...

@unary_function
def logit(x: Operand, /) -> Array:
    """log(x / (1 - x)); its derivative at 0 and 1 is infinite.

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
    """The logarithm of the sum of the exponentials along some axes, all of them by default, without overflow.

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
@binary_function
def modstruve(v: Operand, x: Operand, /) -> Array:
    """The modified Struve function of order v.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.modstruve` gives.
    """
    ...

@overload
def multigammaln(a: Variable, d: int) -> Variable:
    """The logarithm of the multivariate gamma function of dimension d, for a > (d - 1) / 2.

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
    """The probability of at most k failures before n successes, each of probability p.

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
    """1 - nbdtr(k, n, p).

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
@unary_function
def ndtr(x: Operand, /) -> Array:
    """The distribution function of the standard normal distribution.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ndtr` gives.
    """
    ...

@unary_function
def ndtri(x: Operand, /) -> Array:
    """The quantiles of the standard normal distribution; the derivative at 0 and 1 is infinite.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ndtri` gives.
    """
    ...

@unary_function
def ndtri_exp(x: Operand, /) -> Array:
    """The inverse of `log_ndtr`.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.ndtri_exp` gives.
    """
    ...

@binary_function
def owens_t(x: Operand, y: Operand, /) -> Array:
    """Owen's T function of h and a, the probability that X > h and 0 < Y < a X for independent normal X and Y.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.owens_t` gives.
    """
    ...

@binary_function
def pdtr(k: Operand, m: Operand, /) -> Array:
    """The probability of at most k events in a Poisson distribution of mean m.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.pdtr` gives.
    """
    ...

@binary_function
def pdtrc(k: Operand, m: Operand, /) -> Array:
    """1 - pdtr(k, m).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.pdtrc` gives.
    """
    ...

@overload
def polygamma(n: Operand, x: Variable) -> Variable:
    """The n-th derivative of the digamma function.

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
    """x ** y - 1, precise for small results.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.powm1` gives.
    """
    ...

@binary_function
def pseudo_huber(x: Operand, y: Operand, /) -> Array:
    """A smooth loss of r between r ** 2 / 2 and linear; delta, where it passes over, is the first argument.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.pseudo_huber` gives.
    """
    ...

@unary_function
def psi(x: Operand, /) -> Array:
    """The digamma function, the derivative of `gammaln`.

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
    """1 / gamma(x), which is smooth everywhere.

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
    """The pair of the hyperbolic sine integral Shi and the hyperbolic cosine integral Chi.

    >>> from pydezero import grad
    >>> grad(lambda x: shichi(x)[0])(0.0)
    np.float64(1.0)
    """
    ...

@overload
def shichi(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def sici(x: Variable, /) -> tuple[Variable, Variable]:
    """The pair of the sine integral Si and the cosine integral Ci.

    >>> from pydezero import grad
    >>> grad(lambda x: sici(x)[0])(0.0)
    np.float64(1.0)
    """
    ...

@overload
def sici(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@unary_function
def sindg(x: Operand, /) -> Array:
    """The sine of an angle in degrees.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.sindg` gives.
    """
    ...

@array_function
def softmax(x: Operand, axis: Axis = None) -> Array:
    """The exponentials over their sum along some axes, all of them by default, without overflow.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> softmax(Variable(np.array([1.0, 1.0])))
    variable([0.5 0.5])
    """
    ...

@unary_function
def spence(x: Operand, /) -> Array:
    """Spence's function, the dilogarithm of 1 - z; its derivative at 0 is infinite.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spence` gives.
    """
    ...

@overload
def spherical_in(n: Operand, z: Variable, derivative: bool = False) -> Variable:
    """The modified spherical Bessel function of the first kind of order n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spherical_in` gives.
    """
    ...

@overload
def spherical_in(n: ArrayOrNumber, z: ArrayOrNumber, derivative: bool = False) -> NDArray[Any]: ...
@overload
def spherical_jn(n: Operand, z: Variable, derivative: bool = False) -> Variable:
    """The spherical Bessel function of the first kind of order n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spherical_jn` gives.
    """
    ...

@overload
def spherical_jn(n: ArrayOrNumber, z: ArrayOrNumber, derivative: bool = False) -> NDArray[Any]: ...
@overload
def spherical_kn(n: Operand, z: Variable, derivative: bool = False) -> Variable:
    """The modified spherical Bessel function of the second kind of order n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spherical_kn` gives.
    """
    ...

@overload
def spherical_kn(n: ArrayOrNumber, z: ArrayOrNumber, derivative: bool = False) -> NDArray[Any]: ...
@overload
def spherical_yn(n: Operand, z: Variable, derivative: bool = False) -> Variable:
    """The spherical Bessel function of the second kind of order n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.spherical_yn` gives.
    """
    ...

@overload
def spherical_yn(n: ArrayOrNumber, z: ArrayOrNumber, derivative: bool = False) -> NDArray[Any]: ...
@binary_function
def stdtr(df: Operand, t: Operand, /) -> Array:
    """The distribution function of Student's distribution of df degrees of freedom.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.stdtr` gives.
    """
    ...

@binary_function
def stdtrit(df: Operand, p: Operand, /) -> Array:
    """The inverse of `stdtr` with respect to t.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.stdtrit` gives.
    """
    ...

@binary_function
def struve(v: Operand, x: Operand, /) -> Array:
    """The Struve function of order v.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.struve` gives.
    """
    ...

@unary_function
def tandg(x: Operand, /) -> Array:
    """The tangent of an angle in degrees.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.tandg` gives.
    """
    ...

@unary_function
def wofz(x: Operand, /) -> Array:
    """The Faddeeva function, exp(-x ** 2) erfc(-i x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.wofz` gives.
    """
    ...

@unary_function
def wrightomega(x: Operand, /) -> Array:
    """Wright's omega function, lambertw(exp(x)).

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
    """The Bessel function of the second kind, Y0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.y0` gives.
    """
    ...

@unary_function
def y1(x: Operand, /) -> Array:
    """The Bessel function of the second kind, Y1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.y1` gives.
    """
    ...

@binary_function
def yn(n: Operand, x: Operand, /) -> Array:
    """The Bessel function of the second kind of integer order n.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.yn` gives.
    """
    ...

@binary_function
def yv(v: Operand, z: Operand, /) -> Array:
    """The Bessel function of the second kind of order v.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.yv` gives.
    """
    ...

@binary_function
def yve(v: Operand, z: Operand, /) -> Array:
    """exp(-|Im z|) yv(v, z).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `scipy.special.yve` gives.
    """
    ...

@overload
def zeta(x: Operand, q: Variable) -> Variable:
    """The Hurwitz zeta function, the sum of (k + q) ** -x over k = 0, 1, ...; without q the Riemann zeta function.

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
