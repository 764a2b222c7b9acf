package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// alarmed: only place 5 is late; each step came at its minute, over JSON, to the
// named people and on the wall, across the restart.
func (d *lastDay) alarmed(board *e2e.Tab) {
	t := d.t
	all, err := d.store.Expectations(t.Context(), electionEve)
	d.must(err)
	for _, e := range all {
		if st := e.Stand(d.clock()); e.Place == "P05" {
			d.due = e.Due
		} else if st != evening.StandIn {
			t.Errorf("%s stands %s", e.Place, st)
		}
	}
	if len(all) != 23 || len(d.seen) != 4 {
		t.Errorf("%d sources, alarms %v", len(all), d.seen)
	}
	want := map[int][]string{1: {"anna", "bo"}, 2: {"kim"}, 3: {"karen"}, 4: {"karen"}}
	people := 0
	for i, after := range []time.Duration{0, 15 * time.Minute, 30 * time.Minute, time.Hour} {
		at := d.due.Add(after)
		if got := d.seen[fmt.Sprint(i+1, "/P05")]; !got.Equal(at) {
			t.Errorf("step %d was seen at %s, due at %s", i+1, got.In(models.Copenhagen).Format("15:04"), at.In(models.Copenhagen).Format("15:04"))
		}
		for _, who := range want[i+1] {
			people++
			if got := d.told[fmt.Sprint(i+1, "/P05/", d.person[who])]; !got.Equal(at) {
				t.Errorf("step %d: %s was told at %s, due at %s", i+1, who, got.In(models.Copenhagen).Format("15:04"), at.In(models.Copenhagen).Format("15:04"))
			}
		}
	}
	if len(d.told) != people {
		t.Errorf("told: %v", d.told)
	}
	if home := d.people["karen"].Page("/"); !strings.Contains(home, "Stemmerne fra Sted 05") {
		t.Error("the coordinator's home page does not tell")
	}
	shown, err := e2e.Eval[string](board, `new Promise(done => { const end = Date.now() + 25000; (function look() { const s = document.querySelector("#board").innerText; if (s.includes("Kaldt") || Date.now() > end) done(s); else setTimeout(look, 100); })(); })`)
	d.must(err)
	if n := strings.Count(shown, "Sted 05"); n != 2 || strings.Contains(shown, "Ingen alarmer") { // once as a source, once folded
		t.Errorf("the board that followed by itself names the place %d times:\n%s", n, shown)
	}
	board.Shot(t, "wall-board")
}

// fetchTheLast: another courier is sent after the box that nobody fetched. The
// first run is taken back, and why stands in a deviation.
func (d *lastDay) fetchTheLast() {
	d.people["anna"].Submit("/overdragelser/"+d.run["P05"], url.Values{"do": {"withdraw"}, "reason": {"Buddet kom aldrig"}})
	d.people["anna"].Submit("/afvigelser/ny", url.Values{"type": {"late"}, "place": {"P05"}, "election": {d.kv.ID}, "containers": {d.box["P05"]}, "expected": {"Hentet kl. 18.30"}, "found": {"Buddet kom aldrig, kassen stod låst inde"}})
	d.offer(5, "karl")
	h := d.run["P05"]
	link := d.people["anna"].Page("/overdragelser/" + h)
	if !strings.Contains(link, "/link") {
		d.t.Fatal("no link is offered")
	}
	status, _, body := d.people["anna"].TryAction("/overdragelser/"+h, "/overdragelser/"+h+"/link", nil)
	code, token := pinShown.FindStringSubmatch(body), tokenShown.FindStringSubmatch(body)
	if status != http.StatusOK || code == nil || token == nil {
		d.t.Fatalf("the link: %d %.3000s", status, body)
	}
	karl := e2e.NewPerson(d.t, d.base) // his own phone, no account
	if status, _, body := karl.Try("/b/"+token[1], url.Values{"pin": {code[1]}}); status != http.StatusOK || strings.Contains(body, "Linket gælder ikke") {
		d.t.Fatalf("by link: %d", status)
	}
	d.until(20, 50)
	if got := d.takeIn(5, "", nil); got.State != string(custody.HandoverAccepted) {
		d.t.Errorf("%+v", got)
	}
}

// explain: the day cannot be closed while deviations are open, then each is
// explained and closed by somebody who did not find it.
func (d *lastDay) explain() {
	karen := d.people["karen"]
	if status, _, _ := karen.Try("/dagslut?dag="+electionEve.String(), url.Values{"reason": {""}}); status == http.StatusSeeOther {
		d.t.Error("the day closes with deviations open")
	}
	all, err := d.store.Deviations(d.t.Context(), boxes.DeviationFilter{State: "open"})
	d.must(err)
	if len(all) != 3 {
		d.t.Fatalf("%d deviations", len(all))
	}
	for _, x := range all {
		at := "/afvigelser/" + x.ID
		if x.Type == custody.DevCount {
			karen.Submit(at, url.Values{"do": {"explain"}, "how": {string(custody.ByDesk)}, "words": {"Holdet talte en kuvert to gange"}})
		}
		karen.Submit(at, url.Values{"do": {"close"}, "words": {"Forklaret og afsluttet"}})
	}
}

func (d *lastDay) closeDay() {
	d.people["karen"].Submit("/dagslut?dag="+electionEve.String(), url.Values{"day": {electionEve.String()}})
	var day web.DayOut
	d.read("karen", "day?dag="+electionEve.String(), &day)
	if !day.Closed || len(day.Open) != 0 {
		d.t.Errorf("the day: %+v", day)
	}
}

// afterwards: the books balance, every receipt checks out on /k/, no container
// has a gap in its proof but the one that was written on paper, and verify finds
// nothing.
func (d *lastDay) afterwards() {
	t := d.t
	var line custody.Line
	d.read("karen", "elections/"+d.kv.ID+"/balance", &line)
	if !line.Holds() || line.Received != 68 || line.Class[custody.ClassOnHand] != 68 {
		t.Errorf("%+v", line)
	}
	citizen := e2e.NewPerson(t, d.base)
	for _, h := range d.runs {
		d.tick(2 * time.Second)
		m := receiptLink.FindStringSubmatch(d.people["karen"].Page("/overdragelser/" + h))
		if m == nil {
			t.Fatalf("%s has no receipt", h)
		}
		if page := citizen.Page("/k/" + m[1]); !strings.Contains(page, "passer") || strings.Contains(page, "Anna") {
			t.Errorf("/k/%s of %s does not check out", m[1], h)
		}
	}
	if len(d.runs) != 24 {
		t.Errorf("%d receipts", len(d.runs))
	}
	for place, id := range d.box {
		p, err := d.store.CustodyProof(t.Context(), id)
		d.must(err)
		if len(p.Gaps) > 0 && place != "P07" {
			t.Errorf("%s: %v", place, p.Gaps)
		}
	}
	paper, err := d.store.Handover(t.Context(), d.run["P07"])
	d.must(err)
	if paper.Giver.Means != "paper" || !paper.Giver.At.Before(paper.Giver.Entered) {
		t.Errorf("%+v", paper.Giver)
	}
	rep, err := audits.Verify(t.Context(), d.db.OwnerDSN)
	if d.must(err); !rep.OK {
		t.Errorf("%+v", rep.First)
	}
}
