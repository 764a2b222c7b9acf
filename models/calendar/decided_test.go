package calendar

import (
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

func TestOfAppliesOverrides(t *testing.T) {
	e := models.Election{Type: models.TypeReferendum, Date: day(t, "2022-06-01"), Supplement: []models.Override{
		{Rule: string(OpenFirst), Date: day(t, "2022-05-11"), Reason: "Spørgsmålet var ikke fastlagt", Reference: "2022-1"},
		{Rule: string(HomeRequestLast), Date: day(t, "2022-05-25"), Reason: "Senere frist", Reference: "2022-2"}}}
	c, err := Of(e)
	if err != nil {
		t.Fatal(err)
	}
	if d, _ := c.Find(OpenFirst); shown(d) != "2022-05-11" || d.Override == nil || d.Basis != BasisLocal {
		t.Errorf("%+v", d)
	}
	if d, _ := c.Find(HomeRequestLast); shown(d) != "2022-05-25T18:00:00+02:00" {
		t.Errorf("%s", shown(d))
	}
	e.Supplement = []models.Override{{Rule: "nothing", Date: e.Date, Reason: "x", Reference: "y"}}
	if _, err := Of(e); err == nil {
		t.Error("an override of no rule is accepted")
	}
	e.Supplement = []models.Override{{Rule: string(OpenFirst), Date: e.Date}}
	if _, err := Of(e); err == nil {
		t.Error("an override without a reason is accepted")
	}
}

// A date moved by hand keeps what the law gave, says whether it deviates from
// it, and takes the duty to be open on the last day along.
func TestOverrideAgainstTheLaw(t *testing.T) {
	e := models.Election{Type: models.TypeLocal, Date: day(t, "2025-11-18"), Supplement: []models.Override{
		{Rule: string(OpenLast), Date: day(t, "2025-11-13"), Reason: "Bekendtgørelse", Reference: "BEK 9"},
		{Rule: string(PollsOpen), Date: day(t, "2025-11-18"), Clock: "9.30", Reason: "Færgen", Reference: "Sag 1"}}}
	c, err := Of(e)
	if err != nil {
		t.Fatal(err)
	}
	last, _ := c.Find(OpenLast)
	if !last.Deviates() || last.Computed.When() != "2025-11-14" || last.When() != "2025-11-13" {
		t.Errorf("%+v", last)
	}
	if d, _ := c.Find(LastDayOpening); d.When() != "2025-11-13T09:00:00+01:00" || d.Override == nil || !d.Deviates() {
		t.Errorf("the last day moved, the duty to be open stayed: %+v", d)
	}
	if d, _ := c.Find(PollsOpen); d.When() != "2025-11-18T09:30:00+01:00" || d.Deviates() {
		t.Errorf("%+v", d) // the opening of the polls was not read in the law: moved, but not against it
	}
	for name, bad := range map[string]models.Override{
		"a time for a day":         {Rule: string(OpenLast), Date: day(t, "2025-11-13"), Clock: "9.00", Reason: "x", Reference: "y"},
		"no time":                  {Rule: string(PollsOpen), Date: day(t, "2025-11-13"), Clock: "25.00", Reason: "x", Reference: "y"},
		"an hour that is twice":    {Rule: string(PollsOpen), Date: day(t, "2025-10-26"), Clock: "02:30", Reason: "x", Reference: "y"},
		"an hour that there isn't": {Rule: string(PollsOpen), Date: day(t, "2026-03-29"), Clock: "02:30", Reason: "x", Reference: "y"},
	} {
		e.Supplement = []models.Override{bad}
		if _, err := Of(e); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A decided setting moves the dates that stand on it and is named there.
func TestLocalSettings(t *testing.T) {
	e := models.Election{Type: models.TypeReferendum, Date: day(t, "2024-06-07"), Settings: []models.LocalSetting{
		{Name: SettingHverdage, Value: "5.6. 24.12.", Reason: "Ministeriets svar", Reference: "2024-77"},
		{Name: SettingInstitutions, Value: "28", Reason: "Praksis", Reference: "Sag 2"},
		{Name: SettingHomeRequestLast, Value: "2024-05-30T12:00", Reason: "Byrådet", Reference: "pkt. 4"}}}
	c, err := Of(e)
	if err != nil {
		t.Fatal(err)
	}
	for r, want := range map[Rule]string{OpenLast: "2024-06-03", InstitutionsFirst: "2024-05-10", HomeRequestLast: "2024-05-30T12:00:00+02:00"} {
		if d, _ := c.Find(r); d.When() != want || d.Local == nil || d.Basis != BasisLocal || d.Deviates() {
			t.Errorf("%s: %s %+v", r, d.When(), d.Local)
		}
	}
	if d, _ := c.Find(OpenFirst); d.Local != nil || d.Basis != BasisLaw {
		t.Errorf("%+v", d)
	}
}

// Values are read as people write them, written back the same, and refused where
// the law leaves no choice.
func TestSettingValues(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{SettingHverdage, "24.12., 5.6", "24.12. 5.6."},
		{SettingHverdage, "", ""},
		{SettingHverdage, "1.5.", "bad"},
		{SettingHverdage, "juleaften", "bad"},
		{SettingInstitutions, "0", "0"},
		{SettingInstitutions, "42", "42"},
		{SettingInstitutions, "43", "bad"},
		{SettingInstitutions, "-1", "bad"},
		{SettingCallOpens, "1.1.2023", "2023-01-01"},
		{SettingCallOpens, "2022-11-01", "bad"},
		{SettingCallOpens, "2024-02-01", "bad"},
		{SettingHomeRequestLast, "7.11.2025 kl. 12.00", "2025-11-07T12:00"},
		{SettingHomeRequestLast, "7.11.2025", "bad"},
		{SettingHomeRequestLast, "26.10.2025 kl. 2.30", "bad"},
		{"something", "1", "bad"},
	} {
		s, got := Default(), "bad"
		if err := s.Set(c.name, c.value); err == nil {
			got = s.Value(c.name)
			again := Default()
			if err := again.Set(c.name, got); err != nil || again.Value(c.name) != got {
				t.Errorf("%s %q: read back as %q, %v", c.name, got, again.Value(c.name), err)
			}
		} else if models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%s %q: %v", c.name, c.value, err)
		}
		if got != c.want {
			t.Errorf("%s %q: %q, want %q", c.name, c.value, got, c.want)
		}
	}
	for _, typ := range models.ElectionTypes {
		for _, n := range SettingsFor(typ) {
			if !strings.Contains(strings.Join(SettingNames, " "), n) {
				t.Errorf("%s: %s", typ, n)
			}
		}
	}
	if d := Default(); d.Value(SettingHomeRequestLast) != "" || d.Value(SettingCallOpens) != "2023-06-01" || !d.HomeRequestLast.Equal(time.Time{}) {
		t.Errorf("%+v", d)
	}
}
