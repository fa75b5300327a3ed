"""pydezero: automatic differentiation of plain, typed NumPy code.

>>> import numpy as np
>>> from pydezero import grad
>>> grad(lambda x: np.sum(np.sin(x) * x))(np.array([0.0, 1.0]))
array([0.        , 1.38177329])
"""

from pydezero import functions, numpy_protocol, testing, tree
from pydezero.core.constant import as_array
from pydezero.core.function import Function
from pydezero.core.variable import Node, Variable, as_variable
from pydezero.functions import add, exp, square
from pydezero.testing import numerical_diff
from pydezero.transforms.checkpoint import checkpoint
from pydezero.transforms.custom_jvp import custom_jvp
from pydezero.transforms.custom_vjp import custom_vjp
from pydezero.transforms.derivative import derivative
from pydezero.transforms.grad import grad, value_and_grad
from pydezero.transforms.gradients import gradients
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
from pydezero.transforms.vjp import Pullback, vjp
from pydezero.transforms.vmap import vmap

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
