"""Layers and functions of `pydezero.nn` beside PyTorch's: the same arrays in, the same values and gradients out.

`python -m tests.nn.parity`, with a Python that has PyTorch, writes `torch_figures.json`: of the value of each case and
of its gradient by each array, the product with random numbers, the sum of squares and the first element. The tests
compare with these, and with PyTorch itself where it is installed.
"""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import nn, value_and_grad

FIGURES: Final = Path(__file__).with_name("torch_figures.json")

Floats: TypeAlias = NDArray[np.float64]
# Tensors of PyTorch, which is not installed where types are checked, and Variables in their place.
Tensor: TypeAlias = Any
Outputs: TypeAlias = Any

LABELS: Final = np.array([2, 0, 1, 2])
SOME: Final = np.array([2, -1, 1, -1])
LOOKS: Final = np.array([[1, 0, 1, 1, 0], [0, 0, 0, 0, 0], [0, 1, 0, 0, 0]], bool)
WORDS: Final = np.array([[0, 3, 1], [3, 3, 2]])


@attrs.frozen(eq=False)
class Case:
    """A function of some arrays, drawn at random in these shapes, by us and by PyTorch.

    Ours takes the arrays, theirs the module `torch` and tensors; each returns an array or a tuple of them.
    """

    name: str
    shapes: Mapping[str, tuple[int, ...]]
    ours: Callable[..., Outputs]
    theirs: Callable[..., Outputs]

    def arrays(self) -> dict[str, Floats]:
        rng = np.random.default_rng(sum(map(ord, self.name)))
        return {name: 0.8 * rng.standard_normal(shape) for name, shape in self.shapes.items()}


def figures(arrays: Sequence[Floats]) -> list[list[float]]:
    """A few numbers that depend on all elements of some arrays."""
    return [
        [float(np.sum(a * _random(a.shape))), float(np.sum(a * a)), float(a.flat[0] if a.size else math.nan)]
        for a in arrays
    ]


def _random(shape: tuple[int, ...]) -> Floats:
    return np.random.default_rng(7).standard_normal(shape)


def _as_tuple(outputs: Outputs) -> tuple[Tensor, ...]:
    return outputs if isinstance(outputs, tuple) else (outputs,)


def our_figures(case: Case) -> list[list[float]]:
    """Those of the values and gradients of this library."""

    def total(arrays: dict[str, Floats]) -> tuple[Tensor, tuple[Tensor, ...]]:
        outputs = _as_tuple(case.ours(**arrays))
        return sum(np.sum(y * _random(np.shape(y))) for y in outputs), outputs

    (_, outputs), gradients = value_and_grad(total, has_aux=True)(case.arrays())
    return figures([np.asarray(y) for y in (*outputs, *gradients.values())])


def their_figures(case: Case) -> list[list[float]]:
    """Those of PyTorch."""
    torch: Any = importlib.import_module("torch")
    tensors = {name: torch.tensor(a, requires_grad=True) for name, a in case.arrays().items()}
    outputs = _as_tuple(case.theirs(torch, **tensors))
    total = sum((y * torch.tensor(_random(tuple(y.shape)))).sum() for y in outputs)
    gradients = torch.autograd.grad(total, list(tensors.values()))
    return figures([y.detach().numpy() for y in (*outputs, *gradients)])


def _elementwise(name: str, ours: Callable[..., Any], theirs: Callable[..., Any]) -> Case:
    return Case(name, {"x": (4, 5)}, lambda x: ours(3 * x), lambda t, x: theirs(t, 3 * x))


def _loss(name: str, ours: Callable[..., Any], theirs: Callable[..., Any], *, of_two: bool = True) -> Case:
    shapes = {"x": (4, 3), "y": (4, 3)} if of_two else {"x": (4, 3)}
    return Case(name, shapes, ours, theirs)


def _recurrent(name: str, parts: int, ours: Callable[..., Any], theirs: Callable[..., Any]) -> Case:
    shapes = {"x": (5, 2, 3), "w": (3, 4 * parts), "u": (4, 4 * parts), "b": (4 * parts,), "h": (2, 4)}
    return Case(name, shapes | ({"c": (2, 4)} if parts == 4 else {"c": (4,)} if parts == 3 else {}), ours, theirs)


def _their_rnn(t: Any, x: Tensor, w: Tensor, u: Tensor, b: Tensor, h: Tensor) -> Outputs:
    ys, last = t.rnn_tanh(x, h[None], [w.T, u.T, b, 0 * b], True, 1, 0.0, False, False, False)
    return ys, last[0]


def _their_lstm(t: Any, x: Tensor, w: Tensor, u: Tensor, b: Tensor, h: Tensor, c: Tensor) -> Outputs:
    ys, h, c = t.lstm(x, (h[None], c[None]), [w.T, u.T, b, 0 * b], True, 1, 0.0, False, False, False)
    return ys, h[0], c[0]


def _our_lstm(x: Floats, w: Floats, u: Floats, b: Floats, h: Floats, c: Floats) -> Outputs:
    ys, (h, c) = nn.LSTM(w, u, b)(x, (h, c))
    return ys, h, c


def _their_gru(t: Any, x: Tensor, w: Tensor, u: Tensor, b: Tensor, h: Tensor, c: Tensor) -> Outputs:
    of_state = t.cat([t.zeros(8, dtype=c.dtype), c])
    ys, last = t.gru(x, h[None], [w.T, u.T, b, of_state], True, 1, 0.0, False, False, False)
    return ys, last[0]


def _our_norm(x: Floats, scale: Floats, shift: Floats, mean: Floats, spread: Floats, *, train: bool) -> Outputs:
    y, new = nn.BatchNorm(scale, shift)(x, nn.BatchStatistics(mean, 1 + spread * spread), train=train)
    return (y, new.mean, new.variance) if train else y


def _their_norm(
    t: Any, x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, spread: Tensor, *, train: bool
) -> Outputs:
    variance = 1 + spread * spread
    running = mean.detach().clone(), variance.detach().clone()
    y = t.nn.functional.batch_norm(x, *running, scale, shift, training=train)
    # PyTorch has no derivatives by the running statistics: what depends on them is written down, and compared.
    if train:
        new = 0.9 * mean + 0.1 * x.mean((0, 2)), 0.9 * variance + 0.1 * x.var((0, 2))
        assert all(t.allclose(a, b) for a, b in zip(new, running, strict=True))
        return y, *new
    by_hand = scale[:, None] * (x - mean[:, None]) / (variance[:, None] + 1e-5).sqrt() + shift[:, None]
    assert t.allclose(y, by_hand)
    return by_hand


def _our_heads(x: Floats, keys: Floats, **parts: Floats) -> Outputs:
    query, key, value, output = [nn.Linear(parts[f"w{i}"], parts[f"b{i}"]) for i in range(4)]
    return nn.MultiHeadAttention(query, key, value, output, heads=2)(x, keys, mask=np.tri(5, 6, 1, dtype=bool))


def _their_heads(t: Any, x: Tensor, keys: Tensor, **parts: Tensor) -> Outputs:
    w = t.cat([parts[f"w{i}"].T for i in range(3)])
    b = t.cat([parts[f"b{i}"] for i in range(3)])
    mask = ~t.ones(5, 6).tril(1).bool()
    found, _ = t.nn.functional.multi_head_attention_forward(
        x.transpose(0, 1),
        keys.transpose(0, 1),
        keys.transpose(0, 1),
        4,
        2,
        w,
        b,
        None,
        None,
        False,
        0.0,
        parts["w3"].T,
        parts["b3"],
        attn_mask=mask,
    )
    return found.transpose(0, 1)


_FILTERS: Final = {"x": (2, 3, 7, 6), "w": (4, 3, 3, 2), "b": (4,)}
_OPTIONS: Final[Any] = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2)}  # Any: for each of its arguments
_LINE: Final[Any] = {"stride": (2,), "padding": (1,), "dilation": (2,)}
_WEIGHTS: Final = np.array([0.5, 1.0, 2.5])

CASES: Final[tuple[Case, ...]] = (
    _elementwise("relu", nn.relu, lambda t, x: t.relu(x)),
    _elementwise("sigmoid", nn.sigmoid, lambda t, x: t.sigmoid(x)),
    _elementwise("leaky_relu", nn.leaky_relu, lambda t, x: t.nn.functional.leaky_relu(x)),
    _elementwise("elu", lambda x: nn.elu(x, 1.5), lambda t, x: t.nn.functional.elu(x, 1.5)),
    _elementwise("gelu", nn.gelu, lambda t, x: t.nn.functional.gelu(x)),
    _elementwise(
        "gelu by tanh",
        lambda x: nn.gelu(x, approximate=True),
        lambda t, x: t.nn.functional.gelu(x, approximate="tanh"),
    ),
    _elementwise("silu", nn.silu, lambda t, x: t.nn.functional.silu(x)),
    _elementwise("softplus", nn.softplus, lambda t, x: t.nn.functional.softplus(x, threshold=1000)),
    _elementwise("softmax", nn.softmax, lambda t, x: x.softmax(-1)),
    _elementwise("log_softmax", lambda x: nn.log_softmax(x, 0), lambda t, x: x.log_softmax(0)),
    _loss("mean_squared_error", lambda x, y: nn.mean_squared_error(x, y), lambda t, x, y: ((x - y) ** 2).mean()),
    _loss("huber", lambda x, y: nn.huber(x, y, delta=0.7), lambda t, x, y: t.nn.functional.huber_loss(x, y, delta=0.7)),
    _loss(
        "cross_entropy",
        lambda x: nn.cross_entropy(x, LABELS),
        lambda t, x: t.nn.functional.cross_entropy(x, t.tensor(LABELS)),
        of_two=False,
    ),
    _loss(
        "cross_entropy with weights",
        lambda x: nn.cross_entropy(x, LABELS, _WEIGHTS[LABELS]),
        lambda t, x: t.nn.functional.cross_entropy(x, t.tensor(LABELS), t.tensor(_WEIGHTS)),
        of_two=False,
    ),
    _loss(
        "cross_entropy without some examples",
        lambda x: nn.cross_entropy(x, np.maximum(SOME, 0), SOME >= 0),
        lambda t, x: t.nn.functional.cross_entropy(x, t.tensor(SOME), ignore_index=-1),
        of_two=False,
    ),
    _loss(
        "cross_entropy with smoothed labels",
        lambda x: nn.soft_cross_entropy(x, 0.9 * np.eye(3)[LABELS] + 0.1 / 3),
        lambda t, x: t.nn.functional.cross_entropy(x, t.tensor(LABELS), label_smoothing=0.1),
        of_two=False,
    ),
    _loss(
        "soft_cross_entropy",
        lambda x, y: nn.soft_cross_entropy(x, nn.softmax(y)),
        lambda t, x, y: t.nn.functional.cross_entropy(x, y.softmax(-1)),
    ),
    _loss(
        "binary_cross_entropy",
        lambda x, y: nn.binary_cross_entropy(x, nn.sigmoid(y)),
        lambda t, x, y: t.nn.functional.binary_cross_entropy_with_logits(x, y.sigmoid()),
    ),
    _loss(
        "kl_divergence",
        lambda x, y: nn.kl_divergence(x, nn.softmax(y)),
        lambda t, x, y: t.nn.functional.kl_div(x.log_softmax(-1), y.softmax(-1), reduction="batchmean"),
    ),
    Case(
        "Linear",
        {"x": (5, 3), "w": (3, 4), "b": (4,)},
        lambda x, w, b: nn.Linear(w, b)(x),
        lambda t, x, w, b: t.nn.functional.linear(x, w.T, b),
    ),
    Case(
        "MLP",
        {"x": (5, 3), "w": (3, 4), "b": (4,), "v": (4, 2), "c": (2,)},
        lambda x, w, b, v, c: nn.MLP((nn.Linear(w, b), nn.Linear(v, c)), nn.gelu)(x),
        lambda t, x, w, b, v, c: t.nn.functional.gelu(x @ w + b) @ v + c,
    ),
    Case(
        "Embedding",
        {"table": (4, 3)},
        lambda table: nn.Embedding(table)(WORDS),
        lambda t, table: t.nn.functional.embedding(t.tensor(WORDS), table),
    ),
    Case(
        "Conv1d",
        {"x": (2, 3, 9), "w": (4, 3, 3), "b": (4,)},
        lambda x, w, b: nn.Conv1d(w, b, **_LINE)(x),
        lambda t, x, w, b: t.conv1d(x, w, b, **_LINE),
    ),
    Case("Conv2d", _FILTERS, lambda x, w, b: nn.Conv2d(w, b)(x), lambda t, x, w, b: t.conv2d(x, w, b)),
    Case(
        "Conv2d with options",
        _FILTERS,
        lambda x, w, b: nn.Conv2d(w, b, **_OPTIONS)(x),
        lambda t, x, w, b: t.conv2d(x, w, b, **_OPTIONS),
    ),
    Case(
        "ConvTranspose1d",
        {"x": (2, 3, 5), "w": (3, 4, 3), "b": (4,)},
        lambda x, w, b: nn.ConvTranspose1d(w, b, **_LINE)(x),
        lambda t, x, w, b: t.conv_transpose1d(x, w, b, **_LINE),
    ),
    Case(
        "ConvTranspose2d",
        {"x": (2, 3, 4, 5), "w": (3, 4, 3, 2), "b": (4,)},
        lambda x, w, b: nn.ConvTranspose2d(w, b, **_OPTIONS, extra=(1, 1))(x),
        lambda t, x, w, b: t.conv_transpose2d(x, w, b, **_OPTIONS, output_padding=(1, 1)),
    ),
    Case(
        "max_pool1d",
        {"x": (2, 3, 9)},
        lambda x: nn.max_pool1d(x, 3, stride=2, padding=1),
        lambda t, x: t.max_pool1d(x, 3, 2, 1),
    ),
    Case(
        "max_pool2d",
        {"x": (2, 3, 9, 8)},
        lambda x: nn.max_pool2d(x, (3, 2), stride=(2, 1), padding=1, dilation=2),
        lambda t, x: t.max_pool2d(x, (3, 2), (2, 1), 1, 2),
    ),
    Case("avg_pool1d", {"x": (2, 3, 9)}, lambda x: nn.avg_pool1d(x, 2), lambda t, x: t.avg_pool1d(x, 2)),
    Case(
        "avg_pool2d",
        {"x": (2, 3, 9, 8)},
        lambda x: nn.avg_pool2d(x, (3, 2), stride=(2, 1), padding=1),
        lambda t, x: t.nn.functional.avg_pool2d(x, (3, 2), (2, 1), 1),
    ),
    *[
        Case(
            f"BatchNorm train={train}",
            {"x": (4, 3, 5), "scale": (3,), "shift": (3,), "mean": (3,), "spread": (3,)},
            lambda train=train, **arrays: _our_norm(**arrays, train=train),
            lambda t, train=train, **tensors: _their_norm(t, **tensors, train=train),
        )
        for train in (True, False)
    ],
    Case(
        "LayerNorm",
        {"x": (4, 3, 5), "scale": (3, 5), "shift": (3, 5)},
        lambda x, scale, shift: nn.LayerNorm(scale, shift)(x),
        lambda t, x, scale, shift: t.layer_norm(x, (3, 5), scale, shift),
    ),
    Case(
        "GroupNorm",
        {"x": (2, 6, 5, 4), "scale": (6,), "shift": (6,)},
        lambda x, scale, shift: nn.GroupNorm(scale, shift, 3)(x),
        lambda t, x, scale, shift: t.group_norm(x, 3, scale, shift),
    ),
    Case(
        "RNN in both directions",
        {"x": (5, 2, 3), "w": (3, 4), "u": (4, 4), "b": (4,), "back": (4, 4)},
        lambda x, w, u, b, back: np.concatenate([nn.RNN(w, u, b)(x)[0], nn.RNN(w, back, b)(x[::-1])[0][::-1]], axis=-1),
        lambda t, x, w, u, b, back: t.rnn_tanh(
            x,
            t.zeros(2, 2, 4, dtype=x.dtype),
            [w.T, u.T, b, 0 * b, w.T, back.T, b, 0 * b],
            True,
            1,
            0.0,
            False,
            True,
            False,
        )[0],
    ),
    _recurrent("RNN", 1, lambda x, w, u, b, h: nn.RNN(w, u, b)(x, h), _their_rnn),
    _recurrent("LSTM", 4, _our_lstm, _their_lstm),
    _recurrent("GRU", 3, lambda x, w, u, b, h, c: nn.GRU(w, u, b, c)(x, h), _their_gru),
    Case(
        "attention",
        {"q": (2, 3, 4), "k": (2, 5, 4), "v": (2, 5, 6)},
        lambda q, k, v: nn.attention(q, k, v),
        lambda t, q, k, v: t.nn.functional.scaled_dot_product_attention(q, k, v),
    ),
    Case(
        "attention with a query that may look at nothing",
        {"q": (2, 3, 4), "k": (2, 5, 4), "v": (2, 5, 6)},
        lambda q, k, v: nn.attention(q, k, v, LOOKS),
        lambda t, q, k, v: t.nn.functional.scaled_dot_product_attention(q, k, v, t.tensor(LOOKS)),
    ),
    Case(
        "MultiHeadAttention",
        {"x": (2, 5, 4), "keys": (2, 6, 4), **{f"w{i}": (4, 4) for i in range(4)}, **{f"b{i}": (4,) for i in range(4)}},
        _our_heads,
        _their_heads,
    ),
)


def written() -> str:
    """The text of the file of figures, with a line for each case."""
    lines = [f"  {json.dumps(case.name)}: {json.dumps(their_figures(case))}" for case in CASES]
    version: str = importlib.import_module("torch").__version__
    return f'{{"torch": "{version}", "figures": {{\n' + ",\n".join(lines) + "\n}}\n"


if __name__ == "__main__":
    FIGURES.write_text(written())
