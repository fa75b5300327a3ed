"""The first derivative agrees with differences: of each argument alone and of all at once, real and complex."""

from __future__ import annotations

from pydezero import vjp
from tests.functions.case import Call, Results
from tests.functions.cases import CALLS
from tests.functions.checks import assert_all_close, call_through_numpy, chosen, cotangent_of, slopes, weighted
from tests.rows import over_rows


@over_rows(CALLS)
def test_agrees_with_differences(call: Call) -> None:
    values = call.case.draw()
    xs = chosen(call, values)
    y, pullback = vjp(call_through_numpy(call, values), *xs)
    cotangent = cotangent_of(y, str(call))
    gradients = pullback(cotangent)

    reference = call.of(call.case.reference, values)

    def product(*arguments: Results) -> float:
        return weighted(cotangent, reference(*arguments))

    assert_all_close(gradients, slopes(product, xs), rtol=1e-6, atol=1e-7)
    assert [g.dtype for g in gradients] == [x.dtype for x in xs]
