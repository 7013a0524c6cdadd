"""The product shown at work on one machine: a bureau on loopback, an enrolled desk, six scenes."""
