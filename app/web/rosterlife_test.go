package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// The life of a shift by forms: confirmed, split in two, the late part claimed by
// somebody else and approved by their leader, another given up and kept, a swap
// asked for, agreed and approved, a stand-in named; and what the state does not
// allow is refused.
func TestTheLifeOfAShiftByForms(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	bodil := w.bodil()
	lars, ida, bo := w.as("lars"), w.as("ida"), w.as("bodil")
	sessions, err := w.store.Sessions(ctx, w.kv, time.Time{}, time.Time{})
	w.must(err)
	days := map[models.Date]models.Session{}
	var free []models.Session // one a day
	for _, x := range sessions {
		if _, have := days[x.Date()]; !have {
			days[x.Date()] = x
			free = append(free, x)
		}
	}
	put := func(x models.Session, person, do string) {
		lars.ok("/vagtplan/aabning/"+x.ID, url.Values{"do": {do}, "person": {person}})
	}
	at := func(x models.Session, person string) staffing.Shift {
		all, err := w.store.ShiftsAt(ctx, x.ID)
		w.must(err)
		i := slices.IndexFunc(all, func(s staffing.Shift) bool { return s.Person == person })
		if i < 0 {
			t.Fatalf("%s is not at %s", person, x.ID)
		}
		return all[i]
	}
	mine := func(who visitor, do, shift string) { who.ok("/min-vagtplan", url.Values{"do": {do}, "shift": {shift}}) }

	put(free[0], w.ida, "place")
	first := at(free[0], w.ida)
	if status, _ := bo.post("/min-vagtplan", url.Values{"do": {"confirm"}, "shift": {first.ID}}); status == http.StatusSeeOther {
		t.Error("confirmed another's shift")
	}
	mine(ida, "confirm", first.ID)
	if status, _ := ida.post("/min-vagtplan", url.Values{"do": {"split"}, "shift": {first.ID}, "at": {"kvart over"}}); status == http.StatusSeeOther {
		t.Error("split at no time of day")
	}
	half := first.From.Add(first.Until.Sub(first.From) / 2).In(models.Copenhagen)
	ida.ok("/min-vagtplan", url.Values{"do": {"split"}, "shift": {first.ID}, "at": {half.Format("15.04")}})
	_, page := bo.get("/min-vagtplan")
	offered := all(waiting, page)
	if len(offered) != 1 {
		t.Fatalf("%d shifts are offered, want the later half", len(offered))
	}
	mine(bo, "claim", offered[0])
	if late, err := w.store.ShiftByID(ctx, offered[0]); err != nil || late.Person != w.ida || !late.Holds() {
		t.Error("Ida is no longer responsible before the leader has said yes", late, err)
	}
	lars.ok("/vagtplan/valg/"+w.kv+"/godkend", url.Values{"do": {"approve"}, "shift": {at(free[0], bodil.ID).ID}})
	if late := at(free[0], bodil.ID); late.State != staffing.ShiftApproved || !late.From.Equal(half) {
		t.Errorf("%+v", late)
	}

	put(free[1], w.ida, "place")
	mine(ida, "give_up", at(free[1], w.ida).ID)
	mine(ida, "keep", at(free[1], w.ida).ID)
	put(free[2], bodil.ID, "place")
	ida.ok("/min-vagtplan", url.Values{"do": {"swap"}, "mine": {at(free[1], w.ida).ID}, "theirs": {at(free[2], bodil.ID).ID}})
	if _, page := bo.get("/min-vagtplan"); !strings.Contains(page, `value="agree"`) {
		t.Fatal("Bodil is not asked")
	}
	mine(bo, "agree", at(free[1], w.ida).ID)
	now, err := w.store.Shifts(ctx, w.now, time.Time{})
	w.must(err)
	i := slices.IndexFunc(now, func(s staffing.Shift) bool { return s.State == staffing.ShiftClaimed })
	if i < 0 {
		t.Fatal("no swap waits for the leader", fmt.Sprint(now))
	}
	lars.ok("/vagtplan/valg/"+w.kv+"/godkend", url.Values{"do": {"approve"}, "shift": {now[i].ID}})
	if at(free[2], w.ida).State != staffing.ShiftApproved || at(free[1], bodil.ID).State != staffing.ShiftApproved {
		t.Error("the swap did not take effect")
	}
	put(free[3], bodil.ID, "standin")
	if s := at(free[3], bodil.ID); !s.StandIn {
		t.Errorf("%+v", s)
	}
	put(free[3], w.ida, "place")
	lars.ok("/vagtplan/aabning/"+free[3].ID, url.Values{"do": {"ill"}, "shift": {at(free[3], w.ida).ID}})
	_, page = lars.get("/vagtplan/aabning/" + free[3].ID)
	if _, list, _ := strings.Cut(page, `<ol class="calls">`); !strings.HasPrefix(strings.TrimSpace(list), "<li><strong>Bodil</strong>") {
		t.Errorf("the named stand-in is not called first: %.200s", list)
	}
}

// A session that gets other hours sends the library's shift back to its leader: the
// person's calendar says cancelled, under the same UID with a higher sequence, and
// theirs again with the new hours when the leader has said yes. A proposal that is
// refused is nobody's news: no mail, nothing in the calendar.
func TestACalendarFollowsAShiftSentBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars, ida := w.as("karen"), w.as("lars"), w.as("ida")
	token, err := w.store.MakeFeed(t.Context(), w.ida)
	w.must(err)
	feed := func() []map[string]string {
		_, ics := ida.get("/kalender/" + token + ".ics")
		return w.calendarOf(ics)
	}
	sessions, err := w.store.Sessions(t.Context(), w.kv, time.Time{}, time.Time{})
	w.must(err)
	x := sessions[len(sessions)/2]
	lars.ok("/vagtplan/aabning/"+x.ID, url.Values{"do": {"place"}, "person": {w.ida}})
	before := feed()
	_, err = w.store.ChangeSession(t.Context(), w.act(), w.kv, x.ID, plans.SessionChange{Starts: x.Starts.Add(time.Hour), Ends: x.Ends}, "Lokalet er optaget")
	w.must(err)
	w.mails = nil
	karen.ok("/vagtplan/aabning/"+x.ID, url.Values{"do": {"mend"}})
	back := feed()
	if len(before) != 1 || len(back) != 1 || back[0]["UID"] != before[0]["UID"] || back[0]["STATUS"] != "CANCELLED" || back[0]["SEQUENCE"] <= before[0]["SEQUENCE"] {
		t.Fatalf("before %v, sent back %v", before, back)
	}
	if len(w.mails) != 1 || w.mails[0].To != "ida@example.dk" || !strings.Contains(string(w.mails[0].Calendar), "STATUS:CANCELLED") {
		t.Errorf("%d mails: %+v", len(w.mails), w.mails)
	}
	mine, err := w.store.ShiftsOf(t.Context(), w.ida)
	w.must(err)
	lars.ok("/vagtplan/valg/"+w.kv+"/godkend", url.Values{"do": {"approve"}, "shift": {mine[0].ID}})
	again := feed()
	if len(again) != 1 || again[0]["UID"] != before[0]["UID"] || again[0]["STATUS"] == "CANCELLED" || again[0]["SEQUENCE"] <= back[0]["SEQUENCE"] || again[0]["DTSTART"] == before[0]["DTSTART"] {
		t.Errorf("approved again %v", again)
	}
	if keys := map[string]bool{w.mails[0].Key: true}; len(w.mails) != 2 || keys[w.mails[1].Key] {
		t.Errorf("%d mails", len(w.mails))
	}

	if status, page := karen.post("/vagtplan/valg/"+w.kv+"/forslag", url.Values{"mode": {"all"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	mine, err = w.store.ShiftsOf(t.Context(), w.ida)
	w.must(err)
	w.mails = nil
	refused := 0
	for _, s := range mine {
		if s.State == staffing.ShiftProposed {
			lars.ok("/vagtplan/valg/"+w.kv+"/godkend", url.Values{"do": {"refuse"}, "shift": {s.ID}})
			refused++
		}
	}
	if got := feed(); refused == 0 || len(w.mails) > 0 || len(got) != 1 {
		t.Errorf("%d refused, %d mails, %d events", refused, len(w.mails), len(got))
	}
}
