// Package s3blob is empty: there is no driver for s3://.
package s3blob
