"""A graph as a Python function of plain arrays, for graphs that are evaluated thousands of times.

Evaluating an equation looks up its inputs and asks for the highest level among them. Of arrays without a transform
there is nothing to ask, and a function of as many lines as there are equations takes a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydezero.core.primitive import Elementwise, Linear
from pydezero.core.types import Array
from pydezero.transforms.staging.equation import Equation, Reference, as_numpy
from pydezero.transforms.staging.graph import Graph


def plain_function(graph: Graph[..., Any]) -> Callable[..., tuple[Array, ...]]:
    """The function that evaluates a graph for arrays and numbers in the place of its inputs, one after the other."""
    names: dict[str, Any] = {"as_numpy": as_numpy}
    for constant in graph.constants:
        names[_name(constant.reference)] = constant.value
    lines = [
        line
        for place, (equation, done) in enumerate(zip(graph.equations, graph.done, strict=True))
        for line in _lines(place, equation, done, names)
    ]
    parameters = ", ".join(map(_name, graph.inputs))
    results = "".join([f"{_name(x)}, " for x in graph.outputs])
    text = "\n    ".join([f"def evaluate({parameters}):", *lines, f"return ({results})"])
    exec(text, names)  # of the words below alone
    function: Callable[..., tuple[Array, ...]] = names["evaluate"]
    return function


def _name(x: Reference) -> str:
    return f"v{x.number}"


def _lines(place: int, equation: Equation, done: tuple[int, ...], names: dict[str, Any]) -> list[str]:
    """The lines of an equation; what they refer to is added to the names."""
    primitive = equation.primitive
    names[f"raw{place}"] = primitive.raw
    inputs: list[str] = []
    for i, x in enumerate(equation.inputs):
        if type(x) is Reference:
            inputs.append(_name(x))
        else:
            names[f"number{place}_{i}"] = x
            inputs.append(f"number{place}_{i}")
    for i, (key, value) in enumerate(equation.parameters.items()):
        names[f"parameter{place}_{i}"] = value
        inputs.append(f"{key}=parameter{place}_{i}")
    call = f"raw{place}({', '.join(inputs)})"
    if primitive.several_outputs:
        call = f"{''.join([f'{_name(y)}, ' for y in equation.outputs])} = {call}"
    elif equation.outputs[0].dtype.kind in "bi":
        call = f"{_name(equation.outputs[0])} = as_numpy({call})"
    else:
        call = f"{_name(equation.outputs[0])} = {call}"
    lines = [call]
    if not isinstance(primitive, Elementwise | Linear):
        names[f"check{place}"] = equation.check_shapes
        lines.append(f"check{place}(({''.join([f'{_name(y)}, ' for y in equation.outputs])}))")
    ours = [f"v{number}" for number in done if f"v{number}" not in names]  # a constant is no local variable
    return [*lines, f"del {', '.join(ours)}"] if ours else lines
