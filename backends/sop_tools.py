"""Stateless OpenPGP tools that we know, with what is particular to each: data for `backends.sop`.

Measured with sqop 0.27.3 and 0.37.2, sqopv 0.37.2, gosop 0.0.0 (GopenPGP 2.5.2) and 1.1.0
(GopenPGP 3.2.0), rsop and rsopv 0.6.4 (rPGP 0.15.0), and pgpainless-cli 1.3.16, all from Debian.
Older ones end a verification line after the fingerprints; newer ones go on with ``mode:binary`` or
``mode:text`` and a JSON object. rsop writes fingerprints in small letters. Lines stand in the order
of the signatures or in reverse. sopv-gpgv writes the month where minutes belong; no date is read.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, cast

from backends import SOP
from backends.sop import BAD_DATA, Classes, Sop
from harness.backend import Clock, KeyHalf
from harness.outcomes import ErrorClass

Refusals = Mapping[tuple[int, str], Classes]

_FIRST_BLOCK = "of several armored blocks in a file it reads the first"
_NO_EXPIRY = "no expiry proves its clock, but what comes from the future is seen by libfaketime's"


def _are(*classes: ErrorClass) -> Classes:
    return frozenset(classes)


class Sqop(Sop):
    """Sequoia's. 0.27.3 panics (exit code 101) at a hash algorithm that it does not know, and at a
    signature that names no issuer; the latter also 0.37.2.
    """

    name: ClassVar[str] = "sqop"
    command: ClassVar[tuple[str, ...]] = ("sqop",)
    install: ClassVar[str] = "apt-get install sqop"
    faked: ClassVar[bool | None] = True
    refusals: ClassVar[Refusals] = {(1, "  because: EOF"): BAD_DATA}  # 0.27.3


class Sqopv(Sop):
    """Sequoia's that does nothing but verify."""

    name: ClassVar[str] = "sqopv"
    command: ClassVar[tuple[str, ...]] = ("sqopv",)
    install: ClassVar[str] = "apt-get install sqopv   # since Debian 13"
    faked: ClassVar[bool | None] = True


_IN_A_CERTIFICATE = r"verify: (gopenpgp: error in reading key ring: )?openpgp: invalid data: "

GO_ERRORS: Refusals = {
    (99, r"verify: gopenpgp: the key contains too many entities"): _are(ErrorClass.UNSUPPORTED),
    (99, r"verify: gopenpgp: the key does not contain any entity"): _are(
        ErrorClass.MISSING_KEY, ErrorClass.MALFORMED
    ),
    # One certificate that it does not like, and it looks at no signature.
    (99, _IN_A_CERTIFICATE + r"subkey signature invalid: .*"): _are(
        ErrorClass.UNBOUND_KEY, ErrorClass.MALFORMED
    ),
    (99, _IN_A_CERTIFICATE + r".*"): _are(
        ErrorClass.MALFORMED,
        ErrorClass.UNSUPPORTED,
        ErrorClass.MISSING_KEY,
        ErrorClass.UNBOUND_KEY,
        ErrorClass.KEY_REVOKED,
        ErrorClass.WEAK_HASH,
        ErrorClass.UNKNOWN_CRITICAL,
        ErrorClass.POLICY_OTHER,
    ),
    # Also said where a signature is passed over for what it is, and where there is none (1.1.0).
    (99, r".*: openpgp: signature made by unknown entity"): _are(
        ErrorClass.MISSING_KEY,
        ErrorClass.UNKNOWN_CRITICAL,
        ErrorClass.UNSUPPORTED,
        ErrorClass.WEAK_HASH,
        ErrorClass.POLICY_OTHER,
        ErrorClass.MALFORMED,
        ErrorClass.NO_SIGNATURE,
    ),
    (99, r".*: openpgp: unsupported feature: .*"): _are(ErrorClass.UNSUPPORTED),
    (99, r".*: openpgp: unknown critical packet type: .*"): _are(ErrorClass.UNSUPPORTED),
    (99, r".*: openpgp: (malformed message|invalid data:) .*"): _are(
        ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE
    ),
    (99, r".*: unexpected EOF"): _are(ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE),
}
"""99 is any error that gosop does not know; the text is that of its library's typed error."""


class Gosop(Sop):
    """ProtonMail's, in Go."""

    name: ClassVar[str] = "gosop"
    command: ClassVar[tuple[str, ...]] = ("gosop",)
    install: ClassVar[str] = "apt-get install gosop"
    clock: ClassVar[Clock] = Clock.NONE
    faked: ClassVar[bool | None] = False  # Go asks the kernel for the time, not the C library
    environment: ClassVar[Mapping[str, str]] = {}
    columns: ClassVar[tuple[KeyHalf | None, KeyHalf | None]] = (None, KeyHalf.PRIMARY)
    refusals: ClassVar[Refusals] = GO_ERRORS
    notes: ClassVar[tuple[str, ...]] = (
        "writes the primary key where the signing key belongs",
        "0.0.0 names the first certificate given, whoever signed, and looks at no time",
        _FIRST_BLOCK,
    )


class Rsop(Sop):
    """rPGP's. 0.6.4 panics (exit code 101) at nearly everything that it cannot read."""

    name: ClassVar[str] = "rsop"
    command: ClassVar[tuple[str, ...]] = ("rsop",)
    install: ClassVar[str] = "cargo install rsop   # or, since Debian 13, apt-get install rsop"
    clock: ClassVar[Clock] = Clock.NONE
    faked: ClassVar[bool | None] = True
    environment: ClassVar[Mapping[str, str]] = {}
    notes: ClassVar[tuple[str, ...]] = (_NO_EXPIRY, _FIRST_BLOCK)


class Rsopv(Rsop):
    """rPGP's that does nothing but verify."""

    name: ClassVar[str] = "rsopv"
    command: ClassVar[tuple[str, ...]] = ("rsopv",)
    install: ClassVar[str] = "apt-get install rsopv   # since Debian 13"


class Pgpainless(Sop):
    """PGPainless, with Bouncy Castle."""

    name: ClassVar[str] = "pgpainless"
    command: ClassVar[tuple[str, ...]] = ("pgpainless-cli",)
    install: ClassVar[str] = "apt-get install pgpainless-cli"
    clock: ClassVar[Clock] = Clock.NONE
    faked: ClassVar[bool | None] = True
    memory_limit: ClassVar[int | None] = None
    refusals: ClassVar[Refusals] = {
        (1, r"java\.io\.IOException: unknown PGP public key algorithm encountered: \d+"): _are(
            ErrorClass.UNSUPPORTED
        ),
        (1, r"java\.io\.IOException: future extensions not yet implemented"): _are(
            ErrorClass.UNSUPPORTED
        ),
        (1, r"Signature type 0x[0-9a-f]+ appears to be invalid\."): _are(
            ErrorClass.UNSUPPORTED, ErrorClass.MALFORMED
        ),
        (37, r"Missing required parameter: 'CERT'"): _are(ErrorClass.MISSING_KEY),
    }
    on_request: ClassVar[str] = "each call starts a Java machine, which takes most of a second"
    notes: ClassVar[tuple[str, ...]] = (_NO_EXPIRY, on_request)
    environment: ClassVar[Mapping[str, str]] = {
        # Takes off half of the processor time, and leaves nothing in /tmp.
        "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData",
    }


TOOLS: tuple[type[Sop], ...] = (Sqop, Sqopv, Gosop, Rsop, Rsopv, Pgpainless)


def given(name: str) -> type[Sop]:
    """Make an adapter for a command line that a user gave.

    Where the program has the name of a tool we know, what is particular to that tool holds.

    Args:
        name: `backends.SOP` and the command line, quoted as for a shell.
    """
    members: dict[str, object] = {"name": name, "install": Sop.install}
    try:
        members["command"] = words = tuple(shlex.split(name.removeprefix(SOP)))
    except ValueError as error:
        words = ()
        members |= {"absence": f"not a command line: {error}", "install": "check the quotes"}
    program = Path(words[0]).name if words else ""
    known = next((tool for tool in TOOLS if tool.command == (program,)), None)
    if known is None:
        members["memory_limit"] = 16 << 30  # whatever runtime it has, it may reserve much
    return cast("type[Sop]", type("GivenSop", (known or Sop,), members))
