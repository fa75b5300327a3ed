"""Points where a derivative is a convention: what ours is, what the peers' are, and `docs/conventions.md` made of it.

`python -m tests.functions.conventions` writes the page anew. The columns of the peers are facts, measured by calling
them (autograd 1.9.1, JAX 0.10.2, PyTorch 2.13.0); a dash stands for a function that a peer lacks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
from scipy import special

from pydezero import as_variable, nn
from pydezero.scipy import interpolate

PAGE: Final = Path(__file__).parents[2] / "docs" / "conventions.md"

INF: Final = np.inf
NAN: Final = np.nan


@attrs.frozen(eq=False)
class Convention:
    """The gradient of the sum of f(*arguments), with respect to each argument."""

    function: str
    f: Callable[..., Any] = attrs.field(repr=False)
    arguments: tuple[Any, ...]
    ours: tuple[Any, ...] | type[Exception]
    autograd: str
    jax: str
    torch: str
    why: str

    def __str__(self) -> str:
        return self.function


_SORT_WEIGHTS: Final = np.array([1.0, 10.0, 100.0])

CONVENTIONS: Final[list[Convention]] = [
    Convention("abs(x)", np.abs, (0.0,), (0.0,), "0", "1", "0", "the mean of both slopes"),
    Convention("sign(x), floor(x), round(x)", np.sign, (0.0,), (0.0,), "0", "0", "0", "0 on either side"),
    Convention("sqrt(x)", np.sqrt, (0.0,), (INF,), "inf", "inf", "inf", "the slope is infinite"),
    Convention("cbrt(x)", np.cbrt, (0.0,), (INF,), "-", "inf", "-", "the slope is infinite"),
    Convention(
        "maximum(x, y), minimum(x, y)",
        np.maximum,
        (1.0, 1.0),
        (0.5, 0.5),
        "0.5, 0.5",
        "0.5, 0.5",
        "0.5, 0.5",
        "half each",
    ),
    Convention("fmax(x, y), fmin(x, y)", np.fmax, (1.0, 1.0), (0.5, 0.5), "0.5, 0.5", "0, 1", "1, 0", "half each"),
    Convention(
        "maximum(x, 0)",
        lambda x: np.maximum(x, 0.0),
        (0.0,),
        (0.5,),
        "0.5",
        "0.5",
        "0.5",
        "the mean of both slopes",
    ),
    Convention("nn.relu(x)", nn.relu, (0.0,), (0.0,), "-", "0", "0", "as other libraries of layers have it"),
    Convention(
        "clip(x, 0, 1)", lambda x: np.clip(x, 0.0, 1.0), (0.0,), (0.5,), "0", "0.5", "1", "the mean of both slopes"
    ),
    Convention(
        "max(x), min(x) with ties",
        np.max,
        ([1.0, 3.0, 3.0],),
        ([0.0, 0.5, 0.5],),
        "[0, .5, .5]",
        "[0, .5, .5]",
        "[0, .5, .5]",
        "shared evenly",
    ),
    Convention(
        "nanmax(x) with ties",
        np.nanmax,
        ([NAN, 2.0, 2.0],),
        ([0.0, 0.5, 0.5],),
        "-",
        "[0, .5, .5]",
        "-",
        "shared evenly",
    ),
    Convention(
        "ptp(x) of equal elements",
        np.ptp,
        ([2.0, 2.0],),
        ([0.0, 0.0],),
        "-",
        "[0, 0]",
        "-",
        "shared evenly, by both ends",
    ),
    Convention(
        "sort(x) with ties, weighted [1, 10, 100]",
        lambda x: np.sort(x) * _SORT_WEIGHTS,
        ([2.0, 2.0, 1.0],),
        ([10.0, 100.0, 1.0],),
        "[10, 100, 1]",
        "[10, 100, 1]",
        "[10, 100, 1]",
        "as a stable sort arranges them",
    ),
    Convention(
        "median(x) of an even number",
        np.median,
        ([1.0, 2.0, 3.0, 4.0],),
        ([0.0, 0.5, 0.5, 0.0],),
        "-",
        "[0, .5, .5, 0]",
        "[0, 1, 0, 0]",
        "it is the mean of two elements",
    ),
    Convention(
        "norm(x)", np.linalg.norm, ([0.0, 0.0],), ([0.0, 0.0],), "[nan, nan]", "[nan, nan]", "[0, 0]", "like abs at 0"
    ),
    Convention(
        "norm(x, 1)",
        lambda x: np.linalg.norm(x, 1),
        ([0.0, 2.0],),
        ([0.0, 1.0],),
        "raises",
        "[1, 1]",
        "[0, 1]",
        "like abs at 0",
    ),
    Convention(
        "norm(x, inf) with ties",
        lambda x: np.linalg.norm(x, np.inf),
        ([2.0, -2.0],),
        ([0.5, -0.5],),
        "[nan, nan]",
        "[.5, -.5]",
        "[.5, -.5]",
        "like max",
    ),
    Convention("hypot(x, y)", np.hypot, (0.0, 0.0), (0.0, 0.0), "-", "0.5, 0.5", "nan, nan", "like norm"),
    Convention("abs(z) of a complex z", np.abs, (0j,), (0j,), "0", "0", "0", "like norm"),
    Convention(
        "std(x) of equal elements",
        np.std,
        ([2.0, 2.0],),
        ([0.0, 0.0],),
        "[nan, nan]",
        "[nan, nan]",
        "[0, 0]",
        "like norm",
    ),
    Convention("x ** 0", lambda x: x**0, (0.0,), (0.0,), "0", "0", "0", "x ** 0 is 1 everywhere"),
    Convention(
        "x ** y",
        lambda x, y: x**y,
        (0.0, 0.0),
        (0.0, 0.0),
        "0, 0",
        "nan, 0",
        "0, 0",
        "x ** 0 is 1 everywhere",
    ),
    Convention("x ** y", lambda x, y: x**y, (0.0, 2.0), (0.0, 0.0), "0, 0", "0, 0", "0, 0", "0 ** y is 0 for y > 0"),
    Convention("x ** 0.5", lambda x: x**0.5, (0.0,), (INF,), "inf", "inf", "inf", "the slope is infinite"),
    Convention(
        "where(x > 0, log(x), 0)",
        lambda x: np.where(x > 0, np.log(x), 0.0),
        (0.0,),
        (0.0,),
        "nan",
        "nan",
        "nan",
        "a branch that is not taken has no derivative",
    ),
    Convention(
        "arctan2(y, x)", np.arctan2, (0.0, 0.0), (0.0, 0.0), "nan, nan", "nan, nan", "0, 0", "no direction is special"
    ),
    Convention("sinc(x)", np.sinc, (0.0,), (0.0,), "nan", "0", "0", "sinc is smooth and even"),
    Convention(
        "prod(x) with zeros",
        np.prod,
        ([0.0, 3.0, 0.0],),
        ([0.0, 0.0, 0.0],),
        "[nan, 0, nan]",
        "[0, 0, 0]",
        "[0, 0, 0]",
        "what it is: a product of the others",
    ),
    Convention(
        "mod(x, y) at a multiple",
        np.mod,
        (4.0, 2.0),
        (1.0, -2.0),
        "1, -2",
        "1, -2",
        "1, -2",
        "from the right",
    ),
    Convention(
        "copysign(x, y)", np.copysign, (0.0, 1.0), (0.0, 0.0), "-", "1, 0", "0, 0", "like abs at 0; y has no slope"
    ),
    Convention(
        "heaviside(x, 0.5)",
        lambda x: np.heaviside(x, 0.5),
        (0.0,),
        (0.0,),
        "-",
        "0",
        "-",
        "0 on either side",
    ),
    Convention(
        "logaddexp(x, y)",
        np.logaddexp,
        (-INF, -INF),
        (1.0, 1.0),
        "nan, nan",
        "nan, nan",
        "nan, nan",
        "of each as if the other were alone",
    ),
    Convention(
        "interp(x, [0, 1, 2], [0, 1, 4]) at a knot",
        lambda x: np.interp(x, np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 4.0])),
        (1.0,),
        (2.0,),
        "-",
        "3",
        "-",
        "the mean of both slopes",
    ),
    Convention(
        "PchipInterpolator([0, 1, 2, 3], y)(1.5) with equal neighbours",
        lambda y: interpolate.PchipInterpolator(np.arange(4.0), y)(1.5),
        ([0.0, 1.0, 2.0, 2.0],),
        ([-0.0625, 0.5, 0.6875, -0.125],),
        "-",
        "-",
        "-",
        "the mean of both slopes",
    ),
    Convention(
        "the slope of Akima1DInterpolator([0, 1, 2, 3, 4], y) at 2, on a line",
        lambda y: interpolate.Akima1DInterpolator(np.arange(5.0), y).derivative()(2.0),
        ([0.0, 1.0, 2.0, 3.0, 4.0],),
        ([0.0, -0.5, 0.0, 0.5, 0.0],),
        "-",
        "-",
        "-",
        "both secants have the weight 1/2",
    ),
    Convention(
        "det(a) of a zero matrix",
        np.linalg.det,
        ([[0.0, 0.0], [0.0, 0.0]],),
        ([[0.0, 0.0], [0.0, 0.0]],),
        "raises",
        "zeros",
        "zeros",
        "the adjugate",
    ),
    Convention(
        "eigvalsh(a) with equal eigenvalues, summed",
        np.linalg.eigvalsh,
        ([[2.0, 0.0], [0.0, 2.0]],),
        ([[1.0, 0.0], [0.0, 1.0]],),
        "identity",
        "identity",
        "identity",
        "the sum is the trace",
    ),
    Convention(
        "median(x) with ties",
        np.median,
        ([2.0, 2.0, 1.0, 2.0, 5.0],),
        ([0.0, 1.0, 0.0, 0.0, 0.0],),
        "-",
        "[0, 1, 0, 0, 0]",
        "[1/3, 1/3, 0, 1/3, 0]",
        "the element that a stable sort puts in the middle",
    ),
    Convention(
        "quantile(x, q), in q, at an element",
        lambda q: np.quantile(np.array([2.0, 1.0, 6.0]), q),
        (0.5,),
        (5.0,),
        "-",
        "0",
        "0",
        "the mean of both slopes",
    ),
    Convention(
        "unique(x), weighted [1, 2]",
        lambda x: np.unique(x) * np.array([1.0, 2.0]),
        ([2.0, 1.0, 2.0, 1.0],),
        ([2.0, 1.0, 0.0, 0.0],),
        "raises",
        "[2, 1, 0, 0] (with size=)",
        "raises",
        "of equal elements the first",
    ),
    Convention(
        "maximum.accumulate(x), its last",
        lambda x: np.maximum.accumulate(x)[-1],
        ([1.0, 1.0, 1.0],),
        ([0.25, 0.25, 0.5],),
        "-",
        "[1/4, 1/4, 1/2]",
        "[0, 0, 1]",
        "half at each comparison",
    ),
    Convention(
        "x.at[0].max(v)",
        lambda x, v: as_variable(x).at[0].max(v),
        ([1.0], 1.0),
        ([0.5], 0.5),
        "-",
        "[0.5], 0.5",
        "[0.5], 0.5",
        "half each",
    ),
    Convention("nan_to_num(x)", np.nan_to_num, ([NAN, INF],), ([0.0, 0.0],), "[0, 0]", "[0, 0]", "[0, 0]", "replaced"),
    Convention("angle(z)", np.angle, (0j,), (0j,), "nan", "nan", "0", "like arctan2"),
    Convention(
        "norm(a, 'nuc')",
        lambda a: np.linalg.norm(a, "nuc"),
        ([[0.0, 0.0], [0.0, 0.0]],),
        ([[0.0, 0.0], [0.0, 0.0]],),
        "U V^T",
        "U V^T",
        "U V^T",
        "like abs at 0: a singular value is one",
    ),
    Convention(
        "norm(a, 2) with equal singular values",
        lambda a: np.linalg.norm(a, 2),
        ([[1.0, 0.0], [0.0, 1.0]],),
        ([[0.5, 0.0], [0.0, 0.5]],),
        "raises",
        "I/2",
        "I/2",
        "like max",
    ),
    Convention(
        "eigenvectors of eigh(a) with equal eigenvalues",
        lambda a: np.linalg.eigh(a)[1][0, 1],
        ([[2.0, 0.0], [0.0, 2.0]],),
        np.linalg.LinAlgError,
        "nan",
        "nan",
        "nan",
        "they turn at will",
    ),
    Convention(
        "logaddexp.reduce(x)",
        np.logaddexp.reduce,
        ([INF, 1.0, INF],),
        ([1.0, 0.0, 1.0],),
        "-",
        "[nan, 0, nan] (logsumexp)",
        "[nan, 0, nan] (logsumexp)",
        "as logaddexp",
    ),
    Convention(
        "scipy.special.xlogy(x, y)", special.xlogy, (0.0, 0.0), (-INF, 0.0), "-", "-inf, nan", "0, nan", "limits"
    ),
    Convention("scipy.special.entr(x)", special.entr, (0.0,), (INF,), "-", "inf", "inf", "the slope is infinite"),
    Convention(
        "scipy.special.rel_entr(x, y)", special.rel_entr, (0.0, 0.0), (0.0, 0.0), "-", "0, 0", "-", "0 all around"
    ),
    Convention(
        "scipy.special.gammainc(1, x)", lambda x: special.gammainc(1.0, x), (0.0,), (1.0,), "1", "nan", "nan", "exp(-x)"
    ),
]

_HEAD: Final = """# Where a derivative is a convention

At a kink, a tie or the edge of a domain a function has no derivative, or none that NumPy's answer settles. This is
what pydezero gives there, in every mode, and what its peers give (autograd 1.9.1, JAX 0.10.2, PyTorch 2.13.0; `-` where
one lacks the function). Two rules cover nearly all: *the mean of both slopes* at a kink, and *a branch that was not
taken has no derivative*. Where the slope is infinite it is `inf`, as the limit says.

Of second derivatives at such points there are three kinds:
- At the kink of `abs` and of norms they are 0 where nothing multiplies the slope but constants (`hessian` of
  `np.sum(np.abs(x))`), and `nan` where a smooth function may hide the kink (`cosh(abs(x))`,
  `maximum(x, 0) + log1p(exp(-abs(x)))`), or where forward mode is nested in forward or reverse mode. Powers with an
  exponent of 2 or more (`abs(x) ** 2`, `norm(x) ** 2`) are right.
- At a tie each operand of `maximum` and its relatives has a constant share, `max` and `min` likewise. Their powers have
  the mean of the second derivatives on either side (of `maximum(x, 0) ** 2` that is 1), which is right where it is
  smooth (`maximum(x, -x) ** 2`). Of other functions in which a tie of two that vary may cancel, such as
  `maximum(x, y) * minimum(x, y)`, it is `nan`, unless the first derivative by the larger is 0: then the shares do not
  count (in `log(exp(x - m) + exp(y - m)) + m`). `maximum(x, x)` is no tie, but x. A `sort` and a `where` choose one
  side, so they have no ties.
- At the origin `arctan2`, `angle` and `pseudo_huber` have none: it is `nan`.

The second of these leaves functions that are smooth although a tie is inside of them, and whose second derivative at
the tie comes out as a finite number that is not theirs: even functions of a kink that is written as a tie with a
constant or with its own negative (`cosh(maximum(x, -x))`, `cosh(maximum(x, 0) + maximum(-x, 0))`: 0, not 1; write
`abs(x)`), and functions of both `max` and `min` over an axis (`max(x) * min(x)`, `ptp(x) ** 2`; write `sort`, and take
its ends). `nan` there would be `nan` elsewhere, too, because at a tie these functions cannot be told from others of
which everybody needs the second derivative. Where all numbers are equal, as they are before the first step of a
fit, a softmax has a tie in its largest, which is taken out only against overflow; and where all numbers are 0, so are
those that come out of `maximum(x, 0)`, in a whole layer of a net.

A step has no second rule: the derivative of `sign` is 0 at 0, too, as the table says, and a product with it that is
smooth has second derivatives that lack what the step adds to them (`cosh(x * sign(x))`, `(x * sign(x)) ** 2`: 0; write
`abs(x)`). The rule of `sign` cannot know that the derivative is the second one.

```python
import numpy as np
from pydezero import hessian


def softmax(x):
    e = np.exp(x - np.max(x))  # the derivative by the largest is 0 but for rounding
    return e / np.sum(e)


def layer(x):
    return np.sum(np.exp(np.maximum(x, 0)))


def product(x):
    return np.max(x) * np.min(x)


def sorted_product(x):
    x = np.sort(x)
    return x[0] * x[-1]


equal = np.ones(2)
print(hessian(lambda x: softmax(x)[0] ** 2)(equal))
print(hessian(layer)(np.zeros(2)))
print(hessian(product)(equal), "is not that of x[0] * x[1]")
print(hessian(sorted_product)(equal), "is")
print(hessian(lambda x: np.cosh(np.maximum(x, -x)))(0.0), hessian(lambda x: np.cosh(np.abs(x)))(0.0))
```

```text
[[ 0.125 -0.125]
 [-0.125  0.125]]
[[0.25 0.  ]
 [0.   0.25]]
[[0.5 0.5]
 [0.5 0.5]] is not that of x[0] * x[1]
[[0. 1.]
 [1. 0.]] is
0.0 nan
```

Of a matrix that is singular up to rounding, `qr`, `slogdet`, `sqrtm` and others whose values do not tell have no
derivative: it raises a `LinAlgError`. `inv`, `solve` and `cholesky` raise where NumPy does. Where NumPy gives a value,
that and its derivative have as few digits as `np.linalg.cond` leaves them.

What a choice leaves out has no influence, element by element, even where the derivative of what made it is infinite.
Left out is a branch that was not taken (of `np.where`, `select`, `choose`, `piecewise`, `cond`, `switch`), what a loop
without a step does not use, and a result of a loop, of a checkpoint or of a compiled function that nobody uses. That is
so in every mode and to any order, in graphs and compiled functions, in the steps of a loop before the one that chooses,
and through the derivative of a solver. Nothing else is left out: a factor of 0 (`0 * log(x)`), an index (`log(x)[1:]`)
and `maximum(log(x), 0)` give nan at 0. So does what `max`, `min`, `maximum` and `clip` do not choose: its factor is 0,
and where the cotangent is not finite the derivative is nan for all elements of a row (that of `max(x) ** 2` if there is
a nan in x), as in autograd and JAX.

```python
from pydezero import grad, jit, scan


def behind(x):
    y = scan(lambda c, _: (c * np.log(x), None), np.ones_like(x), length=3)[0]
    return np.sum(np.where(x > 0, y, 0.0))


def by_a_later_step(x):
    return np.sum(scan(lambda c, keep: (np.where(keep, np.log(c), 0.5), None), x, np.array([True, False]))[0])


x = np.array([0.0, 2.0])
with np.errstate(divide="ignore", invalid="ignore"):
    print(grad(behind)(x), jit(grad(behind))(x))
    print(grad(by_a_later_step)(x), jit(grad(by_a_later_step))(x))
    print(grad(lambda x: np.sum(0 * np.log(x)))(x))
```

```text
[0.         0.72067952] [0.         0.72067952]
[0. 0.] [0. 0.]
[nan  0.]
```

Made by `python -m tests.functions.conventions` from the table that the tests check.

| function | at | pydezero | autograd | JAX | PyTorch | because |
|---|---|---|---|---|---|---|
"""


def _shown(values: tuple[Any, ...] | type[Exception]) -> str:
    if isinstance(values, type):
        return f"raises {values.__name__}"
    return ", ".join(re.sub(r"\.0\b", "", str(x)).replace("0j", "0") for x in values)


def page() -> str:
    """The page, as Markdown."""
    rows = [
        (f"`{c.function}`", _shown(c.arguments), _shown(c.ours), c.autograd, c.jax, c.torch, c.why) for c in CONVENTIONS
    ]
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    PAGE.write_text(page())
