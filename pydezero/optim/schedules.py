"""Schedules: learning rates as functions of the number of earlier updates.

Any function of that number is a schedule. Those made here are records of the numbers they were made with, and work on
numbers, arrays and Variables: so a training step under `jit` or `scan` asks them for its rate.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.optim.numbers import Number, Rate, Schedule, at_step, check_numbers, check_rate
from pydezero.transforms.boundary.arguments import check_count
from pydezero.tree import STATIC

__all__ = ["constant", "cosine_decay", "join_schedules", "step_decay", "warm_up"]


@attrs.frozen(eq=False)
class Constant:
    """See `constant`."""

    rate: Number

    def __call__(self, step: Array) -> Array:  # noqa: ARG002  # it is the same for all
        return self.rate


@attrs.frozen(eq=False)
class StepDecay:
    """See `step_decay`."""

    rate: Number
    every: int = attrs.field(metadata=STATIC)
    factor: Number

    def __call__(self, step: Array) -> Array:
        return self.rate * self.factor ** (step // self.every)


@attrs.frozen(eq=False)
class CosineDecay:
    """See `cosine_decay`."""

    rate: Number
    steps: int = attrs.field(metadata=STATIC)
    final: Number

    def __call__(self, step: Array) -> Array:
        done = np.minimum(step, self.steps) / self.steps
        return self.final + 0.5 * (self.rate - self.final) * (1 + np.cos(np.pi * done))


@attrs.frozen(eq=False)
class WarmUp:
    """See `warm_up`."""

    schedule: Rate
    steps: int = attrs.field(metadata=STATIC)

    def __call__(self, step: Array) -> Array:
        rising = at_step(self.schedule, np.int64(0)) * (np.minimum(step, self.steps) + 1) / (self.steps + 1)
        return np.where(step < self.steps, rising, at_step(self.schedule, np.maximum(step - self.steps, 0)))


@attrs.frozen(eq=False)
class Joined:
    """See `join_schedules`."""

    schedules: tuple[Rate, ...]
    boundaries: tuple[int, ...] = attrs.field(metadata=STATIC)

    def __call__(self, step: Array) -> Array:
        rate = at_step(self.schedules[0], step)
        for schedule, boundary in zip(self.schedules[1:], self.boundaries, strict=True):
            rate = np.where(step < boundary, rate, at_step(schedule, np.maximum(step - boundary, 0)))
        return rate


def constant(rate: Number) -> Schedule:
    """The schedule that always gives this rate; for `join_schedules`.

    Raises:
        TypeError: rate is no number.
        ValueError: it is negative.

    >>> constant(0.1)(1000)
    0.1
    """
    check_numbers("constant", "rate", rate)
    return Constant(rate)


def step_decay(rate: Number, every: int, factor: Number = 0.1) -> Schedule:
    """The schedule that multiplies a rate by a factor every so many updates: rate * factor ** (step // every).

    Raises:
        TypeError: an argument is no number.
        ValueError: one is negative, or `every` is less than 1.

    >>> schedule = step_decay(1.0, every=10, factor=0.5)
    >>> [schedule(step) for step in (0, 9, 10, 20)]
    [1.0, 1.0, 0.5, 0.25]
    """
    check_numbers("step_decay", "rate", rate)
    check_numbers("step_decay", "factor", factor)
    check_count("step_decay", "every", every)
    return StepDecay(rate, every, factor)


def cosine_decay(rate: Number, steps: int, final: Number = 0.0) -> Schedule:
    """The schedule that falls from a rate to a final one, along half a period of the cosine.

    It takes `steps` updates, and stays at the final rate after them. I. Loshchilov, F. Hutter, "SGDR: stochastic
    gradient descent with warm restarts", ICLR 2017, equation 5.

    Raises:
        TypeError: an argument is no number.
        ValueError: one is negative, or `steps` is less than 1.

    >>> schedule = cosine_decay(1.0, steps=100)
    >>> [round(float(schedule(step)), 6) for step in (0, 50, 100, 200)]
    [1.0, 0.5, 0.0, 0.0]
    """
    check_numbers("cosine_decay", "rate", rate)
    check_numbers("cosine_decay", "final", final)
    check_count("cosine_decay", "steps", steps)
    return CosineDecay(rate, steps, final)


def warm_up(schedule: Rate, steps: int) -> Schedule:
    """A schedule that is preceded by some updates in which the rate rises, in equal parts, to its first value.

    P. Goyal et al., "Accurate, large minibatch SGD", arXiv:1706.02677 (2017), section 2.2.

    Args:
        schedule: the schedule after them, which then begins with update 0; or a number.
        steps: how many updates the rate rises for. The first one has already 1 / (steps + 1) of the rate.

    Raises:
        TypeError: the schedule is neither, `steps` is no integer.
        ValueError: a number is negative, or `steps` is less than 1.

    >>> schedule = warm_up(cosine_decay(1.0, steps=100), steps=3)
    >>> [round(float(schedule(step)), 6) for step in (0, 1, 2, 3, 53, 103)]
    [0.25, 0.5, 0.75, 1.0, 0.5, 0.0]
    """
    check_rate("warm_up", schedule, "schedule")
    check_count("warm_up", "steps", steps)
    return WarmUp(schedule, steps)


def join_schedules(schedules: Sequence[Rate], boundaries: Sequence[int]) -> Schedule:
    """One schedule after the other. Each counts its updates from 0 at the boundary where it begins.

    Args:
        schedules: schedules, or numbers.
        boundaries: the numbers of updates after which the second, the third, ... begins.

    Raises:
        TypeError: a schedule is neither a number nor a function, or a boundary is no integer.
        ValueError: there is not one boundary less than schedules, or they do not increase.

    >>> schedule = join_schedules([0.1, step_decay(1.0, every=10)], [5])
    >>> [round(float(schedule(step)), 6) for step in (0, 4, 5, 15)]
    [0.1, 0.1, 1.0, 0.1]
    """
    if len(boundaries) != len(schedules) - 1:
        raise ValueError(
            f"join_schedules: there must be one boundary between each two schedules, got {len(schedules)} schedules "
            f"and {len(boundaries)} boundaries"
        )
    for schedule in schedules:
        check_rate("join_schedules", schedule, "a schedule")
    for boundary in boundaries:
        check_count("join_schedules", "a boundary", boundary)
    if list(boundaries) != sorted(set(boundaries)):
        raise ValueError(f"join_schedules: the boundaries must increase, got {list(boundaries)}")
    return Joined(tuple(schedules), tuple(boundaries))
