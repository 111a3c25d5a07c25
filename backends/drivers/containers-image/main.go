// Command containers-image answers for containers/image, with the signing mechanism that it is built
// with (docs/protocol.md):
//
//	go build                                  GPGME
//	go build -tags containers_image_openpgp   go-crypto, by its API of version 1
//	go build -tags containers_image_sequoia   Sequoia, from the C library libpodman_sequoia
//
// Asked is an ephemeral mechanism that knows the question's certificates and no others, one for each
// question, as the policy requirement "signedBy" makes one. What the signed contents are is not
// judged: in practice they are JSON (simple signing).
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"go.podman.io/image/v5/signature"

	"pgp-accord/protocol"
)

// driver is about the mechanism that was built in: the constants and functions named after one in
// gpgme.go, openpgp.go and sequoia.go.
type driver struct{}

func (driver) Describe() protocol.Description {
	version, linked := protocol.Components("go.podman.io/image/v5")
	components := engine(linked)
	components["Go"] = linked["Go"]
	return protocol.Description{
		Name:       "containers-image-" + mechanismName,
		Version:    version,
		Components: components,
		Capabilities: protocol.Capabilities{
			Formats: formats,
			Clock:   "none",
			Reports: reports,
		},
		Notes: notes,
	}
}

func (driver) Check(certificates [][]byte, artifact protocol.Artifact, at time.Time) protocol.Result {
	moveClock(at)
	mechanism, imported, err := newEphemeralGPGSigningMechanism(certificates)
	if err != nil {
		return withoutMechanism(err)
	}
	defer mechanism.Close()
	status := "imported: " + strings.Join(imported, " ")
	contents, identity, err := mechanism.Verify(artifact.Message)
	if err != nil {
		return rejected(err, means(err), status)
	}
	key, looked := whose(mechanism, artifact.Message, identity)
	return protocol.Accepted(key, status, "identity: "+identity, looked,
		fmt.Sprintf("contents: %d octets", len(contents)))
}

// notAccepted is what the library says of a good signature by a key that nobody asked for. It tells
// the primary key if the mechanism's identity may be a subkey.
var notAccepted = regexp.MustCompile(`^signature by key ([0-9A-F]+) of ([0-9A-F]+) is not accepted$`)

// whose finds the key to an identity. Callers get the primary key from the library only by comparing
// it with those that they trust: so no key is trusted here, and the refusal is read.
func whose(
	mechanism signature.SigningMechanism, message []byte, identity string,
) (key protocol.Key, looked string) {
	if !identityMayBeSubkey {
		return protocol.Key{Primary: identity}, "identity is the primary key"
	}
	_, _, err := signature.VerifyImageManifestSignatureUsingKeyIdentityList(
		message, nil, "localhost/any", mechanism, nil)
	if err == nil {
		return protocol.Key{Signing: identity}, "a key was accepted, though none is trusted"
	}
	if found := notAccepted.FindStringSubmatch(err.Error()); found != nil && found[1] == identity {
		return protocol.Key{Signing: identity, Primary: found[2]}, err.Error()
	}
	return protocol.Key{Signing: identity}, fmt.Sprintf("no primary key: %T: %s", err, err)
}

// withoutMechanism is about an error that none of the certificates outlasts.
func withoutMechanism(err error) protocol.Result {
	const status = "no mechanism"
	classes := keyringMeans(err)
	if len(classes) == 0 { // it is not the certificates' fault
		return protocol.Failed(protocol.Evidence{
			Status: []string{status}, Exception: protocol.TypeOf(err), Message: err.Error()})
	}
	return rejected(err, classes, status)
}

func rejected(err error, classes []string, status ...string) protocol.Result {
	if len(classes) == 0 {
		classes = protocol.EveryClass
	}
	return protocol.Rejected(err, classes, status...)
}

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	mechanism, _, err := newEphemeralGPGSigningMechanism(nil)
	if err != nil { // no gpg, or no library
		return json.NewEncoder(os.Stdout).Encode(map[string]string{
			"type": "unusable", "reason": fmt.Sprintf("no signing mechanism: %T: %s", err, err)})
	}
	if err := mechanism.Close(); err != nil {
		return err
	}
	return protocol.Serve(driver{})
}
