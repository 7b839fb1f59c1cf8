package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"golang.org/x/crypto/ssh"
)

// Between attempts to connect the plugin waits at first firstDelay, then half as long again each time, up to maxDelay.
const (
	firstDelay = 100 * time.Millisecond
	maxDelay   = 5 * time.Second
)

// dialer opens a TCP connection, from here or from a bastion host.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// dial connects to the server, through the proxy if there is one. Closing the client closes the proxy's too.
func (c *Connection) dial(ctx context.Context) (*ssh.Client, error) {
	if c.Proxy == nil {
		return c.Endpoint.dial(ctx, (&net.Dialer{}).DialContext)
	}
	proxy, err := c.Proxy.dial(ctx, (&net.Dialer{}).DialContext)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	client, err := c.Endpoint.dial(ctx, proxy.DialContext)
	if err != nil {
		_ = proxy.Close()
		return nil, err
	}
	go func() {
		_ = client.Wait()
		_ = proxy.Close()
	}()
	return client, nil
}

// dial logs in, trying again until more attempts have failed than dialErrorLimit forgives.
func (e *Endpoint) dial(ctx context.Context, open dialer) (*ssh.Client, error) {
	limit := or(e.DialErrorLimit, defaultDialErrorLimit)
	delay := firstDelay
	for failed := 1; ; failed++ {
		client, err := e.attempt(ctx, open)
		if err == nil {
			return client, nil
		}
		if limit >= 0 && failed > limit {
			return nil, fmt.Errorf("%s: gave up at attempt %d (dialErrorLimit %d): %w", e.address(), failed, limit, err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s: %w (last attempt: %w)", e.address(), ctx.Err(), err)
		case <-time.After(delay):
			delay = min(delay*3/2, maxDelay)
		}
	}
}

// attempt logs in once, within perDialTimeout.
func (e *Endpoint) attempt(ctx context.Context, open dialer) (*ssh.Client, error) {
	if seconds := or(e.PerDialTimeout, defaultPerDialTimeout); seconds > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, time.Duration(seconds)*time.Second,
			fmt.Errorf("no connection within %d s (perDialTimeout)", seconds))
		defer cancel()
	}
	client, err := e.handshake(ctx, open)
	if err != nil && ctx.Err() != nil {
		err = errors.Join(context.Cause(ctx), err)
	}
	return client, err
}

func (e *Endpoint) handshake(ctx context.Context, open dialer) (*ssh.Client, error) {
	config, agent, err := e.login()
	if err != nil {
		return nil, err
	}
	defer agent.Close()
	connection, err := open(ctx, "tcp", e.address())
	if err != nil {
		return nil, err
	}
	// A connection through a proxy knows no deadlines: closing it ends a handshake that takes too long.
	release := context.AfterFunc(ctx, func() { _ = connection.Close() })
	defer release()
	logged, channels, requests, err := ssh.NewClientConn(connection, e.address(), config)
	if err != nil {
		_ = connection.Close()
		return nil, err
	}
	return ssh.NewClient(logged, channels, requests), nil
}

func (e *Endpoint) address() string {
	return net.JoinHostPort(e.Host, strconv.Itoa(or(e.Port, defaultPort)))
}
