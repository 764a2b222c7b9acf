package webtest

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// Town is a municipality of eighteen libraries, six weeks of sessions and 120
// appointed people of two employers; lars leads the library's, karen the others,
// ida is one of the library's.
type Town struct {
	*Library
	Ida   string // her id
	mu    sync.Mutex
	mails []models.Mail
}

// NewTown makes a town on 1 October, six weeks before polling day, with its plan
// published and nobody on the roster yet.
func NewTown(t testing.TB) *Town {
	t.Helper()
	l := NewLibrary(t)
	w := &Town{Library: l}
	queued := map[string]bool{} // a mail's key stands in the queue once
	l.Web.Mail = func(m models.Mail) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !queued[m.Key] {
			queued[m.Key], w.mails = true, append(w.mails, m)
		}
	}
	l.Now = models.NewDate(2025, 10, 1).At(9, 0)
	ctx := t.Context()
	e, err := l.Store.Election(ctx, l.Local)
	l.Must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for i := range 18 {
		for j, day := range []string{"man", "tir", "ons", "tor", "fre", "lør"} {
			if j == 5 && i%3 > 0 || j%2 == i%2 && i > 9 && j < 5 {
				continue
			}
			list += fmt.Sprintf("Bibliotek %02d,Gade %d,8000,Aarhus,library,%s,%d:00,%d:00,,\n", i, i, day, 10+i%3, 15+i%4)
		}
	}
	got, err := l.Store.ImportPlan(ctx, l.Act(), l.Local, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last}))
	l.Must(err)
	_, err = readyplan.Publish(ctx, l.Store, l.Act, l.Local)
	l.Must(err)
	l.Must(l.Store.SetStaffing(ctx, l.Act(), l.Local, staffing.Rules{Required: true}))
	var places []string
	for _, p := range got.Places {
		places = append(places, p.ID)
	}
	lead, err := l.Store.AddWithAccount(ctx, l.Act(), persons.NewPerson{Name: "Lars", Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleLibraryLead}, Places: append(places, "LYS")}}, persons.Credentials{Login: "lars", Password: Password})
	l.Must(err)
	ida, err := l.Store.AddWithAccount(ctx, l.Act(), persons.NewPerson{Name: "Ida", Email: "ida@example.dk", Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}, Receiver: true, Home: places[0]}}, persons.Credentials{Login: "ida", Password: Password})
	l.Must(err)
	w.Ida = ida.ID
	w.hire(ida, lead, places)
	return w
}

// hire adds 59 more of the library's and 60 of the others', all with papers.
func (w *Town) hire(ida, lead models.Person, places []string) {
	ctx := w.T.Context()
	letter := models.NewDate(2025, 9, 1)
	paper := func(leader models.Act, id string) {
		act := leader
		act.Key += "-a" + id
		_, err := w.Store.Appoint(ctx, act, id, w.Local, nil, "Borgmesteren", letter, letter)
		w.Must(err)
		act.Key += "-i"
		w.Must(w.Store.Instruct(ctx, act, id, []string{"receiving", "secrecy"}, letter))
	}
	for i, who := range []models.Employer{models.EmployerLibrary, models.EmployerCitizenService} {
		act := w.Act()
		if act.Person = w.Person["karen"]; i == 0 {
			act.Role, act.Person = models.RoleLibraryLead, lead.ID
			paper(act, ida.ID)
		}
		var rows []staffing.NewPerson
		for n := range 60 - (1 - i) {
			rows = append(rows, staffing.NewPerson{Line: n + 2, Name: fmt.Sprintf("Navn %d %02d", i, n), Phone: "89402000", Email: fmt.Sprintf("p%d-%02d@example.dk", i, n), Person: models.Person{Employer: who, Receiver: true, Roles: []models.Role{models.RoleReceiver}, Home: places[n%len(places)]}})
		}
		_, err := w.Store.ImportPeople(ctx, act, rows)
		w.Must(err)
		for _, r := range rows {
			paper(act, staffing.PersonID(act.Key, r.Line))
		}
	}
}

// Mails are what was sent since the start, or since they were forgotten.
func (w *Town) Mails() []models.Mail {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.mails)
}

// ForgetMails empties the post, for a test that looks at what comes next.
func (w *Town) ForgetMails() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mails = nil
}
