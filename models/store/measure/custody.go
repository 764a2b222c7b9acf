package measure

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// CustodyRow is one question about a whole election's custody, beside a bare
// SQL aggregate over the same rows; medians of rounds run in turn.
type CustodyRow struct {
	Question   string  `json:"question"`
	Envelopes  int     `json:"envelopes"`
	Containers int     `json:"containers"`
	Handovers  int     `json:"handovers"`
	Aggregate  float64 `json:"aggregate_ms"`
	Answer     float64 `json:"answer_ms"`
	Ratio      float64 `json:"ratio"`
}

// custodyFill multiplies one real container, handover and session into an
// election's: $1 election, $2 how many of them.
var custodyFill = []struct {
	sql  string
	what string // which of the sizes $2 is
}{
	{`INSERT INTO session (id, seq, doc) SELECT 'S' || i, 1, jsonb_build_object('id', 'S' || i, 'place', 'P' || i % 40, 'state', 'closed', 'elections', jsonb_build_array($1::text),
		'starts', to_char('2025-10-07 08:00'::timestamp + (i % 39) * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'ends', to_char('2025-10-07 16:00'::timestamp + (i % 39) * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'closed_at', to_char('2025-10-07 16:20'::timestamp + (i % 39) * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) FROM generate_series(1, $2::int) i`, "containers"},
	{`INSERT INTO container (id, seq, doc) SELECT 'KB' || i, 1, doc || jsonb_build_object('id', 'KB' || i, 'session', 'S' || i, 'holder', 'store:BS') FROM container, generate_series(1, $2::int) i WHERE $1::text <> '' AND id NOT LIKE 'KB%'`, "containers"},
	{`INSERT INTO handover (id, seq, doc) SELECT 'HB' || i, 1, doc || jsonb_build_object('id', 'HB' || i, 'giver', doc->'giver' || jsonb_build_object('at', to_char('2025-10-07 16:30'::timestamp + (c % 39) * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), 'from', 'P' || c % 40, 'sent', jsonb_build_array(doc->'sent'->0 || jsonb_build_object('container', 'KB' || c, 'session', 'S' || c)),
			'counts', jsonb_build_array(doc->'counts'->0 || jsonb_build_object('reads', jsonb_build_array(doc->'counts'->0->'reads'->0 || jsonb_build_object('container', 'KB' || c)))))
		FROM handover, generate_series(1, $2::int) i, LATERAL (SELECT 1 + i % greatest($2::int / 4, 1) AS c) x WHERE $1::text <> '' AND id NOT LIKE 'HB%'`, "handovers"},
	{`INSERT INTO journal_entry (seq, kind, election, place, client_id, at, recorded, body, prev, hash)
		SELECT 1000000 + i, 'envelope.received', $1, 'P' || i % 40, 'bench-' || i, t, t, '', sha256(('p' || i)::bytea), sha256(('h' || i)::bytea)
		FROM generate_series(1, $2::int) i, LATERAL (SELECT '2025-10-07 08:00+02'::timestamptz + (i % 39) * interval '1 day' AS t) x`, "envelopes"},
	{`INSERT INTO posting (seq, holder, item, delta) SELECT 1000000 + i, CASE side WHEN 1 THEN 'voter' ELSE 'desk:S' || 1 + i % ($2::int / 60) END, 'env:' || $1::text || ':own', CASE side WHEN 1 THEN -1 ELSE 1 END
		FROM generate_series(1, $2::int) i, generate_series(1, 2) side`, "envelopes"},
	{`INSERT INTO posting (seq, holder, item, delta) SELECT 2000000 + i, CASE side WHEN 1 THEN 'desk:S' ELSE 'container:KB' END || i, 'env:' || $1::text || ':own', CASE side WHEN 1 THEN -60 ELSE 60 END
		FROM generate_series(1, $2::int) i, generate_series(1, 2) side`, "containers"},
	{`INSERT INTO posting (seq, holder, item, delta) SELECT 3000000 + 2 * i + act, CASE WHEN side <> act THEN 'leg:HB' || i ELSE 'store:' || CASE act WHEN 0 THEN 'P' || c % 40 ELSE 'BS' END END, 'box:KB' || c, CASE side WHEN 0 THEN -1 ELSE 1 END
		FROM generate_series(1, $2::int) i, generate_series(0, 1) act, generate_series(0, 1) side, LATERAL (SELECT 1 + i % greatest($2::int / 4, 1) AS c) x WHERE $1::text <> ''`, "handovers"},
	{`INSERT INTO balance (holder, item, n) SELECT holder, item, sum(delta) FROM posting WHERE seq > 1000000 AND item LIKE 'env:%' AND $1::text <> '' AND $2::int > 0 GROUP BY 1, 2 HAVING sum(delta) <> 0
		ON CONFLICT (holder, item) DO UPDATE SET n = balance.n + excluded.n`, "envelopes"},
	{`INSERT INTO desk_event (id, seq, doc) SELECT 'bench-' || i, 1000000 + i, jsonb_build_object('session', 'S' || 1 + i % ($2::int / 60), 'place', 'P' || i % 40, 'election', $1::text, 'act', 'receive', 'destination', 'own',
		'what', '', 'person', 'X', 'n', 1, 'undone_by', '', 'late', false, 'at', '2025-11-01T09:00:00Z') FROM generate_series(1, $2::int) i`, "envelopes"},
}

// fillCustody writes what custody is measured on past the journal, as its owner.
func fillCustody(ctx context.Context, ownerDSN, election string, size map[string]int) error {
	owner, err := pgxpool.New(ctx, ownerDSN)
	if err != nil {
		return err
	}
	defer owner.Close()
	for _, f := range custodyFill {
		if _, err := owner.Exec(ctx, f.sql, election, size[f.what]); err != nil {
			return fmt.Errorf("%w in %.60s", err, f.sql)
		}
	}
	_, err = owner.Exec(ctx, `ANALYZE`)
	return err
}

// Custody measures the balance, the three-way balance, the board of the
// evening and the proof of a container with so many envelopes, a container and a
// session for each 60 of them and four handovers for each container, on the
// database at the DSNs, which must be its own.
func Custody(ctx context.Context, appDSN, ownerDSN string, envelopes, rounds int) ([]CustodyRow, error) {
	now := models.NewDate(2025, 11, 14).At(12, 0)
	s, err := store.Open(ctx, store.Config{DSN: appDSN, Clock: func() time.Time { return now }})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close(context.WithoutCancel(ctx)) }()
	b, err := book.Open(ctx, book.Config{DSN: appDSN})
	if err != nil {
		return nil, err
	}
	defer func() { _ = b.Close(context.WithoutCancel(ctx)) }()
	election, box, err := oneBox(ctx, s, b)
	if err != nil {
		return nil, err
	}
	size := map[string]int{"envelopes": envelopes, "containers": envelopes / 60, "handovers": envelopes / 15}
	if err := fillCustody(ctx, ownerDSN, election, size); err != nil {
		return nil, err
	}
	plain, err := plainPool(ctx, appDSN)
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	bare := func(sql string, args ...any) func() error {
		return func() error {
			rows, err := plain.Query(ctx, sql, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
			}
			return rows.Err()
		}
	}
	var out []CustodyRow
	for _, m := range []struct {
		name string
		bare func() error
		ours func() error
	}{
		{"balance", bare(`SELECT holder, item, sum(delta) FROM posting WHERE item LIKE 'env:' || $1::text || ':%' GROUP BY 1, 2`, election), func() error { _, err := s.Sums(ctx, election); return err }},
		{"three-way", bare(`SELECT session, sum(n) FROM desk_event WHERE election = $1 AND act = 'receive' GROUP BY 1`, election), func() error { _, err := s.ThreeWay(ctx, election); return err }},
		{"board", bare(`SELECT s.id, count(c.id), max(h.seq) FROM session s LEFT JOIN container c ON c.session = s.id LEFT JOIN handover h ON h.doc->'sent'->0->>'session' = s.id GROUP BY 1`),
			func() error { _, err := s.Expectations(ctx, models.DateOf(now)); return err }},
		{"proof", bare(`SELECT e.seq, e.at, e.body, p.holder, p.item, p.delta FROM posting p JOIN journal_entry e USING (seq) WHERE p.item = $1 OR p.holder = $2 ORDER BY 1`, custody.Box(box), custody.InContainer(box)),
			func() error { _, err := s.CustodyProof(ctx, box); return err }},
	} {
		row := CustodyRow{Question: m.name, Envelopes: envelopes, Containers: size["containers"], Handovers: size["handovers"]}
		if row.Aggregate, row.Answer, err = inTurn(rounds, m.bare, m.ours); err != nil {
			return nil, err
		}
		row.Ratio = row.Answer / row.Aggregate
		out = append(out, row)
	}
	return out, nil
}

// oneBox walks one box of ten envelopes from a library into reception.
func oneBox(ctx context.Context, s *store.Store, b *book.Book) (election, box string, err error) {
	n := 0
	act := func(person string) models.Act {
		n++
		return models.Act{Key: fmt.Sprintf("bench-box-%03d", n), Person: person, Role: models.RoleCoordinator}
	}
	e, err := s.CreateElection(ctx, act(""), planning.NewElection{Type: models.TypeLocal, Name: "Måling", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	if err != nil {
		return "", "", err
	}
	people := map[string]string{}
	for _, name := range []string{"anna", "kurt", "rita"} {
		p, err := s.AddPerson(ctx, act(""), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{models.RoleCoordinator}}})
		if err != nil {
			return "", "", err
		}
		people[name] = p.ID
	}
	for i := range 41 {
		p := models.Place{ID: fmt.Sprintf("P%d", i), Name: fmt.Sprintf("Sted %d", i), Kind: models.PlaceLibrary, Lat: 56.1 + float64(i%7)*0.02, Lon: 10.1 + float64(i/7)*0.02}
		if i == 40 {
			p.ID, p.Name, p.Kind = "BS", "Borgerservice", models.PlaceReception
		}
		if _, err := s.AddPlace(ctx, act(""), p); err != nil {
			return "", "", err
		}
	}
	made, err := s.RegisterContainers(ctx, act(people["anna"]), custody.RegisterCmd{Kind: custody.BoxK, Place: "P0", Count: 1})
	if err != nil {
		return "", "", err
	}
	return e.ID, made[0].ID, carry(ctx, s, b, act, people, e.ID, made[0].ID)
}

func carry(ctx context.Context, s *store.Store, b *book.Book, act func(string) models.Act, people map[string]string, election, box string) error {
	item := custody.Envelope(election, custody.Own)
	_, _, err := b.Append(ctx, act(people["anna"]), book.Need{}, func(*book.Working) (journal.Draft, error) {
		return journal.Draft{Kind: "envelope.received", Election: election, Place: "P0"}.Move(item, custody.Voter, custody.At("P0"), 10), nil
	})
	if err == nil {
		_, err = s.IssueSeals(ctx, act(people["anna"]), custody.IssueCmd{From: "AB000001", To: "AB000002", Place: "P0"})
	}
	if err == nil {
		_, err = s.Pack(ctx, act(people["anna"]), custody.PackCmd{Container: box, From: custody.At("P0"), Place: "P0", Election: election, Contents: map[string]int64{item: 10}})
	}
	if err == nil {
		_, err = s.SealContainer(ctx, act(people["anna"]), custody.SealCmd{Container: box, Serials: []string{"AB000001"}})
	}
	if err != nil {
		return err
	}
	h, err := s.Offer(ctx, act(people["anna"]), custody.OfferCmd{From: "P0", To: "BS", Containers: []string{box}, Mode: "fetch", Direction: "out", Courier: people["kurt"]})
	if err == nil {
		_, err = s.Collect(ctx, act(people["kurt"]), custody.CollectCmd{Handover: h.ID})
	}
	if err == nil {
		read := custody.Read{Container: box, Arrived: true, Opened: true, Seals: []string{"AB000001"}, Condition: custody.Intact, Counts: map[string]int{custody.CountKey(election, custody.Own): 10}}
		_, err = s.CountHandover(ctx, act(people["rita"]), custody.CountCmd{Handover: h.ID, Place: "BS", Reads: []custody.Read{read}})
	}
	if err == nil {
		_, err = s.AcceptHandover(ctx, act(people["rita"]), custody.AcceptCmd{Handover: h.ID, Place: "BS"})
	}
	return err
}
