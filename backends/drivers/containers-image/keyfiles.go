package main

import (
	_ "unsafe" // for go:linkname

	"go.podman.io/image/v5/signature"
)

// mechanism has the methods of the library's signingMechanismWithPassphrase, and must have no others:
// a value of one is used as the other.
type mechanism interface {
	signature.SigningMechanism
	SignWithPassphrase(input []byte, keyIdentity string, passphrase string) ([]byte, error)
}

// newEphemeralGPGSigningMechanism is the function below NewEphemeralGPGSigningMechanism, which takes
// one file of keys. This one takes several, as "signedBy" does with keyPaths, and some mechanisms read
// two files differently from the same octets in one.
//
//go:linkname newEphemeralGPGSigningMechanism go.podman.io/image/v5/signature.newEphemeralGPGSigningMechanism
func newEphemeralGPGSigningMechanism(files [][]byte) (mechanism, []string, error)
