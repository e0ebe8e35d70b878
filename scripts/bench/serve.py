"""Measures canned questions over HTTP, as SPARQL text at the endpoint, beside other servers in the same run (Markdown).

    python scripts/bench/serve.py [--seconds 3] [--rounds 2] [--connections 8] [--siege 0]

Needs Debian's `wrk`, which sends requests over and over; contestants that are not installed are left out:
PyPI's `rdflib-endpoint` and `oxigraph`, Debian's `virtuoso-opensource-7`. All listen on loopback, with all our limits
on. With `--siege N` nothing is compared: hostile clients run for N seconds while questions are asked.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from atopic_kg import KnowledgeGraph
from atopic_kg.export import export_graph
from served import process_of
from servers import free_port, oxigraph, running, virtuoso
from siege import besiege

BIN = Path(sys.executable).parent
QUESTIONS = ("drug-classes", "drug-by-name", "approvals", "codes-of-drug", "drugs-by-class", "coverage")
RESULTS = "application/sparql-results+json"
LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Accept"] = "application/sparql-results+json"
local body = io.open("{body}"):read("*a")
local count = 0
request = function()
  count = count + 1
  return wrk.format(nil, nil, nil, body .. ({fresh} and ("%0A%23" .. count) or ""))
end
"""
"""The same form each time, or with a comment behind the query so that no server has seen its text before."""


class Speed(NamedTuple):
    print("\nRequests a second, median and 99th percentile of the wait; (!) another number of rows.")
    print("`new`: each request has a text that the server has not seen; `same`: all have one text.")
    print("\nRequests a second, median and 99th percentile of the wait; (!) another number of rows.")
    print("`new`: each request has a text that the server has not seen; `same`: all have one text.")


if __name__ == "__main__":
    main()
