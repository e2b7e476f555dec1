"""The same check on Apache Spark: the rows of each child are brought to one place, and checked there.

Spark shuffles, and runs the check of a piece (`PortableCheck`) over what it has put together. pyspark and Java are
yours: `pip install 'childprotect[spark]'`, and childprotect on every worker.

A Spark `timestamp` is a moment, whatever zone the session shows it in; a `timestamp_ntz` is none, since the clocks
change, and only its day is kept, as from every other table.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

import pyarrow as pa
from attrs import frozen

from childprotect.errors import UnreadableInput
from childprotect.profiles import Profile
from childprotect.records import Columns
from childprotect.records.arrow_columns import EXPECTED, Columnar, opened
from childprotect.records.extras import library
from childprotect.records.mapping import PLAIN_COLUMNS
from childprotect.records.recognising import Reading
from childprotect.records.source import FIRST_PLAUSIBLE
from childprotect.rulebook import Rulebook
from childprotect.tables.beside import named, places_of
from childprotect.tables.intake import chunks, joined, numbered
from childprotect.tables.pieces import Pieces
from childprotect.tables.portable import PortableCheck
from childprotect.tables.results import schema_with
from childprotect.tables.shapes import Shapes
from childprotect.vocabulary import STANDARD

NAME = "a Spark DataFrame"
_KEY, _CELL, _ORDER = "whose", "cell", "order"
_SPACE = "".join(chr(n) for n in range(sys.maxunicode + 1) if chr(n).isspace())
"""What `str.strip` takes away; it is shorter as Python sees it than as Java does."""
_TRIMMED = f"\0|^[{_SPACE}]+|[{_SPACE}]+$"
_TIDY = "^[!-~]*$"
_UNPRINTABLE = r"\p{C}|\p{Zl}|\p{Zp}|[\p{Zs}&&[^ ]]|" + "\ufffd"
_TYPES = {
    **dict.fromkeys(("string", "char", "varchar"), pa.string()),
    **dict.fromkeys(("byte", "short", "integer", "long"), pa.int64()),
    **dict.fromkeys(("float", "double", "decimal"), pa.float64()),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "timestamp_ntz": pa.timestamp("us"),
    "void": pa.null(),
}
_REJECTED = pa.schema([("child", pa.string()), ("because", pa.string()), ("what", pa.string())])


def check(
    events: Any,
    rulebook: Rulebook,
    *,
    as_at: date,
    known_at: date | None = None,
    profile: Profile | None = None,
    columns: Columns | None = None,
    besides: str | Sequence[str] = (),
) -> Any:
    """The findings of all children in a Spark DataFrame, as a Spark DataFrame; arguments are those of `tables.check`.

    Row by row they are the findings of `tables.check`, in no order: names are text, and moments are timestamps. What
    `besides` keeps is the value in the latest row of each child, and of rows of one moment that of the last in the
    order in which Spark reads them.

    Raises `UnreadableInput` for what is no table of events, before any finding is worked out. To know that, and whether
    there are rows that may be anybody's, it looks once over the children and the events; the rest is left to Spark.
    """
    kept = named(besides)
    told = _Told.of(events, columns, kept)
    strays = told.strays()
    book = rulebook if profile is None else rulebook | profile
    portable = PortableCheck.of(book, as_at=as_at, known_at=known_at, columns=columns, besides=kept, strays=strays)
    schema = _plain(schema_with(kept))
    return told.over_pieces(partial(_findings, portable, schema), schema)


def rejected(events: Any, *, columns: Columns | None = None) -> Any:
    """What could not be read, as a Spark DataFrame: `child` (where the row names one), `because`, and `what`.

    `what` is `rejected`, a row each, or `in doubt`, for an identifier that may be another's. Raises as `check`.
    """
    told = _Told.of(events, columns, ())
    return told.over_pieces(partial(_rejections, Pieces.of(columns, ())), _REJECTED)


def _findings(portable: PortableCheck, schema: Any, piece: Any) -> Any:
    return portable(piece).cast(schema)


def _rejections(pieces: Pieces, piece: Any) -> Any:
    # the day does not matter: what is known on it is not asked
    account = pieces.gather(piece, Shapes(), FIRST_PLAUSIBLE, None).account
    told = [(entry, "rejected") for entry in account.rejections] + [(entry, "in doubt") for entry in account.doubts]
    rows = [{"child": entry.child, "because": entry.because, "what": what} for entry, what in told]
    return pa.Table.from_pylist(rows, _REJECTED)


@frozen(eq=False)
class _Told:
    """Our columns of a DataFrame, and those that are kept besides."""

    rows: Any
    names: list[str]
    """What the columns were called, in their order."""
    theirs: dict[str, str]
    """What each of our columns is called here."""
    columns: Columns
    is_ordered: bool
    """Whether the order of the rows matters, which a shuffle does not keep."""

    @classmethod
    def of(cls, events: Any, columns: Columns | None, besides: Sequence[str]) -> "_Told":
        """Look at the columns of a DataFrame. Raises `UnreadableInput`."""
        library("pyspark", NAME, NAME, "spark")
        from pyspark.sql import functions as spark

        if not hasattr(events, "mapInArrow"):
            name = f"a {type(events).__module__}.{type(events).__qualname__}"
            raise UnreadableInput(name, "", "it is no Spark DataFrame", "a Spark DataFrame; or use tables.check")
        fields = events.schema.fields
        schema = pa.schema([(field.name, _arrow_type(field.dataType)) for field in fields])
        reading = Reading(columns=columns)
        _, found = opened(Columnar(NAME, schema, lambda places, kept: iter(()), None), reading)
        places_of(besides, schema, NAME)
        wanted = list(dict.fromkeys([*(schema.names[place] for place in found.values()), *besides]))
        # their names may be any text, which Spark does not always take for a name
        rows = events.select(*(spark.col(_quoted(name)).alias(f"c{n}") for n, name in enumerate(wanted)))
        places = {ours: f"c{wanted.index(schema.names[place])}" for ours, place in found.items()}
        return cls(rows, wanted, places, columns or PLAIN_COLUMNS, bool(besides))

    def over_pieces(self, work: Callable[[Any], Any], schema: Any) -> Any:
        """What `work` makes of every piece, an Arrow table of this schema each, as a DataFrame."""
        from pyspark.sql import functions as spark

        # two identifiers that may be one child's have one key
        rows = self.rows.withColumn(_KEY, spark.regexp_replace(self._identifier(), r"\.0$", ""))
        keys = [_KEY]
        if self.is_ordered:
            rows = rows.withColumn(_ORDER, spark.monotonically_increasing_id())
            keys.append(_ORDER)
        together = rows.repartition(_KEY).sortWithinPartitions(*keys)
        return together.mapInArrow(partial(_over_partition, work, self.names), _ddl(schema))

    def strays(self) -> Any:
        """The rows that may be anybody's and name a child of whom something was read, as an Arrow table; or None.

        Raises `UnreadableInput` where no row names a child and an event of ours.
        """
        from pyspark.sql import functions as spark

        rows = self.rows.withColumn(_KEY, self._identifier())
        name = spark.col(_KEY)
        names = sorted(STANDARD.keys() | self.columns.events.keys())
        named = spark.coalesce((name != "") & (name.rlike(_TIDY) | ~name.rlike(_UNPRINTABLE)), spark.lit(False))
        event = spark.col(self.theirs["event"]).cast("string")
        is_ours = spark.coalesce(event.isin(names), spark.lit(False)) | self._text("event").isin(names)
        known = is_ours | self._says_coverage()
        looked = rows.agg(spark.max(named & known).alias("known"), spark.min(named & known).alias("all")).first()
        if not looked["known"]:
            raise UnreadableInput(NAME, "", "no event could be read: no row names a child and an event", EXPECTED)
        if looked["all"]:
            return None
        children = rows.where(named & known).select(name.alias(_CELL)).distinct()
        mine = children.withColumnRenamed(_CELL, _KEY)
        loose = rows.where(~(named & known)).join(mine, _KEY, "left_anti")
        texts = [ours for ours, theirs in self.theirs.items() if rows.schema[theirs].dataType.typeName() in _WORDS]
        cells = spark.explode(spark.array_distinct(spark.array(*map(self._text, texts))))
        asked = [spark.col(self.theirs[ours]).alias(f"text{n}") for n, ours in enumerate(texts)]
        told = loose.withColumn(_CELL, cells).join(children, _CELL, "left_semi").select(*asked).distinct().collect()
        there = {self.theirs[ours]: pa.array([row[n] for row in told], pa.string()) for n, ours in enumerate(texts)}
        nothing = pa.nulls(len(told), pa.string())
        columns = [there.get(f"c{n}", nothing) for n in range(len(self.names))]
        return pa.table(columns, names=self.names) if told else None

    def _says_coverage(self) -> Any:
        """Whether a row says what its source holds, and nothing else."""
        from pyspark.sql import functions as spark

        if "coverage" not in self.theirs:
            return spark.lit(False)
        return (self._text("coverage") != "") & (self._text("event") == "") & (self._text("at") == "")

    def _text(self, ours: str) -> Any:
        """One of our columns as text, as a row is read; empty where there is none."""
        from pyspark.sql import functions as spark

        text = spark.col(self.theirs[ours]).cast("string")
        # nearly all text is tidy, and it is quick to see that it is
        tidy = spark.when(text.rlike(_TIDY), text).otherwise(spark.regexp_replace(text, _TRIMMED, ""))
        return spark.coalesce(tidy, spark.lit(""))

    def _identifier(self) -> Any:
        """The identifiers of the children as text; a number that came with a fraction is a whole one."""
        from pyspark.sql import functions as spark

        child = self.theirs["child"]
        if self.rows.schema[child].dataType.typeName() in ("float", "double", "decimal"):
            return spark.expr(f"cast(try_cast({child} as decimal(38, 0)) as string)")
        return self._text("child")


_WORDS = ("string", "char", "varchar")


def _over_partition(work: Callable[[Any], Any], own: Sequence[str], batches: Iterator[Any]) -> Iterator[Any]:
    """What `work` makes of the rows of a partition, some whole children at a time."""
    first = next(batches, None)
    if first is None:
        return
    names = first.schema.names
    # each child's rows are together, which is not looked for again
    for chunk in chunks(numbered(chain([first], batches)), names.index(_KEY), 0, together=True):
        piece, _ = joined(chunk)
        rows = piece.select(list(range(len(own)))).rename_columns(list(own))
        yield from work(rows).to_batches()


def _plain(schema: Any) -> Any:
    """A schema of ours as Spark has it: text in place of dictionaries, and moments in UTC."""

    def plain(kind: Any) -> Any:
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        return pa.timestamp("us", "UTC") if pa.types.is_timestamp(kind) else kind

    return pa.schema([(column.name, plain(column.type)) for column in schema])


def _ddl(schema: Any) -> str:
    """A schema in Spark's words."""
    words = {pa.string(): "string", pa.int32(): "int", pa.date32(): "date", pa.timestamp("us", "UTC"): "timestamp"}
    return ", ".join(f"{_quoted(column.name)} {words.get(column.type, 'array<string>')}" for column in schema)


def _arrow_type(kind: Any) -> Any:
    """The type that columns of a Spark type have in Arrow, as far as it matters to whether we can read them."""
    name = kind.typeName()
    if name == "array":
        return pa.list_(_arrow_type(kind.elementType))
    return _TYPES.get(name, pa.binary())


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
