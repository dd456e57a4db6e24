"""The rules of the house, read off the source: who may import what, and which way imports point."""

import ast
import graphlib
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = [*sorted((ROOT / "explorer").rglob("*.py")), ROOT / "app.py"]


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


SOURCE = {dotted(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
PACKAGES = {dotted(path) for path in FILES if path.name == "__init__.py"}


def imports(module: str) -> set[str]:
    """Everything that a module imports, wherever in it: modules of ours by their full names, others as written."""
    found = set()
    for node in ast.walk(SOURCE[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".") if module in PACKAGES else module.split(".")[:-1]
            base = above[: len(above) + 1 - node.level] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            names = {f"{origin}.{alias.name}" for alias in node.names}
            found |= names & SOURCE.keys()
            if names - SOURCE.keys():
                found.add(origin)
    return found


IMPORTS = {module: imports(module) for module in SOURCE}
OURS = {
    module: {name for name in names if name.split(".")[0] in {"explorer", "app"}} for module, names in IMPORTS.items()
}


def is_ui(module: str) -> bool:
    return module == "app" or f"{module}.".startswith("explorer.ui.")


# ---------------------------------------------------------------------------------------------- other libraries

MAY_IMPORT: dict[str, Callable[[str], bool]] = {
    "numpy": lambda _: True,
    "streamlit": is_ui,
    "segno": is_ui,
    "uvicorn": lambda module: module == "explorer.ui.server",
    "pandas": lambda module: module == "explorer.tables",  # a page that takes a frame needs no pandas for it
}


@pytest.mark.parametrize("library", MAY_IMPORT)
def test_who_imports(library: str) -> None:
    users = {module for module, names in IMPORTS.items() if library in {name.split(".")[0] for name in names}}
    assert {module for module in users if not MAY_IMPORT[library](module)} == set()


def test_nothing_else_is_imported() -> None:
    known = {*MAY_IMPORT, *sys.stdlib_module_names, "explorer", "app"}
    for module, names in IMPORTS.items():
        assert {name.split(".")[0] for name in names} - known == set(), module


# ------------------------------------------------------------------------------------------------- the direction


def mapped(package: str) -> list[list[str]]:
    """The map in the docstring of a package: the modules and packages that each of its lines names."""
    text = ast.get_docstring(SOURCE[package]) or ""
    return [re.findall(r"\w+", names) for names in re.findall(r"^((?:``\w+``,? )+) ", text, re.MULTILINE)]


MAPPED = ["explorer", "explorer.detective", "explorer.feeding", "explorer.reading", "explorer.snippets"]


@pytest.mark.parametrize("package", MAPPED)
def test_the_map_is_the_folder(package: str) -> None:
    named = [f"{package}.{name}" for line in mapped(package) for name in line]
    assert sorted(named) == sorted(name for name in SOURCE if name.rpartition(".")[0] == package)


@pytest.mark.parametrize("package", MAPPED[1:])
def test_imports_within_a_package_point_up_its_map(package: str) -> None:
    line = {f"{package}.{name}": number for number, names in enumerate(mapped(package)) for name in names}
    assert [(module, name) for module in line for name in OURS[module] if line.get(name, 0) > line[module]] == []


LAYERS = {f"explorer.{name}": level for level, line in enumerate(mapped("explorer")) for name in line}
LAYERS |= dict.fromkeys(("explorer", "app"), len(mapped("explorer")))  # no module imports the package's own names


def layer(module: str) -> int:
    """The layer of a module, or of the nearest package around it that has one."""
    while module not in LAYERS:
        module = module.rpartition(".")[0]
    return LAYERS[module]


def test_the_layers() -> None:
    names = ("numerics", "dialects.pytorch", "breakdown", "share", "explain", "detective", "ui.board")
    levels = [*(layer(f"explorer.{name}") for name in names), layer("app")]
    assert levels == sorted(set(levels))
    assert layer("explorer.snippets.pytorch") == layer("explorer.snippets")


@pytest.mark.parametrize("module", SOURCE)
def test_imports_point_down(module: str) -> None:
    assert {name for name in OURS[module] if layer(name) > layer(module)} == set()


def test_no_import_goes_round_in_a_circle() -> None:
    graphlib.TopologicalSorter(OURS).prepare()  # raises CycleError, which names the circle


def test_imports_are_read_right() -> None:
    """That the tests above see something."""
    assert "explorer.numerics" in IMPORTS["explorer.case"]
    assert "explorer.numerics" in IMPORTS["explorer.dialects.pytorch"]  # from explorer import numerics
    assert "explorer" not in IMPORTS["explorer.dialects.pytorch"]
    assert "streamlit" in IMPORTS["explorer.ui.state"]


# -------------------------------------------------------------------------------------------------- what it says

SHAPELESS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}


@pytest.mark.parametrize("module", SOURCE)
def test_a_module_is_named_for_what_it_is(module: str) -> None:
    assert not {word for part in module.split(".") for word in part.split("_")} & SHAPELESS


# ------------------------------------------------------------------------------------------------- what it does

STATE = {"session_state", "query_params", "experimental_get_query_params", "experimental_set_query_params"}
DANGEROUS = {"eval", "exec", "__import__", "pickle", "unpickle", "allow_pickle"}
DANGEROUS_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}


def names_used(module: str) -> set[str]:
    """Every name, attribute, keyword argument and imported name in a module."""
    found = set()
    for node in ast.walk(SOURCE[module]):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("module", SOURCE)
def test_one_module_touches_session_and_link(module: str) -> None:
    used = names_used(module) & STATE
    assert bool(used) == (module == "explorer.ui.state")


@pytest.mark.parametrize("module", SOURCE)
def test_nothing_runs_what_it_was_sent(module: str) -> None:
    assert names_used(module) & DANGEROUS == set()
    assert {name.split(".")[0] for name in IMPORTS[module]} & DANGEROUS_MODULES == set()
