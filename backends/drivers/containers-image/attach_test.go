package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

var (
	keyID    = []byte("12345678")
	longName = bytes.Repeat([]byte{7}, 32) // a fingerprint of version 6
)

// area is a signature's, of subpackets with short lengths.
func area(subpackets ...string) string {
	var found string
	for _, each := range subpackets {
		found += string(rune(len(each))) + each
	}
	return found
}

func sigV4(kind byte, hashed, unhashed string) []byte {
	body := []byte{4, kind, 22, 10, 0, byte(len(hashed))}
	body = append(body, hashed...)
	body = append(body, 0, byte(len(unhashed)))
	return append(append(body, unhashed...), "hh and numbers"...)
}

func sigV6(hashed string) []byte {
	body := append([]byte{6, 0, 27, 10, 0, 0, 0, byte(len(hashed))}, hashed...)
	return append(body, "\x00\x00\x00\x00hh\x04saltnumbers"...)
}

// parts of a message, each as its tag and its body.
func parts(t *testing.T, message []byte) (found []packet) {
	t.Helper()
	found, err := packets(message)
	if err != nil {
		t.Fatal(err)
	}
	return
}

func TestASignatureIsAnnouncedByItsOwnFields(t *testing.T) {
	for _, each := range []struct {
		name      string
		signature []byte
		announced string
	}{
		{"version 3", append([]byte{3, 5, 0, 1, 2, 3, 4}, "12345678\x01\x08hh and numbers"...),
			"\x03\x00\x08\x0112345678\x01"},
		{"version 4", sigV4(0, "", area("\x1012345678")), "\x03\x00\x0a\x1612345678\x01"},
		{"by its fingerprint", sigV4(0, area("\x21\x04............12345678"), ""),
			"\x03\x00\x0a\x1612345678\x01"},
		{"a critical subpacket", sigV4(0, area("\x9012345678"), ""), "\x03\x00\x0a\x1612345678\x01"},
		{"the first counts", sigV4(0, area("\x1012345678"), area("\x10abcdefgh")),
			"\x03\x00\x0a\x1612345678\x01"},
		{"version 6", sigV6(area("\x21\x06" + string(longName))),
			"\x06\x00\x0a\x1b\x04salt" + string(longName) + "\x01"},
	} {
		signature := written(tagSignature, each.signature)
		message, err := attach([]byte("data\n"), signature)
		if err != nil {
			t.Errorf("%s: %s", each.name, err)
			continue
		}
		found := parts(t, message)
		if len(found) != 3 || found[0].tag != tagOnePass || string(found[0].body) != each.announced {
			t.Errorf("%s: %v", each.name, found)
		}
		if found[1].tag != tagLiteral || string(found[1].body) != "b\x00\x00\x00\x00\x00data\n" {
			t.Errorf("%s: %q", each.name, found[1].body)
		}
		if !bytes.HasSuffix(message, signature) {
			t.Errorf("%s: the signature is another", each.name)
		}
	}
}

func TestTheLastSignatureIsAnnouncedFirst(t *testing.T) {
	one := written(tagSignature, sigV4(0, area("\x1012345678"), ""))
	two := written(tagSignature, sigV4(2, area("\x10abcdefgh"), ""))
	message, err := attach([]byte("data"), append(one, two...))
	if err != nil {
		t.Fatal(err)
	}
	found := parts(t, message)
	if string(found[0].body) != "\x03\x02\x0a\x16abcdefgh\x00" ||
		string(found[1].body) != "\x03\x00\x0a\x1612345678\x01" {
		t.Error(found)
	}
}

func TestWhatWasSignedAsTextStandsThereAsText(t *testing.T) {
	text := written(tagSignature, sigV4(1, area("\x1012345678"), ""))
	octets := written(tagSignature, sigV4(0, area("\x1012345678"), ""))
	for _, each := range []struct {
		signatures []byte
		literal    string
	}{
		{text, "u\x00\x00\x00\x00\x00a\r\nb\r\nc\r\n"},
		{append(bytes.Clone(text), octets...), "b\x00\x00\x00\x00\x00a\nb\r\nc\n"},
	} {
		message, err := attach([]byte("a\nb\r\nc\n"), each.signatures)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range parts(t, message) {
			if found.tag == tagLiteral && string(found.body) != each.literal {
				t.Errorf("%q", found.body)
			}
		}
	}
}

func TestArmorIsTakenOff(t *testing.T) {
	signature := written(tagSignature, sigV4(0, area("\x1012345678"), ""))
	text := base64.StdEncoding.EncodeToString(signature)
	for _, armor := range []string{
		"-----BEGIN PGP SIGNATURE-----\n\n" + text + "\n-----END PGP SIGNATURE-----\n",
		"-----BEGIN PGP SIGNATURE-----\r\nComment: x\r\n\r\n" + text[:8] + "\r\n" + text[8:] +
			"\r\n=AAAA\r\n-----END PGP SIGNATURE-----\r\n",
	} {
		message, err := attach(nil, []byte(armor))
		if err != nil || !bytes.HasSuffix(message, signature) {
			t.Errorf("%q: %v", armor, err)
		}
	}
}

func TestOfWhatNoMessageCanBeMade(t *testing.T) {
	good := written(tagSignature, sigV4(0, area("\x1012345678"), ""))
	for name, each := range map[string]struct {
		signatures []byte
		said       string
	}{
		"nothing":         {nil, "there is none"},
		"text":            {[]byte("hello"), "there is something else than packets"},
		"cut short":       {good[:len(good)-1], "a packet is cut short"},
		"another packet":  {append(bytes.Clone(good), written(13, []byte("x"))...), "there are other packets beside it"},
		"no issuer":       {written(tagSignature, sigV4(0, "", "")), "it names no issuer"},
		"a long issuer":   {written(tagSignature, sigV4(0, area("\x10123456789"), "")), "it names no issuer"},
		"no such area":    {written(tagSignature, []byte{4, 0, 1, 8, 0, 9, 1}), "it cannot be read"},
		"no such length":  {written(tagSignature, sigV4(0, "\x09\x10", "")), "it cannot be read"},
		"no subpacket":    {written(tagSignature, sigV4(0, "\x00", "")), "it cannot be read"},
		"empty":           {written(tagSignature, nil), "it cannot be read"},
		"short version 3": {written(tagSignature, []byte{3, 5, 0}), "it cannot be read"},
		"version 5":       {written(tagSignature, []byte{5, 0}), "it is of version 5"},
		"version 7":       {written(tagSignature, []byte{7, 0}), "it is of version 7"},
		"version 6, by a key ID": {written(tagSignature, sigV6(area("\x1012345678"))),
			"it names no issuer"},
		"two blocks of armor": {[]byte(strings.Repeat(
			"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n", 2)),
			"its armor cannot be read"},
		"text before armor": {[]byte("text\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"),
			"its armor cannot be read"},
	} {
		_, err := attach([]byte("data"), each.signatures)
		var none noMessage
		if !errors.As(err, &none) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.HasPrefix(err.Error(), "no message can be made of this signature: "+each.said) {
			t.Errorf("%s: %s", name, err)
		}
	}
}
