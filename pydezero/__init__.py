"""pydezero: automatic differentiation of plain, typed NumPy code.

>>> import numpy as np
>>> from pydezero import grad
>>> grad(lambda x: np.sum(np.sin(x) * x))(np.array([0.0, 1.0]))
array([0.        , 1.38177329])
"""

from importlib import import_module
from typing import TYPE_CHECKING

from pydezero import functions, numpy_protocol, testing, tree
from pydezero.core.constant import as_array
from pydezero.core.function import Function
from pydezero.core.variable import Node, Variable, as_variable
from pydezero.functions import add, exp, square
from pydezero.testing import numerical_diff
from pydezero.transforms.grad import grad, value_and_grad
from pydezero.transforms.gradients import gradients
from pydezero.transforms.vjp import Pullback, vjp

if TYPE_CHECKING:
    from pydezero.transforms.checkpoint import checkpoint
    from pydezero.transforms.custom_jvp import custom_jvp
    from pydezero.transforms.custom_vjp import custom_vjp
    from pydezero.transforms.derivative import derivative
    from pydezero.transforms.graph import Equation, Graph
    from pydezero.transforms.hessian import hessian, hvp, laplacian
    from pydezero.transforms.jacobian import jacfwd, jacobian, jacrev
    from pydezero.transforms.jvp import jvp
    from pydezero.transforms.linearize import Pushforward, linear_transpose, linearize
    from pydezero.transforms.passes import (
        eliminate_common_subexpressions,
        eliminate_dead_code,
        fold_constants,
        simplify,
    )
    from pydezero.transforms.stop_gradient import stop_gradient
    from pydezero.transforms.trace import trace
    from pydezero.transforms.vmap import vmap
else:
    # The same names, of modules that are imported when they are asked for: together they take longer than all the rest.
    _MODULES = {
        "Equation": "graph",
        "Graph": "graph",
        "Pushforward": "linearize",
        "checkpoint": "checkpoint",
        "custom_jvp": "custom_jvp",
        "custom_vjp": "custom_vjp",
        "derivative": "derivative",
        "eliminate_common_subexpressions": "passes",
        "eliminate_dead_code": "passes",
        "fold_constants": "passes",
        "hessian": "hessian",
        "hvp": "hessian",
        "jacfwd": "jacobian",
        "jacobian": "jacobian",
        "jacrev": "jacobian",
        "jvp": "jvp",
        "laplacian": "hessian",
        "linear_transpose": "linearize",
        "linearize": "linearize",
        "simplify": "passes",
        "stop_gradient": "stop_gradient",
        "trace": "trace",
        "vmap": "vmap",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module 'pydezero' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"pydezero.transforms.{_MODULES[name]}"), name)
        return value

    def __dir__():
        return sorted({*globals(), *_MODULES})


numpy_protocol.install()

__version__ = "0.1.0"

__all__ = [
    "Equation",
    "Function",
    "Graph",
    "Node",
    "Pullback",
    "Pushforward",
    "Variable",
    "add",
    "as_array",
    "as_variable",
    "checkpoint",
    "custom_jvp",
    "custom_vjp",
    "derivative",
    "eliminate_common_subexpressions",
    "eliminate_dead_code",
    "exp",
    "fold_constants",
    "functions",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "laplacian",
    "linear_transpose",
    "linearize",
    "numerical_diff",
    "simplify",
    "square",
    "stop_gradient",
    "testing",
    "trace",
    "tree",
    "value_and_grad",
    "vjp",
    "vmap",
]
