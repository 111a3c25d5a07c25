"""Sequoia PGP, asked from Rust: the same library as ``sequoia`` has inside, which says why.

Its driver is ``drivers/sequoia-native``, built by ``pgp-accord backends build``; what Sequoia's
errors mean stands there. This module finds it.

Every signature has a typed error, a chain of reasons beneath it, and both fingerprints. Reference
time and the time of the standard policy's cutoffs are options; with a reference time of its own,
Sequoia has no tolerance for clocks that differ (30 minutes else). Measured with sequoia-openpgp
2.4.2 and RustCrypto, its cryptographic library that needs nothing of the system's.

What differs from ``sequoia``, beside the reasons: a detached signature's file is read by Sequoia's
verifier and not by pysequoia, which drops what stands beside the first signature; of several, one
good one suffices natively; of a file of certificates, all that can be read counts.

``sequoia-native:FILE`` is the same under a policy file, as ``sequoia-policy-config`` reads it. The
machine's own policy (``/etc/crypto-policies``, variables) is never looked at.

What it cannot do: accept what only another cryptographic library can.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import ClassVar, cast

import msgspec

from backends import UNDER
from backends.drivers import DRIVERS, Driver, DriverAdapter
from harness.backend import Clock, Exported, Present, Snippet, Unavailable


class SequoiaNative(DriverAdapter):
    """The crate ``sequoia-openpgp``, under its standard policy, or that of a file."""

    name: ClassVar[str] = "sequoia-native"
    clock: ClassVar[Clock] = Clock.NATIVE
    driver: ClassVar[Driver] = DRIVERS["sequoia-native"]
    policy: ClassVar[Path | None] = None
    """The file, absolute: the worker runs in a directory of its own."""

    @classmethod
    def presence(cls) -> Present | Unavailable:
        found = super().presence()
        if cls.policy is None or isinstance(found, Unavailable):
            return found
        if not cls.policy.is_file() or not os.access(cls.policy, os.R_OK):
            return Unavailable(
                reason=f"{cls.policy} is no file that can be read",
                install=f"write a policy of Sequoia's there, or name another after {UNDER}",
            )
        return found

    @classmethod
    def command(cls) -> tuple[str, ...]:
        under = () if cls.policy is None else ("--policy", str(cls.policy))
        return (*super().command(), *under)

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        parts = {
            "certificates": list(exported.certificates),
            "at": exported.at.isoformat(),
            "format": exported.format,
            "data": exported.data,
            "signature": exported.signature,
            "message": exported.message,
        }
        return Snippet(
            suffix=".py",
            text=_SCRIPT.format(
                building=shlex.quote(cls.driver.building),
                command=list(cls.command()),
                parts=msgspec.to_builtins(parts),
            ),
        )


def given(name: str) -> type[SequoiaNative]:
    """Make an adapter for a policy file that a user gave.

    What is no policy is found out when it is started: it is unusable then.

    Args:
        name: `UNDER` and the file's path.
    """
    members = {"name": name, "policy": Path(name.removeprefix(UNDER)).absolute()}
    return cast("type[SequoiaNative]", type("GivenPolicy", (SequoiaNative,), members))


_SCRIPT = '''\
"""What Sequoia says about this input; needs the driver, as this makes it: {building}"""
import base64
import json
import subprocess
import sys
from pathlib import Path

COMMAND = {command!r}
INPUT = {parts!r}


def content(name):
    return base64.b64encode(Path(name).read_bytes()).decode()


artifact = {{k: content(INPUT[k]) for k in ("data", "signature", "message") if INPUT[k]}}
artifact["format"] = INPUT["format"]
certificates = [content(name) for name in INPUT["certificates"]]
question = {{"type": "question", "id": 1, "at": INPUT["at"]}}
question |= {{"artifact": artifact, "certificates": certificates}}
said = subprocess.run(COMMAND, input=json.dumps(question) + "\\n", stdout=-1, text=True, check=True)
native = json.loads(said.stdout)["answer"]["native"]
print(*native.get("evidence", {{}}).get("status", ()), sep="\\n")
print(native["verdict"], *(" ".join(key.values()) for key in native.get("keys", ())))
sys.exit(native["verdict"] != "accepted")
'''
