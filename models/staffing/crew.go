package staffing

import (
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// CrewRule is what the law asks of the crew at a kind of place.
type CrewRule struct {
	Least    int  // people who receive together
	Local    int  // what is used where the law leaves it to the municipality; 0 means Least
	Staff    bool // employed by the municipality or the institution
	Electors bool // appointed electors (tilforordnede); AnyStaff of them may be staff
	AnyStaff int
	Law      string
}

// CrewRules is the law's table. One person is the law's least where everybody
// may vote; two is good practice (nobody is alone with the votes) and the
// setting unless the place says otherwise.
var CrewRules = map[models.PlaceKind]CrewRule{
	models.PlaceLibrary:        {Least: 1, Local: 2, Law: "FV §§ 53, 61; KRVL §§ 59, 67"},
	models.PlaceCitizenService: {Least: 1, Local: 2, Law: "FV §§ 53, 61; KRVL §§ 59, 67"},
	models.PlaceMobile:         {Least: 1, Local: 2, Law: "FV §§ 53, 61; KRVL §§ 59, 67"},
	models.PlaceOther:          {Least: 1, Local: 2, Law: "FV §§ 53, 61; KRVL §§ 59, 67"},
	models.PlaceHospital:       {Least: 2, Staff: true, Law: "FV § 55, stk. 1; KRVL § 61, stk. 1"},
	models.PlacePrison:         {Least: 2, Staff: true, Law: "FV § 55, stk. 1; KRVL § 61, stk. 1"},
	models.PlaceCareHome:       {Least: 2, Electors: true, AnyStaff: 1, Law: "FV § 55, stk. 2; KRVL § 61, stk. 2"},
	models.PlaceHomeRound:      {Least: 2, Electors: true, AnyStaff: 1, Law: "FV § 55, stk. 2; KRVL § 61, stk. 2"},
}

// Need is how many people a session needs: its own figure, the place's, else
// the kind's, never fewer than the law's least.
func Need(s models.Session, p models.Place) int {
	r := CrewRules[p.Kind]
	switch {
	case s.Need > 0:
		return max(s.Need, r.Least)
	case p.CrewMin > 0:
		return max(p.CrewMin, r.Least)
	}
	return max(r.Local, r.Least, 1)
}

// Gap is a stretch of a session without the crew that it must have.
type Gap struct {
	From, Until time.Time
	Have, Want  int
	Code        string // catalogue: staffing.gap.<code> (have, want)
}

// Present is one person's presence for the coverage check. A candidate may
// receive but not give personal help (EPVL § 26, stk. 5; taken for FV § 61 and
// KRVL § 67 too).
type Present struct {
	Person      string
	Employer    models.Employer
	From, Until time.Time
	Breaks      []Break
	Candidate   bool
}

// Break is a pause inside a shift.
type Break struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Demand is how many are wanted when: at opening and closing (the votes are
// counted by two), and in between, from the forecast or the place's rule.
type Demand struct {
	Opening, Between, Closing int
	Margin                    time.Duration // how long opening and closing last
}

// DemandOf is the demand of a session: two at the opening and the closing
// quarter, whatever the rule in between, since the blind count takes two; in
// between as many as the forecast asks for (expected, 0 for no forecast), or the
// rule when that is more.
func DemandOf(s models.Session, p models.Place, expected int) Demand {
	n := Need(s, p)
	return Demand{Opening: max(2, n), Between: max(n, expected), Closing: max(2, n), Margin: 15 * time.Minute}
}

// Most is how many people the session needs at its fullest.
func (d Demand) Most() int { return max(d.Opening, d.Between, d.Closing) }

// wanted is the demand at a minute of a session.
func (d Demand) wanted(s models.Session, t time.Time) int {
	switch {
	case t.Before(s.Starts.Add(d.Margin)):
		return d.Opening
	case !t.Before(s.Ends.Add(-d.Margin)):
		return d.Closing
	}
	return d.Between
}

// there tells whether the person is at the desk in the minute that starts at t.
func (p Present) there(t time.Time) bool {
	in := !t.Before(p.From) && t.Before(p.Until)
	return in && !slices.ContainsFunc(p.Breaks, func(b Break) bool { return !t.Before(b.From) && t.Before(b.Until) })
}

// Coverage walks the session minute by minute, in instants, so that the change
// of the clock costs or adds the hour that it does, and joins equal minutes to gaps.
func Coverage(s models.Session, p models.Place, crew []Present, d Demand) []Gap {
	var out []Gap
	for t := s.Starts; t.Before(s.Ends); t = t.Add(time.Minute) {
		have, code := judge(p, crew, t, d.wanted(s, t))
		if code == "" {
			continue
		}
		want := d.wanted(s, t)
		if n := len(out); n > 0 && out[n-1].Until.Equal(t) && out[n-1].Have == have && out[n-1].Want == want && out[n-1].Code == code {
			out[n-1].Until = t.Add(time.Minute)
			continue
		}
		out = append(out, Gap{t, t.Add(time.Minute), have, want, code})
	}
	return out
}

// judge counts who is there in one minute and names the first rule that fails.
func judge(p models.Place, crew []Present, t time.Time, want int) (have int, code string) {
	r := CrewRules[p.Kind]
	staff, electors, helpers := 0, 0, 0
	for _, m := range crew {
		if !m.there(t) {
			continue
		}
		have++
		if !m.Candidate {
			helpers++
		}
		switch m.Employer {
		case models.EmployerElector:
			electors++
		case models.EmployerLibrary, models.EmployerCitizenService, models.EmployerInstitution:
			staff++
		}
	}
	switch {
	case have < want:
		return have, "few"
	case r.Staff && staff < r.Least:
		return have, "staff"
	case r.Electors && electors+min(staff, r.AnyStaff) < r.Least:
		return have, "electors"
	case helpers == 0:
		return have, "helper"
	}
	return have, ""
}
