from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vectors
from harness.corpus import load_corpus
from harness.outcomes import to_json
from harness.shard import Shard, ShardError, shard_of
from tests.files.strategies import CALM, ids


@pytest.mark.parametrize(
    ("text", "shard"),
    [
        ("1/1", Shard(index=1, of=1)),
        ("2/8", Shard(index=2, of=8)),
        ("8/8", Shard(index=8, of=8)),
        ("02/08", Shard(index=2, of=8)),
    ],
)
def test_a_shard_is_written_as_part_of_a_whole(text: str, shard: Shard) -> None:
    assert Shard.parse(text) == shard
    assert Shard.parse(str(shard)) == shard


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0/8", "the parts of 8 are 1/8 to 8/8"),
        ("9/8", "the parts of 8 are 1/8 to 8/8"),
        ("0/0", "there must be one part at least"),
        ("1/0", "there must be one part at least"),
        ("", "write 2/8"),
        ("2", "write 2/8"),
        ("2/", "write 2/8"),
        ("/8", "write 2/8"),
        ("-1/8", "write 2/8"),
        ("2/8/3", "write 2/8"),
        ("2 / 8", "write 2/8"),
        ("2/8\n", "write 2/8"),
        ("²/8", "write 2/8"),
        ("٢/8", "write 2/8"),
        ("1/1" + "0" * 5000, "write 2/8"),
    ],
)
def test_what_is_no_shard_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(ShardError) as caught:
        Shard.parse(text)
    assert why in caught.value.why


@pytest.mark.parametrize(("index", "of"), [(0, 8), (9, 8), (-1, 8), (1, 0), (0, 0)])
def test_there_is_no_shard_outside_the_whole(index: int, of: int) -> None:
    with pytest.raises(ValueError, match="there is none"):
        Shard(index=index, of=of)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(to_json({"index": index, "of": of}), type=Shard)


@pytest.mark.parametrize(
    ("vector", "of", "shard"),
    [
        # int(`printf %s ID | sha256sum`, 16) % of + 1
        ("subkeys/bound", 8, "4/8"),
        ("subkeys/bound", 3, "1/3"),
        ("revocation/primary-compromised-after-signature", 3, "3/3"),
        ("legacy/hash-sha1-data-old", 3, "2/3"),
    ],
)
def test_the_shard_of_an_id_never_changes(vector: str, of: int, shard: str) -> None:
    assert str(shard_of(vector, of)) == shard


@settings(CALM, max_examples=30)
@given(ids, st.integers(1, 50))
def test_every_vector_is_in_one_shard(vector: str, of: int) -> None:
    shards = [Shard(index=index, of=of) for index in range(1, of + 1)]
    assert [shard for shard in shards if shard.holds(vector)] == [shard_of(vector, of)]


def test_the_shards_of_the_corpus_are_of_similar_size() -> None:
    members = [vector.id for vector in load_corpus(vectors.CORPUS).vectors]
    for of in (2, 8):
        sizes = [sum(map(Shard(index=index, of=of).holds, members)) for index in range(1, of + 1)]
        assert sum(sizes) == len(members)
        assert max(sizes) - min(sizes) < 0.3 * len(members) / of, sizes
