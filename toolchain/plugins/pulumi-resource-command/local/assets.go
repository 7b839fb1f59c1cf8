package local

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// rule is one glob; with a leading `!` it takes back what earlier rules selected.
type rule struct {
	pattern glob.Glob
	exclude bool
}

func parseRules(globs []string) ([]rule, error) {
	rules := make([]rule, len(globs))
	for i, text := range globs {
		positive, exclude := strings.CutPrefix(text, "!")
		pattern, err := glob.Compile(positive, '/')
		if err != nil {
			return nil, err
		}
		rules[i] = rule{pattern, exclude}
	}
	return rules, nil
}

func selects(rules []rule, path string) bool {
	selected := false
	for _, rule := range rules {
		if rule.pattern.Match(path) {
			selected = !rule.exclude
		}
	}
	return selected
}

// assets returns the files below dir that globs select, by their path relative to dir.
func assets(dir string, globs []string) (map[string]types.AssetOrArchive, error) {
	rules, err := parseRules(globs)
	if err != nil {
		return nil, err
	}
	found := map[string]types.AssetOrArchive{}
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !selects(rules, path) {
			return err
		}
		file := filepath.Join(dir, path)
		info, err := os.Stat(file)
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		asset, err := resource.NewPathAsset(file)
		found[path] = types.AssetOrArchive{Asset: asset}
		return err
	})
	return found, err
}

// archive is assets in one archive.
func archive(dir string, globs []string) (*resource.Archive, error) {
	files, err := assets(dir, globs)
	if err != nil {
		return nil, err
	}
	members := make(map[string]any, len(files))
	for path, file := range files {
		members[path] = file.Asset
	}
	return resource.NewAssetArchive(members)
}
