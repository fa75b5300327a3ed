"""The functions of `autograd.scipy`: `integrate`, `linalg`, `signal`, `special` and `stats`."""

from pydezero.compat.autograd.scipy import integrate as integrate
from pydezero.compat.autograd.scipy import linalg as linalg
from pydezero.compat.autograd.scipy import signal as signal
from pydezero.compat.autograd.scipy import special as special
from pydezero.compat.autograd.scipy import stats as stats
