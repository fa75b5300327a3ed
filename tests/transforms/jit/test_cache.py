"""Machine code on disk: what is found again, what is refused, and what it costs nobody."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from pydezero import jit
from pydezero.transforms.jit import cache, machine_code
from pydezero.transforms.jit.program import Buffer

pytest.importorskip("numba")
pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there is no cache where files have no owners")

KEY: Final = "0" * 40


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a cache of its own, which is not there yet."""
    monkeypatch.setenv("PYDEZERO_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "_told", set())
    return tmp_path / "jit"


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


# A program that starts from the cache


PROGRAM: Final = """
import sys
import numpy as np
from pydezero import grad, jit

def loss(w, x, y):
    return np.mean(np.log1p(np.exp(-y * (x @ w)))) + 0.1 * (w @ w)

x = np.linspace(-1.0, 1.0, 60).reshape(20, 3)
w, y = np.ones(3), np.sign(x[:, 0] + 0.1)
for f in (jit(grad(loss)), jit(lambda w, x, y: np.linalg.eigvalsh(x.T @ x) * w)):
    print(*f(w, x, y))
print(jit(lambda x: np.sum(np.sin(x)))(np.array([1e10])))
print("pydezero.transforms.jit.machine.native" in sys.modules)
"""


def run(folder: Path) -> list[str]:
    """The lines that the program prints, with Numba's own compiler, which nothing needs, switched off."""
    environment = {**os.environ, "PYDEZERO_CACHE": str(folder), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    *first, compiled = run(tmp_path)
    assert compiled == "True"
    *second, compiled = run(tmp_path)
    assert compiled == "False"
    assert second == first


# What a key depends on


def test_what_another_key_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    def key(dtype: str = "f8", *, line: str = "x", for_large: bool = False, is_written: bool = False) -> str | None:
        buffer = Buffer((3,), np.dtype(dtype))
        return machine_code._key([line], [(buffer, is_written)], for_large)

    keys = [key(), key("f4"), key(line="y"), key(for_large=True), key(is_written=True)]
    for place, name, value in (
        (numba, "__version__", "0.0"),
        (np, "__version__", "0.0"),
        (sys, "version", "0.0"),
        (sys.modules["pydezero"], "__version__", "0.0"),
        (numba.core.config, "OPT", 1),
        (numba.core.config, "CPU_NAME", "generic"),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(place, name, value)
            machine_code._basis.cache_clear()
            keys.append(key())
    machine_code._basis.cache_clear()
    assert len(set(keys)) == len(keys)
    assert key() == keys[0]


# Files


def test_what_is_written_is_read(folder: Path) -> None:
    assert cache.read(KEY) is None
    assert not folder.exists()
    cache.write(KEY, b"content")
    assert cache.read(KEY) == b"content"
    assert cache.read("1" * 40) is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (file,) = files(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    cache.write(KEY, b"other")
    assert cache.read(KEY) == b"other"
    assert files(folder) == [file]


def _chmod(mode: int) -> Callable[[Path], object]:
    return lambda path: path.chmod(mode)


def _link(path: Path) -> None:
    elsewhere = path.with_name("elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def _as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


FILES: Final[dict[str, Callable[[Path], object]]] = {
    "empty": lambda file: file.write_bytes(b""),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "longer": lambda file: file.write_bytes(file.read_bytes() + b"x"),
    "another byte": lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x"),
    "of another form": lambda file: file.write_bytes(b"pydezero machine code 0\n" + file.read_bytes()[24:]),
    "under another key": lambda file: file.write_bytes(_of_another_key(file)),
    "readable by others": _chmod(0o604),
    "writable by the group": _chmod(0o620),
    "a symbolic link": _link,
    "a folder": _as_folder,
}


def _of_another_key(file: Path) -> bytes:
    cache.write("1" * 40, b"content")
    other = file.with_name("1" * 40 + ".code")
    content = other.read_bytes()
    other.unlink()
    return content


@pytest.mark.parametrize("change", FILES.values(), ids=list(FILES))
def test_a_file_that_is_not_taken(folder: Path, change: Callable[[Path], object]) -> None:
    cache.write(KEY, b"content")
    change(files(folder)[0])
    assert cache.read(KEY) is None


FOLDERS: Final[dict[str, Callable[[Path], object]]] = {
    "readable by others": _chmod(0o705),
    "writable by the group": _chmod(0o720),
    "a symbolic link": _link,
}


@pytest.mark.parametrize("change", FOLDERS.values(), ids=list(FOLDERS))
def test_a_folder_that_is_not_taken(folder: Path, change: Callable[[Path], object]) -> None:
    cache.write(KEY, b"content")
    change(folder)
    with pytest.warns(RuntimeWarning, match=r"jit: the folder of machine code .*PYDEZERO_CACHE=off"):
        assert cache.read(KEY) is None
    cache.write("1" * 40, b"content")  # it has been told
    assert len(files(folder)) == 1


def test_a_foreign_owner(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write(KEY, b"content")
    mine = os.geteuid()
    status = os.fstat

    def foreign(descriptor: int) -> Any:
        found = status(descriptor)
        is_file = stat.S_ISREG(found.st_mode)
        return os.stat_result([*found[:4], mine + 1 if is_file else found.st_uid, *found[5:10]])

    with monkeypatch.context() as changed:
        changed.setattr(os, "fstat", foreign)
        assert cache.read(KEY) is None
    assert cache.read(KEY) == b"content"
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    with pytest.warns(RuntimeWarning, match="must be the user's own"):
        assert cache.read(KEY) is None


def test_the_longest_unused_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [str(i) * 40 for i in range(5)]
    for i, key in enumerate(keys[:4]):
        cache.write(key, bytes(1000))
        os.utime(folder / f"{key}.code", (1e9 + i, 1e9 + i))
    (folder / "left.part").write_bytes(b"x")
    os.utime(folder / "left.part", (1e9, 1e9))
    (folder / "of somebody else").write_bytes(bytes(10_000))
    assert cache.read(keys[0]) is not None  # which is a use of it
    monkeypatch.setattr(cache, "LIMIT", 3500)
    cache.write(keys[4], bytes(1000))
    assert [path.name for path in files(folder)] == [
        *[f"{key}.code" for key in (keys[0], keys[3], keys[4])],
        "of somebody else",
    ]


def test_writers_at_once(folder: Path) -> None:
    contents = {bytes([i]) * 50_000 for i in range(4)}

    def work(content: bytes) -> None:
        for _ in range(30):
            cache.write(KEY, content)
            assert cache.read(KEY) in contents

    failed: list[object] = []
    threads = [threading.Thread(target=_noting, args=(work, content, failed)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(files(folder)) == 1


def _noting(work: Callable[[bytes], None], content: bytes, failed: list[object]) -> None:
    try:
        work(content)
    except Exception as error:
        failed.append(error)


def test_processes_that_write_at_once(tmp_path: Path) -> None:
    environment = {**os.environ, "PYDEZERO_CACHE": str(tmp_path)}
    program = (
        "from pydezero.transforms.jit import cache\n"
        "for i in range(100):\n"
        "    cache.write('0' * 40, bytes([i]) * 100_000)\n"
        "    assert len(cache.read('0' * 40)) == 100_000\n"
    )
    started = [subprocess.Popen([sys.executable, "-W", "error", "-c", program], env=environment) for _ in range(2)]
    assert [process.wait() for process in started] == [0, 0]
    assert len(files(tmp_path / "jit")) == 1


# Where it is


def test_where_the_folder_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYDEZERO_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache.place() == tmp_path / ".cache/pydezero/jit"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache.place() == tmp_path / "x/pydezero/jit"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.place() == tmp_path / ".cache/pydezero/jit"
    monkeypatch.setenv("PYDEZERO_CACHE", "~/mine")
    assert cache.place() == tmp_path / "mine/jit"
    monkeypatch.setenv("PYDEZERO_CACHE", "off")
    assert cache.place() is None
    monkeypatch.delenv("PYDEZERO_CACHE")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache.place() == tmp_path / "Library/Caches/pydezero/jit"


# Programs


def compiled_once(n: int) -> Any:
    """A function that no other test compiles, which gives 3 x + n."""
    return jit(lambda x: x * 3.0 + n)


def test_a_corrupt_file_is_compiled_again(folder: Path) -> None:
    x = np.arange(3.0)
    compiled_once(1001)(x)
    (file,) = files(folder)
    whole = file.read_bytes()
    file.write_bytes(whole[:5000])
    np.testing.assert_array_equal(compiled_once(1001)(x), 3 * x + 1001)
    assert file.read_bytes()[:56] != whole[:5000]
    assert len(file.read_bytes()) == len(whole)


def test_a_name_that_is_not_there_is_compiled_again(folder: Path) -> None:
    x = np.arange(3.0)
    compiled_once(1002)(x)
    (file,) = files(folder)
    key = file.name.removesuffix(".code")
    content = cache.read(key)
    assert content is not None
    assert machine_code._loaded("native0", content) is not None
    assert machine_code._loaded("native0", content.replace(b"PyEval_SaveThread", b"PyEval_SaveThrone")) is None


def test_it_is_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYDEZERO_CACHE", "off")
    np.testing.assert_array_equal(compiled_once(1003)(np.ones(3)), np.full(3, 1006.0))
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_works_and_warns_once(folder: Path) -> None:
    folder.write_bytes(b"")  # not a folder; the user of the tests may be allowed to write to any
    with pytest.warns(RuntimeWarning, match=r"cannot be used.*compiled in each process") as found:
        results = [compiled_once(n)(np.ones(3)) for n in (1004, 1005)]
    np.testing.assert_array_equal(results, [np.full(3, 1007.0), np.full(3, 1008.0)])
    assert len(found) == 1


def test_a_file_system_without_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    def write_twice() -> None:
        cache.write(KEY, b"content")
        cache.write(KEY, b"content")

    monkeypatch.setattr(os, "rename", full)
    with pytest.warns(RuntimeWarning, match="No space left") as found:
        write_twice()
    assert len(found) == 1
    assert files(folder) == []


def test_where_files_have_no_owners(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "geteuid")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cache.write(KEY, b"content")
        assert cache.read(KEY) is None
    assert not folder.exists()
