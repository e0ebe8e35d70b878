"""Measures how a full RxNorm release is read, beside a bare scan of its lines and pandas; prints a Markdown table.

    python scripts/bench/rxnorm.py [--rounds 5] [--ingredients 6000] [--folder FOLDER]

Every contestant is a whole process. Each round runs all of them, one after the other, so that a busy machine slows them
alike; the table gives medians over the rounds, and the most memory that any run took. Where others use the processors
too, two threads get no more than one: the work (seconds of the processors) is steadier then. What is found is compared
with what the synthetic release is known to hold. FOLDER keeps the release for the next time.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from release import FULL, expected_ndcs, expected_products, ingredient, write_release, write_zip

from atopic_kg.home import find_home

ATOPIC = str(Path(sys.executable).parent / "atopic")
OURS = "`atopic rxnorm expand`"
DRUGS = ("azathioprine", "cyclosporine", "methotrexate", "mycophenolate-mofetil", "tacrolimus")

SCAN = """
import sys, zipfile
lines = 0
for path in sys.argv[1:]:
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                with archive.open(name) as stream:
                    for line in stream:
                        lines += 1
    else:
        with open(path, "rb") as stream:
            for line in stream:
                lines += 1
print(lines)
"""
"""One thread, and nothing but Python's own iteration over the lines."""

PANDAS = """
import json, sys
import pandas as pd

def read(name, width, columns):
    path = f"{sys.argv[1]}/rrf/{name}.RRF"
    wanted = list(columns) if sys.argv[2] == "needed" else range(width)
    frame = pd.read_csv(path, sep="|", header=None, usecols=wanted, dtype=str, quoting=3, na_filter=False)
    return frame.rename(columns=columns)

atoms = read("RXNCONSO", 18, {0: "rxcui", 11: "sab", 12: "tty", 14: "name", 16: "suppress"})
concepts = atoms[(atoms["sab"] == "RXNORM") & ~atoms["tty"].isin(["PSN", "SY", "TMSY", "ET"])]
links = read("RXNREL", 16, {0: "target", 4: "source", 7: "rela", 10: "sab"})
down = ["has_ingredient", "has_precise_ingredient", "form_of", "consists_of", "isa", "tradename_of", "contains"]
links = links[(links["sab"] == "RXNORM") & links["rela"].isin(down)]
facts = read("RXNSAT", 13, {0: "rxcui", 8: "name", 9: "sab", 10: "value", 11: "suppress"})
ndcs = facts[(facts["name"] == "NDC") & (facts["sab"] == "RXNORM") & (facts["suppress"] == "N")]
archive = read("RXNATOMARCHIVE", 16, {12: "rxcui", 13: "sab", 15: "target"})
archive = archive[archive["sab"] == "RXNORM"]

reached = frontier = set(sys.argv[3:])
while frontier:
    frontier = set(links.loc[links["target"].isin(frontier), "source"]) - reached
    reached = reached | frontier
kinds = ["SCD", "SBD", "GPCK", "BPCK"]
found = concepts[concepts["rxcui"].isin(reached) & concepts["tty"].isin(kinds) & (concepts["suppress"] == "N")]
codes = set(found["rxcui"])
print(json.dumps({"codes": sorted(map(int, codes)), "ndcs": int(ndcs["rxcui"].isin(codes).sum())}))
"""
"""The same task, as text, with the columns that it needs or with all of them, as most read them."""


@dataclass(frozen=True)
class Contestant:
    """A command, what is forgotten before each run, and what came of the runs.

    `times` are seconds of the clock, `works` of the processors, `sizes` megabytes.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    forgotten: Path | None = None
    times: list[float] = field(default_factory=list)
    works: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median of the wall times, in seconds."""
        return statistics.median(self.times)

    def run(self) -> None:
        """Run it once. Raises CalledProcessError when it fails."""
        if self.forgotten:
            shutil.rmtree(self.forgotten, ignore_errors=True)
        with tempfile.TemporaryFile() as out:
            start = time.perf_counter()
            process = subprocess.Popen(self.command, env=self.environment, stdout=out, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            self.times.append(time.perf_counter() - start)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, self.command)
            out.seek(0)
            self.outputs.append(out.read().decode())
        self.works.append(usage.ru_utime + usage.ru_stime)
        self.sizes.append(usage.ru_maxrss / 1024)


def own_data(folder: Path) -> Path:
    """Copy the data, and lead some drugs to ingredients of the synthetic release; return the folder."""
    shutil.copytree(find_home().data, folder)
    path = folder / "mappings" / "rxnorm.sssom.tsv"
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        cells = line.split("\t")
        drug = cells[0].removeprefix("drug:")
        if len(cells) > 4 and drug in DRUGS and cells[2] == "skos:exactMatch":
            line = line.replace(cells[3], f"rxnorm:{ingredient(DRUGS.index(drug))}", 1)  # noqa: PLW2901
        lines.append(line)
    path.write_text("".join(lines), encoding="utf-8")
    return folder


def contestants(folder: Path, packed: Path, work: Path) -> list[Contestant]:
    """Return what is to be run on a release, as folder and as zip."""
    data = own_data(work / "data")
    files = [str(path) for path in sorted((folder / "rrf").iterdir())]
    cache = {kind: work / f"cache-{kind}" for kind in ("folder", "zip")}
    ours = {kind: {**os.environ, "ATOPIC_KG_CACHE": str(place)} for kind, place in cache.items()}
    expand = (ATOPIC, "rxnorm", "expand", *DRUGS, "--any-route", "--format", "csv", "--data", str(data), "--release")
    for environment in ours.values():
        subprocess.run(
            (ATOPIC, "sparql", "ASK {}", "--data", str(data)), env=environment, check=True, capture_output=True
        )
    codes = [str(ingredient(number)) for number in range(len(DRUGS))]
    python, plain = sys.executable, dict(os.environ)
    first = {kind: place / "rxnorm" for kind, place in cache.items()}
    return [
        Contestant("scan of the lines, folder", (python, "-c", SCAN, *files), plain),
        Contestant(f"{OURS}, first use, folder", (*expand, str(folder)), ours["folder"], first["folder"]),
        Contestant(f"{OURS}, later", (*expand, str(folder)), ours["folder"]),
        Contestant("pandas, the columns needed, folder", (python, "-c", PANDAS, str(folder), "needed", *codes), plain),
        Contestant("pandas, all columns, folder", (python, "-c", PANDAS, str(folder), "all", *codes), plain),
        Contestant("scan of the lines, zip", (python, "-c", SCAN, str(packed)), plain),
        Contestant(f"{OURS}, first use, zip", (*expand, str(packed)), ours["zip"], first["zip"]),
    ]


def check(contestant: Contestant) -> None:
    """Raise ValueError when an output is not what the release is known to hold."""
    numbers = range(len(DRUGS))
    expected = sorted(set().union(*(expected_products(number) for number in numbers))), sum(map(expected_ndcs, numbers))
    for output in contestant.outputs:
        if contestant.name.startswith(OURS):
            rows = list(csv.DictReader(output.splitlines()))
            found = sorted(int(row["rxcui"]) for row in rows), sum(len(row["ndcs"].split("; ")) for row in rows)
        elif contestant.name.startswith("pandas"):
            answer = json.loads(output)
            found = answer["codes"], answer["ndcs"]
        else:
            continue
        if found != expected:
            raise ValueError(f"{contestant.name} found {found}")


def table(ran: Sequence[Contestant]) -> str:
    """Return the table: each beside the scan of the same input, and how many times as long pandas takes."""
    by_name = {one.name: one for one in ran}
    lines = [
        "| what, as a whole process | median | beside the scan | its work beside the scan's | pandas, columns needed"
        " | pandas, all | most memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in ran:
        scan = by_name[f"scan of the lines, {'zip' if one.name.endswith('zip') else 'folder'}"]
        peers = [
            by_name[f"pandas, {kind}, folder"].median / one.median for kind in ("the columns needed", "all columns")
        ]
        work = statistics.median(one.works) / statistics.median(scan.works)
        lines.append(
            f"| {one.name} | {one.median:.2f} s | {one.median / scan.median:.2f} | {work:.2f} | {peers[0]:.1f} times"
            f" | {peers[1]:.1f} times | {max(one.sizes):,.0f} MB |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ingredients", type=int, default=FULL, help="of the synthetic release; 6000 make a full one")
    parser.add_argument("--folder", type=Path, help="where the release is kept, or is already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="atopic-bench-") as name:
        work = Path(name)
        folder = options.folder or work / "release"
        if not (folder / "rrf" / "RXNSAB.RRF").exists():
            write_release(folder, options.ingredients)
        packed = folder.with_name("RxNorm_full_06012026.zip")
        if not packed.exists():
            write_zip(folder)
        ran = contestants(folder, packed, work)
        for _ in range(options.rounds):
            for contestant in ran:
                contestant.run()
    for contestant in ran:
        check(contestant)
    print(table(ran))


if __name__ == "__main__":
    main()
