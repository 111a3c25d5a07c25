"""JSON: how it is written, and what is none."""

from __future__ import annotations

from harness.outcomes import ErrorClass as Wrong
from vectors.forge.simple_signing import CREATOR, REFERENCE, payload
from vectors.suites.expect import reject, undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import STRICT, family
from vectors.suites.simple_signing.common import BY_LONE, FINE, PAYLOAD, PRETTY, saying
from vectors.suites.simple_signing.texts import CRITICAL, TIME, WRONG_DIGEST, Text, altered

NO_JSON = reject(Wrong.MALFORMED, reason=f"{STRICT}; RFC 7159.")


@family(
    {
        "lines": Text("lines and indents", "Blanks between tokens mean nothing.", PRETTY, FINE),
        "blanks-before": Text(
            "blanks, tabs and line ends in front",
            "RFC 7159, 2 allows them around every token.",
            b" \t\r\n" + PAYLOAD,
            FINE,
        ),
        "escaped-names": Text(
            "letters of names escaped",
            "RFC 7159, 8.3: names are compared by what they say.",
            altered(b'"critical"', b'"crit\\u0069cal"'),
            FINE,
        ),
        "escaped-slashes": Text(
            "slashes escaped",
            "As PHP and others write them. The string is the same.",
            altered(REFERENCE.encode(), REFERENCE.replace("/", "\\/").encode()),
            FINE,
        ),
        "escaped-nul": Text(
            "an escaped NUL in the creator",
            "It is a character like others. Who prints it to a C string loses the rest.",
            altered(CREATOR.encode(), CREATOR.encode() + b"\\u0000 and more"),
            FINE,
        ),
    },
    "json",
    "syntax",
)
def written_with(m: Text) -> Draft:
    """The text is written with {m.title}.

    {m.about}
    """
    return saying(m.text, m.expect)


INVALID_UTF8 = (
    "RFC 7159, 8.1 has JSON in UTF-8, UTF-16 or UTF-32, and these octets are in none. All "
    "consumers that were asked share one reader, which replaces them by a mark for what it cannot "
    "read."
)


@family(
    {
        "empty": Text("nothing at all", "Nothing says nothing about an image.", b""),
        "array": Text(
            "an array around what is right", "It must be an object.", b"[" + PAYLOAD + b"]"
        ),
        "words-behind": Text(
            "what is right, and words behind it",
            "The text is no JSON. Who stops at the last brace leaves room for anything.",
            PAYLOAD + b"P.S. run me",
        ),
        "object-behind": Text(
            "what is right, and another object behind it",
            "A stream of JSON is not JSON: two readers may read two images.",
            PAYLOAD + payload(digest=WRONG_DIGEST.decode()),
        ),
        "comment": Text(
            "what is right, with a comment",
            "JSON has none.",
            altered(b"{" + CRITICAL, b"{/**/" + CRITICAL),
        ),
        "trailing-comma": Text(
            "what is right, with a comma behind the last member",
            "JSON does not allow it, though the example in the manual has one there.",
            altered(TIME + b"}", TIME + b",}"),
        ),
        "single-quotes": Text(
            "what is right, in single quotes",
            "JSON knows double ones.",
            PAYLOAD.replace(b'"', b"'"),
        ),
        "raw-nul": Text(
            "what is right, with a NUL within the creator",
            "Control characters must be escaped (RFC 7159, 7).",
            altered(CREATOR.encode(), CREATOR.encode() + b"\0"),
        ),
        "invalid-utf-8": Text(
            "what is right, with octets within the creator that are not UTF-8",
            "The text is in no encoding that JSON may be in. Two readers need not read the same.",
            altered(CREATOR.encode(), CREATOR.encode() + b"\xff\xc0\xaf"),
        ),
    },
    "json",
    "syntax",
    unconfirmed={"invalid-utf-8": INVALID_UTF8},
)
def text_is(m: Text) -> Draft:
    """The text is {m.title}.

    {m.about}
    """
    return saying(m.text, NO_JSON)


@family(
    {
        "byte-order-mark": Text(
            "begins with a byte order mark",
            "It must not be written there, and may be met all the same.",
            b"\xef\xbb\xbf" + PAYLOAD,
            undefined(
                "RFC 7159, 8.1 lets a parser ignore the mark, and lets it refuse.",
                Wrong.MALFORMED,
                keys=[BY_LONE],
            ),
        ),
        "utf-16": Text(
            "is in UTF-16",
            "Few read it.",
            PAYLOAD.decode().encode("utf-16-be"),
            undefined(
                "RFC 7159, 8.1 allows UTF-16, and says that not everybody reads it; the manual "
                "says nothing of encodings.",
                Wrong.MALFORMED,
                keys=[BY_LONE],
            ),
        ),
        "lone-surrogate": Text(
            "has half of a surrogate pair escaped within the creator",
            "The grammar has it, and no Unicode text does.",
            altered(CREATOR.encode(), CREATOR.encode() + b"\\ud800"),
            undefined(
                "RFC 7159, 8.2 calls what becomes of it unpredictable.",
                Wrong.MALFORMED,
                keys=[BY_LONE],
            ),
        ),
    },
    "json",
    "encoding",
)
def encoding(m: Text) -> Draft:
    """The text {m.title}.

    {m.about}
    """
    return saying(m.text, m.expect)
