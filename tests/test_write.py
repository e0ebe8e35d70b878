"""Files that the command writes: whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from atopic_kg import AtopicError, KnowledgeGraph
from atopic_kg.export import export_graph, write_file
from command import assert_refused, atopic
from mutating import CONFORMING


def test_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    done = atopic("export", "--data", CONFORMING, "--drug", "samplimus", "--out", path)
    assert done == (0, "", "")
    assert path.read_text(encoding="utf-8") == export_graph(KnowledgeGraph(data=str(CONFORMING)), drug="samplimus")
    assert [left.name for left in tmp_path.iterdir()] == ["x.ttl"]


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.touch()
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        write_file(str(new), "x")
        write_file(str(old), "x")
    finally:
        os.umask(before)
    assert (new.stat().st_mode & 0o777, old.stat().st_mode & 0o777) == (0o640, 0o640)


def test_links_devices_and_pipes_stay_what_they_are(tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "target", tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(target)
    write_file(str(link), "text")
    assert link.is_symlink() and target.read_text() == "text"
    write_file(os.devnull, "text")
    assert Path(os.devnull).is_char_device()
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
    write_file(str(pipe), "through")
    assert reader.communicate(timeout=60)[0] == "through"
    assert pipe.is_fifo()


@pytest.mark.parametrize("failing", ["fsync", "replace", "chmod"])
def test_full_disk_leaves_the_old_file(failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(AtopicError, match=r"x\.ttl: the file cannot be written \(No space left on device\)"):
        write_file(str(path), "new")
    assert path.read_text() == "old"
    assert [left.name for left in tmp_path.iterdir()] == ["x.ttl"]


def test_file_size_limit_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("old")
    words = ("export", "--data", CONFORMING, "--out", path)
    assert atopic("answer", "--data", CONFORMING).code == 0  # the cache is made before the limit is set
    done = atopic(*words, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY)))
    assert_refused(done, f"{path}: the file cannot be written (File too large)")
    assert path.read_text() == "old"
    assert [left.name for left in tmp_path.iterdir()] == ["x.ttl"]


def test_kill_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("old")
    script = """
import os, signal, sys
os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
from atopic_kg.export import write_file
write_file(sys.argv[1], "new")
"""
    done = subprocess.run([sys.executable, "-c", script, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == "old"


def test_places_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    words = ("export", "--data", CONFORMING, "--drug", "samplimus", "--out")
    assert_refused(atopic(*words, tmp_path / "none/x.ttl"), "none/x.ttl: the file cannot be written (No such file or ")
    assert_refused(atopic(*words, tmp_path), "is a directory")
    assert_refused(atopic(*words, "/dev/full"), "/dev/full: the file cannot be written (No space left on device)")
