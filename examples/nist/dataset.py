"""A data set with its certified answer, read from a TOML file of `examples/data`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from nist.models import MODELS, Floats, Model


@attrs.frozen
class Parameter:
    """A parameter of a model, as NIST certifies it and proposes to start from."""

    name: str
    certified: float
    standard_deviation: float
    starts: tuple[float, float]


@attrs.frozen(eq=False)
class Dataset:
    """Observations, the model to fit to them, and the certified answer."""

    name: str
    formula: str
    model: Model[Any]
    parameters: tuple[Parameter, ...]
    residual_sum_of_squares: float
    x: Floats
    y: Floats


def load(path: Path) -> Dataset:
    """Read a data file; its parameters stand in the order of the model's."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    y, x = np.array(content["observations"]).T
    return Dataset(
        name=content["name"],
        formula=content["formula"],
        model=MODELS[content["model"]],
        parameters=tuple(Parameter(**parameter) for parameter in content["parameters"]),
        residual_sum_of_squares=content["residual_sum_of_squares"],
        x=x,
        y=y,
    )
