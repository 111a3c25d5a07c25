//go:build !containers_image_openpgp

package main

import (
	"os"
	"strings"
	"time"
)

// Neither mechanism has an option for the reference time, but both ask the C library, in this process
// or in gpg: so they follow libfaketime, if the driver was started under it.

func clock() string {
	if strings.Contains(os.Getenv("LD_PRELOAD"), "libfaketime") {
		return "libfaketime"
	}
	return "none"
}

// moveClock tells libfaketime the reference time. Setenv reaches what is not Go, too.
func moveClock(at time.Time) {
	os.Setenv("FAKETIME", at.UTC().Format(time.DateTime))
}
