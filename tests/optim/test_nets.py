"""Layers of `pydezero.nn` are parameters like any others: what is static in them stays, and their types do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import data, grad, load, nn, optim, save, tree


def mean_of_pixels(x: Any) -> Any:
    return np.mean(x, axis=(-2, -1))


def new_net(seed: int, stride: int = 2) -> nn.Sequential:
    rng = np.random.default_rng(seed)
    convolution = nn.Conv2d.init(rng, 1, 3, 3, stride=stride, padding=1)
    return nn.Sequential((convolution, nn.Apply(nn.relu), nn.Apply(mean_of_pixels), nn.Linear.init(rng, 3, 2)))


def test_a_net_learns_and_goes_on_from_a_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    images = rng.normal(size=(40, 1, 6, 6)) * (1.0 + 2.0 * labels[:, None, None, None])

    def loss(net: nn.Sequential, x: Any, y: Any) -> Any:
        return nn.cross_entropy(net(x), y)

    optimizer = optim.chain(optim.clip_by_norm(1.0), optim.adam(0.05))
    examples = data.batches((images, labels), 20, np.random.default_rng(1))
    found = optim.minimize(loss, new_net(0), optimizer, 60, data=examples)
    assert found.history[-1] < 0.3 < found.history[0]
    assert type(found.params) is nn.Sequential
    assert tree.same_structure(found.params, new_net(1))

    path = tmp_path / "net.npz"
    save(path, (found.params, found.state))
    net, state = load(path, (new_net(1), optimizer.init(new_net(1))))
    gradients = grad(loss)(net, images, labels)
    again, expected = [optimizer.update(gradients, *pair)[0] for pair in ((state, net), (found.state, found.params))]
    for x, y in zip(tree.flatten(again), tree.flatten(expected), strict=True):
        assert_array_equal(x, y)
    with pytest.raises(ValueError, match=r"\.stride is \(2, 2\) in the file, and \(1, 1\) in like"):
        load(path, (new_net(1, stride=1), optimizer.init(new_net(1, stride=1))))


def test_a_static_field_that_differs_is_named() -> None:
    optimizer, net = optim.sgd(momentum=0.9), new_net(0)
    with pytest.raises(
        ValueError, match=r"state.velocity.layers\[0\].stride is \(1, 1\), and params.layers\[0\].stride is \(2, 2\)"
    ):
        optimizer.update(net, optimizer.init(new_net(0, stride=1)), net)
    with pytest.raises(
        ValueError, match=r"gradients.layers\[0\].stride is \(1, 1\), and params.layers\[0\].stride is \(2, 2\)"
    ):
        optimizer.update(new_net(0, stride=1), optimizer.init(net), net)
