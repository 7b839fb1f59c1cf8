package remote

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"

	"vethlab/toolchain/pulumi-resource-command/output"
)

func TestCommandLifeCycle(t *testing.T) {
	s := newServer(t)
	s.acceptEnv = []string{"GREETING", "PULUMI_COMMAND_STDOUT", "PULUMI_COMMAND_STDERR"}
	record := t.TempDir() + "/record"
	in := quiet(s)
	in.Environment = map[string]string{"GREETING": "hello"}
	in.Stdin = new("from stdin")
	in.Create = new(`echo "$GREETING $(cat)"; echo trouble >&2`)

	created, err := Command{}.Create(t.Context(), infer.CreateRequest[CommandInputs]{Name: "c", Inputs: in})
	if err != nil {
		t.Fatal(err)
	}
	if created.ID == "" || created.Output.Streams != (output.Streams{Stdout: "hello from stdin", Stderr: "trouble"}) {
		t.Errorf("create: id %q, %q", created.ID, created.Output.Streams)
	}

	in.Update = new(`echo "was $PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR"`)
	in.Delete = new(`echo "deleted after $PULUMI_COMMAND_STDOUT" > ` + record)
	updated, err := Command{}.Update(t.Context(),
		infer.UpdateRequest[CommandInputs, CommandOutputs]{Inputs: in, State: created.Output})
	if err != nil {
		t.Fatal(err)
	}
	if got := updated.Output.Stdout; got != "was hello from stdin, trouble" {
		t.Errorf("update: %q", got)
	}

	if _, err := (Command{}).Delete(t.Context(), infer.DeleteRequest[CommandOutputs]{State: updated.Output}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, record); got != "deleted after was hello from stdin, trouble\n" {
		t.Errorf("delete: %q", got)
	}
}

func TestUpdateWithoutItsOwnCommandRunsCreate(t *testing.T) {
	in := quiet(newServer(t))
	in.Create = new(`echo "created, before: $PULUMI_COMMAND_STDOUT"`)
	state := CommandOutputs{Streams: output.Streams{Stdout: "old"}}
	in.AddPreviousOutputInEnv = new(false)
	updated, err := Command{}.Update(t.Context(),
		infer.UpdateRequest[CommandInputs, CommandOutputs]{Inputs: in, State: state})
	if err != nil || updated.Output.Stdout != "created, before: " {
		t.Errorf("%q, %v", updated.Output.Stdout, err)
	}
}

func TestPreviewContactsNobody(t *testing.T) {
	s := newServer(t)
	in := quiet(s)
	in.Create = new("true")
	_, err := Command{}.Create(t.Context(), infer.CreateRequest[CommandInputs]{Inputs: in, DryRun: true})
	if err != nil || s.attempts.Load() != 0 {
		t.Errorf("%d connections, %v", s.attempts.Load(), err)
	}
}

func TestFailureNamesExitCodeCommandAndOutput(t *testing.T) {
	_, err := execute(t.Context(), "echo out; echo err >&2; exit 7", quiet(newServer(t)), output.Streams{})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"status 7", `running "echo out; echo err >&2; exit 7"`, "out\n", "err\n"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
}

func TestRefusedVariable(t *testing.T) {
	s := newServer(t)
	in := quiet(s)
	if _, err := execute(t.Context(), "true", in, output.Streams{Stdout: "previous"}); err != nil {
		t.Errorf("the previous output is only offered: %v", err)
	}
	in.Environment = map[string]string{"GREETING": "hello"}
	_, err := execute(t.Context(), "true", in, output.Streams{})
	if err == nil || !strings.Contains(err.Error(), "refused GREETING") || !strings.Contains(err.Error(), "AcceptEnv") {
		t.Errorf("got %v", err)
	}
}

func TestLongLine(t *testing.T) {
	in := quiet(newServer(t))
	in.Logging = nil
	got, err := execute(t.Context(), "head -c 204800 /dev/zero | tr '\\0' x", in, output.Streams{})
	if err != nil || len(got.Stdout) != 204800 {
		t.Errorf("%d bytes, %v", len(got.Stdout), err)
	}
}

func TestCancellationEndsTheCommand(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	started := time.Now()
	_, err := execute(ctx, "sleep 5", quiet(newServer(t)), output.Streams{})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(started) > 3*time.Second {
		t.Errorf("%v after %s", err, time.Since(started))
	}
}

// quiet are inputs for this server that log nothing.
func quiet(s *server) CommandInputs {
	return CommandInputs{Connection: s.connection(), Logging: new(output.LogNone)}
}
