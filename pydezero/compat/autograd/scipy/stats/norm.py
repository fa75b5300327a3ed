"""The normal distribution, by `pydezero.scipy.stats`."""

from pydezero.scipy.stats import norm as _of
from pydezero.scipy.stats.typed import DistributionFunction

logpdf: DistributionFunction = _of.logpdf
pdf: DistributionFunction = _of.pdf
cdf: DistributionFunction = _of.cdf
sf: DistributionFunction = _of.sf
logcdf: DistributionFunction = _of.logcdf
logsf: DistributionFunction = _of.logsf
