"""What tables are asked with: an argument of another kind is refused by its name, and several kinds of table taken."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas
import polars as pl
import pytest

from childprotect import tables
from childprotect.errors import UnreadableInput, UnwritableOutput
from childprotect.rulebooks import england

AS_AT = date(2024, 12, 31)
EVENTS = pl.DataFrame(
    {
        "child": ["C-1", "C-1"],
        "event": ["strategy-discussion", "initial-conference"],
        "at": ["2024-03-22", "2024-04-10"],
        "decision": ["section-47", None],
    }
)


def found_in(events: Any) -> list[Any]:
    found = tables.check(events, england.rulebook, as_at=AS_AT).collect()
    return found.filter(pl.col("rule") == "initial-conference")["status"].to_list()


WRONG: dict[str, Callable[[Any], object]] = {
    "rulebook: it is a NoneType": lambda wrong: tables.check(EVENTS, wrong(None), as_at=AS_AT),
    "profile: it is a str": lambda wrong: tables.check(EVENTS, england.rulebook, as_at=AS_AT, profile=wrong("x.toml")),
    "columns: it is a str": lambda wrong: tables.check(EVENTS, england.rulebook, as_at=AS_AT, columns=wrong("x.toml")),
    "row: it is a str": lambda wrong: tables.check(EVENTS, england.rulebook, as_at=AS_AT).explain(wrong("C-1")),
}


@pytest.mark.parametrize("said", WRONG)
def test_an_argument_of_another_kind_is_refused_by_its_name(said: str) -> None:
    with pytest.raises(UnreadableInput, match=f"^{said}, and no "):
        WRONG[said](lambda value: value)


@pytest.mark.parametrize("name", ["child", "event", "at"])
def test_a_column_of_lists_is_named(name: str) -> None:
    with pytest.raises(UnreadableInput, match=f"the column {name} holds lists"):
        found_in(EVENTS.with_columns(pl.concat_list(name)))


def test_a_column_of_pandas_with_values_of_several_types_is_named() -> None:
    mixed = pandas.DataFrame(EVENTS.to_dict(as_series=False)).assign(at=[date(2024, 3, 22), "2024-04-10"])
    with pytest.raises(UnreadableInput, match="the column 'at' holds values of several types; expected values of one"):
        found_in(mixed)


def test_findings_are_written_where_the_name_says_parquet(tmp_path: Path) -> None:
    findings = tables.check(EVENTS, england.rulebook, as_at=AS_AT)
    for name, odd in (("f.csv", None), ("f.parquet", str(tmp_path / "odd.csv"))):
        with pytest.raises(UnwritableOutput, match=r"expected a name that ends in \.parquet"):
            findings.write(str(tmp_path / name), irregular=odd)
    assert not list(tmp_path.iterdir())
    once = str(tmp_path / "f.parquet")
    assert findings.write(once) == len(findings.collect())
    with pytest.raises(UnwritableOutput, match="force=True to overwrite it"):
        findings.write(once)


def test_of_tables_with_other_columns_these_are_named() -> None:
    with pytest.raises(UnreadableInput, match="has 'decision'; expected the same columns in all"):
        found_in([EVENTS, EVENTS.drop("decision")])
    with pytest.raises(UnreadableInput, match="'c0', 'c1', 'c2', 'c3', 'c4' and others"):
        found_in([EVENTS, EVENTS.with_columns(**{f"c{n}": pl.lit("x") for n in range(9)})])


def test_a_lazy_frame_is_worked_out() -> None:
    assert found_in(EVENTS.lazy()) == ["met"]
    assert found_in([EVENTS[:1].lazy(), EVENTS[1:]]) == ["met"]
    with pytest.raises(UnreadableInput, match=r"a polars.LazyFrame: it cannot be worked out \(ColumnNotFoundError\)"):
        found_in(EVENTS.lazy().select("unknown"))


def test_a_folder_of_parquet_files_is_one_table_and_is_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for n in range(2):
        EVENTS[n : n + 1].write_parquet(folder / f"part-{n}.parquet")
    assert found_in(folder) == found_in(str(folder)) == ["met"]
    findings = tables.check(folder, england.rulebook, as_at=AS_AT)
    with pytest.raises(UnwritableOutput, match="it is what is to be read"):
        findings.write(str(folder / "part-1.parquet"), force=True)
    with pytest.raises(UnreadableInput, match=r"it is a pattern, and no path; expected a list of paths: sorted"):
        found_in(str(folder / "*.parquet"))
    assert found_in(sorted(folder.glob("*.parquet"))) == ["met"]
