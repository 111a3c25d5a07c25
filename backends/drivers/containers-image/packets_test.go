package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestPacketsAreReadInEveryFraming(t *testing.T) {
	long, huge := strings.Repeat("x", 300), strings.Repeat("y", 70000)
	for name, octets := range map[string]string{
		"old, one octet":   "\x88\x03abc",
		"old, two octets":  "\x89\x01\x2c" + long,
		"old, four octets": "\x8a\x00\x01\x11\x70" + huge,
		"new, one octet":   "\xc2\x03abc",
		"new, two octets":  "\xc2\xc0\x6c" + long,
		"new, five octets": "\xc2\xff\x00\x01\x11\x70" + huge,
	} {
		found, err := packets([]byte(octets + "\xcb\x00"))
		if err != nil || len(found) != 2 {
			t.Errorf("%s: %d packets, %v", name, len(found), err)
			continue
		}
		if found[0].tag != tagSignature || found[1].tag != tagLiteral {
			t.Errorf("%s: %d and %d", name, found[0].tag, found[1].tag)
		}
		if string(found[0].whole) != octets || !strings.HasSuffix(octets, string(found[0].body)) {
			t.Errorf("%s: another packet", name)
		}
	}
}

func TestWhatCannotBeReadIsAnErrorBehindWhatCan(t *testing.T) {
	for _, rest := range []string{
		"\x88", "\x8b", "\x88\x02a", "\x89\x00", "\xc2", "\xc2\xc0", "\xc2\xff\x00\x00\x00", "\xc2\xe1a",
		"\xc2\x02a", "\xc2\xff\xff\xff\xff\xff", "text",
	} {
		if found, err := packets([]byte("\xc2\x01a" + rest)); err == nil || len(found) != 1 {
			t.Errorf("%q: %v", rest, found)
		}
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, size := range []int{0, 191, 192, 70000} {
		body := bytes.Repeat([]byte("z"), size)
		found, err := packets(written(tagLiteral, body))
		if err != nil || len(found) != 1 || !bytes.Equal(found[0].body, body) {
			t.Errorf("%d: %v", size, err)
		}
	}
}

// Two keys, each in one octet beside its version: their fingerprints are by sha1sum and sha256sum.
func TestKeysAreNamedOnceEach(t *testing.T) {
	four, six := []byte("\x04k"), []byte("\x06k")
	file := append(written(tagKey, four), written(tagSubkey, six)...)
	file = append(file, written(13, []byte("name"))...)
	got := keysOf([][]byte{file, []byte("garbage"), written(tagKey, four), written(tagKey, []byte("\x03k"))})
	wanted := []string{
		"80BB19D8FCC73742DFC3EFBB06E9421AD918D76B",
		"CBA0A427F5442C94CC19E37309138829614D97B5D1019CB98685E01AAE5D7CAF",
	}
	if strings.Join(got, " ") != strings.Join(wanted, " ") {
		t.Error(got)
	}
}
