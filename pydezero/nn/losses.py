"""Losses: how far predictions are from what was to be predicted, as the mean over examples; and accuracy.

Each takes `weights`, a number for each example, with which the mean is taken: 0 leaves an example out (not all of
them), and `weights=of_class[labels]` counts some classes more than others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, cast, overload

import numpy as np

from pydezero.core.placing import beside
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.choosing.selection import take_along_axis
from pydezero.functions.shapes.shape import astype
from pydezero.nn.activations import log_softmax, softplus
from pydezero.nn.arguments import Integers, as_array, as_floats, as_integers, check_between, check_real, known_values

__all__ = [
    "accuracy",
    "binary_cross_entropy",
    "cross_entropy",
    "huber",
    "kl_divergence",
    "mean_squared_error",
    "soft_cross_entropy",
]

P = ParamSpec("P")

# Any: a float32 where the arrays are in single precision.
Number: TypeAlias = np.float64 | Any


class LossFunction(Protocol[P]):
    """A function of predictions and targets that gives a number: a Variable on either side gives a Variable."""

    __name__: str

    @overload
    def __call__(self, predicted: Variable, target: Operand, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(
        self, predicted: ArrayOrNumber, target: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> Variable: ...
    @overload
    def __call__(
        self, predicted: ArrayOrNumber, target: ArrayOrNumber, /, *args: P.args, **kwargs: P.kwargs
    ) -> Number: ...


def _loss(function: Callable[Concatenate[Array, Array, P], Array]) -> LossFunction[P]:
    return cast(LossFunction[P], function)  # cast: a checker cannot derive overloads


@_loss
def mean_squared_error(predicted: Array, target: Array, weights: Operand | None = None) -> Array:
    """The mean of (predicted - target)^2 over all elements; `weights` are one for each of them.

    Raises:
        TypeError: one is complex.
        ValueError: the shapes differ.

    >>> import numpy as np
    >>> mean_squared_error(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(2.0)
    """
    _check_same("mean_squared_error", "target", target, predicted)
    difference = _difference("mean_squared_error", predicted, target)
    return _mean("mean_squared_error", difference * difference, weights)


@_loss
def huber(predicted: Array, target: Array, weights: Operand | None = None, *, delta: Operand = 1.0) -> Array:
    """The mean of d^2 / 2, or of delta (|d| - delta / 2) where |d| is above delta, of d = predicted - target.

    (P. J. Huber, "Robust estimation of a location parameter", 1964)

    Raises:
        TypeError: one is complex.
        ValueError: the shapes differ, or delta is not above 0.

    >>> import numpy as np
    >>> huber(np.array([0.5, 3.0]), np.array([0.0, 0.0]))
    np.float64(1.3125)
    """
    _check_same("huber", "target", target, predicted)
    known = known_values(as_array(delta))
    if known is not None and not np.all(known > 0):
        raise ValueError(f"huber: delta must be above 0, got {delta}")
    limit: Array = delta  # a number of Python's leaves single precision as it is
    difference = _difference("huber", predicted, target)
    size = np.absolute(difference)
    is_near = np.less_equal(size, limit)
    return _mean("huber", np.where(is_near, 0.5 * difference * difference, limit * (size - 0.5 * limit)), weights)


@_loss
def cross_entropy(logits: Array, labels: Array, weights: Operand | None = None) -> Array:
    """The mean of -log_softmax(logits) at the labels: how surprising they are.

    Args:
        logits: of the shape (..., classes): the logarithms of the probabilities of the classes, up to a constant.
        labels: the number of the class of each example, of the shape (...).
        weights: of the same shape, with which the mean is taken.

    Raises:
        TypeError: the labels are no integers; `soft_cross_entropy` takes probabilities.
        ValueError: the shapes do not fit, or there is no class of such a number.
        IndexError: so it is in a function that was recorded (`trace`, `jit`).

    >>> import numpy as np
    >>> cross_entropy(np.array([[0.0, 0.0], [0.0, 3.0]]), np.array([0, 1])).round(6)
    np.float64(0.370867)
    """
    found = _labels("cross_entropy", labels, logits)
    of_labels = take_along_axis(log_softmax(logits), found[..., np.newaxis], axis=-1)[..., 0]
    return _mean("cross_entropy", -of_labels, weights)


@_loss
def soft_cross_entropy(logits: Array, probabilities: Array, weights: Operand | None = None) -> Array:
    """The mean of -sum(probabilities * log_softmax(logits)) along the last axis.

    Args:
        logits: of the shape (..., classes): the logarithms of the probabilities of the classes, up to a constant.
        probabilities: those that were to be predicted, of the same shape; smoothed labels for example. Where one is 0,
            the logit may be -inf.
        weights: of the shape (...), with which the mean is taken.

    Raises:
        TypeError: the probabilities are integers; `cross_entropy` takes labels.
        ValueError: the shapes differ.

    >>> import numpy as np
    >>> soft_cross_entropy(np.array([[0.0, 3.0]]), np.array([[0.1, 0.9]])).round(6)
    np.float64(0.348587)
    """
    _shape_with_classes("soft_cross_entropy", logits)
    probabilities = _as_probabilities("soft_cross_entropy", probabilities, logits)
    return _mean("soft_cross_entropy", -_times(probabilities, log_softmax(logits)).sum(axis=-1), weights)


@_loss
def binary_cross_entropy(logits: Array, target: Array, weights: Operand | None = None) -> Array:
    """The mean of -target log p - (1 - target) log(1 - p) over all elements, for p = sigmoid(logits).

    Args:
        logits: arrays of any shape.
        target: the probabilities that were to be predicted, or 0 and 1, or booleans, of the same shape.
        weights: of the same shape, with which the mean is taken.

    Raises:
        TypeError: one is complex.
        ValueError: the shapes differ, or a target is not from 0 to 1.

    >>> import numpy as np
    >>> binary_cross_entropy(np.array([0.0, 1000.0]), np.array([1, 0])).round(6)
    np.float64(500.346574)
    """
    _check_same("binary_cross_entropy", "target", target, logits)
    check_real("binary_cross_entropy", "logits", logits)
    check_real("binary_cross_entropy", "target", target)
    target = as_array(target)
    if target.dtype.kind != "b":
        # What was computed, such as a mixture of two targets, may be beyond by rounding.
        margin = 1e-6 if target.dtype.kind == "f" else 0.0
        check_between("binary_cross_entropy", "target", known_values(target), 1, margin=margin)
    logits, target = _as_floats(logits, target)
    # log(1 + exp(x)) - x t, written so that the derivative of neither target, 0 or 1, is a difference from 1.
    is_likely = astype(np.greater(target, 0.5), logits.dtype)
    opposed = softplus((1 - 2 * is_likely) * logits)
    return _mean("binary_cross_entropy", opposed + (is_likely - target) * logits, weights)


@_loss
def kl_divergence(logits: Array, probabilities: Array, weights: Operand | None = None) -> Array:
    """The mean of sum(p (log p - log q)) along the last axis, for p = probabilities and q = softmax(logits).

    It is `soft_cross_entropy` less the entropy of p, and 0 where q is p. Where p is 0, so are p log p and p log q, and
    the derivative of p log p by p.

    Raises:
        TypeError: the probabilities are integers.
        ValueError: the shapes differ, or a probability is negative.

    >>> import numpy as np
    >>> kl_divergence(np.log([[0.25, 0.75]]), np.array([[0.5, 0.5]])).round(6)
    np.float64(0.143841)
    """
    _shape_with_classes("kl_divergence", logits)
    probabilities = _as_probabilities("kl_divergence", probabilities, logits)
    check_between("kl_divergence", "probabilities", known_values(probabilities), np.inf)
    is_there = probabilities > 0
    entropies = np.where(is_there, probabilities * np.log(np.where(is_there, probabilities, 1)), 0)
    return _mean("kl_divergence", (entropies - _times(probabilities, log_softmax(logits))).sum(axis=-1), weights)


def accuracy(logits: Operand, labels: Integers) -> Array:
    """The part of the examples whose largest logit is that of their label. It has no derivative.

    Raises:
        TypeError: the labels are no integers.
        ValueError: the shapes do not fit, or there is no class of such a number.

    >>> import numpy as np
    >>> accuracy(np.array([[0.0, 1.0], [0.0, 3.0]]), np.array([0, 1]))
    np.float64(0.5)
    """
    found = _labels("accuracy", labels, logits)
    values = as_array(logits)
    _check_any("accuracy", found)
    return np.mean(np.equal(np.argmax(values, axis=-1), beside(found, values)))


def _mean(where: str, losses: Array, weights: Array | None) -> Array:
    _check_any(where, losses)
    if weights is None:
        return losses.mean()
    _check_shape(where, "weights", weights, losses.shape, "one for each example")
    if not isinstance(weights, Variable) and not np.any(weights):
        raise ValueError(f"{where}: all weights are 0, and there is no mean of no examples; leave out such a batch")
    losses, weights = _as_floats(losses, weights)
    return (losses * weights).sum() / np.sum(weights)


def _check_any(where: str, losses: Array) -> None:
    if not losses.size:
        raise ValueError(f"{where}: there is no mean of no examples, got the shape {losses.shape}")


def _as_floats(predicted: Array, target: Array) -> tuple[Array, Array]:
    """Both as arrays of floats; targets that are integers or booleans become as precise as the predictions."""
    predicted, target = as_floats(predicted), as_array(target)
    return predicted, target.astype(predicted.dtype) if target.dtype.kind in "biu" else target


def _difference(where: str, predicted: Array, target: Array) -> Array:
    """The differences of predictions and targets."""
    predicted, target = _as_floats(predicted, target)
    if "c" in (predicted.dtype.kind, target.dtype.kind):
        raise TypeError(f"{where}: predictions and target must be real; take the loss of z.real and that of z.imag")
    check_real(where, "predictions", predicted)
    check_real(where, "target", target)
    return predicted - target


def _times(probabilities: Array, logarithms: Array) -> Array:
    """p log q, which is 0 where both are 0."""
    are_zero = np.logical_and(np.equal(probabilities, 0), np.equal(logarithms, -np.inf))
    return probabilities * np.where(are_zero, 0, logarithms)


def _check_same(where: str, argument: str, x: Operand, like: Operand) -> None:
    _check_shape(where, argument, x, shape_of(like), "as the predictions have")


def _check_shape(where: str, argument: str, x: Operand, shape: tuple[int, ...], why: str) -> None:
    found = shape_of(x)
    if found != shape:
        instead = ""
        if np.prod(found, dtype=int) == np.prod(shape, dtype=int):
            instead = f"; write {argument}.reshape{shape}"
        raise ValueError(f"{where}: {argument} must have the shape {shape}, {why}, got {found}{instead}")


def _shape_with_classes(where: str, logits: Operand) -> tuple[int, ...]:
    check_real(where, "logits", logits)
    shape = shape_of(logits)
    if not shape or not shape[-1]:
        raise ValueError(f"{where}: logits must have the shape (..., classes), got {shape}")
    return shape


def _labels(where: str, labels: Operand, logits: Operand) -> Array:
    """The numbers of the classes of examples.

    Raises:
        TypeError: they are no integers.
        ValueError: there is not one for each row of logits, or no class of such a number.
    """
    *_, classes = shape = _shape_with_classes(where, logits)
    of_labels = shape_of(labels)
    if of_labels == shape and classes > 1:
        raise ValueError(
            f"{where}: labels must be the numbers of classes, of the shape {shape[:-1]}, got that of logits, {shape}; "
            "soft_cross_entropy takes probabilities, and np.argmax(labels, axis=-1) makes labels of them"
        )
    if of_labels != shape[:-1] and of_labels == (*shape[:1], *shape[2:]):
        raise ValueError(
            f"{where}: logits must have the shape (..., classes), got {shape} for labels of {of_labels}; move the "
            "classes to the end with np.moveaxis(logits, 1, -1)"
        )
    _check_shape(where, "labels", labels, shape[:-1], "one for each row of logits")
    return as_integers(where, "labels", labels, classes, "classes")


def _as_probabilities(where: str, x: Array, logits: Operand) -> Array:
    found = as_array(x)
    if found.dtype.kind != "f":
        raise TypeError(
            f"{where}: probabilities must be probabilities, floating-point numbers of the shape {shape_of(logits)}; "
            "nn.cross_entropy takes the numbers of classes"
        )
    _check_same(where, "probabilities", found, logits)
    return found
