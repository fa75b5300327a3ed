"""Pictures of computations: `draw`, and the pictures that a notebook shows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.pictures import draw as draw
