package persons

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// NewPerson is what is known of a person to be added.
type NewPerson struct {
	Name, Phone, Email string
	models.Person
}

// AddPerson adds a member of staff or a courier. The journal gets the record
// and a salted commitment; name, telephone and mail go to the private table in
// the same transaction.
func (s *Persons) AddPerson(ctx context.Context, act models.Act, n NewPerson) (models.Person, error) {
	return s.addPerson(ctx, act, n, func(*book.Working, models.Person) error { return nil })
}

func (s *Persons) addPerson(ctx context.Context, act models.Act, n NewPerson, also func(*book.Working, models.Person) error) (models.Person, error) {
	private := models.Private{Name: book.NFC(n.Name), Phone: book.NFC(n.Phone), Email: book.NFC(n.Email)}
	_, _ = rand.Read(private.Salt[:])
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		p, err := newPerson(n, private, act)
		if err != nil {
			return journal.Draft{}, err
		}
		w.Put(p)
		err = w.Exec(`INSERT INTO person_private (person, name, phone, email, salt) VALUES ($1, $2, $3, $4, $5)`, p.ID, private.Name, private.Phone, private.Email, private.Salt[:])
		if err == nil {
			err = also(w, p)
		}
		return journal.Draft{Kind: "person.added"}, err
	})
	if err != nil {
		return models.Person{}, err
	}
	return book.Changed[models.Person](e)
}

func newPerson(n NewPerson, private models.Private, act models.Act) (models.Person, error) {
	var errs models.Errors
	if n.Name == "" {
		errs = append(errs, models.Invalid("name", "person.name_missing"))
	}
	if len(n.Roles) == 0 && !n.Receiver {
		errs = append(errs, models.Invalid("roles", "person.role_missing"))
	}
	for _, r := range n.Roles {
		if !r.Valid() {
			errs = append(errs, models.Invalid("roles", "person.role_unknown", r))
		}
	}
	p := n.Person
	p.ID = models.DeriveID("P", act.Key, "person")
	p.Commitment = private.Commit()
	return p, errs.OrNil()
}

// SetRights changes a person's roles and places.
func (s *Persons) SetRights(ctx context.Context, act models.Act, person string, roles []models.Role, places []string) error {
	return s.setRights(ctx, act, person, roles, places, func(*book.Working) error { return nil })
}

func (s *Persons) setRights(ctx context.Context, act models.Act, person string, roles []models.Role, places []string, also func(*book.Working) error) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("person", person), func(w *book.Working) (journal.Draft, error) {
		p, err := book.Get[models.Person](w, person)
		if err != nil {
			return journal.Draft{}, err
		}
		if err := putRights(w, p, roles, places); err != nil {
			return journal.Draft{}, err
		}
		return journal.Draft{Kind: "person.rights"}, also(w)
	})
	return err
}

// putRights gives a person roles and places. Other ones than before end the
// sessions of their account that are under way.
func putRights(w *book.Working, p models.Person, roles []models.Role, places []string) error {
	for _, r := range roles {
		if !r.Valid() {
			return models.Invalid("roles", "person.role_unknown", r)
		}
	}
	same := sameSet(p.Roles, roles) && sameSet(p.Places, places)
	p.Roles, p.Places = roles, places
	w.Put(p)
	if same {
		return nil
	}
	return w.Exec(`UPDATE account SET epoch = gen_random_uuid() WHERE person = $1`, p.ID)
}

// sameSet tells whether two lists hold the same, in any order.
func sameSet[T cmp.Ordered](a, b []T) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// Names returns the private data of the given persons, by person id; erased
// persons are missing from it. With no id it returns everybody.
func (s *Persons) Names(ctx context.Context, persons ...string) (map[string]models.Private, error) {
	type row struct {
		Person, Name, Phone, Email string
	}
	var rows []row
	q := s.book.DB(ctx).Table("person_private").Select("person, name, phone, email")
	if len(persons) > 0 {
		q = q.Where("person IN ?", persons)
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]models.Private, len(rows))
	for _, r := range rows {
		out[r.Person] = models.Private{Name: r.Name, Phone: r.Phone, Email: r.Email}
	}
	return out, nil
}

// Addressees returns those of the persons who have a mail address, by id.
func (s *Persons) Addressees(ctx context.Context, persons ...string) (map[string]models.Addressee, error) {
	rows, err := s.book.Pool().Query(ctx, `SELECT v.person, v.name, v.email, p.doc->'languages' FROM person_private v JOIN person p ON p.id = v.person WHERE v.email <> '' AND v.person = ANY($1)`, persons)
	if err != nil {
		return nil, err
	}
	out := map[string]models.Addressee{}
	var a models.Addressee
	var spoken []string
	_, err = pgx.ForEachRow(rows, []any{&a.Person, &a.Name, &a.Email, &spoken}, func() error {
		a.Lang = language.Spoken(spoken)
		out[a.Person] = a
		return nil
	})
	return out, err
}

// Person loads one.
func (s *Persons) Person(ctx context.Context, id string) (models.Person, error) {
	return book.Load[models.Person](ctx, s.book, id)
}

// People lists every person who has not left, by name.
func (s *Persons) People(ctx context.Context) ([]models.Person, error) {
	return book.List[models.Person](ctx, s.book, `NOT coalesce((doc->>'left')::boolean, false) ORDER BY (SELECT name FROM person_private v WHERE v.person = id), id`)
}

// WithRole lists the people who have one of the roles.
func (s *Persons) WithRole(ctx context.Context, roles ...models.Role) ([]string, error) {
	people, err := s.People(ctx)
	var out []string
	for _, p := range people {
		if p.Erased {
			continue
		}
		for _, r := range roles {
			if slices.Contains(p.Roles, r) {
				out = append(out, p.ID)
				break
			}
		}
	}
	return out, err
}

// ToEach is every reminder for each of the people.
func ToEach(people []string, rs []models.Reminder) []models.Reminder {
	var out []models.Reminder
	for _, r := range rs {
		for _, p := range people {
			r.Person = p
			out = append(out, r)
		}
	}
	return out
}
