package roster_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// Ida cuts her shift in two, Bodil finds the later half among the offers and claims
// it, Bodil's leader says yes.
func TestAShiftIsSplitAndClaimedOverJSON(t *testing.T) {
	t.Parallel()
	x := newSwapping(t)
	whole, err := x.Store.ShiftByID(t.Context(), x.idas)
	x.Must(err)
	middle := whole.From.Add(whole.Until.Sub(whole.From) / 2)
	split, claim := "/api/v1/me/shifts/"+x.idas+"/split", func(id string) string { return "/api/v1/me/shifts/" + id + "/claim" }
	at := func(t time.Time) string { return `{"at":"` + t.Format(time.RFC3339) + `"}` }
	for what, y := range map[string]struct {
		at, body string
		code     int
	}{
		"another's":                      {"/api/v1/me/shifts/" + x.bodils + "/split", at(middle), http.StatusForbidden},
		"at its start":                   {split, at(whole.From), http.StatusUnprocessableEntity},
		"at no time":                     {split, `{}`, http.StatusUnprocessableEntity},
		"none such":                      {"/api/v1/me/shifts/VNONE/split", at(middle), http.StatusNotFound},
		"a claim of nothing":             {claim("VNONE"), `{}`, http.StatusNotFound},
		"a claim of what nobody gave up": {claim(x.bodils), `{}`, http.StatusConflict},
	} {
		if code, body := x.ida.JSON(y.at, y.body); code != y.code {
			t.Errorf("%s: %d %s", what, code, body)
		}
	}
	var halves, offers, claimed []rosterpages.ShiftOut
	code, body := x.ida.JSON(split, at(middle))
	if x.Must(json.Unmarshal([]byte(body), &halves)); code != http.StatusOK || len(halves) != 2 || !halves[0].Until.Equal(middle) || !halves[1].From.Equal(middle) || halves[1].State != string(staffing.ShiftOffered) {
		t.Fatalf("%d %s", code, body)
	}
	if _, body := x.ida.Get("/api/v1/me/offers"); body != "[]" && body != "[]\n" {
		t.Errorf("her own is offered to her: %s", body)
	}
	code, body = x.bo.Get("/api/v1/me/offers")
	if x.Must(json.Unmarshal([]byte(body), &offers)); code != http.StatusOK || len(offers) != 1 || offers[0].ID != halves[1].ID {
		t.Fatalf("%d %s", code, body)
	}
	code, body = x.bo.JSON(claim(offers[0].ID), `{}`)
	if x.Must(json.Unmarshal([]byte(body), &claimed)); code != http.StatusOK || len(claimed) != 1 || claimed[0].Person != x.bodil || claimed[0].State != string(staffing.ShiftClaimed) {
		t.Fatalf("%d %s", code, body)
	}
	x.As("lars").OK("/vagtplan/valg/"+x.Local+"/godkend", url.Values{"shift": {claimed[0].ID}})
	if _, body := x.bo.Get("/api/v1/me/offers"); strings.Contains(body, halves[1].ID) {
		t.Errorf("still offered: %s", body)
	}
	mine, err := x.Store.ShiftsOf(t.Context(), x.bodil)
	x.Must(err)
	if !slices.ContainsFunc(mine, func(s staffing.Shift) bool { return s.From.Equal(middle) && s.Firm() }) {
		t.Errorf("%+v", mine)
	}
}

// A split that is sent twice under one key cuts once: one entry, one answer.
func TestAShiftIsSplitOnce(t *testing.T) {
	t.Parallel()
	x := newSwapping(t)
	whole, err := x.Store.ShiftByID(t.Context(), x.idas)
	x.Must(err)
	key := uuid.NewString()
	send := func(at time.Time) (int, string) {
		req, err := http.NewRequest(site.POST, x.URL+"/api/v1/me/shifts/"+x.idas+"/split", strings.NewReader(`{"at":"`+at.Format(time.RFC3339)+`"}`))
		x.Must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(site.KeyHeader, key)
		code, answer, _ := x.ida.Do(req)
		return code, answer
	}
	code, first := send(whole.From.Add(time.Hour))
	again, second := send(whole.From.Add(time.Hour))
	entries, _, err := x.Store.Entries(t.Context(), 0, "shift.split", 9)
	x.Must(err)
	if code != http.StatusOK || again != code || first != second || len(entries) != 1 {
		t.Errorf("%d %s, again %d %s; %d entries", code, first, again, second, len(entries))
	}
	if code, body := send(whole.From.Add(2 * time.Hour)); !strings.Contains(body, string(models.CodeReplayOther)) {
		t.Errorf("another time under the same key: %d %s", code, body)
	}
}
