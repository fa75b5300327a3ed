"""`scipy.special` where the tables do not go: ends of domains, kinks, large arguments, and what raises."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import scipy.special as s

from pydezero import Variable, derivative, grad, hessian, jvp, trace, vmap
from pydezero.core.operators import EscapeError
from pydezero.exports import EXPORTS
from pydezero.scipy import special
from tests.versions import needs

INF: Final = math.inf

# A function, where, and its derivatives there: the first, the second, ...
ENDS: Final[tuple[tuple[str, Callable[[Any], Any], float, tuple[float, ...]], ...]] = (
    ("gammainc(1, .)", lambda x: s.gammainc(1.0, x), 0.0, (1.0, -1.0, 1.0)),
    ("gammainc(2, .)", lambda x: s.gammainc(2.0, x), 0.0, (0.0, 1.0, -2.0)),
    ("gammainc(1/2, .)", lambda x: s.gammainc(0.5, x), 0.0, (INF,)),
    ("gammaincinv(1, .)", lambda x: s.gammaincinv(1.0, x), 0.0, (1.0, 1.0)),
    ("betainc(1, 1, .)", lambda x: s.betainc(1.0, 1.0, x), 0.0, (1.0, 0.0)),
    ("betainc(2, 2, .)", lambda x: s.betainc(2.0, 2.0, x), 1.0, (0.0, -6.0, -12.0)),
    ("bdtr(2, 2, .)", lambda x: s.bdtr(2, 2, x), 0.5, (0.0, 0.0)),
    ("jv(0, .)", lambda x: s.jv(0, x), 0.0, (0.0, -0.5)),
    ("jv(1, .)", lambda x: s.jv(1, x), 0.0, (0.5, 0.0, -3 / 8)),
    ("j1", s.j1, 0.0, (0.5, 0.0)),
    ("iv(1, .)", lambda x: s.iv(1, x), 0.0, (0.5, 0.0, 3 / 8)),
    ("i0e", s.i0e, 0.0, (0.0,)),
    ("i1e", s.i1e, 0.0, (0.5,)),
    ("spherical_jn(1, .)", lambda x: special.spherical_jn(1, x), 0.0, (1 / 3, 0.0)),
    ("struve(0, .)", lambda x: s.struve(0, x), 0.0, (2 / math.pi,)),
    ("exprel", s.exprel, 0.0, (1 / 2, 1 / 3, 1 / 4)),
    ("spence", s.spence, 1.0, (-1.0, 1 / 2, -2 / 3)),
    ("ellipk", s.ellipk, 0.0, (math.pi / 8, 9 * math.pi / 64)),
    ("ellipe", s.ellipe, 0.0, (-math.pi / 8, -3 * math.pi / 64)),
    ("sici", lambda x: s.sici(x)[0], 0.0, (1.0, 0.0, -1 / 3)),
    ("shichi", lambda x: s.shichi(x)[0], 0.0, (1.0, 0.0, 1 / 3)),
    ("rgamma", s.rgamma, 0.0, (1.0, 2 * np.euler_gamma)),
    ("rgamma at a pole of gamma", s.rgamma, -3.0, (-6.0,)),
    ("lambertw", lambda x: s.lambertw(x).real, 0.0, (1.0, -2.0, 9.0)),
    ("expn(3, .)", lambda x: s.expn(3, x), 0.0, (-1.0,)),
    ("eval_legendre(3, .)", lambda x: s.eval_legendre(3, x), 1.0, (6.0, 15.0, 15.0)),
    ("eval_legendre(0, .)", lambda x: s.eval_legendre(0, x), -1.0, (0.0, 0.0)),
    ("eval_hermite(0, .)", lambda x: s.eval_hermite(0, x), -1.0, (0.0, 0.0)),
    ("eval_chebyt(2, .)", lambda x: s.eval_chebyt(2, x), -1.0, (-4.0, 4.0, 0.0)),
    ("ellipkinc(., 1/2)", lambda phi: s.ellipkinc(phi, 0.5), 0.0, (1.0, 0.0, 1 / 2)),
    ("ellipkinc(pi/2, .)", lambda m: s.ellipkinc(math.pi / 2, m), 0.0, (math.pi / 8, 9 * math.pi / 64)),
    ("ellipeinc(pi/2, .)", lambda m: s.ellipeinc(math.pi / 2, m), 0.0, (-math.pi / 8, -3 * math.pi / 64)),
    ("ellipj(2, .)", lambda m: s.ellipj(2.0, m)[0], 0.0, (-(2 - math.sin(2) * math.cos(2)) * math.cos(2) / 4,)),
    ("ellipj(., 1)", lambda u: s.ellipj(u, 1.0)[3], 0.0, (1.0, 0.0, -1.0)),
    ("elliprc(., 1)", lambda x: s.elliprc(x, 1.0), 1.0, (-1 / 6, 3 / 20)),
    ("elliprf(., 1, 2)", lambda x: s.elliprf(x, 1.0, 2.0), 0.0, (-INF,)),
    ("elliprg(., 0, 0)", lambda x: s.elliprg(x, 0.0, 0.0), 4.0, (1 / 8, -1 / 64)),
    ("elliprj(1, 1, 1, .)", lambda p: s.elliprj(1.0, 1.0, 1.0, p), 1.0, (-3 / 5, 6 / 7)),
    ("agm(., 1)", lambda a: s.agm(a, 1.0), 1.0, (1 / 2, -1 / 8)),
    ("bei", s.bei, 0.0, (0.0, 1 / 2, 0.0)),
    ("ber", s.ber, 0.0, (0.0, 0.0, 0.0)),
    ("binom(5, .)", lambda k: s.binom(5.0, k), 7.0, (1 / 42,)),
    ("binom(., 7)", lambda n: s.binom(n, 7.0), 5.0, (-1 / 42,)),
    ("binom(5, .)", lambda k: s.binom(5.0, k), -1.0, (1 / 6,)),
    ("binom(., 2)", lambda n: s.binom(n, 2.0), 1.0, (1 / 2, 1.0)),
    ("poch(., 5)", lambda z: s.poch(z, 5.0), -2.0, (4.0, 0.0)),
    ("poch(., 2)", lambda z: s.poch(z, 2.0), -5.0, (-9.0, 2.0)),
    ("comb(0, 0) again", lambda n: special.comb(n, 0.0, repetition=True), 0.0, (0.0,)),
    (
        "voigt_profile(., 1, 0)",
        lambda x: s.voigt_profile(x, 1.0, 0.0),
        1.0,
        (-math.exp(-0.5) / math.sqrt(2 * math.pi),),
    ),
    (
        "voigt_profile(15, ., 0)",
        lambda sigma: s.voigt_profile(15.0, sigma, 0.0),
        1.0,
        (224 * math.exp(-112.5) / math.sqrt(2 * math.pi),),
    ),
    (
        "sph_harm_y(1, 1, ., 0)",
        lambda x: special.sph_harm_y(1, 1, x, 0.0).real,
        0.0,
        (-math.sqrt(3 / (8 * math.pi)), 0.0),
    ),
    ("entr", s.entr, 0.0, (INF,)),
    ("xlogy(., 0)", lambda x: s.xlogy(x, 0.0), 0.0, (-INF,)),
    ("xlogy(0, .)", lambda y: s.xlogy(0.0, y), 0.0, (0.0,)),
    ("xlog1py(0, .)", lambda y: s.xlog1py(0.0, y), -1.0, (0.0,)),
    ("rel_entr(., 0)", lambda x: s.rel_entr(x, 0.0), 0.0, (0.0,)),
    ("rel_entr(., 1)", lambda x: s.rel_entr(x, 1.0), 0.0, (-INF,)),
    ("rel_entr(0, .)", lambda y: s.rel_entr(0.0, y), 0.0, (0.0,)),
    ("kl_div(., 0)", lambda x: s.kl_div(x, 0.0), 0.0, (0.0,)),
    ("kl_div(0, .)", lambda y: s.kl_div(0.0, y), 0.0, (1.0,)),
    ("huber(1, .)", lambda r: s.huber(1.0, r), 1.0, (1.0, 1.0)),
    ("huber(., 1)", lambda delta: s.huber(delta, 1.0), 1.0, (0.0,)),
    ("pseudo_huber(0, .)", lambda r: s.pseudo_huber(0.0, r), 0.0, (0.0,)),
    ("pseudo_huber(., 2)", lambda delta: s.pseudo_huber(delta, 2.0), 0.0, (2.0, -2.0)),
    ("boxcox(2, .)", lambda y: s.boxcox(2.0, y), 0.0, (math.log(2) ** 2 / 2, math.log(2) ** 3 / 3)),
    ("boxcox(0, .)", lambda y: s.boxcox(0.0, y), 2.0, (1 / 4, -1 / 4)),
    ("boxcox(., 1)", lambda x: s.boxcox(x, 1.0), 0.0, (1.0, 0.0)),
    ("boxcox1p(-1, .)", lambda y: s.boxcox1p(-1.0, y), 2.0, (1 / 4, -1 / 4)),
    ("inv_boxcox(1, .)", lambda y: s.inv_boxcox(1.0, y), 0.0, (-math.e / 2, math.e * 11 / 12)),
    ("powm1(0, .)", lambda y: s.powm1(0.0, y), 2.0, (0.0,)),
    ("powm1(., 0)", lambda x: s.powm1(x, 0.0), 0.0, (0.0,)),
    ("erfinv", s.erfinv, 1.0, (INF,)),
    # Where a formula overflows or cancels, its value does not.
    ("log_ndtr", s.log_ndtr, -1e4, (1e4, -1.0)),
    ("log_ndtr", s.log_ndtr, 50.0, (0.0, 0.0)),
    ("expit", s.expit, 40.0, (math.exp(-40), -math.exp(-40))),
    ("expit", s.expit, -800.0, (0.0, 0.0)),
    ("log_expit", s.log_expit, -800.0, (1.0, 0.0)),
)


@pytest.mark.parametrize(
    ("f", "x", "expected"), [row[1:] for row in ENDS], ids=[f"{row[0]} at {row[2]}" for row in ENDS]
)
def test_ends_and_limits(f: Callable[[Any], Any], x: float, expected: tuple[float, ...]) -> None:
    with np.errstate(divide="ignore", over="ignore"):
        for slope in expected:
            by_reverse, by_forward = grad(f), derivative(f)
            np.testing.assert_allclose(by_reverse(x), slope, rtol=1e-6, atol=1e-12)
            np.testing.assert_allclose(by_forward(x), slope, rtol=1e-6, atol=1e-12)
            f = by_reverse


def test_entropy_of_a_distribution_with_zeros() -> None:
    p, q = np.array([0.0, 0.5, 0.5]), np.array([0.0, 0.25, 0.75])
    np.testing.assert_allclose(grad(lambda q: np.sum(s.rel_entr(p, q)))(q), [0.0, -2.0, -2 / 3])
    np.testing.assert_allclose(grad(lambda q: np.sum(s.xlogy(p, q)))(q), [0.0, 2.0, 2 / 3])


# Each with an argument that is not differentiated first.
GIVEN: Final[tuple[tuple[str, str, Callable[[Any], Any]], ...]] = (
    ("jv", "v", lambda v: s.jv(v, 1.0)),
    ("pdtr", "k", lambda k: s.pdtr(k, 1.0)),
    ("bdtri", "n", lambda n: s.bdtri(1, n, 0.5)),
    ("smirnov", "n", lambda n: s.smirnov(n, 0.5)),
    ("smirnovi", "n", lambda n: s.smirnovi(n, 0.5)),
    ("hyp2f1", "c", lambda c: s.hyp2f1(1.0, 1.0, c, 0.5)),
    ("zeta", "x", lambda x: s.zeta(x, 2.0)),
    ("zeta", "x", s.zeta),
    ("polygamma", "n", lambda n: special.polygamma(n, 1.0)),
    ("expn", "n", lambda n: s.expn(n, 1.0)),
    ("nbdtr", "n", lambda n: s.nbdtr(2, n, 0.5)),
    ("eval_legendre", "n", lambda n: s.eval_legendre(n, 0.5)),
    ("ive", "v", lambda v: s.ive(v, 0.5)),
    ("spherical_jn", "n", lambda n: special.spherical_jn(n, 0.5)),
    ("sph_harm_y", "m", lambda m: special.sph_harm_y(2, m, 0.5, 0.1)),
    ("wright_bessel", "b", lambda b: s.wright_bessel(1.0, b, 0.5)),
)


@pytest.mark.parametrize(("name", "parameter", "f"), GIVEN, ids=[f"{row[0]} {row[1]}" for row in GIVEN])
def test_given_arguments_are_not_differentiated(name: str, parameter: str, f: Callable[[Any], Any]) -> None:
    message = rf"scipy\.special\.{name} is not differentiated with respect to {parameter}"
    with pytest.raises(TypeError, match=message):
        grad(f)(2.0)
    with pytest.raises(TypeError, match=message):
        jvp(f, (2.0,), (1.0,))
    with pytest.raises(TypeError, match=message):
        vmap(grad(f))(np.array([1.0, 2.0]))


def test_given_arguments_of_a_graph_are_not_differentiated() -> None:
    def f(v: Any, z: Any) -> Any:
        return s.jv(v, z)

    graph: Any = trace(f)(1.0, 2.0)
    assert graph(1.0, 3.0) == s.jv(1.0, 3.0)
    np.testing.assert_allclose(grad(graph, 1)(1.0, 3.0), s.jvp(1.0, 3.0))
    with pytest.raises(TypeError, match="not differentiated with respect to v"):
        grad(graph)(1.0, 3.0)


def test_given_arguments_may_be_batches() -> None:
    orders, x = np.arange(3), np.array([0.5, 1.0, 1.5])

    def of_order(x: Any, n: Any) -> Any:
        return s.jv(n, x)

    slopes = vmap(grad(of_order))(x, orders)
    np.testing.assert_allclose(slopes, s.jvp(orders, x))
    np.testing.assert_allclose(vmap(special.polygamma)(orders, x), s.polygamma(orders, x))
    np.testing.assert_allclose(vmap(special.lambertw, (None, 0))(2.0, orders), s.lambertw(2.0, orders))
    np.testing.assert_allclose(vmap(special.spherical_jn)(orders, x), s.spherical_jn(orders, x))


@pytest.mark.parametrize(("name", "count"), [("betainc", 4), ("betainc", 2), ("erf", 2), ("xlogy", 3), ("elliprf", 4)])
def test_an_argument_too_many_is_no_output(name: str, count: int) -> None:
    given = np.zeros(2)
    x = np.array([0.25, 0.5])
    f: Callable[..., Any] = getattr(special, name)
    for of in (grad, lambda f: lambda x: jvp(f, (x,), (x,))):
        with pytest.raises(TypeError, match="argument"):
            of(lambda x: np.sum(f(*[x] * (count - 1), given)))(x)
    assert not given.any()


# Functions of an integer order or count; SciPy truncates others, or takes the floor.
_OF_INTEGERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "kn": special.kn,
    "yn": special.yn,
    "expn": special.expn,
    "spherical_jn": special.spherical_jn,
    "spherical_yn": special.spherical_yn,
    "spherical_in": special.spherical_in,
    "spherical_kn": special.spherical_kn,
    "pdtr": special.pdtr,
    "bdtr k": lambda k, p: special.bdtr(k, 3.0, p),
    "bdtr n": lambda n, p: special.bdtr(1.0, n + 2, p),
    "bdtrc n": lambda n, p: special.bdtrc(1.0, n + 2, p),
    "bdtri n": lambda n, p: special.bdtri(1.0, n + 2, p),
    "nbdtr n": lambda n, p: special.nbdtr(1.0, n + 1, p),
    "nbdtrc n": lambda n, p: special.nbdtrc(1.0, n + 1, p),
    "nbdtri n": lambda n, p: special.nbdtri(1.0, n + 1, p),
}


@pytest.mark.filterwarnings("ignore:floating point number truncated:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:non-integer arg n:DeprecationWarning")
@pytest.mark.parametrize("f", _OF_INTEGERS.values(), ids=_OF_INTEGERS)
def test_an_order_is_truncated_as_in_the_value(f: Callable[[Any, Any], Any]) -> None:
    for n in (0.75, 1.25, 2.5):
        whole = float(np.trunc(n))
        assert f(n, 0.4) == f(whole, 0.4)
        assert grad(lambda x, n=n: f(n, x))(0.4) == grad(lambda x, n=whole: f(n, x))(0.4)
        assert hessian(lambda x, n=n: f(n, x))(0.4) == hessian(lambda x, n=whole: f(n, x))(0.4)
        assert vmap(grad(f, 1))(np.array([n, 1.0]), np.array([0.4, 0.5]))[0] == pytest.approx(grad(f, 1)(whole, 0.4))


def test_unknown_ufuncs_are_named() -> None:
    x: Any = Variable(np.ones(2))
    with pytest.raises(TypeError, match=r"^scipy\.special\.mathieu_a cannot be differentiated"):
        s.mathieu_a(1, x)
    with pytest.raises(TypeError, match=r"^scipy\.special\.gamma would write"):
        s.gamma(x, out=np.ones(2))
    with pytest.raises(TypeError, match=r"lambda.* cannot be differentiated"):
        np.frompyfunc(lambda twice: 2 * twice, 1, 1)(x)


@needs("scipy>=1.17", "special.softplus is there")
def test_derivatives_of_scipys_own_compositions() -> None:
    x: Any = np.array([0.5, 1.5])
    np.testing.assert_allclose(grad(lambda x: np.sum(s.jvp(1, x)))(x), s.jvp(1, x, 2))
    np.testing.assert_allclose(grad(lambda x: np.sum(s.softplus(x)))(x), s.expit(x))


_SPHERICAL: Final = pytest.param("spherical_jn", marks=needs("scipy>=1.15", "it is no ufunc of a name of its own"))


@pytest.mark.parametrize("name", ["logsumexp", "softmax", "log_softmax", "polygamma", "multigammaln", _SPHERICAL])
def test_functions_that_are_no_ufuncs_name_ours(name: str) -> None:
    x: Any = Variable(np.array([2.0, 3.0]))
    arguments = {"polygamma": (1, x), "spherical_jn": (1, x), "multigammaln": (x, 1)}.get(name, (x,))
    with pytest.raises(EscapeError, match=rf"pydezero\.scipy\.special\.{name}"):
        getattr(s, name)(*arguments)
    assert isinstance(getattr(special, name)(*arguments), Variable)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([-INF, -INF], None, [1.0, 1.0]),
        ([-INF, 0.0], None, [0.0, 1.0]),
        ([INF, 0.0], None, [1.0, 0.0]),
        ([1000.0, 1000.0], None, [0.5, 0.5]),
        ([0.0, -1000.0], None, [1.0, 0.0]),
        ([5000.0, 0.0], [0.0, 2.0], [0.0, 1.0]),
        ([0.0, 0.0], [3.0, -1.0], [1.5, -0.5]),
    ],
)
def test_logsumexp_at_infinities(a: list[float], b: list[float] | None, expected: list[float]) -> None:
    def f(x: Variable) -> Variable:
        return special.logsumexp(x, b=b)  # type: ignore[arg-type]  # the types know no such call

    x = np.array(a)
    np.testing.assert_allclose(grad(f)(x), expected)
    np.testing.assert_allclose(vmap(grad(f))(x[np.newaxis])[0], expected)


@needs("scipy>=1.15", "logsumexp is precise there")
def test_logsumexp_is_precise_where_one_element_is_all() -> None:
    x = np.array([0.0, -100.0])
    assert special.logsumexp(Variable(x)).data == s.logsumexp(x) == math.exp(-100)
    np.testing.assert_allclose(hessian(special.logsumexp)(np.zeros(2)), [[0.25, -0.25], [-0.25, 0.25]])


def test_logsumexp_of_a_number_takes_its_axis() -> None:
    """As the newest SciPy's does; SciPy 1.13 refuses it."""
    assert grad(lambda x: special.logsumexp(3.0 * x, axis=(0,)))(2.0) == 3.0


@needs("scipy>=1.15", "logsumexp takes empty arrays")
def test_logsumexp_of_nothing_and_of_differences() -> None:
    empty: Any = Variable(np.ones((2, 0)))
    np.testing.assert_array_equal(special.logsumexp(empty, axis=1).data, [-INF, -INF])
    out, sign = special.logsumexp(Variable(np.array([1.0, 2.0])), b=np.array([1.0, -1.0]), return_sign=True)
    assert out.data == pytest.approx(math.log(math.e**2 - math.e))
    assert sign.data == -1
    _, none = special.logsumexp(Variable(np.array([-INF])), return_sign=True)
    assert none.data == 0


@pytest.mark.parametrize("d", [0, 1.5])
def test_multigammaln_of_no_dimension(d: Any) -> None:
    with pytest.raises(ValueError, match=f"got {d}"):
        special.multigammaln(Variable(np.array(3.0)), d)


@pytest.mark.parametrize("z", [1.3 + 0.4j, -3.3 + 0.4j, 0.2 - 5j, -20.5 + 0.01j, 40 + 3j, -1.2 - 30j], ids=str)
def test_derivatives_of_psi_over_the_complex_plane(z: complex) -> None:
    step = 1e-4
    ahead, behind = s.psi(z + step), s.psi(z - step)
    found = grad(lambda z: special.psi(z).real)(np.asarray(z))
    np.testing.assert_allclose(found, (ahead - behind) / (2 * step), rtol=1e-6)
    higher = grad(grad(special.psi))(np.asarray(z.real + 50))
    np.testing.assert_allclose(higher, s.polygamma(2, z.real + 50))


@pytest.mark.parametrize("dtype", ["i4", "u1", "f2"])
def test_other_dtypes(dtype: str) -> None:
    x = np.array([2, 3], dtype)
    found = grad(lambda x: np.sum(s.gamma(x)))(x)
    assert found.dtype == (np.float16 if dtype == "f2" else np.float64)
    np.testing.assert_allclose(found, s.gamma([2.0, 3.0]) * s.psi([2.0, 3.0]), rtol=1e-3)


@pytest.mark.parametrize("name", ["comb", "perm", "factorial"])
def test_counts_that_are_integers_have_no_derivative(name: str) -> None:
    function: Callable[..., Any] = getattr(special, name)
    given = [Variable(np.array(3.0)), 2.0][: 1 + (name != "factorial")]
    with pytest.raises(TypeError, match=rf"scipy\.special\.{name}: exact=True"):
        function(*given, exact=True)


@pytest.mark.parametrize("x", [-1.0, math.nan])
def test_elliptic_integrals_where_no_derivative_is_known(x: float) -> None:
    assert math.isnan(grad(lambda y: special.elliprf(x, y, 1.0))(2.0))
    assert math.isnan(grad(lambda y: special.elliprj(x, y, 1.0, 1.0))(2.0))
    assert math.isnan(grad(lambda m: special.ellipkinc(1.5, m))(1.5))
    with np.errstate(all="ignore"):  # the ratio of what Carlson's integral is of underflows
        assert math.isnan(grad(lambda m: special.ellipkinc(np.pi / 2, m))(-1e308))


# The functions that a formula of elementary functions, or the paper it is from, defines.
_ELEMENTARY: Final = {
    *("smirnov", "smirnovi"),
    *("boxcox", "boxcox1p", "inv_boxcox", "inv_boxcox1p", "huber", "pseudo_huber"),
    *("entr", "kl_div", "rel_entr", "xlog1py", "xlogy", "log_softmax", "logsumexp", "softmax", "owens_t", "round"),
}


def test_the_first_line_says_what_a_function_computes_and_where_it_is_defined() -> None:
    lines = {
        name: (getattr(special, name).__doc__ or "").strip().splitlines()[0]
        for name in EXPORTS["pydezero.scipy.special"]
    }
    assert not [line for line in lines.values() if not line.endswith(".") or len(line) > 115]
    source = re.compile(r"\(DLMF \d+(\.\d+)+(, \d+(\.\d+)+)*\)")
    assert {name for name, line in lines.items() if not source.search(line)} == _ELEMENTARY
