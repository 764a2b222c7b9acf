package calendar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// MonthDay is a day of every year, such as 5 June.
type MonthDay struct {
	Month time.Month `json:"month"`
	Day   int        `json:"day"`
}

// doubtfulHverdage are Grundlovsdag, Christmas Eve and New Year's Eve.
var doubtfulHverdage = []MonthDay{{time.June, 5}, {time.December, 24}, {time.December, 31}}

// Settings holds what the law leaves unclear or a municipality decides. Use
// Default and change what was decided; the zero value is not meaningful.
type Settings struct {
	// NotHverdage are days that do not count as hverdage although they are no
	// helligdage. Default none: 5 June, 24 and 31 December count. The law's
	// answer was not found.
	NotHverdage []MonthDay `json:"not_hverdage"`
	// InstitutionsDays is how many days before an EP election or a referendum
	// voting at hospitals, care homes, prisons and in homes begins. Default 21
	// (the practice before 2024; FV § 56 no longer says).
	InstitutionsDays int `json:"institutions_days"`
	// CallOpensFrom is the first election day for which a general election opens
	// for postal voting on the day of the call instead of three weeks before.
	// Default 2023-06-01: the change of FV § 56 came between November 2022 and
	// January 2024, and no general election lies between.
	CallOpensFrom models.Date `json:"call_opens_from"`
	// HomeRequestLast is a later limit for home-vote requests that the municipal
	// council has set (FV § 54, stk. 4; KRVL § 60, stk. 4), as an instant. The
	// zero time means the statutory limit. A limit earlier than the statutory
	// one is refused.
	HomeRequestLast time.Time `json:"home_request_last,omitzero"`
}

// Default is the settings where nobody has decided anything.
func Default() Settings {
	return Settings{InstitutionsDays: 21, CallOpensFrom: models.NewDate(2023, time.June, 1)}
}

// Names of the settings, as Entry.Setting and the settings page use them. The
// text is the catalogue entry "calendar.setting.<name>".
const (
	SettingHverdage        = "not_hverdage"
	SettingInstitutions    = "institutions_days"
	SettingCallOpens       = "call_opens_from"
	SettingHomeRequestLast = "home_request_last"
)

// SettingNames lists every setting.
var SettingNames = []string{SettingHverdage, SettingInstitutions, SettingCallOpens, SettingHomeRequestLast}

// SettingsFor lists the settings that can move a date of a type of election.
func SettingsFor(t Type) []string {
	switch rulesOf(t) {
	case FV:
		return []string{SettingHverdage, SettingCallOpens, SettingHomeRequestLast}
	case KV:
		return []string{SettingHomeRequestLast} // the Friday before, whatever day it is
	}
	return []string{SettingHverdage, SettingInstitutions, SettingHomeRequestLast}
}

// SettingsOf are the settings of an election record: Default, with what was
// decided for it. CodeInvalid as Set.
func SettingsOf(e models.Election) (Settings, error) {
	s := Default()
	for _, l := range e.Settings {
		if err := s.Set(l.Name, l.Value); err != nil {
			return s, err
		}
	}
	return s, nil
}

// The law as it was read leaves the day of the change between these election
// days: the general election of 2022 followed the old rule, the act as it was in
// January 2024 has the new one.
var (
	callOpensFirst = models.NewDate(2022, time.November, 2)
	callOpensLast  = models.NewDate(2024, time.January, 31)
)

// mostInstitutionsDays is the six weeks in which anybody may vote by post at all.
const mostInstitutionsDays = 42

// Set reads the value of a setting as people write it: days of the year ("5.6.
// 24.12."), a number of days, a date, a date with a time. CodeInvalid on "value"
// when it is none or lies where the law leaves no choice; on "name" for a setting
// that there is none of.
func (s *Settings) Set(name, value string) error {
	value = strings.TrimSpace(value)
	switch name {
	case SettingHverdage:
		days, ok := parseMonthDays(value)
		if !ok {
			return models.Invalid("value", "calendar.error.setting_days", value)
		}
		s.NotHverdage = days
	case SettingInstitutions:
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > mostInstitutionsDays {
			return models.Invalid("value", "calendar.error.setting_number", value, mostInstitutionsDays)
		}
		s.InstitutionsDays = n
	case SettingCallOpens:
		d, err := models.ParseDay(value)
		if err != nil || d.Before(callOpensFirst) || d.After(callOpensLast) {
			return models.Invalid("value", "calendar.error.setting_call", value, callOpensFirst, callOpensLast)
		}
		s.CallOpensFrom = d
	case SettingHomeRequestLast:
		at, err := models.ParseMoment(value)
		if err != nil {
			return models.Invalid("value", "calendar.error.setting_moment", value)
		}
		s.HomeRequestLast = at
	default:
		return models.Invalid("name", "calendar.error.setting_name", name)
	}
	return nil
}

// Value writes a setting so that Set reads it back, "" where none was decided.
func (s Settings) Value(name string) string {
	switch name {
	case SettingHverdage:
		days := make([]string, len(s.NotHverdage))
		for i, d := range s.NotHverdage {
			days[i] = fmt.Sprintf("%d.%d.", d.Day, d.Month)
		}
		return strings.Join(days, " ")
	case SettingInstitutions:
		return strconv.Itoa(s.InstitutionsDays)
	case SettingCallOpens:
		return s.CallOpensFrom.String()
	case SettingHomeRequestLast:
		if !s.HomeRequestLast.IsZero() {
			return s.HomeRequestLast.In(models.Copenhagen).Format("2006-01-02T15:04")
		}
	}
	return ""
}

// parseMonthDays reads "5.6., 24.12.": only the days of which the law does not
// say whether they are hverdage.
func parseMonthDays(value string) (days []MonthDay, ok bool) {
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		t, err := time.Parse("2.1", strings.TrimSuffix(part, "."))
		d := MonthDay{t.Month(), t.Day()}
		if err != nil || !slices.Contains(doubtfulHverdage, d) {
			return nil, false
		}
		if !slices.Contains(days, d) {
			days = append(days, d)
		}
	}
	return days, true
}
