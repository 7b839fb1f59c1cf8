package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pkg/sftp"
)

// copySource copies a checked source to the server.
func copySource(ctx context.Context, in CopyInputs) error {
	client, err := in.Connection.dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	release := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer release()
	session, err := sftp.NewClient(client)
	if err != nil {
		return fmt.Errorf("SFTP: %w", err)
	}
	defer session.Close()

	to := target{session, in.RemotePath}
	switch asset := in.Source.Asset; {
	case asset == nil:
		return to.copyPath(in.Source.Archive.Path)
	case asset.IsText():
		return to.copyText(asset.Text)
	default:
		return to.copyPath(asset.Path)
	}
}

// target is a path on the server.
type target struct {
	sftp *sftp.Client
	path string
}

func (t target) at(parts ...string) target {
	return target{t.sftp, path.Join(append([]string{t.path}, parts...)...)}
}

// copyText writes text to a file. An existing directory is an error: text has no name to be put under.
func (t target) copyText(text string) error {
	if directory, err := t.isDirectory(); err != nil {
		return err
	} else if directory {
		return fmt.Errorf("remotePath %s is a directory: for a StringAsset it must name the file", t.path)
	}
	return t.write(strings.NewReader(text))
}

// copyPath copies a local file or directory. Into an existing directory it goes under its own name, and so does a
// directory that has to create its target; `source/` with a slash stands for the directory's contents.
func (t target) copyPath(source string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	directory, err := t.isDirectory()
	if err != nil {
		return err
	}
	contents := strings.HasSuffix(source, string(filepath.Separator))
	if directory || info.IsDir() {
		if !contents {
			t = t.at(filepath.Base(source))
		}
	}
	if !info.IsDir() {
		return t.copyFile(source)
	}
	return fs.WalkDir(os.DirFS(source), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return t.at(name).makeDirectory()
		}
		return t.at(name).copyFile(filepath.Join(source, name))
	})
}

func (t target) copyFile(source string) error {
	file, err := os.Open(source)
	if err != nil {
		return err
	}
	defer file.Close()
	return t.write(file)
}

// write replaces the target file, whose parent directories it creates.
func (t target) write(from io.Reader) error {
	if err := t.at("..").makeDirectory(); err != nil {
		return err
	}
	file, err := t.sftp.Create(t.path)
	if err != nil {
		return t.failure(err)
	}
	_, err = file.ReadFrom(from)
	if err := errors.Join(err, file.Close()); err != nil {
		return t.failure(err)
	}
	return nil
}

func (t target) makeDirectory() error {
	if err := t.sftp.MkdirAll(t.path); err != nil {
		return t.failure(err)
	}
	return nil
}

func (t target) isDirectory() (bool, error) {
	info, err := t.sftp.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, t.failure(err)
	}
	return info.IsDir(), nil
}

func (t target) failure(err error) error { return fmt.Errorf("remote path %s: %w", t.path, err) }
