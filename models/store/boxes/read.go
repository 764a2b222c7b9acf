package boxes

import (
	"context"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/trace"
)

// Container loads one.
func (s *Boxes) Container(ctx context.Context, id string) (custody.Container, error) {
	return book.Load[custody.Container](ctx, s.book, id)
}

// Handover loads one, with the giver's figures: pages for its receiver use Blind.
func (s *Boxes) Handover(ctx context.Context, id string) (custody.Handover, error) {
	return book.Load[custody.Handover](ctx, s.book, id)
}

// Deviation loads one.
func (s *Boxes) Deviation(ctx context.Context, id string) (custody.Deviation, error) {
	return book.Load[custody.Deviation](ctx, s.book, id)
}

// Seal loads one by its number.
func (s *Boxes) Seal(ctx context.Context, serial string) (custody.Seal, error) {
	return book.Load[custody.Seal](ctx, s.book, models.CleanSerial(serial))
}

// ContainerFilter narrows a list; empty fields do not. Places nil is everywhere.
type ContainerFilter struct {
	Places   []string // standing there, or sent from or to there
	State    string
	Election string
	Limit    int // 0 is 500
	Offset   int
}

// Containers lists containers, those on the way with the places of their leg, in
// custody.ContainerOrder.
func (s *Boxes) Containers(ctx context.Context, f ContainerFilter) ([]custody.Container, error) {
	if f.Limit == 0 {
		f.Limit = 500
	}
	stores := make([]string, len(f.Places))
	for i, p := range f.Places {
		stores[i] = custody.At(p)
	}
	return book.List[custody.Container](ctx, s.book, `(@state = '' OR state = @state) AND (@election = '' OR election = @election)
		AND (@all OR holder IN @stores OR split_part(holder, ':', 2) IN (SELECT id FROM handover WHERE from_place IN @places OR to_place IN @places)
			OR (holder LIKE 'container:%' AND split_part(holder, ':', 2) IN (SELECT id FROM container WHERE holder IN @stores)))
		ORDER BY array_position(CAST(@order AS text[]), state), id LIMIT @limit OFFSET @offset`,
		map[string]any{"offset": f.Offset, "state": f.State, "election": f.Election, "order": containerOrder(), "all": f.Places == nil, "stores": some(stores), "places": some(f.Places), "limit": f.Limit})
}

// containerOrder is custody.ContainerOrder as a PostgreSQL array.
func containerOrder() string {
	var states []string
	for _, x := range custody.ContainerOrder {
		states = append(states, string(x))
	}
	return "{" + strings.Join(states, ",") + "}"
}

// some keeps an IN list from being empty.
func some(list []string) []string {
	if len(list) == 0 {
		return []string{""}
	}
	return list
}

// Held is what holders have: holder → item → units, zeros left out.
func (s *Boxes) Held(ctx context.Context, holders ...string) (map[string]map[string]int64, error) {
	type row struct {
		Holder, Item string
		N            int64
	}
	var rows []row
	err := s.book.DB(ctx).Raw(`SELECT holder, item, n FROM balance WHERE holder IN ? AND n <> 0`, some(holders)).Scan(&rows).Error
	out := map[string]map[string]int64{}
	for _, h := range holders {
		out[h] = map[string]int64{}
	}
	for _, r := range rows {
		out[r.Holder][r.Item] = r.N
	}
	return out, err
}

// HandoverFilter narrows a list; empty fields do not. Places nil is everywhere.
type HandoverFilter struct {
	Places  []string // from or to
	To      string
	Courier string // named courier or stand-in
	Open    bool   // the receiver has not answered
	Limit   int    // 0 is 200
	Offset  int
}

// Handovers lists handovers, open ones first, then the newest.
func (s *Boxes) Handovers(ctx context.Context, f HandoverFilter) ([]custody.Handover, error) {
	if f.Limit == 0 {
		f.Limit = 200
	}
	return book.List[custody.Handover](ctx, s.book, `(@all OR from_place IN @places OR to_place IN @places) AND (@to = '' OR to_place = @to)
		AND (@courier = '' OR courier = @courier OR doc->>'stand_in' = @courier)
		AND (NOT @open OR state IN ('offered', 'in_transit', 'counted', 'recount'))
		ORDER BY state IN ('offered', 'in_transit', 'counted', 'recount') DESC, seq DESC LIMIT @limit OFFSET @offset`,
		map[string]any{"order": containerOrder(), "all": f.Places == nil, "offset": f.Offset, "places": some(f.Places), "to": f.To, "courier": f.Courier, "open": f.Open, "limit": f.Limit})
}

// SessionHandovers are the handovers by which what a session packed left its
// place, the oldest first; withdrawn ones are left out.
func (s *Boxes) SessionHandovers(ctx context.Context, place, session string) ([]custody.Handover, error) {
	return book.List[custody.Handover](ctx, s.book, `from_place = ? AND state <> 'withdrawn' AND doc->'sent' @> jsonb_build_array(jsonb_build_object('session', ?::text)) ORDER BY seq`, place, session)
}

// DeviationFilter narrows a list; empty fields do not. Places nil is everywhere.
type DeviationFilter struct {
	Places []string
	State  string // "open" takes handled ones too: not closed
	Type   string
	Owner  string
	Limit  int // 0 is 200
}

// Deviations lists deviations, those that are not closed first.
func (s *Boxes) Deviations(ctx context.Context, f DeviationFilter) ([]custody.Deviation, error) {
	if f.Limit == 0 {
		f.Limit = 200
	}
	return book.List[custody.Deviation](ctx, s.book, `(@all OR place IN @places) AND (@type = '' OR kind = @type) AND (@owner = '' OR owner = @owner)
		AND (@state = '' OR (@state = 'open' AND state <> 'closed') OR state = @state)
		ORDER BY state = 'closed', seq DESC LIMIT @limit`,
		map[string]any{"order": containerOrder(), "all": f.Places == nil, "places": some(f.Places), "type": f.Type, "owner": f.Owner, "state": f.State, "limit": f.Limit})
}

// LastEntry is the entry that last changed a record: its code is what a printed
// form about the record carries.
func (s *Boxes) LastEntry(ctx context.Context, kind, id string) (journal.Entry, error) {
	if !book.IsKind(kind) {
		return journal.Entry{}, models.E(models.CodeNotFound, "")
	}
	var seq int64
	if err := s.book.DB(ctx).Raw(`SELECT seq FROM "`+kind+`" WHERE id = ?`, id).Scan(&seq).Error; err != nil {
		return journal.Entry{}, err
	}
	return s.book.Entry(ctx, seq)
}

// StockLine is a place's stock of seals.
type StockLine struct {
	Place  string
	Stock  int
	Next   string // the lowest number
	Last   string
	Broken int // kept there as evidence
}

// SealStock counts seals per place; nil is everywhere.
func (s *Boxes) SealStock(ctx context.Context, places []string) ([]StockLine, error) {
	var out []StockLine
	stores := make([]string, len(places))
	for i, p := range places {
		stores[i] = custody.At(p)
	}
	err := s.book.DB(ctx).Raw(`SELECT substr(holder, 7) AS place, count(*) FILTER (WHERE state = 'stock') AS stock,
		coalesce(min(id) FILTER (WHERE state = 'stock'), '') AS next, coalesce(max(id) FILTER (WHERE state = 'stock'), '') AS last,
		count(*) FILTER (WHERE state = 'broken') AS broken
		FROM seal WHERE holder LIKE 'store:%' AND (@all OR holder IN @stores) GROUP BY holder ORDER BY 1`,
		map[string]any{"all": places == nil, "stores": some(stores)}).Scan(&out).Error
	return out, err
}

// Seals lists the seals of a container, on it now or ever.
func (s *Boxes) Seals(ctx context.Context, container string) ([]custody.Seal, error) {
	return book.List[custody.Seal](ctx, s.book, `container = ? ORDER BY id`, container)
}

// Sum is one line of the books by holder.
type Sum struct {
	Holder string
	Item   string
	N      int64
}

// Sums reads the balance of an election's envelopes by holder: what lies in a
// container counts where the outermost container stands.
func (s *Boxes) Sums(ctx context.Context, election string) ([]Sum, error) {
	var out []Sum
	err := s.book.DB(ctx).Raw(`WITH RECURSIVE outer_most AS (
			SELECT id, holder, 0 AS depth FROM container
			UNION ALL
			SELECT o.id, c.holder, o.depth + 1 FROM outer_most o JOIN container c ON o.holder = 'container:' || c.id WHERE o.depth < 16
		), root AS (SELECT 'container:' || id AS inside, holder FROM outer_most WHERE holder NOT LIKE 'container:%')
		SELECT coalesce(root.holder, b.holder) AS holder, b.item, sum(b.n) AS n
		FROM balance b LEFT JOIN root ON root.inside = b.holder
		WHERE b.item >= 'env:' || ?::text || ':' AND b.item < 'env:' || ?::text || ';' AND b.n <> 0
		GROUP BY 1, 2 HAVING sum(b.n) <> 0 ORDER BY 1, 2`, election, election).Scan(&out).Error
	return out, err
}

// Whereabouts is where a container is: its place, or the handover that moves
// it. Root is the outermost container around it, itself when it lies in none.
type Whereabouts struct {
	Place    string
	Root     string
	Handover *custody.Handover // promised or under way, nil when none is
}

// Whereabouts follows a container outwards.
func (s *Boxes) Whereabouts(ctx context.Context, c custody.Container) (Whereabouts, error) {
	var err error
	for range 16 {
		if custody.HolderKind(c.Holder) != "container" {
			break
		}
		if c, err = s.Container(ctx, custody.HolderID(c.Holder)); err != nil {
			return Whereabouts{}, err
		}
	}
	w := Whereabouts{Root: c.ID}
	if custody.HolderKind(c.Holder) == "store" {
		w.Place = custody.HolderID(c.Holder)
	}
	if c.Leg != "" {
		h, err := s.Handover(ctx, c.Leg)
		if err != nil {
			return w, err
		}
		w.Handover = &h
	}
	return w, nil
}

// PassedThrough tells whether one of the places has given or taken a container
// in any handover: those keep the right to see where it went.
func (s *Boxes) PassedThrough(ctx context.Context, container string, places []string) (bool, error) {
	var yes bool
	err := s.book.DB(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM handover, jsonb_array_elements(doc->'sent') x
		WHERE (from_place IN @places OR to_place IN @places) AND x->>'container' = @container)`,
		map[string]any{"places": some(places), "container": container}).Row().Scan(&yes)
	return yes, err
}

// ContainerEntries lists the entries that moved a container or its content,
// newest first.
func (s *Boxes) ContainerEntries(ctx context.Context, id string, limit int) ([]journal.Entry, error) {
	return s.book.EntriesWhere(ctx, `seq IN (SELECT seq FROM posting WHERE item = ? AND item LIKE 'box:%' UNION SELECT seq FROM posting WHERE holder = ? AND holder LIKE 'container:%' ORDER BY seq DESC LIMIT ?) ORDER BY seq DESC`,
		custody.Box(id), custody.InContainer(id), limit)
}

// FullDesk is a desk with envelopes that wait for a container.
type FullDesk struct {
	Session, Election string
	Starts, Ends      time.Time
	Envelopes         int
}

// FullDesks lists the desks of a place that hold envelopes.
func (s *Boxes) FullDesks(ctx context.Context, place string) ([]FullDesk, error) {
	var out []FullDesk
	err := s.book.DB(ctx).Raw(`SELECT s.id AS session, split_part(b.item, ':', 2) AS election, s.starts, s.ends, sum(b.n)::int AS envelopes
		FROM session s JOIN balance b ON b.holder = 'desk:' || s.id AND b.item LIKE 'env:%' AND b.n > 0
		WHERE s.place = ? GROUP BY 1, 2, 3, 4 ORDER BY s.starts DESC LIMIT 20`, place).Scan(&out).Error
	return out, err
}

// Courier is a person who may carry.
type Courier struct{ Person, Name string }

// Couriers lists those who may carry, by name: couriers and receivers who have
// not left.
func (s *Boxes) Couriers(ctx context.Context) ([]Courier, error) {
	var out []Courier
	err := s.book.DB(ctx).Raw(`SELECT p.id AS person, v.name FROM person p JOIN person_private v ON v.person = p.id
		WHERE jsonb_exists_any(p.doc->'roles', array['courier', 'receiver', 'library_lead']) AND NOT coalesce((p.doc->>'left')::boolean, false)
		ORDER BY NOT jsonb_exists(p.doc->'roles', 'courier'), v.name`).Scan(&out).Error
	return out, err
}

// KeyKeepers lists those who may hold the key to a room of a place, by name: its
// key holders, those who work there, and those who work everywhere.
func (s *Boxes) KeyKeepers(ctx context.Context, place string) ([]Courier, error) {
	var out []Courier
	err := s.book.DB(ctx).Raw(`SELECT p.id AS person, v.name FROM person p JOIN person_private v ON v.person = p.id
		WHERE NOT coalesce((p.doc->>'left')::boolean, false) AND (jsonb_exists((SELECT doc->'key_holders' FROM place WHERE id = @place), p.id)
			OR jsonb_exists(p.doc->'places', @place)
			OR coalesce(jsonb_array_length(nullif(p.doc->'places', 'null')), 0) = 0 AND jsonb_exists_any(p.doc->'roles', array['coordinator', 'reception']))
		ORDER BY v.name`, map[string]any{"place": place}).Scan(&out).Error
	return out, err
}

// Keepers lists those who may own a deviation, by name.
func (s *Boxes) Keepers(ctx context.Context) ([]Courier, error) {
	var out []Courier
	err := s.book.DB(ctx).Raw(`SELECT p.id AS person, v.name FROM person p JOIN person_private v ON v.person = p.id
		WHERE jsonb_exists_any(p.doc->'roles', array['coordinator', 'reception', 'library_lead']) AND NOT coalesce((p.doc->>'left')::boolean, false) ORDER BY v.name`).Scan(&out).Error
	return out, err
}

// SealsAt is what became of every seal that a place was ever given, by number.
func (s *Boxes) SealsAt(ctx context.Context, place string) ([]trace.SealTrace, error) {
	store := custody.At(place)
	entries, err := s.book.EntriesWhere(ctx, `seq IN (SELECT seq FROM posting WHERE holder = ? AND item LIKE 'seal:%') ORDER BY seq`, store)
	if err != nil {
		return nil, err
	}
	const here = `id IN (SELECT substr(item, 6) FROM posting WHERE holder = ? AND item LIKE 'seal:%')`
	seals, err := book.List[custody.Seal](ctx, s.book, here, store)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID string
		At time.Time
	}
	err = s.book.DB(ctx).Raw(`SELECT seal.id, e.at FROM seal JOIN journal_entry e ON e.seq = seal.seq WHERE state IN ('broken', 'lost') AND seal.`+here, store).Scan(&rows).Error
	ended := map[string]time.Time{}
	for _, r := range rows {
		ended[r.ID] = r.At
	}
	return trace.SealTraces(place, entries, seals, ended), err
}
