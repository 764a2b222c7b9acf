package web

import (
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
)

// clock is a wall-clock time in the page's language.
func (r *Request) clock(t time.Time) string { return language.Clock(r.Lang, t.In(models.Copenhagen)) }

// stockLine is one equation of the material balance on screen.
type stockLine struct {
	Item, Name string
	models.Stock
	Holds bool
}

// pileLine is one pile to count by hand.
type pileLine struct {
	Key, Field, Text string
	Book, Found      int
}

type deskClosingPage struct {
	Chrome
	deskHead
	Step      string // shut, count, recount, explain, pack, sign, closed
	Tasks     []Task
	Piles     []pileLine
	Stock     []stockLine
	SearchAt  []Option
	Second    []Option
	OnDesk    []Fact // what lies at the desk and is not packed
	Sums      []Equation
	Events    Table
	Facts     []Fact
	Unpacked  bool
	Packing   []packLine
	Boxes     Table
	Waiting   int // events in the outboxes of the session's desks
	CountedBy string
}

var deskClosingView = newView[*deskClosingPage]("desk-closing")

// deskClosing is the evening: doors, hand count, packing, material, signatures.
func (s *Server) deskClosing(r *Request) error {
	p, _, err := s.deskClosingPage(r)
	if err != nil {
		return err
	}
	return deskClosingView.render(r, p)
}

func (s *Server) deskClosingPage(r *Request) (*deskClosingPage, custody.Shift, error) {
	sh, err := s.deskShift(r)
	if err != nil {
		return nil, sh, err
	}
	x := sh.Session
	p := &deskClosingPage{Chrome: Chrome{Crumbs: deskCrumbs, TitleKey: "desk-closing.title", TitleArgs: []any{sh.Place.Name}}, deskHead: r.deskHead(sh, "closing")}
	p.Step = closingStep(sh)
	p.Tasks = closingTasks(r, p.Step, x.ID)
	names, err := s.store.Names(r.Context())
	if err != nil {
		return nil, sh, err
	}
	for _, c := range x.Crew {
		if c.Until.IsZero() && c.Person != r.Account.Person {
			p.Second = append(p.Second, Option{Value: c.Person, Text: names[c.Person].Name})
		}
	}
	for _, spot := range sh.Place.SearchAt {
		p.SearchAt = append(p.SearchAt, Option{Value: spot, Text: spot})
	}
	if n := len(x.HandCounts); n > 0 {
		p.CountedBy = names[x.HandCounts[n-1].Person].Name
	}
	p.fillPiles(r, sh)
	if p.Step == "pack" || p.Step == "sign" || p.Step == "closed" {
		if err := s.fillBalance(r, p, sh); err != nil {
			return nil, sh, err
		}
	}
	if p.Waiting, err = s.store.DeskWaiting(r.Context(), x.ID); err != nil {
		return nil, sh, err
	}
	if err := s.fillPacking(r, p, sh); err != nil {
		return nil, sh, err
	}
	if p.Step == "closed" {
		p.fillReport(r, x, names)
		events, err := s.store.DeskEvents(r.Context(), x.ID, 400)
		if err != nil {
			return nil, sh, err
		}
		events = slices.DeleteFunc(events, func(e custody.DeskEvent) bool { return e.Act == custody.DeskReceive && e.UndoneBy == "" && !e.Late })
		if p.Events, err = s.eventTable(r, events); err != nil {
			return nil, sh, err
		}
		p.Events.Caption = r.Text("desk.events_told")
	}
	return p, sh, nil
}

// closingStep is what comes next in the evening.
func closingStep(sh custody.Shift) string {
	x := sh.Session
	open := false
	for item, n := range sh.Held {
		_, _, env := custody.EnvelopeOf(item)
		open = open || env && n > 0
	}
	switch {
	case x.State == models.SessionClosed:
		return "closed"
	case x.State != models.SessionClosing:
		return "shut"
	case x.Desk.Counted == "":
		return "count"
	case x.Desk.Counted == custody.CountedDiffers && len(x.HandCounts) < 2:
		return "recount"
	case x.Desk.Counted == custody.CountedDiffers:
		return "explain"
	case open:
		return "pack"
	}
	return "sign"
}

func closingTasks(r *Request, step, session string) []Task {
	order := []string{"shut", "count", "recount", "explain", "pack", "sign", "closed"}
	now := slices.Index(order, step)
	var ts []Task
	for _, t := range []string{"shut", "count", "pack", "sign"} {
		i := slices.Index(order, t)
		tag := Tag{"plain", r.Text("desk.step.later")}
		switch {
		case now > i && !(t == "count" && now < 4):
			tag = Tag{"ok", r.Text("desk.step.done")}
		case now == i || t == "count" && now < 4 && now > 0:
			tag = Tag{"warn", r.Text("desk.step.now")}
		}
		ts = append(ts, Task{Text: r.Text("desk.step." + t), Tag: tag})
	}
	return ts
}

// fillPiles lists the piles. The book's figures are filled in only once the
// count is settled: until then they are in no page (blind count).
func (p *deskClosingPage) fillPiles(r *Request, sh custody.Shift) {
	book := sh.BookCounts()
	settled := p.Step != "shut" && p.Step != "count" && p.Step != "recount"
	for _, id := range sh.Session.Elections {
		for _, kind := range []string{custody.Own, "other", custody.Unknown} {
			key := custody.CountKey(id, kind)
			l := pileLine{Key: key, Field: "count:" + key, Text: sh.Elections[id].Word + " – " + id + ": " + r.Text("desk.kind."+kind)}
			if n := len(sh.Session.HandCounts); settled && n > 0 {
				l.Book, l.Found = book[key], sh.Session.HandCounts[n-1].Counts[key]
			}
			p.Piles = append(p.Piles, l)
		}
		if settled {
			total := 0
			for item, n := range sh.Held {
				if e, _, ok := custody.EnvelopeOf(item); ok && e == id {
					total += int(n)
				}
			}
			if total > 0 {
				p.Unpacked = true
				p.OnDesk = append(p.OnDesk, Fact{Name: sh.Elections[id].Word + " – " + sh.Elections[id].Name, Text: language.Number(r.Lang, int64(total))})
			}
		}
	}
}

// fillBalance shows the equation of each election and the material balance.
func (s *Server) fillBalance(r *Request, p *deskClosingPage, sh custody.Shift) error {
	tallies, err := s.store.Tallies(r.Context(), sh.Session)
	if err != nil {
		return err
	}
	used, spoiled := map[string]int{}, map[string]int{}
	for _, t := range tallies {
		used[t.Election] = t.Received
		spoiled[custody.Material(t.Election, custody.MaterialSet)] = t.Spoiled
		p.Sums = append(p.Sums, Equation{Received: t.Received, Parts: []Part{
			{r.Text("desk.kind.own"), t.Kinds[custody.Own]}, {r.Text("desk.kind.other"), t.Kinds["other"]}, {r.Text("desk.kind.unknown"), t.Kinds[custody.Unknown]}}})
	}
	for _, item := range stockItems(sh.Session) {
		p.Stock = append(p.Stock, r.stockLine(sh, item, used, spoiled))
	}
	return nil
}

// stockItems are the items counted at a session, in the order of its elections.
func stockItems(x models.Session) []string {
	var items []string
	for _, id := range x.Elections {
		for _, what := range custody.Materials {
			if _, ok := x.Desk.Stock[custody.Material(id, what)]; ok {
				items = append(items, custody.Material(id, what))
			}
		}
	}
	return items
}

func (r *Request) stockLine(sh custody.Shift, item string, used, spoiled map[string]int) stockLine {
	st := sh.Session.Desk.Stock[item]
	id, what := custody.MaterialOf(item)
	if sh.Session.State != models.SessionClosed {
		st.Used, st.Spoiled = used[id], spoiled[item]
	}
	return stockLine{Item: item, Name: sh.Elections[id].Word + " – " + id + ": " + r.Text("desk.material."+what), Stock: st, Holds: st.Off() == 0}
}

// fillReport is the day report on screen.
func (p *deskClosingPage) fillReport(r *Request, x models.Session, names map[string]models.Private) {
	by := ""
	for i, id := range x.ClosedBy {
		if i > 0 {
			by += ", "
		}
		by += names[id].Name
	}
	p.Facts = []Fact{
		{Name: r.Text("desk.planned"), Text: r.hours(x)},
		{Name: r.Text("desk.actual"), Text: r.clock(x.OpenedAt) + "–" + r.clock(x.ShutAt)},
		{Name: r.Text("desk.closed_at"), Text: r.clock(x.ClosedAt) + " · " + by},
		{Name: r.Text("desk.in_line_then"), Text: strconv.Itoa(x.Desk.InLine)},
		{Name: r.Text("desk.counted"), Text: r.Text("desk.counted." + x.Desk.Counted)},
	}
	if x.Explanation != "" {
		p.Facts = append(p.Facts, Fact{Name: r.Text("desk.explanation"), Text: x.Explanation})
	}
	if x.Desk.Unsealed != "" {
		p.Facts = append(p.Facts, Fact{Name: r.Text("desk.unsealed"), Text: x.Desk.Unsealed})
	}
	for _, id := range x.Desk.Deviations {
		p.Facts = append(p.Facts, Fact{Name: r.Text("desk.deviation"), Text: id, Serial: true})
	}
}

// deskClose takes the forms of the evening; "do" tells which.
func (s *Server) deskClose(r *Request) error {
	p, sh, err := s.deskClosingPage(r)
	if err != nil {
		return err
	}
	message, err := s.closingAct(r, p, sh)
	if err != nil {
		return deskClosingView.again(r, err, p)
	}
	if r.Field("do") == "resume" {
		return r.done("/skranke/"+sh.Session.ID, message)
	}
	return r.done("/skranke/"+sh.Session.ID+"/lukning", message)
}

// closingAct does one step and returns the message for it.
func (s *Server) closingAct(r *Request, p *deskClosingPage, sh custody.Shift) (string, error) {
	ctx, id := r.Context(), sh.Session.ID
	switch r.Field("do") {
	case "shut":
		n := 0
		var err error
		if r.Field("in_line") != "" {
			if n, err = r.Count("in_line"); err != nil {
				return "", err
			}
		}
		_, err = s.store.ShutSession(ctx, r.act(), id, n)
		return "desk.shut_done", err
	case "resume":
		_, err := s.store.ResumeSession(ctx, r.act(), id)
		return "desk.resumed", err
	case "count":
		return s.countByHand(r, p, id)
	case "explain":
		act, err := s.witnessed(r)
		if err != nil {
			return "", err
		}
		_, err = s.store.ExplainCount(ctx, act, id, r.Field("explanation"))
		return "desk.explained", err
	case "pack":
		return "desk.packed", s.packAndSeal(r, p, sh)
	case "close":
		return s.sign(r, p, sh)
	}
	return "", models.Invalid("do", "desk.act_unknown")
}

func (s *Server) countByHand(r *Request, p *deskClosingPage, id string) (string, error) {
	counts := map[string]int{}
	for _, l := range p.Piles {
		n, err := r.Count(l.Field)
		if err != nil {
			return "", err
		}
		counts[l.Key] = n
	}
	x, err := s.store.HandCount(r.Context(), r.act(), id, counts)
	if err != nil {
		return "", err
	}
	return "desk.counted." + x.Desk.Counted, nil
}

// witnessed is the act with a second person, who has confirmed with their PIN.
func (s *Server) witnessed(r *Request) (models.Act, error) {
	act := r.act()
	who, err := s.store.Switch(r.Context(), r.Field("witness_login"), r.http().PostForm.Get("pin"))
	if err != nil {
		if models.CodeOf(err) == models.CodeUnauthorized {
			return act, models.Invalid("witness_login", "desk.witness_pin")
		}
		return act, err
	}
	act.Witness = who.Person.ID
	return act, nil
}

func (s *Server) sign(r *Request, p *deskClosingPage, sh custody.Shift) (string, error) {
	cmd := custody.CloseCmd{Left: map[string]int{}, Explain: map[string]string{}, Unsealed: r.Field("unsealed")}
	for _, l := range p.Stock {
		n, err := r.Count("left:" + l.Item)
		if err != nil {
			return "", err
		}
		cmd.Left[l.Item], cmd.Explain[l.Item] = n, r.Field("explain:"+l.Item)
	}
	for _, spot := range r.Fields("searched") {
		cmd.Searched = append(cmd.Searched, models.Check{Key: spot, Person: r.Account.Person, At: s.now().UTC()})
	}
	act, err := s.witnessed(r)
	if err != nil {
		return "", err
	}
	for i := range cmd.Searched {
		cmd.Searched[i].Witness = act.Witness
	}
	_, err = s.store.CloseSession(r.Context(), act, sh.Session.ID, cmd)
	return "desk.closed_done", err
}
