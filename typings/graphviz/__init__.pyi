class ExecutableNotFound(RuntimeError): ...  # noqa: N818  # the name that it has

class Source:
    def __init__(self, source: str) -> None: ...
    def pipe(self, format: str) -> bytes: ...  # noqa: A002  # likewise
