package trace

import (
	"cmp"
	"slices"

	"github.com/brevstemme/brevstemme/models/custody"
)

// Envelopes of a kind cannot be told apart once they lie together: a bag with
// ten from Monday and five from Tuesday, four of them taken out, holds eleven,
// of which six to ten are Monday's. The book knows how many moved, never which.
// A Trace therefore says what can be said: for every session the fewest and the
// most of its envelopes that can have come to an end, over all ways in which the
// units can have moved. Each bound is exact (a maximum flow through the moves in
// their order), and nothing in between is guessed.

// Movement is what one entry moved of one kind of envelopes.
type Movement struct {
	Seq      int64
	From, To string // holders
	Kind     string // Own, "other" or Unknown
	N        int64
	Seen     bool  // the units were seen by people as they moved: a difference that was explained
	Undoes   int64 // the entry that this one takes back as a mistake, 0 for none
}

// Reckoned says that everything in a container was counted blind by the receiver
// at a place, in the entry Seq and after its movements.
type Reckoned struct {
	Seq       int64
	Container string
	Place     string
}

// The ends of a trace: nodes that nothing leaves.
const (
	endCounted = iota // counted by a receiver, or sorted by hand
	endGone           // voided, missing, or never there
	endWaits          // still somewhere where nobody has counted
	endProbe          // the question "through this edge"
	ends
)

// edge is units that went from one node to the next; used is a query's flow.
type edge struct {
	from, to  int
	cap, used int64
}

// pile is what a holder has of a kind at the moment that the trace has reached.
type pile struct {
	node   int
	n      int64
	left   bool  // something was taken out: what comes now was not there then
	may    []int // sessions that can have units in it, sorted
	credit []int // surpluses that an account of a difference has given, not yet taken back
}

// spot is where units of one kind are.
type spot struct{ holder, kind string }

// Trace is the way of an election's envelopes from the desks to the receivers.
type Trace struct {
	home     map[string]string // session → place
	sessions []string
	index    map[string]int
	source   []int   // session → its node, -1 before it gave anything
	given    []int64 // session → units that left its desk
	edges    []edge
	at       [][]int // node → its edges, both ways
	piles    map[spot]*pile
	short    []gap
	surplus  []gap
	back     map[string]int64 // account of a difference → units that turned up again
	dirty    []int            // edges that the query under way has used
	seen     []int            // node → the walk that met it last
	walk     int
}

// gap is units that went to the account of a difference, or came from it.
type gap struct {
	entry              int64
	account, container string
	edge               int // of a shortage
	n                  int64
	may                []int
}

// New follows the movements of an election. home is the place of each of
// its sessions: a count there is the giver's own and no reception. Both lists
// may come in any order; they are sorted by entry.
func New(home map[string]string, moves []Movement, counts []Reckoned) *Trace {
	t := &Trace{home: home, index: map[string]int{}, at: make([][]int, ends), piles: map[spot]*pile{}, back: map[string]int64{}}
	moves = withoutMistakes(moves, counts)
	slices.SortStableFunc(counts, func(a, b Reckoned) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, m := range moves {
		for len(counts) > 0 && counts[0].Seq < m.Seq {
			t.reckon(counts[0])
			counts = counts[1:]
		}
		t.move(m)
	}
	for _, c := range counts {
		t.reckon(c)
	}
	for at, p := range t.piles {
		if custody.HolderKind(at.holder) == "difference" || at.holder == custody.Void("lost") {
			t.link(p.node, endGone, p.n)
		} else {
			t.link(p.node, endWaits, p.n)
		}
	}
	t.seen = make([]int, len(t.at))
	return t
}

func (t *Trace) node() int {
	t.at = append(t.at, nil)
	return len(t.at) - 1
}

// link adds units between two nodes.
func (t *Trace) link(from, to int, n int64) int {
	if n <= 0 {
		return -1
	}
	if own := t.at[from]; len(own) > 0 {
		if last := own[len(own)-1]; t.edges[last].from == from && t.edges[last].to == to {
			t.edges[last].cap += n
			return last
		}
	}
	t.edges = append(t.edges, edge{from: from, to: to, cap: n})
	i := len(t.edges) - 1
	t.at[from] = append(t.at[from], i)
	if to >= ends { // nothing leaves an end
		t.at[to] = append(t.at[to], i)
	}
	return i
}

func (t *Trace) pile(holder, kind string) *pile {
	p := t.piles[spot{holder, kind}]
	if p == nil {
		p = &pile{node: t.node()}
		t.piles[spot{holder, kind}] = p
	}
	return p
}

// session is the number of a session.
func (t *Trace) session(id string) int {
	i, ok := t.index[id]
	if !ok {
		i = len(t.sessions)
		t.index[id] = i
		t.sessions, t.source, t.given = append(t.sessions, id), append(t.source, t.node()), append(t.given, 0)
	}
	return i
}

// fresh makes the pile ready for units that were not there before.
func (t *Trace) fresh(p *pile) {
	if !p.left {
		return
	}
	old := p.node
	p.node, p.left = t.node(), false
	t.link(old, p.node, p.n)
	if p.n == 0 {
		p.may = nil
	}
}

// take draws n units and gives the node that they come from. What a desk gives
// and was not seen to get came from its voters; what another holder gives so
// belongs to no session.
func (t *Trace) take(p *pile, holder string, n int64) {
	if more := n - p.n; more > 0 {
		t.fresh(p)
		if custody.HolderKind(holder) == "desk" {
			t.vote(p, custody.HolderID(holder), more)
		}
		p.n = n
	}
	p.n -= n
	p.left = true
}

// vote gives a desk units of its own session.
func (t *Trace) vote(p *pile, session string, n int64) {
	s := t.session(session)
	t.link(t.source[s], p.node, n)
	t.given[s] += n
	p.may = with(p.may, s)
}

// with adds a number to a sorted list.
func with(list []int, x int) []int {
	i, ok := slices.BinarySearch(list, x)
	if ok {
		return list
	}
	return slices.Insert(slices.Clone(list), i, x)
}

// union of two sorted lists.
func union(a, b []int) []int {
	if len(a) == 0 || slices.Equal(a, b) {
		return b
	}
	for _, x := range b {
		a = with(a, x)
	}
	return a
}

func (t *Trace) move(m Movement) {
	from := t.pile(m.From, m.Kind)
	nobodys := max(0, m.N-from.n) // Units that come from no holder that was followed
	if custody.HolderKind(m.From) == "desk" {
		nobodys = 0
	}
	t.take(from, m.From, m.N)
	switch custody.HolderKind(m.To) {
	case "bin": // laid there one by one
		t.link(from.node, endCounted, m.N)
		return
	case "difference":
		t.miss(m, from)
		return
	case "desk", "container", "store", "leg":
	default:
		if m.To != custody.Void("lost") { // what is lost can be found
			t.link(from.node, endGone, m.N)
			return
		}
	}
	to := t.pile(m.To, m.Kind)
	t.fresh(to)
	if m.Seen {
		t.link(from.node, endCounted, m.N)
	} else {
		t.link(from.node, to.node, m.N-nobodys)
		to.may = union(to.may, from.may)
	}
	to.n += m.N
	if custody.HolderKind(m.From) == "difference" {
		t.back[custody.HolderID(m.From)] += m.N - nobodys
	}
	switch {
	case nobodys == 0:
	case custody.HolderKind(m.To) == "desk": // its voters', or found there by its hand count
		t.vote(to, custody.HolderID(m.To), nobodys)
	case custody.HolderKind(m.From) == "difference" && custody.HolderKind(m.To) == "container":
		t.surplus = append(t.surplus, gap{entry: m.Seq, account: custody.HolderID(m.From), container: custody.HolderID(m.To), n: nobodys, may: to.may})
		from.credit = append(from.credit, len(t.surplus)-1)
	}
}

// miss moves units to the account of a difference. They are missing until they
// come back, or they take back a surplus that was none.
func (t *Trace) miss(m Movement, from *pile) {
	to, n := t.pile(m.To, m.Kind), m.N
	inside := custody.HolderKind(m.From) == "container"
	for _, i := range slices.Backward(to.credit) {
		if k := min(n, t.surplus[i].n); inside && k > 0 {
			t.surplus[i].n -= k
			t.link(from.node, endGone, k)
			n -= k
		}
	}
	if n == 0 {
		return
	}
	t.fresh(to)
	// An edge of its own: it is asked what went over it.
	t.edges = append(t.edges, edge{from: from.node, to: to.node, cap: n})
	i := len(t.edges) - 1
	t.at[from.node], t.at[to.node] = append(t.at[from.node], i), append(t.at[to.node], i)
	to.n += n
	to.may = union(to.may, from.may)
	if inside && len(from.may) > 0 {
		t.short = append(t.short, gap{entry: m.Seq, account: custody.HolderID(m.To), container: custody.HolderID(m.From), edge: i, n: n, may: from.may})
	}
}

// reckon ends the way of all that lies in a container: it was counted. From now
// on its units belong to no session.
func (t *Trace) reckon(c Reckoned) {
	for _, kind := range []string{custody.Own, "other", custody.Unknown} {
		p := t.piles[spot{custody.InContainer(c.Container), kind}]
		if p == nil || p.n == 0 || slices.ContainsFunc(p.may, func(s int) bool { return t.home[t.sessions[s]] == c.Place }) {
			continue
		}
		t.link(p.node, endCounted, p.n)
		p.node, p.left, p.may = t.node(), false, nil
	}
}

// withoutMistakes drops an entry that was taken back, and the one that took it
// back: what was packed by mistake and had not moved since never lay there. When
// something moved in between, both stay and count as moves.
func withoutMistakes(moves []Movement, counts []Reckoned) []Movement {
	moves = slices.Clone(moves)
	slices.SortStableFunc(moves, func(a, b Movement) int { return cmp.Compare(a.Seq, b.Seq) })
	var undo []Movement
	for _, m := range moves {
		if m.Undoes != 0 && (len(undo) == 0 || undo[len(undo)-1].Seq != m.Seq) {
			undo = append(undo, m)
		}
	}
	gone := map[int64]bool{}
	for _, u := range slices.Backward(undo) {
		if !gone[u.Seq] && !movedSince(moves, counts, gone, u.Undoes, u.Seq) {
			gone[u.Seq], gone[u.Undoes] = true, true
		}
	}
	return slices.DeleteFunc(moves, func(m Movement) bool { return gone[m.Seq] })
}

// movedSince tells whether what the entry put somewhere was touched before until.
func movedSince(moves []Movement, counts []Reckoned, gone map[int64]bool, seq, until int64) bool {
	got := map[spot]bool{}
	for _, m := range moves {
		switch {
		case m.Seq == seq:
			got[spot{m.To, m.Kind}] = true
		case m.Seq > seq && m.Seq < until && !gone[m.Seq] && got[spot{m.From, m.Kind}]:
			return true
		}
	}
	for _, c := range counts {
		for p := range got {
			if c.Seq > seq && c.Seq < until && p.holder == custody.InContainer(c.Container) {
				return true
			}
		}
	}
	return len(got) == 0 // of another election, or not of envelopes
}
