"""`flatten` and the other helpers of `autograd.misc`."""

from pydezero.compat.autograd.misc.flatten import flatten
from pydezero.compat.autograd.misc.tracers import const_graph

__all__ = ["const_graph", "flatten"]
