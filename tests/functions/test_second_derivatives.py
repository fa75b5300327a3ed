"""The derivative of the derivative agrees with differences of it: rules are differentiable in their turn."""

from __future__ import annotations

from pydezero import vjp
from tests.functions.case import ArrayCallable, Call, Results
from tests.functions.cases import WHOLE_CALLS
from tests.functions.checks import assert_all_close, call_through_numpy, chosen, cotangent_of, slopes, weighted
from tests.rows import over_rows


def squared(f: ArrayCallable) -> ArrayCallable:
    """The squares of the results: of a linear function, too, the cotangents then depend on the arguments."""

    def squares(*arguments: Results) -> Results:
        results = f(*arguments)
        return [y * y for y in results] if isinstance(results, list | tuple) else results * results

    return squares


@over_rows(WHOLE_CALLS)
def test_agrees_with_differences(call: Call) -> None:
    values = call.case.draw()
    xs = chosen(call, values)
    f = squared(call_through_numpy(call, values))
    cotangent = cotangent_of(vjp(f, *xs)[0], str(call))

    def gradients(*arguments: Results) -> Results:
        _, pullback = vjp(f, *arguments)
        return pullback(cotangent)

    first, pullback = vjp(gradients, *xs)
    second_cotangent = cotangent_of(first, f"derivative of {call}")

    def product(*arguments: Results) -> float:
        return weighted(second_cotangent, gradients(*arguments))

    assert_all_close(pullback(second_cotangent), slopes(product, xs), rtol=1e-6, atol=1e-7)
