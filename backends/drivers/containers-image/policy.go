package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"
	"go.podman.io/image/v5/docker/reference"
	"go.podman.io/image/v5/image"
	"go.podman.io/image/v5/manifest"
	"go.podman.io/image/v5/signature"
	"go.podman.io/image/v5/types"

	"pgp-accord/protocol"
)

// Whether an image may run: the library's policy evaluator is asked, with a policy of one requirement
// (containers-policy.json(5), "signedBy"), and its function for a list of keys, which
// "skopeo standalone-verify" calls.

// Most keys that are asked about one by one.
const mostKeys = 12

func judge(certificates [][]byte, asked protocol.Artifact) protocol.Result {
	bySigned, err := signedBy(certificates, asked)
	if err != nil {
		return refusal(err, nil, nil)
	}
	seen := look(certificates, asked.Message)
	defer seen.close()
	status := []string{"mechanism: " + seen.said(), "signedBy: " + allowed(bySigned)}
	keys := keysOf(certificates)
	for _, key := range keys[:min(len(keys), mostKeys)] {
		status = append(status, "identity "+key+": "+allowed(seen.listed(asked, key)))
	}
	decides := bySigned
	if len(asked.Identities) > 0 {
		decides = seen.listed(asked, asked.Identities...)
	}
	if decides == nil && seen.err == nil {
		return protocol.Accepted(seen.key, status...)
	}
	if decides == nil { // asked apart
		decides = protocol.Situation("allowed, though the mechanism refused it when it was asked apart")
	}
	return refusal(decides, forbidden(decides, seen), status)
}

func allowed(err error) string {
	if err != nil {
		return refused(err)
	}
	return "allowed"
}

func refused(err error) string { return fmt.Sprintf("refused, %s: %s", protocol.TypeOf(err), err) }

// said is a line about what the mechanism says.
func (seen view) said() string {
	if seen.err != nil {
		return refused(seen.err)
	}
	return "accepted, by " + seen.identity
}

// listed is the answer of the function for a list of keys.
func (seen view) listed(asked protocol.Artifact, identities ...string) error {
	if seen.mechanism == nil {
		return seen.err
	}
	_, _, err := signature.VerifyImageManifestSignatureUsingKeyIdentityList(
		asked.Message, asked.Manifest, asked.Reference, seen.mechanism, identities)
	return err
}

// signedBy is the answer of the policy evaluator: nil if the image may run.
func signedBy(certificates [][]byte, asked protocol.Artifact) (answer, failure error) {
	folder, err := os.MkdirTemp("", "keys-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	paths := make([]string, 0, len(certificates))
	for number, octets := range certificates {
		path := filepath.Join(folder, fmt.Sprint(number))
		if err := os.WriteFile(path, octets, 0o600); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	requirement := map[string]any{"type": "signedBy", "keyType": "GPGKeys", "keyPaths": paths}
	text, err := json.Marshal(map[string]any{"default": []any{requirement}})
	if err != nil {
		return nil, err
	}
	policy, err := signature.NewPolicyFromBytes(text)
	if err != nil {
		return nil, err
	}
	evaluator, err := signature.NewPolicyContext(policy)
	if err != nil {
		return nil, err
	}
	defer evaluator.Destroy()
	name, err := reference.ParseNormalizedNamed(asked.Reference)
	if err != nil {
		return nil, err
	}
	from := source{name: reference.TagNameOnly(name), asked: asked}
	may, err := evaluator.IsRunningImageAllowed(context.Background(), image.UnparsedInstance(from, nil))
	if may == (err != nil) {
		return nil, fmt.Errorf("IsRunningImageAllowed: %t, %v", may, err)
	}
	return err, nil
}

// source is a registry with one image in it, of which nobody asks more than this.
type source struct {
	types.ImageSource
	name  reference.Named
	asked protocol.Artifact
}

func (from source) Reference() types.ImageReference { return named{name: from.name} }

func (from source) GetManifest(context.Context, *digest.Digest) ([]byte, string, error) {
	return from.asked.Manifest, manifest.GuessMIMEType(from.asked.Manifest), nil
}

func (from source) GetSignatures(context.Context, *digest.Digest) ([][]byte, error) {
	return [][]byte{from.asked.Message}, nil
}

// named is the name that an image is asked for by.
type named struct {
	types.ImageReference
	name reference.Named
}

func (ref named) Transport() types.ImageTransport         { return transport{} }
func (ref named) StringWithinTransport() string           { return "//" + ref.name.String() }
func (ref named) DockerReference() reference.Named        { return ref.name }
func (ref named) PolicyConfigurationIdentity() string     { return ref.name.String() }
func (ref named) PolicyConfigurationNamespaces() []string { return nil }

type transport struct{ types.ImageTransport }

func (transport) Name() string { return "docker" }

const invalid = "internal.InvalidSignatureError"

// What refusals of a signature mean that the mechanism has accepted. What is quoted in them is the
// signer's; their beginnings are the library's and encoding/json's.
var ofThePolicy = protocol.Table{
	{"signature.PolicyRequirementError", "No public keys imported", nothingImported},
	{"signature.PolicyRequirementError", "Signature for identity ", "identity_mismatch"},
	{"signature.PolicyRequirementError", "Signature for digest ", "identity_mismatch"},
	{"*errors.errorString", "Manifest does not match provided manifest digest ", "identity_mismatch"},
	{"gpgme.Error", "Ambiguous name", "identity_mismatch"}, // it is a subkey of two certificates
	{invalid, "signature by key ", "identity_mismatch"},
	{invalid, "Signature for docker digest ", "identity_mismatch"},
	{invalid, "Docker reference ", "identity_mismatch"},
	{invalid, "Invalid docker reference ", "identity_mismatch"},
	{invalid, "EOF", "malformed"},
	{invalid, "unexpected EOF", "malformed"},
	{invalid, "unexpected end of JSON input", "malformed"},
	{invalid, "invalid character ", "malformed"},
	{invalid, "json: cannot unmarshal ", "malformed"},
	{invalid, "JSON object expected, got ", "malformed"},
	{invalid, `Duplicate key "`, "malformed"},
	{invalid, `Unknown key "`, "malformed"},
	{invalid, `Key "`, "malformed"}, // is missing
	{invalid, "Unexpected data after JSON object", "malformed"},
	{invalid, "Field optional.timestamp is not an integer", "malformed"},
	{invalid, "Unrecognized signature type ", "malformed"},
	{invalid, "invalid docker-manifest-digest value ", "malformed"},
}

// forbidden is what a refusal leaves; nothing if it is none.
func forbidden(err error, seen view) []string {
	var ofAPolicy signature.PolicyRequirementError
	if seen.err != nil && !errors.As(err, &ofAPolicy) {
		return seen.classes // the policy has not come to look at anything
	}
	if found := ofThePolicy.Classes(err, nil); found != nil {
		return found
	}
	return means(err) // an answer of the mechanism's that was another when it was asked apart
}
