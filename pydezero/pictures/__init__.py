"""Pictures of computations: `draw`, and what a notebook shows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.pictures import draw as draw
