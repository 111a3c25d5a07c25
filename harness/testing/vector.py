"""A vector as a test gets it: what to verify, and `expect`, which judges what the verifier said.

It knows pytest (a wrong answer fails the test), and nothing of how vectors are chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from os import PathLike
from pathlib import Path

import pytest

from harness.artifact import Artifact, Case, Detached, Format, SimpleSigning, octets_of
from harness.judge import Judgement, judge
from harness.openpgp import ReadError, dearmor, harmless
from harness.outcomes import (
    AcceptedKey,
    Answer,
    NativeVerdict,
    SignatureResult,
    Stance,
    overall_verdict,
)
from harness.testing import claims, wording
from harness.testing.known import FAILURES, Known, Place
from harness.vector import Expectation, Vector

_SILENT = (Judgement.UNSUPPORTED, Judgement.SKIPPED)
_VERIFIER = "the test's verifier"
_PROFILE = "stock"
_NOTHING_JUDGED = (
    "the test took openpgp_vector and judged nothing: say what the verifier concluded, with "
    "openpgp_vector.expect(True) or .expect(False), or .unsupported(reason)"
)


@dataclass(frozen=True)
class Files:
    """A vector as files, for verifiers that are commands."""

    certificates: tuple[Path, ...]
    """One file each, as they come: armored or binary."""
    keyring: Path
    """All certificates in one binary file, one after the other, as gpgv and others want them."""
    data: Path | None = None
    """For a detached signature: what was signed."""
    signature: Path | None = None
    """The detached signature, armored or binary."""
    message: Path | None = None
    """The signed message, inline or cleartext, or the signature of a container image."""
    manifest: Path | None = None
    """The manifest of that image."""

    @property
    def signed(self) -> tuple[Path, ...]:
        """Signature and data, or the message alone: in the order in which gpgv takes them."""
        return tuple(path for path in (self.signature, self.data, self.message) if path is not None)


@dataclass
class Exam:
    """What one test did with its vector; the plugin looks at it when the test is over."""

    place: Place
    known: tuple[Known, ...] = ()
    """The entries that speak of this place and have not expired."""
    judged: list[Judgement] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    """Sources of the entries that excused something."""
    beyond: bool = False
    """Whether the vector asks more than the verifier can do."""
    failure: str = ""
    """Why the test has failed, were it to hide that."""

    def entries_for(self, judgement: Judgement) -> tuple[Known, ...]:
        """Find the entries that excuse a judgement here."""
        return tuple(entry for entry in self.known if judgement in entry.judgements)

    def excuse(self, judgement: Judgement) -> None:
        """End the test as an expected failure if the judgement is known."""
        __tracebackhide__ = True
        entries = self.entries_for(judgement)
        if entries:
            self.excused += [entry.source for entry in entries]
            because = harmless(entries[0].because())
            pytest.xfail(f"{wording.in_words(judgement)}, known: {because}")

    def raised(self, error: Exception) -> None:
        """Take an exception that left the test for an error of the verifier, unless it is the
        test's own, or came after the verifier was judged.
        """
        __tracebackhide__ = True
        if self.judged or isinstance(error, AssertionError | claims.ClaimError):
            return
        self.judged.append(Judgement.ERROR)
        self.excuse(Judgement.ERROR)

    def over(self) -> None:
        """Fail the test if it judged nothing, or hid a failure."""
        __tracebackhide__ = True
        if self.failure:
            pytest.fail(self.failure, pytrace=False)
        if not self.judged:
            pytest.fail(f"{self.place.vector}: {_NOTHING_JUDGED}", pytrace=False)


class OpenPGPVector:
    """One input for a verifier: certificates, a signed artifact and a time; and what is right.

    Attributes:
        vector: all there is to know about it, in the project's own types.
    """

    def __init__(self, vector: Vector, exam: Exam, see: str) -> None:
        self.vector = vector
        self._exam = exam
        self._see = see

    def __repr__(self) -> str:
        return f"<OpenPGPVector {self.id}>"

    @property
    def id(self) -> str:
        """Area and name; stable for ever."""
        return self.vector.id

    @property
    def title(self) -> str:
        """One line."""
        return self.vector.title

    @property
    def description(self) -> str:
        """What is broken, why the expectation is right, what getting it wrong costs."""
        return self.vector.description

    @property
    def tags(self) -> tuple[str, ...]:
        return self.vector.tags

    @property
    def area(self) -> str:
        """The first part of the id."""
        return self.vector.area

    @property
    def at(self) -> datetime:
        """Reference time, UTC: when verification is asked to happen."""
        return self.vector.at

    @property
    def time_dependent(self) -> bool:
        """Whether the right answer depends on the reference time."""
        return self.vector.time_dependent

    @property
    def format(self) -> Format:
        """``detached``, ``inline``, ``cleartext`` or ``simple-signing``; equal to these strings."""
        return self.vector.artifact.format

    @property
    def expectation(self) -> Expectation:
        """What is right, and who says so."""
        return self.vector.expectation

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """The certificate files, as they come: armored or binary, one or several in each."""
        return self._case.certificates

    @property
    def artifact(self) -> Artifact:
        """What was signed, with its signatures, whatever the format."""
        return self._case.artifact

    @property
    def data(self) -> bytes:
        """What a detached signature is about."""
        return self._part("data")

    @property
    def signature(self) -> bytes:
        """The detached signature, armored or binary; it may be several."""
        return self._part("signature")

    @property
    def message(self) -> bytes:
        """The inline or cleartext signed message, or the signature of a container image."""
        return self._part("message")

    @property
    def manifest(self) -> bytes:
        """The manifest of a container image."""
        return self._part("manifest")

    @property
    def keyring(self) -> bytes:
        """All certificates in one piece, binary, one after the other."""
        return b"".join(map(_binary, self.certificates))

    def write_to(self, folder: str | PathLike[str]) -> Files:
        """Write certificates and artifact into a folder, which is made if need be."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)

        def written(name: str, octets: bytes) -> Path:
            path = place / name
            path.write_bytes(octets)
            return path

        width = len(str(len(self.certificates)))
        certificates = tuple(
            written(f"cert-{number:0{width}}.pgp", octets)
            for number, octets in enumerate(self.certificates, 1)
        )
        keyring = written("keyring.pgp", self.keyring)
        if isinstance(self.artifact, Detached):
            return Files(
                certificates=certificates,
                keyring=keyring,
                data=written("data", self.data),
                signature=written("signature", self.signature),
            )
        image = isinstance(self.artifact, SimpleSigning)
        return Files(
            certificates=certificates,
            keyring=keyring,
            message=written("message", self.message),
            manifest=written("manifest", self.manifest) if image else None,
        )

    def skip_beyond(
        self, *, formats: Iterable[str] | None = None, clock: bool | None = None
    ) -> None:
        """Skip the test, with the reason, if the vector asks more than a verifier can do.

        The same as ``formats`` and ``clock`` of the marker, for what only shows at run time.

        Args:
            formats: what the verifier reads: ``detached``, ``inline``, ``cleartext``,
                ``simple-signing``. By default not asked.
            clock: whether it can be told the reference time.
        """
        __tracebackhide__ = True
        if reason := reason_beyond(self.vector, formats_of(formats), clock):
            self._exam.beyond = True
            pytest.skip(reason)

    def expect(
        self,
        accepted: bool,
        *,
        key: str | AcceptedKey | None = None,
        primary: str | None = None,
        keys: Iterable[str | AcceptedKey] = (),
        classes: Iterable[str] = (),
        said: str | bytes = "",
    ) -> None:
        """Judge what the verifier concluded about the whole input; a wrong answer fails the test.

        By the rules of `harness.judge`: what it accepts must not have to be rejected, the keys it
        names must have signed, what it rejects must not have to be accepted, and the classes it
        gives must be consistent with the fault. Where the texts or a policy leave it open, either
        answer is right, but its keys and classes must be.

        Args:
            accepted: whether the verifier accepted it. A real ``bool``.
            key: fingerprint of the signing key it named, in hexadecimal digits; omit what it does
                not name.
            primary: fingerprint of the primary key of that key's certificate.
            keys: where it named several signers: all of them.
            classes: why it rejected, where it says so (`harness.outcomes.ErrorClass`).
            said: its own words, shown if the answer is wrong.

        Raises:
            claims.ClaimError: that is no claim: contradictory, a key ID, an unknown class.
        """
        __tracebackhide__ = True
        native = claims.claim(accepted, key=key, primary=primary, keys=keys, classes=classes)
        self._judge_native(native, said)

    def expect_signatures(
        self, results: Sequence[SignatureResult], *, said: str | bytes = ""
    ) -> None:
        """Judge a verifier that gives a result per signature; each is judged.

        Args:
            results: in input order, made with `harness.outcomes.accepted` and ``rejected``.
            said: as for `expect`.
        """
        __tracebackhide__ = True
        stance = self._stance(claims.answer_of_each(results))
        judged = judge(self.vector, stance)
        self._conclude(judged.judgement, judged.note, said)

    def expect_observation(self, observation: Stance, *, native: bool = False) -> None:
        """Judge what a backend said (see the fixture ``openpgp_backend``).

        Args:
            observation: the backend's, about this vector.
            native: whether to judge its usual call or exit code, and not each signature.

        Raises:
            ValueError: the observation is about another vector.
        """
        __tracebackhide__ = True
        judged = judge(self.vector, observation)
        if native and judged.native is not None:
            self._conclude(judged.native, judged.native_note, "")
        else:
            self._conclude(judged.judgement, judged.note, "")

    def unsupported(self, reason: str) -> None:
        """Say that the verifier itself says it cannot judge this: the test is skipped, or passes
        where that is the right answer.

        Args:
            reason: in words; counted by them, so keep them general.
        """
        __tracebackhide__ = True
        native = claims.unsupported()
        judged = judge(self.vector, self._stance(claims.answer_of(native)))
        if judged.native in _SILENT:
            self._exam.beyond = True
            pytest.skip(f"the verifier says it cannot judge: {harmless(reason)}")
        self._conclude(judged.native or judged.judgement, judged.native_note, "")

    def _judge_native(self, native: NativeVerdict, said: str | bytes) -> None:
        __tracebackhide__ = True
        judged = judge(self.vector, self._stance(claims.answer_of(native)))
        assert judged.native is not None  # there is an answer
        self._conclude(judged.native, judged.native_note, said)

    def _stance(self, answer: Answer) -> Stance:
        return Stance(
            vector=self.id,
            backend=_VERIFIER,
            profile=_PROFILE,
            verdict=overall_verdict(answer.signatures),
            answer=answer,
        )

    def _conclude(self, judgement: Judgement, note: str, said: str | bytes) -> None:
        __tracebackhide__ = True
        exam = self._exam
        if judgement in _SILENT:
            exam.beyond = True
            pytest.skip(harmless(note))
        exam.judged.append(judgement)
        if judgement not in FAILURES:
            return
        exam.excuse(judgement)
        words = said.decode("utf-8", "backslashreplace") if isinstance(said, bytes) else said
        exam.failure = wording.failure(
            self.vector, judgement, note, said=words, see=self._see, remark=self._remark(judgement)
        )
        pytest.fail(exam.failure, pytrace=False)

    def _remark(self, judgement: Judgement) -> str:
        others = [entry for entry in self._exam.known if judgement not in entry.judgements]
        if not others:
            return ""
        names = " or ".join(
            sorted({wording.in_words(j) for entry in others for j in entry.judgements})
        )
        return f"{others[0].source} knows it as {names}, which this is not"

    @cached_property
    def _case(self) -> Case:
        return self.vector.case.unrolled()

    def _part(self, name: str) -> bytes:
        octets = getattr(self.artifact, name, None)
        if not isinstance(octets, bytes):
            instead = " and ".join(octets_of(self.artifact))
            raise AttributeError(
                f"{self.id} is {self.format}: it has {instead}, and no {name}; a verifier of "
                "certain formats says so with @pytest.mark.openpgp(formats=[...])"
            )
        return octets


def formats_of(names: Iterable[str] | None) -> frozenset[Format]:
    """Read names of formats; ``None`` stands for all, so that none is beyond.

    Raises:
        claims.ClaimError: there is no such format, or none is named.
    """
    if names is None:
        return frozenset(Format)
    if isinstance(names, str):
        raise claims.ClaimError(f"formats takes a list: [{names!r}]")
    try:
        found = frozenset(map(Format, names))
    except ValueError as error:
        raise claims.ClaimError(f"{error}; there are: {', '.join(Format)}") from None
    if not found:
        raise claims.ClaimError(f"formats is empty; there are: {', '.join(Format)}")
    return found


def reason_beyond(vector: Vector, formats: frozenset[Format], clock: bool | None) -> str:
    """Say why a vector is beyond a verifier; empty if it is not.

    The reason names no vector: pytest counts skips by their reason.
    """
    if vector.artifact.format not in formats:
        return (
            f"the verifier reads {' and '.join(sorted(formats))}, and not {vector.artifact.format}"
        )
    if vector.time_dependent and clock is False:
        return "the answer depends on the reference time, which the verifier cannot be told"
    return ""


def _binary(octets: bytes) -> bytes:
    try:
        return dearmor(octets)
    except ReadError:
        return octets
