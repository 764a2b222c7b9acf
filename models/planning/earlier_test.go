package planning

import (
	"slices"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

func TestReadEarlier(t *testing.T) {
	places := []models.Place{{ID: "LYS", Name: "Lystrup Bibliotek", Address: "Bystævnet 4"}, {ID: "DOK", Name: "Dokk1"}}
	last := models.NewDate(2021, 11, 12)
	rows := [][]string{{"\ufeffPlace", " date", "VOTES"},
		{"lystrup  bibliotek", "10.11.2021", "31"}, {"DOK", "2021-11-10", "0"}, {"", "", ""}, {"Lystrup Bibliotek, Bystævnet 4", "11.11.2021", "12"}}
	got, bad := ReadEarlier(rows, places, last)
	if len(bad) > 0 || !slices.Equal(got, []EarlierVotes{{"LYS", models.NewDate(2021, 11, 10), 31}, {"DOK", models.NewDate(2021, 11, 10), 0}, {"LYS", models.NewDate(2021, 11, 11), 12}}) {
		t.Fatalf("%v %v", got, bad)
	}
	for _, c := range []struct {
		row    []string
		column string
		key    string
	}{
		{[]string{"Lystrup", "10.11.2021", "1"}, "place", "planning.elsewhere.place"},
		{[]string{"LYS", "i går", "1"}, "date", "form.not_a_date"},
		{[]string{"LYS", "13.11.2021", "1"}, "date", "planning.earlier.outside"},
		{[]string{"LYS", "10.11.2020", "1"}, "date", "planning.earlier.outside"},
		{[]string{"LYS", "9.11.2021", "1.204"}, "votes", "form.not_a_count"},
		{[]string{"LYS", "9.11.2021", "-1"}, "votes", "form.not_a_count"},
		{[]string{"LYS", "9.11.2021"}, "votes", "form.not_a_count"},
		{[]string{"LYS", "10.11.2021", "4"}, "date", "planning.earlier.twice"},
	} {
		got, bad := ReadEarlier(append(slices.Clone(rows), c.row), places, last)
		if len(bad) != 1 || bad[0].Row != 6 || bad[0].Column != c.column || bad[0].Err.Key != c.key || len(got) != 3 {
			t.Errorf("%v: %d taken, %+v", c.row, len(got), bad)
		}
	}
	if _, bad := ReadEarlier([][]string{{"place", "date"}}, places, last); len(bad) != 1 || bad[0].Column != "votes" {
		t.Error(bad)
	}
}

func TestKeepEarlier(t *testing.T) {
	kv := models.Election{ID: "KV25", Type: models.TypeLocal, Date: models.NewDate(2025, 11, 18)}
	last, now := models.NewDate(2021, 11, 12), time.Date(2025, 8, 1, 9, 0, 0, 0, time.UTC)
	votes := []EarlierVotes{{"LYS", models.NewDate(2021, 11, 11), 12}, {"DOK", models.NewDate(2021, 11, 10), 31}}
	e, d, err := KeepEarlier(kv, " KV  21 ", last, votes, now)
	if err != nil || e.Name != "KV 21" || e.Type != kv.Type || e.Total() != 43 || e.Votes[0].Place != "DOK" || d.Kind != "plan.earlier" {
		t.Fatalf("%+v %+v %v", e, d, err)
	}
	for field, err := range map[string]error{
		"name": second(KeepEarlier(kv, "", last, votes, now)),
		"last": second(KeepEarlier(kv, "KV21", kv.Date, votes, now)),
		"file": second(KeepEarlier(kv, "KV21", last, []EarlierVotes{{"LYS", last, 0}}, now)),
	} {
		if e, ok := err.(*models.Error); !ok || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func second[A, B any](_ A, _ B, err error) error { return err }
