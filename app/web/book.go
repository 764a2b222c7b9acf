package web

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
)

// bookReaders may read the journal. Reception does not: it would see the figures
// of what it is to count blind.
var bookReaders = site.Roles{models.RoleCoordinator, models.RoleAuditor}

func (s *Server) bookRoutes() []site.Route {
	return []site.Route{
		site.Get("/journal", bookReaders, s.book).InMenu("nav.journal"),
		site.Get("/journal/:seq", bookReaders, s.bookEntry),
		site.Get("/api/v1/journal", bookReaders, s.bookJSON),
	}
}

type bookPage struct {
	site.Chrome
	Table site.Table
	Head  journal.Entry
	Code  string
	Older int64
	Newer bool
	Kind  string // what is shown alone: an act, or a family of them ("handover.")
	Kinds []site.Option
}

type bookEntryPage struct {
	site.Chrome
	Entry    journal.Entry
	Facts    []site.Fact
	Postings site.Table
	Changes  site.Table
}

var (
	bookView      = site.NewView[*bookPage]("book")
	bookEntryView = site.NewView[*bookEntryPage]("book-entry")
)

// bookRows is how many entries a page of the journal shows.
const bookRows = 50

// book lists the journal, newest first; ?before=SEQ pages back.
func (s *Server) book(r *site.Request) error {
	before, _ := strconv.ParseInt(r.Query("before"), 10, 64) // anything unreadable shows the newest page
	entries, head, err := s.Store.Entries(r.Context(), before, r.Query("kind"), bookRows)
	if err != nil {
		return err
	}
	names, err := s.ActorNames(r, entries)
	if err != nil {
		return err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	p := &bookPage{Head: head, Newer: before > 0, Kind: r.Query("kind"), Kinds: kindOptions(r, r.Query("kind"))}
	if head.Seq > 0 {
		p.Code = journal.Code(head.Seq, head.Hash)
	}
	p.Table = site.Table{Caption: r.Text("book.title"), Quiet: true, Empty: r.Text(map[bool]string{true: "book.empty", false: "book.none_such"}[p.Kind == ""]),
		Columns: []site.Column{{Text: r.Text("book.seq")}, {Text: r.Text("book.at")}, {Text: r.Text("book.kind")}, {Text: r.Text("book.place")}, {Text: r.Text("book.actors")}, {Text: r.Text("book.units"), Number: true}}}
	for _, e := range entries {
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: fmt.Sprint(e.Seq), Href: fmt.Sprintf("/journal/%d", e.Seq)},
			{Text: language.Moment(r.Lang, e.At.In(models.Copenhagen))}, {Text: actText(r, e)}, {Text: cmp.Or(places[e.Place], e.Place)}, {Text: site.WhoActed(r.Lang, e, names)}, {Text: units(r.Lang, e)}})
		p.Older = e.Seq
	}
	if len(entries) < bookRows || p.Older <= 1 {
		p.Older = 0
	}
	return bookView.Render(r, p)
}

// actText is an act in words; of a reminder, what was told.
func actText(r *site.Request, e journal.Entry) string {
	text := r.KindText(e.Kind)
	for _, c := range e.Changes {
		var m models.Reminder
		if e.Kind == "reminder.told" && c.Kind == m.RecordKind() && json.Unmarshal(c.Doc, &m) == nil {
			return text + ": " + reminderText(r.Lang, m)
		}
	}
	return text
}

// kindOptions are the acts that a journal can hold, in the order of their words.
func kindOptions(r *site.Request, chosen string) []site.Option {
	var out []site.Option
	for _, key := range language.Keys() {
		if kind, ok := strings.CutPrefix(key, "act."); ok {
			out = append(out, site.Option{Value: kind, Text: r.Text(key), Checked: kind == chosen})
		}
	}
	slices.SortFunc(out, func(a, b site.Option) int { return cmp.Compare(desk.Fold(a.Text), desk.Fold(b.Text)) })
	return append([]site.Option{{Text: r.Text("book.any")}}, out...)
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

// bookEntry shows one entry whole: what was signed for, and its hashes.
func (s *Server) bookEntry(r *site.Request) error {
	seq, err := strconv.ParseInt(r.Param("seq"), 10, 64)
	if err != nil {
		return models.E(models.CodeNotFound, "")
	}
	e, err := s.Store.Entry(r.Context(), seq)
	if err != nil {
		return err
	}
	names, err := s.ActorNames(r, []journal.Entry{e})
	if err != nil {
		return err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	p := &bookEntryPage{Chrome: site.Chrome{Crumbs: []site.Link{{Href: "/journal", Key: "book.title"}}, TitleKey: "book-entry.title", TitleArgs: []any{e.Seq}}, Entry: e}
	p.Facts = []site.Fact{
		{Name: r.Text("book.kind"), Text: r.KindText(e.Kind) + " (" + e.Kind + ")"}, {Name: r.Text("book.at"), Text: language.Moment(r.Lang, e.At.In(models.Copenhagen))},
		{Name: r.Text("book.recorded"), Text: language.Moment(r.Lang, e.Recorded.In(models.Copenhagen))}, {Name: r.Text("book.actors"), Text: site.WhoActed(r.Lang, e, names)},
		{Name: r.Text("book.place"), Text: cmp.Or(places[e.Place], e.Place)}, {Name: r.Text("book.election"), Text: e.Election},
		{Name: r.Text("book.code"), Text: journal.Code(e.Seq, e.Hash), Serial: true},
		{Name: r.Text("book.hash"), Text: hex.EncodeToString(e.Hash[:])}, {Name: r.Text("book.prev"), Text: hex.EncodeToString(e.Prev[:])},
	}
	for _, f := range e.Facts {
		p.Facts = append(p.Facts, site.Fact{Name: f.Name, Text: f.Value})
	}
	p.Postings = site.Table{Caption: r.Text("book.postings"), Empty: r.Text("book.no_postings"), Columns: []site.Column{{Text: r.Text("book.holder")}, {Text: r.Text("book.item")}, {Text: r.Text("book.delta"), Number: true}}}
	for _, q := range e.Postings {
		p.Postings.Rows = append(p.Postings.Rows, []site.Cell{{Text: r.Holder(q.Holder, places), Note: q.Holder}, {Text: r.Item(q.Item), Note: q.Item}, {Text: fmt.Sprintf("%+d", q.Delta)}})
	}
	p.Changes = site.Table{Caption: r.Text("book.changes"), Empty: r.Text("book.no_changes"), Columns: []site.Column{{Text: r.Text("book.record")}, {Text: r.Text("book.doc")}}}
	for _, c := range e.Changes {
		p.Changes.Rows = append(p.Changes.Rows, []site.Cell{{Text: c.Kind + " " + c.ID}, {Text: string(c.Doc)}})
	}
	return bookEntryView.Render(r, p)
}

// bookJSON is the journal for programs: {"entries":[{seq,kind,at,hash…}],"before":n}.
func (s *Server) bookJSON(r *site.Request) error {
	before, _ := strconv.ParseInt(r.Query("before"), 10, 64)
	entries, _, err := s.Store.Entries(r.Context(), before, r.Query("kind"), bookRows)
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
	return r.JSON(200, out)
}
