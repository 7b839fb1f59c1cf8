// Package remote runs commands and copies files through SSH.
package remote

import (
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Endpoint says how to reach one SSH server and how to log in.
type Endpoint struct {
	Host               string  `pulumi:"host"`
	Port               *int    `pulumi:"port,optional"`
	User               *string `pulumi:"user,optional"`
	PrivateKey         *string `pulumi:"privateKey,optional"`
	PrivateKeyPassword *string `pulumi:"privateKeyPassword,optional"`
	Password           *string `pulumi:"password,optional"`
	AgentSocketPath    *string `pulumi:"agentSocketPath,optional"`
	HostKey            *string `pulumi:"hostKey,optional"`
	DialErrorLimit     *int    `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *int    `pulumi:"perDialTimeout,optional"`
}

const (
	defaultUser           = "root"
	defaultPort           = 22
	defaultDialErrorLimit = 10
	defaultPerDialTimeout = 15
)

// Annotate describes the arguments in the schema and sets their defaults.
func (e *Endpoint) Annotate(a infer.Annotator) {
	a.Describe(&e.Host, "The server's address.")
	a.Describe(&e.Port, "The server's TCP port. Default: 22.")
	a.SetDefault(&e.Port, defaultPort)
	a.Describe(&e.User, "The user to log in as. Default: root.")
	a.SetDefault(&e.User, defaultUser)
	a.Describe(&e.PrivateKey, "The contents of a private key; tried before the password.")
	a.Describe(&e.PrivateKeyPassword, "The passphrase of an encrypted private key.")
	a.Describe(&e.Password, "The user's password.")
	a.Describe(&e.AgentSocketPath, "The SSH agent's socket. Default: SSH_AUTH_SOCK, if set.")
	a.Describe(&e.HostKey, "The server's key as in authorized_keys. Default: any key is accepted.")
	a.Describe(&e.DialErrorLimit, "How many failed attempts are forgiven; -1: all. Default: 10.")
	a.SetDefault(&e.DialErrorLimit, defaultDialErrorLimit)
	a.Describe(&e.PerDialTimeout, "Seconds for one attempt, login included; 0: no limit. Default: 15.")
	a.SetDefault(&e.PerDialTimeout, defaultPerDialTimeout)
}

// ProxyConnection is a bastion host that the connection goes through.
type ProxyConnection struct{ Endpoint }

// Connection is the server that a resource works on.
type Connection struct {
	Endpoint
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

// Annotate describes the arguments in the schema.
func (c *Connection) Annotate(a infer.Annotator) {
	a.Describe(&c.Proxy, "The bastion host to go through. Default: none.")
}

// or returns an optional argument's value or its default.
func or[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}
