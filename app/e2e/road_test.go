package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	_ "image/png"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models"
)

// password of every account of the road; pin of every second person.
const (
	password = "en lang adgangskode"
	pin      = "4711"
)

// walker is somebody who walks the road: by the forms of the pages, or in a browser.
type walker interface {
	Page(path string) string
	Get(path string) (body []byte, contentType string)
	Fetch(path string) (status int, body string)
	JSON(path, key string, body []byte) (status int, answer string)
	Names(path string) []string
	Options(path, name string) map[string]string
	Submit(path string, fields url.Values) string
	Try(path string, fields url.Values) (status int, where, body string)
	Upload(path, field, name string, content []byte) (status int, where, body string)
}

// road is the whole stretch at one municipality, walked by its people over
// pages and JSON: from a published list to a signed receipt.
type road struct {
	t         *testing.T
	bin, data string
	base      string
	people    map[string]walker
	browser   *e2e.Browser // nil: the forms are sent without one
	election  string
	session   string
	library   string // place ids
	reception string
	box       string
	handover  string
	printed   []string // codes read from QR codes of printed forms
}

// TestTheRoad: a coordinator imports a list and publishes it, two receivers at a
// library count envelopes, pack, seal and close, a courier takes the box,
// reception recounts it blind, and the receipt that comes out can be checked.
func TestTheRoad(t *testing.T) { (&road{t: t}).walk() }

// The same road in a real browser: every form filled in and sent by its page.
func TestTheRoadInTheBrowser(t *testing.T) { (&road{t: t, browser: e2e.Start(t)}).walk() }

func (r *road) walk() {
	t := r.t
	r.bin, r.data, r.people = e2e.Build(t), t.TempDir(), map[string]walker{}
	r.brevstemme(password+"\n", "user", "add", "--login", "admin", "--name", "Anders Bro", "--role", "administrator")
	p := e2e.Launch(t, r.bin, []string{"BREVSTEMME_DATA=" + r.data}, "serve", "--addr", "127.0.0.1:0")
	r.base = p.Base
	r.people["admin"] = r.arrive("admin")
	r.account("karen", "Karen Holm", models.RoleCoordinator)
	r.plan()
	r.account("anna", "Anna Ærø", models.RoleReceiver, r.library)
	r.account("bo", "Bo Østergård", models.RoleReceiver, r.library)
	r.account("yusuf", "Yusuf Demir", models.RoleCourier)
	r.account("grethe", "Grethe Bang", models.RoleReception)
	r.account("ole", "Ole Å. Damgaard", models.RoleReception)
	r.open()
	r.count()
	r.pack()
	r.close()
	r.offer()
	r.receive()
	r.receipts()
	p.Stop(t)
	if out := r.brevstemme("", "verify"); !strings.Contains(out, "Everything holds") {
		t.Errorf("verify: %s", out)
	}
	for _, code := range r.printed {
		r.brevstemme("", "verify", "--receipt", code)
	}
}

// brevstemme runs a command on the road's database while no service runs.
func (r *road) brevstemme(stdin string, args ...string) string {
	r.t.Helper()
	cmd := exec.Command(r.bin, args...)
	cmd.Env = append(os.Environ(), "BREVSTEMME_DATA="+r.data, "BREVSTEMME_LANGUAGE=en")
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("brevstemme %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// account makes an account by the administrator's form and logs it in.
func (r *road) account(login, name string, role models.Role, places ...string) {
	r.t.Helper()
	fields := url.Values{"name": {name}, "employer": {"citizen_service"}, "login": {login}, "password": {password}, "pin": {pin}, "roles": {string(role)}}
	if len(places) > 0 {
		fields["places"] = places
	}
	r.people["admin"].Submit("/konti/ny", fields)
	r.people[login] = r.arrive(login)
}

// arrive is somebody who has logged in.
func (r *road) arrive(login string) walker {
	p := e2e.NewPerson(r.t, r.base).Login(login, password)
	if r.browser == nil {
		return p
	}
	return e2e.NewVisitor(r.t, r.browser, p)
}

// plan creates an election whose period holds today, imports a list with one
// wrong row (refused whole), then the mended list, and publishes it.
func (r *road) plan() {
	t, karen := r.t, r.people["karen"]
	today := models.DateOf(time.Now())
	day := today.Add(10)
	for day.Weekday() != time.Tuesday {
		day = day.Add(1)
	}
	where := karen.Submit("/valg/ny", url.Values{"type": {"kv"}, "name": {"Kommunal- og regionalvalg"}, "date": {day.Danish()}, "colour": {"#0057AD"}})
	r.election = where[strings.LastIndexByte(where, '/')+1:]
	hour := time.Now().In(models.Copenhagen).Hour()
	head := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	good := fmt.Sprintf("Ærøskøbing Bibliotek,Søndergade 16,5970,Ærøskøbing,library,%s,%02d:00,%02d:59,,\n", today, max(0, hour-2), min(23, hour+3)) +
		fmt.Sprintf("Borgerservice,Torvet 1,5970,Ærøskøbing,borgerservice,%s,%02d:00,%02d:59,,\n", today, max(0, hour-2), min(23, hour+3))
	path := "/plan/" + r.election + "/import"
	if status, _, _ := karen.Upload(path, "file", "tider.csv", []byte(head+good+"Ærøskøbing Bibliotek,Søndergade 16,5970,Ærøskøbing,library,1999-01-01,10:00,12:00,,\n")); status != http.StatusUnprocessableEntity {
		t.Fatalf("a list with an error: %d", status)
	}
	status, next, _ := karen.Upload(path, "file", "tider.csv", []byte(head+good))
	if status != http.StatusSeeOther {
		t.Fatalf("not imported: %d", status)
	}
	body := karen.Page(next)
	if said := func(da, en string) bool { return strings.Contains(body, da) || strings.Contains(body, en) }; !said("2 brevstemmetider og 2 nye steder er læst ind", "2 sessions and 2 new places were imported") || !said("kl. 9-16 den sidste dag", "from 9 to 16 on the last day") {
		t.Fatalf("not imported, or without the warning of the last day: %d\n%s", status, body)
	}
	citizen := e2e.NewPerson(t, r.base)
	if strings.Contains(citizen.Page("/brevstemmesteder"), "Søndergade 16") {
		t.Error("a draft is public")
	}
	r.publish()
	if !strings.Contains(citizen.Page("/brevstemmesteder"), "Ærøskøbing Bibliotek") {
		t.Error("the published place is not public")
	}
	r.library, r.reception = r.place("Ærøskøbing Bibliotek"), r.place("Borgerservice")
}

var (
	sessionLink = regexp.MustCompile(`/skranke/(S[0-9A-Z]{9})"[^>]*>([^<]*)<`)
	formNumber  = regexp.MustCompile(`/overdragelser/([0-9A-Z]+)`)
)

// open finds today's session at the library, opens it with a crew of two and
// every line of the checklist answered.
func (r *road) open() {
	anna := r.people["anna"]
	for _, m := range sessionLink.FindAllStringSubmatch(anna.Page("/skranke"), -1) {
		if m[2] == "Ærøskøbing Bibliotek" {
			r.session = m[1]
		}
	}
	if r.session == "" {
		r.t.Fatal("the desk does not offer today's session")
	}
	r.boxes()
	path := "/skranke/" + r.session + "/aabning"
	fields := url.Values{"crew": nil, "check": nil, "witness": nil}
	for id, name := range anna.Options(path, "crew") {
		if name == "Anna Ærø" || name == "Bo Østergård" {
			fields.Add("crew", id)
		}
		if name == "Bo Østergård" {
			fields.Set("witness", id)
		}
	}
	for key := range anna.Options(path, "check") {
		fields.Add("check", key)
	}
	for _, name := range anna.Names(path) {
		switch {
		case strings.HasPrefix(name, "value:empty"):
			fields.Set(name, r.box)
		case strings.HasPrefix(name, "value:stock"):
			fields.Set(name, "40")
		case strings.HasPrefix(name, "value:"):
			fields.Set(name, "1")
		}
	}
	anna.Submit(path, fields)
}

// boxes registers a container at the library and gives it seals.
func (r *road) boxes() {
	where := r.people["karen"].Submit("/beholdere/ny", url.Values{"place": {r.library}, "kind": {"box"}, "count": {"1"}})
	page := r.people["karen"].Page("/beholdere")
	r.box = regexp.MustCompile(`/beholdere/([0-9A-Z]{4,})"`).FindStringSubmatch(page + where + `"`)[1]
	r.people["karen"].Submit("/segl", url.Values{"from": {"70001"}, "to": {"70010"}, "place": {r.library}})
}

// event sends one event of the desk as JSON with its key.
func (r *road) event(who, key string, body map[string]any) int {
	r.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		r.t.Fatal(err)
	}
	status, _ := r.people[who].JSON("/api/v1/sessions/"+r.session+"/events", key, raw)
	return status
}

// count receives envelopes of all three kinds, takes one back by a counter-entry
// and voids one with a reason. The same key counts once; with another body it
// is refused.
func (r *road) count() {
	t := r.t
	receive := func(dest string) map[string]any {
		return map[string]any{"act": "receive", "election": r.election, "destination": dest}
	}
	for i := range 9 {
		dest := []string{"own", "own", "own", "0740", "own", "unknown", "own", "own", "own"}[i]
		key := fmt.Sprintf("road-count-%d", i)
		for range 2 { // a retry
			if got := r.event([]string{"anna", "bo"}[i%2], key, receive(dest)); got != http.StatusCreated {
				t.Fatalf("count %d: %d", i, got)
			}
		}
	}
	if got := r.event("anna", "road-count-0", receive("0740")); got != http.StatusUnprocessableEntity {
		t.Errorf("the same key with another body: %d", got)
	}
	if got := r.event("anna", "road-undo-1", map[string]any{"act": "undo"}); got != http.StatusCreated {
		t.Errorf("undo: %d", got)
	}
	reasons := r.people["anna"].Options("/skranke/"+r.session, "reason")
	for reason := range reasons {
		if reason != "" && r.event("bo", "road-void-1", map[string]any{"act": "void", "election": r.election, "destination": "own", "reason": reason}) == http.StatusCreated {
			return
		}
		break
	}
	if got := r.event("bo", "road-void-2", map[string]any{"act": "void", "election": r.election, "destination": "own", "reason": "not_signed"}); got != http.StatusCreated {
		t.Errorf("void: %d", got)
	}
}

// pack shuts the doors, counts by hand (own 5, other 1, unknown 1: nine
// received, one taken back, one voided), packs and seals.
func (r *road) pack() {
	anna, path := r.people["anna"], "/skranke/"+r.session+"/lukning"
	anna.Submit(path, url.Values{"do": {"shut"}})
	fields := url.Values{"do": {"count"}}
	for _, name := range anna.Names(path) {
		switch {
		case strings.HasSuffix(name, "/own"):
			fields.Set(name, "5")
		case strings.HasSuffix(name, "/other"), strings.HasSuffix(name, "/unknown"):
			fields.Set(name, "1")
		}
	}
	anna.Submit(path, fields)
	anna.Submit("/beholdere/"+r.box, url.Values{"do": {"pack"}, "desk": {r.session + "/" + r.election}})
	if status, _, _ := anna.Try("/beholdere/"+r.box, url.Values{"do": {"seal"}, "seals": {"79999"}}); status == http.StatusSeeOther {
		r.t.Error("a seal that was never issued to the library closes a box")
	}
	anna.Submit("/beholdere/"+r.box, url.Values{"do": {"seal"}, "seals": {"70001 70002"}})
}

// close balances the material, searches the room and signs with two.
func (r *road) close() {
	anna, path := r.people["anna"], "/skranke/"+r.session+"/lukning"
	fields := url.Values{"do": {"close"}, "witness_login": {"bo"}, "pin": {pin}}
	for _, name := range anna.Names(path) {
		if strings.HasPrefix(name, "left:") {
			fields.Set(name, "32") // 40 brought, 8 went into the votes that stand
		}
	}
	anna.Submit(path, fields)
	if body, kind := anna.Get("/skranke/" + r.session + "/dagsrapport.pdf"); kind != "application/pdf" || !bytes.HasPrefix(body, []byte("%PDF-")) {
		r.t.Errorf("day report: %s", kind)
	}
}
