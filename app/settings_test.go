package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models/language"
)

// docs/operations.md tells every setting as the table of settings has it.
func TestOperationsTellsEverySetting(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings() {
		initial, secret := "empty", ""
		if s.initial != "" {
			initial = "`" + s.initial + "`"
		}
		if s.secret {
			secret = " (secret)"
		}
		line := fmt.Sprintf("| `%s` | %s | %s%s |", s.name, initial, language.Text(language.English, s.about), secret)
		if !strings.Contains(string(text), line+"\n") {
			t.Errorf("docs/operations.md lacks the line\n%s", line)
		}
	}
}
