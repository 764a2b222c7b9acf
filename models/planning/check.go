package planning

import (
	"math"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// Plan is everything that checking needs to know.
type Plan struct {
	Elections  []models.Election
	Places     []models.Place
	Sessions   []models.Session     // cancelled ones are left out
	Agreements map[string]Agreement // by session id; nil when agreements are not used
	Crew       map[string]int       // people assigned per session id; nil when the roster is not made
	Elsewhere  []Hours              // hours published elsewhere
	SpeedKMH   float64              // of mobile units; 0 means 40
	SetUp      time.Duration        // packing and setting up at a stop; 0 means 20 minutes
	Now        time.Time            // sessions that ended before have no findings: nothing can be mended; zero looks at all
}

// Hours are hours of a place as another list publishes them.
type Hours struct {
	Place  string    `json:"place"` // place id
	Starts time.Time `json:"starts"`
	Ends   time.Time `json:"ends"`
	Source string    `json:"source"`
}

// Window is the days on which an election may receive votes at places for any
// voter: the record's First and Last, which the calendar gave.
func Window(e models.Election) schedule.Period { return schedule.Period{First: e.First, Last: e.Last} }

// checker gathers findings.
type checker struct {
	Plan
	places    map[string]*models.Place
	elections map[string]*models.Election
	days      map[models.Date]string // the helligdag of each day, "" for none
	found     []Finding
}

// Check finds everything that speaks against publishing the plan, ordered by
// code, day and place. Its time grows as n log n with the sessions.
func Check(p Plan) []Finding {
	c := checker{Plan: p, places: make(map[string]*models.Place, len(p.Places)), elections: map[string]*models.Election{}, days: map[models.Date]string{}}
	for i := range p.Places {
		c.places[p.Places[i].ID] = &p.Places[i]
	}
	for i := range p.Elections {
		c.elections[p.Elections[i].ID] = &p.Elections[i]
	}
	byPlace := c.group()
	for i := range p.Places {
		pl := &p.Places[i]
		if len(byPlace[pl.ID]) == 0 {
			continue
		}
		for _, s := range byPlace[pl.ID] {
			c.session(s, pl)
		}
		c.place(pl, byPlace[pl.ID])
	}
	c.specialAids(byPlace)
	c.lastDays(byPlace)
	c.elsewhere(byPlace)
	sortFindings(c.found)
	return c.found
}

// group is the sessions that are not cancelled, by place, in order of start. It
// holds pointers, and sorts each place by itself: sessions are large, and moving
// them about grew faster than their number.
func (c *checker) group() map[string][]*models.Session {
	out := make(map[string][]*models.Session, len(c.Places))
	for i := range c.Plan.Sessions {
		if s := &c.Plan.Sessions[i]; s.State != models.SessionCancelled {
			out[s.Place] = append(out[s.Place], s)
		}
	}
	byStart := func(a, b *models.Session) int { return a.Starts.Compare(b.Starts) }
	for _, ss := range out {
		if !slices.IsSortedFunc(ss, byStart) {
			slices.SortStableFunc(ss, byStart)
		}
	}
	return out
}

func (c *checker) holiday(d models.Date) string {
	h, ok := c.days[d]
	if !ok {
		h = calendar.Holiday(d)
		c.days[d] = h
	}
	return h
}

// none is the session of findings about a place or the whole plan.
var none = &models.Session{}

func (c *checker) add(code Code, s *models.Session, place string, args ...any) {
	if c.over(s.Ends) {
		return
	}
	f := Finding{Code: code, Severity: code.Severity(), Place: place, Session: s.ID, Law: code.Law(), Args: args}
	if !s.Starts.IsZero() {
		f.Day = s.Date()
	}
	c.found = append(c.found, f)
}

// over tells whether an instant that is known lies behind the plan's clock.
func (c *checker) over(t time.Time) bool {
	return !t.IsZero() && !c.Now.IsZero() && t.Before(c.Now)
}

// session checks one session against window, day, hours, agreement and crew.
func (c *checker) session(s *models.Session, p *models.Place) {
	d := s.Date()
	for _, id := range s.Elections {
		if e, ok := c.elections[id]; ok && (d.Before(e.First) || d.After(e.Last)) {
			c.add(OutsideWindow, s, s.Place, p.Name, d, e.Name, e.First, e.Last)
		}
	}
	if slices.Contains(p.ClosedDays, d) {
		c.add(ClosedDay, s, s.Place, p.Name, d)
	}
	if h := c.holiday(d); h != "" {
		c.add(Holiday, s, s.Place, p.Name, d, language.Word(h))
	}
	switch staffing(p, s) {
	case SelfService:
		c.add(SelfService, s, s.Place, p.Name, d)
	case Unstaffed:
		c.add(Unstaffed, s, s.Place, p.Name, d)
	}
	c.agreement(s, p)
	if need := Need(*s, *p); c.Crew != nil && c.Crew[s.ID] < need {
		c.add(NoCrew, s, s.Place, p.Name, d, c.Crew[s.ID], need)
	}
}

// agreement: only libraries are asked; Borgerservice runs its own places.
func (c *checker) agreement(s *models.Session, p *models.Place) {
	if c.Agreements == nil || p.Kind != models.PlaceLibrary {
		return
	}
	a, ok := c.Agreements[s.ID]
	switch {
	case ok && a.Hole():
		c.add(Declined, s, s.Place, p.Name, s.Date())
	case !ok || a.State != AgreementAccepted || !a.Terms.Starts.Equal(s.Starts) || !a.Terms.Ends.Equal(s.Ends):
		c.add(NoAgreement, s, s.Place, p.Name, s.Date())
	}
}

// Need is how many people a session needs: its own figure, the place's, else
// that of the kind. Two at hospitals, prisons, care homes and in homes are law
// (FV § 55; KRVL § 61); one elsewhere is the law's least (FV § 61).
func Need(s models.Session, p models.Place) int {
	least := 1
	switch p.Kind {
	case models.PlaceHospital, models.PlacePrison, models.PlaceCareHome, models.PlaceHomeRound:
		least = 2
	}
	if s.Need > 0 {
		return max(s.Need, least)
	}
	return max(p.CrewMin, least)
}

// staffing is SelfService when the session meets hours without staff, Unstaffed
// when staffed hours are known and do not cover it, else "".
func staffing(p *models.Place, s *models.Session) Code {
	from, to, w := minuteOf(s.Starts), minuteOf(s.Ends), int(s.Starts.In(models.Copenhagen).Weekday())
	if to == 0 {
		to = 24 * 60
	}
	uncovered := uncovered(p.Staffed, w, from, to)
	for _, gap := range uncovered {
		for _, h := range p.SelfService {
			if h.Weekday == w && h.Opens < gap[1] && gap[0] < h.Closes {
				return SelfService
			}
		}
	}
	if len(p.Staffed) > 0 && len(uncovered) > 0 {
		return Unstaffed
	}
	return ""
}

// uncovered is what of from-to on a weekday lies outside the hours.
func uncovered(hours []models.Hours, weekday, from, to int) [][2]int {
	var room [4]models.Hours // no place opens more often in a day
	day := room[:0]
	for _, h := range hours {
		if h.Weekday == weekday {
			day = append(day, h)
		}
	}
	slices.SortFunc(day, func(a, b models.Hours) int { return a.Opens - b.Opens })
	var gaps [][2]int
	for _, h := range day {
		if h.Opens > from {
			gaps = append(gaps, [2]int{from, min(h.Opens, to)})
		}
		if from = max(from, h.Closes); from >= to {
			return slices.DeleteFunc(gaps, func(g [2]int) bool { return g[0] >= g[1] })
		}
	}
	gaps = append(gaps, [2]int{from, to})
	return slices.DeleteFunc(gaps, func(g [2]int) bool { return g[0] >= g[1] })
}

func minuteOf(t time.Time) int { t = t.In(models.Copenhagen); return t.Hour()*60 + t.Minute() }

// place checks what is about a place as a whole, and its sessions against each
// other; they are in order of start.
func (c *checker) place(p *models.Place, ss []*models.Session) {
	if !p.Decision.Set() && p.Kind != models.PlaceReception {
		c.add(PlaceUndecided, none, p.ID, p.Name)
	}
	if p.Kind != models.PlaceHomeRound {
		var missing language.List
		for _, a := range models.AidsEverywhere {
			if !slices.Contains(p.Aids, a) {
				missing = append(missing, language.Word("planning.aid."+string(a)))
			}
		}
		if len(missing) > 0 {
			c.add(MissingAids, none, p.ID, p.Name, missing)
		}
	}
	c.overlaps(p, ss)
	if len(p.Stops) > 0 {
		c.travel(p, ss)
	}
}

// overlaps compares each session with the one that ends last so far, per room,
// and at mobile places over all stops.
func (c *checker) overlaps(p *models.Place, ss []*models.Session) {
	until := map[string]*models.Session{}
	for _, s := range ss {
		key, code := s.Room, RoomOverlap
		if len(p.Stops) > 0 {
			key, code = "", MobileOverlap
		}
		before, ok := until[key]
		if ok && s.Starts.Before(before.Ends) {
			c.add(code, s, p.ID, p.Name, s.Date())
		}
		if !ok || s.Ends.After(before.Ends) {
			until[key] = s
		}
	}
}

// travel checks the time between consecutive stops of a mobile unit. Stops
// without a map point are not judged.
func (c *checker) travel(p *models.Place, ss []*models.Session) {
	speed, setUp := c.SpeedKMH, c.SetUp
	if speed <= 0 {
		speed = 40
	}
	if setUp <= 0 {
		setUp = 20 * time.Minute
	}
	for i := 1; i < len(ss); i++ {
		a, b := ss[i-1], ss[i]
		from, ok1 := stop(p, a.Stop)
		to, ok2 := stop(p, b.Stop)
		if !ok1 || !ok2 || a.Stop == b.Stop || a.Date() != b.Date() || b.Starts.Before(a.Ends) {
			continue
		}
		need := setUp + time.Duration(Kilometres(from, to)*detour/speed*float64(time.Hour))
		if has := b.Starts.Sub(a.Ends); has < need {
			c.add(ShortTravel, b, p.ID, p.Name, b.Date(), from.Name, to.Name, int(has.Minutes()), int(math.Ceil(need.Minutes())))
		}
	}
}

func stop(p *models.Place, i int) (models.TourStop, bool) {
	if i < 0 || i >= len(p.Stops) || p.Stops[i].Lat == 0 && p.Stops[i].Lon == 0 {
		return models.TourStop{}, false
	}
	return p.Stops[i], true
}

// detour is how much longer the road is than the straight line: 1.3 is the usual
// circuity of European road networks (Ballou et al., Transportation Research A
// 36, 2002).
const detour = 1.3

// Kilometres is the great-circle distance between two stops (haversine, mean
// Earth radius 6,371 km).
func Kilometres(a, b models.TourStop) float64 {
	rad := math.Pi / 180
	h := math.Pow(math.Sin((b.Lat-a.Lat)*rad/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin((b.Lon-a.Lon)*rad/2), 2)
	return 2 * 6371 * math.Asin(math.Min(1, math.Sqrt(h)))
}

// specialAids: each of AidsSomewhere must be at one place with sessions.
func (c *checker) specialAids(byPlace map[string][]*models.Session) {
	if len(byPlace) == 0 {
		return
	}
	for _, a := range models.AidsSomewhere {
		has := slices.ContainsFunc(c.Places, func(p models.Place) bool { return len(byPlace[p.ID]) > 0 && slices.Contains(p.Aids, a) })
		if !has {
			c.add(NoSpecialAids, none, "", language.Word("planning.aid."+string(a)))
		}
	}
}

// lastDays: per election, one place open to any voter must be open from 9 to 16
// on the last day, by one session or by several without a gap.
func (c *checker) lastDays(byPlace map[string][]*models.Session) {
	for i := range c.Elections {
		if e := &c.Elections[i]; !c.coversLastDay(e, byPlace) {
			c.found = append(c.found, Finding{Code: LastDay, Severity: LastDay.Severity(), Law: LastDay.Law(), Day: e.Last, Args: []any{e.Name, e.Last}})
		}
	}
}

// coversLastDay tells whether one place is open without a gap from 9 to 16.
func (c *checker) coversLastDay(e *models.Election, byPlace map[string][]*models.Session) bool {
	from, to := e.Last.At(9, 0), e.Last.At(16, 0)
	for i := range c.Places {
		if !anyVoter(c.Places[i].Kind) {
			continue
		}
		until := from
		for _, s := range byPlace[c.Places[i].ID] {
			if s.Ends.After(until) && !s.Starts.After(until) && s.Serves(e.ID) && s.Date() == e.Last {
				until = s.Ends
			}
		}
		if !until.Before(to) {
			return true
		}
	}
	return false
}

func (c *checker) placeName(id string) string {
	if p := c.places[id]; p != nil {
		return p.Name
	}
	return id
}

// anyVoter tells whether places of a kind are open to any voter (FV § 53; KRVL § 59).
func anyVoter(k models.PlaceKind) bool {
	switch k {
	case models.PlaceLibrary, models.PlaceCitizenService, models.PlaceMobile, models.PlaceOther:
		return true
	}
	return false
}

// elsewhere compares with hours that another list publishes: each must be a
// session with the same start and end.
func (c *checker) elsewhere(byPlace map[string][]*models.Session) {
	for _, h := range c.Elsewhere {
		same := slices.ContainsFunc(byPlace[h.Place], func(s *models.Session) bool { return s.Starts.Equal(h.Starts) && s.Ends.Equal(h.Ends) })
		if same || c.over(h.Ends) {
			continue
		}
		d := models.DateOf(h.Starts)
		f := Finding{Code: HoursDiffer, Severity: HoursDiffer.Severity(), Place: h.Place, Day: d,
			Args: []any{c.placeName(h.Place), d, timeOfDay(h.Starts), timeOfDay(h.Ends), h.Source}}
		if i := slices.IndexFunc(byPlace[h.Place], func(s *models.Session) bool { return s.Date() == d }); i >= 0 {
			f.Session = byPlace[h.Place][i].ID
		}
		c.found = append(c.found, f)
	}
}

func timeOfDay(t time.Time) language.TimeOfDay {
	t = t.In(models.Copenhagen)
	return language.TimeOfDay(60*t.Hour() + t.Minute())
}
