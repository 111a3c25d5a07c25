//go:build !containers_image_openpgp

package main

import (
	"os"
	"time"
)

// moveClock tells libfaketime the reference time, if the driver was started under it: neither mechanism
// has an option, but both ask the C library, in this process or in gpg. Setenv reaches that, too.
// No clock is claimed, since the probes for one are detached signatures.
func moveClock(at time.Time) {
	os.Setenv("FAKETIME", at.UTC().Format(time.DateTime))
}
