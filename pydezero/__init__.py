"""pydezero: automatic differentiation of plain, typed NumPy code.

>>> import numpy as np
>>> from pydezero import grad
>>> grad(lambda x: np.sum(np.sin(x) * x))(np.array([0.0, 1.0]))
array([0.        , 1.38177329])
"""

from importlib import import_module
from typing import TYPE_CHECKING

from pydezero import functions, numpy_protocol, tree
from pydezero.core.constant import as_array
from pydezero.core.function import Function
from pydezero.core.variable import Node, Variable, as_variable
from pydezero.functions import add, exp, square
from pydezero.transforms.grad import grad, value_and_grad
from pydezero.transforms.gradients import gradients
from pydezero.transforms.vjp import Pullback, vjp

if TYPE_CHECKING:
    from pydezero import testing
    from pydezero.pictures.draw import draw
    from pydezero.pictures.picture import Picture
    from pydezero.testing.numerical import numerical_diff
    from pydezero.transforms.check_finite import check_finite
    from pydezero.transforms.checkpoint import checkpoint
    from pydezero.transforms.costs import Costs, LineCost
    from pydezero.transforms.custom_jvp import custom_jvp
    from pydezero.transforms.custom_vjp import custom_vjp
    from pydezero.transforms.derivative import derivative
    from pydezero.transforms.explain import explain
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
        "Costs": "transforms.costs",
        "Equation": "transforms.graph",
        "Graph": "transforms.graph",
        "Picture": "pictures.picture",
        "LineCost": "transforms.costs",
        "Pushforward": "transforms.linearize",
        "check_finite": "transforms.check_finite",
        "checkpoint": "transforms.checkpoint",
        "custom_jvp": "transforms.custom_jvp",
        "custom_vjp": "transforms.custom_vjp",
        "derivative": "transforms.derivative",
        "draw": "pictures.draw",
        "eliminate_common_subexpressions": "transforms.passes",
        "eliminate_dead_code": "transforms.passes",
        "explain": "transforms.explain",
        "fold_constants": "transforms.passes",
        "hessian": "transforms.hessian",
        "hvp": "transforms.hessian",
        "jacfwd": "transforms.jacobian",
        "jacobian": "transforms.jacobian",
        "jacrev": "transforms.jacobian",
        "jvp": "transforms.jvp",
        "laplacian": "transforms.hessian",
        "linear_transpose": "transforms.linearize",
        "linearize": "transforms.linearize",
        "numerical_diff": "testing.numerical",
        "simplify": "transforms.passes",
        "stop_gradient": "transforms.stop_gradient",
        "trace": "transforms.trace",
        "vmap": "transforms.vmap",
    }

    def __getattr__(name):
        if name == "testing":
            return import_module("pydezero.testing")
        if name not in _MODULES:
            raise AttributeError(f"module 'pydezero' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"pydezero.{_MODULES[name]}"), name)
        return value

    def __dir__():
        return sorted({*globals(), *_MODULES, "testing"})


numpy_protocol.install()

__version__ = "0.1.0"

__all__ = [
    "Costs",
    "Equation",
    "Function",
    "Graph",
    "LineCost",
    "Node",
    "Picture",
    "Pullback",
    "Pushforward",
    "Variable",
    "add",
    "as_array",
    "as_variable",
    "check_finite",
    "checkpoint",
    "custom_jvp",
    "custom_vjp",
    "derivative",
    "draw",
    "eliminate_common_subexpressions",
    "eliminate_dead_code",
    "exp",
    "explain",
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
