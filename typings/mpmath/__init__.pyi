from contextlib import AbstractContextManager
from typing import Any

# A number of any precision, real or complex: what a function gives depends on the values of its arguments.
mpf: Any
mpc: Any
pi: Any
e: Any
inf: Any
mp: Any

def workprec(n: int) -> AbstractContextManager[None]: ...
def __getattr__(name: str) -> Any: ...
