// Holds nothing: cargo wants a manifest to have something to build.
