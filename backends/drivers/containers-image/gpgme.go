//go:build !containers_image_openpgp && !containers_image_sequoia

package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/proglottis/gpgme"

	"pgp-accord/protocol"
)

// GPGME, which starts gpg: one home directory per mechanism, into which the files are imported. What
// gpg writes to standard error cannot be had, so that classes stay wide where it alone says why.

const (
	mechanismName       = "gpgme"
	identityMayBeSubkey = true
)

var (
	formats = []string{protocol.Inline, protocol.Cleartext, protocol.Detached, protocol.SimpleSigning}
	reports = []string{"primary", "signing"}
	notes   = []string{
		"a detached signature is asked about as a message, out of its armor",
		"refuses more than one signature",
		"names the signing key; the primary key is looked up, as the library does",
	}
)

func engine(linked map[string]string) map[string]string {
	components := map[string]string{"proglottis/gpgme": linked["github.com/proglottis/gpgme"]}
	info, err := gpgme.GetEngineInfo()
	for ; err == nil && info != nil; info = info.Next() {
		if info.Protocol() == gpgme.ProtocolOpenPGP {
			components["gpg"] = info.Version()
		}
	}
	return components
}

// lack is what is wrong before anything is tried.
func lack() string { return "" }

// What errors mean of which the functions return one; measured with GPGME 1.18.0 (gpg 2.2.40).
var returned = protocol.Table{
	{"gpgme.Error", "Unknown compression algorithm", "malformed unsupported"},
	{"gpgme.Error", "No data", "no_signature malformed unsupported"},
	{"gpgme.Error", "Bad data", "malformed"},
	// Packets out of place, among others.
	{"gpgme.Error", "General error", strings.Join(protocol.EveryClass, " ")},
	{"internal.InvalidSignatureError", "Unexpected GPG signature count 0",
		"no_signature malformed unsupported"},
	{"internal.InvalidSignatureError", "Unexpected GPG signature count ", "policy_other"},
}

// What gpg leaves out of a keyring without a word: a key that it does not know may be any of these.
const leftOut = " unbound_key weak_hash unknown_critical key_newer_than_signature malformed unsupported"

// nothingImported is also where it has left everything out.
const nothingImported = "missing_key" + leftOut

// What the status of a signature means, by its code (libgpg-error's).
var statuses = map[int]string{
	6:   "unbound_key" + leftOut, // bad public key
	8:   "bad_signature unknown_critical",
	9:   "missing_key" + leftOut,
	32:  "malformed unsupported", // signature class
	39:  "key_newer_than_signature malformed",
	52:  "malformed unsupported", // not processed
	94:  "key_revoked",
	125: "wrong_key_usage",
	153: "key_expired",
	154: "signature_expired",
}

const wrongKeyAlgorithm, wrongHashAlgorithm = 4, 5

// The algorithms that gpg knows, by GPGME's numbers: RSA, DSA, ECDSA, EdDSA; MD5, SHA-1 and
// RIPEMD-160; SHA-2. Hash 0 is a packet that it could not read.
var (
	knownKeys  = []int{1, 2, 3, 17, 301, 303}
	weakHashes = []int{1, 2, 3}
	goodHashes = []int{8, 9, 10, 11}
)

func ofAnAlgorithm(code, key, hash int) string {
	switch {
	case code == wrongKeyAlgorithm && slices.Contains(knownKeys, key):
		return "weak_key unsupported"
	case code == wrongHashAlgorithm && slices.Contains(weakHashes, hash):
		return "weak_hash"
	case code == wrongHashAlgorithm && slices.Contains(goodHashes, hash):
		return "weak_hash unsupported"
	case code == wrongHashAlgorithm && hash == 0:
		return "malformed unsupported"
	}
	return "unsupported"
}

// The library prints GPGME's whole answer by Go's syntax. The code's higher bits say who speaks.
var statusOf = regexp.MustCompile(`^Invalid GPG signature: gpgme\.Signature\{.*` +
	`\bStatus:gpgme\.Error\{err:(0x[0-9a-f]+)\}.*\bPubkeyAlgo:(\d+), HashAlgo:(\d+)\}$`)

func means(err error) []string {
	found := statusOf.FindStringSubmatch(err.Error())
	if found == nil {
		return returned.Classes(err, nil)
	}
	var numbers [3]int
	for i := range numbers {
		number, _ := strconv.ParseInt(found[i+1], 0, 64)
		numbers[i] = int(number & 0xffff)
	}
	if code := numbers[0]; code == wrongKeyAlgorithm || code == wrongHashAlgorithm {
		return strings.Fields(ofAnAlgorithm(code, numbers[1], numbers[2]))
	}
	if means, known := statuses[numbers[0]]; known {
		return strings.Fields(means)
	}
	return protocol.EveryClass // it is a refusal, whatever for
}

// keyringMeans knows of none: files without a key in them are imported without an error.
func keyringMeans(error) []string { return nil }
