package e2e_test

import (
	"net/url"
	"strings"
)

// publish publishes the plan as the page asks for it.
func (r *road) publish() {
	r.t.Helper()
	path := "/plan/" + r.election + "/offentliggoer"
	fields := url.Values{}
	for _, name := range r.people["karen"].Names(path) {
		if strings.HasPrefix(name, "reason") || strings.HasPrefix(name, "why") {
			fields.Set(name, "Aftalt på mødet med bibliotekerne.")
		}
	}
	r.people["karen"].Submit(path, fields)
}

// place is the id of a place by its name, from the administrator's list.
func (r *road) place(name string) string {
	r.t.Helper()
	for id, text := range r.people["admin"].Options("/konti/ny", "places") {
		if text == name {
			return id
		}
	}
	r.t.Fatalf("no place %q", name)
	return ""
}
