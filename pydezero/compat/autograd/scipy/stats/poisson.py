"""The Poisson distribution, by `pydezero.scipy.stats`."""

from pydezero.scipy.stats import poisson as _of
from pydezero.scipy.stats.typed import DistributionFunction

logpmf: DistributionFunction = _of.logpmf
pmf: DistributionFunction = _of.pmf
cdf: DistributionFunction = _of.cdf
