"""The names of HIPS autograd: a program moves by changing its imports.

`import autograd.numpy as np` becomes `import pydezero.compat.autograd.numpy as np`, `from autograd import grad` becomes
`from pydezero.compat.autograd import grad`, and so on for `extend`, `misc`, `scipy` and `test_util`. Everything is done
by the library's own functions; docs/coming_from.md has these, for new programs.

>>> import pydezero.compat.autograd.numpy as np
>>> from pydezero.compat.autograd import grad
>>> float(grad(lambda x, y: np.sum(np.array([x, y * y])), argnum=1)(2.0, 3.0))
6.0
"""

from pydezero.compat.autograd import core as core
from pydezero.compat.autograd import numpy as numpy
from pydezero.compat.autograd import tracer as tracer
from pydezero.compat.autograd import util as util
from pydezero.compat.autograd.builtins import dict, isinstance, list, tuple, type
from pydezero.compat.autograd.deprecated import primitive
from pydezero.compat.autograd.differential_operators import (
    checkpoint,
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_jvp_reversemode,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    value_and_grad,
    vector_jacobian_product,
)
from pydezero.compat.autograd.extend import getval
from pydezero.compat.autograd.misc.flatten import flatten

__all__ = [
    "checkpoint",
    "deriv",
    "dict",
    "elementwise_grad",
    "flatten",
    "getval",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "isinstance",
    "jacobian",
    "list",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_jvp_reversemode",
    "make_vjp",
    "multigrad_dict",
    "primitive",
    "tensor_jacobian_product",
    "tuple",
    "type",
    "value_and_grad",
    "vector_jacobian_product",
]
