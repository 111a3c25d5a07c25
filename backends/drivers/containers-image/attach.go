package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// containers/image knows signed messages only. A signature beside its data says the same inside of
// one: between what announces it (RFC 9580, 5.4), which is made of its own fields, and itself, as it
// came, stands the data.

// noMessage is why there is none.
type noMessage struct{ reason error }

func (err noMessage) Error() string {
	return fmt.Sprintf("no message can be made of this signature: %s", err.reason)
}

// attach makes a message of data and signatures. Text that was signed as text stands in it as text
// does, with CR and LF at the end of its lines (5.9).
func attach(data, signatures []byte) ([]byte, error) {
	octets, err := binaryOf(signatures)
	if err != nil {
		return nil, noMessage{err}
	}
	found, err := packets(octets)
	if err != nil {
		return nil, noMessage{err}
	}
	if len(found) == 0 {
		return nil, noMessage{errors.New("there is none")}
	}
	var announced []byte
	textOnly := true
	for number, each := range slices.Backward(found) { // the last comes first
		if each.tag != tagSignature {
			return nil, noMessage{errors.New("there are other packets beside it")}
		}
		onePass, err := announcement(each.body, number == 0)
		if err != nil {
			return nil, noMessage{err}
		}
		textOnly = textOnly && typeOf(each.body) == typeText
		announced = append(announced, written(tagOnePass, onePass)...)
	}
	format := byte('b')
	if textOnly {
		format, data = 'u', lineEndings(data)
	}
	// No file name, no date.
	literal := append([]byte{format, 0, 0, 0, 0, 0}, data...)
	return slices.Concat(announced, written(tagLiteral, literal), octets), nil
}

const typeText = 0x01

func typeOf(signature []byte) byte {
	if signature[0] < 4 {
		return signature[2]
	}
	return signature[1]
}

func lineEndings(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
}

var errUnreadable = errors.New("it cannot be read")

// announcement is the body of a signature's one-pass packet.
func announcement(signature []byte, last bool) ([]byte, error) {
	if len(signature) == 0 {
		return nil, errUnreadable
	}
	nested := byte(0)
	if last {
		nested = 1
	}
	switch version := signature[0]; version {
	case 2, 3: // 5.2.2
		if len(signature) < 19 || signature[1] != 5 {
			return nil, errUnreadable
		}
		issuer, algorithm, hash := signature[7:15], signature[15], signature[16]
		return slices.Concat([]byte{3, signature[2], hash, algorithm}, issuer, []byte{nested}), nil
	case 4, 6: // 5.2.3
		return ofSubpackets(signature, nested)
	case 5: // what it covers, of a message, is also the literal packet's header
		return nil, errors.New("it is of version 5, which is not the same inside of a message")
	default:
		return nil, fmt.Errorf("it is of version %d", version)
	}
}

func ofSubpackets(signature []byte, nested byte) ([]byte, error) {
	version, size := signature[0], 2
	if version == 6 {
		size = 4
	}
	if len(signature) < 4 {
		return nil, errUnreadable
	}
	kind, algorithm, hash := signature[1], signature[2], signature[3]
	hashed, rest, ok := counted(signature[4:], size)
	unhashed, rest, ok2 := counted(rest, size)
	if !ok || !ok2 || len(rest) < 2 {
		return nil, errUnreadable
	}
	keyID, fingerprint, err := issuers(hashed, unhashed)
	if err != nil {
		return nil, err
	}
	if version == 4 {
		if keyID == nil && len(fingerprint) == 21 && fingerprint[0] == 4 {
			keyID = fingerprint[13:]
		}
		if keyID == nil {
			return nil, errors.New("it names no issuer")
		}
		return slices.Concat([]byte{3, kind, hash, algorithm}, keyID, []byte{nested}), nil
	}
	salt, _, ok := counted(rest[2:], 1)
	if !ok {
		return nil, errUnreadable
	}
	if len(fingerprint) != 33 {
		return nil, errors.New("it names no issuer")
	}
	return slices.Concat([]byte{6, kind, hash, algorithm, byte(len(salt))}, salt,
		fingerprint[1:], []byte{nested}), nil
}

// counted cuts off what stands behind its own length, of so many octets.
func counted(octets []byte, size int) (content, rest []byte, ok bool) {
	if len(octets) < size {
		return nil, nil, false
	}
	var length uint64
	for _, octet := range octets[:size] {
		length = length<<8 | uint64(octet)
	}
	octets = octets[size:]
	if uint64(len(octets)) < length {
		return nil, nil, false
	}
	return octets[:length], octets[length:], true
}

// issuers finds the first key ID and the first fingerprint, with its version, that a signature names.
func issuers(areas ...[]byte) (keyID, fingerprint []byte, err error) {
	for _, area := range areas {
		for len(area) > 0 {
			var body []byte
			if body, area, err = subpacket(area); err != nil {
				return nil, nil, err
			}
			switch kind := body[0] & 0x7f; {
			case kind == 16 && len(body) == 9 && keyID == nil:
				keyID = body[1:]
			case kind == 33 && len(body) > 2 && fingerprint == nil:
				fingerprint = body[1:]
			}
		}
	}
	return
}

// subpacket cuts off the first of an area (5.2.3.7): its type, and what is in it.
func subpacket(area []byte) (body, rest []byte, err error) {
	header, length := 1, uint64(area[0])
	switch {
	case area[0] == 255 && len(area) >= 5:
		header, length = 5, uint64(binary.BigEndian.Uint32(area[1:]))
	case area[0] >= 192 && area[0] < 255 && len(area) >= 2:
		header, length = 2, (uint64(area[0])-192)<<8+uint64(area[1])+192
	case area[0] >= 192:
		return nil, nil, errUnreadable
	}
	area = area[header:]
	if length == 0 || uint64(len(area)) < length {
		return nil, nil, errUnreadable
	}
	return area[:length], area[length:], nil
}
