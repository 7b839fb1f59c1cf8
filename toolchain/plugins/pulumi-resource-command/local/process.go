package local

import (
	"context"
	"os/exec"
	"syscall"
	"time"
)

// stopGrace is what an interrupted command gets to clean up between SIGTERM and SIGKILL.
const stopGrace = 5 * time.Second

// newProcess prepares a command that leads a process group of its own, so that an interruption reaches its children.
func newProcess(ctx context.Context, args []string) *exec.Cmd {
	process := exec.CommandContext(ctx, args[0], args[1:]...)
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	process.Cancel = func() error { return syscall.Kill(-process.Process.Pid, syscall.SIGTERM) }
	process.WaitDelay = stopGrace
	return process
}

// run starts a process and waits for it. Once its context is cancelled, nothing of its group is left behind;
// otherwise children that it put into the background live on.
func run(ctx context.Context, process *exec.Cmd) error {
	if err := process.Start(); err != nil {
		return err
	}
	err := process.Wait()
	if ctx.Err() != nil {
		_ = syscall.Kill(-process.Process.Pid, syscall.SIGKILL)
	}
	return err
}
