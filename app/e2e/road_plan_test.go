package e2e_test

import "net/url"

// publish gives each place the decision and the aids that the law asks for,
// accepts what only warns with a reason, and publishes.
func (r *road) publish() {
	r.t.Helper()
	karen := r.people["karen"]
	if status, _, _ := karen.Try("/plan/"+r.election+"/offentliggoer", url.Values{}); status == 303 {
		r.t.Error("a plan with places that nobody decided is published")
	}
	for _, name := range []string{"Ærøskøbing Bibliotek", "Borgerservice"} {
		path := "/steder/" + r.place(name) + "/ret"
		fields := url.Values{"decision_date": {"18.6.2025"}, "decision_body": {"Byrådet"}, "decision_reference": {"punkt 14"}}
		for aid := range karen.Options(path, "aids") {
			fields.Add("aids", aid)
		}
		karen.Submit(path, fields)
	}
	findings := "/plan/" + r.election + "/fund"
	for value := range karen.Options(findings, "finding") {
		karen.Submit(findings, url.Values{"reason": {"Aftalt på mødet med bibliotekerne."}, "finding": {value}})
	}
	karen.Submit("/plan/"+r.election+"/offentliggoer", url.Values{})
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
