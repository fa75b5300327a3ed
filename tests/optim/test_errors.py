"""What is wrong with an optimiser, its state or its gradients is said at once, with the leaf and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pydezero import Variable, nn, optim

# Any: arguments are wrong on purpose; tests/typing has what a checker says of them.
opt: Any = optim

PARAMS: dict[str, Any] = {"w": np.ones((2, 3)), "b": [np.zeros(3), 0.5]}
ADAM = opt.adam(0.1)
STATE = ADAM.init(PARAMS)


def wrong_gradients(**changes: Any) -> dict[str, Any]:
    return {**PARAMS, **changes}


class Plain:
    """A class of parameters that no function looks into."""

    def __init__(self) -> None:
        self.w = np.ones(2)


CASES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "negative rate": (
        lambda: opt.adam(-0.1),
        ValueError,
        r"adam: learning_rate must be at least 0 and finite, got -0.1",
    ),
    "rate of nan": (lambda: opt.sgd(float("nan")), ValueError, "sgd: learning_rate must be at least 0"),
    "a negative rate among others": (lambda: opt.lion(np.array([0.1, -1.0])), ValueError, "lion: learning_rate"),
    "rate of text": (lambda: opt.adagrad("0.1"), TypeError, "adagrad: learning_rate must be a number or an array"),
    "b1 of 1": (lambda: opt.adam(b1=1.0), ValueError, "adam: b1 must be at least 0 and less than 1.0, got 1.0"),
    "b2 of 1": (lambda: opt.adamw(b2=1.0), ValueError, "adamw: b2"),
    "negative eps": (lambda: opt.rmsprop(eps=-1e-8), ValueError, "rmsprop: eps"),
    "eps of 0": (lambda: opt.adadelta(eps=0.0), ValueError, "adadelta: eps must be larger than 0"),
    "rho of 2": (lambda: opt.adadelta(rho=2.0), ValueError, "adadelta: rho"),
    "momentum of 1": (lambda: opt.sgd(momentum=1.0), ValueError, "sgd: momentum"),
    "no momentum": (lambda: opt.sgd(nesterov=True), ValueError, "nesterov=True needs a momentum"),
    "weight decay": (lambda: opt.lion(weight_decay=-1.0), ValueError, "lion: weight_decay"),
    "no history": (lambda: opt.lbfgs(history=0), ValueError, "lbfgs: history must be at least 1, got 0"),
    "history of 0.5": (lambda: opt.lbfgs(history=0.5), TypeError, "lbfgs: history must be an integer"),
    "norm of 0": (lambda: opt.clip_by_norm(0.0), ValueError, "clip_by_norm: largest must be larger than 0"),
    "value of -1": (lambda: opt.clip_by_value(-1.0), ValueError, "clip_by_value: largest must be larger than 0"),
    "decay of -1": (lambda: opt.weight_decay(-1.0), ValueError, "weight_decay: rate must be at least 0"),
    "chain of nothing": (lambda: opt.chain(), TypeError, "chain: the last argument must be an optimiser"),
    "chain in the wrong order": (
        lambda: opt.chain(opt.adam(), opt.clip_by_norm(1.0)),
        TypeError,
        "chain: argument 0 must change gradients, .* got an Adam; the optimiser is the last one",
    ),
    "a schedule of nothing": (
        lambda: opt.sgd(lambda step: None),
        TypeError,
        "sgd: learning_rate must be .* TypeError: a schedule must return a number, got None",
    ),
    "a model for a rate": (
        lambda: opt.adam(nn.Linear(np.ones((2, 3)))),
        TypeError,
        "adam: learning_rate must be .* got a Linear, .* parameters are passed to init and update",
    ),
    "a model for a schedule": (lambda: opt.warm_up(nn.Linear(np.ones((2, 3))), 5), TypeError, "warm_up: schedule must"),
    "step of 0": (lambda: opt.step_decay(0.1, 0), ValueError, "step_decay: every must be at least 1, got 0"),
    "steps of 1.5": (lambda: opt.cosine_decay(0.1, 1.5), TypeError, "cosine_decay: steps must be an integer"),
    "negative final rate": (lambda: opt.cosine_decay(0.1, 5, -0.1), ValueError, "cosine_decay: final"),
    "negative factor": (lambda: opt.step_decay(0.1, 5, -0.1), ValueError, "step_decay: factor"),
    "negative constant": (lambda: opt.constant(-0.1), ValueError, "constant: rate"),
    "negative warm-up": (lambda: opt.warm_up(-0.1, 5), ValueError, "warm_up: schedule"),
    "one boundary too many": (lambda: opt.join_schedules([0.1], [5]), ValueError, "1 schedules and 1 boundaries"),
    "boundaries that fall": (
        lambda: opt.join_schedules([1.0, 0.5, 0.1], [9, 5]),
        ValueError,
        r"must increase, got \[9, 5\]",
    ),
    "no parameters": (
        lambda: ADAM.init({"name": "x"}),
        TypeError,
        r"adam.init: params must hold an array or a number, got a dict",
    ),
    "integers": (
        lambda: ADAM.init({"w": np.ones(2), "b": [0]}),
        TypeError,
        r"adam.init: params\['b'\]\[0\] is of dtype int64, and a step would round it; write 0.0 for 0",
    ),
    "objects": (
        lambda: ADAM.init([np.array([1.0], object)]),
        TypeError,
        r"adam.init: params\[0\] is of dtype object, no numbers; write x.astype\(float\)",
    ),
    "a masked array": (
        lambda: ADAM.init({"w": np.ma.masked_array([1.0, 2.0], [True, False])}),
        TypeError,
        r"adam.init: params\['w'\]: MaskedArray has arithmetic of its own, .* pass np.asarray\(x\), and a mask",
    ),
    "a masked gradient": (
        lambda: opt.sgd().update(np.ma.masked_array([1.0], [True]), opt.sgd().init(np.ones(1)), np.ones(1)),
        TypeError,
        "sgd.update: gradients: MaskedArray has arithmetic of its own",
    ),
    "gradients of another structure": (
        lambda: ADAM.update({"w": np.ones((2, 3))}, STATE, PARAMS),
        ValueError,
        r"adam.update: gradients must be built like params, .*; gradients has the keys \['w'\], and params has \[",
    ),
    "gradients in another order": (
        lambda: ADAM.update(dict(reversed(PARAMS.items())), STATE, PARAMS),
        ValueError,
        r"gradients must be built like params, .*; gradients has the keys \['b', 'w'\], and params has \['w', 'b'\]",
    ),
    "a gradient of another shape": (
        lambda: ADAM.update(wrong_gradients(w=np.ones((3, 2))), STATE, PARAMS),
        ValueError,
        r"gradients\['w'\] has shape \(3, 2\), and params\['w'\] has shape \(2, 3\)",
    ),
    "a gradient of None": (
        lambda: ADAM.update(wrong_gradients(w=None), STATE, PARAMS),
        TypeError,
        r"gradients\['w'\] must be an array like that of params, got NoneType",
    ),
    "a complex gradient": (
        lambda: ADAM.update(wrong_gradients(w=np.ones((2, 3)) * 1j), STATE, PARAMS),
        TypeError,
        r"gradients\['w'\] is complex, and params\['w'\] is real",
    ),
    "gradients for a link of a chain": (
        lambda: opt.clip_by_norm(1.0)({"w": np.ones(2)}, PARAMS),
        ValueError,
        "clip_by_norm: gradients must be built like params",
    ),
    "the state of another optimiser": (
        lambda: ADAM.update(PARAMS, opt.sgd().init(PARAMS), PARAMS),
        TypeError,
        r"adam.update: state must be AdamState, got SgdState; it begins as adam\(...\).init\(params\)",
    ),
    "the state of other parameters": (
        lambda: ADAM.update(PARAMS, ADAM.init({"w": np.ones((2, 3))}), PARAMS),
        ValueError,
        r"adam.update: state.gradients is not built like params: .* begin with adam\(...\).init\(params\)",
    ),
    "a state of other shapes": (
        lambda: ADAM.update(PARAMS, ADAM.init({**PARAMS, "w": np.ones((3, 2))}), PARAMS),
        ValueError,
        r"state.gradients\['w'\] has shape \(3, 2\), and params\['w'\] has shape \(2, 3\)",
    ),
    "a state without momentum": (
        lambda: opt.sgd(momentum=0.5).update(PARAMS, opt.sgd().init(PARAMS), PARAMS),
        ValueError,
        "state.velocity is not built like params",
    ),
    "a state with another history": (
        lambda: opt.lbfgs(history=5).update(PARAMS, opt.lbfgs(history=4).init(PARAMS), PARAMS),
        ValueError,
        "a history of 4 steps, and the optimiser of 5",
    ),
    "a schedule that falls below 0": (
        lambda: opt.minimize(np.sum, np.ones(2), opt.adam(lambda step: 0.1 - 0.05 * step), 5),
        ValueError,
        "a schedule must return a rate that is at least 0, got -0.05.* for update 3",
    ),
    "a schedule that begins with nan": (
        lambda: opt.sgd(lambda _: np.array(np.nan)),
        TypeError,
        "update 0 raises ValueError: a schedule must return a rate that is at least 0, got nan for update 0",
    ),
    "a rate of a larger shape": (
        lambda: opt.sgd(np.ones((4, 3))).update(np.ones(3), opt.sgd().init(np.ones(3)), np.ones(3)),
        ValueError,
        r"sgd.update: params has shape \(3,\), and a number of the optimiser \(4, 3\); a learning rate",
    ),
    "a rate of another length": (
        lambda: opt.adam(np.ones(3)).update(PARAMS, opt.adam().init(PARAMS), PARAMS),
        ValueError,
        r"adam.update: params\['b'\]\[1\] has shape \(\), and a number of the optimiser \(3,\)",
    ),
    "a rate of another length, of a search": (
        lambda: opt.minimize(np.sum, np.ones(2), opt.lbfgs(np.ones(3)), 1),
        ValueError,
        r"lbfgs.update: params has shape \(2,\), and a number of the optimiser \(3,\)",
    ),
    "a function that is none": (lambda: opt.minimize(3.0, PARAMS, ADAM, 5), TypeError, "f must be a function"),
    "an optimiser that is none": (
        lambda: opt.minimize(np.sum, PARAMS, opt.adam, 5),
        TypeError,
        r"minimize\(sum\): optimizer must be",
    ),
    "half a step": (lambda: opt.minimize(np.sum, PARAMS, ADAM, 0.5), TypeError, "steps must be an integer, got 0.5"),
    "less than no steps": (
        lambda: opt.minimize(np.sum, np.ones(2), ADAM, -1),
        ValueError,
        "steps must be at least 0",
    ),
    "a callback that is none": (
        lambda: opt.minimize(np.sum, np.ones(2), ADAM, 1, callback=3),
        TypeError,
        r"minimize\(sum\): callback must be a function of the progress, got an int",
    ),
    "args that are no tuple": (
        lambda: opt.minimize(np.sum, np.ones(2), ADAM, 1, args=[1]),
        TypeError,
        "args must be a tuple",
    ),
    "args and data": (
        lambda: opt.minimize(np.sum, np.ones(2), ADAM, 1, args=(1,), data=[(1,)]),
        TypeError,
        "and not both",
    ),
    "data of an array": (
        lambda: opt.minimize(np.sum, np.ones(2), ADAM, 1, data=np.ones(3)),
        TypeError,
        "data must be an iterable of tuples",
    ),
    "data of arrays": (
        lambda: opt.minimize(np.sum, np.ones(2), ADAM, 1, data=[np.ones(3)]),
        TypeError,
        "data must give a tuple for each step",
    ),
    "no data": (
        lambda: opt.minimize(np.sum, np.ones(2), ADAM, 1, data=[]),
        ValueError,
        "data is empty, or an iterator that has ended",
    ),
    "data that ends": (
        lambda: opt.minimize(lambda w, x: np.sum(w * x), np.ones(2), ADAM, 3, data=iter([(1.0,), (2.0,)])),
        ValueError,
        "data is empty, or an iterator",
    ),
    "a Variable": (
        lambda: opt.minimize(np.sum, [Variable(np.ones(2))], ADAM, 1),
        TypeError,
        r"params\[0\] is a Variable",
    ),
    "a class that is no container": (
        lambda: opt.adam().init(Plain()),
        TypeError,
        "got a Plain; write @dataclass or @attrs.frozen above a class of parameters",
    ),
    "an integer in a field": (lambda: opt.adam().init({"w": 1.0, "n": 3}), TypeError, r"params\['n'\] .* static field"),
    "integers to minimise": (
        lambda: opt.minimize(np.sum, np.arange(3), ADAM, 1),
        TypeError,
        "params is of dtype int64",
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), CASES.values(), ids=list(CASES))
def test_what_is_wrong_is_said(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
