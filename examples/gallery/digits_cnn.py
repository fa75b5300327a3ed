"""
A convolutional network reads digits
====================================

Two convolutions, two poolings and a linear layer, in a record of one's own: so `grad` of the loss is a record of
gradients, and mypy knows both. The digits are scikit-learn's.
"""

import attrs
import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from pydezero import data, nn, optim

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

# %%
# The network: pictures of 8 x 8 pixels in, ten scores out.


@attrs.frozen(eq=False)
class Network:
    """Edges, shapes made of edges, and digits made of shapes."""

    first: nn.Conv2d
    second: nn.Conv2d
    last: nn.Linear

    @classmethod
    def init(cls, rng: np.random.Generator) -> "Network":
        """A network that has seen nothing."""
        return cls(
            nn.Conv2d.init(rng, 1, 8, 3, padding=1),
            nn.Conv2d.init(rng, 8, 16, 3, padding=1),
            nn.Linear.init(rng, 16 * 2 * 2, 10),
        )

    def __call__(self, pictures: Floats) -> Floats:
        """The scores for pictures of the shape (count, 1, 8, 8)."""
        x = nn.max_pool2d(nn.relu(self.first(pictures)), 2)
        x = nn.max_pool2d(nn.relu(self.second(x)), 2)
        return self.last(x.reshape(len(x), -1))


def loss(network: Network, pictures: Floats, labels: Labels) -> np.float64:
    """What training makes small."""
    return nn.cross_entropy(network(pictures), labels)


# %%
# 1,297 digits to learn from, in batches of 64 and in a new order each time; 500 to test with.

rng = np.random.default_rng(0)
pictures, labels = data.digits()
pictures = pictures.reshape(-1, 1, 8, 8)
order = rng.permutation(len(labels))
seen, unseen = order[500:], order[:500]
batches = data.batches((pictures[seen], labels[seen]), 64, rng)
result = optim.minimize(loss, Network.init(rng), optim.adam(3e-3), steps=800, data=batches, progress=False)
network = result.params

found = np.argmax(network(pictures[unseen]), axis=1)
print(f"loss {result.history[0]:.2f} -> {result.history[-1]:.2f}")
print(f"right: {np.mean(found == labels[unseen]):.1%} of the unseen digits")

# %%
# What the first layer looks for, and the digits that were read wrongly.

figure, panels = plt.subplots(2, 8, layout="constrained", figsize=(9.0, 3.4))
figure.suptitle("Filters of the first layer, and digits that were read wrongly")
for kernel, axes in zip(network.first.w[:, 0], panels[0], strict=True):
    axes.imshow(kernel, cmap="RdBu", vmin=-1.0, vmax=1.0)
    axes.set_axis_off()
wrong = unseen[found != labels[unseen]]
answers = found[found != labels[unseen]]
for i, axes in enumerate(panels[1]):
    axes.set_axis_off()
    if i < len(wrong):
        axes.imshow(pictures[wrong[i], 0], cmap="gray_r")
        axes.set_title(f"{labels[wrong[i]]}, read {answers[i]}", fontsize="small")
plt.show()
