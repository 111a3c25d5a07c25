// What drivers in Go share. It depends on nothing but the standard library.
module pgp-accord/protocol

go 1.23.0
