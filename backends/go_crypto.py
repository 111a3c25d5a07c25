"""Go's two OpenPGP libraries: ProtonMail's go-crypto, which most programs in Go use now, and its
ancestor golang.org/x/crypto/openpgp, which is frozen and still in many.

One driver asks both (``drivers/go-crypto``, built by ``pgp-accord backends build``); what their
errors mean stands there. This module finds it.

go-crypto (1.5.2, API of version 2): every signature has a typed error. Keys are judged as of the
signature's creation, and never as of the reference time. What it does not support, it passes over
in silence: signatures by unknown algorithms, keys, self-signatures. The first certificate with a
key ID counts. It refuses RSA below 2047 bits, DSA, secp256k1, and SHA-1 for messages, but not for
signatures on keys.

x-crypto (0.41.0): no time, no EdDSA, no version 6, nothing weak. One bad self-signature or binding,
and the certificate is left out in silence. Signatures before the message are not seen. A key that
is revoked, for whatever reason, or that may not sign, is none; another copy of it may be. Beside a
detached signature it names the certificate alone; the key is looked up as it does itself.
"""

from __future__ import annotations

import re
import shlex
from typing import ClassVar

from backends.drivers import DRIVERS, Driver, DriverAdapter
from harness.backend import Clock, Exported, Snippet


class _Go(DriverAdapter):
    """What both have in common."""

    verify: ClassVar[str]
    imports: ClassVar[str]

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        module = cls.driver.module
        pinned = re.sub(r".*pgp-accord.*\n", "", (module / "go.mod").read_text())
        signed = exported.data or exported.message or ""
        words = (exported.at.isoformat(), exported.format, signed, exported.signature or "-")
        text = _SCRIPT
        for mark, content in {
            "NAME": cls.name,
            "GO_MOD": "module see\n" + re.sub(r"^//.*\n", "", pinned, flags=re.M).lstrip(),
            "GO_SUM": (module / "go.sum").read_text(),
            "IMPORTS": cls.imports,
            "VERIFY": cls.verify,
            "ARGUMENTS": shlex.join((*words, *exported.certificates)),
        }.items():
            text = text.replace(f"<{mark}>", content.rstrip("\n"))
        return Snippet(suffix=".sh", text=text)


_SCRIPT = """\
#!/bin/sh
# What <NAME> says about this input; needs go, and a network unless its modules are in go's cache.
set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/go.mod" <<'END'
<GO_MOD>
END
cat >"$folder/go.sum" <<'END'
<GO_SUM>
END
cat >"$folder/main.go" <<'END'
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

<IMPORTS>
)

func read(name string) []byte {
	octets, err := os.ReadFile(name)
	check(err)
	return octets
}

func check(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%T: %s\\n", err, err)
		os.Exit(1)
	}
}

func body(octets []byte) io.Reader {
	if bytes.HasPrefix(octets, []byte("-----BEGIN ")) {
		block, err := armor.Decode(bytes.NewReader(octets))
		check(err)
		return block.Body
	}
	return bytes.NewReader(octets)
}

func main() {
	at, err := time.Parse(time.RFC3339, os.Args[1])
	check(err)
	format, signed := os.Args[2], read(os.Args[3])
	var keyring openpgp.EntityList
	for _, name := range os.Args[5:] {
		entities, err := openpgp.ReadKeyRing(body(read(name)))
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %s\\n", name, err)
		}
		keyring = append(keyring, entities...)
	}
	var signature io.Reader
	if format == "detached" {
		signature = body(read(os.Args[4]))
	} else if format == "cleartext" {
		block, _ := clearsign.Decode(signed)
		if block == nil {
			check(fmt.Errorf("clearsign.Decode finds no message"))
		}
		signed, signature = block.Bytes, block.ArmoredSignature.Body
	}
<VERIFY>
}
END
GOWORK=off go build -C "$folder" -buildvcs=false -o "$folder/see" .
"$folder/see" <ARGUMENTS>
"""


class GoCrypto(_Go):
    """github.com/ProtonMail/go-crypto, by its API of version 2."""

    name: ClassVar[str] = "go-crypto"
    clock: ClassVar[Clock] = Clock.NATIVE
    driver: ClassVar[Driver] = DRIVERS["go-crypto"]
    imports: ClassVar[str] = """\
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
"""
    verify: ClassVar[str] = """\
	config := &packet.Config{Time: func() time.Time { return at }}
	if signature != nil {
		_, signer, err := openpgp.VerifyDetachedSignature(
			keyring, bytes.NewReader(signed), signature, config)
		check(err)
		fmt.Printf("accepted, by the certificate %X\\n", signer.PrimaryKey.Fingerprint)
		return
	}
	details, err := openpgp.ReadMessage(body(signed), keyring, nil, config)
	check(err)
	_, err = io.Copy(io.Discard, details.UnverifiedBody)
	check(err)
	check(details.SignatureError)
	if details.Signature == nil {
		check(fmt.Errorf("not signed"))
	}
	fmt.Printf("accepted, by the certificate %X\\n", details.SignedBy.Entity.PrimaryKey.Fingerprint)
"""


class XCrypto(_Go):
    """golang.org/x/crypto/openpgp."""

    name: ClassVar[str] = "x-crypto"
    clock: ClassVar[Clock] = Clock.NONE
    driver: ClassVar[Driver] = DRIVERS["x-crypto"]
    imports: ClassVar[str] = """\
	"golang.org/x/crypto/openpgp"
	"golang.org/x/crypto/openpgp/armor"
	"golang.org/x/crypto/openpgp/clearsign"
"""
    verify: ClassVar[str] = """\
	_ = at // it looks at no time
	if signature != nil {
		signer, err := openpgp.CheckDetachedSignature(keyring, bytes.NewReader(signed), signature)
		check(err)
		fmt.Printf("accepted, by the certificate %X\\n", signer.PrimaryKey.Fingerprint)
		return
	}
	details, err := openpgp.ReadMessage(body(signed), keyring, nil, nil)
	check(err)
	_, err = io.Copy(io.Discard, details.UnverifiedBody)
	check(err)
	check(details.SignatureError)
	if !details.IsSigned || details.SignedBy == nil {
		check(fmt.Errorf("not signed, or not by a key that may sign"))
	}
	fmt.Printf("accepted, by the certificate %X\\n", details.SignedBy.Entity.PrimaryKey.Fingerprint)
"""
