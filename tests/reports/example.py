"""A small made-up run that holds at least one of everything."""

from datetime import UTC, datetime

from harness.artifact import Format
from harness.backend import BackendRecord, Capabilities, Clock, Description, KeyHalf, State
from harness.outcomes import (
    ErrorClass,
    ErrorReason,
    Evidence,
    Observation,
    SignatureResult,
    Verdict,
    rejected,
)
from harness.run import CorpusRef, Platform, Run, RunHeader, reference, run_of
from harness.vector import Corpus, Outcome, Vector, corpus_of
from tests.judging.factories import (
    BAD,
    BY_ALICE,
    FAILED,
    FORGED,
    GOOD,
    JUST_NO,
    NATIVE_NO,
    NATIVE_YES,
    REVOKED,
    UNSUPPORTED,
    crashed,
    each,
    native,
    said,
    skipped,
    vector,
)

BACKENDS = ("gpg", "gpgv", "pgpy", "pysequoia", "python-gnupg")
VERSIONS = ("2.2.40", "2.2.40", "0.6.0", "0.1.35", "0.5.7")

WEAK = rejected({ErrorClass.WEAK_HASH})

HOSTILE = (
    "\x1b[2J[red]owned[/red]\n[GNUPG:] GOODSIG | `x` <script>alert(1)</script> \u202eevil @you"
)


def record(name: str, version: str = "1.0") -> BackendRecord:
    return BackendRecord(
        name=name,
        state=State.USABLE,
        description=Description(
            name=name,
            version=version,
            components={"libgcrypt": "1.10.1"} if name.startswith("gpg") else {},
            capabilities=Capabilities(
                formats=frozenset(Format),
                clock=Clock.NATIVE if name == "gpg" else Clock.LIBFAKETIME,
                reports=frozenset(KeyHalf),
            ),
        ),
    )


RECORDS = (
    *map(record, BACKENDS, VERSIONS),
    BackendRecord(
        name="sqv",
        state=State.ABSENT,
        reason="no program sqv in PATH",
        install="apt install sqv",
    ),
    BackendRecord(
        name="rnp",
        state=State.UNUSABLE,
        reason="probe tampered-data: accepted, must be rejected\nrnp: [red]oops[/red]\x1b[31m",
    ),
)


def _family(area: str, count: int, outcome: Outcome, **expected: object) -> list[Vector]:
    return [
        vector(outcome, name=f"{area}/{outcome}-{n:02}", title=f"Made-up vector {n}", **expected)  # type: ignore[arg-type]
        for n in range(count)
    ]


def _special(
    about: Vector, default: SignatureResult, **others: Observation | SignatureResult
) -> tuple[Vector, dict[str, Observation]]:
    """One vector, what most backends say about it, and what the named others say."""
    observations = {}
    for backend in BACKENDS:
        given = others.get(backend.replace("-", "_"), default)
        if isinstance(given, SignatureResult):
            given = said(given)
        observations[backend] = Observation(
            **{f: getattr(given, f) for f in given.__struct_fields__}
            | {"backend": backend, "vector": about.id}
        )
    return about, observations


def example_cases() -> list[tuple[Vector, dict[str, Observation]]]:
    accept, reject = Outcome.ACCEPT, Outcome.REJECT
    alice = (BY_ALICE,)
    cases = [_special(v, GOOD) for v in _family("signatures", 14, accept, keys=alice)] + [
        _special(v, BAD, pysequoia=JUST_NO)
        for v in _family("signatures", 9, reject, classes=(ErrorClass.BAD_SIGNATURE,))
    ]
    cases += [
        _special(v, REVOKED, pgpy=GOOD, gpg=said(REVOKED, native=NATIVE_YES))
        for v in _family("revocation", 12, reject, classes=(ErrorClass.KEY_REVOKED,))
    ]
    cases += [
        _special(v, GOOD, pysequoia=WEAK, gpgv=BAD)
        for v in _family("algorithms", 7, Outcome.POLICY, classes=(ErrorClass.WEAK_HASH,))
    ]
    cases += [
        _special(
            vector(
                accept,
                name="several/good-and-bad",
                title="A good signature beside a bad one",
                signatures=(
                    each(accept, keys=alice),
                    each(reject, classes=(ErrorClass.BAD_SIGNATURE,)),
                ),
            ),
            GOOD,
            gpg=said(GOOD, BAD, native=NATIVE_NO),
            gpgv=said(GOOD, BAD, native=NATIVE_NO),
            pgpy=said(GOOD, GOOD),
            pysequoia=said(GOOD, JUST_NO, native=native(Verdict.ACCEPTED, BY_ALICE)),
            python_gnupg=said(GOOD, BAD, native=NATIVE_YES),
        ),
        _special(
            vector(accept, name="subkeys/claimed-twice", title="Two claim it", keys=alice),
            GOOD,
            python_gnupg=FORGED,
        ),
        _special(
            vector(accept, name="subkeys/plain", title="By a subkey"),
            GOOD,
            gpg=skipped(reason="the clock of gpg cannot be set, and the answer depends on it"),
        ),
        _special(
            vector(accept, name="versions/v6", title="A v6 signature"),
            UNSUPPORTED,
            pysequoia=GOOD,
            pgpy=FAILED,
        ),
        _special(
            vector(
                Outcome.UNDEFINED,
                name="hostile/user-id",
                title="A user ID that acts | `on` <b>us</b>",
            ),
            GOOD,
            pgpy=crashed(reason=HOSTILE, error=ErrorReason.PROTOCOL),
            gpgv=said(rejected({ErrorClass.MALFORMED}, Evidence(message=HOSTILE))),
        ),
    ]
    return cases


def example_corpus() -> Corpus:
    return corpus_of("core", (about for about, _ in example_cases()))


def header(corpus: CorpusRef) -> RunHeader:
    return RunHeader(
        schema=1,
        tool="pgp-accord",
        version="0.1.0",
        profile="stock",
        corpus=corpus,
        backends=tuple(sorted(r.name for r in RECORDS)),
        platform=Platform(system="Linux", machine="x86_64", python="3.11.7"),
        started=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        jobs=2,
        timeout=20.0,
    )


def example_run() -> Run:
    observations = [o for _, said_of_it in example_cases() for o in said_of_it.values()]
    return run_of(
        header(reference(example_corpus())),
        RECORDS,
        observations,
        datetime(2026, 1, 2, 3, 5, 5, tzinfo=UTC),
    )
