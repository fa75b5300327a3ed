"""The beta distribution, by `pydezero.scipy.stats`."""

from pydezero.scipy.stats import beta as _of
from pydezero.scipy.stats.typed import DistributionFunction

logpdf: DistributionFunction = _of.logpdf
pdf: DistributionFunction = _of.pdf
cdf: DistributionFunction = _of.cdf
