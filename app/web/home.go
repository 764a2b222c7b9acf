package web

import (
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

type homePage struct {
	Chrome
	Reminders []reminderLine
	Tasks     []Task
	Elections *Table
}

var homeView = newView[*homePage]("home")

// home is where everybody starts: what is mine to do now, and the elections.
func (s *Server) home(r *Request) error {
	p := &homePage{}
	if !r.Account.LoggedIn() {
		return homeView.render(r, p)
	}
	var err error
	if p.Reminders, err = s.unseen(r, "home"); err != nil {
		return err
	}
	work, err := s.store.Work(r.Context(), r.Account.Places)
	if err != nil {
		return err
	}
	add := func(href, key string, n int, roles ...models.Role) {
		if !r.Account.Is(roles...) {
			return
		}
		kind := "ok"
		if n > 0 {
			kind = "warn"
		}
		p.Tasks = append(p.Tasks, Task{Href: href, Text: r.Text(key), Tag: Tag{kind, language.Number(r.Lang, int64(n))}})
	}
	add("/skranke", "home.task.sessions", work.SessionsToday, models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator)
	add("/overdragelser", "home.task.handovers", work.HandoversOpen, models.RoleReceiver, models.RoleCourier, models.RoleReception, models.RoleCoordinator, models.RoleLibraryLead)
	add("/afvigelser", "home.task.deviations", work.DeviationsOpen, models.RoleCoordinator, models.RoleReception, models.RoleLibraryLead, models.RoleAuditor)
	add("/plan", "home.task.drafts", work.SessionsDraft, models.RoleCoordinator, models.RoleLibraryLead)
	if r.Account.Is(models.RoleCoordinator, models.RoleAuditor, models.RoleLibraryLead, models.RoleReception) {
		t, err := s.electionTable(r)
		if err != nil {
			return err
		}
		p.Elections = &t
	}
	if r.Account.Is(models.RoleAdministrator) {
		p.Tasks = append(p.Tasks, Task{Href: "/konti", Text: r.Text("home.task.accounts"), Tag: Tag{"plain", r.Text("home.open")}})
	}
	return homeView.render(r, p)
}
