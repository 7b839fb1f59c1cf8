package remote

import (
	"context"
	"fmt"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"

	"vethlab/toolchain/pulumi-resource-command/output"
)

// execute runs one command on the server and collects its outputs. previous are the outputs of the last create or
// update. A command that fails is an error that quotes everything the command wrote.
func execute(ctx context.Context, command string, in CommandInputs, previous output.Streams) (output.Streams, error) {
	client, err := in.Connection.dial(ctx)
	if err != nil {
		return output.Streams{}, err
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return output.Streams{}, err
	}
	defer session.Close()
	if err := setEnvironment(ctx, session, in, previous); err != nil {
		return output.Streams{}, err
	}
	if in.Stdin != nil {
		session.Stdin = strings.NewReader(*in.Stdin)
	}
	capture := output.NewCapture(ctx, in.Logging)
	session.Stdout, session.Stderr = capture.Stdout(), capture.Stderr()

	release := context.AfterFunc(ctx, func() {
		_ = session.Signal(ssh.SIGTERM)
		_ = client.Close()
	})
	defer release()
	err = session.Run(command)
	capture.End()
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return output.Streams{}, fmt.Errorf("%w: running %q:\n%s", err, command, capture.Transcript())
	}
	return capture.Streams(), nil
}

// setEnvironment fails on a variable of the program that the server refuses. The previous output is only offered:
// most servers refuse it, and most commands do not need it.
func setEnvironment(ctx context.Context, session *ssh.Session, in CommandInputs, previous output.Streams) error {
	for name, value := range in.Environment {
		if err := session.Setenv(name, value); err != nil {
			return fmt.Errorf("environment: the SSH server refused %s: list it in the server's AcceptEnv, or write "+
				"`%[1]s=value command` where a shell runs the command: %w", name, err)
		}
	}
	if !or(in.AddPreviousOutputInEnv, true) {
		return nil
	}
	for name, value := range previous.Environment() {
		if err := session.Setenv(name, value); err != nil {
			provider.GetLogger(ctx).Debugf("the SSH server refused %s (AcceptEnv): %v", name, err)
		}
	}
	return nil
}
