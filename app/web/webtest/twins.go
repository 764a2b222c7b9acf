package webtest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/site"
)

// Twin is one act of custody over JSON, with everything that must not work
// before the one time that it does.
type Twin struct {
	As, Act string // who does it, and the path below /api/v1/
	In      any
	Status  int
	Others  []string // logins whose role may not
	Away    []string // logins of the right role at another place
	Bad     []Refusal
	Out     any
}

// Refusal is an input that is refused at a field, "" when it is none's fault.
type Refusal struct {
	in     any
	status int
	field  string
}

// Twins plays acts over JSON in one depot and notes which routes were played.
type Twins struct {
	*Depot
	Played map[string]bool // acts: paths below /api/v1/
}

// NewTwins makes a depot of which nothing was played yet.
func NewTwins(t testing.TB) *Twins {
	t.Helper()
	return &Twins{NewDepot(t), map[string]bool{}}
}

// Send sends JSON, or a string as it is, to a path below /api/v1/ under a key; no
// login is nobody, no key is none.
func (d *Twins) Send(login, path, key string, in any) (int, string) {
	d.T.Helper()
	if path == "day/close" || strings.HasSuffix(path, "/lost") {
		d.Now = d.Now.Add(time.Minute) // PINs are limited per minute
	}
	raw, ok := in.(string)
	if !ok {
		b, err := json.Marshal(in)
		d.Must(err)
		raw = string(b)
	}
	req, err := http.NewRequest(site.POST, d.URL+"/api/v1/"+path, bytes.NewReader([]byte(raw)))
	d.Must(err)
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set(site.KeyHeader, key)
	}
	v := d.Nobody()
	if login != "" {
		v = d.As(login)
	}
	code, body, _ := v.Do(req)
	return code, body
}

// Head is the number of the journal's last entry.
func (d *Twins) Head() int64 {
	d.T.Helper()
	_, head, err := d.Store.Entries(d.T.Context(), 0, "", 1)
	d.Must(err)
	return head.Seq
}

// Refused wants an answer with its code and field, and nothing in the book.
func (d *Twins) Refused(what, login, path, key string, in any, status int, field string) {
	d.T.Helper()
	head := d.Head()
	code, body := d.Send(login, path, key, in)
	var p site.Problem
	if code != status || json.Unmarshal([]byte(body), &p) != nil || p.Code == "" {
		d.T.Errorf("%s, %s: %d %s, want %d", path, what, code, body, status)
	} else if field != "" && !slices.ContainsFunc(p.Errors, func(e site.ProblemField) bool { return e.Field == field && !strings.Contains(e.Detail, "⟦") }) {
		d.T.Errorf("%s, %s: the field %q is not named: %s", path, what, field, body)
	}
	if d.Head() != head {
		d.T.Errorf("%s, %s: refused, and %d entries were written", path, what, d.Head()-head)
	}
}

// Play refuses everything that is to be refused, does the act once, and again
// with the same key: the same answer, and nothing more in the book.
func (d *Twins) Play(x Twin) {
	d.T.Helper()
	d.Played[x.Act] = true
	for _, who := range x.Others {
		d.Refused(who+" has not the role", who, x.Act, uuid.NewString(), x.In, http.StatusForbidden, "")
	}
	for _, who := range x.Away {
		d.Refused(who+" works elsewhere", who, x.Act, uuid.NewString(), x.In, http.StatusForbidden, "")
	}
	for _, b := range x.Bad {
		d.Refused("bad input", x.As, x.Act, uuid.NewString(), b.in, b.status, b.field)
	}
	d.Refused("no login", "", x.Act, uuid.NewString(), x.In, http.StatusUnauthorized, "")
	if len(x.Others) > 0 { // once is enough for what is the same everywhere
		d.Refused("no key", x.As, x.Act, "", x.In, http.StatusBadRequest, "")
	}
	if x.In != nil {
		d.Refused("an unknown member", x.As, x.Act, uuid.NewString(), `{"misspelt":1}`, http.StatusUnprocessableEntity, "")
	}
	head, key := d.Head(), uuid.NewString()
	code, body := d.Send(x.As, x.Act, key, x.In)
	if code != x.Status {
		d.T.Fatalf("%s as %s: %d %s, want %d", x.Act, x.As, code, body, x.Status)
	}
	after := d.Head()
	if after == head {
		d.T.Errorf("%s wrote nothing", x.Act)
	}
	if again, same := d.Send(x.As, x.Act, key, x.In); again != code || same != body {
		d.T.Errorf("%s again: %d %s, was %d %s", x.Act, again, same, code, body)
	}
	if x.In != nil && len(x.Bad) > 0 {
		d.Refused("the key of another act", x.As, x.Act, key, x.Bad[0].in, http.StatusUnprocessableEntity, "")
	}
	if d.Head() != after {
		d.T.Errorf("%s counted twice", x.Act)
	}
	if x.Out != nil {
		d.Must(json.Unmarshal([]byte(body), x.Out))
	}
}

// Refuse is an input that is refused with a status at a field.
func Refuse(in any, status int, field string) Refusal { return Refusal{in, status, field} }
