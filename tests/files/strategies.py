"""Values of every kind that a file can hold, for hypothesis and for plain examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from harness.artifact import Artifact, Cleartext, Detached, Format, Inline, SimpleSigning
from harness.backend import BackendRecord, Capabilities, Clock, Description, KeyHalf, State
from harness.outcomes import (
    AcceptedKey,
    Answer,
    ErrorClass,
    ErrorReason,
    Evidence,
    NativeVerdict,
    Observation,
    SignatureResult,
    Verdict,
    overall_verdict,
)
from harness.run import RUN_SCHEMA, CorpusRef, RunHeader, this_platform
from harness.vector import (
    EPOCH,
    Dependency,
    Expectation,
    Outcome,
    SignatureExpectation,
    Use,
    Vector,
)

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Files are slow on a busy machine; that is not what these tests are about."""

texts = st.text(max_size=30)
octets = st.binary(max_size=40)
zones = st.one_of(
    st.just(UTC),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
moments = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001  hypothesis adds the zone
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=zones,
)
fingerprints = st.sampled_from((32, 40, 64)).flatmap(
    lambda digits: st.text("0123456789ABCDEF", min_size=digits, max_size=digits)
)
keys = st.builds(AcceptedKey, signing=st.none() | fingerprints, primary=st.none() | fingerprints)
parts = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
ids = st.lists(parts, min_size=2, max_size=3).map("/".join)
sections = st.sampled_from(("5.2.3.29", "4", "A.1", "13.8.1"))
classes = st.sampled_from(ErrorClass)

Item = TypeVar("Item")


def tuples(items: st.SearchStrategy[Item]) -> st.SearchStrategy[tuple[Item, ...]]:
    return st.lists(items, max_size=3).map(tuple)


expectations = st.builds(
    Expectation,
    outcome=st.sampled_from(Outcome),
    keys=tuples(keys),
    classes=tuples(classes),
    signatures=tuples(
        st.builds(
            SignatureExpectation,
            outcome=st.sampled_from(Outcome),
            keys=tuples(keys),
            classes=tuples(classes),
        )
    ),
    rfc9580=tuples(sections),
    rfc4880=tuples(sections),
    rfc4880_outcome=st.none() | st.sampled_from(Outcome),
    reason=texts,
    depends=tuples(
        st.builds(
            Dependency,
            use=st.sampled_from(Use),
            made=moments,
            hash=st.none() | texts,
            key=st.none() | texts,
            packet=st.none() | texts,
        )
    ),
)
artifacts: st.SearchStrategy[Artifact] = st.one_of(
    st.builds(Detached, data=octets, signature=octets),
    st.builds(Inline, message=octets),
    st.builds(Cleartext, message=octets),
    st.builds(
        SimpleSigning,
        message=octets,
        manifest=octets,
        reference=texts,
        identities=tuples(fingerprints),
    ),
)
vectors = st.builds(
    Vector,
    id=ids,
    title=st.text(min_size=1, max_size=160),
    description=texts,
    tags=tuples(texts),
    certificates=st.lists(octets, max_size=12).map(tuple),
    artifact=artifacts,
    at=moments,
    time_dependent=st.booleans(),
    expectation=expectations,
    provenance=texts,
    unconfirmed=texts,
)

evidence = st.builds(
    Evidence,
    exit_code=st.none() | st.integers(0, 255),
    status=tuples(texts),
    exception=st.none() | texts,
    message=texts,
)
accepted_results = st.builds(
    SignatureResult, verdict=st.just(Verdict.ACCEPTED), key=keys, evidence=evidence
)
refused_results = st.builds(
    SignatureResult,
    verdict=st.sampled_from((Verdict.REJECTED, Verdict.UNSUPPORTED)),
    classes=st.frozensets(classes, min_size=1),
    evidence=evidence,
)
answers = st.builds(
    Answer,
    signatures=tuples(accepted_results | refused_results),
    native=st.builds(NativeVerdict, verdict=st.just(Verdict.ACCEPTED), keys=tuples(keys)),
)


def observations(vector: str, backend: str) -> st.SearchStrategy[Observation]:
    def made(answer: Answer | None, error: ErrorReason | None, **rest: Any) -> Observation:
        verdict = Verdict.SKIPPED if error is None else Verdict.ERROR
        if answer is not None:
            verdict = overall_verdict(answer.signatures)
            error = ErrorReason.EXCEPTION if verdict is Verdict.ERROR else None
        return Observation(verdict=verdict, answer=answer, error=error, **rest)

    return st.builds(
        made,
        vector=st.just(vector),
        backend=st.just(backend),
        profile=st.just("stock"),
        at=moments,
        answer=st.none() | answers,
        error=st.none() | st.sampled_from(ErrorReason),
        reason=texts,
        attempts=st.integers(1, 2),
        seconds=st.floats(0, 100),
    )


def vector(vector_id: str, *tags: str, outcome: Outcome = Outcome.REJECT) -> Vector:
    """A vector of no importance."""
    return Vector(
        id=vector_id,
        title="A vector of no importance",
        tags=tags,
        certificates=(b"certificate",),
        artifact=Detached(data=b"data", signature=b"signature"),
        at=EPOCH,
        expectation=Expectation(outcome=outcome),
    )


def record(name: str, state: State = State.USABLE) -> BackendRecord:
    """A backend that settled in a certain state."""
    if state is not State.USABLE:
        return BackendRecord(name=name, state=state, reason="not here", install=f"get {name}")
    return BackendRecord(
        name=name,
        state=state,
        description=Description(
            name=name,
            version="1.0",
            components={"engine": "2.0"},
            capabilities=Capabilities(
                formats=frozenset(Format), clock=Clock.NATIVE, reports=frozenset(KeyHalf)
            ),
        ),
    )


def observation(vector_id: str, backend: str, verdict: Verdict = Verdict.ERROR) -> Observation:
    """An observation of no importance."""
    return Observation(
        vector=vector_id,
        backend=backend,
        profile="stock",
        at=EPOCH,
        verdict=verdict,
        error=ErrorReason.CRASHED if verdict is Verdict.ERROR else None,
    )


def header(*backends: str) -> RunHeader:
    """The header of a run that asked for these backends."""
    return RunHeader(
        schema=RUN_SCHEMA,
        tool="pgp-accord",
        version="0.1.0",
        profile="stock",
        corpus=CorpusRef(name="corpus", digest="00" * 32, vectors=3),
        backends=backends,
        platform=this_platform(),
        started=EPOCH,
        jobs=2,
        timeout=10.0,
        seed=7,
    )
