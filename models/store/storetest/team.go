package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// Team is a store with one election, two places, five days and some people.
type Team struct {
	*store.Store
	Book     *book.Book // beside the store's, for entries that no act writes
	T        testing.TB
	Clock    func() time.Time // what the store's clock says
	DSN      string           // the program's login
	KV       models.Election
	Staff    []models.Person  // by turns the library's and Borgerservice's
	Sittings []models.Session // by day, at DOKK and LYST
	acts     int
}

func (m *Team) Act(person string, role models.Role) models.Act {
	m.acts++
	return models.Act{Key: fmt.Sprintf("act-%04d", m.acts), Person: person, Role: role}
}

func (m *Team) Lib() models.Act  { return m.Act("LEAD", models.RoleLibraryLead) }
func (m *Team) City() models.Act { return m.Act("COORD", models.RoleCoordinator) }

// NewTeam sets up that many people, appointed and instructed, and ten published sessions.
func NewTeam(t testing.TB, people int) *Team {
	t.Helper()
	ctx := t.Context()
	m := &Team{T: t, DSN: pgtest.DB(t).AppDSN, Clock: time.Now}
	m.Store = Open(t, store.Config{DSN: m.DSN, Clock: func() time.Time { return m.Clock() }})
	m.Book = Book(t, m.DSN, func() time.Time { return m.Clock() })
	var err error
	day := models.DateOf(time.Now()).Add(14)
	for day.Weekday() != time.Tuesday {
		day = day.Add(1)
	}
	m.KV, err = m.CreateElection(ctx, m.City(), planning.NewElection{Type: models.TypeLocal, Name: "Valg", Date: day, Municipality: "0751", Colour: "#0057AD", Word: "BLÅ", Ballots: []models.Ballot{{Name: "KV", EnvelopeColour: "blå"}}})
	m.OK(err)
	for i, id := range []string{"DOKK", "LYST"} {
		_, err := m.AddPlace(ctx, m.City(), models.Place{ID: id, Name: id, Kind: models.PlaceLibrary, Lat: 56.15 + float64(i)/10, Lon: 10.2})
		m.OK(err)
	}
	m.OK(m.SetStaffing(ctx, m.City(), m.KV.ID, staffing.Rules{Required: true}))
	for i := range people {
		p := models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}, Receiver: true, Home: "DOKK"}
		lead := m.Lib
		if i%2 == 1 {
			p.Employer, p.Home, lead = models.EmployerCitizenService, "LYST", m.City
		}
		rec, err := m.AddPerson(ctx, m.City(), persons.NewPerson{Name: fmt.Sprintf("Person %c", 'A'+i), Email: fmt.Sprintf("p%d@example.dk", i), Person: p})
		m.OK(err)
		_, err = m.Appoint(ctx, lead(), rec.ID, m.KV.ID, nil, "Borgmesteren", day.Add(-40), day.Add(-39))
		m.OK(err)
		m.OK(m.Instruct(ctx, lead(), rec.ID, []string{"receiving", "secrecy"}, day.Add(-38)))
		m.Staff = append(m.Staff, rec)
	}
	for i := range 5 {
		d := models.DateOf(time.Now()).Add(2 + i)
		for _, pl := range []string{"DOKK", "LYST"} {
			x := models.Session{ID: fmt.Sprintf("S%s%d", pl, i), Place: pl, Elections: []string{m.KV.ID}, Starts: d.At(10, 0), Ends: d.At(16, 0), State: models.SessionPublished}
			_, _, err := m.Book.Append(ctx, m.City(), book.Need{}, func(w *book.Working) (journal.Draft, error) {
				w.Put(x)
				return journal.Draft{Kind: "session.made"}, nil
			})
			m.OK(err)
			m.Sittings = append(m.Sittings, x)
		}
	}
	return m
}

func (m *Team) OK(err error) {
	m.T.Helper()
	if err != nil {
		m.T.Fatal(err)
	}
}

// Leader is who approves the shifts of an employer's people.
func (m *Team) Leader(e models.Employer) models.Act {
	if e == models.EmployerLibrary {
		return m.Lib()
	}
	return m.City()
}
