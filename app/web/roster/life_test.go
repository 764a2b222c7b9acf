package roster_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/webtest"
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
	c := newCrew(t)
	days := c.sessionOfEachDay()
	c.laterHalfChangesHands(days[0])
	c.twoSwap(days[1], days[2])
	c.standInIsCalledFirst(days[3])
}

// crew is two of the library's receivers, Ida and Bodil, and their leader Lars.
type crew struct {
	*town
	bodilID              string
	lars, asIda, asBodil webtest.Visitor
}

func newCrew(t *testing.T) *crew {
	t.Helper()
	w := newTown(t)
	return &crew{w, w.bodil().ID, w.As("lars"), w.As("ida"), w.As("bodil")}
}

// sessionOfEachDay is the first session of each day.
func (c *crew) sessionOfEachDay() (out []models.Session) {
	c.T.Helper()
	sessions, err := c.Store.Sessions(c.T.Context(), c.Local, time.Time{}, time.Time{})
	c.Must(err)
	days := map[models.Date]bool{}
	for _, x := range sessions {
		if !days[x.Date()] {
			days[x.Date()], out = true, append(out, x)
		}
	}
	return out
}

// put has the leader place a person at a session, or name them as its stand-in.
func (c *crew) put(x models.Session, person, do string) {
	c.T.Helper()
	c.lars.OK("/vagtplan/aabning/"+x.ID, url.Values{"do": {do}, "person": {person}})
}

// approve has the leader say yes to a shift.
func (c *crew) approve(shift string) {
	c.T.Helper()
	c.lars.OK("/vagtplan/valg/"+c.Local+"/godkend", url.Values{"do": {"approve"}, "shift": {shift}})
}

// at is the shift of a person at a session.
func (c *crew) at(x models.Session, person string) staffing.Shift {
	c.T.Helper()
	all, err := c.Store.ShiftsAt(c.T.Context(), x.ID)
	c.Must(err)
	i := slices.IndexFunc(all, func(s staffing.Shift) bool { return s.Person == person })
	if i < 0 {
		c.T.Fatalf("%s is not at %s", person, x.ID)
	}
	return all[i]
}

// own does an act on a shift at a person's own page.
func (c *crew) own(who webtest.Visitor, do, shift string) {
	c.T.Helper()
	who.OK("/min-vagtplan", url.Values{"do": {do}, "shift": {shift}})
}

// laterHalfChangesHands: Ida confirms her shift and splits it; Bodil claims the
// later half, which is Ida's until the leader has said yes.
func (c *crew) laterHalfChangesHands(x models.Session) {
	c.T.Helper()
	c.put(x, c.Ida, "place")
	whole := c.at(x, c.Ida)
	if status, _ := c.asBodil.Post("/min-vagtplan", url.Values{"do": {"confirm"}, "shift": {whole.ID}}); status == http.StatusSeeOther {
		c.T.Error("confirmed another's shift")
	}
	c.own(c.asIda, "confirm", whole.ID)
	if status, _ := c.asIda.Post("/min-vagtplan", url.Values{"do": {"split"}, "shift": {whole.ID}, "at": {"kvart over"}}); status == http.StatusSeeOther {
		c.T.Error("split at no time of day")
	}
	half := whole.From.Add(whole.Until.Sub(whole.From) / 2).In(models.Copenhagen)
	c.asIda.OK("/min-vagtplan", url.Values{"do": {"split"}, "shift": {whole.ID}, "at": {half.Format("15.04")}})
	_, page := c.asBodil.Get("/min-vagtplan")
	offered := all(waiting, page)
	if len(offered) != 1 {
		c.T.Fatalf("%d shifts are offered, want the later half", len(offered))
	}
	c.own(c.asBodil, "claim", offered[0])
	if late, err := c.Store.ShiftByID(c.T.Context(), offered[0]); err != nil || late.Person != c.Ida || !late.Holds() {
		c.T.Error("Ida is no longer responsible before the leader has said yes", late, err)
	}
	c.approve(c.at(x, c.bodilID).ID)
	if late := c.at(x, c.bodilID); late.State != staffing.ShiftApproved || !late.From.Equal(half) {
		c.T.Errorf("%+v", late)
	}
}

// twoSwap: Ida gives a shift up and keeps it after all, and asks Bodil to swap;
// Bodil agrees, the leader approves.
func (c *crew) twoSwap(idas, bodils models.Session) {
	c.T.Helper()
	c.put(idas, c.Ida, "place")
	mine := c.at(idas, c.Ida).ID
	c.own(c.asIda, "give_up", mine)
	c.own(c.asIda, "keep", mine)
	c.put(bodils, c.bodilID, "place")
	c.asIda.OK("/min-vagtplan", url.Values{"do": {"swap"}, "mine": {mine}, "theirs": {c.at(bodils, c.bodilID).ID}})
	if _, page := c.asBodil.Get("/min-vagtplan"); !strings.Contains(page, `value="agree"`) {
		c.T.Fatal("Bodil is not asked")
	}
	c.own(c.asBodil, "agree", mine)
	now, err := c.Store.Shifts(c.T.Context(), c.Now, time.Time{})
	c.Must(err)
	i := slices.IndexFunc(now, func(s staffing.Shift) bool { return s.State == staffing.ShiftClaimed })
	if i < 0 {
		c.T.Fatal("no swap waits for the leader", fmt.Sprint(now))
	}
	c.approve(now[i].ID)
	if c.at(bodils, c.Ida).State != staffing.ShiftApproved || c.at(idas, c.bodilID).State != staffing.ShiftApproved {
		c.T.Error("the swap did not take effect")
	}
}

// standInIsCalledFirst: Bodil stands in at a session where Ida falls ill.
func (c *crew) standInIsCalledFirst(x models.Session) {
	c.T.Helper()
	c.put(x, c.bodilID, "standin")
	if s := c.at(x, c.bodilID); !s.StandIn {
		c.T.Errorf("%+v", s)
	}
	c.put(x, c.Ida, "place")
	c.lars.OK("/vagtplan/aabning/"+x.ID, url.Values{"do": {"ill"}, "shift": {c.at(x, c.Ida).ID}})
	_, page := c.lars.Get("/vagtplan/aabning/" + x.ID)
	if _, list, _ := strings.Cut(page, `<ol class="calls">`); !strings.HasPrefix(strings.TrimSpace(list), "<li><strong>Bodil</strong>") {
		c.T.Errorf("the named stand-in is not called first: %.200s", list)
	}
}

// A session that gets other hours sends the library's shift back to its leader: the
// person's calendar says cancelled, under the same UID with a higher sequence, and
// theirs again with the new hours when the leader has said yes. A proposal that is
// refused is nobody's news: no mail, nothing in the calendar.
func TestACalendarFollowsAShiftSentBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars := w.As("karen"), w.As("lars")
	feed := w.idasCalendar()
	sessions, err := w.Store.Sessions(t.Context(), w.Local, time.Time{}, time.Time{})
	w.Must(err)
	x := sessions[len(sessions)/2]
	lars.OK("/vagtplan/aabning/"+x.ID, url.Values{"do": {"place"}, "person": {w.Ida}})
	before := feed()
	_, err = w.Store.ChangeSession(t.Context(), w.Act(), w.Local, x.ID, plans.SessionChange{Starts: x.Starts.Add(time.Hour), Ends: x.Ends}, "Lokalet er optaget")
	w.Must(err)
	w.ForgetMails()
	karen.OK("/vagtplan/aabning/"+x.ID, url.Values{"do": {"mend"}})
	back := feed()
	if len(before) != 1 || len(back) != 1 || back[0]["UID"] != before[0]["UID"] || back[0]["STATUS"] != "CANCELLED" || back[0]["SEQUENCE"] <= before[0]["SEQUENCE"] {
		t.Fatalf("before %v, sent back %v", before, back)
	}
	if len(w.Mails()) != 1 || w.Mails()[0].To != "ida@example.dk" || !strings.Contains(string(w.Mails()[0].Calendar), "STATUS:CANCELLED") {
		t.Errorf("%d mails: %+v", len(w.Mails()), w.Mails())
	}
	mine, err := w.Store.ShiftsOf(t.Context(), w.Ida)
	w.Must(err)
	lars.OK("/vagtplan/valg/"+w.Local+"/godkend", url.Values{"do": {"approve"}, "shift": {mine[0].ID}})
	again := feed()
	if len(again) != 1 || again[0]["UID"] != before[0]["UID"] || again[0]["STATUS"] == "CANCELLED" || again[0]["SEQUENCE"] <= back[0]["SEQUENCE"] || again[0]["DTSTART"] == before[0]["DTSTART"] {
		t.Errorf("approved again %v", again)
	}
	if keys := map[string]bool{w.Mails()[0].Key: true}; len(w.Mails()) != 2 || keys[w.Mails()[1].Key] {
		t.Errorf("%d mails", len(w.Mails()))
	}

	if status, page := karen.Post("/vagtplan/valg/"+w.Local+"/forslag", url.Values{"mode": {"all"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	mine, err = w.Store.ShiftsOf(t.Context(), w.Ida)
	w.Must(err)
	w.ForgetMails()
	refused := 0
	for _, s := range mine {
		if s.State == staffing.ShiftProposed {
			lars.OK("/vagtplan/valg/"+w.Local+"/godkend", url.Values{"do": {"refuse"}, "shift": {s.ID}})
			refused++
		}
	}
	if got := feed(); refused == 0 || len(w.Mails()) > 0 || len(got) != 1 {
		t.Errorf("%d refused, %d mails, %d events", refused, len(w.Mails()), len(got))
	}
}
