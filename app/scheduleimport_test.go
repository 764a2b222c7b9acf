package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

const listHead = "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"

// The command imports all of a list or nothing, and the same list twice adds
// nothing the second time.
func TestScheduleImport(t *testing.T) {
	t.Parallel()
	dsn, dir := pgtest.DB(t).AppDSN, t.TempDir()
	s, err := store.Open(t.Context(), store.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.CreateElection(t.Context(), models.Act{Key: "election-1", Digest: sha256.Sum256(nil)}, planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	env := func(name string) string {
		return map[string]string{"BREVSTEMME_DATABASE_URL": dsn, "BREVSTEMME_DATA": dir, "BREVSTEMME_MUNICIPALITY": "0751", "BREVSTEMME_LANGUAGE": "en"}[name]
	}
	for _, x := range []struct {
		name, rows   string
		code         int
		sessions     int
		places       int
		known        int
		errorsWanted bool
	}{
		{"bad", "Lys,Vej 1,8000,Aarhus,library,2025-11-12,10:00,09:00,,\nViby,Vej 2,8000,Aarhus,library,2025-11-12,10:00,12:00,,\n", exitNo, 0, 0, 0, true},
		{"good", "Lys,Vej 1,8000,Aarhus,library,2025-11-12,10:00,18:00,,\nViby,Vej 2,8000,Aarhus,library,2025-11-14,09:00,16:00,,\n", exitOK, 2, 2, 0, false},
		{"again", "Lys,Vej 1,8000,Aarhus,library,2025-11-12,10:00,18:00,,\nViby,Vej 2,8000,Aarhus,library,2025-11-14,09:00,16:00,,\n", exitOK, 0, 0, 2, false},
	} {
		file := filepath.Join(dir, x.name+".csv")
		if err := os.WriteFile(file, []byte(listHead+x.rows), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		code := run(t.Context(), []string{"schedule", "import", "--election", "KV25", "--json", file}, env, strings.NewReader(""), &out, &errs)
		var got importAnswer
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || code != x.code || got.Sessions != x.sessions || got.Places != x.places || got.Known != x.known || got.Imported == x.errorsWanted {
			t.Errorf("%s: exit %d, %+v, %v %s", x.name, code, got, err, errs.String())
		}
	}
	if code := run(t.Context(), []string{"schedule", "import", "--election", "FV99", filepath.Join(dir, "good.csv")}, env, nil, &bytes.Buffer{}, &bytes.Buffer{}); code != exitNo {
		t.Errorf("unknown election: exit %d", code)
	}
}
