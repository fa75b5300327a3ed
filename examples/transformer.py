"""Train a small Transformer to write a word a second time.

A word of random letters, and then the same word: what comes second can be told from what came first. The model predicts
each letter from those before it, and is asked for the second half. It has no recurrence: a layer of attention finds out
where to look.

(A. Vaswani et al., "Attention is all you need", 2017; the norms stand in front of the layers, as in R. Xiong et al.,
"On layer normalization in the Transformer architecture", 2020)

python examples/transformer.py
"""

from __future__ import annotations

from typing import Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import nn, optim, value_and_grad

Floats: TypeAlias = NDArray[np.float64]
Letters: TypeAlias = NDArray[np.int64]

LETTERS: Final = "abcdefgh"
WORD: Final = 6
LENGTH: Final = 2 * WORD - 1  # the last letter is predicted, and not read


@attrs.frozen(eq=False)
class Block:
    """Attention to what comes before, and then a perceptron for each letter by itself."""

    attention_norm: nn.LayerNorm
    attention: nn.MultiHeadAttention
    hidden_norm: nn.LayerNorm
    hidden: nn.MLP

    @classmethod
    def init(cls, rng: np.random.Generator, features: int, heads: int) -> Block:
        return cls(
            nn.LayerNorm.init(features),
            nn.MultiHeadAttention.init(rng, features, heads),
            nn.LayerNorm.init(features),
            nn.MLP.init(rng, (features, 4 * features, features), nn.silu),
        )

    def __call__(self, x: Floats) -> Floats:
        mask = np.tri(x.shape[-2], dtype=bool)
        x = x + self.attention(self.attention_norm(x), mask=mask)
        return x + self.hidden(self.hidden_norm(x))


@attrs.frozen(eq=False)
class Transformer:
    """Letters and their places as vectors, blocks, and the logits of the letters that come next."""

    letters: nn.Embedding
    places: nn.Embedding
    blocks: tuple[Block, ...]
    norm: nn.LayerNorm
    output: nn.Linear

    @classmethod
    def init(cls, rng: np.random.Generator, features: int, heads: int, blocks: int) -> Transformer:
        return cls(
            nn.Embedding.init(rng, len(LETTERS), features),
            nn.Embedding.init(rng, LENGTH, features),
            tuple([Block.init(rng, features, heads) for _ in range(blocks)]),
            nn.LayerNorm.init(features),
            nn.Linear.init(rng, features, len(LETTERS)),
        )

    def __call__(self, text: Letters) -> Floats:
        x: Floats = self.letters(text) + self.places(np.arange(text.shape[-1]))
        for block in self.blocks:
            x = block(x)
        return self.output(self.norm(x))


def doubled(rng: np.random.Generator, count: int) -> Letters:
    """Words of random letters, each of them twice."""
    words = rng.integers(0, len(LETTERS), (count, WORD))
    return np.concatenate([words, words], axis=1)


def loss(model: Transformer, texts: Letters) -> np.float64:
    """The cross-entropy of the letters in the second halves."""
    weights = np.broadcast_to(np.arange(LENGTH) >= WORD - 1, (len(texts), LENGTH))
    return nn.cross_entropy(model(texts[:, :-1]), texts[:, 1:], weights)


def trained(rng: np.random.Generator, steps: int) -> Transformer:
    """A model after so many steps."""
    model = Transformer.init(rng, features=16, heads=2, blocks=1)
    optimizer = optim.adam(0.01)
    state = optimizer.init(model)
    for step in range(steps):
        value, gradients = value_and_grad(loss)(model, doubled(rng, 32))
        model, state = optimizer.update(gradients, state, model)
        if step % 40 == 0:
            print(f"step {step:3}, loss {value:.3f}")
    return model


def written(model: Transformer, word: str) -> str:
    """A word, and what the model writes behind it."""
    text = [LETTERS.index(letter) for letter in word]
    while len(text) < 2 * WORD:
        text.append(int(np.argmax(model(np.array(text))[-1])))
    return "".join([LETTERS[i] for i in text])


def main() -> None:
    rng = np.random.default_rng(2017)
    model = trained(rng, 120)
    texts = doubled(rng, 200)
    right = float(nn.accuracy(model(texts[:, :-1])[:, WORD - 1 :], texts[:, WORD:]))
    print(f"{right:.1%} of the letters of {len(texts)} new words are written again")
    for word in ("beheaded"[:WORD], "facade", "cabbage"[:WORD]):
        print(f"{word} -> {written(model, word)}")
    assert right > 0.95


if __name__ == "__main__":
    main()
