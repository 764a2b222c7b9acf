package onward

import (
	"slices"
	"strconv"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) statisticsRoutes() []site.Route {
	const base = "/statistik"
	return []site.Route{
		site.Get(base, custodypages.BalanceReaders, s.pick(base, "onward.statistics")).InMenu("nav.statistics"),
		site.Get(base+"/:election", custodypages.BalanceReaders, s.statistics),
		site.Get(base+"/:election/tilbage", originReaders, show(s.originPage)),
		site.Get(base+"/:election/tilbage.csv", originReaders, s.originCSV),
		site.Get(base+"/:election/intern.csv", custodypages.BalanceReaders, s.houseCSV),
		site.Get(base+"/:election/intern.xlsx", custodypages.BalanceReaders, s.houseXLSX),
		site.Get(base+"/:election/offentlig.csv", custodypages.BalanceReaders, s.publishedCSV),
		site.Get(base+"/:election/offentlig.xlsx", custodypages.BalanceReaders, s.publishedXLSX),
		site.Get(site.APIPrefix+"elections/:election/statistics", custodypages.BalanceReaders, s.apiStatistics).API(nil, []onward.Cell{}),
		site.Get(site.APIPrefix+"elections/:election/statistics/public", custodypages.BalanceReaders, s.apiPublished).API(nil, publishedOut{}),
	}
}

// statistics shows exact figures to the house; the downloads are made for others.
func (s *Server) statistics(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	cells, err := s.Store.Statistics(r.Context(), e.ID)
	if err != nil {
		return err
	}
	names, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	path := "/statistik/" + e.ID
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("onward.statistics") + ": " + e.Name, Crumbs: []site.Link{{Href: "/statistik", Key: "onward.statistics"}}}}
	p.Blocks = []site.Block{{Text: r.Text("onward.statistics_text", onward.Fewest), Links: []site.Link{{Href: path + "/offentlig.csv", Key: "onward.public_csv"}, {Href: path + "/offentlig.xlsx", Key: "onward.public_xlsx"}, {Href: path + "/intern.csv", Key: "statistics.house_csv"}, {Href: path + "/intern.xlsx", Key: "statistics.house_xlsx"}, {Href: path + "/tilbage", Key: "statistics.origin"}}}}
	days, places, hours, kinds := sumCells(r, cells, names)
	for _, x := range []struct {
		key string
		sum figures
	}{{"onward.per_day", days}, {"onward.per_place", places}, {"onward.per_hour", hours}, {"onward.per_kind", kinds}} {
		p.Blocks = append(p.Blocks, countBlock(r, x.key, x.sum))
	}
	for _, block := range []func() (site.Block, error){
		func() (site.Block, error) { return s.waitBlock(r, e.ID, cells, names) }, func() (site.Block, error) { return s.useBlock(r, e.ID, names) },
		func() (site.Block, error) { return s.serviceBlock(r, e.ID) }, func() (site.Block, error) { return s.earlierBlock(r, e) },
	} {
		b, err := block()
		if err != nil {
			return err
		}
		p.Blocks = append(p.Blocks, b)
	}
	return site.BlockView.Render(r, p)
}

// figures are labels with their numbers, in the order in which they are shown.
type figures struct {
	labels []string
	counts []int
}

func (p *figures) add(label string, n int) {
	p.labels, p.counts = append(p.labels, label), append(p.counts, n)
}

func sumCells(r *site.Request, cells []onward.Cell, names map[string]string) (days, places, hours, kinds figures) {
	byDay, byPlace, byHour, byKind := map[models.Date]int{}, map[string]int{}, map[int]int{}, map[string]int{}
	for _, c := range cells {
		byDay[c.Date] += c.N
		byPlace[c.Place] += c.N
		byHour[c.Hour] += c.N
		byKind[c.Kind] += c.N
	}
	var ds []models.Date
	for d := range byDay {
		ds = append(ds, d)
	}
	slices.SortFunc(ds, models.Date.Compare)
	for _, d := range ds {
		days.add(r.ShortDay(d), byDay[d])
	}
	ids := sortedKeys(byPlace)
	slices.SortStableFunc(ids, func(a, b string) int { return byPlace[b] - byPlace[a] })
	for _, id := range ids {
		places.add(names[id], byPlace[id])
	}
	for h := range 24 {
		if byHour[h] > 0 {
			hours.add(r.Text("onward.hour", h, h+1), byHour[h])
		}
	}
	for _, k := range []string{"own", "other", "unknown"} {
		kinds.add(r.Text("onward.kind."+k), byKind[k])
	}
	return days, places, hours, kinds
}

// countBlock is a picture and the same numbers as a table.
func countBlock(r *site.Request, key string, p figures) site.Block {
	t := site.Table{Caption: r.Text(key), Quiet: true, Empty: r.Text("onward.protocol_empty"), Columns: []site.Column{{Text: r.Text(key)}, {Text: r.Text("onward.number"), Number: true}}}
	total := 0
	for i, l := range p.labels {
		t.Rows = append(t.Rows, []site.Cell{{Text: l}, {Text: digits(r, p.counts[i])}})
		total += p.counts[i]
	}
	if len(t.Rows) > 0 {
		t.Foot = []site.Cell{{Text: r.Text("onward.sum")}, {Text: digits(r, total)}}
	}
	return site.Block{Heading: r.Text(key), Bars: site.Bars(r.Text(key), p.labels, p.counts), Table: t}
}

// waitBlock tells of the lines at the desks.
func (s *Server) waitBlock(r *site.Request, election string, cells []onward.Cell, names map[string]string) (site.Block, error) {
	all, err := s.Store.Waits(r.Context(), election, cells)
	if err != nil {
		return site.Block{}, err
	}
	t := site.Table{Caption: r.Text("statistics.waits"), Quiet: true, Empty: r.Text("statistics.waits_empty"), Columns: []site.Column{{Text: r.Text("desk.place")}, {Text: r.Text("statistics.marks"), Number: true}, {Text: r.Text("statistics.longest"), Number: true}, {Text: r.Text("desk.when")}, {Text: r.Text("statistics.wait_minutes"), Number: true}}}
	var p figures
	for _, x := range all {
		t.Rows = append(t.Rows, []site.Cell{{Text: names[x.Place]}, {Text: digits(r, x.Marks)}, {Text: digits(r, x.Longest)}, {Text: r.Moment(x.At)}, {Text: blank(r, x.Minutes)}})
		p.add(names[x.Place], x.Longest)
	}
	return site.Block{Heading: r.Text("statistics.waits"), Text: r.Text("statistics.waits_text"), Bars: site.Bars(r.Text("statistics.longest"), p.labels, p.counts), Table: t}, nil
}

// useBlock tells of the blank material.
func (s *Server) useBlock(r *site.Request, election string, names map[string]string) (site.Block, error) {
	all, err := s.Store.Uses(r.Context(), election)
	if err != nil {
		return site.Block{}, err
	}
	t := site.Table{Caption: r.Text("statistics.material"), Quiet: true, Empty: r.Text("onward.protocol_empty"), Columns: []site.Column{{Text: r.Text("desk.place")}, {Text: r.Text("statistics.sets_used"), Number: true}, {Text: r.Text("statistics.sets_spoiled"), Number: true}, {Text: r.Text("statistics.per_hundred"), Number: true}}}
	var p figures
	var sum onward.Use
	for _, x := range all {
		t.Rows = append(t.Rows, []site.Cell{{Text: names[x.Place]}, {Text: digits(r, x.Votes)}, {Text: digits(r, x.Spoiled)}, {Text: tenths(r, x.PerHundred())}})
		p.add(names[x.Place], x.Spoiled)
		sum.Votes, sum.Spoiled = sum.Votes+x.Votes, sum.Spoiled+x.Spoiled
	}
	if len(all) > 0 {
		t.Foot = []site.Cell{{Text: r.Text("onward.sum")}, {Text: digits(r, sum.Votes)}, {Text: digits(r, sum.Spoiled)}, {Text: tenths(r, sum.PerHundred())}}
	}
	out := site.Block{Heading: r.Text("statistics.material"), Table: t}
	if sum.Spoiled > 0 {
		out.Bars = site.Bars(r.Text("statistics.sets_spoiled"), p.labels, p.counts)
	}
	return out, nil
}

func (s *Server) serviceBlock(r *site.Request, election string) (site.Block, error) {
	all, err := s.Store.Services(r.Context(), election)
	if err != nil {
		return site.Block{}, err
	}
	t := site.Table{Caption: r.Text("onward.services"), Quiet: true, Empty: r.Text("onward.services_empty"), Columns: []site.Column{{Text: r.Text("onward.service")}, {Text: r.Text("onward.places"), Number: true}, {Text: r.Text("onward.number"), Number: true}, {Text: r.Text("onward.staff_hours"), Number: true}, {Text: r.Text("onward.minutes_per_vote"), Number: true}, {Text: r.Text("onward.votes_per_hour"), Number: true}}}
	var p figures
	for _, x := range all {
		t.Rows = append(t.Rows, []site.Cell{{Text: r.Text("onward.model." + string(x.Model))}, {Text: digits(r, x.Places)}, {Text: digits(r, x.Votes)}, {Text: tenths(r, float64(x.Minutes)/60)}, {Text: tenths(r, x.PerVote())}, {Text: tenths(r, x.PerHour())}})
		p.add(r.Text("onward.model."+string(x.Model)), int(x.PerVote()*10+0.5))
	}
	chart := site.Bars(r.Text("onward.minutes_per_vote"), p.labels, p.counts)
	for i, n := range p.counts {
		chart.Bars[i].Text = tenths(r, float64(n)/10)
	}
	return site.Block{Heading: r.Text("onward.services"), Text: r.Text("onward.services_text"), Bars: chart, Table: t}, nil
}

// tenths is a number with one decimal, with the comma of the language.
func tenths(r *site.Request, f float64) string {
	s := strconv.FormatFloat(f, 'f', 1, 64)
	if r.Lang == language.Danish {
		return s[:len(s)-2] + "," + s[len(s)-1:]
	}
	return s
}

// earlierBlock compares with earlier elections at the same number of days before
// the election day.
func (s *Server) earlierBlock(r *site.Request, e models.Election) (site.Block, error) {
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return site.Block{}, err
	}
	left := max(0, e.Date.Sub(models.DateOf(s.Now())))
	t := site.Table{Caption: r.Text("onward.earlier"), Quiet: true, Empty: r.Text("onward.protocol_empty"), Columns: []site.Column{{Text: r.Text("election.name")}, {Text: r.Text("onward.until_now", left), Number: true}, {Text: r.Text("onward.sum"), Number: true}}}
	for _, x := range all {
		if x.Practice != e.Practice {
			continue
		}
		cells, err := s.Store.Statistics(r.Context(), x.ID)
		if err != nil {
			return site.Block{}, err
		}
		total, now := 0, 0
		for _, c := range cells {
			total += c.N
			if x.Date.Sub(c.Date) >= left {
				now += c.N
			}
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: x.Name}, {Text: digits(r, now)}, {Text: digits(r, total)}})
	}
	return site.Block{Heading: r.Text("onward.earlier"), Table: t}, nil
}
