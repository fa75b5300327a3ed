"""Each layer by itself: derivatives, batches, traces, single precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import Variable, grad, jit, nn, trace, vmap
from pydezero.testing import check_grads
from pydezero.tree import flatten, map_leaves

Floats: TypeAlias = NDArray[Any]  # Any: in double or single precision
Layer: TypeAlias = Any  # any layer: what it takes and returns is its own


def drawn(*shape: int) -> Floats:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


RNG: Final = np.random.default_rng(0)
IMAGES: Final = drawn(2, 3, 7, 6)

# A layer or a function, and its argument, along whose axis -2, -3, ... examples lie.
LAYERS: Final[dict[str, tuple[Layer, Floats]]] = {
    "Linear": (nn.Linear.init(RNG, 3, 4), drawn(5, 3)),
    "Linear without b": (nn.Linear.init(RNG, 3, 4, bias=False), drawn(5, 3)),
    "MLP": (nn.MLP.init(RNG, (3, 5, 4), nn.silu), drawn(5, 3)),
    "Conv1d": (nn.Conv1d.init(RNG, 3, 4, 3, stride=2, padding=1), drawn(2, 3, 9)),
    "Conv2d": (nn.Conv2d.init(RNG, 3, 4, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)), IMAGES),
    "Conv2d without b": (nn.Conv2d.init(RNG, 3, 4, 3, bias=False), IMAGES),
    "ConvTranspose1d": (nn.ConvTranspose1d.init(RNG, 3, 2, 3, stride=2, padding=1), drawn(2, 3, 5)),
    "ConvTranspose2d": (nn.ConvTranspose2d.init(RNG, 3, 2, (3, 2), stride=2, padding=(2, 0), extra=1), IMAGES),
    "ConvTranspose1d with extra": (nn.ConvTranspose1d.init(RNG, 3, 2, 3, dilation=3, extra=2), drawn(2, 3, 4)),
    "max_pool1d": (lambda x: nn.max_pool1d(x, 2), drawn(2, 3, 8)),
    "max_pool2d": (lambda x: nn.max_pool2d(x, 3, stride=2, padding=1, dilation=1), IMAGES),
    "avg_pool1d": (lambda x: nn.avg_pool1d(x, 3, stride=1), drawn(2, 3, 8)),
    "avg_pool2d": (lambda x: nn.avg_pool2d(x, 3, padding=1), IMAGES),
    "LayerNorm": (nn.LayerNorm.init(3), drawn(5, 3)),
    "GroupNorm": (nn.GroupNorm.init(3, 3, axis=-3), IMAGES),
    "RNN": (nn.RNN.init(RNG, 3, 4), drawn(5, 2, 3)),
    "LSTM": (nn.LSTM.init(RNG, 3, 4), drawn(5, 2, 3)),
    "GRU": (nn.GRU.init(RNG, 3, 4), drawn(5, 2, 3)),
    "MultiHeadAttention": (nn.MultiHeadAttention.init(RNG, 4, 2), drawn(2, 5, 4)),
    "Residual": (nn.Residual(nn.MLP.init(RNG, (3, 5, 4)), nn.Linear.init(RNG, 3, 4)), drawn(5, 3)),
    "Sequential": (nn.Sequential.of(nn.Linear.init(RNG, 3, 4), np.tanh, nn.LayerNorm.init(4)), drawn(5, 3)),
}
RECURRENT: Final = ("RNN", "LSTM", "GRU")


def called(layer: Layer, x: Floats) -> Any:
    return layer(x)


@pytest.mark.parametrize("name", LAYERS)
def test_derivatives_agree_with_differences(name: str) -> None:
    layer, x = LAYERS[name]
    args = (layer, x) if flatten(layer) != [layer] else (x,)
    check_grads(called if len(args) == 2 else layer, args, order=2, rtol=1e-4)


@pytest.mark.parametrize("name", LAYERS)
def test_a_batch_is_what_its_examples_are(name: str) -> None:
    layer, x = LAYERS[name]
    axis = 1 if name in RECURRENT else 0
    examples = [layer(np.take(x, i, axis)) for i in range(x.shape[axis])]
    of_examples = map_leaves(lambda *leaves: np.stack(leaves), *examples)
    of_axes = vmap(layer, in_axes=axis)(x)
    for mapped, stacked in zip(flatten(of_axes), flatten(of_examples), strict=True):
        np.testing.assert_allclose(mapped, stacked, rtol=1e-12, atol=1e-12)
    whole = flatten(layer(x))[0]
    np.testing.assert_allclose(np.moveaxis(whole, axis, 0), flatten(of_examples)[0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_an_ensemble_is_a_batch_of_layers(name: str) -> None:
    layer, x = LAYERS[name]
    if flatten(layer) == [layer]:
        pytest.skip("a function has no parameters")
    two = map_leaves(lambda leaf: leaf if leaf is None else np.stack([leaf, 2 * leaf]), layer)
    second = map_leaves(lambda leaf: leaf if leaf is None else 2 * leaf, layer)
    mapped = flatten(vmap(called, in_axes=(0, None))(two, x))[0]
    np.testing.assert_allclose(mapped[1], flatten(second(x))[0], rtol=1e-12, atol=1e-12)
    gradients = vmap(grad(lambda layer, x: np.sum(flatten(layer(x))[0] ** 2)), in_axes=(0, None))(two, x)
    alone = grad(lambda layer, x: np.sum(flatten(layer(x))[0] ** 2))(second, x)
    for a, b in zip(flatten(gradients), flatten(alone), strict=True):
        assert (a is b is None) or np.allclose(a[1], b, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", LAYERS)
def test_a_trace_computes_the_same_and_single_precision_stays(name: str) -> None:
    layer, x = LAYERS[name]
    graph = trace(layer)(x)
    for a, b in zip(flatten(graph(x)), flatten(layer(x)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)
    single = nn.in_precision(layer, np.float32)
    assert {y.dtype for y in flatten(single(x.astype(np.float32)))} == {np.dtype(np.float32)}
    gradient = grad(lambda x: np.sum(flatten(single(x))[0] ** 2))(x.astype(np.float32))
    assert gradient.dtype == np.float32


def test_half_precision_does_not_overflow_within_a_layer() -> None:
    x = 2000.0 * np.sign(np.arange(-5.5, 6.0)).reshape(3, 4, 1) * [0.3, -0.3, 0.3, 0.3]
    seen = nn.BatchStatistics.init(4)
    layers = nn.LayerNorm.init(4), nn.GroupNorm.init(2, 4), nn.BatchNorm.init(4)
    by_layer, by_group, by_batch = nn.in_precision(layers, np.float16)
    # Any: each is a function of an array.
    functions: tuple[Callable[[Any], Any], ...] = (
        by_layer,
        by_group,
        lambda x: by_batch(x, nn.in_precision(seen, np.float16), train=True)[0],
        lambda x: nn.avg_pool2d(100 * x, 4) / 100,
    )
    for f in functions:
        y = f(x.astype(np.float16))
        assert y.dtype == grad(lambda x, f=f: np.sum(np.sin(f(x))))(x.astype(np.float16)).dtype == np.float16
        np.testing.assert_allclose(y, f(x), rtol=2e-3, atol=2e-3)
    _, of_half = nn.BatchNorm.init(4)(x.astype(np.float16), nn.in_precision(seen, np.float32), train=True)
    assert of_half.variance.dtype == np.float32
    np.testing.assert_allclose(of_half.variance, nn.BatchNorm.init(4)(x, seen, train=True)[1].variance, rtol=1e-3)


def test_a_convolution_is_a_sum_of_products() -> None:
    layer, x = LAYERS["Conv2d"]
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (0, 0)])
    y = layer(x)
    for n, o, i, j in np.ndindex(*y.shape):
        window = padded[n, :, 2 * i : 2 * i + 3, j : j + 3 : 2]
        np.testing.assert_allclose(y[n, o, i, j], np.sum(window * layer.w[o]) + layer.b[o])


@pytest.mark.parametrize(
    ("size", "stride", "padding", "dilation"), [(3, 2, 1, 1), (4, 2, 1, 1), (2, 3, 0, 2), (3, 1, 2, 2)]
)
def test_the_transpose_of_a_convolution_is_its_pullback(size: int, stride: int, padding: int, dilation: int) -> None:
    w, x = drawn(4, 3, size, size), drawn(2, 3, 9, 9)
    options: Any = {"stride": (stride,) * 2, "padding": (padding,) * 2, "dilation": (dilation,) * 2}
    layer = nn.Conv2d(w, **options)
    y = layer(x)
    back = nn.ConvTranspose2d(w, **options)(y)
    extra = 9 - back.shape[-1]
    back = nn.ConvTranspose2d(w, **options, extra=(extra,) * 2)(y)
    np.testing.assert_allclose(back, grad(lambda x: np.sum(layer(x) * y))(x), rtol=1e-10, atol=1e-10)


def test_batch_norm_normalises_and_remembers() -> None:
    norm, statistics, x = nn.BatchNorm.init(3), nn.BatchStatistics.init(3), 3 * drawn(8, 3, 4, 4) + 2
    y, new = norm(x, statistics, train=True)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), 1, atol=1e-5)
    np.testing.assert_allclose(new.mean, 0.1 * x.mean(axis=(0, 2, 3)))
    np.testing.assert_allclose(new.variance, 0.9 + 0.1 * x.var(axis=(0, 2, 3), ddof=1))
    same, after = norm(x, new, train=False)
    assert after is new
    np.testing.assert_array_equal(statistics.mean, 0)
    one_by_one = vmap(lambda x: attrs.evolve(norm, axis=0)(x, new, train=False)[0])(x)
    np.testing.assert_allclose(same, one_by_one)
    check_grads(lambda norm, x: norm(x, statistics, train=True), (norm, x[:3, :, :2, :2]), rtol=1e-4)
    gradient, aux = grad(
        lambda norm, x: (np.sum(norm(x, statistics, train=True)[0] ** 3), norm(x, new, train=True)[1]), has_aux=True
    )(norm, x)
    assert isinstance(gradient, nn.BatchNorm)
    assert type(aux.mean) is np.ndarray


def test_embedding_adds_up_the_gradients_of_what_was_looked_up() -> None:
    words = nn.Embedding.init(RNG, 5, 3)
    index = np.array([[0, 1], [1, 4]])
    check_grads(lambda words: words(index), (words,))
    np.testing.assert_array_equal(vmap(words)(index), words.table[index])
    graph: Any = trace(words)(index)
    np.testing.assert_array_equal(graph(index), words.table[index])
    np.testing.assert_array_equal(grad(lambda words: np.sum(words(index)))(words).table[:, 0], [1, 2, 0, 0, 1])


@pytest.mark.parametrize("name", RECURRENT)
def test_steps_are_what_a_sequence_is_made_of(name: str) -> None:
    layer, xs = LAYERS[name]
    ys, last = layer(xs)
    zeros = np.zeros((2, 4))
    state: Any = (zeros, zeros) if name == "LSTM" else zeros
    for x, y in zip(xs, ys, strict=True):
        state = layer.step(x, state)
        np.testing.assert_allclose(flatten(state)[0], y)
    for a, b in zip(flatten(state), flatten(last), strict=True):
        np.testing.assert_allclose(a, b)
    halves = layer(xs[:2])
    np.testing.assert_allclose(layer(xs[2:], halves[1])[0], ys[2:])


def test_a_masked_query_sees_nothing_of_what_is_masked() -> None:
    layer, x = LAYERS["MultiHeadAttention"]
    mask = np.tri(5, dtype=bool)
    changed = x.copy()
    changed[:, 3:] = 7.0
    np.testing.assert_array_equal(layer(x, mask=mask)[:, :3], layer(changed, mask=mask)[:, :3])
    of_masked = grad(lambda x: np.sum(layer(x, mask=mask)[:, 0]))(x)
    np.testing.assert_array_equal(of_masked[:, 1:], 0)
    none = np.array([True, False, True, True, True])[:, np.newaxis] & mask  # the second query may look at nothing
    np.testing.assert_array_equal(nn.attention(x, x, x, none)[:, 1], 0.0)
    np.testing.assert_array_equal(nn.attention(x, x[:, :0], x[:, :0]), np.zeros_like(x))
    of_all = grad(lambda x: np.sum(nn.attention(x, x, x, none) ** 2))(x)
    of_others = grad(lambda x: np.sum(np.delete(nn.attention(x, x, x, mask), 1, axis=1) ** 2))(x)
    np.testing.assert_allclose(of_all, of_others, rtol=1e-12, atol=1e-14)
    check_grads(lambda x: nn.attention(x, x, x, none), (x[0],), order=2, rtol=1e-4)
    each = np.stack([mask, np.eye(5, dtype=bool)])  # a mask for each sequence
    np.testing.assert_allclose(layer(x, mask=each)[0], layer(x[0], mask=mask))
    np.testing.assert_allclose(vmap(lambda x, m: layer(x, mask=m))(x, each), layer(x, mask=each))


def test_dropout_keeps_the_mean_and_leaves_out_its_rate() -> None:
    x, dropout = np.ones(100_000), nn.Dropout(0.3)
    y = dropout(x, np.random.default_rng(0), train=True)
    np.testing.assert_allclose([y.mean(), np.mean(y == 0)], [1, 0.3], atol=0.01)
    assert dropout(x, np.random.default_rng(0), train=False) is x
    assert nn.Dropout(0.0)(x, train=True) is x
    draws = np.random.default_rng(0).random(x.shape)
    np.testing.assert_array_equal(dropout(x, draws, train=True), y)
    np.testing.assert_array_equal(grad(lambda x: np.sum(dropout(x, draws, train=True)))(x), y)
    first = grad(lambda x: np.sum(dropout(x, np.random.default_rng(0), train=True)))(x)
    np.testing.assert_array_equal(first, y)


@pytest.mark.parametrize("transform", [jit, vmap, trace], ids=lambda f: f.__name__)
def test_dropout_is_never_frozen(transform: Callable[..., Any]) -> None:
    dropout, x, rng = nn.Dropout(0.5), np.ones((2, 3)), np.random.default_rng(0)
    with pytest.raises(TypeError, match=r"Dropout\(0.5\): a function that is recorded .* pass rng.random\("):
        transform(lambda x: dropout(x, rng, train=True))(x)
    if transform is vmap:
        draws = rng.random(x.shape)
        np.testing.assert_array_equal(
            vmap(lambda x, u: dropout(x, u, train=True))(x, draws), dropout(x, draws, train=True)
        )


def test_jit_refuses_a_generator_that_a_first_layer_draws_from() -> None:
    # The argument of the layer is no argument of the function, so that it is an array as any other.
    x, w = np.ones((2, 3)), np.ones(3)
    with pytest.raises(TypeError, match="the function draws random numbers"):
        jit(lambda w, rng: nn.Dropout(0.5)(x, rng, train=True) @ w)(w, np.random.default_rng(0))


@attrs.frozen(eq=False)
class Small:
    """A network for images."""

    convolution: nn.Conv2d
    norm: nn.BatchNorm
    dropout: nn.Dropout
    head: nn.Linear

    def __call__(self, x: Floats, draws: Floats, statistics: nn.BatchStatistics) -> tuple[Floats, nn.BatchStatistics]:
        y, statistics = self.norm(self.convolution(x), statistics, train=True)
        y = nn.max_pool2d(nn.relu(y), 2).reshape(len(x), -1)
        return self.head(self.dropout(y, draws, train=True)), statistics


def test_a_training_step_is_one_program() -> None:
    rng = np.random.default_rng(0)
    convolution = nn.Conv2d.init(rng, 1, 2, 3, stride=2, padding=1)
    model = Small(convolution, nn.BatchNorm.init(2), nn.Dropout(0.25), nn.Linear.init(rng, 8, 3))

    def loss(model: Small, *args: Any) -> tuple[np.floating[Any], nn.BatchStatistics]:
        *given, labels = args
        logits, statistics = model(*given)
        return nn.cross_entropy(logits, labels), statistics

    def step(model: Small, *args: Any) -> tuple[Small, nn.BatchStatistics]:
        gradients, statistics = grad(loss, has_aux=True)(model, *args)
        return map_leaves(lambda p, g: p - 0.1 * g, model, gradients), statistics

    compiled = jit(step)
    args = rng.standard_normal((4, 1, 8, 8)), rng.random((4, 8)), nn.BatchStatistics.init(2)
    for labels in (np.array([0, 1, 2, 0]), np.array([2, 1, 0, 1])):
        for a, b in zip(flatten(compiled(model, *args, labels)), flatten(step(model, *args, labels)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)
    for wrong in (np.array([0, 1, 3, 0]), np.array([0, -1, 2, 0])):
        with pytest.raises(IndexError):
            compiled(model, *args, wrong)


def test_layers_for_sequences_are_compiled() -> None:
    rng = np.random.default_rng(0)
    words, attention, lstm = (
        nn.Embedding.init(rng, 6, 2),
        nn.MultiHeadAttention.init(rng, 2, 1),
        nn.LSTM.init(rng, 2, 2),
    )

    def f(layers: tuple[nn.Embedding, nn.MultiHeadAttention, nn.LSTM], found: NDArray[np.int64]) -> Floats:
        words, attention, lstm = layers
        ys, _ = lstm(attention(words(found), mask=np.tri(3, dtype=bool)))
        return ys

    compiled, layers, found = jit(f), (words, attention, lstm), np.array([0, 5, 3])
    np.testing.assert_allclose(compiled(layers, found), f(layers, found), rtol=1e-12)
    for wrong in (np.array([0, -1, 3]), np.array([0, 6, 3])):
        with pytest.raises(IndexError):
            compiled(layers, wrong)


def test_layers_take_no_examples() -> None:
    for name in ("Conv2d", "ConvTranspose2d", "max_pool2d", "GroupNorm", "LSTM", "MultiHeadAttention", "Sequential"):
        layer, x = LAYERS[name]
        few = x[:, :0] if name in RECURRENT else x[:0]
        whole = flatten(layer(x))[0].shape
        found = grad(lambda x, layer=layer: flatten(layer(x))[0].sum())(few)
        assert found.shape == few.shape
        shape = flatten(layer(few))[0].shape
        assert shape == ((whole[0], 0, *whole[2:]) if name in RECURRENT else (0, *whole[1:]))


def test_a_layer_takes_variables() -> None:
    y = nn.Linear.init(RNG, 3, 2)(Variable(np.ones(3)))
    assert type(y) is Variable
