//go:build containers_image_openpgp

package main

import (
	"errors"
	"slices"
	"time"

	"pgp-accord/protocol"
)

// go-crypto by its API of version 1, in Go alone. It takes the time from the kernel, so that
// libfaketime cannot change it.

const (
	mechanismName       = "openpgp"
	identityMayBeSubkey = false
)

var (
	formats = []string{protocol.Inline, protocol.Detached, protocol.SimpleSigning}
	reports = []string{"primary"}
	notes   = []string{
		"a detached signature is asked about as a message, out of its armor",
		"one certificate that cannot be read may make it refuse all",
		"of several signatures, the key that was announced last is asked, once",
	}
)

func engine(linked map[string]string) map[string]string {
	return map[string]string{"go-crypto": linked["github.com/ProtonMail/go-crypto"]}
}

// lack is what is wrong before anything is tried.
func lack() string { return "" }

func clock() string { return "none" }

func moveClock(time.Time) {}

// nothingImported is only where nothing is: what cannot be read is an error.
const nothingImported = "missing_key"

// What is passed over without a word: packets of unknown versions and algorithms, signatures with a
// critical subpacket that it does not know; and of certificates what is not bound as it should be.
const (
	passedOver = "no_signature malformed unsupported unknown_critical weak_hash policy_other"
	leftOut    = "unbound_key malformed unsupported unknown_critical weak_hash"
)

// What errors mean; measured with go-crypto v1.5.2.
var table = protocol.Table{
	// Or none that may sign.
	{"internal.InvalidSignatureError", "Key not found for key ID", "missing_key wrong_key_usage " + leftOut},
	{"*errors.errorString", "not signed", passedOver}, // no one-pass signature packet
	{"*errors.errorString", "EOF", "malformed no_signature unsupported"},
	{"*errors.errorString", "unexpected EOF", "malformed no_signature"},
	{"*errors.errorString", "zlib: ", "malformed no_signature"},
	{"flate.CorruptInputError", "", "malformed no_signature"},
	{"bzip2.StructuralError", "", "malformed no_signature"},
	{"errors.SignatureError", "openpgp: invalid signature: insecure", "weak_hash"},
	{"errors.SignatureError", "openpgp: invalid signature: unknown critical", "unknown_critical"},
	{"errors.SignatureError", "openpgp: invalid signature: Unsupported", "unsupported"},
	{"errors.SignatureError", "openpgp: invalid signature: hash tag", "bad_signature malformed"},
	{"errors.SignatureError", "", "bad_signature"},
	{"errors.signatureExpiredError", "", // the signature, or one on its key; the same before it was made
		"signature_expired signature_not_yet_valid unbound_key key_expired"},
	{"errors.keyExpiredError", "", "key_expired key_newer_than_signature"},
	{"errors.keyRevokedError", "", "key_revoked unbound_key"}, // the key, or the primary user ID
	{"errors.UnsupportedError", "openpgp: unsupported feature: unsupported hash", "unsupported weak_hash"},
	{"errors.UnsupportedError", "openpgp: unsupported feature: nested", "unsupported malformed policy_other"},
	{"errors.UnsupportedError", "", "unsupported"},
	{"errors.CriticalUnknownPacketTypeError", "", "malformed unsupported policy_other"},
	{"errors.InvalidArgumentError", "openpgp: invalid argument: public key and signature use different",
		"bad_signature malformed"},
	{"errors.InvalidArgumentError", "openpgp: invalid argument: public key cannot generate",
		"wrong_key_usage unsupported"},
	{"errors.InvalidArgumentError", "", "malformed no_signature"},
	{"errors.StructuralError", "openpgp: invalid data: tag byte", "malformed no_signature"},
	{"errors.StructuralError", "openpgp: invalid data: LiteralData not followed by signature", passedOver},
	// Its issuer is another than announced, or there is none.
	{"errors.StructuralError", "openpgp: invalid data: No matching signature found",
		"malformed missing_key identity_mismatch unsupported"},
	{"errors.StructuralError", "", "malformed"},
	{"errors.keyIncorrectError", "", "malformed no_signature unsupported"}, // it is encrypted
}

func means(err error) []string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner // "signature error: " stands before
	}
	return table.Classes(err, nil)
}

// Why a file of certificates is refused, which all others share the fate of.
var ofAKeyring = slices.Concat(protocol.Table{
	{"errors.StructuralError", "openpgp: invalid data: revocation signature", "key_revoked unsupported malformed"},
	{"errors.StructuralError", "openpgp: invalid data: subkey signature invalid",
		"unbound_key malformed unsupported"},
	{"errors.StructuralError", "openpgp: invalid data: subkey ", "unbound_key malformed"},
	{"errors.StructuralError", "openpgp: invalid data: user ID self-signature",
		"unbound_key malformed unsupported"},
	{"errors.StructuralError", "openpgp: invalid data: user ID ", "unbound_key malformed"},
	{"errors.StructuralError", "openpgp: invalid data: v4 entity without", "unbound_key malformed"},
	{"errors.StructuralError", "openpgp: invalid data: v6 entity without", "unbound_key malformed"},
	{"errors.StructuralError", "openpgp: invalid data: invalid direct-key", "unbound_key malformed"},
	{"errors.StructuralError", "openpgp: invalid data: first packet was not", "malformed unsupported"},
}, table)

// keyringMeans cannot tell the signature's own certificate from another: so the key may be missing.
func keyringMeans(err error) []string {
	return append(slices.Clone(ofAKeyring.Classes(err, []string{"malformed", "unsupported"})), "missing_key")
}
