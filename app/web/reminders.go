package web

import (
	"context"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store"
)

// reminderReaders see what everybody was told; the others see their own.
var reminderReaders = site.Roles{models.RoleCoordinator, models.RoleAuditor}

func (s *Server) reminderRoutes() []site.Route {
	return []site.Route{
		site.Get("/paamindelser", site.LoggedIn, s.remindersPage).InMenu("nav.reminders"),
		site.Post("/paamindelser/:id/set", site.LoggedIn, s.reminderSee),
		site.Get("/api/v1/reminders", site.LoggedIn, s.apiReminders).API(nil, []ReminderOut{}),
	}
}

// ReminderOut is one reminder over JSON.
type ReminderOut struct {
	ID     string     `json:"id"`
	Kind   string     `json:"kind"`
	Step   int        `json:"step"`
	Text   string     `json:"text"`
	Link   string     `json:"link"`
	Person string     `json:"person"`
	Due    time.Time  `json:"due"`
	Told   time.Time  `json:"told"`
	Seen   *time.Time `json:"seen"`
}

// reminderLine is one unseen reminder with its button.
type reminderLine struct {
	ID, Text, Link, When string
	From                 string // the page that shows it: "home" or "list"
}

type remindersPage struct {
	site.Chrome
	Mine   []reminderLine
	Others *site.Table
}

var remindersView = site.NewView[*remindersPage]("reminders")

// reminderText is the sentence of a reminder.
func reminderText(l language.Lang, m models.Reminder) string {
	words := make([]any, len(m.Words))
	for i, w := range m.Words {
		words[i] = w
		if at, err := time.Parse(time.RFC3339, w); err == nil {
			words[i] = language.Moment(l, at.In(models.Copenhagen))
		} else if day, err := models.ParseDay(w); err == nil {
			words[i] = day.In(l)
		}
	}
	return language.Text(l, "reminder."+m.Kind, words...)
}

// unseen are the reminders that wait for the one who is logged in.
func (s *Server) unseen(r *site.Request, from string) ([]reminderLine, error) {
	if r.Account.Person == "" {
		return nil, nil
	}
	list, err := s.Store.Reminders(r.Context(), store.ReminderFilter{Person: r.Account.Person, Unseen: true})
	if err != nil {
		return nil, err
	}
	out := make([]reminderLine, len(list))
	for i, m := range list {
		out[i] = reminderLine{ID: m.ID, Text: reminderText(r.Lang, m), Link: m.Link, When: r.Moment(m.Told), From: from}
	}
	return out, nil
}

func (s *Server) remindersPage(r *site.Request) (err error) {
	p := &remindersPage{}
	if p.Mine, err = s.unseen(r, "list"); err != nil {
		return err
	}
	f := store.ReminderFilter{Person: r.Account.Person}
	everyone := r.Account.Is(reminderReaders...)
	if everyone {
		f.Person = ""
	} else if f.Person == "" {
		return remindersView.Render(r, p)
	}
	list, err := s.Store.Reminders(r.Context(), f)
	if err != nil {
		return err
	}
	t := site.Table{Caption: r.Text("reminders.told"), Empty: r.Text("reminders.nothing_told"), Columns: []site.Column{{Text: r.Text("reminders.when")}, {Text: r.Text("reminders.what")}}}
	names := map[string]models.Private{}
	if everyone {
		if names, err = s.Store.Names(r.Context()); err != nil {
			return err
		}
		t.Columns = append(t.Columns, site.Column{Text: r.Text("reminders.whom")})
	}
	t.Columns = append(t.Columns, site.Column{Text: r.Text("reminders.seen")})
	for _, m := range list {
		what := site.Cell{Text: reminderText(r.Lang, m)}
		if m.Person == r.Account.Person || r.Account.Is(models.RoleCoordinator) {
			what.Href = m.Link // an auditor reads what was said, and may not follow it everywhere
		}
		row := []site.Cell{{Text: r.Moment(m.Told)}, what}
		if everyone {
			row = append(row, site.Cell{Text: names[m.Person].Name})
		}
		seen := site.Cell{Tag: site.Tag{Kind: "warn", Text: r.Text("reminders.not_seen")}}
		if m.Seen != nil {
			seen = site.Cell{Text: r.Moment(*m.Seen)}
		}
		t.Rows = append(t.Rows, append(row, seen))
	}
	p.Others = &t
	return remindersView.Render(r, p)
}

func (s *Server) reminderSee(r *site.Request) error {
	if _, err := s.Store.SeeReminder(r.Context(), r.Act(), r.Param("id")); err != nil {
		return err
	}
	back := "/paamindelser"
	if r.Field("from") == "home" {
		back = "/"
	}
	return r.Done(back, "reminders.done")
}

func (s *Server) apiReminders(r *site.Request) error {
	out := []ReminderOut{}
	if r.Account.Person == "" {
		return r.JSON(200, out)
	}
	list, err := s.Store.Reminders(r.Context(), store.ReminderFilter{Person: r.Account.Person})
	if err != nil {
		return err
	}
	for _, m := range list {
		out = append(out, ReminderOut{m.ID, m.Kind, m.Step, reminderText(r.Lang, m), m.Link, m.Person, m.Due, m.Told, m.Seen})
	}
	return r.JSON(200, out)
}

// Remind tells what is due now: it is written into the journal, stands on the
// person's first page, and is mailed to those with an address, one mail a person
// with all that is new. A mail that is lost changes nothing of what was told. It
// returns how many reminders are new; what went wrong beside them is the error.
func (s *Server) Remind(ctx context.Context) (int, error) {
	told, err := s.Store.Remind(ctx)
	if len(told) == 0 {
		return 0, err
	}
	byPerson := map[string][]models.Reminder{}
	var ids []string
	for _, m := range told {
		if byPerson[m.Person] == nil {
			ids = append(ids, m.Person)
		}
		byPerson[m.Person] = append(byPerson[m.Person], m)
	}
	to, nerr := s.Store.Addressees(ctx, ids...)
	if nerr != nil {
		return len(told), nerr
	}
	for _, id := range ids {
		if a, ok := to[id]; ok {
			s.Mail(s.reminderMail(a, byPerson[id]))
		}
	}
	return len(told), err
}

// reminderMail is one mail with everything new for one person.
func (s *Server) reminderMail(to models.Addressee, list []models.Reminder) models.Mail {
	l := to.Lang
	var b strings.Builder
	b.WriteString(language.Text(l, "reminders.mail_hello", to.Name) + "\n")
	for _, m := range list {
		b.WriteString("\n" + reminderText(l, m) + "\n" + s.BaseURL + m.Link + "\n")
	}
	b.WriteString("\n" + language.Text(l, "reminders.mail_end", s.BaseURL+"/paamindelser") + "\n")
	subject := reminderText(l, list[0])
	if len(list) > 1 {
		subject = language.Text(l, "reminders.mail_subject", len(list))
	}
	key := []string{"reminders", to.Person}
	for _, m := range list {
		key = append(key, m.ID)
	}
	return models.Mail{Key: models.MailKey(key...), Person: to.Person, To: to.Email, Subject: subject, Text: b.String()}
}
