"""`odeint`, which is that of `pydezero.scipy.integrate`: what func computes with may be captured, too."""

from pydezero.scipy.integrate import odeint as odeint
