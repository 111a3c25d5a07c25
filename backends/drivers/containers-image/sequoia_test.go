//go:build containers_image_sequoia

package main

import (
	"errors"
	"strings"
	"testing"
)

func TestWhatTheErrorsOfSignaturesMean(t *testing.T) {
	const (
		missing = "Missing key ABCD"
		expired = "Bad signature:\n           Expired on 2020-01-01T00:00:00Z"
		other   = "Worn signature:\n           Expired on 2020-01-01T00:00:00Z"
		several = "Multiple signature errors:\n"
	)
	for said, wanted := range map[string]string{
		missing:                            "missing_key",
		expired:                            "signature_expired",
		several + missing + "\n" + expired: "missing_key signature_expired",
		several + missing + "\n" + other:   "", // it may be any
		other:                              "",
		several + other:                    "",
		"No valid signature":               "no_signature",
		"Unrecognized EOF found at 3\nExpected one of SIG": "malformed no_signature",
		// Words of the signer's begin no line.
		"Bad signature:\n           Malformed packet: a\n  Missing key AB": "malformed",
	} {
		if got := strings.Join(means(errors.New(said)), " "); got != wanted {
			t.Errorf("%q: %q", said, got)
		}
	}
	all := means(errors.New("Signing key on ABCD is bad:\n           for no reason that we know"))
	if len(all) < 10 {
		t.Error(all)
	}
}
