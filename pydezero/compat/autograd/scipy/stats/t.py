"""Student's t distribution, by `pydezero.scipy.stats`."""

from pydezero.scipy.stats import t as _of
from pydezero.scipy.stats.typed import DistributionFunction

logpdf: DistributionFunction = _of.logpdf
pdf: DistributionFunction = _of.pdf
cdf: DistributionFunction = _of.cdf
logcdf: DistributionFunction = _of.logcdf
