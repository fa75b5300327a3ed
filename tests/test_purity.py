"""What one call keeps, no other call and no caller can change."""

import subprocess
import sys

import numpy as np
import pytest

import pydezero as dz

LARGE = 10_000  # copies of large constants are shared between graphs


def _vjp(c):
    return dz.vjp(lambda x: dz.vjp(lambda z: c, x)[0], 0 * c)[0]


def _vjp_of_constant(c):
    return dz.vjp(lambda x: (c, x), 0 * c)[0][0]


def _jvp(c):
    return dz.jvp(lambda x: dz.vjp(lambda z: c, x)[0], (0 * c,), (c,))[0]


def _linearize(c):
    return dz.linearize(lambda x: dz.vjp(lambda z: c, x)[0], 0 * c)[0]


def _vmap(c):
    return dz.vmap(lambda x: x)(c)


def _aux(c):
    return dz.value_and_grad(lambda x: (np.sum(x), dz.vjp(lambda z: c, x)[0]), has_aux=True)(0 * c)[0][1]


@pytest.mark.parametrize("result_of", [_vjp, _vjp_of_constant, _jvp, _linearize, _vmap, _aux])
def test_a_result_is_not_the_copy_that_another_graph_keeps(result_of):
    c = np.ones(LARGE)
    y = result_of(c)
    _, pull = dz.vjp(lambda x: x * c, 0 * c)
    y[:] = 7
    np.testing.assert_array_equal(pull(np.ones(LARGE))[0], np.ones(LARGE))


def test_a_cotangent_of_a_custom_rule_is_not_shared():
    g = np.ones(LARGE)
    f = dz.custom_vjp(lambda x: (np.sum(x), ()), lambda residual, t: (g,))(np.sum)
    x = np.zeros(LARGE)
    np.testing.assert_array_equal(dz.grad(lambda x: f(x) + f(x) + f(x))(x), np.full(LARGE, 3.0))
    np.testing.assert_array_equal(g, np.ones(LARGE))


_TRACED = """
import sys

def tracer(frame, event, arg):
    frame.f_locals
    return tracer

sys.settrace(tracer)
from pydezero.graph import backward
sys.settrace(None)
print(backward._ALONE)
"""


def test_a_trace_function_during_the_import_does_not_change_who_owns_an_array():
    from pydezero.graph.backward import _ALONE

    run = subprocess.run([sys.executable, "-c", _TRACED], capture_output=True, text=True, check=True)
    assert int(run.stdout) == _ALONE <= 3
