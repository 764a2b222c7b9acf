package planning

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// Patterns are the rules that the plan of one election is made from.
type Patterns struct {
	Election string    `json:"election"`
	Patterns []Pattern `json:"patterns"`
}

// RecordKind implements models.Record.
func (Patterns) RecordKind() string { return "plan_pattern" }

// RecordID implements models.Record.
func (p Patterns) RecordID() string { return p.Election }

// MostPatterns bounds the rules of one plan: 40 places with a rule a weekday,
// twice over.
const MostPatterns = 600

// Applied is what the rules make of a plan: shown before saving, done after.
type Applied struct {
	Added    []models.Session   // drafts that are new
	Removed  []models.Session   // drafts that no rule gives any more, cancelled
	Same     int                // sessions that are there already
	Kept     []models.Session   // promised sessions that the rules would have otherwise
	Findings []schedule.Finding // about the rules; line is the number of the rule
	Plan     []Finding          // about the plan as it would be, of the places of the rules
}

// CheckPatterns finds what is wrong with rules, all of them at once; the field
// of an error is that of the rule's row in the form ("day.0", "hours.0").
func CheckPatterns(ps []Pattern, places []models.Place) error {
	var errs models.Errors
	if len(ps) > MostPatterns {
		return models.Invalid("", "planning.pattern.many", MostPatterns)
	}
	for i, p := range ps {
		add := func(field, key string, args ...any) {
			errs = append(errs, models.Invalid(fmt.Sprintf("%s.%d", field, i), key, args...))
		}
		at := slices.IndexFunc(places, func(x models.Place) bool { return x.ID == p.Place })
		switch {
		case at < 0:
			add("place", "planning.pattern.place")
		case p.Stop >= len(places[at].Stops) || p.Stop < -1:
			add("place", "planning.pattern.stop", places[at].Name)
		}
		if !schedule.ReadableDay(p.Day) {
			add("day", "planning.pattern.day", p.Day)
		}
		if !p.Closed && (p.Opens < 0 || p.Closes <= p.Opens || p.Closes >= 24*60) {
			add("hours", "planning.pattern.hours")
		}
		if !p.From.IsZero() && !p.Until.IsZero() && p.From.After(p.Until) {
			add("until", "planning.pattern.period")
		}
		if p.Closed && strings.TrimSpace(p.Reason) == "" {
			add("reason", "planning.pattern.reason")
		}
		if err := models.RefuseCPR(fmt.Sprintf("reason.%d", i), p.Reason); err != nil {
			return err
		}
	}
	return errs.OrNil()
}

// Apply lays rules over a plan. Drafts of the places of the rules (and of the
// rules before) that no rule gives are taken out; what citizens were promised is
// left as it is and listed, since it changes only with a reason. Sessions that
// serve another election too are left alone.
func Apply(p Plan, e models.Election, before, now []Pattern) (Applied, error) {
	if e.State != models.ElectionPlanned && e.State != models.ElectionRunning {
		return Applied{}, models.E(models.CodeState, "import.election_over", e.Name)
	}
	if err := CheckPatterns(now, p.Places); err != nil {
		return Applied{}, err
	}
	return lay(p, e, now, dropped(before, now))
}

// dropped are the places of rules that no rule is about any more, sorted.
func dropped(before, now []Pattern) []string {
	var out []string
	for _, r := range before {
		if !slices.ContainsFunc(now, func(x Pattern) bool { return x.Place == r.Place }) {
			out = append(out, r.Place)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lay is Apply with rules that may be laid; dropped are further places that they
// are about.
func lay(p Plan, e models.Election, now []Pattern, dropped []string) (Applied, error) {
	var out Applied
	made, found := Unroll(now, Window(e), []string{e.ID}, func() string { return "" })
	out.Findings = slices.DeleteFunc(found, func(f schedule.Finding) bool { return f.Line == 0 }) // the last day is the whole plan's
	wanted, mine := map[slotKey]models.Session{}, map[string]bool{}
	for i := range made {
		made[i].ID = models.DeriveID("S", e.ID, made[i].Place, fmt.Sprint(made[i].Stop), made[i].Starts.UTC().Format("200601021504"), made[i].Ends.UTC().Format("200601021504"))
		wanted[keyOf(made[i])] = made[i]
	}
	for _, r := range now {
		mine[r.Place] = true
	}
	for _, place := range dropped {
		mine[place] = true
	}
	there := map[slotKey]bool{}
	for _, s := range p.Sessions {
		_, want := wanted[keyOf(s)]
		switch {
		case !mine[s.Place] || s.State == models.SessionCancelled:
		case want:
			there[keyOf(s)] = true
			out.Same++
		case s.State == models.SessionDraft && len(s.Elections) == 1:
			gone, _, err := Alter(s, "", func(x *models.Session) { x.State = models.SessionCancelled })
			if err != nil {
				return out, err
			}
			out.Removed = append(out.Removed, gone)
		default:
			out.Kept = append(out.Kept, s)
		}
	}
	for _, s := range made {
		if !there[keyOf(s)] && !clashes(s, out.Kept) {
			out.Added = append(out.Added, s)
		}
	}
	p.Sessions = replaced(p.Sessions, slices.Concat(out.Removed, out.Added))
	for _, f := range Of(p, e.ID) {
		if f.Place == "" || mine[f.Place] {
			out.Plan = append(out.Plan, f)
		}
	}
	return out, nil
}

// slotKey is what makes two sessions the same opening.
type slotKey struct {
	place        string
	stop         int
	starts, ends int64
}

func keyOf(s models.Session) slotKey {
	return slotKey{s.Place, s.Stop, s.Starts.Unix(), s.Ends.Unix()}
}

// clashes tells whether a new session meets one of its place that stays.
func clashes(s models.Session, kept []models.Session) bool {
	return slices.ContainsFunc(kept, func(k models.Session) bool {
		return k.Place == s.Place && s.Starts.Before(k.Ends) && k.Starts.Before(s.Ends)
	})
}

// SavePatterns is Apply as an act: the records that change, and its entry.
// A finding of severity error about a rule refuses it (CodeInvalid).
func SavePatterns(p Plan, e models.Election, before Patterns, now []Pattern) (Patterns, Applied, journal.Draft, error) {
	a, err := Apply(p, e, before.Patterns, now)
	if err != nil {
		return before, a, journal.Draft{}, err
	}
	if n := countErrors(a.Findings); n > 0 {
		return before, a, journal.Draft{}, models.Invalid("", "planning.pattern.errors", n)
	}
	d := journal.Draft{Kind: "plan.patterns", Election: e.ID}.Fact("rules", fmt.Sprint(len(now))).Fact("added", fmt.Sprint(len(a.Added))).Fact("removed", fmt.Sprint(len(a.Removed)))
	d = d.Fact("same", fmt.Sprint(a.Same)).Fact("dropped", strings.Join(dropped(before.Patterns, now), " "))
	return Patterns{Election: e.ID, Patterns: now}, a, d, nil
}

// SavedPatterns is what an entry of SavePatterns did: the answer to whoever saved,
// and the same one to the same click. rules and changed are what the entry
// changed. What was kept and what is found is told of p, the plan since then.
func SavedPatterns(p Plan, e models.Election, entry journal.Entry, rules Patterns, changed []models.Session) (Applied, error) {
	out, err := lay(p, e, rules.Patterns, strings.Fields(entry.Value("dropped")))
	if err != nil {
		return out, err
	}
	out.Added, out.Removed = nil, nil
	slices.SortFunc(changed, func(a, b models.Session) int {
		return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID))
	})
	for _, s := range changed {
		if s.State == models.SessionCancelled {
			out.Removed = append(out.Removed, s)
		} else {
			out.Added = append(out.Added, s)
		}
	}
	if same := entry.Value("same"); same != "" {
		out.Same, err = strconv.Atoi(same)
	} else { // of a journal from before it was kept: those that are there now, but for the new ones
		out.Same -= len(out.Added)
	}
	return out, err
}

// ParsePatternDays reads the days of a rule as people type them and gives one
// text per rule: "man-fre" and "man, ons" are several; "2025-11-03", "3.11.2025",
// "3.11.2025..7.11.2025" and "2. tirsdag i måneden" are one.
func ParsePatternDays(field, text string) ([]string, error) {
	var out []string
	for part := range strings.SplitSeq(strings.ToLower(strings.TrimSpace(text)), ",") {
		part = strings.TrimSpace(part)
		first, last, several := strings.Cut(part, "-")
		from, to := weekday(first), weekday(last)
		_, isoErr := models.ParseDay(part)
		switch {
		case several && isoErr != nil && from >= 0 && to >= 0:
			for d := from; ; d = (d + 1) % 7 {
				out = append(out, weekdays[d])
				if d == to {
					break
				}
			}
		case !strings.Contains(part, " ") && weekday(part) >= 0 && isoErr != nil:
			out = append(out, weekdays[weekday(part)])
		default:
			day, err := plainDay(part)
			if err != nil || !schedule.ReadableDay(day) {
				return nil, models.Invalid(field, "planning.pattern.day", part)
			}
			out = append(out, day)
		}
	}
	return out, nil
}

// plainDay writes dates as the list does; other rules stay as they are.
func plainDay(part string) (string, error) {
	from, to, ranged := strings.Cut(part, "..")
	a, err := models.ParseDay(from)
	if err != nil {
		return part, nil // a monthly rule, or nothing
	}
	if !ranged {
		return a.String(), nil
	}
	b, err := models.ParseDay(to)
	return a.String() + ".." + b.String(), err
}
