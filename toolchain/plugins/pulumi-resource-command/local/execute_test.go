package local

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"vethlab/toolchain/pulumi-resource-command/output"
)

// quiet are inputs that log nothing; each test adds its own.
var quiet = ProcessInputs{Logging: new(output.LogNone)}

func TestFailureNamesExitCodeCommandAndOutput(t *testing.T) {
	_, err := execute(t.Context(), "echo out; echo err >&2; exit 7", quiet, output.Streams{})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"exit status 7", `running "echo out; echo err >&2; exit 7"`, "out\n", "err\n"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
}

func TestMissingDirectoryIsAnError(t *testing.T) {
	in := quiet
	in.Dir = new(filepath.Join(t.TempDir(), "absent"))
	if _, err := execute(t.Context(), "true", in, output.Streams{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestPreviousOutputTooLargeForTheEnvironmentSaysWhatToDo(t *testing.T) {
	previous := output.Streams{Stdout: strings.Repeat("x", 200<<10)}
	_, err := execute(t.Context(), "true", quiet, previous)
	if !errors.Is(err, syscall.E2BIG) || !strings.Contains(err.Error(), "addPreviousOutputInEnv") {
		t.Errorf("got %v", err)
	}
	in := quiet
	in.AddPreviousOutputInEnv = new(false)
	if _, err := execute(t.Context(), "true", in, previous); err != nil {
		t.Errorf("without the previous output: %v", err)
	}
}

func TestCancellationEndsTheWholeProcessGroup(t *testing.T) {
	dir := t.TempDir()
	in := quiet
	in.Dir = &dir
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := execute(ctx, `sleep 60 & echo $! > child; trap 'echo cleaned > trace; exit 1' TERM; wait`, in, output.Streams{})
		done <- err
	}()
	child := readWhenThere(t, filepath.Join(dir, "child"))
	cancel()
	select {
	case err := <-done:
		if err == nil {
			t.Error("a cancelled command succeeded")
		}
	case <-time.After(2 * stopGrace):
		t.Fatal("the command still runs")
	}
	if got := readWhenThere(t, filepath.Join(dir, "trace")); got != "cleaned" {
		t.Errorf("the command's trap left %q", got)
	}
	for end := time.Now().Add(5 * time.Second); alive(child); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("child %s still runs", child)
		}
	}
}

// alive tells whether a process runs; one that has ended but is not yet collected does not.
func alive(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// The folder and the rules are the example of the published documentation.
func TestGlobsSelectAsDocumented(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{"assets/logos/logo.svg", "src/index.js", "src/secret.js", "other.txt"} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := assets(dir, []string{"assets/**", "src/**.js", "!**secret.*"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"assets/logos/logo.svg", "src/index.js"}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := assets(dir, []string{"[a"}); err == nil {
		t.Error("a bad glob was accepted")
	}
}

func readWhenThere(t *testing.T, path string) string {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if text, err := os.ReadFile(path); err == nil && len(text) > 0 {
			return strings.TrimSpace(string(text))
		}
	}
	t.Fatalf("%s did not appear", path)
	return ""
}
