"""What GnuPG's status lines mean: from a program's output to results, for gpg and gpgv alike.

Pure functions over what a process left behind; nothing here starts one. The lines are described in
GnuPG's ``doc/DETAILS``, the numbers behind ERRSIG in libgpg-error's ``err-codes.h``. Texts of
standard error only narrow what a status line leaves open. They are compared as whole lines,
since GnuPG escapes line feeds inside user IDs, file names and notations; measured with 2.2.40 and
1.4.23.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness.backend import Reading
from harness.outcomes import (
    FINGERPRINT_PATTERN,
    UNSPECIFIED,
    AcceptedKey,
    ErrorClass,
    Evidence,
    NativeVerdict,
    SignatureResult,
    Verdict,
    accepted,
    clip,
    failed,
    refusal,
    rejected,
)

Classes = frozenset[ErrorClass]
Remarks = Mapping[str, Classes]
"""Regular expressions for whole lines of standard error, without the program's name."""


def _are(*classes: ErrorClass) -> Classes:
    return frozenset(classes)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status line says about the reason for a refusal."""

    classes: Classes
    """Every class consistent with the line alone."""
    remarks: Remarks = field(default_factory=dict)
    """Lines of standard error that say more, and what is meant where one of them is there."""


@dataclass(frozen=True, slots=True)
class ByField:
    """A meaning that depends on another field, such as an algorithm's id (RFC 9580, 9.1, 9.5)."""

    position: int
    """Of that field in the status line."""
    classes: Mapping[str, Classes]
    otherwise: Classes
    """For all other values; of ids, those that GnuPG does not know."""


CRITICAL = r"assuming bad signature from key [0-9A-F]+ due to an unknown critical bit"

_NO_BACK_SIGNATURE = r"WARNING: signing subkey [0-9A-F]+ is not cross-certified"
_BAD_BACK_SIGNATURE = r"WARNING: signing subkey [0-9A-F]+ has an invalid cross-certification"
_WRONG_HASH_HEADER = r"WARNING: signature digest conflict in message"
_HASH_TOO_SHORT = r"\S+ key [0-9A-F]+ requires a \d+ bit or larger hash .*"
_NEW_VERSION = r"packet\(2\) with unknown version \d+"
_BAD_SIGNATURE_PACKET = r"packet\(2\) too (short|large)"
_BAD_CHECKSUM = r"CRC error; .*"

WITH_A_KEY: Mapping[str, Classes] = {
    "EXPSIG": _are(ErrorClass.SIGNATURE_EXPIRED),
    "EXPKEYSIG": _are(ErrorClass.KEY_EXPIRED),
    "REVKEYSIG": _are(ErrorClass.KEY_REVOKED),
}
"""A good signature all the same: each comes instead of GOODSIG, and VALIDSIG follows."""

ERRSIG: Mapping[str, Meaning | ByField] = {
    # "General error": many things, all of them told on standard error only.
    "1": Meaning(
        UNSPECIFIED,
        {
            _NO_BACK_SIGNATURE: _are(ErrorClass.UNBOUND_KEY),
            _BAD_BACK_SIGNATURE: _are(ErrorClass.UNBOUND_KEY),
            _WRONG_HASH_HEADER: _are(ErrorClass.MALFORMED),
            _HASH_TOO_SHORT: _are(ErrorClass.WEAK_HASH),
        },
    ),
    # "Invalid public key algorithm"
    "4": ByField(
        position=1,
        classes=dict.fromkeys(
            ("1", "2", "3", "17", "19", "22"),
            _are(ErrorClass.WEAK_KEY, ErrorClass.UNSUPPORTED),
        ),
        otherwise=_are(ErrorClass.UNSUPPORTED),
    ),
    # "Invalid digest algorithm": GnuPG knows 1 to 3 (MD5, SHA-1, RIPEMD-160) and 8 to 11 (SHA-2);
    # 0 also stands for a signature packet that it could not read.
    "5": ByField(
        position=2,
        classes={
            "0": _are(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED),
            **dict.fromkeys(("1", "2", "3"), _are(ErrorClass.WEAK_HASH)),
            **dict.fromkeys(
                ("8", "9", "10", "11"), _are(ErrorClass.WEAK_HASH, ErrorClass.UNSUPPORTED)
            ),
        },
        otherwise=_are(ErrorClass.UNSUPPORTED),
    ),
    # "Bad public key" and "No public key": or any of what is in `REFUSALS`.
    "6": Meaning(_are(ErrorClass.UNBOUND_KEY)),
    "9": Meaning(_are(ErrorClass.MISSING_KEY)),
    # "Invalid signature class": known to GnuPG but out of place, or unknown.
    "32": Meaning(_are(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED)),
    # "Time conflict"; a signature without a creation time counts as made in 1970.
    "39": ByField(
        position=4,
        classes={"0": _are(ErrorClass.MALFORMED, ErrorClass.KEY_NEWER_THAN_SIGNATURE)},
        otherwise=_are(ErrorClass.KEY_NEWER_THAN_SIGNATURE),
    ),
    # "Not processed": a revocation in a place for signatures.
    "52": Meaning(_are(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED)),
    # "Wrong key usage"
    "125": Meaning(_are(ErrorClass.WRONG_KEY_USAGE)),
}
"""By the error code, the line's sixth field."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a line of GnuPG's releases writes status lines."""

    begins: frozenset[str]
    """Keywords with which a signature begins."""
    errsig: Mapping[str, Meaning | ByField]
    """By the error code."""


MODERN = Dialect(begins=frozenset({"NEWSIG"}), errsig=ERRSIG)
"""GnuPG 2.1 and later."""
CLASSIC = Dialect(
    # No line of its own begins a signature: the first about it does.
    begins=frozenset({"SIG_ID", "BADSIG", "ERRSIG"}),
    # It has some numbers of its own, and refuses no public-key algorithm that it knows.
    errsig={
        **{code: ERRSIG[code] for code in ("1", "5", "6", "9", "52")},
        "4": Meaning(_are(ErrorClass.UNSUPPORTED)),
        "29": ERRSIG["32"],
        "40": ERRSIG["39"],
    },
)
"""GnuPG 1.4."""

NODATA_REMARKS: Remarks = {
    _NEW_VERSION: _are(ErrorClass.UNSUPPORTED),
    _BAD_CHECKSUM: _are(ErrorClass.MALFORMED),
}
OTHERS: Mapping[tuple[str, str], Meaning] = {
    ("NODATA", "1"): Meaning(_are(ErrorClass.NO_SIGNATURE), NODATA_REMARKS),
    ("NODATA", "2"): Meaning(_are(ErrorClass.NO_SIGNATURE), NODATA_REMARKS),
    ("NODATA", "3"): Meaning(_are(ErrorClass.MALFORMED), NODATA_REMARKS),
    ("NODATA", "4"): Meaning(_are(ErrorClass.NO_SIGNATURE), NODATA_REMARKS),
    ("UNEXPECTED", "0"): Meaning(_are(ErrorClass.MALFORMED)),
    ("UNEXPECTED", "1"): Meaning(_are(ErrorClass.MALFORMED)),
    ("ERROR", "proc_pkt.plaintext"): Meaning(_are(ErrorClass.MALFORMED)),
    # FAILURE only repeats why gpg exits; 251 is GPG_ERR_FORBIDDEN, from a compliance mode.
    ("FAILURE", "251"): Meaning(_are(ErrorClass.POLICY_OTHER)),
}
"""By the keyword and its distinguishing field."""

BADARMOR = Meaning(_are(ErrorClass.MALFORMED))
BADSIG = Meaning(
    _are(ErrorClass.BAD_SIGNATURE),
    {CRITICAL: _are(ErrorClass.UNKNOWN_CRITICAL)},
)
"""A signature that is really bad gets no such remark: that is found out first (2.2.40)."""

WITHOUT_STATUS: Remarks = {
    r"can't hash datafile: Invalid digest algorithm": _are(ErrorClass.UNSUPPORTED),
    r"can't hash datafile: (No data|file open error)": _are(
        ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE
    ),
    r"not a detached signature": _are(ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE),
    r"can't handle this ambiguous signature data": _are(ErrorClass.MALFORMED),
    r"[Ff]atal: (zlib|bz2lib) inflate problem: .*": _are(ErrorClass.MALFORMED),
    # GnuPG 1.4 says "unknown compress algorithm".
    r"uncompressing failed: (?i:unknown compress(ion)? algorithm)": _are(
        ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED
    ),
    r"\[don't know\]: garbled packet detected": _are(ErrorClass.MALFORMED),
    # gpgv's keyring holds it where the signer's certificate should be.
    r"expected public key but found secret key - must stop": _are(
        ErrorClass.MALFORMED, ErrorClass.MISSING_KEY
    ),
}
"""Refusals for which GnuPG writes no status line that says so."""

JUDGING = frozenset({"GOODSIG", "VALIDSIG", "NODATA", "UNEXPECTED", *WITH_A_KEY})
"""Status lines that say something for or against an input, whatever stands behind the keyword.
Others do if they have a meaning here (`_meaning`), and FAILURE does if it is verifying that failed;
the rest only accompanies the work. All that GnuPG refuses by its exit code has a line that judges,
or one of `WITHOUT_STATUS`: also an empty input, one without signatures, and packets of every kind
out of place (measured)."""

REFUSALS: Remarks = {
    r"key [0-9A-F]+: new key but contains no user ID - skipped": _are(ErrorClass.UNBOUND_KEY),
    r"key [0-9A-F]+/[0-9A-F]+: skipped subkey": _are(ErrorClass.UNBOUND_KEY),
    r"Note: signatures using the \S+ algorithm are rejected": _are(ErrorClass.WEAK_HASH),
    CRITICAL: _are(ErrorClass.UNKNOWN_CRITICAL),
    r"key [0-9A-F]+ was created \d+ \w+ in the future .*": _are(
        ErrorClass.KEY_NEWER_THAN_SIGNATURE
    ),
    r"packet\((6|14)\) with unknown version \d+": _are(ErrorClass.UNSUPPORTED),
    r".*: (?i:invalid packet|invalid keyring)": _are(ErrorClass.MALFORMED),
    r"mpi too large for this implementation .*": _are(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED),
    r"no valid OpenPGP data found\.": _are(ErrorClass.MALFORMED),
}
"""What is said where a certificate, or a part of one, is refused (by import, or on reading a
keyring). A signature of the refused key is answered with "no public key" or "bad public key", which
then may mean any of these."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process left behind."""

    exit_code: int | None
    """None if it could not be started (``stderr`` says why), negative if a signal ended it."""
    stdout: bytes
    """Status lines and nothing else: no data may go there."""
    stderr: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One status line."""

    keyword: str
    fields: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.keyword, *self.fields))


@dataclass(frozen=True, slots=True)
class Report:
    """Status lines, put in order."""

    outside: tuple[Line, ...]
    """Before the first signature."""
    signatures: tuple[tuple[Line, ...], ...]
    """From each line that begins a signature to the next."""
    remarks: str
    """Standard error, without the program's name before each line."""
    refusals: Classes
    """Why certificates were refused."""
    dialect: Dialect
    remark_may_be_of_another: bool
    """Whether a remark about a critical bit need not be about the signature called bad: there
    are several, or the certificate's own signatures were checked by the same process."""


def reading(ended: Ended, on_loading: bytes | None, dialect: Dialect = MODERN) -> Reading:
    """Make results of what a verification left behind.

    Args:
        ended: of ``gpg --verify`` or ``gpgv``.
        on_loading: standard error of the process that read the certificates before; None if
            the verifying process did it.
        dialect: of the release.
    """
    lines = read_status(ended.stdout)
    outside, signatures = _split(lines, dialect)
    loading = ended.stderr if on_loading is None else on_loading
    report = Report(
        outside=outside,
        signatures=signatures,
        remarks=read_remarks(ended.stderr),
        refusals=matching(REFUSALS, read_remarks(loading)),
        dialect=dialect,
        remark_may_be_of_another=on_loading is None or len(signatures) > 1,
    )
    message = _text(ended.stderr)
    if report.refusals and on_loading is not None:
        message = f"on loading the certificates:\n{_text(on_loading)}on verifying:\n{message}"
    evidence = Evidence(
        exit_code=ended.exit_code,
        status=_shown(lines),
        message=clip(message),
    )
    signature = _first_signature(report, evidence)
    short_of_something = signature.key is None and (
        starved(report.remarks)
        or starved(read_remarks(loading))
        or any(_is_of_the_machine(line, nothing_loaded=on_loading == b"") for line in lines)
    )
    if short_of_something or _no_answer(ended, report):
        return Reading(failed(evidence), NativeVerdict(verdict=Verdict.ERROR, evidence=evidence))
    return Reading(signature=signature, native=_native(report, ended, evidence))


def classes_of(line: Line, remarks: str, on_loading: str, *, several: bool) -> Classes:
    """Say what one status line means, for those who get its content in another form.

    Args:
        line: BADSIG, ERRSIG or another one about a signature.
        remarks: standard error, as `read_remarks` gives it.
        on_loading: the same of the process that read the certificates.
        several: whether the remarks may be about another signature.
    """
    return _classes(
        line,
        Report(
            outside=(),
            signatures=(),
            remarks=remarks,
            refusals=matching(REFUSALS, on_loading),
            dialect=MODERN,
            remark_may_be_of_another=several,
        ),
    )


def _shown(lines: tuple[Line, ...], most: int = 200) -> tuple[str, ...]:
    """Status lines as evidence; a signer can make any number of them, of any length."""
    shown = tuple(clip(str(line), 1024) for line in lines[:most])
    left_out = len(lines) - most
    return (*shown, f"[… {left_out} lines left out …]") if left_out > 0 else shown


def read_status(output: bytes) -> tuple[Line, ...]:
    """Read status lines. Only a line feed ends one: ``str.splitlines`` would also break at
    characters that a user ID may contain.
    """
    prefix = b"[GNUPG:] "
    texts = (
        raw[len(prefix) :].decode("utf-8", "backslashreplace")
        for raw in output.split(b"\n")
        if raw.startswith(prefix)
    )
    return tuple(Line(keyword, tuple(rest)) for keyword, *rest in (t.split(" ") for t in texts))


def read_remarks(stderr: bytes) -> str:
    """Read standard error, without the program's name before each line."""
    return re.sub(r"(?m)^gpgv?: ", "", _text(stderr))


_STARVED = re.compile(
    # What signers and certificates write stands behind these words; elsewhere it is in quotes.
    r"(?m)^(?!Signature notation: |Signature policy: |Preferred keyserver: |armor header: ).*: "
    r"(No space left on device|File too large|Cannot allocate memory|Too many open files"
    r"|Input/output error|Permission denied|Is a directory)$"
)


def starved(remarks: str) -> bool:
    """Whether something of the machine's failed GnuPG, so that its "no" means nothing.

    Args:
        remarks: standard error, as `read_remarks` gives it.
    """
    return _STARVED.search(remarks) is not None


def vouched_for(block: Iterable[Line]) -> AcceptedKey | None:
    """Give the key of a signature that GnuPG calls good and valid, with nothing said against it."""
    first = {line.keyword: line for line in reversed(tuple(block))}
    if not first.keys() >= {"GOODSIG", "VALIDSIG"}:
        return None
    if first.keys() & {"EXPSIG", "EXPKEYSIG", "REVKEYSIG", "BADSIG", "ERRSIG"}:
        return None
    return named_key(first["VALIDSIG"])


def named_key(validsig: Line) -> AcceptedKey:
    """Read the two fingerprints of a VALIDSIG line."""
    return AcceptedKey(
        signing=fingerprint(validsig.fields[0] if validsig.fields else ""),
        primary=fingerprint(validsig.fields[9] if len(validsig.fields) > 9 else ""),
    )


def fingerprint(text: str) -> str | None:
    """Take a text as a fingerprint if it is one."""
    return text.upper() if re.fullmatch(FINGERPRINT_PATTERN, text.upper()) else None


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "backslashreplace")


def _split(
    lines: tuple[Line, ...], dialect: Dialect
) -> tuple[tuple[Line, ...], tuple[tuple[Line, ...], ...]]:
    """Cut into what stands before the first signature, and one block per signature."""
    places = [place for place, line in enumerate(lines) if line.keyword in dialect.begins]
    places.append(len(lines))
    blocks = (lines[start:end] for start, end in itertools.pairwise(places))
    return lines[: places[0]], tuple(blocks)


def _no_answer(ended: Ended, report: Report) -> bool:
    """Whether GnuPG did not get as far as judging: not started, killed, or without a word for or
    against the input. An exit code alone proves nothing; but what exit code 0 lets pass without
    vouching for it is worth showing, if there is any sign that it was looked at.
    """
    if ended.exit_code is None or ended.exit_code < 0:
        return True
    lines = [*report.outside, *itertools.chain.from_iterable(report.signatures)]
    if ended.exit_code == 0:
        return not lines
    judged = any(_judges(line, report.dialect) for line in lines)
    return not judged and not matching(WITHOUT_STATUS, report.remarks)


def _judges(line: Line, dialect: Dialect) -> bool:
    """Whether a line says something for or against the input; see `JUDGING`."""
    if line.keyword == "FAILURE" and _field(line, 0) == "verify":
        return True
    return line.keyword in JUDGING or _meaning(line, dialect) is not None


_SYSTEM, _END_OF_FILE, _NO_SUCH_FILE = 0x8000, 0xFFFF, 0x8051


def _is_of_the_machine(line: Line, *, nothing_loaded: bool) -> bool:
    """Whether a line tells of an error of the operating system's, such as an unreadable file.

    libgpg-error marks these with a bit. All bits together are an end of file instead; and where no
    certificate was loaded, there is no keyring.
    """
    if line.keyword not in ("ERROR", "FAILURE"):
        return False
    code = int(_error_code(_field(line, 1)) or 0)
    no_keyring = _field(line, 0) == "add_keyblock_resource" and code == _NO_SUCH_FILE
    return bool(code & _SYSTEM) and code != _END_OF_FILE and not (no_keyring and nothing_loaded)


def _first_signature(report: Report, evidence: Evidence) -> SignatureResult:
    block = report.signatures[0] if report.signatures else ()
    key = vouched_for(block)
    if key is not None:
        return accepted(key, evidence)
    return rejected(_reasons((*report.outside, *block), report), evidence)


def _native(report: Report, ended: Ended, evidence: Evidence) -> NativeVerdict:
    """Conclude as a caller does who looks at the exit code, and takes the signers from VALIDSIG."""
    if ended.exit_code == 0:
        lines = (line for block in report.signatures for line in block)
        keys = dict.fromkeys(named_key(line) for line in lines if line.keyword == "VALIDSIG")
        return NativeVerdict(verdict=Verdict.ACCEPTED, keys=tuple(keys), evidence=evidence)
    refused = (block for block in report.signatures if vouched_for(block) is None)
    classes = _reasons((*report.outside, *(line for block in refused for line in block)), report)
    return NativeVerdict(verdict=refusal(classes), classes=classes, evidence=evidence)


def _reasons(lines: Iterable[Line], report: Report) -> Classes:
    """Join what the lines mean; where they mean nothing, ask standard error, else leave it open."""
    told: Classes = frozenset().union(*(_classes(line, report) for line in lines))
    return told or matching(WITHOUT_STATUS, report.remarks) or UNSPECIFIED


def _classes(line: Line, report: Report) -> Classes:
    if line.keyword in WITH_A_KEY:
        return WITH_A_KEY[line.keyword]
    meaning = _meaning(line, report.dialect)
    match meaning:
        case None:
            return frozenset()
        case ByField(position=position, classes=classes, otherwise=otherwise):
            # An unreadable packet also ends here, with the ids it would have had as 0.
            broken = matching({_BAD_SIGNATURE_PACKET: _are(ErrorClass.MALFORMED)}, report.remarks)
            return broken or classes.get(_field(line, position), otherwise)
        case Meaning(classes=classes, remarks=remarks):
            told = matching(remarks, report.remarks) or classes
            if line.keyword == "BADSIG" and report.remark_may_be_of_another:
                return told | classes
            lacks_key = line.keyword == "ERRSIG" and _field(line, 5) in ("6", "9")
            return told | report.refusals if lacks_key else told


def _meaning(line: Line, dialect: Dialect) -> Meaning | ByField | None:
    match line.keyword:
        case "BADSIG":
            return BADSIG
        case "BADARMOR":
            return BADARMOR
        case "ERRSIG":
            return dialect.errsig.get(_field(line, 5), Meaning(UNSPECIFIED))
        case "FAILURE":
            return OTHERS.get(("FAILURE", _error_code(_field(line, 1))))
        case keyword:
            return OTHERS.get((keyword, _field(line, 0)))


def _field(line: Line, position: int) -> str:
    return line.fields[position] if position < len(line.fields) else ""


def _error_code(number: str) -> str:
    """Take the error's source off a libgpg-error number (its upper bits)."""
    return str(int(number) & 0xFFFF) if number.isascii() and number.isdigit() else ""


def matching(table: Remarks, text: str) -> Classes:
    """Join what the lines of a text mean that a table knows; empty if it knows none."""
    found = (
        classes
        for pattern, classes in table.items()
        if re.search(rf"(?m)^(?:{pattern})$", text) is not None
    )
    return frozenset().union(*found)
