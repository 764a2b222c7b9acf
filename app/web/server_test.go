package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

func TestDesignPagesShowInBothLanguages(t *testing.T) {
	b := webtest.NewBench(t)
	c, base := webtest.Client(t, b, models.RoleAdministrator)
	for _, r := range web.Routes(nil) {
		if r.Method != site.GET || strings.Contains(r.Path, ":") || strings.Contains(r.Path, "*") || !strings.HasPrefix(r.Path, "/design") {
			continue
		}
		for _, l := range []string{"da", "en"} {
			req, _ := http.NewRequest(site.GET, base+r.Path, nil)
			req.Header.Set("Accept-Language", l)
			res, err := c.Do(req)
			res, body := webtest.Read(t, res, err)
			if res.StatusCode != 200 || strings.Contains(body, "⟦") || !strings.Contains(body, `<html lang="`+l+`"`) {
				t.Errorf("%s %s: %d %s", l, r.Path, res.StatusCode, body)
			}
			if res.Header.Get("Content-Security-Policy") != site.Policy {
				t.Errorf("%s: no policy", r.Path)
			}
		}
	}
}

func TestAdmission(t *testing.T) {
	b := webtest.NewBench(t)
	for _, x := range []struct {
		as     models.Role
		path   string
		status int
	}{
		{"", "/livez", 200},
		{"", "/readyz", 200},
		{"", "/design", 303}, // to the login
		{models.RoleReceiver, "/design", 403},
		{models.RoleAdministrator, "/design", 200},
		{models.RoleAdministrator, "/nothing", 404},
		{models.RoleAdministrator, "/assets/nothing", 404},
		{models.RoleAdministrator, "/design?q=0101901234", 422},
		{"", "/assets/app.js", 200},
		{"", "/assets/../web.go", 404},
	} {
		c, base := webtest.Client(t, b, x.as)
		res, err := c.Get(base + x.path)
		res, body := webtest.Read(t, res, err)
		if res.StatusCode != x.status {
			t.Errorf("%s %s: %d, want %d: %.200s", x.as, x.path, res.StatusCode, x.status, body)
		}
	}
}

func TestGuard(t *testing.T) {
	b := webtest.NewBench(t, site.Post("/echo", site.Public, func(r *site.Request) error {
		return r.Done("/", "")
	}), site.Post("/api/v1/echo", site.Public, func(r *site.Request) error {
		var v map[string]any
		if err := r.Decode(&v); err != nil {
			return err
		}
		return r.JSON(200, map[string]string{"key": r.IdempotencyKey(), "print": r.Fingerprint()})
	}))
	c, base := webtest.Client(t, b, "")
	const key = "0d5f7bd0-2d35-4cf0-8a5e-0101901234ab"
	form := "application/x-www-form-urlencoded"
	for _, x := range []struct {
		name, path, kind, body string
		status                 int
		code                   models.Code
	}{
		{"fine", "/echo", form, "idempotency_key=" + key + "&a=b", 303, ""},
		{"no key", "/echo", form, "a=b", 400, models.CodeKeyMissing},
		{"odd key", "/echo", form, "idempotency_key=" + url.QueryEscape("'; drop"), 400, models.CodeKeyMissing},
		{"cpr", "/echo", form, "idempotency_key=" + key + "&note=" + url.QueryEscape("født 010190-1234"), 422, models.CodeCPR},
		{"cpr in password", "/echo", form, "idempotency_key=" + key + "&password=0101901234", 303, ""},
		{"broken form", "/echo", form, "a=%zz", 422, models.CodeInvalid},
		{"too large", "/echo", form, "a=" + strings.Repeat("x", 5000), 413, models.CodeTooLarge},
		{"json cpr", "/api/v1/echo", "application/json", `{"a":{"b":["x","0101901234"]}}`, 422, models.CodeCPR},
		{"json number cpr", "/api/v1/echo", "application/json", `{"a":1101901234}`, 422, models.CodeCPR},
		{"json broken", "/api/v1/echo", "application/json", `{"a":`, 422, models.CodeInvalid},
		{"json without key", "/api/v1/echo", "application/json", `{"a":1}`, 400, models.CodeKeyMissing},
	} {
		req, _ := http.NewRequest(site.POST, base+x.path, strings.NewReader(x.body))
		req.Header.Set("Content-Type", x.kind)
		req.Header.Set("Accept", "application/json")
		res, err := c.Do(req)
		res, body := webtest.Read(t, res, err)
		var p site.Problem
		if x.code != "" {
			if err := json.Unmarshal([]byte(body), &p); err != nil || res.Header.Get("Content-Type") != "application/problem+json; charset=utf-8" {
				t.Errorf("%s: %v %s %s", x.name, err, res.Header.Get("Content-Type"), body)
			}
		}
		if res.StatusCode != x.status || p.Code != x.code {
			t.Errorf("%s: %d %s, want %d %s: %s", x.name, res.StatusCode, p.Code, x.status, x.code, body)
		}
	}
	if strings.Contains(b.Log.String(), "0101901234") || strings.Contains(b.Log.String(), "010190-1234") {
		t.Error("a CPR number is in the log")
	}
}

func TestJSONKeyAndFingerprint(t *testing.T) {
	b := webtest.NewBench(t, site.Post("/api/v1/echo", site.Public, func(r *site.Request) error {
		return r.JSON(200, map[string]string{"key": r.IdempotencyKey(), "print": r.Fingerprint()})
	}))
	c, base := webtest.Client(t, b, "")
	prints := map[string]bool{}
	for _, body := range []string{`{"a":1}`, `{"a":1}`, `{"a":2}`} {
		req, _ := http.NewRequest(site.POST, base+"/api/v1/echo", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(site.KeyHeader, "a-key-of-mine")
		res, err := c.Do(req)
		_, got := webtest.Read(t, res, err)
		var v map[string]string
		if err := json.Unmarshal([]byte(got), &v); err != nil || v["key"] != "a-key-of-mine" || len(v["print"]) != 64 {
			t.Fatalf("%v %s", err, got)
		}
		prints[v["print"]] = true
	}
	if len(prints) != 2 {
		t.Errorf("%d fingerprints for two bodies", len(prints))
	}
}

func TestCrossOriginIsRefused(t *testing.T) {
	b := webtest.NewBench(t, site.Post("/echo", site.Public, func(r *site.Request) error { return r.Done("/", "") }))
	c, base := webtest.Client(t, b, "")
	req, _ := http.NewRequest(site.POST, base+"/echo", strings.NewReader("idempotency_key=12345678"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := c.Do(req)
	res, body := webtest.Read(t, res, err)
	if res.StatusCode != 403 || !strings.Contains(body, "cross_origin") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestNothingLeaks(t *testing.T) {
	b := webtest.NewBench(t,
		site.Get("/err", site.Public, func(*site.Request) error { return io.ErrUnexpectedEOF }),
		site.Get("/panic", site.Public, func(*site.Request) error { panic("sql: secret.go goroutine") }))
	c, base := webtest.Client(t, b, "")
	for _, path := range []string{"/err", "/panic"} {
		res, err := c.Get(base + path + "?q=hemmelig")
		res, body := webtest.Read(t, res, err)
		if res.StatusCode != 500 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		for _, word := range []string{"unexpected EOF", "sql:", ".go", "goroutine", "secret"} {
			if strings.Contains(body, word) {
				t.Errorf("%s shows %q", path, word)
			}
		}
		if res.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: no policy", path)
		}
	}
	log := b.Log.String()
	if !strings.Contains(log, "unexpected EOF") || strings.Contains(log, "hemmelig") {
		t.Errorf("log: %s", log)
	}
}

func TestFormComesBackWithWhatWasTyped(t *testing.T) {
	b := webtest.NewBench(t)
	c, base := webtest.Client(t, b, models.RoleAdministrator)
	res, err := c.PostForm(base+"/design/formular", url.Values{site.KeyField: {"12345678"}, "count": {"1.2"}, "day": {"18.11.2025"}})
	res, body := webtest.Read(t, res, err)
	for _, want := range []string{`value="18.11.2025"`, `href="#f-count"`, `href="#f-destination"`, `aria-invalid="true"`, "<title>Fejl:"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if res.StatusCode != 422 || strings.Contains(body, `href="#f-day"`) {
		t.Errorf("%d", res.StatusCode)
	}
	res, err = c.PostForm(base+"/design/formular", url.Values{site.KeyField: {"12345678"}, "count": {"12"}, "day": {"18.11.2025"}, "destination": {"own"}})
	res, _ = webtest.Read(t, res, err)
	if res.StatusCode != 303 || res.Header.Get("Location") != "/design/kvittering" {
		t.Fatalf("%d", res.StatusCode)
	}
	res, err = c.Get(base + "/design/kvittering")
	if _, body = webtest.Read(t, res, err); !strings.Contains(body, "Registreret.") {
		t.Error("no flash")
	}
	res, err = c.Get(base + "/design/kvittering")
	if _, body = webtest.Read(t, res, err); strings.Contains(body, "Registreret.") {
		t.Error("the flash stays")
	}
}

// What was typed into a form whose login had expired is kept to be sent again:
// not secrets, and nothing that may not be said at all.
func TestAFormIsKeptOverTheLogin(t *testing.T) {
	b := webtest.NewBench(t, site.Post("/note", site.Coordinator, func(r *site.Request) error { return r.Done("/", "") }))
	c, base := webtest.Client(t, b, "")
	for _, x := range []struct {
		note string
		kept bool
	}{{"Porten er <låst>", true}, {"010190-1234", false}} {
		res, err := c.PostForm(base+"/note", url.Values{site.KeyField: {"12345678"}, "note": {x.note}, "pin": {"4711"}})
		res, body := webtest.Read(t, res, err)
		if res.StatusCode != http.StatusUnauthorized || strings.Contains(body, "4711") || strings.Contains(body, "<låst>") {
			t.Errorf("%s: %d", x.note, res.StatusCode)
		}
		if kept := strings.Contains(body, `name="note" value="Porten er &lt;låst&gt;"`) && strings.Contains(body, `name="idempotency_key" value="12345678"`); kept != x.kept {
			t.Errorf("%s: kept %v", x.note, kept)
		}
	}
}

func TestPreferences(t *testing.T) {
	b := webtest.NewBench(t)
	c, base := webtest.Client(t, b, models.RoleAdministrator)
	res, err := c.Get(base + "/design?a=1&lang=en&tema=contrast&plads=touch")
	res, _ = webtest.Read(t, res, err)
	if res.StatusCode != 303 || res.Header.Get("Location") != "/design?a=1" {
		t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	res, err = c.Get(base + "/design")
	if _, body := webtest.Read(t, res, err); !strings.Contains(body, `<html lang="en" data-theme="contrast" data-density="touch">`) {
		t.Error("not kept")
	}
}

func TestOwnPath(t *testing.T) {
	for p, want := range map[string]bool{"/a?b=c": true, "//evil": false, "/\\evil": false, "https://x": false, "": false, "/a\r\nb": false} {
		if site.OwnPath(p) != want {
			t.Errorf("%q", p)
		}
	}
}
