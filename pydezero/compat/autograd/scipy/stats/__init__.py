"""Densities and distribution functions of `scipy.stats`, composed of functions that have a derivative."""

from pydezero.compat.autograd.scipy.stats import beta as beta
from pydezero.compat.autograd.scipy.stats import chi2 as chi2
from pydezero.compat.autograd.scipy.stats import dirichlet as dirichlet
from pydezero.compat.autograd.scipy.stats import gamma as gamma
from pydezero.compat.autograd.scipy.stats import multivariate_normal as multivariate_normal
from pydezero.compat.autograd.scipy.stats import norm as norm
from pydezero.compat.autograd.scipy.stats import poisson as poisson
from pydezero.compat.autograd.scipy.stats import t as t
