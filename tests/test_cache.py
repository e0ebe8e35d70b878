"""The built store in the cache: made once for each content, whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from atopic_kg import CacheError, KnowledgeGraph
from atopic_kg import cache as module
from atopic_kg.cache import Cached, cached
from atopic_kg.home import Home, find_home
from command import assert_refused, atopic
from mutating import CONFORMING
from small import command_in, drafts, is_whole, small_checkout, small_home

AGES = "drug,drug_name,age,place"


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
    assert [row["n"].value for row in cached(home).open().query(query)] == ["balm"]  # type: ignore[union-attr]
    path = data_file(home)
    path.write_text(path.read_text(encoding="utf-8").replace('"balm"', '"lotion"'), encoding="utf-8")
    assert [row["n"].value for row in cached(home).open().query(query)] == ["lotion"]  # type: ignore[union-attr]


def test_stamp_of_other_files_is_not_believed(home: Home, monkeypatch: pytest.MonkeyPatch, builds: list[str]) -> None:
    """A stamp is found by a short checksum, which others may share."""
    monkeypatch.setattr(module, "crc32", lambda _: 0)
    first = cached(home).folder
    path = data_file(home)
    path.write_text(path.read_text(encoding="utf-8").replace('"balm"', '"lotion"'), encoding="utf-8")
    assert cached(home).folder != first
    assert len(builds) == 2


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


def test_old_stores_drafts_and_stamps_are_swept(home: Home, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEEP_STORES", 3)
    monkeypatch.setattr(module, "_KEEP_STAMPS", 2)
    old, young = root / "draft-old", root / "draft-young"
    old.mkdir(parents=True)
    young.mkdir()
    os.utime(old, (1, 1))
    path = data_file(home)
    text = path.read_text(encoding="utf-8")
    folders = []
    for number in range(5):
        path.write_text(f"{text}# {number}\n", encoding="utf-8")
        folders.append(Path(cached(home).folder))
    assert drafts(root) == [young]  # another process may still be at work on it
    assert set((root / "stores").iterdir()) == set(folders[2:])
    assert len(list((root / "seen").iterdir())) == 2


# --- damage


@pytest.mark.parametrize("damage", ["empty", "cut", "gone"])
def test_damaged_catalogue_is_made_again(damage: str, home: Home, root: Path, builds: list[str]) -> None:
    catalogue = Path(cached(home).folder) / "catalogue.marshal"
    content = catalogue.read_bytes()
    if damage == "gone":
        catalogue.unlink()
    else:
        catalogue.write_bytes(b"" if damage == "empty" else content[: len(content) // 2])
    assert cached(home).catalogue["questions"]["ages"]["name"] == "ages"
    assert catalogue.read_bytes() == content
    assert len(builds) == 2
    assert is_whole(root)


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST", "sst"])
def test_damaged_store_is_told(name: str, home: Home, tmp_path: Path) -> None:
    whole = cached(home)
    path = next(path.name for path in sorted(Path(whole.folder, "store").iterdir()) if name in path.name)
    content = Path(whole.folder, "store", path).read_bytes()
    contents = {
        "gone": None,
        "empty": b"",
        "cut": content[: len(content) // 2],
        "garbled": bytes(255 - b for b in content),
    }
    for damage, left in contents.items():
        folder = Path(shutil.copytree(whole.folder, tmp_path / damage))
        (folder / "store" / path).unlink()
        if left is not None:
            (folder / "store" / path).write_bytes(left)
        with pytest.raises(
            CacheError, match=f"{folder}: the built store .*; delete this folder, and it is built again"
        ):
            Cached(str(folder), whole.catalogue).open()


def test_damage_deep_inside_a_store_is_told(root: Path) -> None:
    words = ("answer", "--data", str(CONFORMING), "drugs-by-class")
    whole = atopic(*words)
    for path in root.glob("stores/*/store/*.sst"):
        content = path.read_bytes()
        damaged = bytes(255 - byte for byte in content[: len(content) * 2 // 3])
        path.write_bytes(damaged + content[len(damaged) :] if len(content) > 20_000 else content)
    assert_refused(atopic(*words), "the engine failed (Corruption: ", f"delete {root}, and it is built again")
    shutil.rmtree(root)
    assert atopic(*words) == whole


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
