package roster

import (
	"net/http"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/roster"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// PersonOut is a member of staff over JSON. Telephone, mail, languages and what is
// missing are given for the reader's own people only.
type PersonOut struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Employer  string   `json:"employer"`
	Receiver  bool     `json:"receiver"`
	Phone     string   `json:"phone,omitempty"`
	Email     string   `json:"email,omitempty"`
	Home      string   `json:"home,omitempty"` // place id
	Languages []string `json:"languages,omitempty"`
	Candidate bool     `json:"candidate,omitempty"` // at the election in hand: may not give personal help
	Missing   []string `json:"missing,omitempty"`   // why not fit for a crew: codes
}

// ShiftOut is a shift over JSON. Why is given for the reader's own people only.
type ShiftOut struct {
	ID       string    `json:"id"`
	Session  string    `json:"session"`
	Place    string    `json:"place"`
	Person   string    `json:"person"`
	Employer string    `json:"employer"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	State    string    `json:"state"`
	StandIn  bool      `json:"stand_in,omitempty"`
	Replaces string    `json:"replaces,omitempty"`
	Why      string    `json:"why,omitempty"`
	Sequence int       `json:"sequence"`
}

// ProposeIn asks for a proposal: "holes", "all" or "repair".
type ProposeIn struct {
	Mode string `json:"mode"`
}

// ProposeOut is what the planner did; the same key is answered the same, though
// the planner would find another plan.
type ProposeOut struct {
	Added   []ShiftOut       `json:"added"`
	Removed int              `json:"removed"`
	Kept    int              `json:"kept"`
	Missing int              `json:"missing"` // people who cannot be found
	Cost    roster.Breakdown `json:"cost"`
}

// ApproveIn names the shifts that a leader says yes to.
type ApproveIn struct {
	Shifts []string `json:"shifts"`
}

// WeekIn is a typed week: people by session.
type WeekIn struct {
	Cells []WeekCellIn `json:"cells"`
}

// WeekCellIn is one cell: the reader's own people as they were read, and as they
// are to be.
type WeekCellIn struct {
	Session string   `json:"session"`
	Was     []string `json:"was"`
	Now     []string `json:"now"`
}

// WorkedOut is one line of the hours list.
type WorkedOut struct {
	Person   string    `json:"person"`
	Employer string    `json:"employer"`
	Session  string    `json:"session"`
	Place    string    `json:"place"`
	From     time.Time `json:"from,omitzero"`
	Until    time.Time `json:"until,omitzero"`
	Came     time.Time `json:"came,omitzero"`
	Left     time.Time `json:"left,omitzero"`
	Minutes  int       `json:"minutes"`
	Absent   bool      `json:"absent,omitempty"`
}

// ShiftActIn is one of a person's own acts: confirm, give_up, keep or fall_ill.
type ShiftActIn struct {
	Act string `json:"act"`
}

func (s *Server) rosterAPIRoutes() []site.Route {
	const one = site.APIPrefix + "rosters/:election/"
	return []site.Route{
		site.Get(site.APIPrefix+"people", site.Planners, s.apiPeople).API(nil, []PersonOut{}),
		site.Post(site.APIPrefix+"people/:person/revocations", site.Planners, s.apiRevoke).API(RevokeIn{}, []ShiftOut{}),
		site.Get(one+"shifts", site.Planners, s.apiShifts).API(nil, []ShiftOut{}),
		site.Post(one+"proposals", site.Coordinator, s.apiPropose).API(ProposeIn{}, ProposeOut{}),
		site.Post(one+"approvals", site.Planners, s.apiApprove).API(ApproveIn{}, []ShiftOut{}),
		site.Post(one+"week", site.Planners, s.apiWeek).API(WeekIn{}, []ShiftOut{}),
		site.Post(one+"check", site.Planners, s.apiRosterCheck).NoKey().API(RosterCheckIn{}, map[string]RosterCheckOut{}),
		site.Get(one+"hours", site.Planners, s.apiHours).API(nil, []WorkedOut{}),
		site.Get(site.APIPrefix+"me/shifts", site.Personal, s.apiMyShifts).API(nil, []ShiftOut{}),
		site.Post(site.APIPrefix+"me/shifts/:shift", site.Personal, s.apiMyShift).API(ShiftActIn{}, []ShiftOut{}),
	}
}

func shiftOut(r *site.Request, x staffing.Shift) ShiftOut {
	o := ShiftOut{ID: x.ID, Session: x.Session, Place: x.Place, Person: x.Person, Employer: string(x.Employer), From: x.From, Until: x.Until, State: string(x.State), StandIn: x.StandIn, Replaces: x.Replaces, Sequence: x.Sequence}
	if staffing.Leads(r.ActingRole(), x.Employer) {
		o.Why = whyText(r, x.Why)
	}
	return o
}

func shiftsOut(r *site.Request, list []staffing.Shift) []ShiftOut {
	out := make([]ShiftOut, len(list))
	for i, x := range list {
		out[i] = shiftOut(r, x)
	}
	return out
}

func (s *Server) apiPeople(r *site.Request) error {
	all, names, papers, e, err := s.staffBook(r)
	if err != nil {
		return err
	}
	out := []PersonOut{}
	for _, p := range receivers(all) {
		o := PersonOut{ID: p.ID, Name: names[p.ID].Name, Employer: string(p.Employer), Receiver: true}
		if staffing.Leads(r.ActingRole(), p.Employer) {
			f := staffing.Fit(p, []models.Election{e}, p.Home, papers)
			o.Phone, o.Email, o.Home, o.Languages, o.Candidate, o.Missing = names[p.ID].Phone, names[p.ID].Email, p.Home, p.Languages, f.Candidate, f.Missing
		}
		out = append(out, o)
	}
	return r.JSON(http.StatusOK, out)
}

// apiShifts lists the shifts of an election's sessions, from ?from= until ?until=
// (dates, the last one included; both may be left out).
func (s *Server) apiShifts(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	from, until := e.First, e.Last
	for name, to := range map[string]*models.Date{"from": &from, "until": &until} {
		if v := r.Query(name); v != "" {
			if *to, err = models.ParseDay(v); err != nil {
				return models.Invalid(name, "form.not_a_date", v)
			}
		}
	}
	week, err := s.Store.RosterWeek(r.Context(), e.ID, from.At(0, 0), until.Add(1).At(0, 0))
	if err != nil {
		return err
	}
	ours := map[string]bool{}
	for _, x := range week.Sessions {
		ours[x.ID] = true
	}
	return r.JSON(http.StatusOK, shiftsOut(r, slices.DeleteFunc(week.Shifts, func(x staffing.Shift) bool { return !ours[x.Session] })))
}

func (s *Server) apiPropose(r *site.Request) error {
	var in ProposeIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	pr, err := s.propose(r, r.Param("election"), in.Mode)
	if err != nil {
		return err
	}
	s.tell(r, pr.Removed)
	return r.JSON(http.StatusCreated, ProposeOut{shiftsOut(r, pr.Added), len(pr.Removed), pr.Kept, pr.Missing, pr.Cost})
}

// giveShifts answers with what an act changed, after telling those concerned.
func (s *Server) giveShifts(r *site.Request, out []staffing.Shift, err error) error {
	if err != nil {
		return err
	}
	s.tell(r, out)
	return r.JSON(http.StatusOK, shiftsOut(r, out))
}

func (s *Server) apiApprove(r *site.Request) error {
	var in ApproveIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	out, err := s.Store.ApproveShifts(r.Context(), r.Act(), in.Shifts)
	return s.giveShifts(r, out, err)
}

func (s *Server) apiWeek(r *site.Request) error {
	var in WeekIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	var cells []staffing.WeekCell
	for _, c := range in.Cells {
		cells = append(cells, staffing.WeekCell{Session: c.Session, Was: c.Was, Now: c.Now})
	}
	out, _, err := s.Store.EditWeek(r.Context(), r.Act(), r.Param("election"), cells)
	return s.giveShifts(r, out, err)
}

func (s *Server) apiHours(r *site.Request) error {
	_, lines, _, err := s.worked(r)
	if err != nil {
		return err
	}
	out := make([]WorkedOut, len(lines))
	for i, w := range lines {
		out[i] = WorkedOut{w.Person, string(w.Employer), w.Session, w.Place, w.From, w.Until, w.Came, w.Left, w.Minutes, w.Absent}
	}
	return r.JSON(http.StatusOK, out)
}

func (s *Server) apiMyShifts(r *site.Request) error {
	out, err := s.Store.ShiftsOf(r.Context(), r.Account.Person)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, shiftsOut(r, out))
}

func (s *Server) apiMyShift(r *site.Request) error {
	var in ShiftActIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	out, err := s.Store.OwnShift(r.Context(), r.Act(), r.Param("shift"), staffing.ShiftAct(in.Act))
	return s.giveShifts(r, out, err)
}
