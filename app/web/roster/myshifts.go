package roster

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
)

type myShiftsPage struct {
	site.Chrome
	Shifts  []myShift
	Free    []myShift     // offered by others
	Asked   []myShift     // swaps that somebody asks me for
	Swaps   []site.Option // shifts of others that mine could be swapped with
	Mine    []site.Option
	HasFeed bool
	Feed    string
	Wishes  string // deadline, "" for none
	Nothing site.Empty
	Tasks   site.Table // what the person may do at each of their places
}

// myShift is one shift with what may be done with it.
type myShift struct {
	ID, When, Place, Who string
	Tag                  site.Tag
	Acts                 []site.Option
	CanSplit             bool
	Asks                 string // the shift that the person asks for instead
	Yours                string // the own shift that another asks for
}

type myWishesPage struct {
	site.Chrome
	Election models.Election
	Closed   bool
	Due      string
	Days     []wishDay
	Places   []site.Option
	Target   string
}

// wishDay is one day with its two answers.
type wishDay struct {
	Label      string
	Early      []site.Option
	EarlyName  string
	EarlyLabel string
	Late       []site.Option
	LateName   string
	LateLabel  string
}

var (
	myShiftsView = site.NewView[*myShiftsPage]("my-shifts")
	myWishesView = site.NewView[*myWishesPage]("my-wishes")
)

// myShifts is a person's own page: their shifts and nobody else's, what others
// have given up, and the calendar address.
func (s *Server) myShifts(r *site.Request) error {
	p, err := s.myShiftsPage(r)
	if err != nil {
		return err
	}
	return myShiftsView.Render(r, p)
}

func (s *Server) myShiftsPage(r *site.Request) (*myShiftsPage, error) {
	me, now := r.Account.Person, s.Now()
	shifts, err := s.Store.Shifts(r.Context(), now.AddDate(0, 0, -1), time.Time{})
	if err != nil {
		return nil, err
	}
	at, err := s.Store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	abilities, err := s.Ability(r)
	if err != nil {
		return nil, err
	}
	own := ownShifts{r: r, now: now, places: site.PlaceNamesOf(at), names: names, all: map[string]staffing.Shift{}}
	for _, x := range shifts {
		own.all[x.ID] = x
	}
	p := &myShiftsPage{Nothing: site.Empty{Title: r.Text("my-shifts.empty"), Text: r.Text("my-shifts.empty_text")}}
	p.Tasks = r.MyPlaces(at, abilities, func(place string) bool {
		works := slices.ContainsFunc(shifts, func(x staffing.Shift) bool { return x.Place == place && own.mine(x) })
		return works || slices.Contains(abilities.Person.Places, place)
	})
	for _, x := range shifts {
		p.list(x, own)
	}
	if p.HasFeed, err = s.Store.HasFeed(r.Context(), me); err != nil {
		return nil, err
	}
	if e, ok, err := s.NextElection(r); err == nil && ok && !e.WishesDue.IsZero() {
		p.Wishes = r.ShortDay(e.WishesDue)
	}
	return p, nil
}

// ownShifts tells the reader's own shifts from those of others, and names each.
type ownShifts struct {
	r      *site.Request
	now    time.Time
	places map[string]string         // by id
	names  map[string]models.Private // by person
	all    map[string]staffing.Shift // by id
}

// mine tells whether a shift is the reader's and not over yet.
func (o ownShifts) mine(x staffing.Shift) bool {
	return x.Person == o.r.Account.Person && x.Until.After(o.now)
}

// told is a shift in a few words: its hours and its place.
func (o ownShifts) told(x staffing.Shift) string {
	return shiftHours(o.r, x) + ", " + o.places[x.Place]
}

// list puts a shift under what the reader may do with it: their own, one that
// somebody wants to swap for theirs, one given up, or one to ask for. Most shifts
// are none of these.
func (p *myShiftsPage) list(x staffing.Shift, own ownShifts) {
	line := myShift{ID: x.ID, When: shiftHours(own.r, x), Place: own.places[x.Place], Who: own.names[x.Person].Name, Tag: shiftTag(own.r, x.State)}
	other, swaps := own.all[x.SwapWith]
	ahead := x.From.After(own.now)
	switch {
	case own.mine(x):
		line.Acts, line.CanSplit = myActs(own.r, x), x.Firm() && !x.StandIn && ahead
		if swaps {
			line.Asks = own.told(other) + ", " + own.names[other.Person].Name
		}
		p.Shifts = append(p.Shifts, line)
		if x.Firm() {
			p.Mine = append(p.Mine, site.Option{Value: x.ID, Text: own.told(x)})
		}
	case swaps && own.mine(other):
		line.Yours = own.told(other)
		p.Asked = append(p.Asked, line)
	case x.State == staffing.ShiftOffered && ahead:
		p.Free = append(p.Free, line)
	case x.Firm() && ahead && x.Person != own.r.Account.Person:
		p.Swaps = append(p.Swaps, site.Option{Value: x.ID, Text: own.told(x) + ", " + shortName(line.Who)})
	}
}

// myActs are the acts that the state table allows now.
func myActs(r *site.Request, x staffing.Shift) []site.Option {
	var out []site.Option
	for _, a := range []staffing.ShiftAct{staffing.ShiftConfirm, staffing.ShiftKeep, staffing.ShiftGiveUp, staffing.ShiftFallIll} {
		if staffing.ShiftStates.Allows(x.State, a) {
			out = append(out, site.Option{Value: string(a), Text: r.Text("staffing.act." + string(a))})
		}
	}
	return out
}

// myShiftsDo does one act on own shifts.
func (s *Server) myShiftsDo(r *site.Request) error {
	var out []staffing.Shift
	var err error
	do := r.Field("do")
	switch do {
	case "confirm", "give_up", "keep", "fall_ill":
		out, err = s.Store.OwnShift(r.Context(), r.Act(), r.Field("shift"), staffing.ShiftAct(do))
	case "split":
		out, err = s.splitMine(r)
	case "claim":
		out, err = s.Store.ClaimShift(r.Context(), r.Act(), r.Field("shift"))
	case "swap", "agree", "decline", "unask":
		asked := r.Field("shift")
		if do == swapAsk {
			asked = r.Field("mine")
		}
		_, err = s.swap(r, do, asked, r.Field("theirs"))
	case "feed":
		var token string
		if token, err = s.Store.MakeFeed(r.Context(), r.Account.Person); err == nil {
			return r.Done("/min-vagtplan", "my-shifts.feed_made", s.BaseURL+"/kalender/"+token+".ics")
		}
	case "nofeed":
		err = s.Store.RevokeFeed(r.Context(), r.Account.Person)
	default:
		err = models.Invalid("do", "roster.unknown_choice")
	}
	if err != nil {
		p, perr := s.myShiftsPage(r)
		if perr != nil {
			return perr
		}
		return myShiftsView.Again(r, err, p)
	}
	s.tell(r, out)
	return r.Done("/min-vagtplan", "my-shifts.done."+do)
}

// splitMine cuts one of the person's own shifts at a time of its day.
func (s *Server) splitMine(r *site.Request) ([]staffing.Shift, error) {
	x, err := s.Store.ShiftByID(r.Context(), r.Field("shift"))
	if err != nil {
		return nil, err
	}
	at, err := clockOn(r, models.DateOf(x.From), "at")
	if err != nil {
		return nil, err
	}
	return s.Store.SplitShift(r.Context(), r.Act(), x.ID, at)
}

func (s *Server) myWishesPage(r *site.Request) (*myWishesPage, error) {
	e, ok, err := s.NextElection(r)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, models.E(models.CodeNotFound, "")
	}
	w, err := s.Store.WishOf(r.Context(), r.Account.Person, e.ID)
	if err != nil {
		return nil, err
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	today := models.DateOf(s.Now())
	p := &myWishesPage{Chrome: site.Chrome{Crumbs: []site.Link{{Href: "/min-vagtplan", Key: "my-shifts.title"}}, TitleArgs: []any{e.Name}}, Election: e, Closed: !e.WishesDue.IsZero() && today.After(e.WishesDue), Target: fmt.Sprint(w.TargetMin / 60)}
	if !e.WishesDue.IsZero() {
		p.Due = r.ShortDay(e.WishesDue)
	}
	from := e.First
	if today.After(from) {
		from = today
	}
	for d := from; !d.After(e.Last); d = d.Add(1) {
		label := language.Weekday(r.Lang, d.Weekday()) + " " + site.DayMonth(r.Lang, d)
		p.Days = append(p.Days, wishDay{Label: label, Early: answers(r, w.Of(staffing.HalfDay{Day: d})), EarlyName: "d" + d.String() + "a", EarlyLabel: label + ", " + r.Text("my-wishes.early"),
			Late: answers(r, w.Of(staffing.HalfDay{Day: d, Late: true})), LateName: "d" + d.String() + "b", LateLabel: label + ", " + r.Text("my-wishes.late")})
	}
	for _, pl := range places {
		if pl.Kind == models.PlaceReception {
			continue
		}
		p.Places = append(p.Places, site.Option{Value: pl.ID, Text: pl.Name, Checked: slices.Contains(w.Places, pl.ID)})
	}
	return p, nil
}

func answers(r *site.Request, now staffing.Answer) []site.Option {
	var out []site.Option
	for _, a := range staffing.Answers {
		out = append(out, site.Option{Value: string(a), Text: r.Text("staffing.answer." + string(a)), Checked: a == now})
	}
	return out
}

func (s *Server) myWishesForm(r *site.Request) error {
	p, err := s.myWishesPage(r)
	if models.CodeOf(err) == models.CodeNotFound { // no election asks for wishes: the page before says so
		return r.Done("/min-vagtplan", "")
	}
	if err != nil {
		return err
	}
	return myWishesView.Render(r, p)
}

// myWishes saves the person's own wishes: whose they are comes from the login
// and from nothing in the form.
func (s *Server) myWishes(r *site.Request) error {
	p, err := s.myWishesPage(r)
	if err != nil {
		return err
	}
	w := staffing.Wish{Places: r.Fields("places")}
	hours, err := r.Count("target")
	if err != nil {
		return myWishesView.Again(r, err, p)
	}
	w.TargetMin = min(hours, 10_000) * 60
	for d := p.Election.First; !d.After(p.Election.Last); d = d.Add(1) {
		for _, half := range []string{"a", "b"} {
			if v := r.Field("d" + d.String() + half); v != "" {
				w.Said = append(w.Said, staffing.Said{HalfDay: staffing.HalfDay{Day: d, Late: half == "b"}, Answer: staffing.Answer(v)})
			}
		}
	}
	if err := s.Store.SayWishes(r.Context(), r.Act(), r.Account.Person, p.Election.ID, w); err != nil {
		return myWishesView.Again(r, err, p)
	}
	return r.Done("/min-vagtplan", "my-wishes.done")
}

// calendarFeed is a person's calendar for their own program: the address is the
// key. A wrong one is not found, whatever is wrong with it.
func (s *Server) calendarFeed(r *site.Request) error {
	token, ok := strings.CutSuffix(r.Param("file"), ".ics")
	if !ok {
		return models.E(models.CodeNotFound, "")
	}
	person, err := s.Store.FeedPerson(r.Context(), token)
	if err != nil {
		return err
	}
	shifts, err := s.Store.ShiftsOf(r.Context(), person)
	if err != nil {
		return err
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return err
	}
	r.Writer().Header().Set("Cache-Control", "private, no-store")
	return r.Calendar(s.shiftCalendar(r.Lang, shifts, places), "vagter", "")
}
