"""The cleartext signature framework: text in the open, signature below (RFC 9580 section 7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.openpgp.armor import read_armor
from harness.openpgp.errors import ReadError

_BEGIN = re.compile(rb"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\r?\n", re.MULTILINE)
_SIGNATURE = re.compile(rb"^-----BEGIN PGP SIGNATURE-----[ \t]*\r?$", re.MULTILINE)
_ESCAPED = re.compile(rb"^- ", re.MULTILINE)
_TO_ESCAPE = re.compile(rb"^(?=-)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cleartext:
    """A cleartext signed message.

    Attributes:
        headers: keys and values of the lines before the blank one, in order, whatever they are.
        text: the text without dash-escaping, line ends as found, and without the line end in
            front of the signature, which is not part of it.
        signature_block: the armored signature as found; several blocks, and what may stand
            between them, if several follow the text.
        start: offset of the message's first octet in what was read.
        signature_start: offset of ``signature_block`` in what was read.
        end: offset after ``signature_block``.
    """

    headers: tuple[tuple[str, str], ...]
    text: bytes
    signature_block: bytes
    start: int = 0
    signature_start: int = 0
    end: int = 0

    @property
    def hash_headers(self) -> tuple[str, ...]:
        """Values of the ``Hash`` headers, in order."""
        return tuple(value for key, value in self.headers if key == "Hash")

    @property
    def signed_text(self) -> bytes:
        """The octets hashed as document: line ends CR LF, trailing spaces and tabs removed."""
        return signed_form(self.text)


def signed_form(text: bytes) -> bytes:
    """Give a text's canonical form in a cleartext signature (RFC 9580 section 7.1).

    Line ends, LF or CR LF, become CR LF; spaces and tabs in front of them, and at the end of
    the text, go.
    """
    *lines, last = text.split(b"\n")
    stripped = [line.removesuffix(b"\r").rstrip(b" \t") for line in lines]
    return b"\r\n".join([*stripped, last.rstrip(b" \t")])


def read_cleartext(message: bytes) -> Cleartext:
    """Read the cleartext signed message that a text holds, whatever stands around it.

    The signature's armor is checked for its shape, not opened.

    Raises:
        ReadError: there is none, more than one, or it is malformed.
    """
    begin = _BEGIN.search(message)
    if begin is None:
        raise ReadError("no cleartext signed message here")
    headers, text_start = _read_headers(message, begin.end())
    signature = _SIGNATURE.search(message, text_start)
    if signature is None:
        raise ReadError("cleartext signed message has no signature", begin.start())
    if _BEGIN.search(message, text_start) is not None:
        raise ReadError("more than one cleartext signed message", begin.start())
    signature_start = signature.start()
    end = signature_start + read_armor(message[signature_start:])[-1].end
    framed = message[text_start:signature_start]
    framed = framed.removesuffix(b"\n").removesuffix(b"\r") if framed else framed
    return Cleartext(
        headers,
        _ESCAPED.sub(b"", framed),
        message[signature_start:end],
        begin.start(),
        signature_start,
        end,
    )


def _read_headers(message: bytes, position: int) -> tuple[tuple[tuple[str, str], ...], int]:
    headers: list[tuple[str, str]] = []
    while (line_end := message.find(b"\n", position)) >= 0:
        line = message[position:line_end].rstrip(b" \t\r")
        if not line:
            return tuple(headers), line_end + 1
        key, colon, value = line.partition(b":")
        if not colon:
            raise ReadError("neither header nor blank line here", position)
        headers.append(
            (
                key.decode("utf-8", "surrogateescape"),
                value.removeprefix(b" ").decode("utf-8", "surrogateescape"),
            )
        )
        position = line_end + 1
    raise ReadError("cleartext signed message has no blank line before its text", position)


def write_cleartext(
    text: bytes,
    signature_block: bytes,
    headers: Sequence[tuple[str, str]] = (),
    newline: str = "\n",
) -> bytes:
    """Write a cleartext signed message around an armored signature.

    Lines that begin with a dash are escaped (RFC 9580 section 7.2); line ends within ``text``
    stay as they are. ``newline`` ends the header lines and the text.
    """
    end = newline.encode("ascii")
    head = ["-----BEGIN PGP SIGNED MESSAGE-----", *(f"{key}: {value}" for key, value in headers)]
    lines = [line.encode("utf-8", "surrogateescape") for line in head]
    return b"".join((end.join(lines), end, end, _TO_ESCAPE.sub(b"- ", text), end, signature_block))
