package main

import (
	"fmt"
	"strings"

	"pgp-accord/protocol"
)

// Where the libraries return something else than an error.
const (
	errUnsigned    protocol.Situation = "ReadMessage: IsSigned is false"
	errNoKey       protocol.Situation = "ReadMessage: SignedBy is nil"
	errNoCleartext protocol.Situation = "clearsign.Decode: nil"
)

// bothMean is what both libraries' errors mean, and those of the streams that they read.
var bothMean = protocol.Table{
	{"errors.StructuralError", "openpgp: invalid data: tag byte", "malformed no_signature"},
	{"errors.StructuralError", "openpgp: invalid data: armor", "malformed no_signature"},
	{"errors.StructuralError", "", "malformed"},
	{"errors.keyIncorrectError", "", "malformed no_signature unsupported"}, // it is encrypted
	{"*errors.errorString", "EOF", "malformed no_signature unsupported"},
	{"*errors.errorString", "unexpected EOF", "malformed no_signature"},
	{string(errNoCleartext), "", "malformed no_signature unsupported"},
	{"*errors.errorString", "zlib: ", "malformed no_signature"},
	{"base64.CorruptInputError", "", "malformed no_signature"},
	{"bzip2.StructuralError", "", "malformed no_signature"},
	{"flate.CorruptInputError", "", "malformed no_signature"},
}

func fingerprint(octets []byte) string { return fmt.Sprintf("%X", octets) }

func refusal(err error) string {
	return fmt.Sprintf("certificate refused: %s: %s", protocol.TypeOf(err), err)
}

func rejected(err error, classes string, status []string) protocol.Result {
	return protocol.Rejected(err, strings.Fields(classes), status...)
}
