package remote

import (
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"os/exec"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

const (
	testUser     = "tester"
	testPassword = "open sesame"
)

// server is an SSH server on loopback that runs commands with /bin/sh, serves SFTP on this machine's files and forwards
// connections. Its fields may be set before the first connection.
type server struct {
	host       string
	port       int
	hostKey    ssh.Signer
	authorized []ssh.PublicKey // keys that may log in, beside the password
	acceptEnv  []string        // variables it takes
	drop       atomic.Int32    // connections to hang up on before it answers
	silent     atomic.Bool     // accepts connections and never answers
	attempts   atomic.Int32    // connections so far
	forwarded  atomic.Int32    // connections passed on so far
}

func newServer(t *testing.T) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	address := listener.Addr().(*net.TCPAddr)
	s := &server{host: address.IP.String(), port: address.Port, hostKey: newKey(t)}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			s.attempts.Add(1)
			switch {
			case s.silent.Load():
				t.Cleanup(func() { _ = connection.Close() })
			case s.drop.Add(-1) >= 0:
				_ = connection.Close()
			default:
				go s.serve(connection)
			}
		}
	}()
	return s
}

// connection logs in with the password and forgives nothing.
func (s *server) connection() *Connection {
	return &Connection{Endpoint: Endpoint{
		Host: s.host, Port: &s.port, User: new(testUser), Password: new(testPassword),
		DialErrorLimit: new(0), PerDialTimeout: new(5),
	}}
}

func (s *server) serve(connection net.Conn) {
	config := &ssh.ServerConfig{
		PasswordCallback: func(user ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			if user.User() == testUser && string(password) == testPassword {
				return nil, nil
			}
			return nil, errors.New("wrong password")
		},
		PublicKeyCallback: func(user ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if user.User() == testUser && slices.ContainsFunc(s.authorized, func(known ssh.PublicKey) bool {
				return string(known.Marshal()) == string(key.Marshal())
			}) {
				return nil, nil
			}
			return nil, errors.New("unknown key")
		},
	}
	config.AddHostKey(s.hostKey)
	client, channels, requests, err := ssh.NewServerConn(connection, config)
	if err != nil {
		return
	}
	defer client.Close()
	go ssh.DiscardRequests(requests)
	for channel := range channels {
		switch channel.ChannelType() {
		case "session":
			go s.session(channel)
		case "direct-tcpip":
			go s.forward(channel)
		default:
			_ = channel.Reject(ssh.UnknownChannelType, "")
		}
	}
}

func (s *server) session(offer ssh.NewChannel) {
	channel, requests, err := offer.Accept()
	if err != nil {
		return
	}
	defer channel.Close()
	var environment []string
	for request := range requests {
		var text struct{ First, Second string }
		switch request.Type {
		case "env":
			_ = ssh.Unmarshal(request.Payload, &text)
			accepted := slices.Contains(s.acceptEnv, text.First)
			if accepted {
				environment = append(environment, text.First+"="+text.Second)
			}
			_ = request.Reply(accepted, nil)
		case "exec":
			var command struct{ Text string }
			_ = ssh.Unmarshal(request.Payload, &command)
			_ = request.Reply(true, nil)
			code := runShell(channel, command.Text, environment)
			_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{code}))
			return
		case "subsystem":
			_ = request.Reply(true, nil)
			if files, err := sftp.NewServer(channel); err == nil {
				_ = files.Serve()
			}
			return
		default:
			_ = request.Reply(false, nil)
		}
	}
}

func runShell(channel ssh.Channel, command string, environment []string) uint32 {
	process := exec.Command("/bin/sh", "-c", command)
	process.Env = append(process.Environ(), environment...)
	process.Stdin, process.Stdout, process.Stderr = nil, channel, channel.Stderr()
	if input, err := process.StdinPipe(); err == nil {
		go func() {
			_, _ = io.Copy(input, channel)
			_ = input.Close()
		}()
	}
	err := process.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return uint32(exit.ExitCode())
	}
	return 0
}

func (s *server) forward(offer ssh.NewChannel) {
	var to struct {
		Host       string
		Port       uint32
		OriginHost string
		OriginPort uint32
	}
	_ = ssh.Unmarshal(offer.ExtraData(), &to)
	target, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: net.ParseIP(to.Host), Port: int(to.Port)})
	if err != nil {
		_ = offer.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	defer target.Close()
	channel, requests, err := offer.Accept()
	if err != nil {
		return
	}
	defer channel.Close()
	s.forwarded.Add(1)
	go ssh.DiscardRequests(requests)
	go func() { _, _ = io.Copy(target, channel) }()
	_, _ = io.Copy(channel, target)
}

// newKey makes a key pair.
func newKey(t *testing.T) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}
