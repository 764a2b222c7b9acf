package language

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var verb = regexp.MustCompile(`%(\[\d+\])?[+#]?[\d.]*[a-z]`)

// Every key has both languages, no text is blank, and both use the same verbs.
func TestCatalogueIsComplete(t *testing.T) {
	if len(Keys()) == 0 {
		t.Fatal("the catalogue is empty")
	}
	for _, k := range Keys() {
		var verbs [][]string
		for _, l := range Langs {
			s := catalogue[k][l]
			if strings.TrimSpace(s) == "" {
				t.Errorf("%s: no text in %s", k, l)
			}
			v := verb.FindAllString(strings.ReplaceAll(s, "%%", ""), -1)
			slices.Sort(v)
			verbs = append(verbs, v)
		}
		if !slices.Equal(verbs[0], verbs[1]) {
			t.Errorf("%s: verbs differ: %v, %v", k, verbs[0], verbs[1])
		}
		for l := range catalogue[k] {
			if !slices.Contains(Langs, l) {
				t.Errorf("%s: unknown language %s", k, l)
			}
		}
	}
}

// JSON keeps the last of two members of one name: the first text would be lost
// without a word.
func TestNoKeyStandsTwiceInAFile(t *testing.T) {
	names, err := filepath.Glob("messages/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		seen, d, depth, atKey := map[string]bool{}, json.NewDecoder(bytes.NewReader(raw)), 0, true
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(name, err)
			}
			switch v := tok.(type) {
			case json.Delim:
				if v == '{' {
					depth++
				} else if depth--; depth == 1 {
					atKey = true
				}
			case string:
				if depth == 1 && atKey {
					if seen[v] {
						t.Errorf("%s: %q stands there twice", name, v)
					}
					seen[v], atKey = true, false
				}
			}
		}
	}
}

func TestMissingKeyShows(t *testing.T) {
	if got := Text(Danish, "no.such.key"); got != "⟦no.such.key⟧" {
		t.Errorf("got %q", got)
	}
}

func TestFormats(t *testing.T) {
	at := time.Date(2025, 11, 3, 14, 30, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{Day(Danish, at), "3. november 2025"},
		{Day(English, at), "3 November 2025"},
		{Clock(Danish, at), "14.30"},
		{Clock(English, at), "14:30"},
		{Moment(Danish, at), "3.11.2025 kl. 14.30"},
		{Weekday(Danish, at.Weekday()), "mandag"},
		{Number(Danish, 1234567), "1.234.567"},
		{Number(English, 1234), "1,234"},
		{Number(Danish, -12), "−12"},
		{Number(Danish, 0), "0"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
