"""Atopic KG: the drugs that treat atopic dermatitis, as claims with evidence and as a graph.

from atopic_kg import KnowledgeGraph

graph = KnowledgeGraph()
graph.answer("drugs-by-class", drug_class="immunomodulator").to_pandas()
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .errors import AtopicError, CacheError, EndpointError, InputError
    from .graph import KnowledgeGraph
    from .rows import Rows

__all__ = ["AtopicError", "CacheError", "EndpointError", "InputError", "KnowledgeGraph", "Rows"]
__version__ = "0.1.0"

_HOMES = {"KnowledgeGraph": "graph", "Rows": "rows"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute may be anything
    """Import public names when they are first used, so that the command starts fast."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES.get(name, 'errors')}", __name__), name)
