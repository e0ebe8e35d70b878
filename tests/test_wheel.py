"""The wheel: it carries all that people wrote, and works where it is installed, read-only and without a network."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from atopic_kg.home import find_home, mapping_files, query_files, turtle_files
from command import Done, assert_refused, atopic, run

ROOT = Path(__file__).parents[1]
SEED = ("answer", "drugs-by-class", "--class", "immunomodulator", "--disease", "atopic dermatitis")
NO_NETWORK = """
import socket
def refused(*_, **__):
    raise AssertionError("the network was asked")
socket.socket.connect = socket.socket.bind = socket.getaddrinfo = refused
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "-q"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", ROOT, *options, "-w", folder], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment of its own with the wheel in it, read-only; what it depends on comes from this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    (packages / "sitecustomize.py").write_text(NO_NETWORK)
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", "-q"]
    python = folder / "bin/python"
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, wheel], check=True)
    for path in [*packages.rglob("*"), packages]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def command(installed: Path, cache: Path, *words: str) -> Done:
    return run([installed / "bin/atopic", *words], env={"ATOPIC_KG_CACHE": str(cache), "PYTHONDONTWRITEBYTECODE": "1"})


def test_wheel_carries_every_authored_file(wheel: Path) -> None:
    home = find_home()
    wanted = [*turtle_files(home), *mapping_files(home), *query_files(home, "answers"), *query_files(home, "checks")]
    wanted.append(f"{home.ontology}/rules/edge-from-claim.rq")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for path in wanted:
            name = f"atopic_kg/authored/{Path(path).relative_to(ROOT)}"
            assert archive.read(name) == Path(path).read_bytes()
        modules = {f"atopic_kg/{path.name}" for path in (ROOT / "scripts/atopic_kg").glob("*.py")}
        assert modules | {"atopic_kg/py.typed"} <= names
        assert not {name for name in names if "test" in name.partition("/")[0] or "/.git" in name or "pyc" in name}
        tops = {name.partition("/")[0] for name in names}
    assert tops == {"atopic_kg", f"atopic_kg-{version()}.dist-info"}


def test_metadata_say_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        folder = f"atopic_kg-{version()}.dist-info"
        metadata = Parser().parsestr(archive.read(f"{folder}/METADATA").decode())
        assert {f"{folder}/licenses/LICENSE", f"{folder}/licenses/LICENSE-DATA"} < set(archive.namelist())
        assert "atopic = atopic_kg.cli:main" in archive.read(f"{folder}/entry_points.txt").decode()
    assert (metadata["Name"], metadata["Version"]) == ("atopic-kg", version())
    assert metadata["License-Expression"] == "MIT AND CC0-1.0"
    assert set(metadata.get_all("Provides-Extra", [])) == extras()


def test_pages_and_front_end_are_in_it(wheel: Path) -> None:
    """What `make web` built is in the wheel though it is not in the repository; where nothing was built, nothing is."""
    package = ROOT / "scripts/atopic_kg"
    kept = [path for folder in ("templates", "static") for path in (package / folder).rglob("*") if path.is_file()]
    with zipfile.ZipFile(wheel) as archive:
        assert {f"atopic_kg/{path.relative_to(package)}" for path in kept} < set(archive.namelist())


def extras() -> set[str]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return set(tomllib.loads(text)["project"]["optional-dependencies"])


def version() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def test_installed_command_answers_like_the_checkout(installed: Path, cache: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*")}
    first = command(installed, cache, *SEED)
    assert first == atopic(*SEED)
    assert (first.code, first.err) == (0, "")
    assert "tacrolimus" in first.out
    assert command(installed, cache, *SEED) == first
    assert {path: path.stat().st_mtime_ns for path in installed.rglob("*")} == before
    assert len(list((cache / "stores").iterdir())) == 1


def test_installed_package_is_the_one_that_answers(installed: Path) -> None:
    script = "import atopic_kg, atopic_kg.home as h; print(atopic_kg.__file__, h.find_home().root, sep='\\n')"
    lines = run([installed / "bin/python", "-c", script]).out.splitlines()
    assert all(Path(line).is_relative_to(installed) for line in lines) and len(lines) == 2


def test_installed_command_does_the_rest_too(installed: Path, cache: Path) -> None:
    assert command(installed, cache, "explain", "Protopic").out == atopic("explain", "Protopic").out
    assert command(installed, cache, "--version").out == f"atopic, version {version()}\n"
    refused = command(installed, cache, "answer", "approvals", "--drug", "nosuch")
    assert_refused(refused, "no drug is called 'nosuch'")
