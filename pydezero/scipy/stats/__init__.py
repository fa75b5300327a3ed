"""The distributions of `scipy.stats` with SciPy's names, arguments and methods, of arrays and of Variables.

SciPy's own methods raise for a Variable. On arrays the methods here are SciPy's. A distribution that is called with its
parameters, `norm(loc, scale)`, has methods of points alone.
"""

from typing import TYPE_CHECKING

__all__ = [
    "bernoulli",
    "beta",
    "betabinom",
    "binom",
    "cauchy",
    "chi2",
    "dirichlet",
    "expon",
    "f",
    "gamma",
    "gennorm",
    "geom",
    "gumbel_l",
    "gumbel_r",
    "halfcauchy",
    "halfnorm",
    "invgamma",
    "laplace",
    "logistic",
    "lognorm",
    "multinomial",
    "multivariate_normal",
    "nbinom",
    "norm",
    "pareto",
    "poisson",
    "t",
    "truncnorm",
    "uniform",
    "vonmises",
    "weibull_max",
    "weibull_min",
    "wishart",
    "wrapcauchy",
]

if TYPE_CHECKING:
    from pydezero.scipy.stats.circular import vonmises, wrapcauchy
    from pydezero.scipy.stats.counts import bernoulli, betabinom, binom, geom, nbinom, poisson
    from pydezero.scipy.stats.exponential import laplace, logistic, pareto, uniform
    from pydezero.scipy.stats.extremes import gumbel_l, gumbel_r, weibull_max, weibull_min
    from pydezero.scipy.stats.gammas import beta, chi2, expon, f, gamma, invgamma
    from pydezero.scipy.stats.matrices import dirichlet, wishart
    from pydezero.scipy.stats.multinormal import multivariate_normal
    from pydezero.scipy.stats.normal import gennorm, halfnorm, lognorm, norm
    from pydezero.scipy.stats.student import cauchy, halfcauchy, t
    from pydezero.scipy.stats.trials import multinomial
    from pydezero.scipy.stats.truncated import truncnorm
else:
    from pydezero.lazy import attributes

    __getattr__, __dir__ = attributes(__name__)
