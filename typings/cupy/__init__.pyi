from typing import Any

def __getattr__(name: str) -> Any: ...  # it has no types
