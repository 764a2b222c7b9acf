package web

import (
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// strayTable lists the coming shifts that changed or cancelled sessions have left
// behind: all of them for the coordinator, own people's for the library's leaders.
func (s *Server) strayTable(r *Request, e models.Election) (Table, error) {
	t := Table{Caption: r.Text("roster.strays_table"), Columns: []Column{{Text: r.Text("roster.person")}, {Text: r.Text("plan.place")}, {Text: r.Text("roster.when")}, {Text: r.Text("roster.session_now")}}}
	strays, err := s.store.Strays(r.Context(), e.ID)
	strays = slices.DeleteFunc(strays, func(v staffing.Stray) bool {
		return r.actingRole() != models.RoleCoordinator && (!staffing.Leads(r.actingRole(), v.Shift.Employer) || !r.act().MayActAt(v.Shift.Place))
	})
	if err != nil || len(strays) == 0 {
		return t, err
	}
	places, err := s.placeNames(r)
	if err != nil {
		return t, err
	}
	names, err := s.store.Names(r.Context())
	if err != nil {
		return t, err
	}
	for _, v := range strays {
		now := r.sessionWhen(v.Session)
		if v.Gone {
			now = r.Text("roster.session_gone")
		}
		t.Rows = append(t.Rows, []Cell{{Text: names[v.Shift.Person].Name}, {Text: places[v.Shift.Place], Href: "/vagtplan/aabning/" + v.Shift.Session}, {Text: r.shiftHours(v.Shift)}, {Text: now}})
	}
	return t, nil
}

// rosterMend lets all shifts follow their sessions, in one click.
func (s *Server) rosterMend(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	path := "/vagtplan/valg/" + e.ID
	out, gone, err := s.store.MendShifts(r.Context(), r.act(), e.ID)
	if models.CodeOf(err) == models.CodeState { // somebody else mended them
		return r.done(path, "staffing.nothing_to_mend")
	}
	if err != nil {
		return err
	}
	s.tell(r, out)
	return r.done(path, "roster.mended", len(out)-gone, gone)
}
