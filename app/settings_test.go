package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
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

// What is wrong with single sign-on is told at once, each with its setting, and
// never with a secret.
func TestSingleSignOnSettingsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		env  map[string]string
		want []string
	}{
		{map[string]string{"ISSUER": "http://id.example.dk", "ROLE_MAP": "a;b=king", "CREATE": "x", "PROMPT": "y", "SCOPES": "email"}, []string{"ISSUER", "SCOPES", "ROLE_MAP", "ROLE_MAP", "CREATE", "PROMPT"}},
		{map[string]string{"ISSUER": "https://id.example.dk", "CREATE": "library", "CLIENT_SECRET": "hemmelig"}, []string{"CLIENT_ID", "BASE_URL", "CREATE"}},
		{map[string]string{"CLIENT_ID": "x"}, []string{"CLIENT_ID"}},
		{map[string]string{"ISSUER": "https://id.example.dk", "CLIENT_ID": "x", "BASE_URL": "http://brevstemme.example.dk"}, []string{"BASE_URL"}},
		{map[string]string{"ISSUER": "https://id.example.dk", "CLIENT_ID": "x", "BASE_URL": "https://brevstemme.example.dk", "ROLE_MAP": "a=receiver", "CREATE": "library"}, nil},
	} {
		_, err := readConfiguration(func(name string) string {
			if name == "BREVSTEMME_BASE_URL" {
				return x.env["BASE_URL"]
			}
			return x.env[strings.TrimPrefix(name, "BREVSTEMME_OIDC_")]
		})
		var many models.Errors
		errors.As(err, &many)
		var got []string
		for _, e := range many {
			got = append(got, strings.TrimPrefix(strings.TrimPrefix(e.Field, "BREVSTEMME_OIDC_"), "BREVSTEMME_"))
		}
		if !slices.Equal(got, x.want) || err != nil && strings.Contains(err.Error(), "hemmelig") {
			t.Errorf("%v: %v", x.env, err)
		}
	}
}
