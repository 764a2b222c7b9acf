package roster

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// small is two places, three sessions and two people, written by hand.
const small = `{"name":"small","days":3,"max_day_min":480,"min_rest_min":660,
"places":[{"id":0,"name":"A","x_hm":0,"y_hm":0},{"id":1,"name":"B","x_hm":30,"y_hm":40}],
"sessions":[
 {"id":0,"place":0,"day":0,"start_min":600,"end_min":840,"need":1,"min_receivers":1,"min_leads":0,"unpopular":false},
 {"id":1,"place":0,"day":0,"start_min":840,"end_min":1020,"need":1,"min_receivers":1,"min_leads":0,"unpopular":true},
 {"id":2,"place":1,"day":1,"start_min":600,"end_min":840,"need":2,"min_receivers":1,"min_leads":1,"unpopular":false}],
"staff":[
 {"id":0,"x_hm":0,"y_hm":0,"receiver":true,"lead":true,"max_week_min":900,"max_total_min":900,"target_min":400,"max_travel_hm":100,"unavailable_days":null,"disliked_slots":[3],"preferred_places":[0]},
 {"id":1,"x_hm":30,"y_hm":40,"receiver":false,"lead":false,"max_week_min":900,"max_total_min":900,"target_min":400,"max_travel_hm":100,"unavailable_days":[2],"disliked_slots":[],"preferred_places":null}],
"weights":{"travel_per_10_hm_round_trip":1,"neutral_place":8,"disliked_slot":30,"over_target_step_min":[240,480,100000],"over_target_cost_per_30min":[5,15,40],
 "unpopular_free":0,"unpopular_step":[2,100000],"unpopular_cost_each":[20,60],"shortage_per_missing_person":5000}}`

func readSmall(t testing.TB) Instance {
	t.Helper()
	in, err := ReadInstance(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestReadInstance(t *testing.T) {
	in := readSmall(t)
	if in.Staff[0].Unavailable != nil || in.Sessions[1].Slot() != 3 || Weekday(0) != 1 {
		t.Errorf("got %+v", in)
	}
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadInstance(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	again.Staff[1].Disliked = in.Staff[1].Disliked
	if !reflect.DeepEqual(in, again) {
		t.Errorf("written and read again: %+v", again)
	}
}

// Each fault gives exactly its finding.
func TestReadInstanceFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"unknown field", `"days":3`, `"days":3,"dayz":4`, []string{"dayz unknown_field"}},
		{"unknown field in a person", `"x_hm":0,"y_hm":0,"receiver"`, `"x_hm":0,"y_hm":0,"cpr":1,"receiver"`, []string{"staff[0].cpr unknown_field"}},
		{"missing field", `"max_day_min":480,`, ``, []string{"max_day_min missing_field"}},
		{"fraction", `"days":3`, `"days":3.5`, []string{"days wrong_type"}},
		{"text for a number", `"need":2`, `"need":"2"`, []string{"sessions[2].need wrong_type"}},
		{"negative minutes", `"max_week_min":900,"max_total_min":900,"target_min":400,"max_travel_hm":100,"unavailable_days":null`,
			`"max_week_min":-1,"max_total_min":900,"target_min":-2,"max_travel_hm":100,"unavailable_days":null`,
			[]string{"staff[0].max_week_min out_of_range", "staff[0].target_min out_of_range"}},
		{"no such place", `"place":1`, `"place":7`, []string{"sessions[2].place no_such_id"}},
		{"no such preferred place", `"preferred_places":[0]`, `"preferred_places":[2]`, []string{"staff[0].preferred_places[0] no_such_id"}},
		{"wrong id", `{"id":1,"x_hm":30`, `{"id":5,"x_hm":30`, []string{"staff[1].id wrong_id"}},
		{"end before start", `"start_min":840,"end_min":1020`, `"start_min":840,"end_min":840`, []string{"sessions[1].end_min ends_too_early"}},
		{"day out of range", `"day":1`, `"day":3`, []string{"sessions[2].day out_of_range"}},
		{"absent on a day that is not", `"unavailable_days":[2]`, `"unavailable_days":[9]`, []string{"staff[1].unavailable_days[0] out_of_range"}},
		{"list too short", `[240,480,100000]`, `[240,480]`, []string{"weights.over_target_step_min wrong_length"}},
		{"list null", `"unpopular_step":[2,100000]`, `"unpopular_step":null`, []string{"weights.unpopular_step wrong_length"}},
		{"steps fall", `[240,480,100000]`, `[240,200,100000]`, []string{"weights.over_target_step_min[1] steps_not_rise"}},
		{"more leads than people", `"min_leads":1`, `"min_leads":3`, []string{"sessions[2].min_leads min_over_need"}},
		{"not an object", small, `[]`, []string{"$ wrong_type"}},
		{"cut off", small, small[:100], []string{"$ bad_json"}},
		{"two values", small, small + small, []string{"$ bad_json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(small, c.old, c.new, 1)
			if text == small {
				t.Fatal("nothing was replaced")
			}
			_, err := ReadInstance(strings.NewReader(text))
			var fs Findings
			if !errors.As(err, &fs) {
				t.Fatalf("got %v", err)
			}
			var got []string
			for _, f := range fs {
				got = append(got, f.Where+" "+string(f.Code))
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestFindingsAreCapped(t *testing.T) {
	in := readSmall(t)
	for range maxFaults + 50 {
		in.Staff[1].Unavailable = append(in.Staff[1].Unavailable, -1)
	}
	fs := in.Validate()
	if len(fs) != maxFaults+1 || fs[maxFaults].Code != TooManyFaults || fs[maxFaults].Args[0] != 50 {
		t.Errorf("%d findings, last %v", len(fs), fs[len(fs)-1])
	}
}

func TestPlanRoundTrip(t *testing.T) {
	var b bytes.Buffer
	if err := WritePlan(&b, Plan{Instance: "x", Cost: 3}); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(b.String()); got != `{"instance":"x","cost":3,"shortage":0,"assignments":[]}` {
		t.Error(got)
	}
	if _, err := ReadPlan(strings.NewReader(`{"price":1}`)); err == nil {
		t.Error("unknown field accepted")
	}
}

// FuzzReadInstance: whatever the bytes, reading ends with an instance that is
// valid and can be checked, or with findings.
func FuzzReadInstance(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"days":-1,"sessions":[{"id":0}],"staff":null}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, err := ReadInstance(bytes.NewReader(raw))
		if err != nil {
			var fs Findings
			if !errors.As(err, &fs) || len(fs) == 0 || fs[0].Where == "" {
				t.Fatalf("an error without findings: %v", err)
			}
			return
		}
		if fs := in.Validate(); len(fs) > 0 {
			t.Fatalf("accepted, but %v", fs)
		}
		if _, cost := Check(in, nil); cost.Total < 0 {
			t.Fatalf("negative cost %d", cost.Total)
		}
	})
}
