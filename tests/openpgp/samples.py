"""Real OpenPGP data: published samples, and the Debian keyrings if this system has them."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from harness.openpgp import dearmor, write_armor

KEYRINGS = sorted(Path("/usr/share/keyrings").glob("debian-archive-*.gpg"))

each_keyring = pytest.mark.parametrize(
    "keyring",
    [pytest.param(path, id=path.stem) for path in KEYRINGS]
    or [
        pytest.param(
            None,
            marks=pytest.mark.skip(
                reason="this system has no Debian keyrings in /usr/share/keyrings"
            ),
        )
    ],
)

# RFC 9580, appendix A.3: a version 6 certificate with an X25519 subkey.
V6_CERTIFICATE = b"""\
-----BEGIN PGP PUBLIC KEY BLOCK-----

xioGY4d/4xsAAAAg+U2nu0jWCmHlZ3BqZYfQMxmZu52JGggkLq2EVD34laPCsQYf
GwoAAABCBYJjh3/jAwsJBwUVCg4IDAIWAAKbAwIeCSIhBssYbE8GCaaX5NUt+mxy
KwwfHifBilZwj2Ul7Ce62azJBScJAgcCAAAAAK0oIBA+LX0ifsDm185Ecds2v8lw
gyU2kCcUmKfvBXbAf6rhRYWzuQOwEn7E/aLwIwRaLsdry0+VcallHhSu4RN6HWaE
QsiPlR4zxP/TP7mhfVEe7XWPxtnMUMtf15OyA51YBM4qBmOHf+MZAAAAIIaTJINn
+eUBXbki+PSAld2nhJh/LVmFsS+60WyvXkQ1wpsGGBsKAAAALAWCY4d/4wKbDCIh
BssYbE8GCaaX5NUt+mxyKwwfHifBilZwj2Ul7Ce62azJAAAAAAQBIKbpGG2dWTX8
j+VjFM21J0hqWlEg+bdiojWnKfA5AQpWUWtnNwDEM0g12vYxoWM8Y81W+bHBw805
I8kWVkXU6vFOi+HWvv/ira7ofJu16NnoUkhclkUrk0mXubZvyl4GBg==
-----END PGP PUBLIC KEY BLOCK-----
"""
V6_FINGERPRINTS = (
    "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9",
    "12C83F1E706F6308FE151A417743A1F033790E93E9978488D1DB378DA9930885",
)

# RFC 9580, appendix A.6: a cleartext signed message.
V6_CLEARTEXT = b"""\
-----BEGIN PGP SIGNED MESSAGE-----

What we need from the grocery store:

- - tofu
- - vegetables
- - noodles

-----BEGIN PGP SIGNATURE-----

wpgGARsKAAAAKQWCY5ijYyIhBssYbE8GCaaX5NUt+mxyKwwfHifBilZwj2Ul7Ce6
2azJAAAAAGk2IHZJX1AhiJD39eLuPBgiUU9wUA9VHYblySHkBONKU/usJ9BvuAqo
/FvLFuGWMbKAdA+epq7V4HOtAPlBWmU8QOd6aud+aSunHQaaEJ+iTFjP2OMW0KBr
NK2ay45cX1IVAQ==
-----END PGP SIGNATURE-----
"""

# The octets hashed for the above, as the RFC's appendix lists them.
V6_CLEARTEXT_HASHED = bytes.fromhex(
    "76495f50218890f7f5e2ee3c1822514f70500f551d86e5c921e404e34a53fbac"
    "57686174207765206e6565642066726f6d207468652067726f636572792073746f72653a0d0a"
    "0d0a2d20746f66750d0a2d20766567657461626c65730d0a2d206e6f6f646c65730d0a"
    "06011b0a0000002905826398a363222106cb186c4f0609a697e4d52dfa6c722b0c1f1e27"
    "c18a56708f6525ec27bad9acc906ff00000031"
)

# Appendix A.3 again: the octets hashed for the direct-key signature.
V6_DIRECT_KEY_HASHED = bytes.fromhex(
    "103e2d7d227ec0e6d7ce4471db36bfc97083253690271498a7ef0576c07faae1"
    "9b0000002a0663877fe31b00000020f94da7bb48d60a61e567706a6587d0331999bb9d89"
    "1a08242ead84543df895a3061f1b0a00000042058263877fe3030b090705150a0e080c02"
    "1600029b03021e09222106cb186c4f0609a697e4d52dfa6c722b0c1f1e27c18a56708f65"
    "25ec27bad9acc905270902070206ff0000004a"
)

# draft-koch-librepgp, appendix A.1 and A.2 (also RFC 9580 A.1, A.2): an EdDSALegacy key and a
# signature by it over the document "OpenPGP".
EDDSA_KEY = bytes.fromhex(
    "98330453f35f0b16092b06010401da470f010107403f098994bdd916ed4053197934e4a8"
    "7c80733a1280d62f8010992e43ee3b2406"
)
EDDSA_FINGERPRINT = "C959BDBAFA32A2F89A153B678CFDE12197965A9A"
EDDSA_SIGNATURE = bytes.fromhex(
    "885e040016080006050255f95f95000a09108cfde12197965a9af622010056f90cca98e2"
    "102637bd983fdb16c131dfd27ed82bf4dde5606e0d756aed33660100d09c4fa11527f038"
    "e0f57f2201d82f2ea2c9033265fa6ceb489e854bae61b404"
)
EDDSA_HASHED = bytes.fromhex("4f70656e504750040016080006050255f95f9504ff0000000c")

# Werner Koch's sample of a version 5 key (openpgp@ietf.org, 2019-03-20, "v5 sample key").
V5_SECRET_KEY = b"""\
-----BEGIN PGP PRIVATE KEY BLOCK-----

lGEFXJH05BYAAAAtCSsGAQQB2kcPAQEHQFhZlVcVVtwf+21xNQPX+ecMJJBL0MPd
fj75iux+my8QAAAAAAAiAQCHZ1SnSUmWqxEsoI6facIVZQu6mph3cBFzzTvcm5lA
Ng5ctBhlbW1hLmdvbGRtYW5AZXhhbXBsZS5uZXSIlgUTFggASCIhBRk0e8mHJGQC
X5nfPsLgAA7ZiEiS4fez6kyUAJFZVptUBQJckfTkAhsDBQsJCAcCAyICAQYVCgkI
CwIEFgIDAQIeBwIXgAAA9cAA/jiR3yMsZMeEQ40u6uzEoXa6UXeV/S3wwJAXRJy9
M8s0AP9vuL/7AyTfFXwwzSjDnYmzS0qAhbLDQ643N+MXGBJ2BZxmBVyR9OQSAAAA
MgorBgEEAZdVAQUBAQdA+nysrzml2UCweAqtpDuncSPlvrcBWKU0yfU0YvYWWAoD
AQgHAAAAAAAiAP9OdAPppjU1WwpqjIItkxr+VPQRT8Zm/Riw7U3F6v3OiBFHiHoF
GBYIACwiIQUZNHvJhyRkAl+Z3z7C4AAO2YhIkuH3s+pMlACRWVabVAUCXJH05AIb
DAAAOSQBAP4BOOIR/sGLNMOfeb5fPs/02QMieoiSjIBnijhob2U5AQC+RtOHCHx7
TcIYl5/Uyoi+FOvPLcNw4hOv2nwUzSSVAw==
=IiS2
-----END PGP PRIVATE KEY BLOCK-----
"""
V5_FINGERPRINTS = (
    "19347BC9872464025F99DF3EC2E0000ED9884892E1F7B3EA4C94009159569B54",
    "E4557C2B02FFBF4B04F87401EC336AF7133D0F85BE7FD09BAEFD9CAEB8C93965",
)


@functools.cache
def real_binaries() -> tuple[bytes, ...]:
    """Real data to mutate and cut: the samples, binary, and the smallest keyring if any."""
    samples = [dearmor(V6_CERTIFICATE), dearmor(V5_SECRET_KEY), EDDSA_KEY + EDDSA_SIGNATURE]
    if KEYRINGS:
        samples.append(min((path.read_bytes() for path in KEYRINGS), key=len))
    return tuple(samples)


@functools.cache
def real_texts() -> tuple[bytes, ...]:
    """Real armored data to mutate and cut."""
    return (
        V6_CERTIFICATE,
        V6_CLEARTEXT,
        V5_SECRET_KEY,
        write_armor("PGP SIGNATURE", EDDSA_SIGNATURE, [("Comment", "x: y")]),
    )
