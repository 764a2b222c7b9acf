package web

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
)

// bookReaders may read the journal. Reception does not: it would see the figures
// of what it is to count blind.
var bookReaders = roles{models.RoleCoordinator, models.RoleAuditor}

func (s *Server) bookRoutes() []Route {
	return []Route{
		get("/journal", bookReaders, s.book).nav("nav.journal"),
		get("/journal/:seq", bookReaders, s.bookEntry),
		get("/api/v1/journal", bookReaders, s.bookJSON),
	}
}

type bookPage struct {
	Chrome
	Table   Table
	Head    journal.Entry
	Code    string
	Older   int64
	Newer   bool
	Filters struct{ Kind, Place, Election string }
}

type bookEntryPage struct {
	Chrome
	Entry    journal.Entry
	Facts    []Fact
	Postings Table
	Changes  Table
}

var (
	bookView      = newView[*bookPage]("book")
	bookEntryView = newView[*bookEntryPage]("book-entry")
)

// bookRows is how many entries a page of the journal shows.
const bookRows = 50

// book lists the journal, newest first; ?before=SEQ pages back.
func (s *Server) book(r *Request) error {
	before, _ := strconv.ParseInt(r.Query("before"), 10, 64) // anything unreadable shows the newest page
	entries, head, err := s.store.Entries(r.Context(), before, r.Query("kind"), bookRows)
	if err != nil {
		return err
	}
	names, err := s.actorNames(r, entries)
	if err != nil {
		return err
	}
	p := &bookPage{Head: head, Newer: before > 0}
	p.Filters.Kind = r.Query("kind")
	if head.Seq > 0 {
		p.Code = journal.Code(head.Seq, head.Hash)
	}
	p.Table = Table{Caption: r.Text("book.title"), Quiet: true, Empty: r.Text("book.empty"),
		Columns: []Column{{Text: r.Text("book.seq")}, {Text: r.Text("book.at")}, {Text: r.Text("book.kind")}, {Text: r.Text("book.place")}, {Text: r.Text("book.actors")}, {Text: r.Text("book.units"), Number: true}}}
	for _, e := range entries {
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: fmt.Sprint(e.Seq), Href: fmt.Sprintf("/journal/%d", e.Seq)},
			{Text: language.Moment(r.Lang, e.At.In(models.Copenhagen))}, {Text: r.kindText(e.Kind)}, {Text: e.Place}, {Text: who(r.Lang, e, names)}, {Text: units(r.Lang, e)}})
		p.Older = e.Seq
	}
	if len(entries) < bookRows || p.Older <= 1 {
		p.Older = 0
	}
	return bookView.render(r, p)
}

// kindText names an act in words where the catalogue has them; the stable name stays in sight otherwise.
func (r *Request) kindText(kind string) string {
	if key := "act." + kind; language.Has(key) {
		return r.Text(key)
	}
	return kind
}

// units is how many units an entry moved.
func units(l language.Lang, e journal.Entry) string {
	n := int64(0)
	for _, p := range e.Postings {
		if p.Delta > 0 {
			n += p.Delta
		}
	}
	if n == 0 {
		return ""
	}
	return language.Number(l, n)
}

// who did it; an act without a person is the program's own.
func who(l language.Lang, e journal.Entry, names map[string]models.Private) string {
	if len(e.Actors) == 0 {
		return language.Text(l, "book.program")
	}
	var out []string
	for _, a := range e.Actors {
		if n := names[a.Person].Name; n != "" {
			out = append(out, n)
		} else if a.Person != "" {
			out = append(out, a.Person)
		}
	}
	return strings.Join(out, ", ")
}

func (s *Server) actorNames(r *Request, entries []journal.Entry) (map[string]models.Private, error) {
	seen := map[string]bool{}
	var ids []string
	for _, e := range entries {
		for _, a := range e.Actors {
			if a.Person != "" && !seen[a.Person] {
				seen[a.Person] = true
				ids = append(ids, a.Person)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return s.store.Names(r.Context(), ids...)
}

// bookEntry shows one entry whole: what was signed for, and its hashes.
func (s *Server) bookEntry(r *Request) error {
	seq, err := strconv.ParseInt(r.Param("seq"), 10, 64)
	if err != nil {
		return models.E(models.CodeNotFound, "")
	}
	e, err := s.store.Entry(r.Context(), seq)
	if err != nil {
		return err
	}
	names, err := s.actorNames(r, []journal.Entry{e})
	if err != nil {
		return err
	}
	p := &bookEntryPage{Chrome: Chrome{Crumbs: []Link{{Href: "/journal", Key: "book.title"}}, TitleKey: "book-entry.title", TitleArgs: []any{e.Seq}}, Entry: e}
	p.Facts = []Fact{
		{Name: r.Text("book.kind"), Text: r.kindText(e.Kind)}, {Name: r.Text("book.at"), Text: language.Moment(r.Lang, e.At.In(models.Copenhagen))},
		{Name: r.Text("book.recorded"), Text: language.Moment(r.Lang, e.Recorded.In(models.Copenhagen))}, {Name: r.Text("book.actors"), Text: who(r.Lang, e, names)},
		{Name: r.Text("book.place"), Text: e.Place}, {Name: r.Text("book.election"), Text: e.Election},
		{Name: r.Text("book.code"), Text: journal.Code(e.Seq, e.Hash), Serial: true},
		{Name: r.Text("book.hash"), Text: hex.EncodeToString(e.Hash[:])}, {Name: r.Text("book.prev"), Text: hex.EncodeToString(e.Prev[:])},
	}
	for _, f := range e.Facts {
		p.Facts = append(p.Facts, Fact{Name: f.Name, Text: f.Value})
	}
	p.Postings = Table{Caption: r.Text("book.postings"), Empty: r.Text("book.no_postings"), Columns: []Column{{Text: r.Text("book.holder")}, {Text: r.Text("book.item")}, {Text: r.Text("book.delta"), Number: true}}}
	for _, q := range e.Postings {
		p.Postings.Rows = append(p.Postings.Rows, []Cell{{Text: q.Holder}, {Text: q.Item}, {Text: fmt.Sprintf("%+d", q.Delta)}})
	}
	p.Changes = Table{Caption: r.Text("book.changes"), Empty: r.Text("book.no_changes"), Columns: []Column{{Text: r.Text("book.record")}, {Text: r.Text("book.doc")}}}
	for _, c := range e.Changes {
		p.Changes.Rows = append(p.Changes.Rows, []Cell{{Text: c.Kind + " " + c.ID}, {Text: string(c.Doc)}})
	}
	return bookEntryView.render(r, p)
}

// bookJSON is the journal for programs: {"entries":[{seq,kind,at,hash…}],"before":n}.
func (s *Server) bookJSON(r *Request) error {
	before, _ := strconv.ParseInt(r.Query("before"), 10, 64)
	entries, _, err := s.store.Entries(r.Context(), before, r.Query("kind"), bookRows)
	if err != nil {
		return err
	}
	type line struct {
		Seq      int64             `json:"seq"`
		Kind     string            `json:"kind"`
		At       string            `json:"at"`
		Place    string            `json:"place"`
		Election string            `json:"election"`
		Facts    []journal.Fact    `json:"facts"`
		Postings []journal.Posting `json:"postings"`
		Hash     string            `json:"hash"`
	}
	out := struct {
		Entries []line `json:"entries"`
		Before  int64  `json:"before"`
	}{Entries: []line{}}
	for _, e := range entries {
		out.Entries = append(out.Entries, line{e.Seq, e.Kind, e.At.In(models.Copenhagen).Format("2006-01-02T15:04:05.000000Z07:00"), e.Place, e.Election, e.Facts, e.Postings, hex.EncodeToString(e.Hash[:])})
		out.Before = e.Seq
	}
	return r.json(200, out)
}
