"""Commands as people run them: what one prints where it runs, and what it says where it cannot."""

import pytest

from childprotect.cli.app import run

Capture = pytest.CaptureFixture[str]


def out_of(capsys: Capture, *arguments: str) -> str:
    """What a command that runs prints; it complains of nothing, and as nobody looks there is no bar."""
    assert run(list(arguments)) == 0, capsys.readouterr().err
    told = capsys.readouterr()
    assert told.err == ""
    return told.out


def complaints(capsys: Capture, *arguments: str) -> list[str]:
    """What a command that cannot run says: a line for each problem, here without its `childprotect: `, and no more."""
    assert run(list(arguments)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("\n")
    lines = told.err.splitlines()
    assert all(line.startswith("childprotect: ") and line.isprintable() for line in lines)
    return [line.removeprefix("childprotect: ") for line in lines]


def error(capsys: Capture, *arguments: str) -> str:
    """What a command that cannot run says of its one problem."""
    (line,) = complaints(capsys, *arguments)
    return line
