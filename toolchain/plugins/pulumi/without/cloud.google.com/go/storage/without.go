// Package storage is without Google Cloud: all that is left is what others name.
package storage

const ScopeReadWrite = "https://www.googleapis.com/auth/devstorage.read_write"
