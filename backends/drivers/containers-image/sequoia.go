//go:build containers_image_sequoia

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	_ "unsafe" // for go:linkname

	"pgp-accord/protocol"
)

// Sequoia, from libpodman_sequoia.so.0 (the crate podman-sequoia), which is loaded from the folder that
// this program is in, and from no other.
//
// Errors are texts: a line that says what kind of VerificationError it is, and the chain of its
// reasons, a line each; one after the other if there were several signatures.

const (
	mechanismName       = "sequoia"
	identityMayBeSubkey = false
)

var (
	formats = []string{protocol.Inline, protocol.Cleartext, protocol.Detached, protocol.SimpleSigning}
	reports = []string{"primary"}
	notes   = []string{
		"a detached signature is asked about as a message, out of its armor",
		"of several signatures, the first good one counts",
	}
)

// libraryDir is where the library is loaded from; distributions set it by a linker's option.
//
//go:linkname libraryDir go.podman.io/image/v5/signature/internal/sequoia.sequoiaLibraryDir
var libraryDir string

func init() {
	os.Setenv("SEQUOIA_CRYPTO_POLICY", "") // keeps the machine's policy out
	program, err := os.Executable()
	if err != nil {
		program = "/nowhere/driver" // empty is where the system looks
	}
	libraryDir = filepath.Dir(program)
}

const (
	libraryFile = "libpodman_sequoia.so.0"
	// libraryRelease is the crate's of which the Go module has the header.
	libraryRelease = "0.4.0"
)

// The library has no function for releases, but the paths of its sources are in it.
var release = regexp.MustCompile(
	`/(podman-sequoia|sequoia-openpgp|sequoia-cert-store|sequoia-policy-config)-(\d+\.\d+\.\d+)/`)

func engine(map[string]string) map[string]string {
	components := map[string]string{}
	library, _ := os.ReadFile(filepath.Join(libraryDir, libraryFile))
	for _, found := range release.FindAllSubmatch(library, -1) {
		components[string(found[1])] = string(found[2])
	}
	return components
}

// lack says what is wrong with the library, before it is loaded.
func lack() string {
	path := filepath.Join(libraryDir, libraryFile)
	if _, err := os.Stat(path); err != nil {
		return path + " is missing"
	}
	if found := engine(nil)["podman-sequoia"]; found != libraryRelease {
		return fmt.Sprintf("%s is of podman-sequoia %q, and the driver is made for %s", path, found, libraryRelease)
	}
	return ""
}

// nothingImported is only where nothing is: what cannot be read is an error.
const nothingImported = "missing_key"

const text = "*errors.errorString"

var policy = protocol.Table{
	{text, "Policy rejected non-revocation signature", "weak_hash"},
	{text, "Policy rejected asymmetric algorithm", "weak_key"},
	{text, "Policy rejected critical signature subpacket", "unknown_critical"},
	{text, "Policy rejected critical notation", "unknown_critical"},
	{text, "Policy rejected packet type", "policy_other"},
	{text, "Unknown Packet", "policy_other unsupported"},
	{text, "Private/Experimental Packet", "policy_other unsupported"},
}

// The kinds of error, by their first lines, and what the reasons below mean of each; what stands in
// first is meant if no reason is known, and is added to all where always is set.
var kinds = []struct {
	begins  *regexp.Regexp
	first   string
	always  bool
	reasons protocol.Table
}{
	{begins: regexp.MustCompile(`^Missing key [0-9A-F]+$`), first: "missing_key"},
	{
		begins: regexp.MustCompile(`^Signing key on [0-9A-F]+ is not bound:$`), first: "unbound_key", always: true,
		reasons: slices.Concat(policy, protocol.Table{
			{text, "No binding signature at time ", "key_newer_than_signature unsupported policy_other"},
			{text, "Expired on ", "signature_expired"},
		}),
	},
	{
		begins: regexp.MustCompile(`^Signing key on [0-9A-F]+ is bad:$`),
		reasons: slices.Concat(policy, protocol.Table{
			{text, `Invalid key: "certificate is revoked"`, "key_revoked"},
			{text, `Invalid key: "signing key is revoked"`, "key_revoked"},
			{text, `Invalid key: "key is not signing capable"`, "wrong_key_usage"},
			{text, "Expired on ", "key_expired"},
			{text, "Not live until ", "key_newer_than_signature"},
		}),
	},
	{begins: regexp.MustCompile(`^Bad signature:$`), reasons: ofASignature},
	{begins: regexp.MustCompile(`^Signature is malformed:$`), first: "malformed", reasons: ofASignature},
	{begins: regexp.MustCompile(`^Unknown signature:$`), first: "malformed unsupported", reasons: ofASignature},
}

var ofASignature = slices.Concat(policy, protocol.Table{
	{text, "Message has been manipulated", "bad_signature"},
	{text, "Expired on ", "signature_expired"},
	{text, "Not live until ", "signature_not_yet_valid"},
	{text, "Unsupported signature type", "unsupported"},
	{text, "Malformed packet: unsupported combination of key", "malformed unsupported"},
	{text, "Malformed packet: unknown version", "malformed unsupported"},
	{text, "Malformed packet: not a signature algorithm", "malformed unsupported wrong_key_usage"},
	{text, "Malformed packet: Malformed issuer fingerprint subpacket", "malformed unsupported"},
	{text, "Malformed packet", "malformed"},
	{text, "Malformed MPI", "malformed"},
	{text, "unexpected EOF", "malformed"},
	{text, "Signature (v", "bad_signature malformed"},
	{text, "Salt of size ", "bad_signature malformed"},
	{text, "Hash not computed.", "unsupported malformed"},
})

// Of the input, or of a file of certificates.
var ofTheInput = slices.Concat(protocol.Table{
	{text, "Policy rejected packet type", "policy_other unsupported malformed"}, // nor here
}, policy, protocol.Table{
	{text, "No valid signature", "no_signature"},
	{text, "Message has been manipulated", "bad_signature malformed"},
	{text, "Error parsing certificate", "malformed unsupported"}, // it does not hand on why
	{text, "Malformed Message: Malformed OpenPGP message", "malformed no_signature unsupported"},
	{text, "Malformed Message: ", "malformed no_signature"},
	{text, "Malformed OpenPGP message", "malformed no_signature unsupported"},
	{text, "Unrecognized EOF found at ", "malformed no_signature"}, // its grammar's
	{text, "incomplete deflate stream", "malformed no_signature"},
	{text, "corrupt deflate stream", "malformed no_signature"},
	{text, "bzip2: ", "malformed no_signature"},
	{text, "DecodeError: ", "malformed no_signature"},                                            // armor's
	{text, "Invalid argument: Unknown kind of fingerprint", "malformed unsupported missing_key"}, // the issuer's
	{text, "Malformed packet", "malformed"},
	{text, "Invalid ASCII Armor", "malformed no_signature"},
	{text, "Unsupported hash algorithm", "unsupported"},
	{text, "unexpected EOF", "malformed no_signature"},
	{text, "EOF", "malformed no_signature"},
})

// means is of all signatures together: one that is of no known kind, and nothing is known.
func means(err error) (classes []string) {
	var known int
	all := sections(err.Error())
	for _, section := range all {
		if found := ofASection(section); found != nil {
			known++
			classes = append(classes, found...)
		}
	}
	switch known {
	case 0:
		return ofTheInput.Classes(err, nil)
	case len(all):
		return classes
	}
	return nil
}

// ofASection is what one signature's error leaves; nil if it is of no kind that is known.
func ofASection(section []string) []string {
	for _, kind := range kinds {
		if !kind.begins.MatchString(section[0]) {
			continue
		}
		found := rootCause(kind.reasons, section[1:])
		if found == nil || kind.always {
			found = append(strings.Fields(kind.first), found...)
		}
		if len(found) == 0 {
			return protocol.EveryClass // it is refused, for whatever
		}
		return found
	}
	return nil
}

// sections cuts a text into one for each signature: what is not indented begins one.
func sections(said string) (found [][]string) {
	said = strings.TrimPrefix(said, "Multiple signature errors:\n")
	for _, line := range strings.Split(said, "\n") {
		if len(found) == 0 || !strings.HasPrefix(line, " ") {
			found = append(found, []string{line})
			continue
		}
		last := &found[len(found)-1]
		*last = append(*last, strings.TrimPrefix(strings.TrimLeft(line, " "), "because: "))
	}
	return
}

// rootCause gives what the last reason means that the table knows.
func rootCause(table protocol.Table, reasons []string) []string {
	for _, reason := range slices.Backward(reasons) {
		reason = strings.TrimPrefix(reason, "Bad signature: ")
		if found := table.Classes(errors.New(reason), nil); found != nil {
			return found
		}
	}
	return nil
}

func keyringMeans(err error) []string {
	found := ofTheInput.Classes(errors.New(err.Error()), []string{"malformed", "unsupported"})
	return append(slices.Clone(found), "missing_key")
}
