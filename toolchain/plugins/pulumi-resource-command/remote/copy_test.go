package remote

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// The cases are those of the published documentation.
func TestCopy(t *testing.T) {
	s := newServer(t)
	source := t.TempDir()
	fill(t, source, map[string]string{"file": "one", "dir/a": "A", "dir/sub/b": "B"})
	asset := func(name string) types.AssetOrArchive {
		asset, err := resource.NewPathAsset(filepath.Join(source, name))
		if err != nil {
			t.Fatal(err)
		}
		return types.AssetOrArchive{Asset: asset}
	}
	text, err := resource.NewTextAsset("words")
	if err != nil {
		t.Fatal(err)
	}
	directory := func(suffix string) types.AssetOrArchive {
		archive, err := resource.NewPathArchive(filepath.Join(source, "dir"))
		if err != nil {
			t.Fatal(err)
		}
		archive.Path += suffix
		return types.AssetOrArchive{Archive: archive}
	}

	for _, test := range []struct {
		name   string
		there  map[string]string // what the target folder holds before
		source types.AssetOrArchive
		to     string
		want   map[string]string
		err    string
	}{
		{"file to a new path, with parents", nil, asset("file"), "new/parents/x", map[string]string{"new/parents/x": "one"}, ""},
		{"file over a file", map[string]string{"x": "longer old text"}, asset("file"), "x", map[string]string{"x": "one"}, ""},
		{"file into a directory", map[string]string{"d/old": ""}, asset("file"), "d", map[string]string{"d/file": "one"}, ""},
		{"text to a file", nil, types.AssetOrArchive{Asset: text}, "p/x", map[string]string{"p/x": "words"}, ""},
		{"text to a directory", map[string]string{"d/old": ""}, types.AssetOrArchive{Asset: text}, "d", nil, "is a directory"},
		{"directory to a new path", nil, directory(""), "n", map[string]string{"n/dir/a": "A", "n/dir/sub/b": "B"}, ""},
		{"directory into a directory", map[string]string{"d/dir/a": "old"}, directory(""), "d", map[string]string{"d/dir/a": "A"}, ""},
		{"a directory's contents", map[string]string{"d/old": ""}, directory("/"), "d", map[string]string{"d/a": "A", "d/sub/b": "B"}, ""},
		{"directory over a file", map[string]string{"x": ""}, directory(""), "x", nil, "remote path"},
	} {
		t.Run(test.name, func(t *testing.T) {
			target := t.TempDir()
			fill(t, target, test.there)
			in := CopyInputs{Connection: s.connection(), Source: test.source, RemotePath: filepath.Join(target, test.to)}
			created, err := CopyToRemote{}.Create(t.Context(), infer.CreateRequest[CopyInputs]{Name: "copy", Inputs: in})
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got %v, want %q", err, test.err)
				}
				return
			}
			if err != nil || created.ID == "" {
				t.Fatalf("id %q, %v", created.ID, err)
			}
			for name, want := range test.want {
				if got := read(t, filepath.Join(target, name)); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestUpdateCopiesAgain(t *testing.T) {
	target := filepath.Join(t.TempDir(), "x")
	text, err := resource.NewTextAsset("second")
	if err != nil {
		t.Fatal(err)
	}
	in := CopyInputs{Connection: newServer(t).connection(), Source: types.AssetOrArchive{Asset: text}, RemotePath: target}
	if _, err := (CopyToRemote{}).Update(t.Context(), infer.UpdateRequest[CopyInputs, CopyOutputs]{Inputs: in}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, target); got != "second" {
		t.Errorf("got %q", got)
	}
}

func TestSourceMustBeLocal(t *testing.T) {
	remote, err := resource.NewURIAsset("file:///etc/hostname")
	if err != nil {
		t.Fatal(err)
	}
	inputs := resource.NewPropertyMapFromMap(map[string]any{
		"connection": map[string]any{"host": "example"}, "remotePath": "/x", "source": remote,
	})
	response, err := CopyToRemote{}.Check(t.Context(), infer.CheckRequest{
		NewInputs: resource.FromResourcePropertyValue(resource.NewProperty(inputs)).AsMap(),
	})
	if err != nil || len(response.Failures) != 1 || response.Failures[0].Property != "source" {
		t.Errorf("%v, %v", response.Failures, err)
	}
}

func fill(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
