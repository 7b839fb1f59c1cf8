package remote

import (
	"crypto/ed25519"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

func TestMain(m *testing.M) {
	// The developer's own agent must not log in for a test.
	if err := os.Unsetenv("SSH_AUTH_SOCK"); err != nil {
		panic(err)
	}
	m.Run()
}

func TestPassword(t *testing.T) {
	s := newServer(t)
	mustConnect(t, s.connection())

	wrong := s.connection()
	wrong.Password = new("wrong")
	mustFail(t, wrong, "unable to authenticate")
}

func TestPrivateKey(t *testing.T) {
	s := newServer(t)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	encrypted, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("phrase"))
	if err != nil {
		t.Fatal(err)
	}
	s.authorized = []ssh.PublicKey{key}
	with := func(block *pem.Block, passphrase *string) *Connection {
		c := s.connection()
		c.Password, c.PrivateKey, c.PrivateKeyPassword = nil, new(string(pem.EncodeToMemory(block))), passphrase
		return c
	}
	mustConnect(t, with(plain, nil))
	mustConnect(t, with(encrypted, new("phrase")))
	mustFail(t, with(encrypted, nil), "set privateKeyPassword")
	mustFail(t, with(encrypted, new("wrong")), "privateKey: ")
}

func TestAgent(t *testing.T) {
	s := newServer(t)
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	s.authorized = []ssh.PublicKey{signer.PublicKey()}
	keys := agent.NewKeyring()
	if err := keys.Add(agent.AddedKey{PrivateKey: private}); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "agent")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(keys, connection) }()
		}
	}()

	named := s.connection()
	named.Password, named.AgentSocketPath = nil, &socket
	mustConnect(t, named)

	found := s.connection()
	found.Password = nil
	mustFail(t, found, "unable to authenticate")
	t.Setenv("SSH_AUTH_SOCK", socket)
	mustConnect(t, found)
}

func TestHostKey(t *testing.T) {
	s := newServer(t)
	c := s.connection()
	c.HostKey = new(string(ssh.MarshalAuthorizedKey(s.hostKey.PublicKey())))
	mustConnect(t, c)
	c.HostKey = new(string(ssh.MarshalAuthorizedKey(newKey(t).PublicKey())))
	mustFail(t, c, "host key mismatch")
	c.HostKey = new("not a key")
	mustFail(t, c, "hostKey: ")
}

func TestDialErrorLimit(t *testing.T) {
	for _, test := range []struct {
		name     string
		limit    int
		drop     int32
		attempts int32
		works    bool
	}{
		{"forgives up to the limit", 2, 2, 3, true},
		{"gives up beyond it", 1, 2, 2, false},
		{"forgives everything at -1", -1, 4, 5, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			s.drop.Store(test.drop)
			c := s.connection()
			c.DialErrorLimit = &test.limit
			if test.works {
				mustConnect(t, c)
			} else {
				mustFail(t, c, "gave up at attempt 2 (dialErrorLimit 1)")
			}
			if got := s.attempts.Load(); got != test.attempts {
				t.Errorf("%d attempts, want %d", got, test.attempts)
			}
		})
	}
}

func TestPerDialTimeoutEndsASilentHandshake(t *testing.T) {
	s := newServer(t)
	s.silent.Store(true)
	c := s.connection()
	c.PerDialTimeout = new(1)
	started := time.Now()
	mustFail(t, c, "no connection within 1 s (perDialTimeout)")
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestProxy(t *testing.T) {
	target, proxy := newServer(t), newServer(t)
	c := target.connection()
	c.Proxy = &ProxyConnection{proxy.connection().Endpoint}
	mustConnect(t, c)
	if got := proxy.forwarded.Load(); got != 1 {
		t.Errorf("the proxy forwarded %d connections, want 1", got)
	}
	c.Proxy.Password = new("wrong")
	mustFail(t, c, "proxy: ")
}

func TestDefaults(t *testing.T) {
	e := Endpoint{Host: "example"}
	config, _, err := e.login()
	if err != nil {
		t.Fatal(err)
	}
	if config.User != "root" || e.address() != "example:22" {
		t.Errorf("user %q at %q", config.User, e.address())
	}
}

func mustConnect(t *testing.T, c *Connection) {
	t.Helper()
	client, err := c.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = client.Close()
}

func mustFail(t *testing.T, c *Connection, want string) {
	t.Helper()
	client, err := c.dial(t.Context())
	if err == nil {
		_ = client.Close()
		t.Fatal("connected")
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("%q lacks %q", err, want)
	}
}
