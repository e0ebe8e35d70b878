"""The built store in the cache: made once for each content, whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import errno
import json
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

from atopic_kg import CacheError, KnowledgeGraph
from atopic_kg import cache as module
from atopic_kg.cache import cached
from atopic_kg.home import Home, find_home
from command import COMMAND, PATIENCE_S, assert_refused, atopic
from mutating import CONFORMING
from small import command_in, small_checkout, small_home

AGES = "drug,drug_name,age,place"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty cache of its own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("ATOPIC_KG_CACHE", str(folder))
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return small_home(tmp_path / "home")


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with every store that is built."""
    made: list[str] = []
    write = module._write_folder

    def counted(home: Home, draft: str) -> None:
        made.append(draft)
        write(home, draft)

    monkeypatch.setattr(module, "_write_folder", counted)
    return made


def is_whole(root: Path, stores: int = 1) -> bool:
    """Tell whether the cache holds so many stores, each of which answers, and no draft."""
    folders = list((root / "stores").iterdir())
    drugs = "SELECT ?d WHERE { ?d a <https://w3id.org/atopic-kg/ontology#Drug> }"
    opened = [
        module.Cached(str(folder), json.loads((folder / "catalogue.json").read_text())).open() for folder in folders
    ]
    return len(folders) == stores and all(len(list(s.query(drugs))) > 1 for s in opened) and drafts(root) == []  # type: ignore[arg-type]


def drafts(root: Path) -> list[Path]:
    return list(root.glob("draft-*"))


def data_file(home: Home) -> Path:
    return Path(home.data) / "all.ttl"


# --- once for each content


def test_store_is_built_once(home: Home, root: Path, builds: list[str]) -> None:
    folders = {cached(home).folder for _ in range(3)}
    assert (len(folders), len(builds)) == (1, 1)
    assert is_whole(root)


def test_touching_and_copying_files_builds_nothing(home: Home, root: Path, builds: list[str], tmp_path: Path) -> None:
    folder = cached(home).folder
    os.utime(data_file(home), (1, 1))
    assert cached(home).folder == folder
    assert cached(small_home(tmp_path / "elsewhere")).folder == folder
    assert len(builds) == 1


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("data/all.ttl", '"salve"', '"slave"'),
        ("data/mappings/rxnorm.sssom.tsv", "rxnorm:3", "rxnorm:4"),
        ("ontology/atopic-kg.ttl", '"remedy"', '"medyre"'),
        ("ontology/rules/edge-from-claim.rq", "# The", "# tHE"),
        ("queries/answers/ages.rq", "For the tests", "For our tests"),
    ],
)
def test_changed_content_is_built_anew(name: str, old: str, new: str, home: Home, builds: list[str]) -> None:
    first = cached(home).folder
    path = Path(home.root) / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert cached(home).folder != first
    path.write_text(text, encoding="utf-8")
    assert cached(home).folder == first
    assert len(builds) == 2


def test_answers_follow_the_files(home: Home) -> None:
    query = (
        "SELECT ?n WHERE { <https://w3id.org/atopic-kg/drug/balm> <http://www.w3.org/2004/02/skos/core#prefLabel> ?n }"
    )
    assert [row["n"].value for row in cached(home).open().query(query)] == ["balm"]  # type: ignore[union-attr, misc]
    path = data_file(home)
    path.write_text(path.read_text(encoding="utf-8").replace('"balm"', '"lotion"'), encoding="utf-8")
    assert [row["n"].value for row in cached(home).open().query(query)] == ["lotion"]  # type: ignore[union-attr, misc]


def test_new_and_gone_files_are_noticed(home: Home, builds: list[str]) -> None:
    first = cached(home).folder
    more = Path(home.data) / "more.ttl"
    more.write_text(
        "PREFIX drug: <https://w3id.org/atopic-kg/drug/>\n\ndrug:x\n    drug:y drug:z ;\n.\n", encoding="utf-8"
    )
    second = cached(home).folder
    more.rename(more.with_name("other.ttl"))
    third = cached(home).folder
    more.with_name("other.ttl").unlink()
    assert [first, cached(home).folder] == [first, first]
    assert len({first, second, third}) == len(builds) == 3


def test_changed_builder_makes_a_new_store(tmp_path: Path, root: Path) -> None:
    checkout = small_checkout(tmp_path / "checkout")
    assert command_in(checkout, "answer", "ages").code == 0
    builder = checkout / "scripts/atopic_kg/derive.py"
    builder.write_text(builder.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert command_in(checkout, "answer", "ages").code == 0
    assert is_whole(root, stores=2)


def test_old_stores_drafts_and_stamps_are_swept(home: Home, root: Path) -> None:
    path = data_file(home)
    text = path.read_text(encoding="utf-8")
    old, young = root / "draft-old", root / "draft-young"
    old.mkdir(parents=True)
    young.mkdir()
    os.utime(old, (1, 1))
    for number in range(10):
        path.write_text(f"{text}# {number}\n", encoding="utf-8")
        last = cached(home).folder
    assert drafts(root) == [young]  # another process may still be at work on it
    assert len(list((root / "stores").iterdir())) == 8
    assert Path(last).is_dir()
    for number in range(80):
        (root / "seen" / f"{number}").write_text("")
    path.write_text(text, encoding="utf-8")
    cached(home)
    assert len(list((root / "seen").iterdir())) <= 65


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


@pytest.mark.parametrize("size", [0, 1_000, 20_000, 100_000])
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
            patch.setattr("json.dump", fail)
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
    if mounted.returncode:  # only root may mount: then at least a device that is always full
        assert os.geteuid() != 0, mounted
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
    catalogue = Path(cached(home).folder) / "catalogue.json"
    catalogue.unlink()
    catalogue.mkdir()
    with pytest.raises(CacheError, match=r"the cache cannot be read \(Is a directory\); set ATOPIC_KG_CACHE to"):
        cached(home)


# --- damage


@pytest.mark.parametrize("damage", ["empty", "cut", "gone"])
def test_damaged_catalogue_is_made_again(damage: str, home: Home, root: Path, builds: list[str]) -> None:
    catalogue = Path(cached(home).folder) / "catalogue.json"
    text = catalogue.read_text(encoding="utf-8")
    if damage == "gone":
        catalogue.unlink()
    else:
        catalogue.write_text("" if damage == "empty" else text[: len(text) // 2], encoding="utf-8")
    assert cached(home).catalogue["questions"]["ages"]["name"] == "ages"
    assert catalogue.read_text(encoding="utf-8") == text
    assert len(builds) == 2
    assert is_whole(root)


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST", "sst"])
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "garbled"])
def test_damaged_store_is_told_and_what_to_do_helps(name: str, damage: str, home: Home) -> None:
    folder = Path(cached(home).folder)
    path = next(path for path in sorted((folder / "store").iterdir()) if name in path.name)
    content = path.read_bytes()
    made: dict[str, Callable[[], object]] = {
        "gone": path.unlink,
        "empty": lambda: path.write_bytes(b""),
        "cut": lambda: path.write_bytes(content[: len(content) // 2]),
        "garbled": lambda: path.write_bytes(bytes(255 - byte for byte in content)),
    }
    made[damage]()
    with pytest.raises(CacheError, match=f"{folder}: the built store .*; delete this folder, and it is built again"):
        cached(home).open()
    shutil.rmtree(folder)
    assert len(list(cached(home).open().query("SELECT * WHERE { ?s ?p ?o }"))) > 20  # type: ignore[arg-type]


def test_damage_deep_inside_a_store_is_told(tmp_path: Path, root: Path) -> None:
    checkout = small_checkout(tmp_path / "checkout")
    words = ("answer", "ages", "--drug", "balm")
    whole = command_in(checkout, *words)
    for path in root.glob("stores/*/store/*.sst"):
        path.write_bytes(b"\0" * 40 + path.read_bytes()[40:])
    assert_refused(command_in(checkout, *words), "the engine failed (", f"delete {root}, and it is built again")
    shutil.rmtree(root)
    assert command_in(checkout, *words) == whole


# --- places


def test_cache_lies_where_the_user_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATOPIC_KG_CACHE", "/a")
    monkeypatch.setenv("XDG_CACHE_HOME", "/b")
    monkeypatch.setenv("HOME", "/c")
    assert module.cache_root() == "/a"
    monkeypatch.delenv("ATOPIC_KG_CACHE")
    assert module.cache_root() == "/b/atopic-kg"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert module.cache_root() == "/c/.cache/atopic-kg"


def test_folders_with_strange_names_work(tmp_path: Path, root: Path) -> None:
    home = small_home(tmp_path / os.fsdecode(b"caf\xe9 \xf0\x9f\x99\x82 'x'"))
    assert cached(home).folder == cached(home).folder
    assert is_whole(root)


def test_library_opens_what_the_command_built(root: Path) -> None:
    assert atopic("answer", "--data", CONFORMING).code == 0
    graph = KnowledgeGraph(data=str(CONFORMING))
    assert graph.home.data == find_home(str(CONFORMING)).data
    assert graph.counts["edges"] > 10
    assert is_whole(root)
