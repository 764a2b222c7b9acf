package prints

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// PrintOrder is one form to be printed.
type PrintOrder struct {
	Form     string // two letters
	Number   string // of what it is about, when the form carries that number; else one is given
	Subject  string // the page it is printed from
	Election string
	Place    string
	Content  []byte // what draws the form, without number, time and journal head
	Version  string // of the program
	By       string // name of the one printing, as it stands on the form
}

// Content is what draws a printed form, and the name that stands on it.
type Content struct {
	PrintedBy string
	Bytes     []byte
}

// Print logs the printing of forms as one entry, "form.printed". The first print
// of a content is the original; the same content from the same place again is a
// reprint of it, with the same number; another content is a new original that
// names the one before it. Errors: CodeForbidden at a place where the person may
// not act, CodeInvalid for no form.
func (s *Prints) Print(ctx context.Context, act models.Act, orders ...PrintOrder) ([]models.Printout, error) {
	if len(orders) == 0 {
		return nil, models.Invalid("", "print.nothing")
	}
	for _, o := range orders {
		if o.Place != "" && !act.MayActAt(o.Place) {
			return nil, models.E(models.CodeForbidden, "")
		}
	}
	salts := make([][16]byte, len(orders))
	for i := range salts {
		_, _ = rand.Read(salts[i][:])
	}
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		d := journal.Draft{Kind: "form.printed", Election: orders[0].Election, Place: orders[0].Place}
		running := map[string]uint64{}
		for i, o := range orders {
			p, err := printForm(w, o, salts[i], running)
			if err != nil {
				return d, err
			}
			w.Put(p)
			d = d.Fact(form(i, "number"), p.ID).Fact(form(i, "subject"), p.Subject)
			if n := len(p.Reprints); n > 0 {
				d = d.Fact(form(i, "reprint"), strconv.Itoa(n))
			}
		}
		return d, nil
	})
	if err != nil {
		return nil, err
	}
	return printed(e, len(orders))
}

// printed reads from an entry what was printed, in order.
func printed(e journal.Entry, n int) ([]models.Printout, error) {
	byID := map[string]models.Printout{}
	for _, c := range e.Changes {
		if c.Kind != (models.Printout{}).RecordKind() {
			continue
		}
		p, err := book.Decode[models.Printout](string(c.Doc))
		if err != nil {
			return nil, err
		}
		byID[p.ID] = p
	}
	out := make([]models.Printout, n)
	for i := range out {
		out[i] = byID[e.Value(form(i, "number"))]
	}
	return out, nil
}

// form names a fact of the nth form of a print.
func form(i int, what string) string { return "form" + strconv.Itoa(i+1) + "_" + what }

// printForm decides one form: a reprint of the same content, or a new original.
// running is the last number of each form, counted over those of this act too.
func printForm(w *book.Working, o PrintOrder, salt [16]byte, running map[string]uint64) (models.Printout, error) {
	earlier, err := book.ListIn[models.Printout](w, `subject = $1 AND form = $2 ORDER BY running DESC`, o.Subject, o.Form)
	if err != nil {
		return models.Printout{}, err
	}
	for _, p := range earlier {
		c, err := contentOf(w, p.ID)
		if err != nil {
			return p, err
		}
		if c != nil && bytes.Equal(c.Bytes, o.Content) {
			return p.Again(w.Act.Person, w.Now), nil
		}
	}
	p := models.Printout{Form: o.Form, Subject: o.Subject, Election: o.Election, Place: o.Place, PrintedAt: w.Now, PrintedBy: w.Act.Person,
		Version: o.Version, Entry: w.Next(), Commitment: commit(salt, o.Content)}
	if len(earlier) > 0 {
		p.Replaces = earlier[0].ID
	}
	if _, begun := running[o.Form]; !begun {
		if running[o.Form], err = lastRunning(w, o.Form); err != nil {
			return p, err
		}
	}
	running[o.Form]++
	p.Running = running[o.Form]
	p.ID = models.FormNumber(o.Form, p.Running)
	if o.Number != "" {
		if _, taken, err := book.Find[models.Printout](w, o.Number); err != nil || !taken {
			p.ID = o.Number
		}
	}
	return p, w.Exec(`INSERT INTO printout_content (printout, salt, printed_by, content) VALUES ($1, $2, $3, $4)`, p.ID, salt[:], o.By, o.Content)
}

func commit(salt [16]byte, content []byte) string {
	sum := sha256.Sum256(append(salt[:], content...))
	return hex.EncodeToString(sum[:])
}

// lastRunning is the highest number of a form that was given so far.
func lastRunning(w *book.Working, form string) (uint64, error) {
	rows, err := w.Query(`SELECT coalesce(max(running), 0) FROM printout WHERE form = $1`, form)
	if err != nil {
		return 0, err
	}
	n, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
	return uint64(n), err
}

// contentOf is what a printout shows, nil when it was erased.
func contentOf(w *book.Working, id string) (*Content, error) {
	rows, err := w.Query(`SELECT printed_by, content FROM printout_content WHERE printout = $1`, id)
	if err != nil {
		return nil, err
	}
	c, err := pgx.CollectExactlyOneRow(rows, func(r pgx.CollectableRow) (Content, error) {
		var c Content
		return c, r.Scan(&c.PrintedBy, &c.Bytes)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &c, err
}

// Printout reads one printed form of the log.
func (s *Prints) Printout(ctx context.Context, id string) (models.Printout, error) {
	return book.Load[models.Printout](ctx, s.book, id)
}

// Printouts lists the log from the newest print down, at most limit.
func (s *Prints) Printouts(ctx context.Context, limit int) ([]models.Printout, error) {
	return book.List[models.Printout](ctx, s.book, `true ORDER BY seq DESC, id LIMIT ?`, limit)
}

// Printed reads what stands on a printed form. CodeNotFound when it was erased;
// CodeInternal when it is not what the journal says was printed.
func (s *Prints) Printed(ctx context.Context, p models.Printout) (Content, error) {
	var c Content
	var salt []byte
	err := s.book.Pool().QueryRow(ctx, `SELECT salt, printed_by, content FROM printout_content WHERE printout = $1`, p.ID).Scan(&salt, &c.PrintedBy, &c.Bytes)
	if errors.Is(err, pgx.ErrNoRows) {
		return c, models.E(models.CodeNotFound, "print.erased")
	}
	if err != nil {
		return c, err
	}
	if commit([16]byte(salt), c.Bytes) != p.Commitment {
		return c, models.E(models.CodeInternal, "")
	}
	return c, nil
}

// KeyBlank notes that a blank numbered form was filled in by hand and typed in as
// about (the number of a handover, session or deviation), as the entry
// "form.keyed". Each number is taken once: CodeState the second time.
func (s *Prints) KeyBlank(ctx context.Context, act models.Act, number, about string) (models.Printout, error) {
	var out models.Printout
	number = models.CleanSerial(number)
	_, replayed, err := s.book.Append(ctx, act, book.Needs("printout", number), func(w *book.Working) (journal.Draft, error) {
		p, err := book.Get[models.Printout](w, number)
		if models.CodeOf(err) == models.CodeNotFound {
			return journal.Draft{}, models.Invalid("number", "print.not_blank")
		}
		if err != nil {
			return journal.Draft{}, err
		}
		if out, err = p.Key(act.Person, about, w.Now); err != nil {
			return journal.Draft{}, err
		}
		w.Put(out)
		return journal.Draft{Kind: "form.keyed", Election: p.Election, Place: p.Place}.Fact("number", p.ID).Fact("about", out.Keyed.About), nil
	})
	if err == nil && replayed { // the second click is told the same as the first
		return s.Printout(ctx, number)
	}
	return out, err
}
