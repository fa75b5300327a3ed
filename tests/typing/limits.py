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
    "gradient_by_three_positions",
    "arrays_for_further_variables_with_options",
    "batch_of_variables",
    "checks_and_costs",
)
_OF_POSITIONS: Final = (
    "grad(named, argnums=(0, 1))",
    "grad(two, argnums=2)",
)
_UNCHECKED: Final = "positions are not compared with the number of arguments, as by mypy and pyright"

TY: Final[Mapping[str, Limit]] = {
    # its choice is described in https://github.com/astral-sh/ruff/pull/24479
    "a ParamSpec is invariant: (x: Variable) is no [Variable] in the type of self": Limit(
        (*_OF_SEVERAL_VARIABLES, "jacobian_of_three", "hessian_of_three")
    ),
    "none of the overloads for functions of arrays with a value np.float64; the cause is not known": Limit(
        ("hessian_of_arrays", "hessian_of_float32", "newton_step", "laplacian_of_a_container")
    ),
    "a type variable may be Never": Limit(
        accepted=(
            "grad(of_text)",
            "grad(named, argnums=1)",
            "value_and_grad(named, argnums=1)",
            "derivative(of_parameters)",
            "derivative(moved_parameters)",
            'vjp(of_float, "two")',
            "vjp(of_float)",
            'vjp(of_variable, "two")',
            "vjp(of_float, 1.0, 2.0)",
            'linearize(of_variable, "two")',
            'linear_transpose(of_variable, "two")',
        )
    ),
    _UNCHECKED: Limit(accepted=(*_OF_POSITIONS, "jacobian(named, argnums=1)")),
}
PYREFLY: Final[Mapping[str, Limit]] = {
    # https://github.com/facebook/pyrefly/issues/4592 is another case of it
    "a ParamSpec is invariant: (x: Variable) is no [Variable] in the type of self": Limit(
        (*_OF_SEVERAL_VARIABLES, "graph_of_three", "batch_of_containers", "batch_by_axes_of_containers")
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
            "laplacian_of_a_container",
            "gradient_of_lambdas_by_position",
            "derivatives_of_a_float",
            "derivative_of_a_curve",
            "jacobian_of_arrays_by_their_second",
        )
    ),
    # https://github.com/facebook/pyrefly/issues/2105
    "the first overload of an argument is taken": Limit(("second_derivative_of_a_float",)),
    "a type variable that is not solved is Unknown": Limit(
        accepted=("grad(of_text)", "grad(named, argnums=1)", "value_and_grad(named, argnums=1)", "vjp(of_float)")
    ),
    _UNCHECKED: Limit(accepted=_OF_POSITIONS),
}
