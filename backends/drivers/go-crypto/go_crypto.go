package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	reasons "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"

	"pgp-accord/protocol"
)

// goCrypto is github.com/ProtonMail/go-crypto by its API of version 2, which GopenPGP calls.
//
// VerifyDetachedSignatureReader and ReadMessage give the error of the signature, typed, and the key.
// The reference time is config.Time. Keys are judged as of the signature's creation.
type goCrypto struct{}

// What errors mean; measured with v1.5.2. Where a text tells more than the type, it comes first.
var goCryptoMeans = slices.Concat(protocol.Table{
	{"errors.SignatureError", "openpgp: invalid signature: insecure", "weak_hash"},
	{"errors.SignatureError", "openpgp: invalid signature: unknown critical", "unknown_critical"},
	{"errors.SignatureError", "openpgp: invalid signature: intended recipients", "identity_mismatch"},
	{"errors.SignatureError", "openpgp: invalid signature: Unsupported", "unsupported"},
	{"errors.SignatureError", "openpgp: invalid signature: hash tag", "bad_signature malformed"},
	{"errors.SignatureError", "", "bad_signature"},
	{"errors.unknownIssuerError", "", "missing_key"},
	{"errors.keyExpiredError", "", "key_expired"},
	{"errors.keyRevokedError", "", "key_revoked"},
	{"errors.signatureOlderThanKeyError", "", "key_newer_than_signature"},
	{"errors.WeakAlgorithmError", "", "weak_key"},
	{"errors.InvalidArgumentError", "openpgp: invalid argument: public key and signature use different",
		"bad_signature malformed"},
	{"errors.InvalidArgumentError", "openpgp: invalid argument: public key cannot generate",
		"wrong_key_usage unsupported"},
	// Also where a certificate, or a message, stands in the signature's place.
	{"errors.InvalidArgumentError", "", "malformed no_signature"},
	{"errors.UnsupportedError", "openpgp: unsupported feature: unsupported hash", "unsupported weak_hash"},
	{"errors.UnsupportedError", "openpgp: unsupported feature: nested", "unsupported malformed"},
	{"errors.UnsupportedError", "", "unsupported"},
	{"errors.StructuralError", "openpgp: invalid data: signature doesn't have an issuer",
		"missing_key malformed"},
	{"errors.StructuralError", "openpgp: invalid data: no signature", "no_signature malformed"},
	// One of the signatures was passed over when it was read.
	{"errors.StructuralError", "openpgp: invalid data: number of ops",
		"malformed no_signature unsupported weak_hash unknown_critical policy_other"},
	{"errors.StructuralError", "openpgp: invalid data: v6 key uses legacy", "malformed weak_key"},
	{"errors.CriticalUnknownPacketTypeError", "", "malformed unsupported"},
	{"errors.ErrMalformedMessage", "", "malformed no_signature"},
	{"errors.messageTooLargeError", "", "policy_other malformed"},
}, bothMean)

// Packets that it does not support are passed over when they are read: those of an unknown version,
// algorithm or hash algorithm, and signatures with a critical subpacket that it does not know.
const passedOver = "no_signature malformed unsupported unknown_critical weak_hash policy_other"

func (goCrypto) Describe() protocol.Description {
	version, components := protocol.Components("github.com/ProtonMail/go-crypto")
	return protocol.Description{
		Name:       "go-crypto",
		Version:    version,
		Components: components,
		Capabilities: protocol.Capabilities{
			Formats: []string{protocol.Cleartext, protocol.Detached, protocol.Inline},
			Clock:   "native",
			Reports: []string{"primary", "signing"},
		},
		Notes: []string{
			"native verdict: one good signature suffices",
			"of user IDs that are as good as each other, a random one limits the primary key",
			"stock configuration (MinRSABits, RejectHashAlgorithms and others are options)",
		},
	}
}

func (goCrypto) Check(certificates [][]byte, artifact protocol.Artifact, at time.Time) protocol.Result {
	config := &packet.Config{Time: func() time.Time { return at }}
	keyring, refused := loadForGoCrypto(certificates)
	details, err := openForGoCrypto(keyring, artifact, config)
	if err == nil {
		_, err = io.Copy(io.Discard, details.UnverifiedBody)
	}
	switch {
	case err == reasons.ErrUnknownIssuer: // that it has looked for one, it does not say here
		return rejected(err, passedOver, append(refused, "no signature that it can read"))
	case err != nil:
		return protocol.Rejected(err, goCryptoMeans.Classes(err, protocol.EveryClass), refused...)
	case !details.IsSigned:
		return rejected(errUnsigned, passedOver, refused)
	case details.SignatureError != nil:
		return why(details, certificates, config, refused)
	}
	key := protocol.Key{
		Signing: fingerprint(details.SignedBy.PublicKey.Fingerprint),
		Primary: fingerprint(details.SignedBy.Entity.PrimaryKey.Fingerprint),
	}
	return protocol.Accepted(key, refused...)
}

func loadForGoCrypto(certificates [][]byte) (keyring openpgp.EntityList, refused []string) {
	for _, file := range certificates {
		for _, block := range protocol.Blocks(file) {
			read := openpgp.ReadKeyRing
			if protocol.IsArmored(block) {
				read = openpgp.ReadArmoredKeyRing
			}
			found, err := read(bytes.NewReader(block))
			if err != nil {
				refused = append(refused, refusal(err))
			}
			keyring = append(keyring, found...)
		}
	}
	return
}

func openForGoCrypto(
	keyring openpgp.KeyRing, artifact protocol.Artifact, config *packet.Config,
) (*openpgp.MessageDetails, error) {
	switch artifact.Format {
	case protocol.Inline:
		body, err := goCryptoBody(artifact.Message, openpgp.MessageType)
		if err != nil {
			return nil, err
		}
		return openpgp.ReadMessage(body, keyring, nil, config)
	case protocol.Cleartext:
		block, _ := clearsign.Decode(artifact.Message)
		if block == nil {
			return nil, errNoCleartext
		}
		return openpgp.VerifyDetachedSignatureReader(
			keyring, bytes.NewReader(block.Bytes), block.ArmoredSignature.Body, config)
	}
	body, err := goCryptoBody(artifact.Signature, openpgp.SignatureType)
	if err != nil {
		return nil, err
	}
	return openpgp.VerifyDetachedSignatureReader(
		keyring, bytes.NewReader(artifact.Data), body, config)
}

func goCryptoBody(octets []byte, kind string) (io.Reader, error) {
	if !protocol.IsArmored(octets) {
		return bytes.NewReader(octets), nil
	}
	block, err := armor.Decode(bytes.NewReader(octets))
	if err != nil {
		return nil, err
	}
	if block.Type != kind {
		return nil, reasons.InvalidArgumentError("expected '" + kind + "', got: " + block.Type)
	}
	return block.Body, nil
}

// why finds what the error of a signature leaves. Where it stands for many, the library is asked
// again, about the key alone.
func why(
	details *openpgp.MessageDetails, certificates [][]byte, config *packet.Config, status []string,
) protocol.Result {
	err, chosen := details.SignatureError, details.SelectedCandidate
	classes := goCryptoMeans.Classes(err, protocol.EveryClass)
	switch signature := chosen.CorrespondingSig; {
	case err == reasons.ErrSignatureExpired:
		classes = whenExpired(signature, config.Now())
	case err == reasons.ErrUnknownIssuer:
		for _, unread := range unreadForGoCrypto(certificates) {
			classes = append(classes, strings.Fields(passedOver)...)
			classes = append(classes, "unbound_key")
			status = append(status, refusal(unread))
		}
	case slices.Contains(noKey, err.Error()) && signature != nil:
		var again []string
		// Anew, as always, so that nothing depends on what was asked before.
		keyring, _ := loadForGoCrypto(certificates)
		entity := keyring.EntitiesById(chosen.IssuerKeyId)[0]
		classes, again = whyNoKey(entity, chosen.IssuerKeyId, signature.CreationTime, config)
		status = append(status, again...)
	}
	return protocol.Rejected(err, classes, status...)
}

// noKey is what is said of a key with whatever fault but an expiry, a revocation or a weak algorithm of
// the primary key.
var noKey = []string{
	"no valid self signature found",
	"openpgp: invalid data: no valid signing or verifying key found",
}

// whenExpired tells apart what one error stands for: the signature's life, which has not begun or is
// over, and that of a signature on its key, which is measured at its creation.
func whenExpired(signature *packet.Signature, now time.Time) []string {
	switch {
	case signature.CreationTime.After(now):
		return []string{"signature_not_yet_valid"}
	case signature.SigExpired(now):
		return []string{"signature_expired"}
	}
	return []string{"signature_expired", "unbound_key", "key_expired"}
}

// whyNoKey asks the primary key, or the subkey of this ID, what is wrong with it at a time.
func whyNoKey(
	entity *openpgp.Entity, id uint64, at time.Time, config *packet.Config,
) (classes, said []string) {
	key, links := entity.PrimaryKey, linksOfPrimary(entity)
	flags, broken := entity.VerifyPrimaryKey(at, config)
	for _, subkey := range entity.Subkeys {
		if broken == nil && subkey.PublicKey.KeyId == id {
			key, links = subkey.PublicKey, linksOfSubkey(entity, subkey)
			flags, broken = subkey.Verify(at, config)
		}
	}
	say := func(text string) { said = append(said, fmt.Sprintf("key %X: %s", key.Fingerprint, text)) }
	switch {
	case broken == reasons.ErrKeyExpired || broken == reasons.ErrKeyRevoked:
		say(protocol.TypeOf(broken))
		return goCryptoMeans.Classes(broken, nil), said
	case broken != nil && at.Before(key.CreationTime):
		say(broken.Error() + " at a time before the key's")
		return []string{"key_newer_than_signature"}, said
	case broken != nil:
		classes = []string{"unbound_key"}
		for _, link := range links {
			more, text := link.why(at, config)
			classes = append(classes, more...)
			say(text)
		}
		if len(links) == 0 {
			say("no signature on it that it can read")
			classes = append(classes, "weak_hash", "unknown_critical", "unsupported", "malformed")
		}
	// Of user IDs that are as good as each other a random one counts: it may have had other flags. A
	// primary key that is too weak has another error.
	case key == entity.PrimaryKey || !flags.FlagsValid || !flags.FlagSign:
		say("no flag says that it signs")
		classes = []string{"wrong_key_usage"}
	default:
		say("it is bound, and may sign")
		classes = []string{"weak_key", "unsupported"}
	}
	return
}

// link is a signature that makes a key part of a certificate, and what the library says of it.
type link struct {
	signature *packet.Signature
	err       error
}

func linksOfPrimary(entity *openpgp.Entity) (links []link) {
	key := entity.PrimaryKey
	if key.Version == 6 {
		for _, each := range entity.DirectSignatures {
			links = append(links, link{each.Packet, key.VerifyDirectKeySignature(each.Packet)})
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(entity.Identities)) {
		identity := entity.Identities[name]
		for _, each := range identity.SelfCertifications {
			err := key.VerifyUserIdSignature(identity.Name, key, each.Packet)
			links = append(links, link{each.Packet, err})
		}
	}
	return
}

func linksOfSubkey(entity *openpgp.Entity, subkey openpgp.Subkey) (links []link) {
	for _, each := range subkey.Bindings {
		err := entity.PrimaryKey.VerifyKeySignature(subkey.PublicKey, each.Packet)
		links = append(links, link{each.Packet, err})
	}
	return
}

// why gives what there may be beside an unbound key.
func (link link) why(at time.Time, config *packet.Config) (classes []string, said string) {
	signature := link.signature
	unknown := func(notation *packet.Notation) bool {
		return notation.IsCritical && !config.KnownNotation(notation.Name)
	}
	switch {
	case link.err != nil:
		return nil, fmt.Sprintf("%s: %s", protocol.TypeOf(link.err), link.err)
	case config.RejectHashAlgorithm(signature.Hash):
		return []string{"weak_hash"}, "bound with " + signature.Hash.String()
	case slices.ContainsFunc(signature.Notations, unknown):
		return []string{"unknown_critical"}, "bound with an unknown critical notation"
	case signature.CreationTime.After(at):
		return []string{"key_newer_than_signature"}, "bound later"
	case signature.SigExpired(at):
		return []string{"key_expired", "signature_expired"}, "bound until earlier"
	}
	return []string{"key_revoked", "key_expired", "signature_expired"},
		"bound, but that is revoked or has expired"
}

// unreadForGoCrypto asks for certificates one by one, since those that cannot be read are left out
// without a word.
func unreadForGoCrypto(certificates [][]byte) (unread []error) {
	for _, file := range certificates {
		for _, block := range protocol.Blocks(file) {
			body, err := goCryptoBody(block, openpgp.PublicKeyType)
			if err != nil {
				continue // that was said
			}
			for packets := packet.NewReader(body); err != io.EOF; {
				if _, err = openpgp.ReadEntity(packets); err != nil && err != io.EOF {
					unread = append(unread, err)
					err = skipToNextKey(packets)
				}
			}
		}
	}
	return
}

func skipToNextKey(packets *packet.Reader) error {
	for {
		found, err := packets.Next()
		if key, ok := found.(*packet.PublicKey); ok && err == nil && !key.IsSubkey {
			packets.Unread(found)
			return nil
		}
		if err != nil {
			return io.EOF
		}
	}
}
