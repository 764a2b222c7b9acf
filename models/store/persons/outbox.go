package persons

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// QueueMail keeps a mail until it is sent. A key that is known already, sent or
// not, changes nothing.
func (s *Persons) QueueMail(ctx context.Context, m models.Mail) error {
	return s.book.DB(ctx).Exec(`INSERT INTO mail_outbox (id, person, recipient, subject, body, calendar, made, due)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`, m.Key, m.Person, m.To, m.Subject, m.Text, m.Calendar, s.book.Now(), s.book.Now()).Error
}

// NextMail takes the mail whose turn it is, for lease: until then no other process
// takes it, and after that it is anybody's again, since whoever took it is gone.
// tries counts this one; ok is false when none is due.
func (s *Persons) NextMail(ctx context.Context, lease time.Duration) (m models.Mail, tries int, ok bool, err error) {
	rows, err := s.book.DB(ctx).Raw(`UPDATE mail_outbox SET due = @end, tries = tries + 1 WHERE id = (
		SELECT id FROM mail_outbox WHERE ended IS NULL AND due <= @now ORDER BY due, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, person, recipient, subject, body, calendar, tries`, map[string]any{"now": s.book.Now(), "end": s.book.Now().Add(lease)}).Rows()
	if err != nil {
		return m, 0, false, err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return m, 0, false, rows.Err()
	}
	err = rows.Scan(&m.Key, &m.Person, &m.To, &m.Subject, &m.Text, &m.Calendar, &tries)
	return m, tries, err == nil, err
}

// mailKept is how long the key of a mail that has ended is remembered.
const mailKept = 30 * 24 * time.Hour

// EndMail empties a mail that was sent or given up, and drops the keys of old ones.
func (s *Persons) EndMail(ctx context.Context, key string) error {
	if err := s.book.DB(ctx).Exec(`UPDATE mail_outbox SET ended = ?, recipient = '', subject = '', body = '', calendar = NULL WHERE id = ?`, s.book.Now(), key).Error; err != nil {
		return err
	}
	return s.book.DB(ctx).Exec(`DELETE FROM mail_outbox WHERE ended < ?`, s.book.Now().Add(-mailKept)).Error
}

// DelayMail puts a mail that could not be sent off for a while.
func (s *Persons) DelayMail(ctx context.Context, key string, wait time.Duration) error {
	return s.book.DB(ctx).Exec(`UPDATE mail_outbox SET due = ? WHERE id = ? AND ended IS NULL`, s.book.Now().Add(wait), key).Error
}
