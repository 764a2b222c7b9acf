package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// depot is a library with a reception beside it, a courier, and a container
// with 137 own and 73 other envelopes of the local election under seal AB000412.
type depot struct {
	*library
	box string
}

func newDepot(t *testing.T) *depot {
	d := &depot{library: newLibrary(t)}
	ctx := t.Context()
	_, err := d.store.AddPlace(ctx, d.act(), models.Place{ID: "BS", Name: "Borgerservice", Address: "Rådhuspladsen 2", Kind: models.PlaceReception})
	d.must(err)
	_, err = d.store.AddPlace(ctx, d.act(), models.Place{ID: "RIS", Name: "Risskov Bibliotek", Address: "Fellesvej 30", Kind: models.PlaceLibrary})
	d.must(err)
	for i, p := range []struct {
		name   string
		role   models.Role
		places []string
	}{{"kurt", models.RoleCourier, nil}, {"rita", models.RoleReception, []string{"BS"}}, {"sara", models.RoleReception, []string{"BS"}}, {"aud", models.RoleAuditor, nil}, {"lise", models.RoleLibraryLead, []string{"RIS"}}} {
		rec, err := d.store.AddWithAccount(ctx, d.act(), persons.NewPerson{Name: strings.ToUpper(p.name[:1]) + p.name[1:], Person: models.Person{Roles: []models.Role{p.role}, Places: p.places}},
			persons.Credentials{Login: p.name, Password: "et langt kodeord", PIN: fmt.Sprintf("7%d7%d", i, i)})
		d.must(err)
		d.person[p.name] = rec.ID
	}
	d.as("anna").ok("/skranke/"+d.session+"/aabning", d.opening())
	act := func() models.Act { a := d.act(); a.Person, a.Role = d.person["anna"], models.RoleReceiver; return a }
	for i := range 137 + 73 {
		to := custody.Own
		if i >= 137 {
			to = "0730"
		}
		_, err := d.store.Receive(ctx, act(), d.session, desk.ReceiveCmd{Election: d.kv, Destination: to})
		d.must(err)
	}
	karen := d.as("karen")
	karen.ok("/segl", url.Values{"place": {"LYS"}, "from": {"AB000412"}, "to": {"AB000431"}, "lot": {"L1"}})
	karen.ok("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"1"}})
	made, err := d.store.Containers(ctx, boxes.ContainerFilter{})
	d.must(err)
	d.box = made[0].ID
	anna := d.as("anna")
	anna.ok("/beholdere/"+d.box, url.Values{"do": {"pack"}, "desk": {d.session + "/" + d.kv}})
	anna.ok("/beholdere/"+d.box, url.Values{"do": {"seal"}, "seals": {"ab-000412"}, "certain": {""}})
	return d
}

// offer hands the box over to the reception and returns the handover's id.
func (d *depot) offer() string {
	d.t.Helper()
	return d.offerTo(nil)
}

// offerTo is offer with more fields.
func (d *depot) offerTo(more url.Values) string {
	d.t.Helper()
	form := url.Values{"from": {"LYS"}, "to": {"BS"}, "containers": {d.box}, "mode": {"fetch"}, "courier": {d.person["kurt"]}, "planned_to": {"19.15"}}
	maps.Copy(form, more)
	d.as("anna").ok("/overdragelser/ny", form)
	hs, err := d.store.Handovers(d.t.Context(), boxes.HandoverFilter{Open: true})
	d.must(err)
	return hs[0].ID
}

func (d *depot) onTheWay() string {
	d.t.Helper()
	id := d.offer()
	d.as("kurt").ok("/overdragelser/"+id, url.Values{"do": {"collect"}, "containers": {d.box}, "vehicle": {"BX 12 345"}})
	return id
}

func (d *depot) counted(own, other string, seals string) url.Values {
	return url.Values{"do": {"count"}, d.box + "-here": {"yes"}, d.box + "-seals": {seals}, d.box + "-condition": {"intact"}, d.box + "-own": {own}, d.box + "-other": {other}, d.box + "-unknown": {"0"}}
}

// Every receipt checks out on /k/, and one that was altered does not.
func TestAReceiptIsChecked(t *testing.T) {
	d := newDepot(t)
	h := d.onTheWay()
	d.as("rita").ok("/overdragelser/"+h, d.counted("137", "73", "AB000412"))
	d.as("rita").ok("/overdragelser/"+h, url.Values{"do": {"accept"}})
	_, body := d.as("rita").get("/overdragelser/" + h + "/overdragelse.pdf")
	code := codeIn(t, d.readable(body))
	stranger := visitor{d.library, nil}
	status, page := stranger.get("/k/" + code)
	if status != 200 || !strings.Contains(page, "Kvitteringen passer<") {
		t.Fatalf("%s: %d %s", code, status, page)
	}
	for _, personal := range []string{"Anna", "Rita", "Kurt", "Lystrup", " 137<", " 210<", ">137<", ">210<"} {
		if strings.Contains(page, personal) {
			t.Errorf("/k/ tells %q", personal)
		}
	}
	wrong := []byte(code[:len(code)-1])
	wrong[len(wrong)-1] ^= 1
	if _, page := stranger.get("/k/" + models.WithCheck(strings.Map(onlySerial, string(wrong)))); !strings.Contains(page, "Kvitteringen passer ikke") {
		t.Error("an altered code matches")
	}
	if _, page := stranger.get("/k/NONSENSE"); !strings.Contains(page, "Kvitteringen passer ikke") {
		t.Error("nonsense matches")
	}
	if status, page := d.as("aud").get("/balance/" + d.kv); status != 200 || !strings.Contains(page, "210") || strings.Contains(page, "⟦") {
		t.Errorf("balance: %d %s", status, page)
	}
}

func onlySerial(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
		return r
	}
	return 'X'
}

// codeIn finds the receipt code in a form's text: the serial that /k/ takes.
func codeIn(t *testing.T, text string) string {
	t.Helper()
	for _, m := range regexp.MustCompile(`[0-9A-Z]{22,30}`).FindAllString(text, -1) {
		if models.CheckCharacter(m[:len(m)-1]) == m[len(m)-1] {
			return m
		}
	}
	t.Fatalf("no code in:\n%s", text)
	return ""
}

// Fifty people accept the same handover at once: one wins, the others are told
// clearly that it was taken.
func TestFiftyAcceptAtOnce(t *testing.T) {
	d := newDepot(t)
	h := d.onTheWay()
	d.as("rita").ok("/overdragelser/"+h, d.counted("137", "73", "AB000412"))
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[int]int{}
	visitors := []visitor{d.as("rita"), d.as("sara")}
	for i := range 50 {
		wg.Go(func() {
			code, _ := visitors[i%2].post("/overdragelser/"+h, url.Values{"do": {"accept"}})
			mu.Lock()
			codes[code]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if codes[http.StatusSeeOther] != 1 || codes[http.StatusConflict] != 49 {
		t.Fatalf("%v", codes)
	}
}

func TestCustodyPagesRender(t *testing.T) {
	d := newDepot(t)
	h := d.onTheWay()
	for _, who := range []string{"anna", "karen", "rita", "kurt", "aud"} {
		for path, body := range d.everything(who, nil, h, d.box, d.session, d.kv) {
			ours := slices.ContainsFunc(custodypages.Routes(d.web.Server), func(x site.Route) bool { return strings.Split(x.Path, "/")[1] == strings.Split(path, "/")[1] })
			if ours && (strings.Contains(body, "Noget gik galt") || strings.Contains(body, "⟦")) {
				t.Errorf("%s: %s", who, path)
			}
		}
	}
	for _, line := range strings.Split(d.log.String(), "\n") {
		if strings.Contains(line, `"code":"internal"`) {
			t.Error(line)
		}
	}
}

// The evening by the pages: the board names what is out, the day is closed with
// a reason by two, once.
func TestTheDayIsClosedByTwo(t *testing.T) {
	d := newDepot(t)
	h := d.onTheWay()
	karen := d.as("karen")
	if code, body := karen.get("/tavle/hjem"); code != 200 || !strings.Contains(body, "Modtager stemmer") || strings.Contains(body, "⟦") {
		t.Fatalf("board: %d %s", code, errorsIn(body))
	}
	d.now = d.now.Add(11 * time.Hour)
	if _, body := karen.get("/tavle/hjem"); !strings.Contains(body, "Vagthavende") {
		t.Error("no alarm at half past eight in the evening")
	}
	day := url.Values{"day": {"2025-11-12"}}
	if code, _ := karen.post("/dagslut", day); code != http.StatusUnprocessableEntity {
		t.Fatalf("closed with things open and no reason: %d", code)
	}
	day.Set("reason", "Bussen er brudt sammen, politiet er hos buddet.")
	if code, _ := karen.post("/dagslut", day); code != http.StatusUnprocessableEntity {
		t.Fatalf("closed by one: %d", code)
	}
	day.Set("witness_login", "rita")
	day.Set("pin", "7171")
	karen.ok("/dagslut", day)
	if code, _ := karen.post("/dagslut", day); code != http.StatusConflict {
		t.Fatalf("closed twice: %d", code)
	}
	if _, body := karen.get("/dagslut?dag=2025-11-12"); !strings.Contains(body, "politiet") || !strings.Contains(body, h) {
		t.Error("the page does not tell what was open")
	}
}
