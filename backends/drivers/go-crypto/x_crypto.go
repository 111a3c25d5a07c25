package main

import (
	"bytes"
	"io"
	"slices"
	"time"

	"golang.org/x/crypto/openpgp"
	"golang.org/x/crypto/openpgp/armor"
	"golang.org/x/crypto/openpgp/clearsign"
	reasons "golang.org/x/crypto/openpgp/errors"
	"golang.org/x/crypto/openpgp/packet"

	"pgp-accord/protocol"
)

// xCrypto is golang.org/x/crypto/openpgp, the ancestor of go-crypto, which is no longer maintained.
//
// CheckDetachedSignature names the certificate only; the key is the one that it has been given when it
// looked for keys that sign, by the key ID in the signature. ReadMessage names it. It looks at no time. Bindings and revocations are
// checked when a certificate is read, and one that fails is left out without a word.
type xCrypto struct{}

// What errors mean; measured with v0.41.0.
var xCryptoMeans = slices.Concat(protocol.Table{
	{"errors.SignatureError", "openpgp: invalid signature: Unsupported", "unsupported"},
	{"errors.SignatureError", "openpgp: invalid signature: hash tag", "bad_signature malformed"},
	{"errors.SignatureError", "", "bad_signature"},
	{"errors.UnsupportedError", "openpgp: unsupported feature: hash", "unsupported weak_hash"},
	{"errors.UnsupportedError", "openpgp: unsupported feature: nested", "unsupported malformed"},
	{"errors.UnsupportedError", "openpgp: unsupported feature: unknown critical",
		"unknown_critical unsupported"},
	{"errors.UnsupportedError", "", "unsupported"},
	{"errors.InvalidArgumentError", "openpgp: invalid argument: public key and signature use different",
		"bad_signature malformed"},
	{"errors.InvalidArgumentError", "openpgp: invalid argument: public key cannot generate",
		"wrong_key_usage unsupported"},
	{"errors.InvalidArgumentError", "", "malformed no_signature"},
	{"errors.StructuralError", "openpgp: invalid data: signature doesn't have an issuer",
		"missing_key malformed unsupported"},
	{"errors.StructuralError", "openpgp: invalid data: LiteralData not", "malformed no_signature"},
	{"errors.StructuralError", "openpgp: invalid data: non signature", "malformed no_signature"},
}, bothMean)

// What is left of the reasons why a certificate was left out.
var xCryptoRefuses = protocol.Table{
	{"errors.StructuralError", "openpgp: invalid data: user ID self-signature invalid: ",
		"unbound_key weak_hash unsupported"},
	{"errors.StructuralError", "openpgp: invalid data: subkey", "unbound_key weak_hash unsupported malformed"},
	{"errors.StructuralError", "openpgp: invalid data: entity without any identities",
		"unbound_key unsupported weak_hash policy_other"},
	{"errors.StructuralError", "openpgp: invalid data: revocation signature", "key_revoked malformed"},
	{"errors.UnsupportedError", "openpgp: unsupported feature: unknown critical",
		"unknown_critical unsupported"},
	{"errors.UnsupportedError", "openpgp: unsupported feature: hash", "weak_hash unsupported"},
	{"errors.UnsupportedError", "", "unsupported"},
}

func (xCrypto) Describe() protocol.Description {
	version, components := protocol.Components("golang.org/x/crypto")
	return protocol.Description{
		Name:       "x-crypto",
		Version:    version,
		Components: map[string]string{"Go": components["Go"]},
		Capabilities: protocol.Capabilities{
			Formats: []string{protocol.Cleartext, protocol.Detached, protocol.Inline},
			Clock:   "none",
			Reports: []string{"primary", "signing"},
		},
		Notes: []string{
			"no longer maintained: it looks at no time and knows no weak algorithm",
			"of several user IDs, a random one may limit the primary key",
			"beside a detached or cleartext signature, the key is what it has found by key ID",
			"native verdict: the first signature by a key that it has",
		},
	}
}

func (xCrypto) Check(certificates [][]byte, artifact protocol.Artifact, _ time.Time) protocol.Result {
	keyring, refused := loadForXCrypto(certificates)
	var key openpgp.Key
	var asked []uint64
	var err error
	switch artifact.Format {
	case protocol.Inline:
		key, asked, err = readForXCrypto(keyring, artifact.Message)
	case protocol.Cleartext:
		block, _ := clearsign.Decode(artifact.Message)
		if block == nil {
			err = errNoCleartext
			break
		}
		key, asked, err = checkForXCrypto(keyring, block.Bytes, block.ArmoredSignature.Body)
	default:
		var body io.Reader
		if body, err = xCryptoBody(artifact.Signature, openpgp.SignatureType); err != nil {
			break
		}
		key, asked, err = checkForXCrypto(keyring, artifact.Data, body)
	}
	switch {
	case err == reasons.ErrUnknownIssuer || err == errNoKey:
		return whyUnknown(err, keyring, asked, certificates, refused)
	case err == errUnsigned:
		return rejected(err, passedOver, refused)
	case err != nil:
		return protocol.Rejected(err, xCryptoMeans.Classes(err, protocol.EveryClass), refused...)
	}
	return protocol.Accepted(protocol.Key{
		Signing: fingerprint(key.PublicKey.Fingerprint[:]),
		Primary: fingerprint(key.Entity.PrimaryKey.Fingerprint[:]),
	}, refused...)
}

func loadForXCrypto(certificates [][]byte) (keyring openpgp.EntityList, refused []string) {
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

func xCryptoBody(octets []byte, kind string) (io.Reader, error) {
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

// askedByXCrypto is a keyring that remembers what it is asked for, and what it has given last. To ask it
// again would not do: of several user IDs, a random one may limit the primary key.
type askedByXCrypto struct {
	openpgp.EntityList
	ids  []uint64
	last []openpgp.Key
}

func (asked *askedByXCrypto) KeysByIdUsage(id uint64, usage byte) []openpgp.Key {
	asked.ids = append(asked.ids, id)
	asked.last = asked.EntityList.KeysByIdUsage(id, usage)
	return asked.last
}

func checkForXCrypto(
	keyring openpgp.EntityList, signed []byte, signature io.Reader,
) (key openpgp.Key, ids []uint64, err error) {
	asked := &askedByXCrypto{EntityList: keyring}
	entity, err := openpgp.CheckDetachedSignature(asked, bytes.NewReader(signed), signature)
	for _, one := range asked.last {
		if err == nil && one.Entity == entity {
			return one, asked.ids, nil
		}
	}
	return openpgp.Key{}, asked.ids, err
}

func readForXCrypto(
	keyring openpgp.EntityList, message []byte,
) (key openpgp.Key, ids []uint64, err error) {
	body, err := xCryptoBody(message, "PGP MESSAGE")
	if err != nil {
		return
	}
	details, err := openpgp.ReadMessage(body, keyring, nil, nil)
	if err != nil {
		return
	}
	if _, err = io.Copy(io.Discard, details.UnverifiedBody); err != nil {
		return
	}
	ids = []uint64{details.SignedByKeyId}
	switch {
	case !details.IsSigned:
		err = errUnsigned
	case details.SignedBy == nil:
		err = errNoKey
	case details.SignatureError != nil:
		err = details.SignatureError
	default:
		key = *details.SignedBy
	}
	return
}

// whyUnknown finds out why there is no key for any of the issuers that it has asked for: it passes over
// keys that are revoked or may not sign, and leaves certificates out that it does not like.
func whyUnknown(
	err error, keyring openpgp.EntityList, asked []uint64, certificates [][]byte, status []string,
) protocol.Result {
	var classes []string
	missing := len(asked) == 0
	for _, id := range asked {
		keys := keyring.KeysById(id)
		missing = missing || len(keys) == 0
		for _, key := range keys {
			if len(key.Entity.Revocations) > 0 || key.SelfSignature.RevocationReason != nil {
				classes = append(classes, "key_revoked")
			} else {
				classes = append(classes, "wrong_key_usage")
			}
		}
	}
	if len(asked) == 0 || slices.Contains(asked, 0) {
		classes = append(classes, "no_signature", "malformed", "unsupported")
	}
	if missing {
		classes = append(classes, "missing_key")
		for _, unread := range unreadForXCrypto(certificates) {
			status = append(status, refusal(unread))
			classes = append(classes, xCryptoRefuses.Classes(unread, []string{"malformed", "unsupported"})...)
		}
	}
	return protocol.Rejected(err, classes, status...)
}

// unreadForXCrypto asks for certificates one by one, since those that it does not like are left out
// without a word.
func unreadForXCrypto(certificates [][]byte) (unread []error) {
	for _, file := range certificates {
		for _, block := range protocol.Blocks(file) {
			body, err := xCryptoBody(block, openpgp.PublicKeyType)
			if err != nil {
				unread = append(unread, err)
				continue
			}
			for packets := packet.NewReader(body); err != io.EOF; {
				if _, err = openpgp.ReadEntity(packets); err != nil && err != io.EOF {
					unread = append(unread, err)
					err = toNextKeyForXCrypto(packets)
				}
			}
		}
	}
	return
}

func toNextKeyForXCrypto(packets *packet.Reader) error {
	for {
		found, err := packets.Next()
		if key, ok := found.(*packet.PublicKey); ok && err == nil && !key.IsSubkey {
			packets.Unread(found)
			return nil
		}
		if _, goesOn := err.(reasons.UnsupportedError); err != nil && !goesOn {
			return io.EOF
		}
	}
}
