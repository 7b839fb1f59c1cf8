// Package gcpkms is without Google Cloud: a URL gcpkms:// is refused.
package gcpkms

import (
	"context"
	"errors"
	"net/url"

	"gocloud.dev/gcp"
	"gocloud.dev/secrets"
)

const Scheme = "gcpkms"

type Client struct{}

type URLOpener struct {
	Client *Client
}

var errWithout = errors.New("this pulumi is built without gcpkms://; it has passphrase")

func Dial(context.Context, gcp.TokenSource) (*Client, func(), error) {
	return nil, nil, errWithout
}

func (*URLOpener) OpenKeeperURL(context.Context, *url.URL) (*secrets.Keeper, error) {
	return nil, errWithout
}
