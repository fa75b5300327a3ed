"""Machine code on disk, so that a second process need not compile: a folder of files that only its owner can reach.

What is read here is executed, so nothing is taken that another user may have written. The folder and each file must
belong to the user, and be closed to everybody else; both are asked after they have been opened, and no symbolic link is
followed to them. A digest tells a file that is whole from one that was cut off. Nothing is unpickled. Where this cannot
be asked (Windows has no owners and modes of this kind), there is no cache.

`PYDEZERO_CACHE=off` switches it off, and `PYDEZERO_CACHE=<folder>` moves it.
"""

from __future__ import annotations

import os
import stat
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

LIMIT: Final = 128 * 2**20
"""The size in bytes of all files together, above which those go that were used longest ago."""

_FORM: Final = b"pydezero machine code 1\n"
_DIGEST_BYTES: Final = 32
_SUFFIX: Final = ".code"
_PART: Final = ".part"
_HOUR: Final = 3600.0

# Of which folders a warning has told that they cannot be used.
_told: set[str] = set()


def read(key: str) -> bytes | None:
    """The content that this user has kept under a key; None if there is none, or it is not whole."""
    with _opened(to_write=False) as folder:
        if folder is None:
            return None
        try:
            file = os.open(key + _SUFFIX, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
        except OSError:
            return None
        try:
            return _content(key, file)
        except OSError:
            return None
        finally:
            os.close(file)


def _content(key: str, file: int) -> bytes | None:
    """The content of an opened file, if it is the user's own and whole."""
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode) or not _is_own(status):
        return None
    with open(file, "rb", closefd=False) as opened:
        content = opened.read()
    start = len(_FORM) + _DIGEST_BYTES
    if content[:start] != _FORM + _digest(key, content[start:]):
        return None
    with suppress(OSError):  # of a file system that cannot be written to
        os.utime(file)
    return content[start:]


def write(key: str, content: bytes) -> None:
    """Keep something under a key, and let go what was used longest ago if there is too much.

    The file takes its name when it is whole, so that of several processes that write it any may be the last.
    """
    with _opened(to_write=True) as folder:
        if folder is None:
            return
        part = f"{key}.{os.urandom(8).hex()}{_PART}"
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with open(os.open(part, flags, 0o600, dir_fd=folder), "wb") as file:
                file.write(_FORM + _digest(key, content) + content)
            os.rename(part, key + _SUFFIX, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError as error:
            _tell(str(place()), f"cannot be written to ({error.strerror})")
            with suppress(OSError):
                os.unlink(part, dir_fd=folder)
        with suppress(OSError):
            _let_go(folder)


def is_on() -> bool:
    """Whether there is a cache."""
    return os.environ.get("PYDEZERO_CACHE") != "off" and hasattr(os, "geteuid")


def place() -> Path | None:
    """The folder; None if the cache is off.

    Raises:
        RuntimeError: nobody knows where the user's own folder is.
    """
    if not is_on():
        return None
    chosen = os.environ.get("PYDEZERO_CACHE", "")
    if chosen:
        return Path(chosen).expanduser() / "jit"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "pydezero" / "jit"
    base = os.environ.get("XDG_CACHE_HOME", "")  # which counts if it is absolute, says the specification
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "pydezero" / "jit"


@contextmanager
def _opened(*, to_write: bool) -> Iterator[int | None]:
    """The descriptor of the folder, which is made if it is `to_write`; None, after a warning, if it cannot be used."""
    descriptor = None
    try:
        folder = place()
        descriptor = None if folder is None else _descriptor(folder, to_write)
    except (OSError, RuntimeError) as error:
        _tell(os.environ.get("PYDEZERO_CACHE") or "~/.cache/pydezero", f"cannot be used ({error})")
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _descriptor(folder: Path, to_write: bool) -> int | None:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        descriptor = os.open(folder, flags)
    except FileNotFoundError:
        if not to_write:
            return None
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder, flags)
    if _is_own(os.fstat(descriptor)):
        return descriptor
    os.close(descriptor)
    _tell(str(folder), f"is not used, as it must be the user's own and closed to all others: chmod 700 {folder}")
    return None


def _is_own(status: os.stat_result) -> bool:
    """Whether something belongs to the user, and nobody else has a right to it."""
    return status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o077


def _digest(key: str, content: bytes) -> bytes:
    return blake2b(key.encode() + b"\n" + content, digest_size=_DIGEST_BYTES).digest()


def _let_go(folder: int) -> None:
    """Remove the files that were used longest ago, as far as there is too much, and what writers have left behind."""
    found: list[tuple[float, int, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                status = entry.stat(follow_symlinks=False)
                if entry.name.endswith(_SUFFIX):
                    found.append((status.st_mtime, status.st_size, entry.name))
                elif entry.name.endswith(_PART) and status.st_mtime < time.time() - _HOUR:
                    os.unlink(entry.name, dir_fd=folder)
    total = sum([size for _, size, _ in found])
    for _, size, name in sorted(found):
        if total <= LIMIT:
            return
        with suppress(FileNotFoundError):  # another process has removed it
            os.unlink(name, dir_fd=folder)
        total -= size


def _tell(folder: str, what: str) -> None:
    """Warn, once for each folder."""
    if folder not in _told:
        _told.add(folder)
        warnings.warn(
            f"jit: the folder of machine code {folder} {what}; programs are compiled in each process. "
            "PYDEZERO_CACHE=<folder> takes another one, and PYDEZERO_CACHE=off none",
            RuntimeWarning,
            stacklevel=2,
        )
