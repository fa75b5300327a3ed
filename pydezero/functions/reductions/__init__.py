"""Reductions along axes: sums, extremes, moments, running sums, medians and quantiles."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.functions.reductions import options as options
