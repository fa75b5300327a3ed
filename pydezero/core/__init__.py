"""The records of a computation: values, the nodes they came from, and the primitives that made them.

Read in this order: `variable` (the two records), `primitive` (the five kinds), `elementwise` and `bind` (how a
primitive is applied and recorded), `operation` (primitives whose rules are for all arguments together). Nothing here
knows how a computation is differentiated: see `pydezero.graph` for the backward pass, and `pydezero.transforms`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.core.source import users_line as users_line
