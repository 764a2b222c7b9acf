package planning

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// Every pair of state and act, written out: "" is refused.
func TestAgreementTable(t *testing.T) {
	want := map[AgreementState]string{ // propose take withdraw accept counter decline
		AgreementDraft:     "proposed,,withdrawn,,,",
		AgreementProposed:  "proposed,,withdrawn,accepted,countered,declined",
		AgreementCountered: "proposed,accepted,withdrawn,,countered,declined",
		AgreementAccepted:  "proposed,,withdrawn,,,declined",
		AgreementDeclined:  "proposed,,withdrawn,accepted,countered,",
		AgreementWithdrawn: "proposed,,,,,",
	}
	for _, s := range AgreementStatesAll {
		var got []string
		for _, a := range AgreementActs {
			n, err := AgreementStates.Next(s, a)
			if err != nil {
				n = ""
			}
			got = append(got, string(n))
		}
		if g := strings.Join(got, ","); g != want[s] {
			t.Errorf("%s: %s, want %s", s, g, want[s])
		}
	}
}

func session(id, place string, d models.Date, from, to int) models.Session {
	return models.Session{ID: id, Place: place, Stop: -1, Elections: []string{"KV21"}, Starts: d.At(from, 0), Ends: d.At(to, 0), State: models.SessionDraft}
}

var lastDay = models.NewDate(2021, 11, 12)

func TestAgreementTalk(t *testing.T) {
	a := NewAgreement(session("S1", "LYS", lastDay, 9, 16), models.Place{ID: "LYS", Model: models.ModelLibrary}, "")
	coordinator := models.Act{Role: models.RoleCoordinator, Person: "P1"}
	lead := models.Act{Role: models.RoleLibraryLead, Person: "P2", Places: []string{"LYS"}}
	step := func(act AgreementAct, by models.Act, terms *Terms, reason string) error {
		next, _, err := a.Say(act, by, terms, reason)
		a = next
		return err
	}
	later := Terms{Starts: lastDay.At(10, 0), Ends: lastDay.At(16, 0)}
	if err := step(AgreementPropose, coordinator, nil, ""); err != nil {
		t.Fatal(err)
	}
	if models.CodeOf(step(AgreementAccept, coordinator, nil, "")) != models.CodeForbidden {
		t.Error("Borgerservice accepts for the library")
	}
	if models.CodeOf(step(AgreementAccept, models.Act{Role: models.RoleLibraryLead, Places: []string{"VIB"}}, nil, "")) != models.CodeForbidden {
		t.Error("another library accepts")
	}
	if models.CodeOf(step(AgreementCounter, lead, &later, " ")) != models.CodeInvalid {
		t.Error("a counter-proposal without a reason")
	}
	if models.CodeOf(step(AgreementDecline, lead, nil, "ring til 010170-1234")) != models.CodeCPR {
		t.Error("a CPR number passes")
	}
	if err := step(AgreementCounter, lead, &later, "Vi åbner kl. 10"); err != nil || a.WaitsFor() != models.RoleCoordinator {
		t.Errorf("%v %s", err, a.WaitsFor())
	}
	if err := step(AgreementTake, coordinator, nil, ""); err != nil || len(a.Steps) != 3 {
		t.Errorf("%v %d", err, len(a.Steps))
	}
	if s, ok := a.Apply(session("S1", "LYS", lastDay, 9, 16)); !ok || !s.Starts.Equal(later.Starts) {
		t.Errorf("%v", s)
	}
}

func codes(fs []Finding) string {
	var out []string
	for _, f := range fs {
		out = append(out, string(f.Code))
	}
	return strings.Join(out, " ")
}

// A lawful plan has no finding; each change brings exactly its own.
func TestCheck(t *testing.T) {
	good := func() Plan {
		p := models.Place{ID: "LYS", Name: "Lystrup", Kind: models.PlaceLibrary, Booths: 2, Aids: append(append([]models.Aid{}, models.AidsEverywhere...), models.AidsSomewhere...),
			Staffed: []models.Hours{{Weekday: 5, Opens: 9 * 60, Closes: 17 * 60}}, SelfService: []models.Hours{{Weekday: 5, Opens: 17 * 60, Closes: 21 * 60}},
			Decision: models.Decision{Date: lastDay, Body: "Byrådet", Reference: "1"}}
		s := session("S1", "LYS", lastDay, 9, 16)
		a := NewAgreement(s, p, "")
		a.State = AgreementAccepted
		return Plan{Elections: []models.Election{{ID: "KV21", Name: "KV21", First: models.NewDate(2021, 10, 5), Last: lastDay}}, Places: []models.Place{p},
			Sessions: []models.Session{s}, Agreements: map[string]Agreement{"S1": a}, Crew: map[string]int{"S1": 1}}
	}
	for _, c := range []struct {
		want   Code
		change func(*Plan)
	}{
		{"", func(*Plan) {}},
		{OutsideWindow, func(p *Plan) { p.Elections[0].First = lastDay.Add(1) }},
		{ClosedDay, func(p *Plan) { p.Places[0].ClosedDays = []models.Date{lastDay} }},
		{PlaceUndecided, func(p *Plan) { p.Places[0].Decision.Reference = "" }},
		{MissingAids, func(p *Plan) { p.Places[0].Aids = p.Places[0].Aids[1:] }},
		{NoSpecialAids, func(p *Plan) { p.Places[0].Aids = p.Places[0].Aids[:4] }},
		{NoCrew, func(p *Plan) { p.Places[0].CrewMin = 2 }},
		{NoAgreement, func(p *Plan) { p.Agreements = map[string]Agreement{} }},
		{Declined, func(p *Plan) { a := p.Agreements["S1"]; a.State = AgreementDeclined; p.Agreements["S1"] = a }},
		{Unstaffed, func(p *Plan) { p.Places[0].Staffed[0].Closes = 15 * 60; p.Places[0].SelfService = nil }},
		{SelfService, func(p *Plan) { p.Places[0].Staffed[0].Closes = 15 * 60; p.Places[0].SelfService[0].Opens = 15 * 60 }},
		{LastDay, func(p *Plan) { p.Elections[0].Last = lastDay.Add(1) }},
		{HoursDiffer, func(p *Plan) { p.Elsewhere = []Hours{{"LYS", lastDay.At(10, 0), lastDay.At(16, 0), "web"}} }},
		{RoomOverlap, func(p *Plan) {
			p.Places[0].Kind = models.PlaceCitizenService
			p.Crew["S2"] = 1
			p.Sessions = append(p.Sessions, session("S2", "LYS", lastDay, 12, 14))
		}},
		{ShortTravel, func(p *Plan) {
			pl := &p.Places[0]
			pl.Kind, pl.Stops = models.PlaceMobile, []models.TourStop{{Name: "A", Lat: 56.15, Lon: 10.2}, {Name: "B", Lat: 56.45, Lon: 10.2}}
			b := session("S2", "LYS", lastDay, 16, 17)
			p.Sessions[0].Stop, b.Stop = 0, 1
			p.Crew["S2"] = 1
			p.Sessions = append(p.Sessions, b)
		}},
	} {
		p := good()
		c.change(&p)
		fs := Check(p)
		if codes(fs) != string(c.want) {
			t.Errorf("%s: got %s", c.want, codes(fs))
		}
		for _, f := range fs {
			for _, l := range language.Langs {
				if s := f.Text(l); strings.Contains(s, "%!") || strings.Contains(s, "⟦") {
					t.Errorf("%s", s)
				}
			}
		}
	}
}

func TestUnrollAndDiff(t *testing.T) {
	n := 0
	id := func() string { n++; return fmt.Sprint("S", n) }
	window := schedule.Period{First: models.NewDate(2021, 11, 8), Last: lastDay}
	ss, fs := Unroll([]Pattern{{Place: "LYS", Stop: -1, Day: "fre", Opens: 600, Closes: 840}, {Place: "LYS", Stop: -1, Day: "2021-11-12", Opens: 540, Closes: 960}}, window, []string{"KV21"}, id)
	if len(ss) != 1 || ss[0].Starts != lastDay.At(9, 0) || len(fs) != 0 {
		t.Fatalf("%v %v", ss, fs)
	}
	now := []models.Session{ss[0], session("S9", "VIB", lastDay, 9, 12)}
	now[0].Ends = now[0].Ends.Add(time.Hour)
	ch := Diff(ss, now)
	Bump(ch, now)
	if len(ch) != 2 || now[0].Sequence != 1 || strings.Join(Concerned(ch), " ") != "LYS VIB" {
		t.Errorf("%+v", ch)
	}
	if ch := Diff(now, nil); len(ch) != 2 || ch[0].Kind != Removed {
		t.Errorf("%+v", ch)
	}
}

func TestTexts(t *testing.T) {
	for _, task := range Tasks {
		if !language.Has("planning.task."+task.ID) || !language.Has("planning.nature."+string(task.Nature)) {
			t.Errorf("%s has no text", task.ID)
		}
	}
	for _, c := range Codes {
		if !language.Has("planning.finding." + string(c)) {
			t.Errorf("%s has no text", c)
		}
	}
}

// A published list is a text field too: a CPR number in it refuses the list.
func TestImportRefusesVoters(t *testing.T) {
	e := models.Election{ID: "KV25", State: models.ElectionPlanned}
	for _, p := range []schedule.Place{{Name: "Hjemme hos 010190-1234"}, {Name: "Lystrup", Address: "0101901234"}, {Name: "Lystrup", City: "010190 1234"}} {
		_, _, err := Import(e, &schedule.Result{Places: []schedule.Place{p}}, nil, func(string, schedule.Session) bool { return false })
		if models.CodeOf(err) != models.CodeCPR {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

// What is over cannot be mended: sessions that ended have no findings, those to
// come keep theirs.
func TestNoFindingsAboutThePast(t *testing.T) {
	day := models.NewDate(2025, 11, 12)
	at := func(id string, d models.Date) models.Session {
		return models.Session{ID: id, Place: "LYS", Stop: -1, Starts: d.At(10, 0), Ends: d.At(18, 0), State: models.SessionPublished, Elections: []string{"KV25"}}
	}
	p := Plan{Places: []models.Place{{ID: "LYS", Name: "Lystrup", Kind: models.PlaceLibrary}}, Sessions: []models.Session{at("S1", day.Add(-1)), at("S2", day)},
		Agreements: map[string]Agreement{}, Crew: map[string]int{}, Elsewhere: []Hours{{Place: "LYS", Starts: day.Add(-2).At(9, 0), Ends: day.Add(-2).At(10, 0), Source: "avisen"}}}
	of := func() map[string]int {
		n := map[string]int{}
		for _, f := range Check(p) {
			n[f.Session+" "+string(f.Code)]++
		}
		return n
	}
	if all := of(); all["S1 no_crew"] != 1 || all["S2 no_crew"] != 1 || all["S1 no_agreement"] != 1 || all[" hours_differ"] != 1 {
		t.Fatalf("%v", all)
	}
	p.Now = day.At(12, 0)
	if now := of(); now["S1 no_crew"]+now["S1 no_agreement"]+now[" hours_differ"] != 0 || now["S2 no_crew"] != 1 {
		t.Errorf("%v", now)
	}
}

// Two elections in one colour clash while envelopes of both may lie on one table.
func TestClashesOfColours(t *testing.T) {
	at := func(id, colour string, first, day models.Date, state models.ElectionState) models.Election {
		return models.Election{ID: id, Colour: colour, First: first, Date: day, State: state}
	}
	d := models.NewDate(2025, 11, 18)
	kv := at("KV25", "#0057AD", d.Add(-42), d, models.ElectionRunning)
	all := []models.Election{kv,
		at("FA25", "#0057ad", d, d.Add(30), models.ElectionPlanned),
		at("FA26", "#0057AD", d.Add(1), d.Add(40), models.ElectionPlanned),
		at("AER25", "#1C7A50", d.Add(-42), d, models.ElectionRunning),
		at("KV21", "#0057AD", d.Add(-42), d, models.ElectionClosed),
	}
	if got := Clashes(kv, all); len(got) != 1 || got[0].ID != "FA25" {
		t.Errorf("%+v", got)
	}
	if got := Clashes(all[4], all); len(got) != 0 {
		t.Errorf("a closed election clashes: %+v", got)
	}
}
