"""Files out: nothing is overwritten unless that was asked for, and no file is ever half written.

What is written goes to a temporary file in the folder of the file, and takes its place only once all of it is on the
disk. An error, an interrupt or a full disk leaves what was there before. Only a process that is killed outright leaves
its temporary file behind, whose name says what it is: `.report.csv.unfinished-1f0c9a3e`.
"""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import BinaryIO, TextIO

from childprotect.errors import UnwritableOutput

_LONGEST = 50
"""Characters of the name of the file that its temporary file bears: file systems bear no name beyond 255 bytes, and a
character may be four."""
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_ANOTHER = "another name, or force=True to overwrite it"


@contextmanager
def written(path: str, *, force: bool = False) -> Iterator[BinaryIO]:
    """A binary file that takes the place of `path` when the block ends without an error; else nothing has changed.

    Without `force` a file that exists is refused, even one that appeared while the block ran. With `force` the old
    file's permissions are kept, and a symbolic link is followed: it stays, and what it points to is replaced. A folder,
    a pipe and a device are refused either way, and so is `-`: what is written must be able to take the place of what
    was there. Raises `UnwritableOutput`.
    """
    target = _target(path, force)
    unfinished, file = _opened(path, target)
    try:
        with file:
            yield file
            try:
                file.flush()
                os.fsync(file.fileno())
            except OSError as error:
                raise _cannot(path, error) from None
        _take_place(path, unfinished, target, force)
    except BaseException as error:  # an interrupt too
        with suppress(OSError):
            os.unlink(unfinished)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise _cannot(path, error) from None
        raise
    _remember(os.path.dirname(target))


@contextmanager
def written_text(path: str, *, force: bool = False) -> Iterator[TextIO]:
    """As `written`, for text in UTF-8 with line ends as they are given."""
    with written(path, force=force) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            yield text
            text.flush()
        finally:
            # the file is not ours to close: its content must reach the disk first
            with suppress(OSError):
                text.detach()


def refuse_existing(path: str, *, force: bool = False) -> None:
    """Raise the `UnwritableOutput` that `written` would raise at once, before long work is begun.

    Whether a file can be written beside it is tried, as folders may be full, gone, or not ours.
    """
    target = _target(path, force)
    unfinished, file = _opened(path, target)
    file.close()
    with suppress(OSError):
        os.unlink(unfinished)


def refuse_same(path: str, other: str) -> None:
    """Raise `UnwritableOutput` where two files that are to be written are one."""
    same = os.path.realpath(path) == os.path.realpath(other)
    with suppress(OSError):  # neither may be there yet
        same = same or os.path.samefile(path, other)
    if same:
        raise UnwritableOutput(path, "it is to be written twice", "another name for one of the two")


def refuse_input(path: str, read: str) -> None:
    """Raise `UnwritableOutput` where what is to be written would take the place of what is read, or of a part of it."""
    with suppress(OSError):
        part = os.path.isdir(read) and os.path.exists(path) and os.path.samefile(os.path.dirname(path) or ".", read)
        if part or os.path.samefile(path, read):
            raise UnwritableOutput(path, "it is what is to be read, and would be lost", "another name")


def _target(path: str, force: bool) -> str:
    if path in ("", "-"):
        raise UnwritableOutput(path or "the output", "it names no file", "the path of a file to write")
    target = os.path.realpath(path)
    try:
        kind = os.stat(target).st_mode
    except FileNotFoundError:
        if os.path.islink(path) and not force:
            raise UnwritableOutput(path, "it is a symbolic link to a file that does not exist", _ANOTHER) from None
        return target
    except OSError as error:
        raise _cannot(path, error) from None
    if stat.S_ISDIR(kind):
        raise UnwritableOutput(path, "it is a folder", "the path of a file to write")
    if not stat.S_ISREG(kind):
        raise UnwritableOutput(path, "it is a pipe or a device", "the path of a file to write")
    if not force:
        raise UnwritableOutput(path, "it exists already", _ANOTHER)
    return target


def _opened(path: str, target: str) -> tuple[str, BinaryIO]:
    """A new file beside the target, with the permissions that a new file has here."""
    folder, name = os.path.split(target)
    unfinished = os.path.join(folder, f".{name[:_LONGEST]}.unfinished-{secrets.token_hex(4)}")
    try:
        return unfinished, open(unfinished, "xb")
    except OSError as error:
        raise _cannot(path, error) from None


def _take_place(path: str, unfinished: str, target: str, force: bool) -> None:
    try:
        if force:
            with suppress(FileNotFoundError):
                os.chmod(unfinished, stat.S_IMODE(os.stat(target).st_mode))
            os.replace(unfinished, target)
        else:
            _link(unfinished, target)
    except FileExistsError:
        raise UnwritableOutput(path, "a file of that name appeared while it was being written", _ANOTHER) from None
    except OSError as error:
        raise _cannot(path, error) from None


def _link(unfinished: str, target: str) -> None:
    """Give the file its name, unless another has it: `os.replace` would overwrite that one."""
    try:
        os.link(unfinished, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # a file system without links: an empty file of ours holds the name until the whole one takes its place
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        try:
            os.replace(unfinished, target)
        except OSError:
            os.unlink(target)
            raise
    else:
        os.unlink(unfinished)


def _remember(folder: str) -> None:
    """See that the new name is on the disk too, where a folder can be opened for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _cannot(path: str, error: OSError) -> UnwritableOutput:
    why = error.strerror or "the system refuses it"
    return UnwritableOutput(path, f"it cannot be written ({why})", "a folder that can be written to, with room in it")
