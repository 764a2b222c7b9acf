package calendar

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// The rule ids.
const (
	OpenFirst         Rule = "open_first"         // places open to any voter: first day
	OpenLast          Rule = "open_last"          // last day
	LastDayOpening    Rule = "last_day_opening"   // one place must be open from 9 to 16 on the last day
	InstitutionsFirst Rule = "institutions_first" // hospitals, care homes, prisons, homes: first day
	HomeRequestFirst  Rule = "home_request_first" // requests for a vote at home: first day
	HomeRequestLast   Rule = "home_request_last"  // and the last moment
	AbroadFirst       Rule = "abroad_first"       // voting abroad: first day
	MaterialFrom      Rule = "material_from"      // the material must be in the municipalities
	VoterList         Rule = "voter_list"         // the residence that counts
	CandidatesPublic  Rule = "candidates_public"  // candidates published at the latest
	PollCardsLast     Rule = "poll_cards_last"    // poll cards with the voters at the latest
	ExaminationFirst  Rule = "examination_first"  // outer envelopes may be opened and examined
	PollsOpen         Rule = "polls_open"
	PollsClose        Rule = "polls_close"
	ComplaintLast     Rule = "complaint_last"
)

// rule computes one date. day returns no date where the type has no such rule;
// moment (nil for a day) gives the time once the day is known, and may move to
// another day. law names the paragraph per type, setting the setting that the
// date stands on.
type rule struct {
	id      Rule
	day     func(Election, Settings) models.Date
	moment  func(models.Date) time.Time
	law     map[Type]string
	basis   Basis
	setting func(Election, Settings) string
}

// entry applies the rule.
func (r rule) entry(e Election, s Settings) (Entry, bool) {
	d := r.day(e, s)
	if d.IsZero() {
		return Entry{}, false
	}
	out := Entry{Rule: r.id, Day: d, Law: r.law[e.Type], Basis: r.basis}
	if r.moment != nil {
		out.At = r.moment(d)
		out.Day = models.DateOf(out.At)
	}
	if r.setting != nil {
		if out.Setting = r.setting(e, s); out.Setting != "" {
			out.Basis = BasisSetting
		}
	}
	return out, true
}

// all gives every type the same paragraph.
func all(law string) map[Type]string { return map[Type]string{FV: law, KV: law, EP: law, FA: law} }

// at is the moment function for a fixed time of day.
func at(hour int) func(models.Date) time.Time {
	return func(d models.Date) time.Time { return d.At(hour, 0) }
}

// before is the day function for n days before the election day.
func before(n int) func(Election, Settings) models.Date {
	return func(e Election, _ Settings) models.Date { return e.Date.Add(-n) }
}

// rules is the table; entries of the same time keep its order.
var rules = []rule{
	{OpenFirst, openFirst, nil, map[Type]string{FV: "FV § 56, stk. 1", KV: "KRVL § 62, stk. 1", EP: "EPVL § 26, stk. 2", FA: "FV § 100, stk. 4"}, BasisLaw, openFirstSetting},
	{OpenLast, openLast, nil, map[Type]string{FV: "FV § 56, stk. 1", KV: "KRVL § 62, stk. 1", EP: "EPVL § 26, stk. 2", FA: "FV § 100, stk. 4"}, BasisLaw, openLastSetting},
	{LastDayOpening, openLast, at(9), map[Type]string{FV: "FV § 56, stk. 2", KV: "KRVL § 62, stk. 2", EP: "EPVL § 26; FV § 56, stk. 2", FA: "FV § 100; FV § 56, stk. 2"}, BasisLaw, openLastSetting},
	{InstitutionsFirst, institutionsFirst, nil, map[Type]string{FV: "FV § 56, stk. 1", KV: "KRVL § 62, stk. 1", EP: "EPVL § 26; FV § 56", FA: "FV § 100; FV § 56"}, BasisLaw, institutionsSetting},
	{HomeRequestFirst, homeRequestFirst, nil, homeLaw, BasisLaw, nil},
	{HomeRequestLast, before(12), homeRequestLast, homeLaw, BasisLaw, nil},
	{AbroadFirst, abroadFirst, nil, map[Type]string{FV: "FV § 57", KV: "KRVL § 63, stk. 3", EP: "EPVL § 26, stk. 2", FA: "FV § 100; FV § 57"}, BasisUncertain, nil},
	{MaterialFrom, materialFrom, nil, map[Type]string{KV: "KRVL § 66, stk. 2"}, BasisLaw, nil},
	{VoterList, before(15), nil, all("FV § 18"), BasisUncertain, nil},
	{CandidatesPublic, candidatesPublic, nil, all(""), BasisUncertain, nil},
	{PollCardsLast, before(5), nil, all(""), BasisUncertain, nil},
	{ExaminationFirst, before(2), nil, map[Type]string{FV: "FV § 65", KV: "KRVL § 71, stk. 1", EP: "EPVL § 26; FV § 65", FA: "FV § 100; FV § 65"}, BasisLaw, nil},
	{PollsOpen, before(0), pollsOpen, all(""), BasisUncertain, nil},
	{PollsClose, before(0), at(20), all(""), BasisUncertain, nil},
	{ComplaintLast, before(-7), nil, map[Type]string{FV: "FV § 87", KV: "KRVL § 93", EP: "", FA: ""}, BasisUncertain, nil},
}

var homeLaw = map[Type]string{FV: "FV § 54, stk. 4", KV: "KRVL § 60, stk. 4", EP: "EPVL § 26; FV § 54, stk. 4", FA: "FV § 100; FV § 54, stk. 4"}

// Rules lists the rule ids in the order of the table.
func Rules() []Rule {
	ids := make([]Rule, len(rules))
	for i, r := range rules {
		ids[i] = r.id
	}
	return ids
}

func later(a, b models.Date) models.Date {
	if b.After(a) {
		return b
	}
	return a
}

// openFirst: FV § 56, stk. 1; KRVL § 62, stk. 1 (the Tuesday six weeks before);
// EPVL § 26, stk. 2 and FV § 100, stk. 4 (the last six weeks).
func openFirst(e Election, s Settings) models.Date {
	switch {
	case e.Type != FV:
		return e.Date.Add(-42)
	case e.Date.Before(s.CallOpensFrom):
		return later(e.Date.Add(-21), e.Called)
	}
	return e.Called
}

// openFirstSetting: between the general election of November 2022 and the act as
// it was in January 2024 the day of the change is not known.
func openFirstSetting(e Election, _ Settings) string {
	if e.Type == FV && e.Date.Year() == 2023 {
		return SettingCallOpens
	}
	return ""
}

// openLast: third-last hverdag, Saturdays included; for KV the Friday before,
// without any regard to holidays.
func openLast(e Election, s Settings) models.Date {
	if e.Type == KV {
		return e.Date.Add(-4)
	}
	return s.hverdagBefore(e.Date, 3)
}

// openLastSetting tells whether the count passes a day of which the law does not
// say whether it is a hverdag.
func openLastSetting(e Election, s Settings) string {
	in, out := s, s
	in.NotHverdage, out.NotHverdage = nil, doubtfulHverdage
	if e.Type != KV && openLast(e, in) != openLast(e, out) {
		return SettingHverdage
	}
	return ""
}

func institutionsFirst(e Election, s Settings) models.Date {
	switch e.Type {
	case FV:
		return openFirst(e, s)
	case KV:
		return e.Date.Add(-21)
	}
	return e.Date.Add(-s.InstitutionsDays)
}

func institutionsSetting(e Election, _ Settings) string {
	if e.Type == EP || e.Type == FA {
		return SettingInstitutions
	}
	return ""
}

// homeRequestFirst: four weeks before, for FV not before the call.
func homeRequestFirst(e Election, _ Settings) models.Date {
	if e.Type == FV {
		return later(e.Date.Add(-28), e.Called)
	}
	return e.Date.Add(-28)
}

// homeRequestLast: 18:00; on a Saturday or Sunday instead the Monday after at 12:00.
func homeRequestLast(d models.Date) time.Time {
	switch d.Weekday() {
	case time.Saturday:
		return d.Add(2).At(12, 0)
	case time.Sunday:
		return d.Add(1).At(12, 0)
	}
	return d.At(18, 0)
}

func abroadFirst(e Election, _ Settings) models.Date {
	if e.Type == KV {
		return nthWeekday(e.Date.Year(), time.August, time.Tuesday, 3)
	}
	return monthsBefore(e.Date, 3)
}

func materialFrom(e Election, _ Settings) models.Date {
	if e.Type == KV {
		return nthWeekday(e.Date.Year(), time.May, time.Tuesday, 3)
	}
	return models.Date{}
}

func candidatesPublic(e Election, _ Settings) models.Date {
	if e.Type == FA {
		return models.Date{}
	}
	return e.Date.Add(-8)
}

// pollsOpen: 8 on a working day (Monday to Friday, no helligdag), else 9.
func pollsOpen(d models.Date) time.Time {
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday || IsHoliday(d) {
		return d.At(9, 0)
	}
	return d.At(8, 0)
}
