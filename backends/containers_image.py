"""containers/image, which Podman, Skopeo, Buildah and CRI-O verify the signatures of images with.

It has three signing mechanisms, and a program has one of them, by how it was compiled. One driver
asks all (``drivers/containers-image``, built by ``pgp-accord backends build``, once for each); what
their errors mean stands there. This module finds it.

Of OpenPGP's formats, the mechanism alone is asked, as the policy requirement ``signedBy`` makes it:
anew for each question, with a file of keys for each of certificates. It knows signed messages only;
a detached signature is made into one, and where that cannot be, it is not supported. An image's own
signature (simple signing) is judged by the policy evaluator. Measured with 5.42.0.

``gpgme`` (GPGME 1.18.0, gpg 2.2.40): refuses all but exactly one signature. It names the key that
signed; the primary key is looked up, as the library does. What gpg itself says cannot be had.

``openpgp`` (go-crypto 1.5.2, by its older API): of several signatures, the key that was announced
last is asked, once. One unreadable file of keys, and all is refused. No armor, no cleartext.

``sequoia`` (sequoia-openpgp 2.4.1, from podman-sequoia 0.4.0): the first good signature counts. It
says why it refuses, in lines of text.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import ClassVar

from backends.drivers import DRIVERS, Driver, DriverAdapter, folder_of
from harness import clock
from harness.artifact import Format
from harness.backend import Clock, Exported, Present, Snippet, Unavailable


class _ContainersImage(DriverAdapter):
    """What all three have in common."""

    reproduces: ClassVar[frozenset[Format]] = frozenset(Format)

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        words = (
            exported.format,
            exported.message or exported.data or "",
            exported.signature or exported.manifest or "",
            exported.reference or "",
            ",".join(exported.identities),
            *exported.certificates,
        )
        parts = {
            "NAME": cls.name,
            "PREAMBLE": "" if cls.clock is Clock.NONE else clock.preamble(exported.at),
            "TAG": cls.driver.tag,
            "LIBRARY": str(folder_of(cls.driver)) if cls.driver.library else "",
            "WORDS": repr([str(word) for word in words]),
            "FILES": "".join(f"{name!r}: r'''{text}''',\n" for name, text in cls._files()),
        }
        text = re.sub("<([A-Z]+)>", lambda mark: parts[mark[1]], _SCRIPT)
        return Snippet(suffix=".py", text=text)

    @classmethod
    def _files(cls) -> Iterator[tuple[str, str]]:
        """What a program of its own is made of: the driver's, without what speaks to us."""
        module = cls.driver.module
        pinned = (module / "go.mod").read_text()
        yield "go.mod", "module see\n" + re.sub(r"(?m)^(//|module|.*pgp-accord).*\n", "", pinned)
        yield "go.sum", (module / "go.sum").read_text()
        yield "main.go", _PROGRAM
        yield "linkname.s", "// Lets keyfiles.go declare a function without a body.\n"
        for file in ("keyfiles.go", "packets.go", "attach.go"):
            text = (module / file).read_text()
            yield file, re.sub(r'\t"pgp-accord/protocol"\n|\bprotocol\.', "", text)
        armor = (module.parent / "protocol/armor.go").read_text()
        yield "armor.go", armor.replace("package protocol", "package main")


_SCRIPT = """\
# What <NAME> says about this input; needs go, and a network unless its modules are in go's cache.
<PREAMBLE>
import os, pathlib, subprocess, sys, tempfile

LIBRARY = "<LIBRARY>"  # where libpodman_sequoia.so.0 is
WORDS = <WORDS>
FILES = {
<FILES>}

if LIBRARY and not os.path.exists(LIBRARY):
    sys.exit("needs the library: pgp-accord backends build <NAME>")
plain = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
with tempfile.TemporaryDirectory() as folder:
    for name, text in FILES.items():
        pathlib.Path(folder, name).write_text(text)
    options = ["-tags=<TAG>", "-buildvcs=false", "-o", folder + "/see"]
    build = ["go", "build", "-C", folder, *options, "."]
    subprocess.run(build, env={**plain, "GOWORK": "off"}, check=True)
    settings = {"LD_LIBRARY_PATH": LIBRARY, "SEQUOIA_CRYPTO_POLICY": "", "TMPDIR": folder}
    ended = subprocess.run([folder + "/see", *WORDS], env={**os.environ, **settings})
sys.exit(ended.returncode)
"""

_PROGRAM = """\
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"go.podman.io/image/v5/docker/reference"
	"go.podman.io/image/v5/image"
	"go.podman.io/image/v5/manifest"
	"go.podman.io/image/v5/signature"
	"go.podman.io/image/v5/types"

	"github.com/opencontainers/go-digest"
)

func main() {
	defer func() { // what is open is closed by then
		if err, failed := recover().(error); failed {
			fmt.Fprintf(os.Stderr, "%T: %s\\n", err, err)
			os.Exit(1)
		}
	}()
	see()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func read(name string) []byte {
	octets, err := os.ReadFile(name)
	check(err)
	return octets
}

type registry struct {
	types.ImageSource
	name               reference.Named
	manifest, signed []byte
}

func (from registry) Reference() types.ImageReference { return named{name: from.name} }

func (from registry) GetManifest(context.Context, *digest.Digest) ([]byte, string, error) {
	return from.manifest, manifest.GuessMIMEType(from.manifest), nil
}

func (from registry) GetSignatures(context.Context, *digest.Digest) ([][]byte, error) {
	return [][]byte{from.signed}, nil
}

type named struct {
	types.ImageReference
	name reference.Named
}

func (ref named) Transport() types.ImageTransport         { return transport{} }
func (ref named) DockerReference() reference.Named        { return ref.name }
func (ref named) PolicyConfigurationIdentity() string     { return ref.name.String() }
func (ref named) PolicyConfigurationNamespaces() []string { return nil }

type transport struct{ types.ImageTransport }

func (transport) Name() string { return "docker" }

func see() {
	format, signed, beside, name := os.Args[1], read(os.Args[2]), os.Args[3], os.Args[4]
	identities, files := os.Args[5], os.Args[6:]
	if format == "simple-signing" && identities == "" {
		requirement := map[string]any{"type": "signedBy", "keyType": "GPGKeys", "keyPaths": files}
		text, err := json.Marshal(map[string]any{"default": []any{requirement}})
		check(err)
		policy, err := signature.NewPolicyFromBytes(text)
		check(err)
		evaluator, err := signature.NewPolicyContext(policy)
		check(err)
		ref, err := reference.ParseNormalizedNamed(name)
		check(err)
		from := registry{name: reference.TagNameOnly(ref), manifest: read(beside), signed: signed}
		_, err = evaluator.IsRunningImageAllowed(
			context.Background(), image.UnparsedInstance(from, nil))
		check(err)
		fmt.Println("allowed")
		return
	}
	var keys [][]byte
	for _, file := range files {
		keys = append(keys, read(file))
	}
	mechanism, _, err := newEphemeralGPGSigningMechanism(keys)
	check(err)
	defer mechanism.Close()
	if format == "simple-signing" {
		_, key, err := signature.VerifyImageManifestSignatureUsingKeyIdentityList(
			signed, read(beside), name, mechanism, strings.Split(identities, ","))
		check(err)
		fmt.Println("allowed, by", key)
		return
	}
	if format == "detached" {
		signed, err = attach(signed, read(beside))
		check(err)
	}
	_, key, err := mechanism.Verify(signed)
	check(err)
	fmt.Println("accepted, by", key)
}
"""


class OfGPGME(_ContainersImage):
    """GPGME: the mechanism of a program that was compiled without a build tag for another."""

    name: ClassVar[str] = "containers-image-gpgme"
    clock: ClassVar[Clock] = Clock.LIBFAKETIME
    preload_worker: ClassVar[bool] = True
    driver: ClassVar[Driver] = DRIVERS["containers-image-gpgme"]

    @classmethod
    def presence(cls) -> Present | Unavailable:
        found = super().presence()
        if isinstance(found, Present) and shutil.which("gpg") is None:
            return Unavailable(reason="no gpg in PATH", install="apt-get install gnupg")
        return found


class OfOpenPGP(_ContainersImage):
    """Go alone (build tag ``containers_image_openpgp``), for programs without C."""

    name: ClassVar[str] = "containers-image-openpgp"
    clock: ClassVar[Clock] = Clock.NONE
    driver: ClassVar[Driver] = DRIVERS["containers-image-openpgp"]


class OfSequoia(_ContainersImage):
    """Sequoia, by a library of its own (build tag ``containers_image_sequoia``)."""

    name: ClassVar[str] = "containers-image-sequoia"
    clock: ClassVar[Clock] = Clock.LIBFAKETIME
    preload_worker: ClassVar[bool] = True
    driver: ClassVar[Driver] = DRIVERS["containers-image-sequoia"]
