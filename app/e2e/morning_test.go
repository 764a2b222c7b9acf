package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// aarhus are the numbers of Aarhus' polling districts and how many could vote in
// each at the local election of 2025 (valg.dk). 8 % of them vote by post here.
var aarhus = []struct{ number, voters int }{
	{1, 15262}, {2, 6841}, {3, 6850}, {4, 4502}, {6, 7652}, {7, 5486}, {8, 10452}, {9, 3602}, {10, 8610}, {11, 4823}, {12, 4251}, {13, 4350}, {14, 5384},
	{16, 597}, {18, 5868}, {19, 3859}, {20, 8210}, {21, 12813}, {22, 3371}, {23, 7324}, {24, 6718}, {25, 7057}, {26, 4863}, {27, 7681}, {28, 9204}, {30, 3808},
	{31, 549}, {33, 3296}, {41, 7607}, {42, 11879}, {43, 8025}, {44, 2052}, {45, 9839}, {47, 9142}, {48, 2852}, {49, 4050}, {50, 5009}, {51, 6982}, {53, 3177},
	{55, 1147}, {56, 1658}, {61, 13533}, {62, 3814}, {63, 10222}, {64, 7812}, {65, 8845}, {66, 4873}, {67, 7499}, {68, 2686},
}

// newMorning is Aarhus with its 49 polling districts on the morning of the
// election. Everything was packed in one act and is delivered but two votes that
// came with the morning's post.
func newMorning(t *testing.T) *libraries {
	t.Helper()
	l := &libraries{t: t, person: map[string]string{}, log: &logged{}}
	now := models.NewDate(2025, 11, 14).At(9, 0)
	clock := func() time.Time { return now }
	s, err := store.Open(t.Context(), store.Config{DSN: pgtest.DB(t).AppDSN, Clock: clock})
	l.must(err)
	l.store = s
	t.Cleanup(func() { l.must(s.Close(context.Background())) })
	l.fill()
	ctx := t.Context()
	_, err = s.AddPlace(ctx, l.act(), models.Place{ID: "BORG", Name: "Borgerservice", Kind: models.PlaceReception})
	l.must(err)
	for name, role := range map[string]models.Role{"grethe": models.RoleReception, "ole": models.RoleReception, "kurt": models.RoleCourier} {
		p, err := s.AddWithAccount(ctx, l.act(), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{role}}}, persons.Credentials{Login: name, Password: "et langt kodeord"})
		l.must(err)
		l.person[name] = p.ID
	}
	piles := l.districts()
	l.sort(piles)
	var all []string
	for _, d := range piles {
		all = append(all, d.district)
	}
	_, err = s.PackDeliveries(ctx, l.act(), l.kv, "BORG", all, nil)
	l.must(err)
	now = models.NewDate(2025, 11, 18).At(6, 30)
	xs, err := s.Deliveries(ctx, l.kv)
	l.must(err)
	for _, x := range xs {
		_, err := s.Hand(ctx, l.act(), x.ID, onward.HandCmd{Recount: x.Total()})
		l.must(err)
	}
	l.sort([]pile{{"0751-10", 2}})
	l.web, err = web.New(site.Config{Log: slog.New(slog.NewJSONHandler(l.log, nil)), Store: s, Municipality: "0751", Now: clock})
	l.must(err)
	l.start("127.0.0.1:0")
	t.Cleanup(l.kill)
	return l
}

type pile struct {
	district string
	n        int
}

// districts saves the 49 districts; names hold what names of districts hold.
func (l *libraries) districts() []pile {
	l.t.Helper()
	var ds []onward.District
	var piles []pile
	for i, x := range aarhus {
		d := onward.District{Code: "0751", Number: x.number, Name: fmt.Sprintf("Område %d (øst/vest), %c", x.number, 'A'+i%26), Station: fmt.Sprintf("Hal %d", x.number), Address: fmt.Sprintf("Vej %d, 8000 Aarhus C", x.number),
			Lat: 56.10 + float64(i%7)*0.02, Lon: 10.1 + float64(i/7)*0.02, Voters: x.voters}
		ds = append(ds, d)
		piles = append(piles, pile{fmt.Sprintf("0751-%d", d.Number), d.Voters * 8 / 100})
	}
	l.must(l.store.SaveDistricts(l.t.Context(), l.act(), ds, true))
	return piles
}

// sort takes votes in from Odense and sorts them, counted by two people.
func (l *libraries) sort(piles []pile) {
	l.t.Helper()
	counts, total := map[string]int{}, 0
	for _, p := range piles {
		counts[onward.OwnBin(p.district)] = p.n
		total += p.n
	}
	by := func(who string) models.Act { a := l.act(); a.Person = l.person[who]; return a }
	_, err := l.store.Arrive(l.t.Context(), by("grethe"), l.kv, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: total})
	l.must(err)
	x, err := l.store.SortFirst(l.t.Context(), by("grethe"), l.kv, "BORG", "", counts)
	l.must(err)
	_, err = l.store.SortAgain(l.t.Context(), by("ole"), x.ID, counts)
	l.must(err)
}

// TestElectionMorning: 49 districts, one of them lacks two votes; the reception
// packs a supplementary delivery and puts it on a run sheet, the courier opens it
// on a phone, the station recounts (wrongly first), and the statement says that
// every district has what it should.
func TestElectionMorning(t *testing.T) {
	l := newMorning(t)
	b := e2e.Start(t)
	c := &counter{l: l, tab: b.Tab(t, l.base, l.cookie("grethe"))}
	path := "/afstemningssteder/" + l.kv
	l.must(c.tab.Open(path))
	c.page("1 af 49 afstemningsområder mangler noget")
	c.page("Efterlevering mangler")
	c.tab.Shot(t, "election-morning-before")
	l.must(c.tab.Do(chromedp.Click(`input[name=district][value="0751-10"]`)))
	l.must(c.tab.Do(chromedp.Click(`form:has(input[name=district]) button.button`)))
	c.page("Efterlevering nr. 1")
	l.must(c.tab.Do(chromedp.Click(`input[name=delivery]`), chromedp.SendKeys(`input[name=leaves]`, "6.45"), chromedp.SetValue(`select[name=driver]`, l.person["kurt"])))
	l.must(c.tab.Do(chromedp.Click(`form:has(input[name=delivery]) button.button`)))
	c.page("Kørelisten er lavet med 1 sted")
	c.tab.Shot(t, "election-morning-run")

	kurt := &counter{l: l, tab: b.Tab(t, l.base, l.cookie("kurt"))}
	l.must(kurt.tab.Size(390, 844))
	l.must(kurt.tab.Open("/koerelister"))
	l.must(kurt.tab.Do(chromedp.Click(`table a`)))
	kurt.page("Område 10")
	kurt.tab.Shot(t, "run-phone")
	l.must(kurt.tab.Do(chromedp.Click(`.tasks a`)))
	kurt.page("Valgstyrernes tal")
	l.must(kurt.tab.Do(chromedp.SendKeys(`input[name=recount]`, "1")))
	l.must(kurt.tab.Do(chromedp.Click(`form:has(input[name=recount]) button.button`)))
	kurt.page("ring til modtagelsen")
	kurt.tab.Shot(t, "hand-differs-phone")
	l.must(kurt.tab.Do(chromedp.SendKeys(`input[name=recount]`, "2")))
	l.must(kurt.tab.Do(chromedp.Click(`form:has(input[name=recount]) button.button`)))
	kurt.page("Alle steder på listen er afleveret")

	l.must(c.tab.Open(path))
	c.page("Alle 49 afstemningsområder har det, de skal have.")
	c.tab.Shot(t, "election-morning")
	all, err := l.store.Morning(t.Context(), l.kv)
	l.must(err)
	for _, x := range all {
		want := x.District.Voters * 8 / 100
		if x.District.ID == "0751-10" {
			want += 2
		}
		if !x.Ready() || x.Delivered != want {
			t.Errorf("%s has %d of %d", x.District.Label(), x.Delivered, want)
		}
	}
	runs, err := l.store.Runs(t.Context(), l.kv, "")
	l.must(err)
	for path, login := range map[string]string{path + "/erklaering.pdf": "karen", "/koerelister/" + runs[0].ID + "/koereliste.pdf": "kurt"} {
		if code, kind := l.fetch(login, path); code != http.StatusOK || kind != "application/pdf" {
			t.Errorf("%s: %d %s", path, code, kind)
		}
	}
	if code, _ := l.fetch("kurt", path); code != http.StatusForbidden {
		t.Errorf("the courier sees the figures of all districts: %d", code)
	}
}

// fetch gets a page as a person: its status and what it is.
func (l *libraries) fetch(login, path string) (int, string) {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, l.base+path, nil)
	l.must(err)
	for _, k := range l.cookie(login) {
		req.AddCookie(k)
	}
	res, err := http.DefaultClient.Do(req)
	l.must(err)
	l.must(res.Body.Close())
	return res.StatusCode, res.Header.Get("Content-Type")
}
