// Package awskms is empty: there is no driver for awskms://.
package awskms
