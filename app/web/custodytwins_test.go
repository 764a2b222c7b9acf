package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
)

// twin is one act of custody over JSON, with everything that must not work
// before the one time that it does.
type twin struct {
	as, act string // who does it, and the path below /api/v1/
	in      any
	status  int
	others  []string // logins whose role may not
	away    []string // logins of the right role at another place
	bad     []bad
	out     any
}

// bad is an input that is refused at a field, "" when it is none's fault.
type bad struct {
	in     any
	status int
	field  string
}

// twins plays acts over JSON in one depot and notes which routes were played.
type twins struct {
	*depot
	played map[string]bool
}

func newTwins(t *testing.T) *twins {
	t.Helper()
	return &twins{newDepot(t), map[string]bool{}}
}

func (d *twins) send(login, path, key string, in any) (int, string) {
	d.t.Helper()
	if path == "day/close" || strings.HasSuffix(path, "/lost") {
		d.now = d.now.Add(time.Minute) // PINs are limited per minute
	}
	raw, ok := in.(string)
	if !ok {
		b, err := json.Marshal(in)
		d.must(err)
		raw = string(b)
	}
	req, err := http.NewRequest(site.POST, d.url+"/api/v1/"+path, bytes.NewReader([]byte(raw)))
	d.must(err)
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set(site.KeyHeader, key)
	}
	v := visitor{d.library, nil}
	if login != "" {
		v = d.as(login)
	}
	code, body, _ := v.do(req)
	return code, body
}

// head is the number of the journal's last entry.
func (d *twins) head() int64 {
	d.t.Helper()
	_, head, err := d.store.Entries(d.t.Context(), 0, "", 1)
	d.must(err)
	return head.Seq
}

// refused wants an answer with its code and field, and nothing in the book.
func (d *twins) refused(what, login, path, key string, in any, status int, field string) {
	d.t.Helper()
	head := d.head()
	code, body := d.send(login, path, key, in)
	var p site.Problem
	if code != status || json.Unmarshal([]byte(body), &p) != nil || p.Code == "" {
		d.t.Errorf("%s, %s: %d %s, want %d", path, what, code, body, status)
	} else if field != "" && !slices.ContainsFunc(p.Errors, func(e site.ProblemField) bool { return e.Field == field && !strings.Contains(e.Detail, "⟦") }) {
		d.t.Errorf("%s, %s: the field %q is not named: %s", path, what, field, body)
	}
	if d.head() != head {
		d.t.Errorf("%s, %s: refused, and %d entries were written", path, what, d.head()-head)
	}
}

// play refuses everything that is to be refused, does the act once, and again
// with the same key: the same answer, and nothing more in the book.
func (d *twins) play(x twin) {
	d.t.Helper()
	d.played[x.act] = true
	for _, who := range x.others {
		d.refused(who+" has not the role", who, x.act, uuid.NewString(), x.in, http.StatusForbidden, "")
	}
	for _, who := range x.away {
		d.refused(who+" works elsewhere", who, x.act, uuid.NewString(), x.in, http.StatusForbidden, "")
	}
	for _, b := range x.bad {
		d.refused("bad input", x.as, x.act, uuid.NewString(), b.in, b.status, b.field)
	}
	d.refused("no login", "", x.act, uuid.NewString(), x.in, http.StatusUnauthorized, "")
	if len(x.others) > 0 { // once is enough for what is the same everywhere
		d.refused("no key", x.as, x.act, "", x.in, http.StatusBadRequest, "")
	}
	if x.in != nil {
		d.refused("an unknown member", x.as, x.act, uuid.NewString(), `{"misspelt":1}`, http.StatusUnprocessableEntity, "")
	}
	head, key := d.head(), uuid.NewString()
	code, body := d.send(x.as, x.act, key, x.in)
	if code != x.status {
		d.t.Fatalf("%s as %s: %d %s, want %d", x.act, x.as, code, body, x.status)
	}
	after := d.head()
	if after == head {
		d.t.Errorf("%s wrote nothing", x.act)
	}
	if again, same := d.send(x.as, x.act, key, x.in); again != code || same != body {
		d.t.Errorf("%s again: %d %s, was %d %s", x.act, again, same, code, body)
	}
	if x.in != nil && len(x.bad) > 0 {
		d.refused("the key of another act", x.as, x.act, key, x.bad[0].in, http.StatusUnprocessableEntity, "")
	}
	if d.head() != after {
		d.t.Errorf("%s counted twice", x.act)
	}
	if x.out != nil {
		d.must(json.Unmarshal([]byte(body), x.out))
	}
}

// unplayed are the routes of acts that play does not cover, with where they are
// tested instead.
var unplayed = map[string]string{
	"handovers/:id/attachments":  "TestFilesOfAHandover: files, not JSON",
	"deviations/:id/attachments": "TestFilesOfAHandover: files, not JSON",

	"handovers/:id/collect-on-paper": "TestASignatureOnPaperOverJSON",
	"handovers/:id/link":             "TestACouriersLinkOverJSON: outside the book",
	"courier-links/open":             "TestACouriersLinkOverJSON: outside the book",
	"courier-links/collect":          "TestACouriersLinkOverJSON: without a login",
}

// Every act of custody over JSON: by the right person, by one without the role,
// by one from another place, with each field wrong, and replayed.
func TestTheTwinsOverJSON(t *testing.T) {
	d := newTwins(t)
	d.theSeals()
	d.theOpening()
	d.theContents()
	d.theSealing()
	d.road()
	d.theDeviation()
	d.theLoss()
	d.theDay()
	d.everyRouteWasPlayed()
}

// everyRouteWasPlayed compares what was played with the table of routes.
func (d *twins) everyRouteWasPlayed() {
	d.t.Helper()
	have := map[string]bool{}
	for act := range d.played {
		have[seqOf.ReplaceAllString(idOf.ReplaceAllString(act, "$1/:id"), "$1/:seq")] = true
	}
	for _, r := range custodypages.Routes(d.web.Server) {
		act, ok := strings.CutPrefix(r.Path, "/api/v1/")
		if ok && r.Method == site.POST && !have[act] && unplayed[act] == "" {
			d.t.Errorf("POST %s is not played", r.Path)
		}
	}
}

// What stands for the parameter in the path of an act.
var (
	idOf  = regexp.MustCompile(`^(containers|handovers|deviations)/[0-9A-Z]+`)
	seqOf = regexp.MustCompile(`^(entries)/[0-9]+`)
)

// What is read of the evening: the rounds and the form quality, by whom and where.
func TestTheEveningOverJSON(t *testing.T) {
	d := newDepot(t)
	read := func(login, path string, out any) int {
		code, body := d.as(login).get("/api/v1/" + path)
		if code == 200 {
			d.must(json.Unmarshal([]byte(body), out))
		} else if !strings.Contains(body, `"code"`) {
			t.Errorf("%s: %d %s", path, code, body)
		}
		return code
	}
	var rounds, early []evening.Round
	if code := read("karen", "route-plan", &rounds); code != 200 || len(rounds) != 1 || len(rounds[0].Visits) != 1 || rounds[0].Visits[0].Place.ID != "LYS" {
		t.Fatalf("%d %+v", code, rounds)
	}
	if read("karen", "route-plan?senest=18.30&bude=2", &early); len(early) != 1 || early[0].Visits[0].Slack >= rounds[0].Visits[0].Slack {
		t.Errorf("an earlier deadline leaves less: %+v", early)
	}
	for query, field := range map[string]string{"senest=soon": "senest", "bude=0": "bude", "bude=mange": "bude", "dag=igaar": "dag"} {
		code, body := d.as("karen").get("/api/v1/route-plan?" + query)
		if code != 422 || !strings.Contains(body, `"field":"`+field+`"`) {
			t.Errorf("%s: %d %s", query, code, body)
		}
		if code, body := d.as("karen").get("/ruteplan?" + query); code != 422 || !strings.Contains(body, `class="errors"`) {
			t.Errorf("the page with %s: %d", query, code)
		}
	}
	var q []custody.Quality
	if read("karen", "quality", &q); len(q) != 0 {
		t.Errorf("no handovers: %+v", q)
	}
	d.onTheWay()
	if read("karen", "quality", &q); len(q) != 1 || q[0].Place != "LYS" || q[0].Handovers != 1 || q[0].NoSecond != 1 {
		t.Errorf("%+v", q)
	}
	if read("lise", "quality", &q); len(q) != 0 {
		t.Errorf("another library reads of %+v", q)
	}
	for _, path := range []string{"route-plan", "quality", "day"} {
		for who, want := range map[string]int{"anna": 403, "kurt": 403, "aud": 200, "rita": 200} {
			if code := read(who, path, new(any)); code != want {
				t.Errorf("%s by %s: %d, want %d", path, who, code, want)
			}
		}
	}
}
