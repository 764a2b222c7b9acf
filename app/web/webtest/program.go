package webtest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/site"
)

// Say sends a value as JSON with a fresh key to a path below /api/v1/ and reads a
// good answer into out, unless out is nil.
func (v Visitor) Say(path string, in, out any) (int, string) {
	v.Library.T.Helper()
	b, err := json.Marshal(in)
	v.Library.Must(err)
	code, body := v.program(uuid.NewString(), "/api/v1/"+path, b)
	if out != nil && code < 300 {
		v.Library.Must(json.Unmarshal([]byte(body), out))
	}
	return code, body
}

// Says is Say for what has to be answered so; it gives back the answer.
func (v Visitor) Says(status int, path string, in, out any) string {
	v.Library.T.Helper()
	code, body := v.Say(path, in, out)
	if code != status {
		v.Library.T.Fatalf("POST %s %+v: %d %s, want %d", path, in, code, body, status)
	}
	return body
}

// JSON sends a text as JSON with a fresh key, whatever it is; path is the whole path.
func (v Visitor) JSON(path, body string) (int, string) {
	v.Library.T.Helper()
	return v.program(uuid.NewString(), path, []byte(body))
}

// program sends JSON under a key, as a neighbouring system does; header are names
// and values in turn.
func (v Visitor) program(key, path string, body []byte, header ...string) (int, string) {
	v.Library.T.Helper()
	req, err := http.NewRequest(site.POST, v.Library.URL+path, bytes.NewReader(body))
	v.Library.Must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(site.KeyHeader, key)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	code, answer, _ := v.Do(req)
	return code, answer
}

// In asks for a page, or posts a form, with a browser of that language.
func (v Visitor) In(lang, method, path string, form url.Values) (int, string) {
	v.Library.T.Helper()
	if form != nil {
		form.Set(site.KeyField, uuid.NewString())
	}
	req, err := http.NewRequest(method, v.Library.URL+path, strings.NewReader(form.Encode()))
	v.Library.Must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept-Language", lang)
	code, body, _ := v.Do(req)
	return code, body
}
