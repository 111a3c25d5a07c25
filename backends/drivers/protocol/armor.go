package protocol

import (
	"bytes"
	"regexp"
)

var block = regexp.MustCompile(`(?s)-----BEGIN .*?\n-----END [^\n]*`)

// IsArmored tells whether octets begin with a line of armor.
func IsArmored(octets []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(octets[:min(len(octets), 64)]), []byte("-----BEGIN "))
}

// Blocks cuts a file of certificates into its armored blocks, since Go's packages read the first
// one only; what is binary, or no block, comes as it is.
func Blocks(file []byte) [][]byte {
	if IsArmored(file) {
		if found := block.FindAll(file, -1); found != nil {
			return found
		}
	}
	return [][]byte{file}
}
