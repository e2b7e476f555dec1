"""What several commands are told in the same way: which records, which law, whether a file may be overwritten."""

from typing import Annotated

from cyclopts import Parameter

from childprotect.rulebook import Rulebook
from childprotect.rulebooks import england

ProfileFile = Annotated[str | None, Parameter(name="--profile", help="A local profile in TOML, laid over the law.")]
Practice = Annotated[
    bool, Parameter(negative=(), help="Check what inspectors asked of the record too, which is no law of its own.")
]
Force = Annotated[bool, Parameter(negative=(), help="Overwrite the file to write, if it exists.")]
Records = Annotated[str, Parameter(help="Records in any format that `readers` lists; or the URL of a database.")]


def law(profile: str | None, practice: bool) -> Rulebook:
    """The national law, with a local profile on top, and what inspectors asked for."""
    book: Rulebook = england.rulebook.with_practice() if practice else england.rulebook
    if profile is None:
        return book
    from childprotect.profiles import Profile

    return book | Profile.load(profile, book=book)
