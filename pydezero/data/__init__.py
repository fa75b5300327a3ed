"""Data for training: batches, sequences, small data sets, readers of files, transforms of images.

Nothing is downloaded, and nothing is random but by the Generator that is passed in.

>>> import numpy as np
>>> from pydezero import data
>>> x, labels = data.spiral(np.random.default_rng(0))
>>> [batch.shape for batch, _ in data.batches((x, labels), 128, np.random.default_rng(1))]
[(128, 2), (128, 2), (44, 2)]
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.data.batching import *
    from pydezero.data.curves import *
    from pydezero.data.image_files import *
    from pydezero.data.images import *
    from pydezero.data.scikit_learn import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
