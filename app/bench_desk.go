package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/measure"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// deskBench is the first part of "bench pages": the server's time for one count over HTTP, with
// many desks open, against one bare durable INSERT at the same pace by as many
// connections, measured in turn in the same run.
type deskBench struct {
	Desks    int     `json:"desks"`
	PerSec   float64 `json:"counts_per_s"`
	Counts   int     `json:"counts"`
	P50      float64 `json:"count_p50_ms"`
	P95      float64 `json:"count_p95_ms"`
	PlainP50 float64 `json:"insert_p50_ms"`
	PlainP95 float64 `json:"insert_p95_ms"`
	Ratio    float64 `json:"p95_ratio"`
}

// benchDesks and benchPause are the load: 120 desks, each an envelope every two
// seconds on average, several times what a busy library sees.
const (
	benchDesks  = 120
	benchPause  = 2 * time.Second
	benchRound  = 6 * time.Second
	benchRounds = 3
	benchVotes  = 300_000 // postal votes of a general election in the largest municipalities together
)

func benchPages(ctx context.Context, c *console, asJSON bool) error {
	var row struct {
		deskBench
		Plan    planBench            `json:"plan"`
		Onward  []measure.OnwardRow  `json:"onward"`
		Custody []measure.CustodyRow `json:"custody"`
	}
	err := withBenchDatabase(ctx, func(app, owner string) (err error) {
		row.deskBench, err = benchDesk(ctx, app, owner)
		return err
	})
	if err == nil {
		err = withBenchDatabase(ctx, func(app, owner string) (err error) {
			row.Plan, err = benchPlan(ctx, app, owner)
			return err
		})
	}
	if err == nil {
		err = withBenchDatabase(ctx, func(app, owner string) (err error) {
			row.Onward, err = measure.Onward(ctx, app, owner, benchVotes, benchRounds)
			return err
		})
	}
	for _, n := range []int{benchVotes / 10, benchVotes} {
		if err != nil {
			break
		}
		err = withBenchDatabase(ctx, func(app, owner string) error {
			rows, err := measure.Custody(ctx, app, owner, n, 2*benchRounds+1)
			row.Custody = append(row.Custody, rows...)
			return err
		})
	}
	if err != nil {
		return err
	}
	if asJSON {
		return c.json(row)
	}
	fmt.Fprintf(c.stdout, "%6s %9s %8s %10s %10s %11s %11s %6s\n", "desks", "counts/s", "counts", "p50 ms", "p95 ms", "insert p50", "insert p95", "ratio")
	fmt.Fprintf(c.stdout, "%6d %9.1f %8d %10.2f %10.2f %11.2f %11.2f %6.2f\n\n", row.Desks, row.PerSec, row.Counts, row.P50, row.P95, row.PlainP50, row.PlainP95, row.Ratio)
	fmt.Fprintf(c.stdout, "%13s %9s %10s %10s %11s %6s\n", "plan sessions", "bytes", "p50 ms", "p95 ms", "select p50", "ratio")
	fmt.Fprintf(c.stdout, "%13d %9d %10.2f %10.2f %11.2f %6.2f\n", row.Plan.Sessions, row.Plan.Bytes, row.Plan.Page, row.Plan.PageP95, row.Plan.Select, row.Plan.Ratio)
	fmt.Fprintf(c.stdout, "\n%13s %9s %13s %10s %6s\n", "report", "votes", "aggregate ms", "report ms", "ratio")
	for _, o := range row.Onward {
		fmt.Fprintf(c.stdout, "%13s %9d %13.1f %10.1f %6.2f\n", o.Report, o.Votes, o.Aggregate, o.Answer, o.Ratio)
	}
	printCustody(c.stdout, row.Custody)
	return nil
}

// printCustody shows the same questions at a tenth of an election and at a whole one.
func printCustody(w io.Writer, rows []measure.CustodyRow) {
	fmt.Fprintf(w, "\n%13s %10s %10s %10s %13s %10s %6s\n", "custody", "envelopes", "containers", "handovers", "aggregate ms", "answer ms", "ratio")
	for _, r := range rows {
		fmt.Fprintf(w, "%13s %10d %10d %10d %13.1f %10.1f %6.2f\n", r.Question, r.Envelopes, r.Containers, r.Handovers, r.Aggregate, r.Answer, r.Ratio)
	}
}

func benchDesk(ctx context.Context, app, owner string) (row deskBench, err error) {
	plain, err := measure.OpenBaseline(ctx, owner)
	if err != nil {
		return row, err
	}
	defer plain.Close()
	if err := plain.Exec(ctx, `CREATE TABLE bench_insert (id bigserial PRIMARY KEY, body text NOT NULL)`); err != nil {
		return row, err
	}
	began, noon := time.Now(), models.NewDate(2025, 11, 12).At(12, 0)
	clock := func() time.Time { return noon.Add(time.Since(began)) }
	s, err := store.Open(ctx, store.Config{DSN: app, Clock: clock})
	if err != nil {
		return row, err
	}
	defer func() { _ = s.Close(context.WithoutCancel(ctx)) }()
	server, err := web.New(site.Config{Log: slog.New(slog.DiscardHandler), Store: s, Municipality: "0751", Now: clock})
	if err != nil {
		return row, err
	}
	srv := httptest.NewServer(server)
	defer srv.Close()
	sessions, err := benchOpenDesks(ctx, s)
	if err != nil {
		return row, err
	}
	cookie, err := server.SessionFor(ctx, "anna")
	if err != nil {
		return row, err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: benchDesks}}
	body := strings.Repeat("x", 600) // about the size of an entry's bytes
	var counts, inserts []time.Duration
	for range benchRounds {
		inserts = append(inserts, benchPaced(ctx, func(int) error {
			return plain.Exec(ctx, `INSERT INTO bench_insert (body) VALUES ($1)`, body)
		})...)
		counts = append(counts, benchPaced(ctx, func(i int) error { return benchCountOverHTTP(client, srv.URL, cookie, sessions[i]) })...)
	}
	if len(counts) == 0 || len(inserts) == 0 {
		return row, fmt.Errorf("bench: no count was answered")
	}
	row = deskBench{Desks: benchDesks, Counts: len(counts), PerSec: float64(len(counts)) / (benchRounds * benchRound).Seconds()}
	row.P50, row.P95 = quantile(counts, .5), quantile(counts, .95)
	row.PlainP50, row.PlainP95 = quantile(inserts, .5), quantile(inserts, .95)
	row.Ratio = row.P95 / row.PlainP95
	return row, nil
}

// quantile is in milliseconds.
func quantile(ds []time.Duration, q float64) float64 {
	slices.Sort(ds)
	return float64(ds[int(q*float64(len(ds)-1))].Microseconds()) / 1000
}

// benchPaced runs do at a random pace for every desk and returns how long each
// successful call took.
func benchPaced(ctx context.Context, do func(desk int) error) []time.Duration {
	ctx, stop := context.WithTimeout(ctx, benchRound)
	defer stop()
	var mu sync.Mutex
	var out []time.Duration
	var wg sync.WaitGroup
	for i := range benchDesks {
		wg.Go(func() {
			for {
				pause := time.NewTimer(time.Duration(rand.Int64N(int64(2 * benchPause))))
				select {
				case <-ctx.Done():
					pause.Stop()
					return
				case <-pause.C:
				}
				t := time.Now()
				if do(i) == nil {
					mu.Lock()
					out = append(out, time.Since(t))
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return out
}

func benchCountOverHTTP(client *http.Client, base string, cookie *http.Cookie, session string) error {
	req, err := http.NewRequest(http.MethodPost, base+"/api/v1/sessions/"+session+"/events", bytes.NewReader([]byte(`{"act":"receive","election":"KV25","destination":"own"}`)))
	if err != nil {
		return err
	}
	key, err := uuid.NewV7() // as the desk makes them
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key.String())
	req.AddCookie(cookie)
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusCreated {
		return fmt.Errorf("bench: a count was answered with %d", res.StatusCode)
	}
	return nil
}

// benchOpenDesks sets up an election with 120 libraries and opens every session.
func benchOpenDesks(ctx context.Context, s *store.Store) ([]string, error) {
	n := 0
	act := func() models.Act {
		n++
		key := fmt.Sprintf("bench-%04d", n)
		return models.Act{Key: key, Digest: sha256.Sum256([]byte(key)), Role: models.RoleCoordinator}
	}
	e, err := s.CreateElection(ctx, act(), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	if err != nil {
		return nil, err
	}
	var crew []desk.CrewCandidate
	for _, name := range []string{"anna", "bo"} {
		p, err := s.AddWithAccount(ctx, act(), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{models.RoleReceiver, models.RoleCoordinator}, Receiver: true}}, persons.Credentials{Login: name, Password: "et langt kodeord"})
		if err != nil {
			return nil, err
		}
		crew = append(crew, desk.CrewCandidate{Person: p.ID})
	}
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for i := range benchDesks {
		list += fmt.Sprintf("Bibliotek %d,Vej %d,8000,Aarhus,library,2025-11-12,10:00,18:00,,\n", i, i)
	}
	got, err := s.ImportPlan(ctx, act(), e.ID, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last}))
	if err != nil {
		return nil, err
	}
	if _, err := readyplan.Publish(ctx, s, act, e.ID); err != nil {
		return nil, err
	}
	var ids []string
	for _, x := range got.Sessions {
		a := act()
		a.Person = crew[0].Person
		if _, err := s.OpenSession(ctx, a, x.ID, crew, desk.OpenCmd{Override: "måling af svartider"}); err != nil {
			return nil, err
		}
		ids = append(ids, x.ID)
	}
	return ids, nil
}
