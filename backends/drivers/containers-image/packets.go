package main

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"pgp-accord/protocol"
)

// OpenPGP's outermost layer (RFC 9580, 4 and 6): as much of it as is needed to put a signature into a
// message, and to name the keys in a file. What the library under test reads, it reads by itself.

const (
	tagSignature = 2
	tagOnePass   = 4
	tagKey       = 6
	tagLiteral   = 11
	tagSubkey    = 14
)

// packet is one with its header, as it came, and its body.
type packet struct {
	tag         int
	whole, body []byte
}

var errCutShort = errors.New("a packet is cut short")

// packets reads all there are. Before the first that cannot be read it gives those, with the error.
func packets(octets []byte) (found []packet, err error) {
	for len(octets) > 0 {
		next, err := first(octets)
		if err != nil {
			return found, err
		}
		found = append(found, next)
		octets = octets[len(next.whole):]
	}
	return found, nil
}

func first(octets []byte) (packet, error) {
	header := octets[0]
	if header < 0x80 {
		return packet{}, errors.New("there is something else than packets")
	}
	if header < 0xc0 {
		return ofOldFormat(octets)
	}
	tag, rest := int(header&0x3f), octets[1:]
	switch {
	case len(rest) < 1:
		return packet{}, errCutShort
	case rest[0] < 192:
		return cut(tag, octets, 2, uint64(rest[0]))
	case rest[0] < 224 && len(rest) >= 2:
		return cut(tag, octets, 3, (uint64(rest[0])-192)<<8+uint64(rest[1])+192)
	case rest[0] == 255 && len(rest) >= 5:
		return cut(tag, octets, 6, uint64(binary.BigEndian.Uint32(rest[1:])))
	case rest[0] >= 224 && rest[0] < 255:
		return packet{}, errors.New("a packet has partial lengths")
	}
	return packet{}, errCutShort
}

func ofOldFormat(octets []byte) (packet, error) {
	tag, kind := int(octets[0]>>2&0xf), octets[0]&3
	if kind == 3 {
		return packet{}, errors.New("a packet has no length")
	}
	size := 1 << kind
	if len(octets) < 1+size {
		return packet{}, errCutShort
	}
	var length uint64
	for _, octet := range octets[1 : 1+size] {
		length = length<<8 | uint64(octet)
	}
	return cut(tag, octets, 1+size, length)
}

func cut(tag int, octets []byte, header int, length uint64) (packet, error) {
	if uint64(len(octets)-header) < length {
		return packet{}, errCutShort
	}
	end := header + int(length)
	return packet{tag: tag, whole: octets[:end], body: octets[header:end]}, nil
}

// written gives a packet in the new format, its length in five octets if it has more than 191.
func written(tag int, body []byte) []byte {
	header := []byte{0xc0 | byte(tag), byte(len(body))}
	if len(body) > 191 {
		header = binary.BigEndian.AppendUint32([]byte{0xc0 | byte(tag), 255}, uint32(len(body)))
	}
	return append(header, body...)
}

var armored = regexp.MustCompile(
	`(?s)^-----BEGIN PGP [A-Z ]+-----[ \t\r]*\n(.*?)\n-----END PGP [A-Z ]+-----\s*$`)

// binaryOf gives what is in a block of armor with nothing around it, and what is in none as it came.
// The checksum is not looked at, as RFC 9580, 6.1, has it.
func binaryOf(octets []byte) ([]byte, error) {
	if !protocol.IsArmored(octets) {
		return octets, nil
	}
	found := armored.FindSubmatch(octets)
	if found == nil {
		return nil, errors.New("its armor cannot be read")
	}
	var text strings.Builder
	headers := true
	for _, line := range strings.Split(string(found[1]), "\n") {
		line = strings.TrimRight(line, " \t\r")
		switch {
		case headers:
			headers = line != ""
		case !strings.HasPrefix(line, "="):
			text.WriteString(line)
		}
	}
	content, err := base64.StdEncoding.DecodeString(text.String())
	if err != nil {
		return nil, errors.New("its armor cannot be read")
	}
	return content, nil
}

// keysOf names the keys in files of certificates, subkeys too, by fingerprint and each once; not those
// of versions before 4, nor what comes behind something that cannot be read.
func keysOf(files [][]byte) (fingerprints []string) {
	seen := map[string]bool{}
	for _, file := range files {
		for _, block := range protocol.Blocks(file) {
			octets, err := binaryOf(bytes.TrimSpace(block))
			if err != nil {
				continue
			}
			found, _ := packets(octets)
			for _, each := range found {
				if each.tag != tagKey && each.tag != tagSubkey {
					continue
				}
				if name := fingerprint(each.body); name != "" && !seen[name] {
					seen[name] = true
					fingerprints = append(fingerprints, name)
				}
			}
		}
	}
	return
}

// fingerprint is RFC 9580's, 5.5.4; of version 5, which is GnuPG's, by the same rule.
func fingerprint(key []byte) string {
	if len(key) == 0 {
		return ""
	}
	switch version := key[0]; version {
	case 4:
		if len(key) > 0xffff {
			return ""
		}
		hashed := binary.BigEndian.AppendUint16([]byte{0x99}, uint16(len(key)))
		return fmt.Sprintf("%X", sha1.Sum(append(hashed, key...)))
	case 5, 6:
		hashed := binary.BigEndian.AppendUint32([]byte{0x95 + version}, uint32(len(key)))
		return fmt.Sprintf("%X", sha256.Sum256(append(hashed, key...)))
	}
	return ""
}
