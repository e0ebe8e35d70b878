"""Keeps the built store in the user's cache: made once per content, whole or not at all, opened read-only."""

from __future__ import annotations

import marshal
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from zlib import crc32

from .errors import AtopicError, CacheError, InputError
from .home import Home, content_key, signature
from .terms import graph_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from pyoxigraph import Store

    Made = TypeVar("Made")

_KEEP_STORES = 8
_KEEP_STAMPS = 64
_STALE_S = 3600.0
_CATALOGUE = "catalogue.marshal"  # Python\'s own format: json alone would cost a tenth of an answer
_BUILDERS = ("build.py", "cache.py", "derive.py", "header.py", "load.py", "mappings.py", "questions.py", "terms.py")


def cache_root() -> str:
    """Return the cache folder: `$ATOPIC_KG_CACHE`, else `atopic-kg` in the user's cache directory (XDG)."""
    chosen = os.environ.get("ATOPIC_KG_CACHE")
    if chosen:
        return chosen
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "atopic-kg")


class Cached:
    """A built store on disk: its folder, and the catalogue of prefixes, questions and counts beside it."""

    __slots__ = ("catalogue", "folder")

    def __init__(self, folder: str, catalogue: dict[str, Any]) -> None:
        self.folder = folder
        self.catalogue = catalogue

    def open(self) -> Store:
        """Open the store read-only. Raises CacheError when the folder is damaged."""
        import pyoxigraph as ox

        advice = "delete this folder, and it is built again"
        try:
            store = ox.Store.read_only(os.path.join(self.folder, "store"))
        except (OSError, RuntimeError) as error:
            raise CacheError(f"the built store cannot be opened ({error}); {advice}", path=self.folder) from error
        if next(store.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri("keys"))), None) is None:
            raise CacheError(f"the built store has lost its content; {advice}", path=self.folder)
        return store


def cached(home: Home) -> Cached:
    """Return the built store of a home, building it first when its content is new.

    A stamp remembers which store belongs to the files as they were last seen, so that they need not be read again.
    Raises InputError when an authored file is broken, CacheError when the cache cannot be used.
    """
    root = cache_root()
    seen = f"{signature(home)}\n{_code_signature()}"
    stamp = os.path.join(root, "seen", f"{crc32(os.fsencode(seen)):08x}")
    key, _, before = _read_stamp(stamp).partition("\n")
    if before == seen:
        found = _open_folder(os.path.join(root, "stores", key))
        if found is not None:
            return found
    key = f"{content_key(home)}-{crc32(_code_signature().encode()):08x}"
    folder = os.path.join(root, "stores", key)
    with cache_errors(root):
        found = _open_folder(folder)
        if found is None:
            _sweep(root)
            found = make_folder(folder, lambda draft: _write_folder(home, draft), _open_folder)
    with suppress(OSError):  # without its stamp the store still serves: the files are read again next time
        write_whole(stamp, f"{key}\n{seen}")
    return found


@contextmanager
def cache_errors(root: str) -> Iterator[None]:
    """Turn what goes wrong with the cache's files into CacheError."""
    try:
        yield
    except AtopicError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        advice = "free some space or set ATOPIC_KG_CACHE to a folder that you may write to"
        raise CacheError(f"the cache cannot be written ({reason}); {advice}", path=root) from error


def _code_signature() -> str:
    """Return what a store depends on beside the authored files: the building code, by sizes and times, and Python."""
    here = os.path.dirname(os.path.abspath(__file__))
    stats = [(name, os.stat(os.path.join(here, name))) for name in _BUILDERS]
    return "\n".join([*(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats), sys.version])


def _read_stamp(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.read()
    except OSError:
        return ""


def _open_folder(folder: str) -> Cached | None:
    """Return a built store; None when there is none, or its catalogue is damaged and it is to be built again."""
    try:
        with open(os.path.join(folder, _CATALOGUE), "rb") as stream:
            return Cached(folder, marshal.load(stream))  # noqa: S302 - it is the user's own cache
    except (FileNotFoundError, EOFError, ValueError, TypeError):
        return None
    except OSError as error:
        advice = "set ATOPIC_KG_CACHE to a folder that is yours"
        raise CacheError(f"the cache cannot be read ({error.strerror}); {advice}", path=folder) from error


def make_folder(folder: str, write: Callable[[str], None], opened: Callable[[str], Made | None]) -> Made:
    """Return what `opened` makes of a folder of the cache that `write` fills.

    It is filled beside its place and renamed into it, so that a kill or a full disk leaves nothing half-made.
    """
    import shutil
    import tempfile

    os.makedirs(os.path.dirname(folder), exist_ok=True)
    draft = tempfile.mkdtemp(prefix="draft-", dir=cache_root())
    try:
        write(draft)
        _put(draft, folder, opened)
        made = opened(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if made is None:
        raise CacheError("what was built into the cache vanished while it was made; try again", path=folder)
    return made


def _put(draft: str, folder: str, opened: Callable[[str], object]) -> None:
    """Rename a finished draft into its place, unless another process was faster; what is damaged there gives way."""
    import shutil

    try:
        os.rename(draft, folder)
    except OSError:
        if not os.path.isdir(folder):
            raise
        if opened(folder) is not None:
            return
        aside = f"{draft}-damaged"
        os.rename(folder, aside)
        os.rename(draft, folder)
        shutil.rmtree(aside, ignore_errors=True)


def _write_folder(home: Home, draft: str) -> None:
    import pyoxigraph as ox

    from .build import build, prefixes_of, quads
    from .questions import read_questions

    built = build(home)
    if built.contradictions:
        raise InputError("the graph contradicts itself: " + "; ".join(built.contradictions), path=home.data)
    store = ox.Store(os.path.join(draft, "store"))
    store.bulk_extend(quads(built))
    store.flush()
    store.optimize()
    del store
    catalogue = {
        "prefixes": prefixes_of(built),
        "counts": {part: len(triples) for part, triples in built.parts.items()},
        "questions": {question.name: question.record() for question in read_questions(home)},
    }
    with open(os.path.join(draft, _CATALOGUE), "wb") as stream:
        marshal.dump(catalogue, stream)


def write_whole(path: str, text: str) -> None:
    """Write a small file of the cache whole or not at all. Raises OSError."""
    import tempfile

    os.makedirs(os.path.dirname(path), exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(text)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _sweep(root: str) -> None:
    """Remove drafts that a kill left behind, and all but the newest stores and stamps."""
    import shutil

    now = time.time()
    for changed, path in by_age(root):
        if os.path.basename(path).startswith("draft-") and now - changed > _STALE_S:
            shutil.rmtree(path, ignore_errors=True)
    for _, path in by_age(os.path.join(root, "stores"))[: 1 - _KEEP_STORES]:
        shutil.rmtree(path, ignore_errors=True)
    for _, path in by_age(os.path.join(root, "seen"))[: 1 - _KEEP_STAMPS]:
        with suppress(OSError):
            os.unlink(path)


def by_age(folder: str) -> list[tuple[float, str]]:
    """Return (time of change, path) of what lies in a folder, oldest first; another process may be removing some."""
    found = []
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                found.append((entry.stat().st_mtime, entry.path))
    return sorted(found)
