"""Every snippet of the README, the docs and the docstrings runs as a test.

Python blocks run in one namespace a page; a `text` block below one that prints is what it must print. In `console`
blocks each line after `$ ` is run from the root of the project, must succeed, and must print the lines below it. In
both, `...` stands for any number of lines.
"""

import io
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

from sybil import Example, Sybil
from sybil.document import PythonDocStringDocument
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser
from sybil.parsers.rest import DocTestParser

ROOT = Path(__file__).parent
_PRINTED = "_printed"


class PrintingParser(CodeBlockParser):
    """Runs `python` blocks and keeps what they print for the block below."""

    language = "python"

    def evaluate(self, example: Example) -> str | None:
        """Run the block."""
        printed = io.StringIO()
        with redirect_stdout(printed):
            PythonEvaluator()(example)
        example.namespace[_PRINTED] = printed.getvalue()
        return None


class OutputParser(CodeBlockParser):
    """Compares `text` blocks with what the block above printed."""

    language = "text"

    def evaluate(self, example: Example) -> str | None:
        """Compare, if there is something to compare with."""
        printed = example.namespace.pop(_PRINTED, "")
        if not printed or _fits(_lines(printed), _lines(str(example.parsed))):
            return None
        return f"printed:\n{printed}\nexpected:\n{example.parsed}"


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


class ConsoleParser(CodeBlockParser):
    """Runs `console` blocks."""

    language = "console"

    def evaluate(self, example: Example) -> str | None:
        """Run each command of the block and compare what it prints."""
        for command, expected in _commands(str(example.parsed)):
            path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
            done = subprocess.run(
                command,
                shell=True,
                cwd=ROOT,
                env={**os.environ, "PATH": path, "COLUMNS": "120"},
                capture_output=True,
                text=True,
            )
            if done.returncode:
                return f"{command}\nexit status {done.returncode}\n{done.stderr}"
            if not _fits([line.rstrip() for line in done.stdout.splitlines()], expected):
                wanted = "\n".join(expected)
                return f"{command}\nprinted:\n{done.stdout}\nexpected:\n{wanted}"
        return None


def _commands(text: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in text.rstrip().splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line.rstrip())
    return found


def _fits(printed: list[str], expected: list[str]) -> bool:
    if not expected:
        return True
    head, *rest = expected
    if head == "...":
        return not rest or any(_fits(printed[n:], rest) for n in range(len(printed)))
    if not printed:
        return False
    return printed[0] == head and (_fits(printed[1:], rest) if rest else len(printed) == 1)


pages = Sybil(
    parsers=[PrintingParser(), OutputParser(), ConsoleParser()],
    patterns=["README.md", "docs/*.md"],
)
docstrings = Sybil(
    parsers=[DocTestParser()], path="src", patterns=["*.py"], document_types={".py": PythonDocStringDocument}
)
pytest_collect_file = (pages + docstrings).pytest()
