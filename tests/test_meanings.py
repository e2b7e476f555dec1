"""What kinds of event and facts mean: each has its sentence, and a kind has the facts that anybody reads of it."""

import pytest

from childprotect.meanings import FACTS, MEANINGS
from childprotect.records import FORMATS
from childprotect.rulebooks import england
from childprotect.testing.records import facts_read
from childprotect.vocabulary import STANDARD


def test_every_kind_and_every_fact_has_its_meaning_and_nothing_else_has_one() -> None:
    assert list(MEANINGS) == list(STANDARD), "in the order of the process"
    assert list(FACTS) == sorted(STANDARD.facts)
    for name, meaning in MEANINGS.items():
        assert meaning.sentence.endswith("."), name
        assert len(set(meaning.facts)) == len(meaning.facts), name
    assert not [says for says in FACTS.values() if says.endswith(".")]


def test_every_fact_belongs_to_a_kind_and_no_kind_has_one_that_is_not_known() -> None:
    assert {fact for meaning in MEANINGS.values() for fact in meaning.facts} == FACTS.keys()


@pytest.mark.parametrize("kind", STANDARD)
def test_a_kind_has_every_fact_of_which_the_vocabulary_or_a_rule_knows(kind: str) -> None:
    assert {*STANDARD[kind].values, *facts_read(kind)} <= set(MEANINGS[kind].facts)


def test_a_kind_has_every_fact_that_a_format_gives_it() -> None:
    given = {fact for reader in FORMATS for fact in reader.covers.facts or () if "." in fact}
    assert given
    for kind, _, fact in (name.rpartition(".") for name in given):
        assert fact in MEANINGS[kind].facts, f"{kind}.{fact}"


def test_a_kind_has_every_fact_by_which_the_timescales_are_answered() -> None:
    named = {name for row in england.timescales() for name in row.vocabulary if "." in name}
    assert named
    for kind, _, fact in (name.rpartition(".") for name in named):
        assert fact in MEANINGS[kind].facts, f"{kind}.{fact}"
