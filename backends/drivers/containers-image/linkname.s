// Lets keyfiles.go declare a function without a body.
