package calendar

import (
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
