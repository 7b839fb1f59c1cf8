package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"vethlab/toolchain/pulumi-resource-command/output"
)

// execute runs one command and collects its outputs. previous are the outputs of the last create or update.
// A command that fails, or that cannot be started, is an error that quotes everything the command wrote.
func execute(
	ctx context.Context, command string, in ProcessInputs, previous output.Streams,
) (ProcessOutputs, error) {
	process := newProcess(ctx, append(interpreter(in), command))
	if in.Dir != nil {
		process.Dir = *in.Dir
	}
	process.Env = append(os.Environ(), assignments(in.Environment)...)
	if in.AddPreviousOutputInEnv == nil || *in.AddPreviousOutputInEnv {
		process.Env = append(process.Env, assignments(previous.Environment())...)
	}
	if in.Stdin != nil {
		process.Stdin = strings.NewReader(*in.Stdin)
	}
	capture := output.NewCapture(ctx, in.Logging)
	process.Stdout, process.Stderr = capture.Stdout(), capture.Stderr()

	err := run(ctx, process)
	capture.End()
	if errors.Is(err, syscall.E2BIG) {
		err = fmt.Errorf("%w (the previous output may be too large for the environment: set addPreviousOutputInEnv to false)", err)
	}
	if err != nil {
		return ProcessOutputs{}, fmt.Errorf("%w: running %q:\n%s", err, command, capture.Transcript())
	}
	return collect(process, in, capture.Streams())
}

func interpreter(in ProcessInputs) []string {
	if len(in.Interpreter) > 0 {
		return slices.Clone(in.Interpreter)
	}
	return []string{"/bin/sh", "-c"}
}

func assignments(environment map[string]string) []string {
	list := make([]string, 0, len(environment))
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		list = append(list, name+"="+environment[name])
	}
	return list
}

func collect(process *exec.Cmd, in ProcessInputs, streams output.Streams) (ProcessOutputs, error) {
	outputs := ProcessOutputs{Streams: streams}
	dir := process.Dir
	if dir == "" {
		var err error
		if dir, err = os.Getwd(); err != nil {
			return outputs, err
		}
	}
	var err error
	if in.AssetPaths != nil {
		if outputs.Assets, err = assets(dir, in.AssetPaths); err != nil {
			return outputs, fmt.Errorf("assetPaths: %w", err)
		}
	}
	if in.ArchivePaths != nil {
		if outputs.Archive, err = archive(dir, in.ArchivePaths); err != nil {
			return outputs, fmt.Errorf("archivePaths: %w", err)
		}
	}
	return outputs, nil
}
