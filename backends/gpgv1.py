"""GnuPG 1.4's ``gpgv1``: the old line, which some distributions still ship.

It is called as ``gpgv`` is (`backends.gpgv`), and writes the old form of status lines, where
nothing marks the beginning of a signature and some error codes have other numbers.

What it cannot do: elliptic curves, and anything of version 5 or 6; one such key hides the one
before it and all after it in the keyring. It does not look at key flags (a key that may only
certify signs data), and accepts what comes from the future. Only the first signature of several is
checked where their classes or hash algorithms differ. A signature by an RSA key for encryption only
aborts it, which is no answer. Measured with 1.4.23.
"""

from __future__ import annotations

from typing import ClassVar

from backends import _status
from backends.gpgv import Gpgv


class Gpgv1(Gpgv):
    """The program ``gpgv1``."""

    name: ClassVar[str] = "gpgv1"
    program: ClassVar[str] = "gpgv1"
    dialect: ClassVar[_status.Dialect] = _status.CLASSIC
    notes: ClassVar[tuple[str, ...]] = (
        *Gpgv.notes,
        "looks at no key flags",
        "one key that it does not know hides those around it in the keyring",
    )
