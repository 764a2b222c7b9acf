package custody

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The map of the package names every file: a newcomer finds a noun there.
func TestTheMapNamesEveryFile(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(f, ".go")
		if name == "doc" || strings.HasSuffix(name, "_test") {
			continue
		}
		if !regexp.MustCompile(`(?m)^//.*\b` + name + `\b`).Match(text) {
			t.Errorf("%s is not in the map of doc.go", f)
		}
	}
}
