package web

import (
	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	planningpages "github.com/brevstemme/brevstemme/app/web/planning"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

type homePage struct {
	site.Chrome
	Running   []homeElection
	Reminders []reminderLine
	Desks     []site.Link // of a receiver, today
	Tasks     []site.Task
	Elections *site.Table
}

// homeElection is how an election that runs stands today.
type homeElection struct {
	Name, Href, When string
	Sums             *site.Equation // nil for those who are to count blind
	Next             string         // path: what is to be done when the day has been
}

var homeView = site.NewView[*homePage]("home")

// home is where everybody starts: what is mine to do now, and the elections.
func (s *Server) home(r *site.Request) error {
	p := &homePage{}
	if !r.Account.LoggedIn() {
		return homeView.Render(r, p)
	}
	var err error
	if p.Reminders, err = s.unseen(r, "home"); err != nil {
		return err
	}
	now := s.Now().In(models.Copenhagen)
	p.TitleKey, p.TitleArgs = "home.today", []any{language.Weekday(r.Lang, now.Weekday()), language.Day(r.Lang, now)}
	if p.Running, err = s.runningNow(r); err != nil {
		return err
	}
	if r.Account.Is(models.RoleReceiver) {
		if p.Desks, err = deskpages.At(s.Server).Today(r); err != nil {
			return err
		}
	}
	work, err := s.Store.Work(r.Context(), r.Account.Places)
	if err != nil {
		return err
	}
	add := func(kind, href, key string, n int, roles ...models.Role) { // kind is that of a number above nothing
		if !r.Account.Is(roles...) {
			return
		}
		if n == 0 {
			kind = "ok"
		}
		p.Tasks = append(p.Tasks, site.Task{Href: href, Text: r.Text(key), Tag: site.Tag{Kind: kind, Text: language.Number(r.Lang, int64(n))}})
	}
	add("info", "/skranke", "home.task.sessions", work.SessionsToday, models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator)
	add("info", "/overdragelser", "home.task.handovers", work.HandoversOpen, models.RoleReceiver, models.RoleCourier, models.RoleReception, models.RoleCoordinator, models.RoleLibraryLead)
	add("warn", "/afvigelser", "home.task.deviations", work.DeviationsOpen, models.RoleCoordinator, models.RoleReception, models.RoleLibraryLead, models.RoleAuditor)
	add("info", "/plan", "home.task.drafts", work.SessionsDraft, models.RoleCoordinator, models.RoleLibraryLead)
	if r.Account.Is(models.RoleCoordinator, models.RoleAuditor, models.RoleLibraryLead, models.RoleReception) {
		t, err := planningpages.At(s.Server).ElectionTable(r)
		if err != nil {
			return err
		}
		p.Elections = &t
	}
	if r.Account.Is(models.RoleAdministrator) {
		p.Tasks = append(p.Tasks, site.Task{Href: "/konti", Text: r.Text("home.task.accounts"), Tag: site.Tag{Kind: "plain", Text: r.Text("home.open")}})
	}
	return homeView.Render(r, p)
}

// runningNow counts down to the day of each election that runs, and says for
// those who may see sums whether every envelope has its holder.
func (s *Server) runningNow(r *site.Request) ([]homeElection, error) {
	running, err := s.Store.Running(r.Context())
	if err != nil {
		return nil, err
	}
	out := make([]homeElection, len(running))
	for i, e := range running {
		out[i] = homeElection{Name: e.Name, When: s.countdown(r, e)}
		if r.Account.Is(models.RoleCoordinator) && e.Date.Sub(models.DateOf(s.Now())) < 0 {
			out[i].Next = "/tilintetgoerelse/" + e.ID
		}
		if !r.Account.Is(custodypages.BalanceReaders...) {
			continue
		}
		line, err := custodypages.At(s.Server).Line(r, e.ID)
		if err != nil {
			return nil, err
		}
		sums := custodypages.Equation(r, line)
		out[i].Sums, out[i].Href = &sums, "/balance/"+e.ID
	}
	return out, nil
}

// countdown is how far off the day of an election is, or that it has been.
func (s *Server) countdown(r *site.Request, e models.Election) string {
	switch n := e.Date.Sub(models.DateOf(s.Now())); {
	case n > 1:
		return r.Text("home.days_left", n, r.ShortDay(e.Last))
	case n == 1:
		return r.Text("home.day_left")
	case n == 0:
		return r.Text("home.polling_day")
	default:
		return r.Text("home.polling_day_was", r.ShortDay(e.Date))
	}
}
