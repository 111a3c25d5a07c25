"""Does an adapter keep to the protocol, and hold what it claims? For authors of adapters.

Each `Check` puts something to a worker, by the same means as a run, and says in words what is
wrong. They are listed in ``docs/protocol.md``. What a backend makes of signatures beyond the probes
is the corpus's business.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import msgspec

from harness import probe
from harness.artifact import Artifact, Case, Cleartext, Detached, Format, Inline, SimpleSigning
from harness.backend import Capabilities, Clock, Description
from harness.launch import Launch
from harness.openpgp.armor import dearmor, is_armored, write_armor
from harness.outcomes import (
    CLIP_LENGTH,
    AcceptedKey,
    Answer,
    ErrorClass,
    ErrorReason,
    Evidence,
    NativeVerdict,
    Observation,
    SignatureResult,
    Value,
    Verdict,
    clip,
    refusal,
)
from harness.protocol import PROTOCOL, ProtocolError, Question
from harness.session import Session, question
from harness.supervisor import START_SECONDS, AdapterError, Worker, WorkerError
from harness.vector import Corpus

LARGE = 8 << 20
"""Octets of data in the large question; a line of 11 MiB."""

_FIRST_ID, _ID_STEP = 1_000_003, 7_919  # ids rise, and start at no particular number
_QUIET_SECONDS = 0.05
_EVIDENCE_LIMIT = 4 * CLIP_LENGTH

Found = TypeVar("Found")


class Outcome(enum.StrEnum):
    """What a check came to."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"
    """It is about something that the adapter does not claim."""
    NOT_TRIED = "not_tried"
    """An earlier fault leaves no way to."""


class Result(Value, frozen=True, kw_only=True):
    """What a check came to."""

    check: str
    """Its name."""
    sentence: str
    """What was to be shown."""
    outcome: Outcome
    found: str = ""
    """What is wrong, or why the check does not apply; empty if it passed."""


class Report(Value, frozen=True, kw_only=True):
    """How an adapter did."""

    backend: str
    """What the user typed."""
    description: Description | None = None
    """What it says of itself, if it starts."""
    results: tuple[Result, ...]

    @property
    def faults(self) -> int:
        """How many checks failed."""
        return sum(result.outcome is Outcome.FAILED for result in self.results)


class _NotApplicable(Exception):  # noqa: N818  no error
    """Ends a check that does not apply; says why."""


class _Fault(Exception):  # noqa: N818  the adapter's
    """Ends a check that failed; says what is wrong."""


class _Bench:
    """An adapter under examination: one worker at a time, and what was heard of it so far."""

    def __init__(
        self, launch: Launch, probes: Corpus, profile: str, seconds: float, start_seconds: float
    ) -> None:
        self.launch = launch
        self.probes = probes
        self.profile = profile
        self.seconds = seconds
        self.start_seconds = start_seconds
        self.description: Description | None = None
        self.usual = Verdict.SKIPPED
        """What the good signature was found to be, at first."""
        self.answers: list[Answer] = []
        self.noise: list[bytes] = []
        self._worker: Worker | None = None
        self._next_id = _FIRST_ID
        self._session: Session | None = None

    def close(self) -> None:
        for worker in (self._worker, self._session):
            if worker is not None:
                worker.__exit__(None, None, None)
        self._worker = self._session = None

    @property
    def claimed(self) -> Capabilities:
        assert self.description is not None
        return self.description.capabilities

    @property
    def form(self) -> Format:
        """A format to ask about."""
        return min(self.claimed.formats, key=list(Format).index)

    def started(self) -> Worker:
        """Start a worker of its own for a check, who ends it."""
        worker = Worker(self.launch)
        try:
            self.description = worker.greet(self.profile, self.start_seconds)
        except BaseException:
            worker.end()
            raise
        return worker

    def live_worker(self) -> Worker:
        """The worker that all questions go to, a fresh one if it is gone or was not silent."""
        worker = self._worker
        if worker is not None and (noise := worker.overhear(_QUIET_SECONDS)):
            self.noise.append(noise)
            worker.end()
            worker = None
        self._worker = worker or self.started()
        return self._worker

    def ask(self, case: Case, change: Callable[[Question], Question] = lambda same: same) -> Answer:
        """Put a question; WorkerError and AdapterError say what went wrong."""
        worker = self.live_worker()
        self._next_id += _ID_STEP
        try:
            answer = worker.ask(change(question(case, self._next_id)), self.seconds)
        except WorkerError:
            self._worker = None
            raise
        self.answers.append(answer)
        return answer

    def observe(self, case: Case) -> Observation:
        """Put a probe, as it is put before a run."""
        if self._session is None:
            session = Session(
                self.launch.name,
                probes=self.probes,
                profile=self.profile,
                seconds=self.seconds,
                start_seconds=self.start_seconds,
                found=self.launch,
            )
            useless = session.start()
            if useless is not None:
                raise _Fault(useless.reason)
            self._session = session
        return self._session.observe(case)

    def good(self, form: Format | None = None) -> Case:
        """A question whose answer is yes."""
        return self._probe(f"probe/{form or self.form}-good")

    def tampered(self) -> Case:
        """The same over changed data."""
        return self._probe(f"probe/{self.form}-tampered")

    def _probe(self, name: str) -> Case:
        vector = self.probes.vector(name)
        if vector is None:
            raise LookupError(f"the probe suite holds no {name}")
        return vector.case


@dataclass(frozen=True, slots=True)
class Check:
    """Something an adapter has to show."""

    name: str
    sentence: str
    run: Callable[[_Bench], None]
    """Raises what is wrong."""
    needed: bool = False
    """Whether nothing after it can be checked if it fails."""


def check(
    launch: Launch,
    *,
    probes: Corpus,
    profile: str,
    seconds: float,
    start_seconds: float = START_SECONDS,
) -> Report:
    """Put an adapter through all checks.

    Args:
        launch: how it is started.
        probes: the probe suite.
        profile: policy profile to verify under.
        seconds: deadline for each question.
        start_seconds: deadline for getting ready.

    Raises:
        OSError: no process or directory can be made at all.
    """
    bench = _Bench(launch, probes, profile, seconds, start_seconds)
    with ExitStack() as stack:
        stack.callback(bench.close)
        results = tuple(_results(bench))
    return Report(backend=launch.name, description=bench.description, results=results)


def _results(bench: _Bench) -> Iterator[Result]:
    obstacle = ""
    for each in CHECKS:
        outcome, found = Outcome.NOT_TRIED, obstacle
        if not obstacle:
            outcome, found = _outcome(each, bench)
        if each.needed and outcome is Outcome.FAILED:
            obstacle = f"not tried, since “{each.name}” failed"
        yield Result(check=each.name, sentence=each.sentence, outcome=outcome, found=found)


def _outcome(each: Check, bench: _Bench) -> tuple[Outcome, str]:
    try:
        each.run(bench)
    except _NotApplicable as why:
        return Outcome.NOT_APPLICABLE, str(why)
    except _Fault as fault:
        return Outcome.FAILED, str(fault)
    except (WorkerError, AdapterError) as failure:
        return Outcome.FAILED, explain(failure)
    return Outcome.PASSED, ""


def _start(bench: _Bench) -> None:
    try:
        bench.live_worker()
    except WorkerError as failure:
        if failure.reason is ErrorReason.EXCEPTION:
            raise _Fault(f"it says that it is unusable: {failure.detail}") from failure
        raise


def _describes_itself(bench: _Bench) -> None:
    description = bench.description
    assert description is not None
    for field in ("name", "version"):
        if not getattr(description, field).strip():
            raise _Fault(f"backend.{field} is empty")
    if not description.capabilities.formats:
        raise _Fault("backend.capabilities.formats is empty: it claims to verify nothing")


def _other_protocol(bench: _Bench) -> None:
    worker = Worker(bench.launch)
    try:
        worker.greet(bench.profile, bench.start_seconds, PROTOCOL + 1)
    except WorkerError as failure:
        if failure.reason is not ErrorReason.EXCEPTION:
            raise _Fault(f"it does not answer “unusable”, but: {explain(failure)}") from failure
        return  # "unusable"
    finally:
        worker.end()
    raise _Fault(f"it answers “ready” to a greeting in protocol {PROTOCOL + 1}")


def _answers(bench: _Bench) -> None:
    bench.usual = bench.ask(bench.good()).signatures[0].verdict
    bench.ask(bench.tampered())  # acceptances and refusals have different fields


def _format(form: Format, bench: _Bench) -> None:
    if form not in bench.claimed.formats:
        raise _NotApplicable("it does not claim this format")
    faults = probe.format_failures(form, bench.claimed, bench.probes, bench.observe)
    if faults:
        raise _Fault("\n".join(faults))


def _clock(bench: _Bench) -> None:
    if bench.claimed.clock is Clock.NONE:
        raise _NotApplicable("it says that its clock cannot be set")
    faults = probe.clock_failures(bench.claimed, bench.probes, bench.observe)
    if faults:
        raise _Fault("\n".join(faults))


def _parts(bench: _Bench) -> None:
    for order in ("good", "bad"), ("bad", "good"):
        case = _with_two_signatures(bench, order)
        seen = [result.verdict is Verdict.ACCEPTED for result in bench.ask(case).signatures]
        wanted = [kind == "good" for kind in order]
        if seen != wanted:
            said = " and ".join("accepted" if each else "not accepted" for each in seen)
            raise _Fault(f"of a {order[0]} and a {order[1]} signature, in this order: {said}")


def _with_two_signatures(bench: _Bench, order: tuple[str, str]) -> Case:
    forms = [f for f in (Format.DETACHED, Format.CLEARTEXT) if f in bench.claimed.formats]
    if not forms:
        raise _NotApplicable("it verifies neither detached signatures nor cleartext")
    case = bench.good(forms[0])
    match case.artifact:
        case Detached(data=data, signature=signature):
            changed: Artifact = Detached(data=data, signature=_both(signature, order))
        case Cleartext(message=message):
            start = message.rindex(b"-----BEGIN PGP SIGNATURE-----")
            block = write_armor("PGP SIGNATURE", _both(message[start:], order))
            changed = Cleartext(message=message[:start] + block)
        case Inline() | SimpleSigning():
            raise AssertionError("not asked for")
    return msgspec.structs.replace(case, artifact=changed)


def _both(signature: bytes, order: tuple[str, str]) -> bytes:
    """Put a good signature and one with a wrong value one behind the other."""
    good = dearmor(signature) if is_armored(signature) else signature
    kinds = {"good": good, "bad": good[:-1] + bytes([good[-1] ^ 1])}
    return b"".join(kinds[kind] for kind in order)


_Essence = tuple[Verdict, tuple[AcceptedKey | None, ...], frozenset[ErrorClass]]


def _same_again(bench: _Bench) -> None:
    first = _essence(bench.ask(bench.good()))
    bench.ask(bench.tampered())
    again = _essence(bench.ask(bench.good()))
    if again != first:
        raise _Fault(f"first {_words(first)}; after another question {_words(again)}")


def _essence(answer: Answer) -> list[_Essence]:
    """What must be the same every time: all but the evidence."""
    native = answer.native
    return [
        *((each.verdict, (each.key,), each.classes) for each in answer.signatures),
        (native.verdict, native.keys, native.classes),
    ]


def _words(essence: list[_Essence]) -> str:
    (verdict, keys, classes), *_ = essence
    more = [*(str(key.signing) for key in keys if key is not None), *sorted(classes)]
    return " ".join((str(verdict), f"({', '.join(more)})" if more else "")).strip()


def _refused(make: Callable[[Case], Case], bench: _Bench) -> None:
    """Ask something no signature of which is good; see that the adapter goes on as before."""
    normal = bench.good()
    answer = bench.ask(make(normal))
    if any(result.verdict is Verdict.ACCEPTED for result in answer.signatures):
        raise _Fault("it accepts the signature")
    try:
        recovered = bench.ask(normal).signatures[0]
    except (WorkerError, AdapterError) as failure:
        raise _Fault(f"the next question goes wrong: {explain(failure)}") from failure
    if recovered.verdict is not bench.usual:
        raise _Fault(
            f"the next question, with a good signature, is answered {recovered.verdict}, which was "
            f"{bench.usual} at first"
        )


def _garbage(case: Case) -> Case:
    cut = case.certificates[0][:100]  # so short that no key can be read from it
    armored = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n%%%%\n-----END PGP PUBLIC KEY BLOCK-----\n"
    return msgspec.structs.replace(case, certificates=(bytes(range(256)), b"", armored, cut))


def _no_certificates(case: Case) -> Case:
    return msgspec.structs.replace(case, certificates=())


def _nothing_signed(case: Case) -> Case:
    match case.artifact:
        case Detached() as artifact:
            return _with(case, msgspec.structs.replace(artifact, signature=b""))
        case artifact:
            return _with(case, msgspec.structs.replace(artifact, message=b""))


def _large(case: Case) -> Case:
    return _with_content(case, b"0123456789abcde\n" * (LARGE // 16))


def _unusual(case: Case) -> Case:
    return _with_content(case, bytes(range(256)) + "\r\n\u2028\u202e\ufeff\0".encode() + b"\xff\n")


def _with_content(case: Case, content: bytes) -> Case:
    match case.artifact:
        case Detached() as artifact:
            return _with(case, msgspec.structs.replace(artifact, data=content))
        case Cleartext(message=message):
            head, blank, rest = message.partition(b"\n\n")
            return _with(case, Cleartext(message=head + blank + content + b"\n" + rest))
        case Inline() | SimpleSigning() as artifact:
            return _with(case, msgspec.structs.replace(artifact, message=content))


def _with(case: Case, artifact: Artifact) -> Case:
    return msgspec.structs.replace(case, artifact=artifact)


class _WithRemark(Question, frozen=True, kw_only=True, tag="question"):
    """A question with a field that the protocol does not have."""

    remark: str


def _unknown_field(bench: _Bench) -> None:
    def remarked(asked: Question) -> Question:
        return _WithRemark(**msgspec.structs.asdict(asked), remark="to be refused or ignored")

    try:
        bench.ask(bench.good(), remarked)
    except AdapterError:
        return
    except WorkerError as failure:
        if failure.reason is not ErrorReason.CRASHED:
            raise


def _rules(bench: _Bench) -> None:
    for answer in bench.answers:
        for place, said in _places(answer):
            if said.classes and said.verdict is not refusal(said.classes):
                raise _Fault(
                    f"{place}: the verdict is {said.verdict}, with the classes "
                    f"{', '.join(sorted(said.classes))}; where “unsupported” is the only class it "
                    "is the verdict, too, and nowhere else"
                )


def _evidence(bench: _Bench) -> None:
    for answer in bench.answers:
        for place, said in _places(answer):
            if said.verdict is not Verdict.ACCEPTED and said.evidence == Evidence():
                raise _Fault(
                    f"{place}.evidence is empty, though the verdict is {said.verdict}: give the "
                    "backend's own words (exit_code, status, exception or message)"
                )
            length = len(said.evidence.message) + sum(map(len, said.evidence.status))
            if length > _EVIDENCE_LIMIT:
                raise _Fault(f"{place}.evidence has {length} characters: cut it")


def _places(answer: Answer) -> Iterator[tuple[str, SignatureResult | NativeVerdict]]:
    for number, result in enumerate(answer.signatures):
        yield f"answer.signatures[{number}]", result
    yield "answer.native", answer.native


def _bye(bench: _Bench) -> None:
    code = _dismissed(bench, with_bye=True)
    if code != 0:
        raise _Fault(f"it ended, but {_ending(code)}")


def _end_of_input(bench: _Bench) -> None:
    _dismissed(bench, with_bye=False)


def _dismissed(bench: _Bench, *, with_bye: bool) -> int:
    with bench.started() as worker:
        worker.ask(question(bench.good(), 1), bench.seconds)
        farewell = worker.dismiss(with_bye=with_bye)
    if farewell.output:
        bench.noise.append(farewell.output)
    if farewell.exit_code is None:
        raise _Fault("it was still there after two seconds, and had to be killed")
    return farewell.exit_code


def _ending(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"with exit code {code}"


def _quiet(bench: _Bench) -> None:
    if bench.noise:
        raise _Fault(
            f"nobody asked for {_quoted(bench.noise[0])}; standard output is for answers only, "
            "everything else goes to standard error"
        )


CHECKS = (
    Check("start", "It answers “hello” with “ready”, in time.", _start, True),
    Check("description", "It gives a name, a version and a format.", _describes_itself, True),
    Check("other-protocol", "It answers “unusable” to a protocol to come.", _other_protocol),
    Check("answer", "It answers questions, and says which.", _answers, True),
    Check(
        "detached",
        "Detached: it tells good from bad, and who signed.",
        partial(_format, Format.DETACHED),
    ),
    Check(
        "inline",
        "Signed messages: it tells good from bad, and who signed.",
        partial(_format, Format.INLINE),
    ),
    Check(
        "cleartext",
        "Cleartext: it tells good from bad, and who signed.",
        partial(_format, Format.CLEARTEXT),
    ),
    Check(
        "simple-signing",
        "Signatures of container images: it tells good from bad, and who signed.",
        partial(_format, Format.SIMPLE_SIGNING),
    ),
    Check("clock", "Its clock follows the reference time.", _clock),
    Check("parts", "It gives one result for each part, in their order.", _parts),
    Check("again", "The same question gets the same answer.", _same_again),
    Check(
        "garbage-certificates",
        "Damaged certificates do not upset it.",
        partial(_refused, _garbage),
    ),
    Check("no-certificates", "Nor does their absence.", partial(_refused, _no_certificates)),
    Check("empty-signature", "Nor does an empty signature.", partial(_refused, _nothing_signed)),
    Check("large-data", f"Nor do {LARGE >> 20} MiB of data.", partial(_refused, _large)),
    Check("unusual-bytes", "Nor do bytes of every kind.", partial(_refused, _unusual)),
    Check("unknown-field", "It ignores or refuses an unknown field.", _unknown_field),
    Check("classes", "Verdicts and error classes go together.", _rules),
    Check("evidence", "With every refusal come the backend's words.", _evidence),
    Check("bye", "“bye” ends it within two seconds, with exit code 0.", _bye),
    Check("end-of-input", "So does the end of its input, with any exit code.", _end_of_input),
    Check("quiet", "It writes nothing else to standard output.", _quiet),
)
"""In the order in which they are made."""


def explain(failure: WorkerError | AdapterError) -> str:
    """Say in plain words what went wrong with a question."""
    if isinstance(failure, AdapterError):
        return f"it answers “failed”: {failure.detail}"
    cause = failure.__cause__
    if isinstance(cause, ProtocolError):
        return f"{in_plain_words(cause.what)}\nit wrote: {_quoted(cause.line)}"
    match failure.reason:
        case ErrorReason.CRASHED:
            return f"it {failure.detail}"
        case _:
            return failure.detail


_PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<place>[^`]*)`)?", re.DOTALL)
_PHRASES = tuple(
    (re.compile(pattern, re.DOTALL), phrase)
    for pattern, phrase in (
        (
            r"JSON is malformed.*|.*truncated.*|.*utf-8.*",
            "this line is no JSON; standard output is for messages only",
        ),
        (r"unasked-for output", "it wrote something that nobody asked for"),
        (r"an endless line", "it wrote a line without end"),
        (
            r"Object contains unknown field `(.*)`",
            "has a field {0}, which the protocol has not",
        ),
        (r"Object missing required field `(.*)`", "lacks the field {0}"),
        (
            r"verdict (\w+) does not go with no classes",
            "is {0} without classes: give at least one; for a bare “no”, all",
        ),
        (r"Expected `str` matching regex.*", "is no fingerprint: 32, 40 or 64 upper-case digits"),
        (r"Expected `(.*)`, got `(.*)`", "is of type {1} instead of {0}"),
        (r"Invalid (?:enum )?value '(.*)'", "is {0!r}, which is none of its values"),
    )
)
_VALUES = {
    "verdict": "accepted, rejected, unsupported, error",
    "type": "ready, unusable, answer, failed",
    "clock": ", ".join(Clock),
    "formats": ", ".join(Format),
    "classes": "see docs/taxonomy.md",
    "reports": "signing, primary",
}


def in_plain_words(what: str) -> str:
    """Say what is wrong with a message, beginning with the field."""
    parts = _PLACE.fullmatch(what)
    assert parts is not None
    place = parts["place"] or "the message"
    for pattern, phrase in _PHRASES:
        if match := pattern.fullmatch(parts["what"]):
            said = phrase.format(*match.groups())
            if phrase.startswith(("this", "it ")):
                return said
            values = _VALUES.get(re.sub(r"\[.*?\]$", "", place).rpartition(".")[2], "")
            hint = f" ({values})" if values and "none of its values" in phrase else ""
            return f"{place} {said}{hint}"
    return f"{place}: {parts['what']}"


def _quoted(line: bytes) -> str:
    return clip(repr(line[:200].decode(errors="replace")), 240)
