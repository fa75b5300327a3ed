"""Train a small VGG and a small ResNet to tell images of bars apart: level, upright, falling, rising.

Both are records of layers, so a model is a container of arrays, and its gradient a container like it. What changes from
step to step beside the parameters is passed in and comes out: random numbers for dropout in the VGG, the running
statistics of the batch normalisation in the ResNet.

(K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014;
K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", 2015)

python examples/image_networks.py
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import nn, optim, value_and_grad

Floats: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
Pair: TypeAlias = tuple[nn.BatchStatistics, nn.BatchStatistics]
Statistics: TypeAlias = tuple[Pair, ...]

SIDE: Final = 12
KINDS: Final = 4


class Batch(NamedTuple):
    """Images of one channel, and what each of them shows."""

    images: Floats
    labels: Labels


def bars(rng: np.random.Generator, count: int) -> Batch:
    """Bars anywhere in an image, in noise."""
    labels = rng.integers(0, KINDS, count)
    rows, columns = np.indices((SIDE, SIDE))
    places = rng.integers(-2, 3, count)[:, np.newaxis, np.newaxis] + SIDE // 2
    distances = np.stack([rows - places, columns - places, rows - columns + places - 6, rows + columns - places - 5])
    images = (np.abs(distances[labels, np.arange(count)]) < 1.5) + 0.3 * rng.standard_normal((count, SIDE, SIDE))
    return Batch(images[:, np.newaxis], labels)


@attrs.frozen(eq=False)
class VGG:
    """Pairs of convolutions, each pair followed by pooling; and then a perceptron with dropout."""

    blocks: tuple[tuple[nn.Conv2d, nn.Conv2d], ...]
    hidden: nn.Linear
    output: nn.Linear
    dropout: nn.Dropout

    @classmethod
    def init(cls, rng: np.random.Generator, widths: tuple[int, ...]) -> VGG:
        blocks = []
        for inputs, outputs in zip((1, *widths), widths, strict=False):
            first = nn.Conv2d.init(rng, inputs, outputs, 3, padding=1)
            blocks.append((first, nn.Conv2d.init(rng, outputs, outputs, 3, padding=1)))
        side = SIDE // 2 ** len(widths)
        hidden = nn.Linear.init(rng, widths[-1] * side * side, 32)
        return cls(tuple(blocks), hidden, nn.Linear.init(rng, 32, KINDS), nn.Dropout(0.3))

    def __call__(self, x: Floats, rng: np.random.Generator | None, *, train: bool) -> Floats:
        for first, second in self.blocks:
            x = nn.max_pool2d(nn.relu(second(nn.relu(first(x)))), 2)
        x = nn.relu(self.hidden(x.reshape(len(x), -1)))
        return self.output(self.dropout(x, rng, train=train))


@attrs.frozen(eq=False)
class Block:
    """Two convolutions with normalisation, beside which the input passes by."""

    first: nn.Conv2d
    first_norm: nn.BatchNorm
    second: nn.Conv2d
    second_norm: nn.BatchNorm
    shortcut: nn.Conv2d

    @classmethod
    def init(cls, rng: np.random.Generator, inputs: int, outputs: int, stride: int) -> Block:
        return cls(
            nn.Conv2d.init(rng, inputs, outputs, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm.init(outputs),
            nn.Conv2d.init(rng, outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm.init(outputs),
            nn.Conv2d.init(rng, inputs, outputs, 1, stride=stride, bias=False),
        )

    def __call__(self, x: Floats, statistics: Pair, *, train: bool) -> tuple[Floats, Pair]:
        y, first = self.first_norm(self.first(x), statistics[0], train=train)
        y, second = self.second_norm(self.second(nn.relu(y)), statistics[1], train=train)
        return nn.relu(y + self.shortcut(x)), (first, second)


@attrs.frozen(eq=False)
class ResNet:
    """Residual blocks, of which each but the first halves the image; and then the mean of what is left of it."""

    blocks: tuple[Block, ...]
    output: nn.Linear

    @classmethod
    def init(cls, rng: np.random.Generator, widths: tuple[int, ...]) -> tuple[ResNet, Statistics]:
        sizes = zip((1, *widths), widths, strict=False)
        blocks = [Block.init(rng, *both, stride=2 if i else 1) for i, both in enumerate(sizes)]
        statistics = [(nn.BatchStatistics.init(n), nn.BatchStatistics.init(n)) for n in widths]
        return cls(tuple(blocks), nn.Linear.init(rng, widths[-1], KINDS)), tuple(statistics)

    def __call__(self, x: Floats, statistics: Statistics, *, train: bool) -> tuple[Floats, Statistics]:
        new = []
        for block, pair in zip(self.blocks, statistics, strict=True):
            x, seen = block(x, pair, train=train)
            new.append(seen)
        return self.output(x.mean(axis=(-2, -1))), tuple(new)


def train_vgg(rng: np.random.Generator, steps: int) -> VGG:
    """A VGG after so many batches."""

    def loss(model: VGG, batch: Batch) -> np.float64:
        return nn.cross_entropy(model(batch.images, rng, train=True), batch.labels)

    model = VGG.init(rng, (6, 12))
    optimizer = optim.adam(0.01)
    state = optimizer.init(model)
    for step in range(steps):
        value, gradients = value_and_grad(loss)(model, bars(rng, 32))
        model, state = optimizer.update(gradients, state, model)
        if step % 20 == 0:
            print(f"    step {step:3}, loss {value:.3f}")
    return model


def train_resnet(rng: np.random.Generator, steps: int) -> tuple[ResNet, Statistics]:
    """A ResNet after so many batches, and the statistics that it goes with."""

    def loss(model: ResNet, statistics: Statistics, batch: Batch) -> tuple[np.float64, Statistics]:
        logits, statistics = model(batch.images, statistics, train=True)
        return nn.cross_entropy(logits, batch.labels), statistics

    model, statistics = ResNet.init(rng, (6, 12))
    optimizer = optim.adam(0.01)
    state = optimizer.init(model)
    for step in range(steps):
        (value, statistics), gradients = value_and_grad(loss, has_aux=True)(model, statistics, bars(rng, 32))
        model, state = optimizer.update(gradients, state, model)
        if step % 20 == 0:
            print(f"    step {step:3}, loss {value:.3f}")
    return model, statistics


def main() -> None:
    rng = np.random.default_rng(2015)
    test = bars(rng, 400)
    print("VGG")
    vgg = train_vgg(rng, 60)
    print("ResNet")
    resnet, statistics = train_resnet(rng, 60)
    for name, logits in (
        ("VGG", vgg(test.images, None, train=False)),
        ("ResNet", resnet(test.images, statistics, train=False)[0]),
    ):
        right = float(nn.accuracy(logits, test.labels))
        print(f"{name}: {right:.1%} of {len(test.labels)} new images are told apart")
        assert right > 0.9


if __name__ == "__main__":
    main()
