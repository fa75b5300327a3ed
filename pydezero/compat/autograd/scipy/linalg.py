"""The functions of `scipy.linalg` that have a derivative."""

from __future__ import annotations

from pydezero.scipy.linalg import *
