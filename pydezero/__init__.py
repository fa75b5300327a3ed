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
from pydezero.transforms.grad import grad, value_and_grad
from pydezero.transforms.gradients import gradients
from pydezero.transforms.vjp import Pullback, vjp

numpy_protocol.install()

__version__ = "0.1.0"

__all__ = [
    "Function",
    "Node",
    "Pullback",
    "Variable",
    "add",
    "as_array",
    "as_variable",
    "exp",
    "functions",
    "grad",
    "gradients",
    "numerical_diff",
    "square",
    "testing",
    "tree",
    "value_and_grad",
    "vjp",
]
