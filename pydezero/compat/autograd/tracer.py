"""Names that programs import from `autograd.tracer`."""

from pydezero.compat.autograd.extend import Box, getval, isbox, notrace_primitive, primitive

__all__ = ["Box", "getval", "isbox", "notrace_primitive", "primitive"]
