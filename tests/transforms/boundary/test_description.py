"""A transformed function says what it is: signature, annotations and documentation are true, and computed when read."""

from __future__ import annotations

import functools
import inspect
import pydoc
import typing
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import (
    Graph,
    Picture,
    Variable,
    check_finite,
    checkpoint,
    derivative,
    draw,
    explain,
    functions,
    grad,
    hessian,
    jacfwd,
    jacobian,
    jacrev,
    laplacian,
    trace,
    value_and_grad,
    vmap,
)
from pydezero.diagnostics.costs import Costs

Floats = NDArray[np.float64]


def energy(x: Variable, scale: float = 2.0, *, offset: Variable) -> Variable:
    """The energy.

    It has a second paragraph.
    """
    return functions.sum(x) * scale + offset


def scaled(x: Floats, n: int) -> Floats:
    return x * n


def product(x: float, n: int) -> float:
    """The product."""
    return x * n


def with_aux(x: float, n: int) -> tuple[float, dict[str, int]]:
    return x * n, {"n": n}


def unsaid(x, *rest, key=None):  # type: ignore[no-untyped-def]  # that is what is tested
    return x


def of_many(*xs: float) -> float:
    return sum(xs)


Pair = tuple[float, dict[str, int]]
TWICE = grad(lambda a: a * 2)

# A transformed function, its parameters in words, and the annotation of what it returns.
ROWS: dict[str, tuple[Callable[..., Any], str, Any]] = {
    "grad": (grad(energy), "x, scale=2.0, *, offset", Variable),
    "value_and_grad": (value_and_grad(energy), "x, scale=2.0, *, offset", tuple[Variable, Variable]),
    "jacobian": (jacobian(energy), "x, scale=2.0, *, offset", Variable),
    "jacfwd of arrays": (jacfwd(scaled), "x, n", Floats),
    "jacrev of arrays": (jacrev(scaled), "x, n", Floats),
    "jacobian of a number": (jacobian(product), "x, n", None),
    "hessian": (hessian(energy), "x, scale=2.0, *, offset", Variable),
    "hessian of a number": (hessian(product), "x, n", float),
    "laplacian": (laplacian(energy), "x, scale=2.0, *, offset", Variable),
    "derivative": (derivative(scaled), "x, n", Floats),
    "vmap": (vmap(scaled), "x, n", Floats),
    "vmap of numbers": (vmap(product), "x, n", None),
    "trace": (trace(product), "x, n", Graph),
    "draw": (draw(product), "x, n", Picture),
    "explain": (explain(product), "x, n", Costs),
    "check_finite": (check_finite(product), "x, n", float),
    "checkpoint": (checkpoint(product), "x, n", float),
    "grad of a float": (grad(product), "x, n", float),
    "grad wrt an int": (grad(product, argnums=1), "x, n", float),
    "grad wrt the last": (grad(product, argnums=-1), "x, n", float),
    "grad wrt both": (grad(product, argnums=(0, 1)), "x, n", tuple[float, float]),
    "value_and_grad wrt both": (
        value_and_grad(product, argnums=(0, 1)),
        "x, n",
        tuple[float, tuple[float, float]],
    ),
    "grad with aux": (grad(with_aux, has_aux=True), "x, n", Pair),
    "value_and_grad with aux": (value_and_grad(with_aux, has_aux=True), "x, n", tuple[Pair, float]),
    "grad of grad": (grad(grad(energy)), "x, scale=2.0, *, offset", Variable),
    "jacobian of grad": (jacobian(grad(energy)), "x, scale=2.0, *, offset", Variable),
    "vmap of grad": (vmap(grad(scaled)), "x, n", Floats),
    "without annotations": (grad(unsaid), "x, *rest, key=None", None),
    "of many": (grad(of_many, argnums=2), "*xs", float),
    "of a lambda": (TWICE, "a", None),
    "of a partial": (grad(functools.partial(product, n=2)), "x, *, n=2", float),
    "of a builtin": (grad(max), "*args, **kwargs", None),
}


def _parameters(f: Callable[..., Any]) -> str:
    signature = inspect.signature(f)
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(inspect.Signature(bare)).strip("()")


@pytest.mark.parametrize(("f", "parameters", "returns"), ROWS.values(), ids=list(ROWS))
def test_signature_and_hints(f: Callable[..., Any], parameters: str, returns: Any) -> None:
    assert _parameters(f) == parameters
    hints = typing.get_type_hints(f)
    assert hints.get("return") == returns
    assert set(hints) - {"return"} <= set(inspect.signature(f).parameters)
    assert (inspect.signature(f).return_annotation is inspect.Signature.empty) == (returns is None)


def test_the_annotation_of_a_number_is_not_that_of_a_batch() -> None:
    assert set(typing.get_type_hints(vmap(product))) == set()
    assert set(typing.get_type_hints(vmap(scaled))) == {"x", "return"}


SUMMARIES: dict[str, tuple[Callable[..., Any], str]] = {
    "grad": (grad(energy), "The gradient of energy with respect to x."),
    "grad wrt keyword position": (grad(product, argnums=1), "The gradient of product with respect to n."),
    "grad wrt both": (grad(product, argnums=(0, 1)), "The gradient of product with respect to x and n."),
    "value_and_grad": (value_and_grad(energy), "The value of energy, and its gradient with respect to x."),
    "jacobian": (jacobian(energy), "The Jacobian of energy with respect to x."),
    "hessian": (hessian(energy), "The Hessian of energy with respect to x."),
    "laplacian": (laplacian(energy), "The Laplacian of energy with respect to x."),
    "derivative": (derivative(energy), "The derivative of energy with respect to x, element by element."),
    "vmap": (vmap(energy), "The results of energy for a batch of examples, as a batch."),
    "trace": (trace(energy), "The graph of energy: what it computes for arguments like these."),
    "draw": (draw(energy), "The picture of what energy computes for arguments like these."),
    "explain": (explain(energy), "The costs of the gradient of energy, line by line."),
    "check_finite": (check_finite(energy), "energy, which raises an error where a nan or an infinity comes up."),
    "checkpoint": (checkpoint(energy), "The energy."),
    "of many": (grad(of_many, argnums=2), "The gradient of of_many with respect to xs[2]."),
    "of a builtin": (grad(max), "The gradient of max with respect to args[0]."),
}


@pytest.mark.parametrize(("f", "summary"), SUMMARIES.values(), ids=list(SUMMARIES))
def test_help_says_what_it_is(f: Callable[..., Any], summary: str) -> None:
    doc = inspect.getdoc(f)
    assert doc is not None
    assert doc.splitlines()[0] == summary
    text = pydoc.plain(pydoc.render_doc(f))
    assert summary in text


def test_the_documentation_of_the_function_is_handed_on() -> None:
    assert grad(energy).__doc__ == (
        "The gradient of energy with respect to x.\n\nThe documentation of energy:\n\n"
        "The energy.\n\nIt has a second paragraph.\n"
    )
    assert grad(scaled).__doc__ == "The gradient of scaled with respect to x.\n"
    assert grad(functools.partial(product, n=2)).__doc__ == "The gradient of partial with respect to x.\n"


def test_a_decorated_function_is_described_too() -> None:
    @functools.wraps(energy)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return grad(energy)(*args, **kwargs)

    assert inspect.signature(grad(wrapped)).parameters == inspect.signature(energy).parameters
    assert functools.wraps(grad(energy))(lambda x: x).__doc__ == grad(energy).__doc__


def test_one_may_document_it_otherwise() -> None:
    force = grad(energy)
    force.__doc__ = "The force."
    assert inspect.getdoc(force) == "The force."


def test_nothing_is_described_before_somebody_asks() -> None:
    class Loud:
        """A function that tells when it is asked."""

        @property
        def __signature__(self) -> inspect.Signature:
            raise AssertionError("asked for the signature")

        def __call__(self, x: Any) -> Any:
            return x * x

    assert grad(grad(Loud()))(3.0) == 2.0
    assert vmap(Loud())(np.ones(2)).tolist() == [1.0, 1.0]
