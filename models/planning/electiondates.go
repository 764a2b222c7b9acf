package planning

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/journal"
)

// SetDate moves one date of an election's calendar by hand, or with no date
// gives it back to the rules: only with a reason and a reference, both journalled
// beside the old and the new date. A first or last day that moves, moves the
// election's window.
func SetDate(e models.Election, o models.Override) (models.Election, journal.Draft, error) {
	o.Reason, o.Reference, o.Clock = strings.TrimSpace(o.Reason), strings.TrimSpace(o.Reference), strings.TrimSpace(o.Clock)
	others := slices.DeleteFunc(slices.Clone(e.Supplement), func(x models.Override) bool { return x.Rule == o.Rule })
	if o.Date.IsZero() && len(others) == len(e.Supplement) {
		return e, journal.Draft{}, models.Invalid("date", "form.no_date")
	}
	now := e
	if now.Supplement = others; !o.Date.IsZero() {
		now.Supplement = append(others, o)
	}
	return redate(e, now, o.Rule, o.Reason, o.Reference, journal.Draft{Kind: "election.date_set", Election: e.ID}.Fact("rule", o.Rule))
}

// DecideSetting records what the municipality decided on a local setting of the
// calendar; an empty value gives it back to its default. Reason and reference
// stand in the journal beside the old and the new value, and beside every date
// that moves.
func DecideSetting(e models.Election, l models.LocalSetting) (models.Election, journal.Draft, error) {
	none := journal.Draft{}
	l.Value, l.Reason, l.Reference = strings.TrimSpace(l.Value), strings.TrimSpace(l.Reason), strings.TrimSpace(l.Reference)
	if !slices.Contains(calendar.SettingsFor(e.Type), l.Name) {
		return e, none, models.Invalid("name", "calendar.error.setting_name", l.Name)
	}
	before, err := calendar.SettingsOf(e)
	if err != nil {
		return e, none, err
	}
	now := e
	now.Settings = slices.DeleteFunc(slices.Clone(e.Settings), func(x models.LocalSetting) bool { return x.Name == l.Name })
	after := calendar.Default()
	if l.Value != "" {
		if err := after.Set(l.Name, l.Value); err != nil {
			return e, none, err
		}
		l.Value = after.Value(l.Name)
		now.Settings = append(now.Settings, l)
	} else if len(now.Settings) == len(e.Settings) {
		return e, none, models.Invalid("value", "calendar.error.setting_missing")
	}
	d := journal.Draft{Kind: "election.setting_decided", Election: e.ID}.Fact("setting", l.Name)
	return redate(e, now, "", l.Reason, l.Reference, d.Fact("before", before.Value(l.Name)).Fact("after", after.Value(l.Name)))
}

// redate takes an election from one calendar to another: the window follows, and
// the draft tells every date that moved. rule is the one that was set by hand, ""
// for none.
func redate(e, now models.Election, rule, reason, reference string, d journal.Draft) (models.Election, journal.Draft, error) {
	if err := mayRedate(e, reason, reference); err != nil {
		return e, journal.Draft{}, err
	}
	before, err := calendar.Of(e)
	if err != nil {
		return e, journal.Draft{}, err
	}
	after, err := calendar.Of(now)
	if err != nil {
		return e, journal.Draft{}, err
	}
	was, _ := before.Window()
	first, last := after.Window()
	if calendar.Rule(rule) == calendar.OpenFirst || e.First == was || e.First.Before(first) {
		now.First = first // a later local start stays, unless the first day itself was set
	}
	if now.Last = last; now.First.After(now.Last) {
		return e, journal.Draft{}, models.Invalid("date", "election.window_empty")
	}
	for _, x := range after.Dates {
		if old, ok := before.Find(x.Rule); ok && old.When() != x.When() {
			d = d.Fact("before."+string(x.Rule), old.When()).Fact("after."+string(x.Rule), x.When())
		}
	}
	return now, d.Fact("reason", reason).Fact("reference", reference), nil
}

// mayRedate tells whether the calendar of an election may be changed at all, and
// whether who does it says why and by what authority.
func mayRedate(e models.Election, reason, reference string) error {
	if e.State == models.ElectionClosed || e.State == models.ElectionCancelled {
		return models.E(models.CodeState, "import.election_over", e.Name)
	}
	var errs models.Errors
	if reason == "" {
		errs = append(errs, models.Invalid("reason", "election.why_missing"))
	}
	if reference == "" {
		errs = append(errs, models.Invalid("reference", "election.reference_missing"))
	}
	if len(errs) > 0 {
		return errs
	}
	return refuseCPR(map[string]string{"reason": reason, "reference": reference})
}

// Inherited are the local settings that a copied or moved election keeps: all
// but a limit that stands on the old election's days.
func Inherited(e models.Election) []models.LocalSetting {
	return slices.DeleteFunc(slices.Clone(e.Settings), func(l models.LocalSetting) bool { return l.Name == calendar.SettingHomeRequestLast })
}
