"""What ty and pyrefly cannot do: programs that they refuse and lines that they accept, by the cause.

pyproject.toml has the versions that this is true of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen


@frozen
class Limit:
    """Names of programs of `correct.py` that are refused, and lines of `wrong.py` that are accepted."""

    refused: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


_OF_SEVERAL_VARIABLES: Final = (
    "three_variables_take_arrays",
    "further_variables_take_arrays",
    "second_variable_by_argnums",
    "both_by_argnums",
    "value_and_gradient_of_three",
    "gradient_in_a_variable_of_three",
    "gradient_by_a_third_position",
    "gradient_by_three_positions",
    "batch_of_variables",
    "checks_and_costs",
)
_OF_POSITIONS_AND_AXES: Final = (
    "grad(named, argnums=(0, 1))",
    "grad(two, argnums=2)",
    "vmap(of_variable, in_axes=(0, 0))",
    "vmap(two, in_axes=(0,))",
    "vmap(two, in_axes=(0, 0, 0))",
)
_POSITION: Final = "an argnums that is not literal, as for mypy and pyright"
_UNCHECKED: Final = "positions and axes are not compared with the number of arguments, as by mypy and pyright"

TY: Final[Mapping[str, Limit]] = {
    # its choice is described in https://github.com/astral-sh/ruff/pull/24479
    "a ParamSpec is invariant: (x: Variable) is no [Variable] in the type of self": Limit(
        (*_OF_SEVERAL_VARIABLES, "batch_of_gradients_of_three", "jacobian_of_three", "hessian_of_three")
    ),
    # https://github.com/astral-sh/ty/issues/4539
    "an overloaded function passed to one that is generic in a ParamSpec": Limit(
        ("gradient_of_an_overloaded_function",)
    ),
    _POSITION: Limit(("gradient_by_a_position_that_is_not_literal",)),
    "a type variable may be Never": Limit(
        accepted=(
            "grad(of_text)",
            "grad(named, argnums=1)",
            "value_and_grad(named, argnums=1)",
            "derivative(of_parameters)",
            "derivative(moved_parameters)",
            "laplacian(of_parameters)",
            'vjp(of_float, "two")',
            "vjp(of_float)",
            'vjp(of_variable, "two")',
            "vjp(of_float, 1.0, 2.0)",
            'linearize(of_variable, "two")',
            'linear_transpose(of_variable, "two")',
        )
    ),
    _UNCHECKED: Limit(accepted=(*_OF_POSITIONS_AND_AXES, "jacobian(with_aux)", "jacobian(with_aux)(a)")),
}
PYREFLY: Final[Mapping[str, Limit]] = {
    # https://github.com/facebook/pyrefly/issues/4592 is another case of it
    "a ParamSpec is invariant: (x: Variable) is no [Variable] in the type of self": Limit(
        (*_OF_SEVERAL_VARIABLES, "graph_of_three")
    ),
    # https://github.com/facebook/pyrefly/issues/4608
    "a parameter with a default before those of a ParamSpec is no optional one": Limit(
        (
            "jacobian_of_arrays",
            "jacobian_of_float32",
            "hessian_of_arrays",
            "hessian_of_float32",
            "newton_step",
            "jacobian_of_a_lambda",
            "hessian_of_a_lambda",
            "derivative_of_a_numpy_function",
            "derivative_of_a_function_of_the_set",
            "derivative_of_a_lambda",
            "jacobian_with_respect_to_both",
            "jacobian_of_three",
            "hessian_of_three",
            "laplacian_of_a_lambda",
        )
    ),
    # https://github.com/facebook/pyrefly/issues/2105
    "the first overload of an argument is taken": Limit(("second_derivative_of_a_float",)),
    _POSITION: Limit(("gradient_by_a_position_that_is_not_literal",)),
    "a type variable that is not solved is Unknown": Limit(
        accepted=("grad(of_text)", "grad(named, argnums=1)", "value_and_grad(named, argnums=1)", "vjp(of_float)")
    ),
    _UNCHECKED: Limit(accepted=_OF_POSITIONS_AND_AXES),
}
