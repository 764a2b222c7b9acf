package roster

import (
	"math"
	"slices"
	"sync"
)

// shards splits the people into groups that are annealed at the same time.
// Each group has its own session counts; what room a session has left (people,
// non-receivers, non-leads) belongs to one group until the next split, so that
// the groups together never break a rule.
type shards struct {
	full  *state
	r     *random
	runs  []*search
	guide *guide
}

func newShards(full *state, seed int64, n int) *shards {
	sh := &shards{full: full, r: newRandom(seed, 0)}
	for k := range n {
		m := *full.model
		m.near = make([][]int32, m.L)
		m.need, m.capNR, m.capNL = make([]int32, m.S), make([]int32, m.S), make([]int32, m.S)
		st := &state{model: &m, pat: full.pat, worn: full.worn, weekMin: full.weekMin, total: full.total, unp: full.unp,
			cnt: make([]int32, m.S), cntNR: make([]int32, m.S), cntNL: make([]int32, m.S), members: make([][]int32, m.S), must: full.must}
		for x, need := range full.need {
			st.members[x] = make([]int32, 0, need)
		}
		sh.runs = append(sh.runs, newSearch(st, newRandom(seed, k+1)))
	}
	return sh
}

// groups deals the people out by a line drawn at a random angle, so that
// neighbours mostly stay together.
func (sh *shards) groups() []int {
	m := sh.full.model
	angle := sh.r.float() * 2 * math.Pi
	sin, cos := math.Sincos(angle)
	order := make([]int, m.P)
	at := make([]float64, m.P)
	for p, per := range m.in.Staff {
		order[p] = p
		// the jitter lets people on the line change sides
		at[p] = float64(per.X)*cos + float64(per.Y)*sin + sh.r.float()*20
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case at[a] < at[b]:
			return -1
		case at[a] > at[b]:
			return 1
		}
		return 0
	})
	group := make([]int, m.P)
	n := len(sh.runs)
	shift := sh.r.below(n)
	for i, p := range order {
		group[p] = (i*n/m.P + shift) % n
	}
	return group
}

// split gives each group its people and its share of the room.
func (sh *shards) split() {
	f, group := sh.full, sh.groups()
	sh.direct(sh.guide, group)
	for l, list := range f.near {
		for _, a := range sh.runs {
			a.near[l] = a.near[l][:0]
		}
		for _, p := range list {
			a := sh.runs[group[p]]
			a.near[l] = append(a.near[l], p)
		}
	}
	for k, a := range sh.runs {
		copy(a.cnt, f.cnt)
		copy(a.cntNR, f.cntNR)
		copy(a.cntNL, f.cntNL)
		a.open = a.open[:0]
		a.cost = 0
		for x := range f.members {
			a.members[x] = a.members[x][:0]
			for _, p := range f.members[x] {
				if group[p] == k {
					a.members[x] = append(a.members[x], p)
				}
			}
		}
	}
	for x := range f.members {
		owner := sh.owner(x)
		for k, a := range sh.runs {
			if k == owner {
				a.need[x], a.capNR[x], a.capNL[x] = f.need[x], f.capNR[x], f.capNL[x]
			} else {
				a.need[x], a.capNR[x], a.capNL[x] = f.cnt[x], f.cntNR[x], f.cntNL[x]
			}
			if len(a.members[x]) > 0 || a.cnt[x] < a.need[x] {
				a.open = append(a.open, int32(x))
			}
		}
	}
}

// direct lets the groups draw from what the guide allows, each its own people;
// nil lifts the guide.
func (sh *shards) direct(g *guide, group []int) {
	for k, a := range sh.runs {
		a.guide = g
		if g == nil {
			continue
		}
		if a.cand == nil {
			a.cand = make([][]int32, len(g.cand))
		}
		for x, list := range g.cand {
			a.cand[x] = a.cand[x][:0]
			for _, p := range list {
				if group[p] == k {
					a.cand[x] = append(a.cand[x], p)
				}
			}
		}
	}
}

// owner of a session's spare room: the group with most people there, by lot
// when they are equal.
func (sh *shards) owner(x int) int {
	best, n := 0, -1
	start := sh.r.below(len(sh.runs))
	for i := range sh.runs {
		k := (start + i) % len(sh.runs)
		if len(sh.runs[k].members[x]) > n {
			best, n = k, len(sh.runs[k].members[x])
		}
	}
	return best
}

// merge takes the groups' session counts back into the full state.
func (sh *shards) merge() {
	f := sh.full
	for x := range f.members {
		f.members[x] = f.members[x][:0]
		f.cnt[x], f.cntNR[x], f.cntNL[x] = 0, 0, 0
		for _, a := range sh.runs {
			for _, p := range a.members[x] {
				f.members[x] = append(f.members[x], p)
				f.cnt[x]++
				f.cntNR[x] += f.nr[p]
				f.cntNL[x] += f.nl[p]
			}
		}
	}
	for _, a := range sh.runs {
		f.cost += a.cost
	}
}

// epoch splits, lets every group run work at the same time, and merges.
func (sh *shards) epoch(work func(a *search)) {
	sh.split()
	var wg sync.WaitGroup
	for _, a := range sh.runs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work(a)
		}()
	}
	wg.Wait()
	sh.merge()
}
