"""Lists the names by which things can be asked for: for suggestions in messages and for shell completion."""

from __future__ import annotations

from .store import subjects, texts
from .terms import RDF_TYPE, RDFS, SKOS, list_iri, normalise, slug_of, type_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Store

_SUGGESTIONS = 8
_FEW = 25
_LONG = 200


def names_of_type(store: Store, type_name: str) -> list[str]:
    """Return every preferred name, sorted, of the things of a type; the slug of things without one, as claims are."""
    return sorted({_name(store, thing) for thing in _things(store, type_name)})


def words_of_type(store: Store, type_name: str) -> list[str]:
    """Return one word for each thing of a type, sorted: its name, with hyphens so that no shell splits it."""
    words = set()
    for thing in _things(store, type_name):
        word = _name(store, thing).replace(" ", "-")
        words.add(word if word.replace("-", "").isalnum() else slug_of(thing))
    return sorted(words)


def hint(store: Store, name: str, type_name: str) -> str:
    """Return what to try in place of a name that nothing of the type has: near names, else some or all of them."""
    known = {normalise(other): preferred for other, preferred in _aliases(store, type_name)}
    near = _near(normalise(name), known)
    if near:
        return f"did you mean {', '.join(near)}?"
    names = names_of_type(store, type_name)
    if len(names) <= _FEW:
        return f"known are {', '.join(names)}" if names else "the graph has none"
    return f"known are {len(names)}, such as {', '.join(names[:: len(names) // 3][:3])}"


def _things(store: Store, type_name: str) -> list[str]:
    things = subjects(store, RDF_TYPE, type_iri(type_name))
    return things + subjects(store, SKOS + "inScheme", list_iri(type_name))


def _name(store: Store, thing: str) -> str:
    found = texts(store, thing, SKOS + "prefLabel") or texts(store, thing, RDFS + "label")
    return found[0] if found else slug_of(thing)


def _aliases(store: Store, type_name: str) -> Iterator[tuple[str, str]]:
    """Yield (name, preferred name) for every name of the things of a type; a brand stands for its drug."""
    types = [type_name, "brand"] if type_name == "drug" else [type_name]
    for thing in (thing for kind in types for thing in _things(store, kind)):
        preferred = _name(store, thing)
        yield preferred, preferred
        for other in texts(store, thing, SKOS + "altLabel"):
            yield other, preferred


def _near(key: str, known: dict[str, str]) -> list[str]:
    from difflib import get_close_matches

    if len(key) > _LONG:
        return []
    found = [name for name in known if len(key) > 2 and key in name] + get_close_matches(key, known, n=_SUGGESTIONS)
    return list(dict.fromkeys(known[name] for name in found))[:_SUGGESTIONS]
