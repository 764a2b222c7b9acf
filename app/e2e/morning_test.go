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
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// newMorning is a municipality of 49 polling districts on the morning of the
// election, from 600 to 15,000 voters of whom 8 % voted by post. Everything is
// delivered but two votes that came with the morning's post.
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
	for _, name := range []string{"grethe", "ole"} {
		p, err := s.AddWithAccount(ctx, l.act(), store.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{models.RoleReception}}}, store.Credentials{Login: name, Password: "et langt kodeord"})
		l.must(err)
		l.person[name] = p.ID
	}
	piles := l.districts()
	l.sort(piles)
	for _, d := range piles {
		_, err := s.PackDelivery(ctx, l.act(), l.kv, "BORG", d.district, nil)
		l.must(err)
	}
	now = models.NewDate(2025, 11, 18).At(6, 30)
	xs, err := s.Deliveries(ctx, l.kv)
	l.must(err)
	for _, x := range xs {
		_, err := s.Hand(ctx, l.act(), x.ID, onward.HandCmd{Recount: x.Total()})
		l.must(err)
	}
	l.sort([]pile{{"0751-10", 2}})
	l.web, err = web.New(web.Config{Log: slog.New(slog.NewJSONHandler(l.log, nil)), Store: s, Municipality: "0751", Now: clock})
	l.must(err)
	l.start("127.0.0.1:0")
	t.Cleanup(l.kill)
	return l
}

type pile struct {
	district string
	n        int
}

// districts saves 49 districts, numbered with gaps as real ones are.
func (l *libraries) districts() []pile {
	l.t.Helper()
	var ds []onward.District
	var piles []pile
	for i := range 49 {
		d := onward.District{Code: "0751", Number: i + 1 + i/3, Name: fmt.Sprintf("Område %d (øst/vest), %c", i+1, 'A'+i%26), Station: fmt.Sprintf("Hal %d", i+1), Voters: 600 + i*300}
		if i == 48 {
			d.Voters = 15000
		}
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
// packs a supplementary delivery in the browser, the station recounts it, and
// the statement says that every district has what it should.
func TestElectionMorning(t *testing.T) {
	l := newMorning(t)
	b := e2e.Start(t)
	c := &counter{l: l, tab: b.Tab(t, l.base, l.cookie("grethe"))}
	path := "/afstemningssteder/" + l.kv
	l.must(c.tab.Open(path))
	c.page("1 af 49 afstemningsområder mangler noget")
	c.page("Efterlevering mangler")
	l.must(c.tab.Do(chromedp.Click(`input[name=district][value="0751-10"]`)))
	l.must(c.tab.Do(chromedp.Click(`form:has(input[name=district]) button.button`)))
	c.page("Efterlevering nr. 1")
	l.must(c.tab.Do(chromedp.Click(`.tasks a`)))
	c.page("Valgstyrernes tal")
	l.must(c.tab.Do(chromedp.SendKeys(`input[name=recount]`, "2")))
	l.must(c.tab.Do(chromedp.Click(`form:has(input[name=recount]) button.button`)))
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
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.base+path+"/erklaering.pdf", nil)
	l.must(err)
	for _, k := range l.cookie("karen") {
		req.AddCookie(k)
	}
	res, err := http.DefaultClient.Do(req)
	l.must(err)
	l.must(res.Body.Close())
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("statement: %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
}
