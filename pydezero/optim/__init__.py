"""Optimisers: records with two pure functions, `init(params)` and `update(gradients, state, params)`.

Parameters are arrays, numbers, or containers of them (see `pydezero.tree`); what an optimiser remembers is a frozen
record of arrays. So a training step is an ordinary function of arrays, which `jit`, `vmap`, `scan` and `grad` take.

>>> import numpy as np
>>> from pydezero import grad, optim
>>> x = np.array([3.0, -2.0])
>>> optimizer = optim.adam(learning_rate=0.1)
>>> state = optimizer.init(x)
>>> for _ in range(200):
...     x, state = optimizer.update(grad(lambda x: np.sum(x**2))(x), state, x)
>>> bool(np.all(np.abs(x) < 1e-3))
True
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.optim.accumulated_squares import *
    from pydezero.optim.changes import *
    from pydezero.optim.descent import *
    from pydezero.optim.loop import *
    from pydezero.optim.numbers import *
    from pydezero.optim.optimizer import *
    from pydezero.optim.quasi_newton import *
    from pydezero.optim.running_moments import *
    from pydezero.optim.running_squares import *
    from pydezero.optim.running_steps import *
    from pydezero.optim.schedules import *
    from pydezero.optim.signs import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
