// Package s3 is without S3: all that is left is what others name.
package s3

type CopyObjectInput struct {
	CopySource *string
}
