"""One vector in full: what it tests, what it consists of, what is expected, and who said what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from harness.artifact import Cleartext, Detached, Inline, Repeat, SimpleSigning, octets_of
from harness.compare import compare, native_differs
from harness.judge import Judged, Judgement, describe_classes, describe_key, judge
from harness.lint import Subject
from harness.openpgp import list_packets
from harness.outcomes import Evidence, NativeVerdict, Observation, SignatureResult
from harness.vector import Dependency, Expectation, Vector
from reports import words
from reports.layout import Page, heading, listing
from reports.safe import Quoted, terminal
from reports.verify import mark

_EVIDENCE_LINES = 20
_TEXT_LINES = 60
_LABEL = 12


def renderable(vector: Vector, observations: Iterable[Observation] = ()) -> RenderableType:
    """Show a vector, and what backends made of it.

    Args:
        vector: what to show.
        observations: of this vector under one profile; may be none.

    Raises:
        ValueError: the observations are about another vector, or do not belong together.
    """
    return Page(_parts(vector, sorted(observations, key=lambda o: o.backend)))


def _parts(vector: Vector, observations: Sequence[Observation]) -> Iterator[RenderableType]:
    yield terminal(vector.id, style="bold")
    yield terminal(vector.title)
    for paragraph in vector.description.split("\n\n"):
        if text := " ".join(paragraph.split()):
            yield Text("")
            yield terminal(text)
    yield from _facts(vector)
    yield from _expectation(vector.expectation)
    yield from _packets(vector)
    if observations:
        yield from _observations(vector, observations)


def _facts(vector: Vector) -> Iterator[RenderableType]:
    yield Text("")
    facts = {
        "tags": ", ".join(vector.tags),
        "format": str(vector.artifact.format),
        **_image(vector),
        "time": words.moment(vector.at)
        + (", on which the right answer depends" if vector.time_dependent else ""),
        "repeated": "; ".join(map(_repeat, vector.repeats)),
        "from": vector.provenance,
        "unconfirmed": vector.unconfirmed,
    }
    for label, text in facts.items():
        if text:
            yield _fact(label, text)


def _image(vector: Vector) -> dict[str, str]:
    image = vector.artifact
    if not isinstance(image, SimpleSigning):
        return {}
    return {"asked for by": image.reference, "may sign": ", ".join(image.identities)}


def _repeat(repeat: Repeat) -> str:
    octets = words.counted(repeat.end - repeat.start, "octet")
    return f"{octets} of {repeat.part} from {repeat.start} on, {repeat.times} times (listed once)"


def _expectation(expected: Expectation) -> Iterator[RenderableType]:
    yield heading("Expectation")
    yield _fact("the input", words.expectation(expected))
    for number, each in enumerate(expected.signatures, start=1):
        yield _fact(f"signature {number}", words.expectation(each))
    if expected.rfc9580:
        yield _fact("RFC 9580", ", ".join(expected.rfc9580))
    if expected.rfc4880 or expected.rfc4880_outcome:
        otherwise = f"says {expected.rfc4880_outcome}" if expected.rfc4880_outcome else ""
        yield _fact("RFC 4880", "; ".join(filter(None, (", ".join(expected.rfc4880), otherwise))))
    if expected.reason:
        yield _fact("because", expected.reason)
    for dependency in expected.depends:
        yield _fact("depends on", _dependency(dependency))


def _dependency(dependency: Dependency) -> str:
    what = filter(None, (dependency.hash, dependency.key, dependency.packet))
    use = dependency.use.replace("_", " ")
    return f"{', '.join(what)} for {use}, made {words.moment(dependency.made)}"


def _packets(vector: Vector) -> Iterator[RenderableType]:
    for number, certificate in enumerate(vector.certificates, start=1):
        several = len(vector.certificates) > 1
        yield heading(f"Certificate {number}" if several else "Certificate")
        yield Quoted(list_packets(certificate))
    match vector.artifact:
        case Detached(data=data, signature=signature):
            yield heading("Signature", f"over {words.counted(len(data), 'octet')} of data")
            yield Quoted(list_packets(signature))
        case Inline(message=message) | Cleartext(message=message):
            yield heading("Message")
            yield Quoted(list_packets(message))
        case SimpleSigning() as image:
            full = octets_of(vector.case.unrolled().artifact)["manifest"]
            yield heading("Message")
            yield Quoted(list_packets(image.message))
            for document in Subject(vector).documents:
                yield heading("Signed text", words.counted(len(document), "octet"))
                yield _text(document)
            yield heading("Manifest", words.counted(len(image.manifest), "octet"))
            yield _fact("digest", f"sha256:{hashlib.sha256(full).hexdigest()}")
            yield _text(image.manifest)


def _text(octets: bytes) -> RenderableType:
    return Quoted(octets.decode("utf-8", "surrogateescape"), most=_TEXT_LINES)


def _observations(vector: Vector, observations: Sequence[Observation]) -> Iterator[RenderableType]:
    found = compare(observations)
    remark = "" if not found.compared else words.DIVERGENCES[found.divergence]
    yield heading("Observations", remark)
    for number, observation in enumerate(observations):
        if number:
            yield Text("")
        yield from _observation(observation, judge(vector, observation))


def _observation(observation: Observation, judged: Judged) -> Iterator[RenderableType]:
    yield Text.assemble(
        terminal(observation.backend, style="bold"),
        "  ",
        mark(observation.verdict),
        "  ",
        (words.name(judged.judgement), _style(judged.judgement)),
    )
    yield _under(terminal(judged.note))
    if observation.attempts > 1:
        yield _under(Text(f"tried {observation.attempts} times"))
    if observation.answer is None:
        return
    results, native = observation.signatures, observation.answer.native
    for number, result in enumerate(results, start=1):
        if len(results) > 1:  # the note has said it of a single one
            yield _under(Text(f"signature {number}: {_result(result)}"))
        yield from _evidence(result.evidence)
    differs = native_differs(observation)
    known = {result.evidence for result in results} | {Evidence()}
    if differs or len(results) != 1 or native.evidence not in known:
        line = Text(f"native verdict: {_result(native)}")
        if differs and judged.native is not None:
            line.append(f"  {words.name(judged.native)}", style=_style(judged.native))
        yield _under(line)
    if native.evidence not in known:  # the same words need not be read twice
        yield from _evidence(native.evidence)


def _result(result: SignatureResult | NativeVerdict) -> str:
    if isinstance(result, NativeVerdict):
        keys = result.keys
    else:
        keys = () if result.key is None else (result.key,)
    said = str(result.verdict)
    if keys:
        said += f" {' and '.join(map(describe_key, keys))}"
    if result.classes:
        said += f" ({describe_classes(result.classes)})"
    return said


def _evidence(evidence: Evidence) -> Iterator[RenderableType]:
    lines = []
    if evidence.exit_code is not None:
        lines.append(f"exit code {evidence.exit_code}")
    lines += evidence.status
    if evidence.exception:
        lines.append(evidence.exception)
    if evidence.message:
        lines.append(evidence.message)
    if lines:
        yield _under(Quoted("\n".join(lines), most=_EVIDENCE_LINES), 4)


_BAD = (Judgement.FALSE_ACCEPT, Judgement.WRONG_KEY, Judgement.FALSE_REJECT)


def _style(judgement: Judgement) -> str:
    return "bold red" if judgement in _BAD else "dim"


def _fact(label: str, text: str) -> RenderableType:
    grid = listing()
    grid.add_column(width=_LABEL, no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    grid.add_row(label, terminal(text))
    return grid


def _under(part: RenderableType, by: int = 2) -> RenderableType:
    return Padding(part, (0, 0, 0, by), expand=False)
