"""The probes: what every backend must get right before anything it says is believed.

Plain material only (RSA-3072, SHA-256, version 4), so that failing one says something about
the adapter, not about OpenPGP. Not part of the corpus.
"""

from __future__ import annotations

from datetime import datetime

from harness.openpgp.names import KeyFlag
from harness.outcomes import ErrorClass
from vectors.forge.artifacts import (
    cleartext,
    detached,
    inline,
    one_pass_message,
    sign_cleartext,
)
from vectors.forge.certificate import (
    Certificate,
    SelfSignature,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.simple_signing import CREATOR, image_signature, payload
from vectors.forge.times import day, seconds
from vectors.suites.expect import accept, reject
from vectors.suites.registry import Area, Draft

probe = Area("probe", __doc__)

CREATED = day(2017, 1, 1)
SIGNED = day(2018, 1, 1)
PRIMARY = Key("probe-primary", created=CREATED)
SIGNING = Key("probe-signing", created=CREATED)
NAME = "Probe (pgp-accord TEST ONLY) <probe@accord.example>"
TEXT = b"The probe's text.\nIt has two lines."
TAMPERED = TEXT.replace(b"two", b"ten")
MADE = Made(created=SIGNED)
PAYLOAD = payload(optional={"creator": CREATOR, "timestamp": seconds(SIGNED)})
TAMPERED_PAYLOAD = PAYLOAD.replace(b"TEST", b"LAST")


def plain() -> Certificate:
    """A certificate without faults: the primary key certifies, the subkey signs."""
    return certificate(PRIMARY, user_ids=[UserId(NAME)], subkeys=[signing_subkey(SIGNING)])


def expiring(at: datetime) -> Certificate:
    """A lone primary key that certifies and signs until it expires."""
    flags = KeyFlag.CERTIFY | KeyFlag.SIGN
    about = SelfSignature(flags=flags, key_expires_after=at - CREATED)
    return certificate(PRIMARY, user_ids=[UserId(NAME, (about,))])


@probe.vector("5.2.4", rfc4880=["5.2.4"], tags=["baseline"])
def detached_good() -> Draft:
    """A detached signature by a signing subkey.

    Nothing is wrong. A backend that rejects it, or names another key, is not driven rightly.
    """
    return Draft(
        certificates=[plain()],
        artifact=detached(TEXT, sign(TEXT, SIGNING, MADE)),
        expect=accept(SIGNING.under(PRIMARY)),
    )


@probe.vector("5.2.4", rfc4880=["5.2.4"], tags=["baseline"])
def detached_tampered() -> Draft:
    """The same detached signature beside other data.

    One word of the data differs. A backend that accepts it does not verify, or its answer is
    misread.
    """
    return Draft(
        certificates=[plain()],
        artifact=detached(TAMPERED, sign(TEXT, SIGNING, MADE)),
        expect=reject(ErrorClass.BAD_SIGNATURE),
    )


@probe.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["baseline"])
def inline_good() -> Draft:
    """A one-pass signed message.

    Nothing is wrong.
    """
    signature = sign(TEXT, SIGNING, MADE)
    return Draft(
        certificates=[plain()],
        artifact=inline(one_pass_message(TEXT, (signature, SIGNING))),
        expect=accept(SIGNING.under(PRIMARY)),
    )


@probe.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["baseline"])
def inline_tampered() -> Draft:
    """The same message with one word of its text changed.

    The literal data no longer is what was signed.
    """
    signature = sign(TEXT, SIGNING, MADE)
    return Draft(
        certificates=[plain()],
        artifact=inline(one_pass_message(TAMPERED, (signature, SIGNING))),
        expect=reject(ErrorClass.BAD_SIGNATURE),
    )


@probe.vector("7", rfc4880=["7"], tags=["baseline"])
def cleartext_good() -> Draft:
    """A cleartext signed text.

    Nothing is wrong.
    """
    return Draft(
        certificates=[plain()],
        artifact=cleartext(TEXT, sign_cleartext(TEXT, SIGNING, MADE)),
        expect=accept(SIGNING.under(PRIMARY)),
    )


@probe.vector("7", rfc4880=["7"], tags=["baseline"])
def cleartext_tampered() -> Draft:
    """The same cleartext with one word changed.

    The text no longer is what was signed.
    """
    return Draft(
        certificates=[plain()],
        artifact=cleartext(TAMPERED, sign_cleartext(TEXT, SIGNING, MADE)),
        expect=reject(ErrorClass.BAD_SIGNATURE),
    )


@probe.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["baseline"])
def simple_signing_good() -> Draft:
    """A container image's signature.

    Nothing is wrong: the signed text names the manifest and the reference that is asked for.
    """
    signature = sign(PAYLOAD, SIGNING, MADE)
    return Draft(
        certificates=[plain()],
        artifact=image_signature(one_pass_message(PAYLOAD, (signature, SIGNING))),
        expect=accept(SIGNING.under(PRIMARY)),
    )


@probe.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["baseline"])
def simple_signing_tampered() -> Draft:
    """The same image signature with one word of its text changed.

    The word is not about the image, and the text is as good as before: only who verifies the
    signature notices.
    """
    signature = sign(PAYLOAD, SIGNING, MADE)
    return Draft(
        certificates=[plain()],
        artifact=image_signature(one_pass_message(TAMPERED_PAYLOAD, (signature, SIGNING))),
        expect=reject(ErrorClass.BAD_SIGNATURE),
    )


@probe.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["clock"])
def clock_signature_before() -> Draft:
    """A signature that expired in 2020, asked about in 2019.

    Right only if the clock went back: by any later clock the signature has expired.
    """
    made = Made(created=SIGNED, expires_after=day(2020, 1, 1) - SIGNED)
    return Draft(
        certificates=[plain()],
        artifact=detached(TEXT, sign(TEXT, SIGNING, made)),
        expect=accept(SIGNING.under(PRIMARY)),
        at=day(2019, 1, 1),
        time_dependent=True,
    )


@probe.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["clock"])
def clock_signature_after() -> Draft:
    """A signature that expires in 2090, asked about in 2091.

    Right only if the clock went forward: until 2090 the signature is good.
    """
    made = Made(created=SIGNED, expires_after=day(2090, 1, 1) - SIGNED)
    return Draft(
        certificates=[plain()],
        artifact=detached(TEXT, sign(TEXT, SIGNING, made)),
        expect=reject(ErrorClass.SIGNATURE_EXPIRED),
        at=day(2091, 1, 1),
        time_dependent=True,
    )


@probe.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["clock"])
def clock_key_before() -> Draft:
    """A key that expired in 2020, asked about in 2019.

    For backends that look at the expiry of keys, not of signatures: the clock must have gone
    back for the key to be alive.
    """
    return Draft(
        certificates=[expiring(day(2020, 1, 1))],
        artifact=detached(TEXT, sign(TEXT, PRIMARY, MADE)),
        expect=accept(PRIMARY.under(PRIMARY)),
        at=day(2019, 1, 1),
        time_dependent=True,
    )


@probe.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["clock"])
def clock_key_after() -> Draft:
    """A key that expires in 2090, asked about in 2091.

    For backends that compare a key's expiry with the reference time, however old the
    signature: they reject it only if the clock went forward. One that compares it with the
    signature's date (2018) accepts at any time: it proves nothing here, and is no worse for it.
    """
    return Draft(
        certificates=[expiring(day(2090, 1, 1))],
        artifact=detached(TEXT, sign(TEXT, PRIMARY, MADE)),
        expect=reject(ErrorClass.KEY_EXPIRED),
        at=day(2091, 1, 1),
        time_dependent=True,
    )
