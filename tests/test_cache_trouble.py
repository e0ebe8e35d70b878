"""The cache when processes race or are killed, disks fill up, and folders are not ours: no broken store is left."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from atopic_kg import CacheError
from atopic_kg import cache as module
from atopic_kg.cache import cached
from atopic_kg.home import Home
from command import COMMAND, PATIENCE_S, assert_refused, atopic
from mutating import CONFORMING
from small import drafts, is_whole, small_checkout

AGES = "drug,drug_name,age,place"


# --- two at once, and kills


def test_many_processes_at_once_agree(root: Path, tmp_path: Path) -> None:
    checkout = small_checkout(tmp_path / "checkout")
    words = [sys.executable, "-c", "from atopic_kg.cli import main; main()", "answer", "ages", "--format", "csv"]
    env = {**os.environ, "PYTHONPATH": str(checkout / "scripts")}
    started = [
        subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(6)
    ]
    done = [(*process.communicate(timeout=PATIENCE_S), process.returncode) for process in started]
    assert len(set(done)) == 1
    out, err, code = done[0]
    assert (out.splitlines()[0], err, code) == (AGES, "", 0)
    assert is_whole(root)


def test_slower_of_two_takes_what_the_faster_made(home: Home, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = module._write_folder

    def overtaken(home: Home, draft: str) -> None:
        monkeypatch.setattr(module, "_write_folder", write)
        cached(home)
        write(home, draft)

    monkeypatch.setattr(module, "_write_folder", overtaken)
    assert Path(cached(home).folder).parent == root / "stores"
    assert is_whole(root)


def test_kill_while_building_leaves_no_broken_store(root: Path) -> None:
    words = ("answer", "--data", str(CONFORMING))
    moments: list[Callable[[], bool]] = [
        lambda: bool(drafts(root)),
        lambda: bool(list(root.glob("draft-*/store/*.sst"))),
    ]
    for reached in moments:
        process = subprocess.Popen([COMMAND, *words], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while not reached():
            assert process.poll() is None and time.monotonic() < deadline
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=PATIENCE_S) == -signal.SIGKILL
        assert len(drafts(root)) == 1
        assert list((root / "stores").iterdir()) == []
        shutil.rmtree(drafts(root)[0])
    assert atopic(*words).code == 0
    assert is_whole(root)


# --- disks that are full, and folders that are not ours


def limited(size: int) -> Callable[[], None]:
    """Return what keeps a process from writing files beyond a size, as a full disk would."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return limit


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_file_size_limit_is_told_and_leaves_nothing(size: int, root: Path) -> None:
    words = ("answer", "--data", CONFORMING)
    assert_refused(
        atopic(*words, before=limited(size)), f"{root}: the cache cannot be written (", "free some space or set "
    )
    assert drafts(root) == []
    assert list((root / "stores").iterdir()) == []


@pytest.mark.parametrize("at", ["mkdtemp", "store", "catalogue", "rename"])
def test_full_disk_is_told_and_leaves_nothing(at: str, home: Home, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fail(*_: object, **__: object) -> None:
        raise full

    with monkeypatch.context() as patch:
        if at == "mkdtemp":
            patch.setattr("tempfile.mkdtemp", fail)
        elif at == "store":
            patch.setattr("atopic_kg.build.quads", fail)
        elif at == "catalogue":
            patch.setattr("marshal.dump", fail)
        else:
            patch.setattr("os.rename", fail)
        with pytest.raises(CacheError, match=r"No space left on device\); free some space or set ATOPIC_KG_CACHE"):
            cached(home)
    assert drafts(root) == []
    assert list((root / "stores").iterdir()) == []
    assert is_whole(Path(cached(home).folder).parents[1])


def test_disk_that_really_fills_up_is_told(tmp_path: Path, root: Path) -> None:
    root.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", root], capture_output=True, check=False
    )
    if mounted.returncode:  # not everybody may mount: then at least a device that is always full
        assert_refused(
            atopic("answer", "--data", CONFORMING, env={"ATOPIC_KG_CACHE": "/dev/full"}), "cannot be written ("
        )
        return
    try:
        done = atopic("answer", "--data", CONFORMING)
        left = [path.name for path in root.iterdir()]
    finally:
        subprocess.run(["umount", root], check=True)
    assert_refused(done, f"{root}: the cache cannot be written (", "No space left on device", "free some space or set ")
    assert left == ["stores"]


def test_stamp_that_cannot_be_written_hinders_nobody(home: Home, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("tempfile.mkstemp", read_only)
    first = cached(home).folder
    assert not list((root / "seen").iterdir())
    assert cached(home).folder == first


@pytest.mark.parametrize("place", ["/dev/null", "/dev/null/below", "/proc/nowhere"])
def test_cache_that_cannot_be_made_is_told(place: str) -> None:
    done = atopic("answer", "--data", CONFORMING, env={"ATOPIC_KG_CACHE": place})
    assert_refused(done, f"{place}", "the cache cannot be ", "set ATOPIC_KG_CACHE to a folder that ")


def test_cache_that_cannot_be_read_is_told(home: Home) -> None:
    catalogue = Path(cached(home).folder) / "catalogue.marshal"
    catalogue.unlink()
    catalogue.mkdir()
    with pytest.raises(CacheError, match=r"the cache cannot be read \(Is a directory\); set ATOPIC_KG_CACHE to"):
        cached(home)
