// Command containers-image answers for containers/image, with the signing mechanism that it is built
// with (docs/protocol.md):
//
//	go build                                  GPGME
//	go build -tags containers_image_openpgp   go-crypto, by its API of version 1
//	go build -tags containers_image_sequoia   Sequoia, from the C library libpodman_sequoia
//
// Of OpenPGP's formats, an ephemeral mechanism is asked that knows the question's certificates and no
// others, one for each question, as the policy requirement "signedBy" makes one. Of an image's
// signature (simple signing), the policy evaluator is asked.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

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
			Clock:   clock(),
			Reports: reports,
		},
		Notes: notes,
	}
}

func (driver) Check(certificates [][]byte, asked protocol.Artifact, at time.Time) protocol.Result {
	moveClock(at)
	message := asked.Message
	switch asked.Format {
	case protocol.SimpleSigning:
		return judge(certificates, asked)
	case protocol.Detached:
		var err error
		if message, err = attach(asked.Data, asked.Signature); err != nil {
			return protocol.Rejected(err, []string{"unsupported"})
		}
	}
	seen := look(certificates, message)
	defer seen.close()
	return seen.asItIs()
}

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	if reason := lack(); reason != "" {
		return unusable(reason)
	}
	mechanism, _, err := newEphemeralGPGSigningMechanism(nil)
	if err != nil { // no gpg, or a library that lacks one of its own
		return unusable(fmt.Sprintf("no signing mechanism: %T: %s", err, err))
	}
	if err := mechanism.Close(); err != nil {
		return err
	}
	return protocol.Serve(driver{})
}

func unusable(reason string) error {
	return json.NewEncoder(os.Stdout).Encode(map[string]string{"type": "unusable", "reason": reason})
}
