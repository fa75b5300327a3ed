"""The Dirichlet distribution, by `pydezero.scipy.stats`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scipy.stats import dirichlet as _scipys

from pydezero.compat.autograd.extend import notrace_primitive
from pydezero.scipy.stats import dirichlet as _of
from pydezero.scipy.stats.typed import DistributionFunction

logpdf: DistributionFunction = _of.logpdf
pdf: DistributionFunction = _of.pdf

rvs: Callable[..., Any] = notrace_primitive(_scipys.rvs)
"""Random numbers, by SciPy; they are constants to derivatives."""
