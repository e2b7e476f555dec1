"""Files out: what was there is overwritten only on request, and is whole whatever happens while it is written."""

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from childprotect.errors import ChildProtectError, UnwritableOutput
from childprotect.records.safely import refuse_existing, written, written_text

OLD = b"what was there before"
POSIX = pytest.mark.skipif(os.name != "posix", reason="links, modes and signals as POSIX has them")


def write(path: Path | str, content: bytes = b"new", *, force: bool = False) -> None:
    with written(str(path), force=force) as file:
        file.write(content)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "report.csv"
    path.write_bytes(OLD)
    return path


def alone(path: Path) -> bool:
    """Whether the folder holds this file and nothing else: no temporary file was left."""
    return [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_new_file_is_written_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", b"1\r\n2\n")
    assert (tmp_path / "a.csv").read_bytes() == b"1\r\n2\n"
    assert alone(tmp_path / "a.csv")


def test_text_is_utf_8_with_line_ends_as_they_are_given(tmp_path: Path) -> None:
    with written_text(str(tmp_path / "a.txt")) as file:
        file.write("caf\u00e9\r\n\n")
    assert (tmp_path / "a.txt").read_bytes() == b"caf\xc3\xa9\r\n\n"
    assert alone(tmp_path / "a.txt")


def test_a_file_that_exists_is_refused_before_anything_is_written(old: Path) -> None:
    with pytest.raises(UnwritableOutput) as caught, written(str(old)):
        pytest.fail("the block ran")
    assert str(caught.value) == f"{old}: it exists already; expected another name, or force=True to overwrite it"
    assert isinstance(caught.value, ChildProtectError)
    assert old.read_bytes() == OLD
    with pytest.raises(UnwritableOutput, match="exists already"):
        refuse_existing(str(old))
    refuse_existing(str(old), force=True)
    assert [entry.name for entry in old.parent.iterdir()] == [old.name]


def test_force_replaces_it_and_until_the_end_the_old_one_can_be_read(old: Path) -> None:
    with written(str(old), force=True) as file:
        file.write(b"n" * 100_000)
        file.flush()
        assert old.read_bytes() == OLD
    assert old.read_bytes() == b"n" * 100_000
    assert alone(old)


@POSIX
def test_force_keeps_the_permissions_and_a_new_file_has_the_usual_ones(old: Path) -> None:
    old.chmod(0o640)
    write(old, force=True)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    (old.parent / "plain").write_bytes(b"")
    write(old.parent / "new")
    assert (old.parent / "new").stat().st_mode == (old.parent / "plain").stat().st_mode


class Broken(Exception):
    """An error of somebody else's."""


def break_off(path: Path, error: type[BaseException] | BaseException, *, force: bool = False) -> None:
    with written(str(path), force=force) as file:
        file.write(b"half")
        raise error


def break_off_text(path: Path, error: type[BaseException] | BaseException) -> None:
    with written_text(str(path), force=True) as file:
        file.write("half")
        raise error


@pytest.mark.parametrize(
    "error", [Broken, KeyboardInterrupt, SystemExit, UnwritableOutput("x", "y", "z"), GeneratorExit]
)
def test_an_error_or_an_interrupt_leaves_the_old_file(error: type[BaseException] | BaseException, old: Path) -> None:
    kind = error if isinstance(error, type) else type(error)
    with pytest.raises(kind):
        break_off(old, error, force=True)
    with pytest.raises(kind):
        break_off_text(old, error)
    assert old.read_bytes() == OLD
    assert alone(old)


def test_an_error_leaves_no_file_where_there_was_none(tmp_path: Path) -> None:
    with pytest.raises(Broken):
        break_off(tmp_path / "a", Broken)
    assert list(tmp_path.iterdir()) == []


def write_while_another_does(path: Path) -> None:
    with written(str(path)) as file:
        file.write(b"ours")
        path.write_bytes(b"theirs")


def test_a_file_that_appears_while_it_is_written_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with pytest.raises(UnwritableOutput, match="appeared while it was being written"):
        write_while_another_does(path)
    assert path.read_bytes() == b"theirs"
    assert alone(path)


def no_links(source: str, target: str) -> None:
    raise OSError(errno.EPERM, "no links here")


def test_a_file_system_without_links_gets_the_file_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "a"
    write(path)
    assert path.read_bytes() == b"new"
    assert alone(path)
    other = tmp_path / "b"
    with pytest.raises(UnwritableOutput, match="appeared"):
        write_while_another_does(other)
    assert other.read_bytes() == b"theirs"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a", "b"]


@POSIX
def test_a_symbolic_link_stays_and_what_it_points_to_is_replaced(old: Path) -> None:
    elsewhere = old.parent / "elsewhere"
    elsewhere.mkdir()
    link = elsewhere / "link.csv"
    link.symlink_to(old)
    with pytest.raises(UnwritableOutput, match="exists already"):
        write(link)
    write(link, force=True)
    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    assert alone(link)


@POSIX
def test_a_link_to_nothing_is_followed_only_on_request(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "none")
    with pytest.raises(UnwritableOutput, match="a symbolic link to a file that does not exist"):
        write(tmp_path / "link")
    assert not (tmp_path / "none").exists()
    write(tmp_path / "link", force=True)
    assert (tmp_path / "none").read_bytes() == b"new"


REFUSED: dict[str, tuple[Callable[[Path], str], str]] = {
    "a folder": (str, "it is a folder"),
    "a device": (lambda _: os.devnull, "it is a pipe or a device"),
    "standard output": (lambda _: "-", "it names no file"),
    "nothing": (lambda _: "", "it names no file"),
    "a folder that is not there": (lambda path: str(path / "none" / "a"), "it cannot be written (No such file"),
    "a file for a folder": (lambda path: str(path / "file" / "a"), "it cannot be written (Not a directory)"),
    "a name that is too long": (lambda path: str(path / ("x" * 300)), "it cannot be written (File name too long)"),
}


@POSIX
@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_file_is_refused(kind: str, force: bool, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    name, why = REFUSED[kind]
    with pytest.raises(UnwritableOutput) as caught, written(name(tmp_path), force=force):
        pytest.fail("the block ran")
    assert caught.value.problem.startswith(why)
    with pytest.raises(UnwritableOutput) as beforehand:
        refuse_existing(name(tmp_path), force=force)
    assert str(beforehand.value) == str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@POSIX
def test_a_pipe_is_refused_and_nothing_waits_for_its_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnwritableOutput, match="a pipe or a device"):
        write(tmp_path / "pipe", force=True)


@POSIX
def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write to every folder, whatever its permissions")
    with pytest.raises(UnwritableOutput, match="Permission denied"):
        write(folder / "a")


def test_a_long_name_with_letters_of_several_bytes_has_room_for_its_temporary_file(tmp_path: Path) -> None:
    name = "\u6f22" * 80
    write(tmp_path / name)
    assert (tmp_path / name).read_bytes() == b"new"


# --- in a process of its own, which is stopped ----------------------------------------------------------------------

WRITES = """
import signal, sys, time
sys.path[:0] = {path!r}
from childprotect.records.safely import written
{before}
with written({target!r}, force=True) as file:
    file.write(b"x" * 1_000_000)
    file.flush()
    print("begun", flush=True)
    {then}
"""


def writing(target: Path, *, before: str = "", then: str = "sys.stdin.read()") -> "subprocess.Popen[bytes]":
    code = WRITES.format(path=sys.path, target=str(target), before=before, then=then)
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def begun(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"


@POSIX
@pytest.mark.parametrize(
    ("sent", "before"),
    [
        (signal.SIGINT, "signal.signal(signal.SIGINT, signal.default_int_handler)"),
        (signal.SIGTERM, "from childprotect.cli import leave_on_terminate; leave_on_terminate()"),
        (
            getattr(signal, "SIGHUP", signal.SIGTERM),
            # whoever runs the tests may ignore it, and hands that down
            "signal.signal(signal.SIGHUP, signal.SIG_DFL); "
            "from childprotect.cli import leave_on_terminate; leave_on_terminate()",
        ),
    ],
    ids=["interrupt", "terminate", "hang up"],
)
def test_a_process_that_is_told_to_stop_leaves_the_old_file_and_nothing_else(
    sent: signal.Signals, before: str, old: Path
) -> None:
    process = writing(old, before=before)
    begun(process)
    assert len(list(old.parent.iterdir())) == 2
    process.send_signal(sent)
    process.communicate()
    assert process.returncode != 0
    assert old.read_bytes() == OLD
    assert alone(old)


@POSIX
def test_a_process_that_is_killed_leaves_the_old_file_and_one_whose_name_says_what_it_is(old: Path) -> None:
    process = writing(old)
    begun(process)
    process.kill()
    process.communicate()
    assert old.read_bytes() == OLD
    (left,) = (entry.name for entry in old.parent.iterdir() if entry != old)
    assert left.startswith(".report.csv.unfinished-")


@POSIX
def test_a_disk_without_room_leaves_the_old_file_and_nothing_else(old: Path) -> None:
    """A limit on the size of a file stands for the full disk: the system refuses the next byte in the same place."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))"
    process = writing(old, before=limit)
    _, err = process.communicate()
    assert process.returncode == 1
    assert b"File too large" in err
    assert old.read_bytes() == OLD
    assert alone(old)
