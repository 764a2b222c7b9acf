package site

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Every code has a status, and every status a title in both languages.
func TestEveryCodeHasAStatusAndATitle(t *testing.T) {
	for _, c := range models.Codes {
		s, ok := statuses[c]
		if !ok {
			t.Errorf("%s has no status", c)
		}
		if !language.Has(fmt.Sprintf("problem.title.%d", s)) {
			t.Errorf("%s: no title for %d", c, s)
		}
	}
}

func TestTableRefusesLinesThatCannotBeMeant(t *testing.T) {
	fine := func(*Request) error { return nil }
	for name, r := range map[string]Route{
		"no role":    Get("/a", nil, fine),
		"no handler": Get("/a", Public, nil),
		"no slash":   Get("a", Public, fine),
		"no bucket":  Get("/a", Public, fine).Limit("nonsense"),
	} {
		if r.check() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestTemplatesAreHeldAgainstViews(t *testing.T) {
	layout := &fstest.MapFile{Data: []byte(`{{define "layout"}}<p>start</p>{{block "main" .}}{{end}}{{end}}`)}
	parts := &fstest.MapFile{Data: []byte(`{{define "part"}}{{end}}`)}
	page := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	files := fstest.MapFS{"templates/layout.html": layout, "templates/components/p.html": parts,
		"templates/pages/a.html": page(`{{define "main"}}{{.Missing}}{{end}}`)}
	for name, names := range map[string][]string{"view without template": {"a", "b"}, "template without view": {}} {
		if _, err := newEngine(files, names, assetNames{}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	e, err := newEngine(files, []string{"a"}, assetNames{})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := e.run(language.Danish, "a", struct{ Chrome }{}); err == nil {
		t.Errorf("half a page is given out: %s", b)
	}
	files["templates/pages/a.html"] = page(`{{define "main"}}{{nofunction}}{{end}}`)
	if _, err := newEngine(files, []string{"a"}, assetNames{}); err == nil {
		t.Error("a broken template starts")
	}
}

func TestRateLimit(t *testing.T) {
	now := time.Date(2025, 11, 3, 9, 0, 0, 0, time.UTC)
	l := newLimits(func() time.Time { return now })["login"]
	for i := range l.size.Burst {
		if !l.allow("a") {
			t.Fatalf("refused at %d", i)
		}
	}
	if l.allow("a") || !l.allow("b") {
		t.Error("the limit does not hold, or holds for others")
	}
	now = now.Add(l.size.every)
	if !l.allow("a") || l.allow("a") {
		t.Error("one token per interval comes back")
	}
	now = now.Add(time.Hour)
	l.allow("c")
	if len(l.full) != 1 {
		t.Errorf("%d clients are remembered", len(l.full))
	}
}

func TestHTTPServerHasAllTimeouts(t *testing.T) {
	s := NewHTTPServer("127.0.0.1:0", nil)
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 {
		t.Errorf("%+v", s)
	}
}
