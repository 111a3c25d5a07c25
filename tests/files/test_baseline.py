"""A baseline holds what matters of a run, one line per answer, and is read back exactly."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import schema
from harness.backend import State
from harness.baseline import (
    Baseline,
    UnfitRunError,
    baseline_of,
    reduced,
    render,
    update,
    upgrades,
)
from harness.baseline_file import BaselineError, read_base, read_baseline, write_baseline
from harness.compare import Divergence, divergence, native_differs
from harness.outcomes import (
    UNSPECIFIED,
    AcceptedKey,
    Answer,
    ErrorClass,
    ErrorReason,
    Evidence,
    NativeVerdict,
    Observation,
    SignatureResult,
    Stance,
    Verdict,
    accepted,
    failed,
    overall_verdict,
    rejected,
)
from harness.run import Platform, RunError, RunWriter
from harness.shard import Shard
from harness.stance_text import StanceTextError, read_stance, write_stance
from harness.vector import EPOCH
from tests.files.strategies import (
    CALM,
    accepted_results,
    classes,
    evidence,
    keys,
    observations,
    refused_results,
    tuples,
)
from tests.judging import world
from tests.judging.factories import (
    ALICE,
    ALICE_SUB,
    BAD,
    BY_ALICE,
    BY_MALLORY,
    BY_SOMEBODY,
    FAILED,
    GOOD,
    JUST_NO,
    MALLORY,
    NATIVE_NO,
    NATIVE_YES,
    REVOKED,
    UNSUPPORTED,
    crashed,
    native,
    said,
    skipped,
)

# An answer as text

ALL_BUT_ONE = rejected(UNSPECIFIED - {ErrorClass.MISSING_KEY})
BY_PRIMARY = accepted(AcceptedKey(signing=ALICE, primary=ALICE))
HALF = accepted(AcceptedKey(signing=ALICE_SUB))
OTHER_HALF = accepted(AcceptedKey(primary=ALICE))
WEAK = rejected({ErrorClass.WEAK_HASH, ErrorClass.MALFORMED})
ODD = SignatureResult(verdict=Verdict.UNSUPPORTED, classes=frozenset({ErrorClass.WEAK_HASH}))
ODDER = SignatureResult(verdict=Verdict.UNSUPPORTED, classes=UNSPECIFIED)

EXAMPLES: list[tuple[Stance, str]] = [
    (said(GOOD), f"accepted {ALICE_SUB} of {ALICE}"),
    (said(BY_PRIMARY), f"accepted {ALICE}"),
    (said(HALF), f"accepted {ALICE_SUB} of ?"),
    (said(OTHER_HALF), f"accepted ? of {ALICE}"),
    (said(accepted(BY_SOMEBODY)), "accepted ?"),
    (said(REVOKED), "rejected key_revoked"),
    (said(WEAK), "rejected malformed, weak_hash"),
    (said(JUST_NO), "rejected"),
    (said(ALL_BUT_ONE), "rejected not missing_key"),
    (said(UNSUPPORTED), "unsupported"),
    (said(ODD), "unsupported weak_hash"),
    (said(ODDER), "unsupported any"),
    (said(FAILED), "error"),
    (said(), "no signatures"),
    (crashed(error=ErrorReason.TIMEOUT), "error timeout"),
    (skipped(), "skipped"),
    (
        said(GOOD, BAD, native=native(Verdict.ACCEPTED, BY_ALICE)),
        f"accepted {ALICE_SUB} of {ALICE}; rejected bad_signature",
    ),
    (said(*[JUST_NO] * 99, BAD), "99 x rejected; rejected bad_signature"),
    (said(REVOKED, native=NATIVE_YES), "rejected key_revoked; native accepted"),
    (said(REVOKED, native=NATIVE_NO), "rejected key_revoked"),
    (
        said(GOOD, native=native(Verdict.ACCEPTED, BY_MALLORY, BY_ALICE)),
        f"accepted {ALICE_SUB} of {ALICE}; native accepted {ALICE_SUB} of {ALICE} and {MALLORY}",
    ),
    (said(GOOD, native=NATIVE_NO), f"accepted {ALICE_SUB} of {ALICE}; native rejected"),
    (
        said(GOOD, native=NativeVerdict(verdict=Verdict.ERROR)),
        f"accepted {ALICE_SUB} of {ALICE}; native error",
    ),
    (said(native=NATIVE_YES), "no signatures; native accepted"),
]


def read(text: str) -> Stance:
    return read_stance(text, vector="area/vector", backend="gpg", profile="stock")


@pytest.mark.parametrize(("stance", "text"), EXAMPLES, ids=[text[:60] for _, text in EXAMPLES])
def test_every_answer_has_its_text(stance: Stance, text: str) -> None:
    assert write_stance(stance) == text
    assert write_stance(read(text)) == text


failures = st.builds(failed, evidence)
results = st.lists(accepted_results | refused_results | failures, max_size=4).map(tuple)
natives = st.one_of(
    st.builds(NativeVerdict, verdict=st.just(Verdict.ACCEPTED), keys=tuples(keys)),
    st.builds(
        NativeVerdict,
        verdict=st.sampled_from((Verdict.REJECTED, Verdict.UNSUPPORTED)),
        classes=st.frozensets(classes, min_size=1),
    ),
    st.builds(NativeVerdict, verdict=st.just(Verdict.ERROR)),
)


def answered(answer: Answer) -> Observation:
    verdict = overall_verdict(answer.signatures)
    return Observation(
        vector="area/vector",
        backend="gpg",
        profile="stock",
        at=EPOCH,
        verdict=verdict,
        answer=answer,
        error=ErrorReason.EXCEPTION if verdict is Verdict.ERROR else None,
    )


anything = st.one_of(
    observations("area/vector", "gpg"),
    st.builds(answered, st.builds(Answer, signatures=results, native=natives)),
)


def bare(result: SignatureResult) -> SignatureResult:
    return msgspec.structs.replace(result, evidence=Evidence())


@CALM
@given(anything)
def test_nothing_that_matters_is_lost(observation: Observation) -> None:
    text = write_stance(observation)
    back = read(text)
    assert "\n" not in text
    assert back.verdict is observation.verdict
    assert back.signatures == tuple(map(bare, observation.signatures))
    assert (back.answer is None) == (observation.answer is None)
    assert divergence(back, observation) is Divergence.NONE
    if observation.answer is None:
        assert back.error is observation.error
        return
    assert back.answer is not None
    assert native_differs(back) == native_differs(observation)
    assert set(back.answer.native.keys) == set(observation.answer.native.keys)
    assert write_stance(back) == text


@CALM
@given(st.text(max_size=40))
def test_whatever_is_read_would_be_written_so(text: str) -> None:
    try:
        back = read(text)
    except StanceTextError:
        return
    assert write_stance(back) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acepted",
        "accepted",
        "accepted nobody",
        f"accepted {ALICE.lower()}",
        f"accepted {ALICE} of {ALICE}",
        f"accepted {ALICE} and {MALLORY}",
        "rejected bad",
        "rejected weak_hash, malformed",
        "rejected not",
        f"rejected {', '.join(sorted(ErrorClass))}",
        "rejected any",
        "error sometimes",
        "skipped; rejected",
        "error timeout; rejected",
        "rejected; rejected",
        "1 x rejected",
        "0 x rejected",
        "rejected; native",
        "rejected; native rejected",
        "native rejected",
        "no signatures; rejected",
        " rejected",
        "rejected ",
    ],
)
def test_what_no_backend_could_say_or_is_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(StanceTextError):
        read(text)


# A run as a baseline

RUN = world.run()
BASELINE = baseline_of(RUN)


def test_it_says_what_was_asked_and_of_whom() -> None:
    assert json.loads(render(BASELINE)) == {
        "schema": 1,
        "tool": "pgp-accord",
        "version": "0.1.0",
        "profile": "stock",
        "corpus": {"name": "world", "digest": world.world().digest(), "vectors": 5},
        "platforms": ["Linux x86_64"],
        "backends": {
            "gpg": {"state": "usable", "version": "1.0"},
            "sqv": {"state": "usable", "version": "1.0"},
        },
        "answers": {f"{o.vector} {o.backend}": write_stance(o) for o in RUN.observations},
    }


def changed_lines(before: Baseline, after: Baseline) -> list[str]:
    old, new = (render(each).decode().splitlines() for each in (before, after))
    return [
        line
        for line in difflib.unified_diff(old, new, lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]


def test_a_changed_answer_is_one_line_less_and_one_more_that_say_it_all() -> None:
    other = baseline_of(world.saying(RUN, said(REVOKED, about="area/bad", native=NATIVE_YES)))
    assert changed_lines(BASELINE, other) == [
        '-  "area/bad gpg": "rejected bad_signature",',
        '+  "area/bad gpg": "rejected key_revoked; native accepted",',
    ]


def test_every_answer_has_a_line_in_the_order_of_vectors_and_backends() -> None:
    lines = render(BASELINE).decode().splitlines()
    answers = lines[lines.index(' "answers": {') + 1 : -2]
    assert [line.split('"')[1] for line in answers] == [
        f"{o.vector} {o.backend}" for o in RUN.observations
    ]


def test_what_differs_from_run_to_run_is_not_in_it() -> None:
    noisy = [
        msgspec.structs.replace(o, seconds=9.0, attempts=2, reason="again")
        for o in reversed(RUN.observations)
    ]
    later = msgspec.structs.replace(
        RUN.header, started=RUN.header.started.replace(year=2030), jobs=9, timeout=1.0, seed=4
    )
    other = replace(RUN, header=later, observations=tuple(sorted(noisy, key=lambda o: o.vector)))
    assert render(baseline_of(other)) == render(BASELINE)


def test_the_machines_of_a_merged_run_are_named_once_and_in_order() -> None:
    machines = ("riscv64", "x86_64", "aarch64", "ppc64le")
    further = tuple(Platform(system="Linux", machine=each, python="3.12.1") for each in machines)
    assert baseline_of(world.asked(RUN, further_platforms=further)).platforms == (
        "Linux aarch64",
        "Linux ppc64le",
        "Linux riscv64",
        "Linux x86_64",
    )


def test_a_part_of_a_run_or_a_run_of_nobody_makes_none() -> None:
    with pytest.raises(UnfitRunError, match="merge all shards first"):
        reduced(world.asked(RUN, shard=Shard(index=1, of=2)))
    nobody = world.becoming(world.run("gpg"), world.absent("gpg"))
    with pytest.raises(UnfitRunError, match=r"gpg \(absent\)"):
        baseline_of(nobody)
    assert reduced(nobody).answers == {}


def test_an_update_is_counted_and_put_into_words() -> None:
    after = world.saying(RUN, said(REVOKED, about="area/bad"))
    after = world.becoming(after, world.record("gpg", "1.1"))
    after = world.becoming(after, world.absent("sqv", State.UNUSABLE))
    found = update(BASELINE, baseline_of(after))
    assert found.changed == (("area/bad", "gpg"),)
    assert (found.added, found.removed) == (0, 5)
    assert found.notes == ("gpg 1.0 → 1.1", "sqv: usable → unusable")
    assert not found.nothing
    assert update(BASELINE, BASELINE).nothing


def test_a_version_is_no_upgrade_where_a_backend_did_not_run() -> None:
    gone = reduced(world.becoming(RUN, world.absent("gpg")))
    assert upgrades(BASELINE.backends, gone.backends) == {}


# Files


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "base.json"
    write_baseline(path, BASELINE)
    return path


def test_what_is_written_is_read(path: Path) -> None:
    assert read_baseline(path) == BASELINE
    assert read_base(path) == BASELINE


def test_a_run_file_serves_as_well(tmp_path: Path) -> None:
    path = tmp_path / "base.json"  # the name does not matter
    with RunWriter(path, RUN.header) as writer:
        for settled in RUN.backends:
            writer.write_backend(settled)
        for observation in RUN.observations:
            writer.write_observation(observation)
    assert read_base(path) == BASELINE
    with pytest.raises(BaselineError, match="is a run file"):
        read_baseline(path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(RunError, match="truncated"):
        read_base(path)


def in_text(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def twice(text: str) -> str:
    (line,) = [line for line in text.splitlines() if '"area/bad gpg"' in line]
    return text.replace(line, f"{line}\n{line}")


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (in_text('"schema": 1', '"schema": 2'), "has version 2 of the baseline format"),
        (in_text('"schema": 1', '"schema": 0'), "has version 0 of the baseline format"),
        (in_text('"profile"', '"profil"'), "is no baseline: Object contains unknown field"),
        (in_text("rejected bad_signature", "rejected bad"), "area/bad, gpg: 'bad' is no list"),
        (in_text("area/bad gpg", "area/bad gnupg"), "'area/bad gnupg' names no backend"),
        (in_text("area/bad gpg", "area/bad"), "'area/bad ' names no backend"),
        (in_text('"usable"', '"absent"'), "'area/bad gpg' names no backend that took part"),
        (in_text(' "profile"', '\n "profile"'), "line 5 is not as pgp-accord writes it"),
        (in_text("\n}\n", "\n}"), "is not as pgp-accord writes it"),
        (twice, "is not as pgp-accord writes it"),
        (lambda text: f"<<<<<<< ours\n{text}", "is neither a baseline nor a run file"),
        (lambda _: "", "is neither a baseline nor a run file"),
        (lambda _: '{"schema": 1}', "is no baseline: Object missing required field"),
        (lambda _: '{"some": "JSON"}', "is neither a baseline nor a run file"),
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_refused(
    path: Path, damage: Callable[[str], str], what: str
) -> None:
    path.write_text(damage(path.read_text()))
    with pytest.raises(BaselineError) as caught:
        read_base(path)
    assert what in caught.value.what
    assert caught.value.hint


def test_a_baseline_of_nothing_is_refused(path: Path) -> None:
    write_baseline(path, msgspec.structs.replace(BASELINE, answers={}))
    with pytest.raises(BaselineError, match="holds no answers"):
        read_base(path)


def test_a_file_that_is_not_there_or_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="there is no such file"):
        read_base(tmp_path / "none.json")
    with pytest.raises(BaselineError, match="cannot be read"):
        read_base(tmp_path)
    with pytest.raises(BaselineError, match="cannot be written"):
        write_baseline(tmp_path / "none" / "base.json", BASELINE)


def test_it_is_what_the_published_schema_describes(path: Path) -> None:
    published = json.loads((schema.FOLDER / "baseline.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(published)
    document = json.loads(path.read_text())
    assert validator.is_valid(document)
    assert not validator.is_valid(document | {"unknown": 1})
    assert not validator.is_valid(document | {"schema": 2})
