"""The library's front door: one object that answers questions from the built store or from an endpoint."""

from __future__ import annotations

from collections.abc import Mapping

from .cache import Cached, cached
from .errors import InputError
from .home import Home, find_home
from .query import ask, bind, bound_text, run, sort_lists
from .question import Question, question_from_record
from .resolve import resolve
from .rows import Rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, Store

    from .explain import Explanation


class KnowledgeGraph:
    """The built graph, opened read-only; built on first use when its content is new.

    `data` names a folder that replaces the packaged `data/`; `endpoint` a SPARQL 1.1 endpoint that holds the same graph
    and answers in place of the local store (names are still looked up locally). `timeout_s` is for the endpoint, and so
    is `release`: a version that was published there, or `current` for the one in force when a question is asked.

    Raises InputError for broken authored files or a release without endpoint, CacheError when the cache cannot be used.
    """

    def __init__(
        self,
        *,
        data: str | None = None,
        endpoint: str | None = None,
        timeout_s: float = 30.0,
        release: str | None = None,
    ) -> None:
        if release is not None and endpoint is None:
            raise InputError("--release is for an endpoint; give --endpoint too")
        self.home: Home = find_home(data)
        self._cached: Cached = cached(self.home)
        self._endpoint = endpoint
        self._timeout_s = timeout_s
        self._release = release
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The built store: all triples in the default graph, each part again in a named graph."""
        if self._store is None:
            self._store = self._cached.open()
        return self._store

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Prefix to namespace: ours and those of the mapped terminologies."""
        prefixes: Mapping[str, str] = self._cached.catalogue["prefixes"]
        return prefixes

    @property
    def counts(self) -> Mapping[str, int]:
        """Part of the graph to number of triples."""
        counts: Mapping[str, int] = self._cached.catalogue["counts"]
        return counts

    @property
    def version(self) -> str:
        """The version of the program and, behind `+`, the identity of the authored files and of the building code."""
        import os

        from . import __version__

        return f"{__version__}+{os.path.basename(self._cached.folder)[:12]}"

    @property
    def question_names(self) -> list[str]:
        """The names of the canned questions, sorted."""
        return sorted(self._cached.catalogue["questions"])

    def question(self, name: str) -> Question:
        """Return a canned question. Raises InputError, with near names, for an unknown one."""
        record = self._cached.catalogue["questions"].get(name)
        if record is None:
            from difflib import get_close_matches

            near = get_close_matches(name, self.question_names, n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else "; `atopic answer` lists them"
            raise InputError(f"there is no question {name!r}{hint}")
        return question_from_record(record)

    def answer(self, name: str, **params: object) -> Rows:
        """Answer a canned question; parameters by variable or option name, as names, brands, codes or IRIs.

        Raises InputError for an unknown question, an unknown parameter, or a value that names nothing or too much;
        EndpointError when an endpoint was given and gives no usable answer.
        """
        question = self.question(name)
        values = {key: str(value) for key, value in params.items() if value is not None}
        binding = bind(question, values, self.store, self.prefixes)
        if self._endpoint is None:
            return ask(question, binding, self.store)
        from .endpoint import select

        text = bound_text(question, binding)
        return sort_lists(question, select(self._endpoint, text, self._timeout_s, self._dataset(self._endpoint)))

    def question_text(self, name: str, **params: object) -> str:
        """Return the SPARQL of a question with its parameters bound, as an endpoint gets it."""
        question = self.question(name)
        values = {key: str(value) for key, value in params.items() if value is not None}
        return bound_text(question, bind(question, values, self.store, self.prefixes))

    def sparql(self, text: str) -> Rows | QueryTriples | QueryBoolean:
        """Run any SPARQL query; our prefixes need no declaration. Raises InputError or EndpointError."""
        if self._endpoint is None:
            return run(text, self.store, self.prefixes)
        from .endpoint import query

        return query(self._endpoint, text, self._timeout_s, self.prefixes, self._dataset(self._endpoint))

    def _dataset(self, endpoint: str) -> tuple[str, ...]:
        """Return the graphs to ask at an endpoint; none where it is left to the endpoint."""
        if self._release is None:
            return ()
        from .published import graphs_of

        return graphs_of(endpoint, self._release, self._timeout_s)

    def resolve(self, name: str, type_name: str = "drug") -> NamedNode:
        """Return the thing of a type that a name, synonym, brand, code, slug or IRI means. Raises InputError."""
        return resolve(self.store, self.prefixes, name, type_name)

    def explain(self, name: str, *, disease: str = "atopic-dermatitis") -> Explanation:
        """Return why a drug is in its classes and how it reaches a disease. Raises InputError for an unknown name."""
        from .explain import explain

        return explain(self.store, self.resolve(name), self.resolve(disease, "disease"))
