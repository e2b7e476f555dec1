"""The house: what an import may load, how large a module may be, and that no clock hangs on the wall."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import childprotect
from childprotect import errors

PACKAGE = Path(childprotect.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("polars", "numpy", "hypothesis", "matplotlib", "transitions", "rich", "cyclopts")


def name_of(module: Path) -> str:
    """The module as its importers call it."""
    return ".".join(("childprotect", *module.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    ran = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import childprotect",
        "from childprotect import *",
        "from childprotect.rulebooks import england",
        "import childprotect.records",
        "import childprotect.plots",
    ],
)
def test_an_import_loads_nothing_heavy(statement: str) -> None:
    loaded = loaded_by(statement)
    assert "childprotect" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize("heavy", ["transitions", "hypothesis"])
def test_what_would_be_loaded_would_be_seen(heavy: str) -> None:
    assert importlib.util.find_spec(heavy) is not None
    assert heavy in loaded_by(f"import {heavy}")


def test_the_surface_can_be_read_in_ten_seconds() -> None:
    source = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 60
    assert childprotect.__all__ == sorted(childprotect.__all__)
    assert len(set(childprotect.__all__)) == len(childprotect.__all__)


def test_every_name_of_the_surface_exists_and_says_what_it_is() -> None:
    for name in childprotect.__all__:
        assert (getattr(childprotect, name).__doc__ or "").strip(), name


def test_a_name_that_is_not_there_is_an_attribute_error_and_a_name_is_always_the_same_thing() -> None:
    with pytest.raises(AttributeError, match="module 'childprotect' has no attribute 'chek'"):
        childprotect.chek  # noqa: B018
    fresh = "import childprotect as a; first = a.check; assert a.check is first; from childprotect import check as b"
    assert "childprotect" in loaded_by(f"{fresh}; assert b is first")


def test_the_names_of_the_architecture_are_there() -> None:
    expected = {"Chart", "Chronology", "Event", "Finding", "Journey", "NotPermitted", "Report", "Rulebook", "check"}
    assert expected <= set(childprotect.__all__)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_has_at_most_400_lines_and_says_what_it_is(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(source))


_CLOCKS = {"today", "now", "utcnow", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}


def reads_the_clock(source: str) -> list[int]:
    """The lines on which a source asks what day or time it is now."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in _CLOCKS and not _of_a_simulation(node):
            found.append(node.lineno)
        if isinstance(node, ast.ImportFrom | ast.Import):
            names = {alias.name for alias in node.names}
            if "time" in names and not isinstance(node, ast.ImportFrom):
                found.append(node.lineno)
    return found


def _of_a_simulation(node: ast.Attribute) -> bool:
    """Whether it is the time of SimPy, which passes as events do: `env.now`."""
    whose = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return node.attr == "now" and whose == "env"


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_module_reads_the_clock_on_the_wall(module: Path) -> None:
    assert reads_the_clock(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source", ["from datetime import date\ndate.today()", "datetime.datetime.now()", "import time", "x = date.today"]
)
def test_a_module_that_did_would_be_caught(source: str) -> None:
    assert reads_the_clock(source)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_public_class_and_function_says_what_it_is(module: Path) -> None:
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name_of(module)}.{node.name}"


def test_every_error_is_ours_and_one_that_a_caller_already_catches() -> None:
    raised = [thing for thing in vars(errors).values() if isinstance(thing, type) and issubclass(thing, Exception)]
    ours = [thing for thing in raised if thing is not errors.ChildProtectError]
    assert len(ours) >= 6
    for error in ours:
        assert issubclass(error, errors.ChildProtectError)
        assert issubclass(error, ValueError | LookupError)
        assert error.__doc__


def test_unreadable_input_says_where_what_and_what_was_expected() -> None:
    error = errors.UnreadableInput("cases.csv", "line 7", "no column 'at'", "child,event,at")
    assert str(error) == "cases.csv: line 7: no column 'at'; expected child,event,at"
    parts = (error.path, error.place, error.problem, error.expected)
    assert parts == ("cases.csv", "line 7", "no column 'at'", "child,event,at")
    assert str(errors.UnreadableInput("cases.csv", "", "it is empty", "a header")).startswith("cases.csv: it is empty;")


def test_only_the_engine_knows_the_library_of_state_machines() -> None:
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] == "transitions" for name in names):
                assert name_of(module) == "childprotect.engine"


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
