package roster

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// WriteLP writes the instance as an integer programme in the LP format that CBC,
// HiGHS and others read: one 0/1 column for each person and day pattern in reach
// (named x_person_session or x_person_session_session), integer columns for
// missing people and, per person, for the steps of the soft limits. Its optimum
// is the optimum of the instance as long as the steps above target are multiples
// of 30 minutes. It is there to measure the planner against, not to plan with.
// Errors are those of w, or Findings when the instance is not valid.
func WriteLP(w io.Writer, in Instance) error {
	if err := in.Validate().err(); err != nil {
		return err
	}
	m := compile(in)
	l := &lpWriter{m: m, b: newBounder(m, newState(m)), w: bufio.NewWriter(w)}
	l.say("\\ %s\nMinimize\n obj:", in.Name)
	l.objective()
	l.say("\nSubject To\n")
	l.sessions()
	for p := range m.P {
		l.days(p)
		l.hours(p)
	}
	l.say("Bounds\n")
	l.integers("bounds")
	l.say("Generals\n")
	l.integers("names")
	l.say("Binaries\n")
	l.each(func(p int, e entry) { l.say(" %s\n", l.name(p, e)) })
	l.say("End\n")
	return l.w.Flush()
}

// lpWriter writes one programme; a line holds a term, since readers bound lines.
type lpWriter struct {
	m *model
	b *bounder
	w *bufio.Writer
}

func (l *lpWriter) say(format string, args ...any) { fmt.Fprintf(l.w, format, args...) }

// name of the column of a person's pattern.
func (l *lpWriter) name(p int, e entry) string {
	pt := &l.m.pats[e.pat]
	if pt.s2 < 0 {
		return fmt.Sprintf("x_%d_%d", p, pt.s1)
	}
	return fmt.Sprintf("x_%d_%d_%d", p, pt.s1, pt.s2)
}

// each calls f for every column of every person, of(p) for those of one.
func (l *lpWriter) each(f func(p int, e entry)) {
	for p := range l.m.P {
		for _, e := range l.of(p, 0, l.m.D) {
			f(p, e)
		}
	}
}

// of are the columns of a person with first ≤ day < end.
func (l *lpWriter) of(p, first, end int) []entry {
	return l.b.entries[l.b.from[p*l.m.D+first]:l.b.from[p*l.m.D+end]]
}

func (l *lpWriter) objective() {
	w := l.m.in.Weights
	l.each(func(p int, e entry) {
		if e.base != 0 {
			l.say("\n + %d %s", e.base, l.name(p, e))
		}
	})
	for x := range l.m.S {
		l.say("\n + %d h_%d", w.Shortage, x)
	}
	for p := range l.m.P {
		for k, c := range w.OverCost {
			l.say("\n + %d o_%d_%d", c, p, k)
		}
		for k, c := range w.UnpopularCost {
			l.say("\n + %d u_%d_%d", c, p, k)
		}
	}
}

// sessions asks for people, and bounds those who are no receivers and no leads:
// with k missing at least minimum − k must be, so at most need − minimum are not.
func (l *lpWriter) sessions() {
	at := make([][]string, l.m.S)
	notReceiver, notLead := make([][]string, l.m.S), make([][]string, l.m.S)
	l.each(func(p int, e entry) {
		pt, name := &l.m.pats[e.pat], l.name(p, e)
		for _, x := range [2]int32{pt.s1, pt.s2} {
			if x < 0 {
				continue
			}
			at[x] = append(at[x], name)
			if l.m.nr[p] == 1 {
				notReceiver[x] = append(notReceiver[x], name)
			}
			if l.m.nl[p] == 1 {
				notLead[x] = append(notLead[x], name)
			}
		}
	})
	for x := range l.m.S {
		l.sum(fmt.Sprintf("n_%d", x), append(at[x], fmt.Sprintf("h_%d", x)), "=", int(l.m.need[x]))
		l.sum(fmt.Sprintf("r_%d", x), notReceiver[x], "<=", int(l.m.capNR[x]))
		l.sum(fmt.Sprintf("l_%d", x), notLead[x], "<=", int(l.m.capNL[x]))
	}
}

// sum writes a row that adds columns up, and nothing where there are none.
func (l *lpWriter) sum(row string, names []string, relation string, limit int) {
	if len(names) == 0 {
		return
	}
	l.say(" %s:", row)
	for _, n := range names {
		l.say("\n + %s", n)
	}
	l.say(" %s %d\n", relation, limit)
}

// days: one pattern a day, and rest to the next day. Of all that ends at e or
// later and all that starts too early after e, a person works at most one.
func (l *lpWriter) days(p int) {
	for d := range l.m.D {
		today := l.of(p, d, d+1)
		var names []string
		ends := map[int32]bool{}
		for _, e := range today {
			names = append(names, l.name(p, e))
			ends[l.m.pats[e.pat].end] = true
		}
		l.sum(fmt.Sprintf("d_%d_%d", p, d), names, "<=", 1)
		if d == l.m.D-1 {
			continue
		}
		for _, end := range slices.Sorted(maps.Keys(ends)) {
			l.rest(p, d, end)
		}
	}
}

func (l *lpWriter) rest(p, d int, end int32) {
	var late, early []string
	for _, e := range l.of(p, d, d+1) {
		if l.m.pats[e.pat].end >= end {
			late = append(late, l.name(p, e))
		}
	}
	for _, e := range l.of(p, d+1, d+2) {
		if l.m.in.rest(d, int(end), int(l.m.pats[e.pat].start)) < l.m.in.MinRestMin {
			early = append(early, l.name(p, e))
		}
	}
	if len(early) > 0 {
		l.sum(fmt.Sprintf("t_%d_%d_%d", p, d, end), append(late, early...), "<=", 1)
	}
}

// hours: minutes per week and in all, half hours above target, unpopular ones.
func (l *lpWriter) hours(p int) {
	m, w := l.m, l.m.in.Weights
	row := func(name string, first, end int, of func(*pattern) int32, rest string) {
		if len(l.of(p, first, end)) == 0 {
			return
		}
		l.say(" %s:", name)
		for _, e := range l.of(p, first, end) {
			if n := of(&m.pats[e.pat]); n != 0 {
				l.say("\n + %d %s", n, l.name(p, e))
			}
		}
		l.say("%s\n", rest)
	}
	minutes := func(pt *pattern) int32 { return pt.minutes }
	for k := range m.W {
		if first, end := 7*k, min(7*k+7, m.D); first < end {
			row(fmt.Sprintf("w_%d_%d", p, k), first, end, minutes, fmt.Sprintf(" <= %d", m.maxWeek[p]))
		}
	}
	row(fmt.Sprintf("a_%d", p), 0, m.D, minutes, fmt.Sprintf(" <= %d", m.maxTot[p]))
	over, unpopular := "", ""
	for k := range w.OverCost {
		over += fmt.Sprintf(" - 30 o_%d_%d", p, k)
	}
	for k := range w.UnpopularCost {
		unpopular += fmt.Sprintf(" - u_%d_%d", p, k)
	}
	// half hours begun but not full are free: less than the common step is left
	row(fmt.Sprintf("o_%d", p), 0, m.D, minutes, fmt.Sprintf("%s <= %d", over, int(m.target[p])+30-l.step(p)))
	if w.UnpopularFree < m.D*2 {
		row(fmt.Sprintf("u_%d", p), 0, m.D, func(pt *pattern) int32 { return pt.unp }, fmt.Sprintf("%s <= %d", unpopular, w.UnpopularFree))
	}
}

// step is the common measure of 30, all lengths and the person's target.
func (l *lpWriter) step(p int) int {
	g := 30
	for _, n := range append([]int{int(l.m.target[p])}, lengths(l.m.pats)...) {
		for c := g; n != 0; n, c = c%n, n {
			g = n
		}
	}
	return g
}

func lengths(pats []pattern) []int {
	seen, out := map[int32]bool{}, []int(nil)
	for i := range pats {
		if n := pats[i].minutes; !seen[n] {
			seen[n] = true
			out = append(out, int(n))
		}
	}
	return out
}

// integers lists the whole-number columns: their bounds, or their names.
func (l *lpWriter) integers(what string) {
	one := func(name string, most int) {
		switch {
		case what == "names":
			l.say(" %s\n", name)
		case most >= 0:
			l.say(" 0 <= %s <= %d\n", name, most)
		}
	}
	w := l.m.in.Weights
	steps := func(kind string, p int, limits []int, n, unit int) {
		from := 0
		for k := range n {
			most := -1 // the last step has no end
			if k < n-1 && k < len(limits) {
				most, from = (limits[k]-from)/unit, limits[k]
			}
			one(fmt.Sprintf("%s_%d_%d", kind, p, k), most)
		}
	}
	for x := range l.m.S {
		one(fmt.Sprintf("h_%d", x), int(l.m.need[x]))
	}
	for p := range l.m.P {
		steps("o", p, w.OverStep, len(w.OverCost), 30)
		steps("u", p, w.UnpopularStep[:min(1, len(w.UnpopularStep))], len(w.UnpopularCost), 1)
	}
}

// ReadLPSolution reads the solution file that CBC or HiGHS wrote for a programme
// of WriteLP: every x column whose value is nearer 1 than 0 is somebody's day.
// found is false when the file says that there is no whole-number solution.
func ReadLPSolution(r io.Reader) (plan []Assignment, found bool, err error) {
	found = true
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.ToLower(lines.Text())
		if strings.Contains(line, "no integer solution") || strings.Contains(line, "infeasible -") || strings.HasPrefix(line, "none") {
			found = false
		}
		fields := strings.Fields(line)
		for i, f := range fields {
			if !strings.HasPrefix(f, "x_") || i+1 == len(fields) {
				continue
			}
			v, err := strconv.ParseFloat(fields[i+1], 64)
			if err != nil {
				return nil, false, fmt.Errorf("value of %s: %w", f, err)
			}
			if v < 0.5 {
				break
			}
			as, err := assignmentsOf(f)
			if err != nil {
				return nil, false, err
			}
			plan = append(plan, as...)
			break
		}
	}
	sortAssignments(plan)
	return plan, found, lines.Err()
}

// assignmentsOf reads a column's name.
func assignmentsOf(name string) ([]Assignment, error) {
	parts := strings.Split(name, "_")[1:]
	var ids []int
	for _, s := range parts {
		n, err := strconv.Atoi(s)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", name, err)
		}
		ids = append(ids, n)
	}
	if len(ids) < 2 {
		return nil, fmt.Errorf("column %s names no session", name)
	}
	var out []Assignment
	for _, x := range ids[1:] {
		out = append(out, Assignment{Session: x, Staff: ids[0]})
	}
	return out, nil
}
