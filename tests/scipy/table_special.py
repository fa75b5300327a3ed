"""The functions of `scipy.special`, at smooth points of them; their kinks and ends are in `test_special`."""

from __future__ import annotations

from itertools import chain
from typing import Final

from tests.functions.case import (
    Argument,
    ArrayCallable,
    Case,
    above_one,
    any_case,
    case,
    complex_case,
    fractions,
    given,
    needing,
    nonzero,
    positive,
    real,
    unit,
)


def probability(*shape: int) -> Argument:
    return Argument(shape, ((0.1, 0.8),))


def small(*shape: int) -> Argument:
    return Argument(shape, ((0.1, 0.3),))


def negative(*shape: int) -> Argument:
    return Argument(shape, ((-3.0, -0.3),))


def left(*shape: int) -> Argument:
    """Between the poles of the gamma function."""
    return Argument(shape, ((-2.8, -2.2), (-1.7, -1.3), (0.4, 0.6)))


# Of one argument: each name with a domain, and whether it takes real numbers and complex ones.
_UNARY: Final = {
    "airy": (real, "rc"),
    "bei": (real, "r"),
    "beip": (real, "r"),
    "ber": (real, "r"),
    "berp": (nonzero, "r"),
    "cbrt": (nonzero, "r"),
    "cosdg": (real, "r"),
    "cosm1": (real, "r"),
    "cotdg": (nonzero, "r"),
    "dawsn": (real, "rc"),
    "ellipe": (unit, "r"),
    "ellipk": (unit, "r"),
    "ellipkm1": (probability, "r"),
    "entr": (positive, "r"),
    "erf": (real, "rc"),
    "erfc": (real, "rc"),
    "erfcinv": (probability, "r"),
    "erfcx": (real, "rc"),
    "erfi": (real, "rc"),
    "erfinv": (unit, "r"),
    "exp1": (positive, "rc"),
    "exp10": (unit, "r"),
    "exp2": (real, "r"),
    "expi": (nonzero, "r"),
    "expit": (real, "r"),
    "expm1": (real, "rc"),
    "factorial": (positive, "r"),
    "exprel": (real, "r"),
    "fresnel": (unit, "rc"),
    "gamma": (positive, "rc"),
    "gammaln": (left, "r"),
    "gammasgn": (left, "r"),
    "i0": (real, "r"),
    "i0e": (nonzero, "r"),
    "i1": (real, "r"),
    "i1e": (nonzero, "r"),
    "j0": (real, "r"),
    "j1": (real, "r"),
    "k0": (positive, "r"),
    "k0e": (positive, "r"),
    "k1": (positive, "r"),
    "k1e": (positive, "r"),
    "kei": (positive, "r"),
    "keip": (positive, "r"),
    "ker": (positive, "r"),
    "kerp": (positive, "r"),
    "kolmogi": (probability, "r"),
    "kolmogorov": (positive, "r"),
    "lambertw": (positive, "rc"),
    "log1p": (unit, "rc"),
    "log_expit": (real, "r"),
    "log_ndtr": (real, "rc"),
    "loggamma": (positive, "rc"),
    "logit": (probability, "r"),
    "ndtr": (real, "rc"),
    "ndtri": (probability, "r"),
    "ndtri_exp": (negative, "r"),
    "psi": (positive, "rc"),
    "rgamma": (left, "rc"),
    "round": (fractions, "r"),
    "shichi": (nonzero, "r"),
    "sici": (positive, "rc"),
    "sindg": (real, "r"),
    "spence": (positive, "rc"),
    "tandg": (real, "r"),
    "wofz": (real, "c"),
    "wrightomega": (real, "rc"),
    "y0": (positive, "r"),
    "y1": (positive, "r"),
}

# Of two arguments, differentiated in both.
_BINARY: Final = {
    "agm": (positive, positive),
    "beta": (positive, positive),
    "betaln": (positive, positive),
    "binom": (above_one, unit),
    "boxcox": (positive, real),
    "boxcox1p": (unit, real),
    "comb": (above_one, probability),
    "ellipeinc": (real, unit),
    "ellipj": (real, probability),
    "ellipkinc": (real, unit),
    "huber": (above_one, unit),
    "inv_boxcox": (unit, unit),
    "inv_boxcox1p": (unit, unit),
    "kl_div": (positive, positive),
    "owens_t": (real, real),
    "perm": (above_one, probability),
    "poch": (positive, positive),
    "powm1": (positive, real),
    "pseudo_huber": (positive, real),
    "rel_entr": (positive, positive),
    "xlog1py": (real, positive),
    "xlogy": (real, positive),
}

# Of a given order or degree, in a column, and an argument.
_ORDERS: Final = given([[0.0], [1.0], [2.5]])
_INTEGERS: Final = given([[0], [1], [3]])
_OF_ORDER: Final = {
    "eval_chebyc": (_INTEGERS, unit, "r"),
    "eval_chebys": (_INTEGERS, unit, "r"),
    "eval_chebyt": (_INTEGERS, unit, "rc"),
    "eval_chebyu": (_INTEGERS, unit, "r"),
    "eval_hermite": (_INTEGERS, unit, "r"),
    "eval_hermitenorm": (_INTEGERS, unit, "r"),
    "eval_laguerre": (_INTEGERS, unit, "r"),
    "eval_legendre": (_INTEGERS, unit, "rc"),
    "eval_sh_chebyt": (_INTEGERS, probability, "r"),
    "eval_sh_chebyu": (_INTEGERS, probability, "r"),
    "eval_sh_legendre": (_INTEGERS, probability, "r"),
    "expn": (_INTEGERS, positive, "r"),
    "hankel1": (_INTEGERS, above_one, "rc"),
    "hankel1e": (_INTEGERS, above_one, "c"),
    "hankel2": (_INTEGERS, above_one, "c"),
    "hankel2e": (_INTEGERS, above_one, "c"),
    "iv": (_INTEGERS, real, "rc"),
    "ive": (_INTEGERS, nonzero, "rc"),
    "jv": (_INTEGERS, real, "rc"),
    "jve": (_INTEGERS, real, "rc"),
    "kn": (_INTEGERS, above_one, "r"),
    "kv": (_INTEGERS, above_one, "rc"),
    "kve": (_INTEGERS, above_one, "rc"),
    "modstruve": (_ORDERS, positive, "r"),
    "polygamma": (_INTEGERS, above_one, "r"),
    "spherical_in": (_INTEGERS, positive, "r"),
    "spherical_jn": (_INTEGERS, positive, "rc"),
    "spherical_kn": (_INTEGERS, above_one, "r"),
    "spherical_yn": (_INTEGERS, above_one, "rc"),
    "struve": (_ORDERS, positive, "r"),
    "yn": (_INTEGERS, above_one, "r"),
    "yv": (_INTEGERS, above_one, "rc"),
    "yve": (_INTEGERS, above_one, "rc"),
}

# Of parameters that are given, and an argument.
_OF_PARAMETERS: Final = {
    "bdtr": ((2, 5), probability, "r"),
    "bdtrc": ((2, 5), probability, "r"),
    "bdtri": ((2, 5), probability, "r"),
    "betainc": ((1.5, 2.5), probability, "r"),
    "betaincc": ((1.5, 0.5), probability, "r"),
    "betainccinv": ((1.5, 2.5), probability, "r"),
    "betaincinv": ((1.5, 2.5), probability, "r"),
    "chdtr": ((3.0,), positive, "r"),
    "chdtrc": ((3.0,), positive, "r"),
    "chdtri": ((3.0,), probability, "r"),
    "eval_gegenbauer": ((3, 2), unit, "r"),
    "eval_genlaguerre": ((3, 2), unit, "r"),
    "eval_jacobi": ((3, 1, 2), unit, "rc"),
    "eval_sh_jacobi": ((3, 3, 2), probability, "r"),
    "fdtr": ((3.0, 4.0), positive, "r"),
    "fdtrc": ((3.0, 4.0), positive, "r"),
    "fdtri": ((3.0, 4.0), probability, "r"),
    "gammainc": ((2.5,), positive, "r"),
    "gammaincc": ((0.5,), positive, "r"),
    "gammainccinv": ((2.5,), probability, "r"),
    "gammaincinv": ((2.5,), probability, "r"),
    "hyp0f1": ((2,), real, "rc"),
    "hyp1f1": ((1, 2), real, "rc"),
    "hyp2f1": ((1, 2, 3), unit, "rc"),
    "hyperu": ((1.5, 2.0), positive, "r"),
    "lpmv": ((1.0, 2.5), unit, "r"),
    "nbdtr": ((2, 5), probability, "r"),
    "nbdtrc": ((2, 5), probability, "r"),
    "nbdtri": ((2, 5), probability, "r"),
    "pdtr": ((2.0,), positive, "r"),
    "pdtrc": ((2.0,), positive, "r"),
    "pdtri": ((2.0,), probability, "r"),
    "stdtr": ((3.0,), real, "r"),
    "stdtrit": ((3.0,), probability, "r"),
    "wright_bessel": ((1.5, 0.5), positive, "r"),
}

_LOGSUMEXPS: Final[tuple[tuple[str, ArrayCallable, tuple[int, ...]], ...]] = (
    ("logsumexp", lambda m, x: m.logsumexp(x), (2, 3)),
    ("logsumexp axis=0", lambda m, x: m.logsumexp(x, axis=0), (2, 3)),
    ("logsumexp axes keepdims", lambda m, x: m.logsumexp(x, axis=(0, -1), keepdims=True), (2, 3, 2)),
    ("logsumexp scalar", lambda m, x: m.logsumexp(x), ()),
    ("logsumexp sign", lambda m, x: m.logsumexp(x, axis=1, return_sign=True), (2, 3)),
)
_SOFTMAXES: Final[tuple[tuple[str, ArrayCallable, tuple[int, ...]], ...]] = (
    ("softmax", lambda m, x: m.softmax(x), (2, 3)),
    ("softmax axis=-1", lambda m, x: m.softmax(x, axis=-1), (2, 3)),
    ("softmax axes", lambda m, x: m.softmax(x, axis=(0, 2)), (2, 2, 3)),
    ("softmax scalar", lambda m, x: m.softmax(x), ()),
    ("log_softmax", lambda m, x: m.log_softmax(x), (2, 3)),
    ("log_softmax axis=0", lambda m, x: m.log_softmax(x, axis=0), (2, 3)),
    ("log_softmax scalar", lambda m, x: m.log_softmax(x), ()),
)


# Before, their values at complex numbers are wrong, or are not precise.
_NEEDS: Final = {"hyp1f1": "scipy>=1.17", "spence": "scipy>=1.17"}


def _cases(name: str, kinds: str, function: ArrayCallable, *arguments: Argument) -> list[Case]:
    """A row for each kind of numbers that a function takes."""
    return [
        *(case(name, function, *arguments) if "r" in kinds else []),
        *(needing(_NEEDS.get(name, ""), complex_case(name, function, *arguments)) if "c" in kinds else []),
    ]


def _named(name: str) -> ArrayCallable:
    return lambda m, *arguments: getattr(m, name)(*arguments)


SPECIAL: Final = [
    *chain.from_iterable(_cases(name, kinds, _named(name), domain(2, 3)) for name, (domain, kinds) in _UNARY.items()),
    *chain.from_iterable(case(name, _named(name), x(2, 3), y(3)) for name, (x, y) in _BINARY.items()),
    *chain.from_iterable(
        _cases(name, kinds, _named(name), orders, domain(3, 2)) for name, (orders, domain, kinds) in _OF_ORDER.items()
    ),
    *chain.from_iterable(
        _cases(name, kinds, _named(name), *map(given, parameters), domain(2, 3))
        for name, (parameters, domain, kinds) in _OF_PARAMETERS.items()
    ),
    *chain.from_iterable(any_case(name, f, Argument(shape)) for name, f, shape in _LOGSUMEXPS),
    *chain.from_iterable(case(name, f, Argument(shape)) for name, f, shape in _SOFTMAXES),
    *any_case("logsumexp b", lambda m, a, b: m.logsumexp(a, b=b, axis=0), real(2, 3), positive(3)),
    *case("logsumexp given b", lambda m, a: m.logsumexp(a, 1, [0.0, 2.0, 1.0], True), real(2, 3)),
    *any_case(
        "logsumexp b sign", lambda m, a, b: m.logsumexp(a, axis=1, b=b, return_sign=True), real(2, 3), nonzero(2, 3)
    ),
    *case("exprel 0-d", lambda m, x: m.exprel(x), real()),
    *case("xlogy with a number", lambda m, x: m.xlogy(2.0, x) + m.xlogy(x, 3), positive(3)),
    *case("rel_entr with a number", lambda m, x: m.rel_entr(x, 0.5), positive(3)),
    *any_case("xlogy of both", lambda m, x: m.xlogy(x, x), positive(3)),
    *complex_case("xlog1py", lambda m, x, y: m.xlog1py(x, y), real(3), positive(3)),
    *case("huber beyond", lambda m, delta, r: m.huber(delta, r), small(3), nonzero(2, 3)),
    *case("boxcox to log", lambda m, x: m.boxcox(x, 0.0), positive(3)),
    *case("boxcox1p to log", lambda m, x: m.boxcox1p(x, 0), unit(3)),
    *case("inv_boxcox to exp", lambda m, x: m.inv_boxcox(x, 0.0), real(3)),
    *complex_case("rgamma right", lambda m, x: m.rgamma(x), above_one(3)),
    *case("gamma left", lambda m, x: m.gamma(x), left(3)),
    *complex_case("gamma left", lambda m, x: m.gamma(x), left(3)),
    *case("jv of real order", lambda m, v, x: m.jv(v, x), _ORDERS, positive(3)),
    *case("jv of a number", lambda m, x: m.jv(1.5, x), positive(3)),
    *case("yv of real order", lambda m, v, x: m.yv(v, x), _ORDERS, above_one(3)),
    *case("iv of real order", lambda m, v, x: m.iv(v, x), _ORDERS, positive(3)),
    *case("struve of a number", lambda m, x: m.struve(1, x), positive(3)),
    *case("eval_legendre of a number", lambda m, x: m.eval_legendre(2, x), unit(3)),
    *any_case(
        "spherical_jn derivative", lambda m, n, x: m.spherical_jn(n, x, derivative=True), _INTEGERS, above_one(3, 2)
    ),
    *case("zeta", lambda m, x, q: m.zeta(x, q), given([[2.0], [3.5]]), above_one(2, 3)),
    *case("multigammaln", lambda m, a: m.multigammaln(a, 3), above_one(2, 3)),
    *case("gdtr", lambda m, a, b, x: m.gdtr(a, b, x), positive(2, 3), positive(1), positive(3)),
    *case("gdtrc", lambda m, a, b, x: m.gdtrc(a, b, x), positive(3), positive(1), positive(3)),
    *case("gammainc by both", lambda m, a, x: m.gammainc(a, x), positive(2, 3), positive(3)),
    *case("gammaincc by both", lambda m, a, x: m.gammaincc(a, x), positive(3), positive(3)),
    *case("gammaincinv by both", lambda m, a, y: m.gammaincinv(a, y), positive(3), probability(3)),
    *case("gammainccinv by both", lambda m, a, y: m.gammainccinv(a, y), positive(3), probability(3)),
    *case("betainc by all", lambda m, a, b, x: m.betainc(a, b, x), positive(2, 1), positive(3), probability(3)),
    *case("betaincc by all", lambda m, a, b, x: m.betaincc(a, b, x), positive(3), positive(3), probability(3)),
    *case("betaincinv by all", lambda m, a, b, y: m.betaincinv(a, b, y), positive(3), positive(3), probability(3)),
    *case("betainccinv by all", lambda m, a, b, y: m.betainccinv(a, b, y), positive(3), positive(3), probability(3)),
    *case("stdtr by both", lambda m, df, t: m.stdtr(df, t), positive(2, 3), real(3)),
    *case("stdtrit by both", lambda m, df, p: m.stdtrit(df, p), positive(3), probability(3)),
    *case("chdtr by both", lambda m, v, x: m.chdtr(v, x), positive(3), positive(3)),
    *case("chdtrc by both", lambda m, v, x: m.chdtrc(v, x), positive(3), positive(3)),
    *case("chdtri by both", lambda m, v, p: m.chdtri(v, p), positive(3), probability(3)),
    *case("gdtrix", lambda m, a, b, p: m.gdtrix(a, b, p), positive(2, 3), positive(3), probability(3)),
    *case("smirnov", lambda m, n, d: m.smirnov(n, d), given([[9], [12]]), Argument((3,), ((0.36, 0.8),))),
    *case("smirnovi", lambda m, n, p: m.smirnovi(n, p), given([9, 12, 30]), Argument((3,), ((0.01, 0.1),))),
    *case("fdtr by all", lambda m, a, b, x: m.fdtr(a, b, x), positive(2, 1), positive(3), positive(3)),
    *case("fdtrc by all", lambda m, a, b, x: m.fdtrc(a, b, x), positive(3), positive(3), positive(3)),
    *case("fdtri by all", lambda m, a, b, p: m.fdtri(a, b, p), positive(3), positive(3), probability(3)),
    *any_case("elliprc", lambda m, x, y: m.elliprc(x, y), positive(2, 2), positive(2)),
    *any_case("elliprd", lambda m, x, y, z: m.elliprd(x, y, z), positive(2), positive(2), positive(2)),
    *any_case("elliprf", lambda m, x, y, z: m.elliprf(x, y, z), positive(2, 2), positive(2), positive()),
    *case("elliprg", lambda m, x, y, z: m.elliprg(x, y, z), positive(2), positive(2), positive(2)),
    *case("elliprj", lambda m, x, y, z, p: m.elliprj(x, y, z, p), positive(2), positive(), positive(), positive(2)),
    *case("elliprc beyond", lambda m, x, y: m.elliprc(x, y), positive(3), negative(3)),
    *case("ellipkinc beyond", lambda m, x, y: m.ellipkinc(5 * x, y), above_one(3), unit(3)),
    *case("binom beyond", lambda m, n, k: m.binom(n, k), above_one(3), given([4.0, 5.5, 7.0])),
    *case("comb repetition", lambda m, n, k: m.comb(n, k, repetition=True), above_one(3), probability(3)),
    *case("voigt_profile", lambda m, x, s, g: m.voigt_profile(x, s, g), real(2, 3), positive(3), positive(3)),
    *needing(
        "scipy>=1.15",
        case(
            "sph_harm_y",
            lambda m, x, y: m.sph_harm_y(_INTEGERS.values, [[0], [-1], [2]], x, y),
            above_one(2),
            real(2),
        ),
    ),
    *case("gammainc of a number", lambda m, x: m.gammainc(2, x), positive(3)),
    *complex_case("lambertw branch", lambda m, z: m.lambertw(z, [-1, 0, 2]), positive(3)),
    *case("expi left", lambda m, x: m.expi(x), negative(3)),
    *case("gamma empty", lambda m, x: m.gamma(x), real(0, 2)),
    *case("erf not contiguous", lambda m, x: m.erf(x[::-1, ::2]), real(2, 3)),
]

# Names of rows that have none of their own: other names of functions.
ALIASES: Final = frozenset({"digamma", "jn"})
NAMES: Final = frozenset(row.name.split()[0] for row in SPECIAL)
