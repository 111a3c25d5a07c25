package protocol

import "regexp"

var (
	beginning = regexp.MustCompile(`(?m)^[ \t]*-----BEGIN `)
	block     = regexp.MustCompile(`(?ms)^[ \t]*-----BEGIN .*?^[ \t]*-----END [^\n]*`)
)

// IsArmored tells whether octets are text in which a block of armor begins; before it there may be
// other text (RFC 9580, 6.2). Packets are no text: the first octet of a header has its highest bit
// set (4.2).
func IsArmored(octets []byte) bool {
	return len(octets) > 0 && octets[0] < 0x80 && beginning.Match(octets)
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
