package webtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
)

// Visitor is a browser with the cookie of a login, or without one. It follows no
// redirect and keeps no other cookie: see PC.
type Visitor struct {
	Library *Library
	Cookie  *http.Cookie // nil: nobody
}

// As is a browser in which somebody is logged in.
func (l *Library) As(login string) Visitor {
	l.T.Helper()
	c, err := l.Web.SessionFor(l.T.Context(), login)
	l.Must(err)
	return Visitor{l, c}
}

// Nobody is a browser in which nobody is logged in.
func (l *Library) Nobody() Visitor { return Visitor{Library: l} }

// With is a browser that holds one cookie, whatever it stands for.
func (l *Library) With(c *http.Cookie) Visitor { return Visitor{l, c} }

// Do sends a request and gives status, body and headers; a POST that wrote
// something is sent again (see Main).
func (v Visitor) Do(req *http.Request) (int, string, http.Header) {
	v.Library.T.Helper()
	if v.Cookie != nil {
		req.AddCookie(v.Cookie)
	}
	send := v.roundTrip
	if req.Method == site.POST {
		send = v.sendPost
	}
	a := send(req)
	return a.status, a.body, a.head
}

func (v Visitor) roundTrip(req *http.Request) answer {
	v.Library.T.Helper()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	v.Library.Must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	v.Library.Must(err)
	return answer{res.StatusCode, string(b), res.Header}
}

// Get asks for a page, or for anything below /api/v1/.
func (v Visitor) Get(path string) (int, string) {
	v.Library.T.Helper()
	req, err := http.NewRequest(site.GET, v.Library.URL+path, nil)
	v.Library.Must(err)
	code, body, _ := v.Do(req)
	return code, body
}

// Post sends a form with a fresh key.
func (v Visitor) Post(path string, form url.Values) (int, string) {
	v.Library.T.Helper()
	code, body, _ := v.PostFull(path, form)
	return code, body
}

// OK posts a form and wants to be led on: the act was done.
func (v Visitor) OK(path string, form url.Values) {
	v.Library.T.Helper()
	if code, body := v.Post(path, form); code != http.StatusSeeOther {
		v.Library.T.Fatalf("POST %s: %d\n%s", path, code, ErrorsIn(body))
	}
}

// ErrorsIn is the error summary of a page, or the beginning of a page without one.
func ErrorsIn(body string) string {
	_, rest, ok := strings.Cut(body, `class="errors"`)
	if !ok {
		return body[:min(len(body), 400)]
	}
	list, _, _ := strings.Cut(rest, "</ul>")
	return list
}

// Event sends one event of the desk over JSON, under a key; header are names and
// values in turn.
func (v Visitor) Event(key string, in desk.EventIn, header ...string) (int, string) {
	v.Library.T.Helper()
	b, err := json.Marshal(in)
	v.Library.Must(err)
	return v.program(key, "/api/v1/sessions/"+v.Library.Session+"/events", b, header...)
}

// PostFull sends a form with a fresh key and gives the headers too.
func (v Visitor) PostFull(path string, form url.Values) (int, string, http.Header) {
	v.Library.T.Helper()
	form.Set(site.KeyField, uuid.NewString())
	req, err := http.NewRequest(site.POST, v.Library.URL+path, strings.NewReader(form.Encode()))
	v.Library.Must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.Do(req)
}

// PrintAt presses the print button of a form (its path ends in /udskriv) and fetches
// the file.
func (v Visitor) PrintAt(path string) (location, body string) {
	v.Library.T.Helper()
	code, answer, head := v.PostFull(path, url.Values{})
	if code != http.StatusSeeOther {
		v.Library.T.Fatalf("POST %s: %d %s", path, code, answer)
	}
	location = head.Get("Location")
	code, body = v.Get(location)
	if code != 200 {
		v.Library.T.Fatalf("%s: %d %s", location, code, body)
	}
	ValidPDF(v.Library.T, location, body)
	return location, body
}

// Prints reads a form back and wants the words on it, and none of those with ! in
// front.
func (v Visitor) Prints(path string, words ...string) {
	v.Library.T.Helper()
	code, body := v.Get(path)
	if code != 200 {
		v.Library.T.Errorf("%s: %d %.200s", path, code, body)
		return
	}
	text := strings.Join(strings.Fields(PDFText(v.Library.T, body)), " ")
	for _, w := range words {
		w, not := strings.CutPrefix(w, "!")
		if strings.Contains(text, w) == not {
			v.Library.T.Errorf("%s: %q is there: %v\n%s", path, w, !not, text)
		}
	}
}

// Reads wants a page to say all of this, and gives it back.
func (v Visitor) Reads(path string, all ...string) string {
	v.Library.T.Helper()
	_, body := v.Get(path)
	for _, want := range all {
		if !strings.Contains(body, want) {
			v.Library.T.Errorf("%s does not say %q", path, want)
		}
	}
	return body
}
