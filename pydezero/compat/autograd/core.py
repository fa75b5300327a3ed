"""Names that programs import from `autograd.core`: the operators on functions of one argument, and the rules."""

from pydezero.compat.autograd.applications import RULES_OF_FORWARD_MODE, RULES_OF_REVERSE_MODE
from pydezero.compat.autograd.deprecated import primitive
from pydezero.compat.autograd.differential_operators import _make_jvp as make_jvp
from pydezero.compat.autograd.differential_operators import _make_vjp as make_vjp
from pydezero.compat.autograd.extend import (
    Box,
    VSpace,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    getval,
    isbox,
    vspace,
)

__all__ = [
    "Box",
    "VSpace",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "getval",
    "isbox",
    "make_jvp",
    "make_vjp",
    "primitive",
    "primitive_jvps",
    "primitive_vjps",
    "vspace",
]

primitive_vjps = RULES_OF_REVERSE_MODE
primitive_jvps = RULES_OF_FORWARD_MODE
