// Package protocol lets a verifier in Go answer pgp-accord's questions (docs/protocol.md).
//
// A driver implements Driver and calls Serve. Which library it asks, and what that library's
// errors mean, is none of this package's business.
package protocol

import "time"

const version = 1

// Artifact is what was signed, and how: detached has Data and Signature, the others a Message; what
// comes last is about the image that a simple-signing message is to allow.
type Artifact struct {
	Format     string   `json:"format"`
	Data       []byte   `json:"data"`
	Signature  []byte   `json:"signature"`
	Message    []byte   `json:"message"`
	Manifest   []byte   `json:"manifest"`
	Reference  string   `json:"reference"`
	Identities []string `json:"identities"`
}

// The formats of an Artifact.
const (
	Detached      = "detached"
	Inline        = "inline"
	Cleartext     = "cleartext"
	SimpleSigning = "simple-signing"
)

// Capabilities are what a driver claims; probes put it to the proof.
type Capabilities struct {
	Formats []string `json:"formats"`
	Clock   string   `json:"clock"`
	Reports []string `json:"reports"`
}

// Description says which implementation is at work.
type Description struct {
	Name         string            `json:"name"`
	Version      string            `json:"version"`
	Components   map[string]string `json:"components,omitempty"`
	Capabilities Capabilities      `json:"capabilities"`
	Notes        []string          `json:"notes,omitempty"`
}

// Key is a pair of fingerprints in upper-case hexadecimal. Empty is not reported.
type Key struct {
	Signing string `json:"signing,omitempty"`
	Primary string `json:"primary,omitempty"`
}

// Evidence holds a backend's own words.
type Evidence struct {
	Status    []string `json:"status,omitempty"`
	Exception string   `json:"exception,omitempty"`
	Message   string   `json:"message,omitempty"`
}

// Result is about one signature; made by Accepted, Rejected and Failed.
type Result struct {
	Verdict  string   `json:"verdict"`
	Key      *Key     `json:"key,omitempty"`
	Classes  []string `json:"classes,omitempty"`
	Evidence Evidence `json:"evidence"`
}

type nativeVerdict struct {
	Verdict  string   `json:"verdict"`
	Keys     []Key    `json:"keys,omitempty"`
	Classes  []string `json:"classes,omitempty"`
	Evidence Evidence `json:"evidence"`
}

type answer struct {
	Signatures []Result      `json:"signatures"`
	Native     nativeVerdict `json:"native"`
}

// fromHarness is any message to a driver.
type fromHarness struct {
	Type         string     `json:"type"`
	Protocol     int        `json:"protocol"`
	ID           int64      `json:"id"`
	Certificates [][]byte   `json:"certificates"`
	Artifact     Artifact   `json:"artifact"`
	Parts        []Artifact `json:"parts"`
	At           time.Time  `json:"at"`
}

// toHarness is any message from one.
type toHarness struct {
	Type     string       `json:"type"`
	Protocol int          `json:"protocol,omitempty"`
	Backend  *Description `json:"backend,omitempty"`
	ID       *int64       `json:"id,omitempty"`
	Answer   *answer      `json:"answer,omitempty"`
	Reason   string       `json:"reason,omitempty"`
}
