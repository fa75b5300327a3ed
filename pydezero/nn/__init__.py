"""Layers, activations, losses and initialisers of neural networks, as plain functions and frozen records.

A layer is a record of its arrays with `__call__`, made by its method `init`. A model is a container of layers, so that
`grad(loss)(model, x, y)` is a model of gradients. Nothing is hidden in a layer: random numbers come from a generator
that is passed in, and the statistics of a batch normalisation go in and come out.

The last axes of an array are those of one example; the axes in front of them are for as many examples as there are.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.nn.activations import *
    from pydezero.nn.convolution import *
    from pydezero.nn.dropout import *
    from pydezero.nn.initialisers import *
    from pydezero.nn.linear import *
    from pydezero.nn.losses import *
    from pydezero.nn.multi_head import *
    from pydezero.nn.normalisation import *
    from pydezero.nn.pooling import *
    from pydezero.nn.precision import *
    from pydezero.nn.recurrent import *
    from pydezero.nn.sequential import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
