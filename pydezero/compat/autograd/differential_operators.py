"""The operators of HIPS autograd, with its names and the order of its arguments.

`fun` is a function of arrays, numbers, lists, tuples and dicts; `argnum` is the position of the argument to
differentiate with respect to, or a tuple or list of them, of which the result is a tuple. Each operator returns a
function with the arguments of `fun`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from pydezero.compat.autograd.vspaces import vspace
from pydezero.compat.autograd.wrap_util import unary_to_nary
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.jacobians.jacobian import jacobian as _jacobian
from pydezero.transforms.reverse.grad import grad as _grad
from pydezero.transforms.reverse.grad import value_and_grad as _value_and_grad
from pydezero.transforms.reverse.vjp import vjp
from pydezero.transforms.rules.checkpoint import checkpoint as _checkpoint

# Any: autograd's programs are not typed, and their functions take and return anything.
Function = Callable[..., Any]


def _make_vjp(fun: Function, x: Any) -> tuple[Function, Any]:
    """The pair (pullback, value) of a function of one argument at a point. Programs import it by this name, too."""
    value, pullback = vjp(fun, x)
    return (lambda g: pullback(g)[0]), value


def _make_jvp(fun: Function, x: Any) -> Function:
    """The pushforward of a function of one argument at a point, which gives the pair (value, tangent)."""
    return lambda v: jvp(fun, (x,), (v,))


@unary_to_nary
def make_vjp(fun: Function, x: Any) -> tuple[Function, Any]:
    """A function that returns the pair (pullback, value): from cotangents of the value to cotangents of the argument.

    >>> pullback, y = make_vjp(lambda x: x**2)(3.0)
    >>> float(y), float(pullback(10.0))
    (9.0, 60.0)
    """
    return _make_vjp(fun, x)


@unary_to_nary
def make_jvp(fun: Function, x: Any) -> Function:
    """A function that returns the pushforward: from a tangent of the argument to the pair (value, its tangent).

    >>> y, dy = make_jvp(lambda x: x**2)(3.0)(10.0)
    >>> float(y), float(dy)
    (9.0, 60.0)
    """
    return _make_jvp(fun, x)


@unary_to_nary
def grad(fun: Function, x: Any) -> Any:
    """A function that returns the gradient of a real scalar function.

    >>> float(grad(lambda x, y: x * y, 1)(2.0, 3.0))
    2.0
    """
    return _grad(fun)(x)


@unary_to_nary
def value_and_grad(fun: Function, x: Any) -> Any:
    """A function that returns the pair (value, gradient), as `scipy.optimize.minimize(..., jac=True)` takes it."""
    return _value_and_grad(fun)(x)


@unary_to_nary
def grad_and_aux(fun: Function, x: Any) -> Any:
    """A function that returns the pair (gradient of the first output, second output) of a function of two outputs."""
    return _grad(lambda x: tuple(fun(x)), has_aux=True)(x)


@unary_to_nary
def elementwise_grad(fun: Function, x: Any) -> Any:
    """A function that returns the sum of each column of the Jacobian: the derivative of an elementwise function.

    >>> elementwise_grad(np.square)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    pullback, value = make_vjp(fun)(x)
    if vspace(value).iscomplex:
        raise TypeError("elementwise_grad: the function returns complex numbers; use make_vjp")
    return pullback(vspace(value).ones())


@unary_to_nary
def deriv(fun: Function, x: Any) -> Any:
    """A function that returns the derivative along ones, by forward mode: that of a function of a number."""
    return jvp(fun, (x,), (vspace(x).ones(),))[1]


@unary_to_nary
def jacobian(fun: Function, x: Any) -> Any:
    """A function that returns the Jacobian, of the shape of the result followed by that of the argument.

    >>> jacobian(lambda x: x[:2] ** 2)(np.array([1.0, 2.0, 3.0]))
    array([[2., 0., 0.],
           [0., 4., 0.]])
    """
    return _jacobian(fun)(x)


@unary_to_nary
def hessian(fun: Function, x: Any) -> Any:
    """A function that returns the Hessian: the Jacobian of the Jacobian."""
    return _jacobian(_jacobian(fun))(x)


@unary_to_nary
def holomorphic_grad(fun: Function, x: Any) -> Any:
    """A function that returns the complex derivative of a holomorphic function: the gradient of its real part."""
    return _grad(lambda x: np.real(fun(x)))(x)


@unary_to_nary
def make_hvp(fun: Function, x: Any) -> Any:
    """A function that returns the pair (product of the Hessian with a vector, gradient).

    >>> product, gradient = make_hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    >>> product(np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    return make_vjp(_grad(fun))(x)


@unary_to_nary
def make_jvp_reversemode(fun: Function, x: Any) -> Any:
    """A function that returns the pushforward alone, made of two reverse passes."""
    pullback, value = make_vjp(fun)(x)
    return make_vjp(pullback)(vspace(value).zeros())[0]


def hessian_tensor_product(fun: Function, argnum: int = 0) -> Function:
    """A function of the arguments of `fun` and a tensor, which returns the product of the Hessian with the tensor.

    >>> hessian_vector_product(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    gradient = grad(fun, argnum)

    def product(*args: Any, **kwargs: Any) -> Any:
        *args_of_fun, tensor = args
        return np.tensordot(gradient(*args_of_fun, **kwargs), tensor, np.ndim(tensor))

    made: Function = transformed(grad(product, argnum), hessian_tensor_product, fun, argnum)
    return made


def tensor_jacobian_product(fun: Function, argnum: int = 0) -> Function:
    """A function of the arguments of `fun` and a tensor, which returns the product of the tensor with the Jacobian."""

    def product(*args: Any, **kwargs: Any) -> Any:
        *args_of_fun, tensor = args
        return np.tensordot(tensor, fun(*args_of_fun, **kwargs), np.ndim(tensor))

    made: Function = transformed(jacobian(product, argnum), tensor_jacobian_product, fun, argnum)
    return made


hessian_vector_product = hessian_tensor_product
vector_jacobian_product = tensor_jacobian_product


def _half_square(x: Any) -> Any:
    return 0.5 * np.sum(x**2, axis=-1)


def make_ggnvp(f: Function, g: Function = _half_square, f_argnum: int = 0) -> Function:
    """A function that returns the product with the generalised Gauss-Newton matrix of `g(f(x))`: J^T H J.

    J is the Jacobian of f, H the Hessian of g at f(x).
    """
    made: Function = _ggnvp(f, f_argnum, g)
    return made


@unary_to_nary
def _ggnvp(f: Function, x: Any, g: Function) -> Function:
    pullback, value = make_vjp(f)(x)
    curvature, _ = make_hvp(g)(value)
    return lambda v: pullback(curvature(jvp(f, (x,), (v,))[1]))


def grad_named(fun: Function, argname: str) -> Function:
    """The gradient with respect to the argument of a name.

    >>> float(grad_named(lambda x, y: x * y, "y")(2.0, 3.0))
    2.0
    """
    made: Function = grad(fun, list(inspect.signature(fun).parameters).index(argname))
    return made


def multigrad_dict(fun: Function) -> Function:
    """A function that returns the gradients with respect to all arguments, in a dict by their names.

    >>> {name: float(g) for name, g in multigrad_dict(lambda x, y: x * y)(2.0, 3.0).items()}
    {'x': 3.0, 'y': 2.0}
    """
    signature = inspect.signature(fun)

    def gradients(*args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()

        def of_dict(arguments: dict[str, Any]) -> Any:
            given = inspect.BoundArguments(signature, arguments)
            return fun(*given.args, **given.kwargs)

        found: dict[str, Any] = _grad(of_dict)(dict(bound.arguments))
        return found

    return transformed(gradients, multigrad_dict, fun)


def checkpoint(fun: Function) -> Function:
    """The function, of which a reverse pass keeps no value on the way but computes them again."""
    return _checkpoint(fun)
