package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/measure"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// planBench is the second part of "bench pages": the plan page of 40 places and
// 42 days, rendered whole by the server over HTTP, against one SELECT of the
// same rows by a bare connection, in turn in the same run.
type planBench struct {
	Sessions int     `json:"sessions"`
	Bytes    int     `json:"bytes"`
	Page     float64 `json:"page_p50_ms"`
	PageP95  float64 `json:"page_p95_ms"`
	Select   float64 `json:"select_p50_ms"`
	Ratio    float64 `json:"p50_ratio"`
}

// benchPlanRounds is how often each side is asked.
const benchPlanRounds = 60

func benchPlan(ctx context.Context, app, owner string) (row planBench, err error) {
	plain, err := measure.OpenBaseline(ctx, owner)
	if err != nil {
		return row, err
	}
	defer plain.Close()
	clock := func() time.Time { return models.NewDate(2025, 10, 1).At(12, 0) }
	s, err := store.Open(ctx, store.Config{DSN: app, Clock: clock})
	if err != nil {
		return row, err
	}
	defer func() { _ = s.Close(context.WithoutCancel(ctx)) }()
	if err := benchFillPlan(ctx, s); err != nil {
		return row, err
	}
	server, err := web.New(site.Config{Log: slog.New(slog.DiscardHandler), Store: s, Municipality: "0751", Now: clock})
	if err != nil {
		return row, err
	}
	srv := httptest.NewServer(server)
	defer srv.Close()
	cookie, err := server.SessionFor(ctx, "karen")
	if err != nil {
		return row, err
	}
	var pages, selects []time.Duration
	for range benchPlanRounds {
		t := time.Now()
		if row.Sessions, err = plain.Read(ctx, benchSelect); err != nil {
			return row, err
		}
		selects = append(selects, time.Since(t))
		t = time.Now()
		if row.Bytes, err = benchPage(srv.URL+"/plan/KV25?uge=alle", cookie); err != nil {
			return row, err
		}
		pages = append(pages, time.Since(t))
	}
	row.Page, row.PageP95, row.Select = quantile(pages, .5), quantile(pages, .95), quantile(selects, .5)
	row.Ratio = row.Page / row.Select
	return row, nil
}

// benchSelect reads the sessions of the plan as they lie in their table.
const benchSelect = `SELECT id, doc::text FROM session WHERE jsonb_exists(elections, 'KV25') ORDER BY starts, place, id`

func benchPage(url string, cookie *http.Cookie) (int, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	req.AddCookie(cookie)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("bench: the plan page was answered with %d", res.StatusCode)
	}
	return int(n), err
}

// benchFillPlan makes a plan of 40 places, a session on every day of six weeks.
func benchFillPlan(ctx context.Context, s *store.Store) error {
	n := 0
	act := func() models.Act {
		n++
		key := fmt.Sprintf("bench-plan-%04d", n)
		return models.Act{Key: key, Digest: sha256.Sum256([]byte(key)), Role: models.RoleCoordinator}
	}
	e, err := s.CreateElection(ctx, act(), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	if err != nil {
		return err
	}
	if _, err := s.AddWithAccount(ctx, act(), persons.NewPerson{Name: "Karen", Person: models.Person{Roles: []models.Role{models.RoleCoordinator}}}, persons.Credentials{Login: "karen", Password: "et langt kodeord"}); err != nil {
		return err
	}
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for i := range 40 {
		for _, day := range []string{"man", "tir", "ons", "tor", "fre", "lør", "søn"} {
			list += fmt.Sprintf("Bibliotek %d,Vej %d,8000,Aarhus,library,%s,10:00,18:00,,\n", i, i, day)
		}
	}
	_, err = s.ImportPlan(ctx, act(), e.ID, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last}))
	return err
}
