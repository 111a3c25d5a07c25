// Command go-crypto answers for the backends go-crypto and x-crypto (docs/protocol.md); which of the
// two is its only argument.
package main

import (
	"fmt"
	"os"

	"pgp-accord/protocol"
)

var drivers = map[string]protocol.Driver{"go-crypto": goCrypto{}, "x-crypto": xCrypto{}}

func main() {
	var name string
	if len(os.Args) == 2 {
		name = os.Args[1]
	}
	driver, known := drivers[name]
	if !known {
		fmt.Fprintln(os.Stderr, "usage: driver go-crypto|x-crypto")
		os.Exit(2)
	}
	if err := protocol.Serve(driver); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
