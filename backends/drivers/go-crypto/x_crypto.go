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
// CheckDetachedSignature names the certificate only; the key is the one that it looks up itself, by
// the key ID in the signature. ReadMessage names it. It looks at no time. Bindings and revocations are
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
			"beside a detached or cleartext signature, the key is looked up by key ID as it does itself",
			"native verdict: the first signature by a key that it has",
		},
	}
}

func (xCrypto) Check(certificates [][]byte, artifact protocol.Artifact, _ time.Time) protocol.Result {
	keyring, refused := loadForXCrypto(certificates)
	var key openpgp.Key
	var id uint64
	var err error
	switch artifact.Format {
	case protocol.Inline:
		key, id, err = readForXCrypto(keyring, artifact.Message)
	case protocol.Cleartext:
		block, _ := clearsign.Decode(artifact.Message)
		if block == nil {
			err = errNoCleartext
			break
		}
		signature, _ := io.ReadAll(block.ArmoredSignature.Body)
		key, id, err = checkForXCrypto(keyring, block.Bytes, signature)
	default:
		var body io.Reader
		if body, err = xCryptoBody(artifact.Signature, openpgp.SignatureType); err != nil {
			break
		}
		signature, _ := io.ReadAll(body)
		key, id, err = checkForXCrypto(keyring, artifact.Data, signature)
	}
	switch {
	case err == reasons.ErrUnknownIssuer:
		return whyUnknown(keyring, id, certificates, refused)
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

func checkForXCrypto(
	keyring openpgp.EntityList, signed, signature []byte,
) (key openpgp.Key, id uint64, err error) {
	entity, err := openpgp.CheckDetachedSignature(
		keyring, bytes.NewReader(signed), bytes.NewReader(signature))
	for packets := packet.NewReader(bytes.NewReader(signature)); ; {
		found, wrong := packets.Next()
		if wrong != nil {
			return
		}
		switch found := found.(type) {
		case *packet.Signature:
			if found.IssuerKeyId != nil {
				id = *found.IssuerKeyId
			}
		case *packet.SignatureV3:
			id = found.IssuerKeyId
		}
		if entity == nil {
			return
		}
		for _, one := range keyring.KeysById(id) {
			if one.Entity == entity {
				return one, id, nil
			}
		}
	}
}

func readForXCrypto(
	keyring openpgp.EntityList, message []byte,
) (key openpgp.Key, id uint64, err error) {
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
	switch id = details.SignedByKeyId; {
	case !details.IsSigned:
		err = errUnsigned
	case details.SignedBy == nil:
		err = reasons.ErrUnknownIssuer // it says so itself where the signature is detached
	case details.SignatureError != nil:
		err = details.SignatureError
	default:
		key = *details.SignedBy
	}
	return
}

// whyUnknown finds out why there is no key: it passes over keys that are revoked or may not sign, and
// leaves certificates out that it does not like.
func whyUnknown(
	keyring openpgp.EntityList, id uint64, certificates [][]byte, status []string,
) protocol.Result {
	err, classes := reasons.ErrUnknownIssuer, []string{}
	for _, key := range keyring.KeysById(id) {
		if len(key.Entity.Revocations) > 0 || key.SelfSignature.RevocationReason != nil {
			classes = append(classes, "key_revoked")
		} else {
			classes = append(classes, "wrong_key_usage")
		}
	}
	if len(classes) == 0 {
		classes = append(classes, "missing_key")
		if id == 0 {
			classes = append(classes, "no_signature", "malformed", "unsupported")
		}
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
