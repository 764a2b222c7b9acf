package roster

import (
	"slices"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// strayTable lists the coming shifts that changed or cancelled sessions have left
// behind: all of them for the coordinator, own people's for the library's leaders.
func (s *Server) strayTable(r *site.Request, e models.Election) (site.Table, error) {
	t := site.Table{Caption: r.Text("roster.strays_table"), Columns: []site.Column{{Text: r.Text("roster.person")}, {Text: r.Text("plan.place")}, {Text: r.Text("roster.when")}, {Text: r.Text("roster.session_now")}}}
	strays, err := s.Store.Strays(r.Context(), e.ID)
	strays = slices.DeleteFunc(strays, func(v staffing.Stray) bool {
		return r.ActingRole() != models.RoleCoordinator && (!staffing.Leads(r.ActingRole(), v.Shift.Employer) || !r.Act().MayActAt(v.Shift.Place))
	})
	if err != nil || len(strays) == 0 {
		return t, err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return t, err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return t, err
	}
	for _, v := range strays {
		now := sessionWhen(r, v.Session)
		if v.Gone {
			now = r.Text("roster.session_gone")
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: names[v.Shift.Person].Name}, {Text: places[v.Shift.Place], Href: "/vagtplan/aabning/" + v.Shift.Session}, {Text: shiftHours(r, v.Shift)}, {Text: now}})
	}
	return t, nil
}

// rosterMend lets all shifts follow their sessions, in one click.
func (s *Server) rosterMend(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	path := "/vagtplan/valg/" + e.ID
	out, gone, err := s.Store.MendShifts(r.Context(), r.Act(), e.ID)
	if models.CodeOf(err) == models.CodeState { // somebody else mended them
		return r.Done(path, "staffing.nothing_to_mend")
	}
	if err != nil {
		return err
	}
	s.tell(r, out)
	return r.Done(path, "roster.mended", len(out)-gone, gone)
}
