package rosters

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Leave writes that a person has left: coming shifts become holes.
func (s *Rosters) Leave(ctx context.Context, act models.Act, person string) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		p, err := book.Get[models.Person](w, person)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		if !staffing.Leads(act.Role, p.Employer) {
			return nil, journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader")
		}
		coming, err := comingShifts(w, person)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		p, out := staffing.Leave(p, coming)
		w.Put(p)
		return out, journal.Draft{Kind: "person.left"}.Fact("person", person), nil
	})
}

// Erase removes what identifies a person who has left: name, telephone, mail,
// way in and calendar address. The record keeps its commitment, so the chain
// still verifies, and nobody can tell whose it was.
func (s *Rosters) Erase(ctx context.Context, act models.Act, person string) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("person", person), func(w *book.Working) (journal.Draft, error) {
		p, err := book.Get[models.Person](w, person)
		if err != nil {
			return journal.Draft{}, err
		}
		if !p.Left {
			return journal.Draft{}, models.E(models.CodeState, "staffing.erase_left_first")
		}
		w.Put(staffing.Erased(p))
		return journal.Draft{Kind: "person.erased"}.Fact("person", person), forget(w, person)
	})
	return err
}

// eraseNamed drops the kept copies of printed forms that name a person. Those of
// an election whose material is not destroyed yet stay until it is, since a
// complaint may need them; ErasePrints drops them then.
const eraseNamed = `DELETE FROM printout_content c USING printout p, person_private v
	WHERE p.id = c.printout AND v.person = $1 AND v.name <> ''
	AND (coalesce(p.doc->>'election', '') = '' OR EXISTS (SELECT FROM destruction d WHERE d.election = p.doc->>'election'))
	AND (c.printed_by = v.name OR position(convert_to(v.name, 'UTF8') IN c.content) > 0)`

// MakeFeed gives a person a new secret calendar address and makes the old one
// worthless. Only the hash is kept: the address is shown once.
func (s *Rosters) MakeFeed(ctx context.Context, person string) (token string, err error) {
	var raw [24]byte
	_, _ = rand.Read(raw[:])
	token = base64.RawURLEncoding.EncodeToString(raw[:])
	h := sha256.Sum256([]byte(token))
	err = s.book.DB(ctx).Exec(`INSERT INTO calendar_feed (person, token, made) VALUES (?, ?, ?)
		ON CONFLICT (person) DO UPDATE SET token = excluded.token, made = excluded.made`, person, h[:], s.book.Now()).Error
	return token, err
}

// RevokeFeed closes a person's calendar address.
func (s *Rosters) RevokeFeed(ctx context.Context, person string) error {
	return s.book.DB(ctx).Exec(`DELETE FROM calendar_feed WHERE person = ?`, person).Error
}

// HasFeed tells whether a person has a calendar address.
func (s *Rosters) HasFeed(ctx context.Context, person string) (bool, error) {
	var n int64
	err := s.book.DB(ctx).Raw(`SELECT count(*) FROM calendar_feed WHERE person = ?`, person).Scan(&n).Error
	return n > 0, err
}

// FeedPerson is whose calendar a token opens; CodeNotFound for none.
func (s *Rosters) FeedPerson(ctx context.Context, token string) (string, error) {
	h := sha256.Sum256([]byte(token))
	var persons []string
	if err := s.book.DB(ctx).Raw(`SELECT person FROM calendar_feed WHERE token = ?`, h[:]).Scan(&persons).Error; err != nil {
		return "", err
	}
	if len(persons) != 1 {
		return "", models.E(models.CodeNotFound, "")
	}
	return persons[0], nil
}
