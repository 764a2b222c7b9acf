package calendar

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"pgregory.net/rapid"
)

func day(t testing.TB, s string) models.Date {
	t.Helper()
	if s == "" {
		return models.Date{}
	}
	d, err := models.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func calendarOf(t testing.TB, typ Type, date, called string) *Calendar {
	t.Helper()
	c, err := For(Election{typ, day(t, date), day(t, called)}, Default())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func shown(e Entry) string { return e.When() }

// Dates that ministries and municipalities announced, with who said so.
func TestPublishedDates(t *testing.T) {
	for _, c := range []struct {
		typ          Type
		date, called string
		want         map[Rule]string
	}{
		// Tårnby: from 15 May to Saturday 1 June 2019 (the call was 7 May).
		{FV, "2019-06-05", "2019-05-07", map[Rule]string{OpenFirst: "2019-05-15", OpenLast: "2019-06-01", InstitutionsFirst: "2019-05-15",
			HomeRequestFirst: "2019-05-08", PollsOpen: "2019-06-05T08:00:00+02:00"}},
		// Holbæk and Kristeligt Dagblad 2022: called 5 October, voting 11-28 October.
		{FV, "2022-11-01", "2022-10-05", map[Rule]string{OpenFirst: "2022-10-11", OpenLast: "2022-10-28", CandidatesPublic: "2022-10-24",
			HomeRequestFirst: "2022-10-05", HomeRequestLast: "2022-10-20T18:00:00+02:00", LastDayOpening: "2022-10-28T09:00:00+02:00",
			PollsOpen: "2022-11-01T08:00:00+01:00", AbroadFirst: "2022-08-01", ExaminationFirst: "2022-10-30"}},
		// The ministry and Aabenraa 2026: open from the day of the call.
		{FV, "2026-03-24", "2026-02-26", map[Rule]string{OpenFirst: "2026-02-26", OpenLast: "2026-03-20", VoterList: "2026-03-09",
			PollCardsLast: "2026-03-19", CandidatesPublic: "2026-03-16"}},
		// borger.dk 2019 and Herlev 2024.
		{EP, "2019-05-26", "", map[Rule]string{HomeRequestLast: "2019-05-14T18:00:00+02:00", OpenLast: "2019-05-23"}},
		{EP, "2024-06-09", "", map[Rule]string{OpenFirst: "2024-04-28", OpenLast: "2024-06-06", HomeRequestFirst: "2024-05-12", AbroadFirst: "2024-03-09",
			InstitutionsFirst: "2024-05-19", PollsOpen: "2024-06-09T09:00:00+02:00", PollsClose: "2024-06-09T20:00:00+02:00", ComplaintLast: "2024-06-16"}},
		// TV Syd and København 2022: Ascension Day, 26 May, does not count.
		{FA, "2022-06-01", "", map[Rule]string{OpenLast: "2022-05-28", HomeRequestFirst: "2022-05-04", HomeRequestLast: "2022-05-20T18:00:00+02:00", OpenFirst: "2022-04-20"}},
		// Billund and Læsø 2017.
		{KV, "2017-11-21", "", map[Rule]string{OpenFirst: "2017-10-10", OpenLast: "2017-11-17", HomeRequestLast: "2017-11-09T18:00:00+01:00"}},
		// Sjællandske Nyheder 2021.
		{KV, "2021-11-16", "", map[Rule]string{OpenFirst: "2021-10-05", OpenLast: "2021-11-12", HomeRequestFirst: "2021-10-19",
			HomeRequestLast: "2021-11-04T18:00:00+01:00", InstitutionsFirst: "2021-10-26", AbroadFirst: "2021-08-17", MaterialFrom: "2021-05-18"}},
		// Tårnby 2025.
		{KV, "2025-11-18", "", map[Rule]string{OpenFirst: "2025-10-07", OpenLast: "2025-11-14", HomeRequestLast: "2025-11-06T18:00:00+01:00",
			LastDayOpening: "2025-11-14T09:00:00+01:00", MaterialFrom: "2025-05-20", AbroadFirst: "2025-08-19"}},
	} {
		cal := calendarOf(t, c.typ, c.date, c.called)
		for r, want := range c.want {
			if e, ok := cal.Find(r); !ok || shown(e) != want {
				t.Errorf("%s %s %s: %q, want %s", c.typ, c.date, r, shown(e), want)
			}
		}
	}
}

func TestHardDates(t *testing.T) {
	for _, c := range []struct {
		typ          Type
		date, called string
		rule         Rule
		want         string
	}{
		{FA, "2018-04-05", "", OpenLast, "2018-03-31"},                       // 4 and 3 April, then the Saturday between langfredag and påskedag
		{FA, "2022-05-16", "", OpenLast, "2022-05-11"},                       // 14, 12, 11 May: store bededag 13 May does not count in 2022
		{FA, "2024-04-29", "", OpenLast, "2024-04-25"},                       // 27, 26, 25 April: store bededag counts from 2024
		{FA, "2023-05-08", "", OpenLast, "2023-05-03"},                       // but not in 2023 (5 May)
		{FA, "2024-06-07", "", OpenLast, "2024-06-04"},                       // 5 June counts
		{FA, "2024-12-27", "", OpenLast, "2024-12-21"},                       // 24, 23, 21: juledag and 2. juledag do not count, Sunday does not
		{FA, "2025-01-02", "", OpenLast, "2024-12-28"},                       // 31, 30, 28
		{FA, "2026-06-04", "", HomeRequestLast, "2026-05-25T12:00:00+02:00"}, // a Saturday; the Monday after is 2. pinsedag, which the law does not exempt
		{FA, "2026-05-31", "", AbroadFirst, "2026-02-28"},                    // no 31 February
		{FA, "2024-05-31", "", AbroadFirst, "2024-02-29"},                    // leap year
		{EP, "2024-01-15", "", AbroadFirst, "2023-10-15"},                    // over New Year
		{FA, "2022-05-26", "", PollsOpen, "2022-05-26T09:00:00+02:00"},       // Ascension Day
		{FA, "2023-05-05", "", PollsOpen, "2023-05-05T09:00:00+02:00"},       // store bededag, a Friday
		{FA, "2024-04-26", "", PollsOpen, "2024-04-26T08:00:00+02:00"},       // and one that is no longer
		{FA, "2025-06-05", "", PollsOpen, "2025-06-05T08:00:00+02:00"},       // Grundlovsdag is no helligdag
		{FV, "2023-05-31", "2023-05-20", OpenFirst, "2023-05-20"},            // old rule, called less than three weeks before
		{FV, "2023-05-31", "2023-04-01", OpenFirst, "2023-05-10"},            // old rule, called long before
		{FV, "2023-06-01", "2023-04-01", OpenFirst, "2023-04-01"},            // new rule
		{FV, "2026-03-24", "2026-03-10", HomeRequestFirst, "2026-03-10"},     // called later than four weeks before
		{KV, "2016-01-01", "", OpenLast, "2015-12-28"},                       // the first day that has rules
		{EP, "2026-11-07", "", HomeRequestLast, "2026-10-26T18:00:00+01:00"}, // Monday after the clock change
		{FA, "2026-11-05", "", HomeRequestLast, "2026-10-26T12:00:00+01:00"}, // Saturday 24 October → Monday, new offset
		{FA, "2026-11-06", "", HomeRequestLast, "2026-10-26T12:00:00+01:00"}, // Sunday 25 October → Monday
	} {
		e, ok := calendarOf(t, c.typ, c.date, c.called).Find(c.rule)
		if !ok || shown(e) != c.want {
			t.Errorf("%s %s %s: %s, want %s", c.typ, c.date, c.rule, shown(e), c.want)
		}
	}
}

// Easter Sundays as astronomical tables have them, the extremes of the calendar included.
func TestEaster(t *testing.T) {
	for _, s := range []string{"1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2011-04-24", "2016-03-27", "2019-04-21",
		"2022-04-17", "2024-03-31", "2025-04-20", "2026-04-05", "2029-04-01", "2038-04-25", "2076-04-19", "2285-03-22"} {
		if d := day(t, s); Easter(d.Year()) != d {
			t.Errorf("%s: got %s", s, Easter(d.Year()))
		}
	}
}

func TestHolidays(t *testing.T) {
	var got []string
	for _, d := range Holidays(day(t, "2023-01-01"), day(t, "2023-12-31")) {
		got = append(got, d.String()[5:])
	}
	if s := strings.Join(got, " "); s != "01-01 04-06 04-07 04-09 04-10 05-05 05-18 05-28 05-29 12-25 12-26" {
		t.Errorf("2023: %s", s)
	}
	if n := len(Holidays(day(t, "2024-01-01"), day(t, "2024-12-31"))); n != 10 {
		t.Errorf("2024 has %d helligdage", n)
	}
	for _, d := range Holidays(day(t, "2010-01-01"), day(t, "2030-12-31")) {
		if !language.Has(Holiday(d)) {
			t.Errorf("%s has no text", Holiday(d))
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		typ          Type
		date, called string
		key          string
	}{
		{KV, "2013-11-19", "", "calendar.error.no_rules"},
		{FV, "2015-06-18", "", "calendar.error.no_rules"},
		{KV, "2015-12-31", "", "calendar.error.no_rules"},
		{FV, "2022-11-01", "", "calendar.error.called_missing"},
		{FV, "2022-11-01", "2022-11-02", "calendar.error.called_late"},
		{"xx", "2022-11-01", "", "calendar.error.type"},
	} {
		_, err := For(Election{c.typ, day(t, c.date), day(t, c.called)}, Default())
		if !errors.Is(err, &models.Error{Code: models.CodeInvalid, Key: c.key}) {
			t.Errorf("%s %s: %v", c.typ, c.date, err)
		}
	}
}

func TestJSON(t *testing.T) {
	raw, err := json.Marshal(calendarOf(t, KV, "2025-11-18", ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`{"type":"kv","date":"2025-11-18","dates":[{"rule":"material_from","date":"2025-05-20",`,
		`{"rule":"open_first","date":"2025-10-07","law":"KRVL § 62, stk. 1","text":"Brevafstemning åbner`,
		`{"rule":"home_request_last","at":"2025-11-06T18:00:00+01:00","law":"KRVL § 60, stk. 4","text":`,
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("%s\nlacks %s", raw, want)
		}
	}
	for _, r := range Rules() {
		if !language.Has("calendar." + string(r)) {
			t.Errorf("%s has no text", r)
		}
	}
}

func TestRulesPerType(t *testing.T) {
	all := len(Rules())
	for typ, want := range map[Type]int{FV: all - 1, KV: all, EP: all - 1, FA: all - 2} {
		if got := len(calendarOf(t, typ, "2025-11-18", "2025-10-20").Dates); got != want {
			t.Errorf("%s: %d dates, want %d", typ, got, want)
		}
	}
}

func TestOverlap(t *testing.T) {
	ep, fv := calendarOf(t, EP, "2019-05-26", ""), calendarOf(t, FV, "2019-06-05", "2019-05-07")
	first, last, ok := Overlap(ep, fv)
	if !ok || first.String() != "2019-05-15" || last.String() != "2019-05-23" {
		t.Errorf("EP and FV in May 2019: %s to %s %v", first, last, ok)
	}
	if _, _, ok := Overlap(ep, calendarOf(t, KV, "2021-11-16", "")); ok {
		t.Error("elections of 2019 and 2021 overlap")
	}
}

func TestSettings(t *testing.T) {
	s := Default()
	s.NotHverdage = []MonthDay{{time.June, 5}}
	s.InstitutionsDays = 28
	s.HomeRequestLast = day(t, "2024-06-06").At(10, 0).UTC()
	c, err := For(Election{Type: EP, Date: day(t, "2024-06-09")}, s)
	if err != nil {
		t.Fatal(err)
	}
	for r, want := range map[Rule]string{OpenLast: "2024-06-06", InstitutionsFirst: "2024-05-12", HomeRequestLast: "2024-06-06T10:00:00+02:00"} {
		if e, _ := c.Find(r); shown(e) != want {
			t.Errorf("%s: %s, want %s", r, shown(e), want)
		}
	}
	if e, _ := c.Find(HomeRequestLast); e.Basis != BasisLocal || e.Setting != SettingHomeRequestLast {
		t.Errorf("a local limit has basis %s", e.Basis)
	}
	if e, _ := c.Find(InstitutionsFirst); e.Basis != BasisSetting {
		t.Errorf("institutions have basis %s", e.Basis)
	}
	s.HomeRequestLast = day(t, "2024-05-01").At(10, 0)
	if _, err := For(Election{Type: EP, Date: day(t, "2024-06-09")}, s); err == nil {
		t.Error("a limit before the statutory one is accepted")
	}
	s = Default()
	s.NotHverdage = []MonthDay{{time.June, 5}}
	if c, _ := For(Election{Type: FA, Date: day(t, "2024-06-07")}, s); c != nil {
		if _, last := c.Window(); last.String() != "2024-06-03" {
			t.Errorf("with 5 June taken out the last day is %s", last)
		}
	}
	for date, want := range map[string]Basis{"2024-06-07": BasisSetting, "2024-06-09": BasisLaw, "2024-12-27": BasisSetting} {
		if e, _ := calendarOf(t, FA, date, "").Find(OpenLast); e.Basis != want {
			t.Errorf("last day of %s has basis %s", date, e.Basis)
		}
	}
	for _, n := range SettingNames {
		if !language.Has("calendar.setting." + n) {
			t.Errorf("setting %s has no text", n)
		}
	}
}

func TestTypesWithoutOwnRulesAreUncertain(t *testing.T) {
	for _, typ := range []Type{models.TypeLocalVote, models.TypeSeniors} {
		for _, e := range calendarOf(t, typ, "2025-11-18", "").Dates {
			if e.Basis == BasisLaw {
				t.Errorf("%s %s is called law", typ, e.Rule)
			}
		}
	}
	for _, typ := range models.ElectionTypes {
		if !language.Has("calendar.type." + string(typ)) {
			t.Errorf("%s has no name", typ)
		}
	}
}

// Whatever the election, dates are in order, the window is not empty, ends on a
// hverdag before election day, and exactly two hverdage lie between (not KV).
func TestCalendarProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		date := models.NewDate(2016, 1, 1).Add(rapid.IntRange(0, 60*365).Draw(t, "day"))
		typ := rapid.SampledFrom(Types).Draw(t, "type")
		c, err := For(Election{typ, date, date.Add(-rapid.IntRange(10, 60).Draw(t, "called"))}, Default())
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(c.Dates); i++ {
			if c.Dates[i].start().Before(c.Dates[i-1].start()) {
				t.Fatalf("%s before %s", c.Dates[i].Rule, c.Dates[i-1].Rule)
			}
		}
		first, last := c.Window()
		if first.After(last) || !last.Before(date) {
			t.Fatalf("window %s to %s for %s", first, last, date)
		}
		if n := hverdageBetween(last, date); typ != KV && (n != 2 || !Default().IsHverdag(last)) {
			t.Fatalf("%d hverdage between %s and %s", n, last, date)
		}
		if e, _ := c.Find(HomeRequestLast); e.At.Weekday() == time.Saturday || e.At.Weekday() == time.Sunday {
			t.Fatalf("request limit on a %s", e.At.Weekday())
		}
	})
}

func hverdageBetween(from, to models.Date) (n int) {
	for d := from.Add(1); d.Before(to); d = d.Add(1) {
		if Default().IsHverdag(d) {
			n++
		}
	}
	return n
}

// Any text for type and dates gives a calendar that survives JSON, or an error
// that has a text for people.
func FuzzCalendar(f *testing.F) {
	f.Add("kv", "2025-11-18", "")
	f.Add("fv", "2026-03-24", "2026-02-26")
	f.Add("ep", "9999-12-31", "0000-01-01")
	f.Fuzz(func(t *testing.T, typ, date, called string) {
		ty, err1 := ParseType(typ)
		d, err2 := models.ParseDate(date)
		cd, err3 := models.ParseDate(called)
		if err := errors.Join(err1, err2, err3); err != nil {
			return
		}
		c, err := For(Election{ty, d, cd}, Default())
		if err != nil {
			var own *models.Error
			if !errors.As(err, &own) || !language.Has(own.TextKey()) {
				t.Fatalf("no text for people: %v", err)
			}
			return
		}
		if _, err := json.Marshal(c); err != nil {
			t.Fatal(err)
		}
		if first, last := c.Window(); ty != FV && first.After(last) {
			t.Fatalf("window %s to %s", first, last)
		}
	})
}
