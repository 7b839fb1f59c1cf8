package remote

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// login returns the configuration to log in with, and what to close after the handshake. Key, password and agent are
// tried in this order, as far as they are given.
func (e *Endpoint) login() (*ssh.ClientConfig, io.Closer, error) {
	hostKey, err := e.hostKeyCallback()
	if err != nil {
		return nil, nil, err
	}
	config := &ssh.ClientConfig{User: or(e.User, defaultUser), HostKeyCallback: hostKey}
	if e.PrivateKey != nil {
		signer, err := e.signer()
		if err != nil {
			return nil, nil, fmt.Errorf("privateKey: %w", err)
		}
		config.Auth = append(config.Auth, ssh.PublicKeys(signer))
	}
	if e.Password != nil {
		config.Auth = append(config.Auth, ssh.Password(*e.Password), ssh.KeyboardInteractive(e.answer))
	}
	socket := or(e.AgentSocketPath, os.Getenv("SSH_AUTH_SOCK"))
	if socket == "" {
		return config, io.NopCloser(nil), nil
	}
	connection, err := net.Dial("unix", socket)
	if err != nil {
		return nil, nil, fmt.Errorf("SSH agent: %w", err)
	}
	config.Auth = append(config.Auth, ssh.PublicKeysCallback(agent.NewClient(connection).Signers))
	return config, connection, nil
}

func (e *Endpoint) hostKeyCallback() (ssh.HostKeyCallback, error) {
	if e.HostKey == nil {
		return ssh.InsecureIgnoreHostKey(), nil
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(*e.HostKey))
	if err != nil {
		return nil, fmt.Errorf("hostKey: %w", err)
	}
	return ssh.FixedHostKey(key), nil
}

func (e *Endpoint) signer() (ssh.Signer, error) {
	if e.PrivateKeyPassword != nil {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(*e.PrivateKey), []byte(*e.PrivateKeyPassword))
	}
	signer, err := ssh.ParsePrivateKey([]byte(*e.PrivateKey))
	var encrypted *ssh.PassphraseMissingError
	if errors.As(err, &encrypted) {
		return nil, errors.New("the key is encrypted: set privateKeyPassword")
	}
	return signer, err
}

// answer gives the password to every question of a keyboard-interactive login.
func (e *Endpoint) answer(_, _ string, questions []string, _ []bool) ([]string, error) {
	answers := make([]string, len(questions))
	for i := range answers {
		answers[i] = *e.Password
	}
	return answers, nil
}
