package main

import (
	"fmt"
	"regexp"
	"strings"

	"go.podman.io/image/v5/signature"

	"pgp-accord/protocol"
)

// view is what a mechanism with the question's certificates says about a message.
type view struct {
	mechanism mechanism // nil if there is none
	imported  []string
	contents  []byte
	identity  string
	err       error
	classes   []string // of err; none if it is no refusal
	key       protocol.Key
	looked    string // how the key was found
}

func look(certificates [][]byte, message []byte) (seen view) {
	seen.mechanism, seen.imported, seen.err = newEphemeralGPGSigningMechanism(certificates)
	if seen.err != nil {
		seen.mechanism = nil
		seen.classes = keyringMeans(seen.err)
		return
	}
	seen.contents, seen.identity, seen.err = seen.mechanism.Verify(message)
	if seen.err == nil {
		seen.key, seen.looked = whose(seen.mechanism, message, seen.identity)
		return
	}
	seen.classes = means(seen.err)
	return
}

func (seen view) close() {
	if seen.mechanism != nil {
		seen.mechanism.Close()
	}
}

// asItIs gives the mechanism's own answer.
func (seen view) asItIs() protocol.Result {
	status := []string{"no mechanism"}
	if seen.mechanism != nil {
		status = []string{"imported: " + strings.Join(seen.imported, " ")}
	}
	if seen.err != nil {
		return refusal(seen.err, seen.classes, status)
	}
	return protocol.Accepted(seen.key, append(status, "identity: "+seen.identity, seen.looked,
		fmt.Sprintf("contents: %d octets", len(seen.contents)))...)
}

// refusal is one with these classes. Without any it is no answer: nobody knows what was said.
func refusal(err error, classes, status []string) protocol.Result {
	if len(classes) == 0 {
		return protocol.Failed(protocol.Evidence{
			Status: status, Exception: protocol.TypeOf(err), Message: err.Error()})
	}
	return protocol.Rejected(err, classes, status...)
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
