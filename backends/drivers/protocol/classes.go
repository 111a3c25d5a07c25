package protocol

import (
	"fmt"
	"slices"
	"strings"
)

// EveryClass is what a bare "no" leaves.
var EveryClass = []string{
	"bad_signature", "missing_key", "unbound_key", "wrong_key_usage", "key_expired", "key_revoked",
	"key_newer_than_signature", "signature_expired", "signature_not_yet_valid", "weak_hash",
	"weak_key", "policy_other", "malformed", "no_signature", "unsupported", "unknown_critical",
	"identity_mismatch",
}

// Table tells what errors mean, a line each: an error's Go type, what its text begins with ("" is
// any), and the classes that it leaves, separated by blanks. The first line that fits counts.
type Table [][3]string

// Classes gives what an error leaves; otherwise, if it is in no line.
func (table Table) Classes(err error, otherwise []string) []string {
	kind, text := TypeOf(err), err.Error()
	for _, line := range table {
		if line[0] == kind && strings.HasPrefix(text, line[1]) {
			return strings.Fields(line[2])
		}
	}
	return otherwise
}

// Situation is a refusal by something else than an error: what was called, and what it returned. It
// stands in the place of the type, too, as the library has named none.
type Situation string

func (situation Situation) Error() string { return string(situation) }

// TypeOf names an error's Go type.
func TypeOf(err error) string {
	if situation, ok := err.(Situation); ok {
		return string(situation)
	}
	return fmt.Sprintf("%T", err)
}

// Accepted is a good signature by a key.
func Accepted(key Key, status ...string) Result {
	return Result{Verdict: "accepted", Key: &key, Evidence: Evidence{Status: few(status)}}
}

// Rejected is a refusal, by an error and with every class consistent with it.
func Rejected(err error, classes []string, status ...string) Result {
	classes = slices.Compact(slices.Sorted(slices.Values(classes)))
	verdict := "rejected"
	if len(classes) == 1 && classes[0] == "unsupported" {
		verdict = "unsupported"
	}
	said := Evidence{Status: few(status), Exception: TypeOf(err), Message: clip(err.Error())}
	return Result{Verdict: verdict, Classes: classes, Evidence: said}
}

// Failed is no answer.
func Failed(evidence Evidence) Result { return Result{Verdict: "error", Evidence: evidence} }

const (
	longest = 4096 // octets of a piece of evidence
	most    = 16   // lines of it; what has a thousand certificates may have a thousand refusals
)

func few(lines []string) (kept []string) {
	for _, line := range lines[:min(len(lines), most)] {
		kept = append(kept, clip(line))
	}
	if more := len(lines) - len(kept); more > 0 {
		kept = append(kept, fmt.Sprintf("… and %d more", more))
	}
	return
}

// clip cuts long text in the middle; what comes out is UTF-8.
func clip(text string) string {
	text = strings.ToValidUTF8(text, "�")
	if len(text) <= longest {
		return text
	}
	half := longest / 2
	return strings.ToValidUTF8(text[:half]+" … "+text[len(text)-half:], "")
}
