// The driver for ProtonMail's go-crypto and for golang.org/x/crypto/openpgp.
//
// Of golang.org/x/crypto it takes the version that go-crypto asks for. The package openpgp is frozen:
// up to v0.58.0 nothing but comments has changed, and that one needs Go 1.26.
module pgp-accord/go-crypto

go 1.23.0

require (
	github.com/ProtonMail/go-crypto v1.5.2
	golang.org/x/crypto v0.41.0
	pgp-accord/protocol v0.0.0
)

require (
	github.com/cloudflare/circl v1.6.3 // indirect
	golang.org/x/sys v0.35.0 // indirect
)

replace pgp-accord/protocol => ../protocol
