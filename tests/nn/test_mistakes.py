"""Bad input raises at once, and the message names the layer, the argument, the shapes, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import pytest

from pydezero import nn, vmap

RNG: Final = np.random.default_rng(0)
IMAGES: Final = np.ones((2, 3, 7, 6))
SEQUENCES: Final = np.ones((5, 2, 3))
LOGITS: Final = np.zeros((4, 3))
NORM: Final = nn.BatchNorm.init(3)
SEEN: Final = nn.BatchStatistics.init(3)


class Plain:
    """A layer that no transform looks into."""

    def __call__(self, x: Any) -> Any:
        return x


SHAPES: Final[list[tuple[Callable[[], Any], str]]] = [
    (
        lambda: nn.Linear.init(RNG, 784, 10)(np.ones((32, 28, 28))),
        r"Linear\(784, 10\): x must have the shape \(..., 784\), got \(32, 28, 28\): .* x.reshape\(len\(x\), -1\)",
    ),
    (
        lambda: nn.Linear.init(RNG, 4, 10)(np.ones((4, 32))),
        r"Linear\(4, 10\): x must .* got \(4, 32\): move the axis of length 4 to the end with np.moveaxis",
    ),
    (lambda: nn.Linear.init(RNG, 4, 10)(np.array(1.0)), r"got \(\)"),
    (lambda: nn.MLP.init(RNG, (3, 4))(np.ones((2, 5))), r"Linear\(3, 4\): x must have the shape \(..., 3\)"),
    (
        lambda: nn.Conv2d.init(RNG, 3, 4, 3)(np.ones((2, 7, 6, 3))),
        r"Conv2d\(3, 4, \(3, 3\)\): x must have the shape \(..., 3, height, width\), got \(2, 7, 6, 3\): move the "
        r"channels in front of the other axes with np.moveaxis\(x, -1, -3\)",
    ),
    (
        lambda: nn.Conv2d.init(RNG, 1, 4, 3)(np.ones((32, 7, 6))),
        r"Conv2d\(1, 4, \(3, 3\)\): .* a single channel has an axis, too; make one with np.expand_dims\(x, -3\)",
    ),
    (
        lambda: nn.Conv2d.init(RNG, 3, 4, 5, dilation=2)(IMAGES),
        r"x of the shape \(2, 3, 7, 6\), with padding \(0, 0\), is smaller than a window, which is \(9, 9\); pad more",
    ),
    (lambda: nn.Conv1d.init(RNG, 3, 4, 3)(np.ones((2, 4, 9))), r"Conv1d\(3, 4, 3\): x must .* \(..., 3, length\)"),
    (lambda: nn.ConvTranspose1d.init(RNG, 3, 4, 3)(np.ones(3)), r"ConvTranspose1d\(3, 4, 3\): x must have"),
    (
        lambda: nn.ConvTranspose2d.init(RNG, 3, 4, 3, padding=2)(np.ones((3, 1, 1))),
        r"ConvTranspose2d\(3, 4, \(3, 3\)\): of x of the shape \(3, 1, 1\) nothing is left with padding \(2, 2\)",
    ),
    (lambda: nn.max_pool2d(IMAGES, 8), r"max_pool2d: x of the shape .* is smaller than a window, which is \(8, 8\)"),
    (lambda: nn.max_pool2d(IMAGES, 2, padding=2), "max_pool2d: padding must be at most half of the size, got 2 for 2"),
    (lambda: nn.avg_pool2d(np.ones(3), 2), r"avg_pool2d: x must have the shape \(..., height, width\), got \(3,\)"),
    (
        lambda: NORM(np.ones((2, 7, 6, 3)), SEEN, train=True),
        r"BatchNorm\(3\): x must have 3 channels along axis 1, got the shape \(2, 7, 6, 3\); say where .* axis=-1",
    ),
    (lambda: NORM(np.ones((1, 3)), SEEN, train=True), r"BatchNorm\(3\): .* has 1 value for each channel"),
    (lambda: vmap(lambda x: nn.BatchNorm.init(3, axis=0)(x, SEEN, train=True))(LOGITS), "outside of vmap"),
    (lambda: nn.LayerNorm.init((3, 4))(IMAGES), r"LayerNorm\(3, 4\): x must have the shape \(..., 3, 4\), got"),
    (lambda: nn.GroupNorm.init(2, 4)(IMAGES), r"GroupNorm\(4\): x must have 4 channels along axis 1"),
    (lambda: nn.RNN.init(RNG, 4, 5)(SEQUENCES), r"RNN\(4, 5\): xs must have the shape \(..., 4\), got \(5, 2, 3\)"),
    (lambda: nn.GRU.init(RNG, 3, 5)(np.ones(3)), r"GRU\(3, 5\): xs must have the shape \(steps, ..., 3\), got \(3,\)"),
    (
        lambda: nn.LSTM.init(RNG, 3, 5)(SEQUENCES, (np.ones((2, 5)), np.ones(5))),
        r"LSTM\(..., 5\): c must have the shape \(2, 5\), got \(5,\)",
    ),
    (lambda: nn.LSTM.init(RNG, 3, 5).step(np.ones(4), (np.ones(5), np.ones(5))), r"LSTM\(3, 5\): x must have"),
    (
        lambda: nn.MultiHeadAttention.init(RNG, 4, 2)(np.ones((5, 4)), np.ones((5, 3))),
        r"MultiHeadAttention\(4, 2\): keys must have the shape \(..., 4\), got \(5, 3\)",
    ),
    (
        lambda: nn.MultiHeadAttention.init(RNG, 4, 2)(np.ones((5, 4)), mask=np.ones((4, 4), bool)),
        r"mask must broadcast to \(..., queries, keys\), here \(5, 5\), got \(4, 4\)",
    ),
    (lambda: nn.attention(np.ones((5, 4)), np.ones((5, 3)), np.ones((5, 4))), r"attention: key must have the shape"),
    (lambda: nn.attention(np.ones((5, 4)), np.ones((5, 4)), np.ones((6, 4))), "there must be a value for each key"),
    (lambda: nn.attention(np.ones(4), np.ones((5, 4)), np.ones((5, 4))), r"query must have the shape \(..., elements"),
    (
        lambda: nn.Residual(nn.Linear.init(RNG, 3, 4))(LOGITS),
        r"Residual: the layer takes x of the shape \(4, 3\) to \(4, 4\), and the shortcut to \(4, 3\)",
    ),
    (
        lambda: nn.Dropout(0.5)(LOGITS, np.ones(3), train=True),
        r"Dropout\(0.5\): draws must have the shape of x, \(4, 3\), got \(3,\)",
    ),
    (
        lambda: nn.mean_squared_error(np.ones((4, 1)), np.ones(4)),
        r"mean_squared_error: target must have the shape \(4, 1\), .* got \(4,\); write target.reshape\(4, 1\)",
    ),
    (lambda: nn.huber(LOGITS, np.ones(3)), r"huber: target must have the shape \(4, 3\), .*, got \(3,\)$"),
    (lambda: nn.binary_cross_entropy(LOGITS, np.ones(3)), "binary_cross_entropy: target must have the shape"),
    (
        lambda: nn.cross_entropy(np.array(1.0), np.array(0)),
        r"cross_entropy: logits must have the shape \(..., classes\)",
    ),
    (
        lambda: nn.cross_entropy(LOGITS, np.array([[0], [1], [2], [0]])),
        r"cross_entropy: labels must have the shape \(4,\), one for each row of logits, got \(4, 1\); write lab",
    ),
    (lambda: nn.cross_entropy(LOGITS, np.zeros(4, int), np.ones(3)), r"weights must have the shape \(4,\), one for"),
    (
        lambda: nn.cross_entropy(LOGITS, np.eye(4, 3)),
        r"labels must be the numbers of classes, of the shape \(4,\), got that of logits, \(4, 3\); soft_cross_entropy",
    ),
    *[
        (
            partial(loss, np.zeros((2, 9, 4, 5)), np.full((2, 4, 5), 8)),
            r"logits must have the shape \(..., classes\), got \(2, 9, 4, 5\) for labels of \(2, 4, 5\); move the "
            r"classes to the end with np.moveaxis\(logits, 1, -1\)",
        )
        for loss in (nn.cross_entropy, nn.accuracy)
    ],
    (lambda: nn.soft_cross_entropy(LOGITS, np.ones(4)), "soft_cross_entropy: probabilities must have the shape"),
    (lambda: nn.kl_divergence(LOGITS, np.ones(4)), "kl_divergence: probabilities must have the shape"),
    (lambda: nn.accuracy(LOGITS, np.zeros(3, int)), r"accuracy: labels must have the shape \(4,\)"),
    (lambda: nn.Linear(np.ones((2, 3)), np.ones(1))(np.ones(2)), r"Linear\(2, 3\): b must have the shape \(3,\), got"),
    (
        lambda: nn.Conv1d(np.ones((4, 3, 2)), np.ones(3))(np.ones((3, 5))),
        r"Conv1d\(3, 4, 2\): b must have the shape \(4",
    ),
    (
        lambda: NORM(LOGITS, nn.BatchStatistics.init(1), train=True),
        r"BatchNorm\(3\): statistics must be those of nn.BatchStatistics.init\(3\), got .* shapes \(1,\) and \(1,\)",
    ),
    *[
        (partial(getattr(nn, name), *2 * [np.ones((0, 3))]), rf"{name}: there is no mean of no examples, got the shape")
        for name in ("mean_squared_error", "huber", "binary_cross_entropy", "soft_cross_entropy", "kl_divergence")
    ],
    (lambda: nn.cross_entropy(LOGITS[:0], np.zeros(0, int)), "cross_entropy: there is no mean of no examples"),
    (lambda: nn.accuracy(LOGITS[:0], np.zeros(0, int)), "accuracy: there is no mean of no examples"),
]

# Records that are made by hand, of parameters that do not fit together.
W: Final = np.ones((3, 4))
EYE: Final = nn.Linear(np.eye(4))
BY_HAND: Final[list[tuple[Callable[[], Any], str]]] = [
    (lambda: nn.Linear(np.ones(3))(LOGITS), r"Linear: w must have the shape \(inputs, outputs\), got \(3,\)"),
    (lambda: nn.Embedding(np.ones(3))(0), r"Embedding: table must have the shape \(count, features\), got \(3,\)"),
    (lambda: nn.MLP(())(LOGITS), "MLP: there must be at least one layer"),
    (
        lambda: nn.Conv2d(np.ones((4, 3, 2)))(IMAGES),
        r"Conv2d: w must have the shape \(outputs, inputs, height, width\)",
    ),
    (lambda: nn.ConvTranspose1d(W)(SEQUENCES), r"ConvTranspose1d: w must .* \(inputs, outputs, size\), got \(3, 4\)"),
    (lambda: nn.Conv1d(np.ones((4, 2, 2)), stride=(0,))(SEQUENCES), r"Conv1d\(2, 4, 2\): stride must be at least 1"),
    (lambda: nn.Conv1d(np.ones((4, 2, 2)), padding=(-1,))(SEQUENCES), r"padding must be at least 0, .* got \(-1,\)"),
    (
        lambda: nn.ConvTranspose1d(np.ones((2, 4, 2)), extra=(1,))(SEQUENCES),
        r"extra must be less .* got \(1,\) for \(1,\)",
    ),
    (
        lambda: nn.LayerNorm(np.ones(3), np.ones(2))(LOGITS),
        r"LayerNorm\(3,\): shift must have the shape \(3,\), got \(2,",
    ),
    (
        lambda: nn.LayerNorm(np.array(1.0), np.array(0.0))(LOGITS),
        "LayerNorm: scale must have the shape of the last axes",
    ),
    (
        lambda: nn.BatchNorm(np.ones(3), np.ones(2))(LOGITS, SEEN, train=True),
        r"BatchNorm\(3\): shift must have the shape",
    ),
    (lambda: nn.GroupNorm(np.ones(3), np.ones(3), 2)(LOGITS), "channels must be a multiple of groups, got 3 and 2"),
    (
        lambda: nn.RNN(W, np.ones((4, 5)), np.ones(4))(SEQUENCES),
        r"RNN\(3, 4\): u must have the shape \(4, 4\), got \(4, 5\)",
    ),
    (
        lambda: nn.LSTM(W, np.ones((4, 16)), np.ones(16))(SEQUENCES),
        r"LSTM\(3, 4\): w must have the shape \(3, 16\), got",
    ),
    (
        lambda: nn.GRU(np.ones((3, 12)), np.ones((4, 12)), np.ones(12), np.ones(3))(SEQUENCES),
        r"GRU\(3, 4\): c must have the shape \(4,\), got \(3,\)",
    ),
    (
        lambda: nn.MultiHeadAttention(EYE, EYE, EYE, nn.Linear(W), 2)(np.eye(4)),
        r"output.w must have the shape \(4, 4\)",
    ),
    (
        lambda: nn.MultiHeadAttention(EYE, EYE, EYE, EYE, 3)(np.eye(4)),
        "features must be a multiple of heads, got 4 and 3",
    ),
    (
        lambda: nn.attention(np.ones((2, 4, 3)), np.ones((3, 4, 3)), np.ones((3, 4, 3))),
        r"attention: the axes before the last two must fit together, got .* \(2, 4, 3\), \(3, 4, 3\) and",
    ),
]

VALUES: Final[list[tuple[Callable[[], Any], str]]] = [
    (lambda: nn.softmax(np.ones((5, 3)), axis=2), "softmax: axis 2 is out of bounds for array of dimension 2"),
    (
        lambda: nn.cross_entropy(LOGITS, np.array([0, 1, 2, 3])),
        "cross_entropy: labels must lie between 0 and 2, got 3, for 3 classes",
    ),
    (lambda: nn.cross_entropy(LOGITS, np.array([0, 1, -1, 2])), "cross_entropy: labels must .* got -1"),
    (lambda: vmap(nn.cross_entropy)(LOGITS, np.array([0, 1, -1, 2])), "cross_entropy: labels must .* got -1"),
    (lambda: nn.accuracy(LOGITS, np.array([0, 1, -1, 2])), "accuracy: labels must .* got -1"),
    (
        lambda: nn.Embedding.init(RNG, 5, 2)(np.array([5])),
        r"Embedding\(5, 2\): indices must lie between 0 and 4, got 5",
    ),
    (lambda: nn.Embedding.init(RNG, 5, 2)(-1), "indices must lie between 0 and 4, got -1, for 5 vectors"),
    *[
        (partial(nn.Dropout, rate), "Dropout: rate must be at least 0 and below 1, got")
        for rate in (1.0, -0.1, float("nan"))
    ],
    (lambda: nn.LayerNorm.init(3, epsilon=-1.0), "LayerNorm.init: epsilon must be at least 0, got -1.0"),
    (lambda: nn.GroupNorm.init(1, 3, epsilon=float("nan")), "GroupNorm.init: epsilon must be at least 0, got nan"),
    (
        lambda: nn.kl_divergence(LOGITS, LOGITS - 0.5),
        "kl_divergence: probabilities must lie between 0 and inf, got -0.5",
    ),
    (
        lambda: nn.binary_cross_entropy(np.zeros(2), np.array([1, 2])),
        "binary_cross_entropy: target must lie between 0 and 1, got 2",
    ),
    (lambda: nn.binary_cross_entropy(np.zeros(2), np.array([1.0, -1.0])), "target must lie between 0 and 1, got -1.0"),
    (lambda: nn.BatchNorm.init(3, momentum=1.5), "BatchNorm.init: momentum must be from 0 to 1, got 1.5"),
    *[
        (
            partial(getattr(nn, name), LOGITS, 0.5 + 0 * LOGITS, np.zeros(shape)),
            f"{name}: all weights are 0, and there is no mean of no examples",
        )
        for name, shape in {"huber": (4, 3), "binary_cross_entropy": (4, 3), "kl_divergence": (4,)}.items()
    ],
    (lambda: nn.cross_entropy(LOGITS, np.zeros(4, int), np.zeros(4, bool)), "cross_entropy: all weights are 0"),
    (lambda: nn.huber(LOGITS, LOGITS, delta=0.0), "huber: delta must be above 0, got 0.0"),
    (lambda: nn.Linear.init(RNG, 0, 3), "Linear.init: inputs must be at least 1, got 0"),
    (lambda: nn.MLP.init(RNG, (3,)), r"MLP.init: sizes must be at least those of inputs and outputs, got \(3,\)"),
    (
        lambda: nn.Conv2d.init(RNG, 3, 4, 3, stride=0),
        "Conv2d.init: stride must be at least 1, or 2 such numbers, got 0",
    ),
    (lambda: nn.Conv2d.init(RNG, 3, 4, (3, 3, 3)), r"Conv2d.init: size must be .* 2 such numbers, got \(3, 3, 3\)"),  # type: ignore[arg-type]  # the mistake
    (lambda: nn.Conv1d.init(RNG, 3, 4, 3, padding=-1), "Conv1d.init: padding must be at least 0"),
    (
        lambda: nn.ConvTranspose2d.init(RNG, 3, 4, 3, extra=1),
        r"extra must be less than stride or dilation, got \(1, 1\) for \(1, 1\)",
    ),
    (lambda: nn.GroupNorm.init(2, 3), "GroupNorm.init: channels must be a multiple of groups, got 3 and 2"),
    (lambda: nn.LayerNorm.init(()), r"LayerNorm.init: shape must have a length, got \(\)"),
    (lambda: nn.MultiHeadAttention.init(RNG, 5, 2), "features must be a multiple of heads, got 5 and 2"),
    (lambda: nn.orthogonal(RNG, (3,)), r"orthogonal: shape must be that of a matrix, got \(3,\)"),
    (lambda: nn.he_normal(RNG, (3, 4), 0), "he_normal: inputs must be at least 1, got 0"),
]

# Any: what a type checker would not let pass.
LAYER: Final[Any] = nn
TYPES: Final[list[tuple[Callable[[], Any], str]]] = [
    (
        lambda: nn.cross_entropy(LOGITS, np.zeros(4)),
        r"cross_entropy: labels must be integers from 0 to 2, got float64; write labels.astype\(int\)",
    ),
    (lambda: nn.cross_entropy(LOGITS, np.zeros(4, bool)), "cross_entropy: labels must be integers"),
    (lambda: nn.soft_cross_entropy(LOGITS, np.zeros(4, int)), "nn.cross_entropy takes the numbers of classes"),
    (lambda: nn.kl_divergence(LOGITS, np.zeros((4, 3), int)), "kl_divergence: probabilities must be probabilities"),
    (lambda: LAYER.Embedding.init(RNG, 5, 2)(np.ones(2)), r"Embedding\(5, 2\): indices must be integers"),
    (
        lambda: LAYER.Linear.init(0, 3, 4),
        r"Linear.init: rng must be a numpy.random.Generator, got int; write np.random",
    ),
    *[
        (partial(call, [[1.0, 2.0]]), f"{name}.*: x.* must be an array, got a list .*; np.asarray\\(.*\\) makes one")
        for name, call in {
            "Linear": LAYER.Linear.init(RNG, 2, 3),
            "Conv1d": LAYER.Conv1d.init(RNG, 1, 1, 2),
            "max_pool1d": partial(LAYER.max_pool1d, size=2),
            "LayerNorm": LAYER.LayerNorm.init(2),
            "GroupNorm": LAYER.GroupNorm.init(1, 2),
            "LSTM": LAYER.LSTM.init(RNG, 2, 1),
            "Dropout": partial(LAYER.Dropout(0.5), train=False),
        }.items()
    ],
    (lambda: LAYER.softmax(LOGITS, axis=None), "softmax: axis must be an integer, got None"),
    (lambda: LAYER.log_softmax(LOGITS, axis=1.0), "log_softmax: axis must be an integer, got 1.0"),
    (lambda: LAYER.BatchNorm.init(3, axis=1.5), "BatchNorm.init: axis must be an integer, got 1.5"),
    (lambda: LAYER.BatchNorm.init(3)(LOGITS, None, train=True), "statistics must be those of .*, got None"),
    (lambda: LAYER.Dropout("0.5"), "Dropout: rate must be a number, got a str"),
    (
        lambda: LAYER.LSTM.init(RNG, 3, 4)(SEQUENCES, LOGITS),
        r"LSTM\(..., 4\): state must be a pair \(h, c\), got an array",
    ),
    (
        lambda: LAYER.Conv2d(np.ones((4, 3, 2, 2)), stride=2)(IMAGES),
        r"Conv2d\(3, 4, \(2, 2\)\): stride must be a tuple of 2 integers, got 2; Conv2d.init takes a number",
    ),
    (lambda: nn.mean_squared_error(1j * LOGITS, LOGITS), "mean_squared_error: predictions and target must be real"),
    *[
        (partial(call, 1j * LOGITS), f"{name}.*: (x|logits) must be real numbers, got an array of complex128")
        for name, call in {
            "relu": LAYER.relu,
            "leaky_relu": LAYER.leaky_relu,
            "elu": LAYER.elu,
            "softplus": LAYER.softplus,
            "softmax": LAYER.softmax,
            "max_pool1d": partial(LAYER.max_pool1d, size=2),
            "LayerNorm": LAYER.LayerNorm.init(3),
            "GroupNorm": LAYER.GroupNorm.init(1, 3),
            "cross_entropy": partial(LAYER.cross_entropy, labels=np.zeros(4, int)),
            "accuracy": partial(LAYER.accuracy, labels=np.zeros(4, int)),
        }.items()
    ],
    (lambda: LAYER.mean_squared_error(LOGITS, np.full((4, 3), "a")), "mean_squared_error: target must be real numbers"),
    (lambda: nn.binary_cross_entropy(LOGITS, 1j * LOGITS), "binary_cross_entropy: target must be real numbers"),
    (lambda: LAYER.relu(None), "relu: x must be real numbers, got None"),
    (lambda: LAYER.Linear([[1.0]])(LOGITS), "Linear: w must be an array, got a list"),
    (lambda: LAYER.Linear(3, 4)(LOGITS), "Linear: w must be an array, got an int; Linear.init makes a layer"),
    (lambda: LAYER.Conv2d(3, 4, 3)(IMAGES), "Conv2d: w must be .* got an int; Conv2d.init makes a layer of its sizes"),
    (
        lambda: nn.Sequential.of(LAYER.GRU.init(RNG, 3, 4), nn.Linear(W))(SEQUENCES),
        r"got a tuple of 2 .* take a part of it; RNN, LSTM and GRU return a pair \(outputs, state\)",
    ),
    (lambda: LAYER.MLP.init(RNG, 3), r"MLP.init: sizes must be a tuple of integers, such as .* got an int"),
    (lambda: LAYER.Sequential(nn.Linear(W), nn.relu), r"Sequential: layers must be one tuple .* Sequential.of\(layer"),
    (lambda: LAYER.Sequential(nn.Linear(W)), "Sequential: layers must be one tuple of layers; write Sequential.of"),
    (lambda: LAYER.Sequential.of([nn.relu]), r"argument 0 is no layer .* write Sequential.of\(\*layers\)"),
    (lambda: LAYER.Sequential.of(nn.Linear), "argument 0 must be a layer, and <class .*Linear'> is a class; init"),
    (lambda: LAYER.RNN.init(RNG, 3, 4)(SEQUENCES, [0.0]), r"RNN\(..., 4\): h must be an array, got a list"),
    (lambda: LAYER.LayerNorm.init(3, epsilon="a"), "LayerNorm.init: epsilon must be a number, got a str"),
    (lambda: LAYER.BatchNorm.init(3, momentum="a"), "BatchNorm.init: momentum must be a number, got a str"),
    (lambda: LAYER.in_precision(EYE, int), "in_precision: dtype must be one of floating-point numbers, .* 'int'"),
    (lambda: LAYER.Linear.init(RNG, 3.0, 4), "Linear.init: inputs must be an integer, got 3.0"),
    (lambda: LAYER.Conv2d.init(RNG, 3, 4, 3, padding="same"), "Conv2d.init: padding must be an integer, or a tuple"),
    (lambda: LAYER.MLP.init(RNG, (3, 4), "relu"), "MLP.init: activation must be a function, got 'relu'"),
    (lambda: LAYER.Sequential.of(nn.relu, 3), "Sequential.of: argument 1 is no layer and no function, got 3"),
    (
        lambda: nn.Sequential.of(Plain()),
        "Sequential.of: argument 0 is a Plain, whose arrays would get no derivative; make the class a container",
    ),
    (
        lambda: LAYER.Sequential.of(nn.relu, nn.Dropout(0.5)),
        r"Sequential.of: argument 1, Dropout\(rate=0.5\), must be called with train, and Sequential hands on an array",
    ),
    (lambda: LAYER.Sequential.of(NORM), r"argument 0, BatchNorm\(.*\), must be called with statistics and train"),
    (lambda: nn.Dropout(0.5)(LOGITS, train=True), r"Dropout\(0.5\): to train, draws must be .* got NoneType"),
    (
        lambda: nn.attention(LOGITS, LOGITS, LOGITS, np.ones((4, 4))),
        "attention: mask must have booleans, True where a query may look at a key, got float64",
    ),
]


@pytest.mark.parametrize(
    ("error", "call", "said"),
    [
        (error, call, said)
        for error, mistakes in ((ValueError, SHAPES + BY_HAND + VALUES), (TypeError, TYPES))
        for call, said in mistakes
    ],
    ids=lambda x: x[:60] if isinstance(x, str) else "",
)
def test_a_mistake_is_named(error: type[Exception], call: Callable[[], Any], said: str) -> None:
    with pytest.raises(error, match=said):
        call()
