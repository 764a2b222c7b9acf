package roster

import (
	"context"
	"math"
	"sync"
	"time"
)

// Bound is a proven lower bound: no feasible plan costs less than Value.
type Bound struct {
	Value      int `json:"value"`
	Iterations int `json:"iterations"`
}

// Gap of a plan's cost above the bound, as a fraction of the bound (0.01 is
// one per cent); 0 when the bound is not positive.
func (b Bound) Gap(cost int) float64 {
	if b.Value <= 0 {
		return 0
	}
	return float64(cost-b.Value) / float64(b.Value)
}

// LowerBound proves how good a plan can be at best. The rules that tie people
// together (people, receivers and leads per session) are priced instead of
// enforced (Lagrangian relaxation; Held and Karp 1971); what is left is one
// schedule per person, found exactly by dynamic programming over days, weeks
// and total minutes (rest between days and, through a price, the unpopular
// sessions are relaxed too). Prices follow the subgradient with Polyak's step
// towards the cost of the given plan; every set of prices gives a valid bound
// and the best is kept. Work ends after iterations, or with time or ctx.
func LowerBound(ctx context.Context, in Instance, plan Plan, iterations int, limit time.Duration) (Bound, error) {
	if err := in.Validate().err(); err != nil {
		return Bound{}, err
	}
	m := compile(in)
	s := newState(m)
	s.load(plan.Assignments)
	b := newBounder(m, s)
	end := time.Now().Add(limit)
	stop := func() bool { return ctx.Err() != nil || limit > 0 && time.Now().After(end) }
	best, n := math.Inf(-1), 0
	for _, f := range warmths {
		if n > 0 && (n >= iterations || stop()) {
			break
		}
		b.warm(s, f)
		low, k := b.settle(iterations-n, float64(s.cost), stop)
		best, n = math.Max(best, low), n+k
	}
	// the true optimum is whole; a hair is left for rounding in sums of floats
	return Bound{int(math.Ceil(best - 1e-6*math.Max(1, math.Abs(best)))), n}, nil
}

// entry is one pattern that a person can work, with its base cost.
type entry struct{ pat, base int32 }

// bounder holds prices and the people's possible days.
type bounder struct {
	m                 *model
	unit              int32   // minutes per step of the dynamic programme
	entries           []entry // by person, day
	from              []int32 // person × day → first entry
	pi, alpha, beta   []float64
	nu                []float64    // per person: price of an unpopular session
	value             [4][]float64 // per kind of person and pattern: the prices it earns
	workers           []*worker
	gPi, gAlpha, gBet []float64 // subgradient
	gNu               []float64
}

func newBounder(m *model, s *state) *bounder {
	b := &bounder{m: m, pi: make([]float64, m.S), alpha: make([]float64, m.S), beta: make([]float64, m.S), nu: make([]float64, m.P),
		gPi: make([]float64, m.S), gAlpha: make([]float64, m.S), gBet: make([]float64, m.S), gNu: make([]float64, m.P)}
	for k := range b.value {
		b.value[k] = make([]float64, len(m.pats))
	}
	b.unit = m.step()
	b.from = make([]int32, m.P*m.D+1)
	for p := range m.P {
		for d := range m.D {
			b.from[p*m.D+d] = int32(len(b.entries))
			if !m.avail[p*m.D+d] {
				continue
			}
			for _, id := range m.dayPats[d] {
				pt := &m.pats[id]
				if m.trip[p*m.L+int(pt.place)] >= 0 && pt.minutes <= m.maxWeek[p] && pt.minutes <= m.maxTot[p] {
					b.entries = append(b.entries, entry{id, m.base(p, pt)})
				}
			}
		}
	}
	b.from[m.P*m.D] = int32(len(b.entries))
	b.warm(s, 1)
	for range 2 {
		b.workers = append(b.workers, newWorker(b))
	}
	return b
}

// step is the greatest common divisor of the lengths, or more where the tables
// would grow too long (lengths are then rounded down: still a valid bound).
func (m *model) step() int32 {
	g := int32(0)
	most := int32(1)
	for i := range m.pats {
		a, c := m.pats[i].minutes, g
		for c != 0 {
			a, c = c, a%c
		}
		g = a
	}
	for p := range m.P {
		most = max(most, min(m.maxTot[p], int32(m.D*m.in.MaxDayMin)))
	}
	return max(g, most/256, 1)
}

// warmths scale the prices that a climb starts from. A climb ends at a corner that
// depends on where it began, up to some per cent below the top; of several the best counts.
var warmths = []float64{1, 0.8, 1.2, 0.6}

// warm starts a session's price at what a person less would save there on average,
// times factor, and all other prices at nothing.
func (b *bounder) warm(s *state, factor float64) {
	clear(b.alpha)
	clear(b.beta)
	clear(b.nu)
	for x := range b.pi {
		sum := float64(s.in.Weights.Shortage) * float64(s.need[x]-s.cnt[x])
		for _, p := range s.members[x] {
			d := s.in.Sessions[x].Day
			save, _ := s.change(int(p), d, s.without(s.pat[int(p)*s.D+d], int32(x)))
			sum -= float64(save)
		}
		// above the price of a missing person it would no longer be a bound
		b.pi[x] = math.Min(factor*sum/float64(max(1, s.need[x])), float64(s.in.Weights.Shortage))
	}
}

// Volume algorithm: weight of the newest subgradient in the running mean, how
// it fades and where it ends; patience before the step shrinks.
const (
	meanFirst  = 0.2
	meanFade   = 0.99
	meanLast   = 0.005
	stepFade   = 0.66
	stepGrow   = 1.1
	stepLowest = 1e-3
	patience   = 10
	settled    = 2e-5 // a further run must gain more than this
)

// run climbs until the step vanishes, the iterations are used or stop says so,
// and leaves the best prices found (the volume algorithm of Barahona and Anbil
// 2000: steps start from the best prices so far, along a running mean of the
// subgradients).
func (b *bounder) run(scale, a float64, iterations int, upper float64, stop func() bool) (best float64, n int) {
	price := [4][]float64{b.pi, b.alpha, b.beta, b.nu}
	var center, mean [4][]float64
	for k := range price {
		center[k] = append([]float64(nil), price[k]...)
		mean[k] = make([]float64, len(price[k]))
	}
	best = math.Inf(-1)
	red := 0
	for n = 0; n < iterations && !stop(); n++ {
		low := b.evaluate()
		dot, norm := b.average(&mean, &center, a)
		a = math.Max(meanLast, a*meanFade)
		if low <= best+1e-5*math.Abs(best) {
			red++
		} else if red = 0; dot > 0 {
			scale = math.Min(2, scale*stepGrow)
		}
		if low > best {
			best = low
			for k := range price {
				copy(center[k], price[k])
			}
		}
		if red >= patience {
			scale, red = scale*stepFade, 0
		}
		if norm == 0 || upper-best < 1e-9 || scale < stepLowest {
			break
		}
		b.step(&center, &mean, scale*(upper-best)/norm)
	}
	for k := range price {
		copy(price[k], center[k])
	}
	return best, n
}

// settle runs again from the best prices for as long as that helps: a fresh
// step size gets past the corner where the last run ended.
func (b *bounder) settle(iterations int, upper float64, stop func() bool) (best float64, n int) {
	best = math.Inf(-1)
	scale, a := 1.0, meanFirst
	for n < iterations && !stop() {
		low, k := b.run(scale, a, iterations-n, upper, stop)
		n += k
		if low < best+settled*math.Abs(best) || k == 0 {
			return math.Max(best, low), n
		}
		best = low
		scale, a = 0.1, 0.05 // near the top small steps do
	}
	return best, n
}

// average takes the newest subgradient into the mean. dot tells whether both
// point the same way, norm is the mean's squared length (where it may move).
func (b *bounder) average(mean, center *[4][]float64, a float64) (dot, norm float64) {
	for k, grad := range [4][]float64{b.gPi, b.gAlpha, b.gBet, b.gNu} {
		for i, g := range grad {
			dot += g * mean[k][i]
			mean[k][i] += a * (g - mean[k][i])
			if v := mean[k][i]; k == 0 || center[k][i] > 0 || v > 0 {
				norm += v * v
			}
		}
	}
	return dot, norm
}

// step sets the prices to the centre plus a step, within their ranges.
func (b *bounder) step(center, mean *[4][]float64, step float64) {
	top := float64(b.m.in.Weights.Shortage)
	for k, price := range [4][]float64{b.pi, b.alpha, b.beta, b.nu} {
		for i := range price {
			v := center[k][i] + step*mean[k][i]
			if k == 0 {
				price[i] = math.Min(v, top)
			} else {
				price[i] = math.Max(v, 0)
			}
		}
	}
}

// evaluate solves every person's schedule at the present prices and leaves the
// subgradient in the g fields.
func (b *bounder) evaluate() (low float64) {
	m := b.m
	for k := range b.value {
		nr, nl := float64(k&1), float64(k>>1)
		for i := range m.pats {
			pt := &m.pats[i]
			v := b.pi[pt.s1] - nr*b.alpha[pt.s1] - nl*b.beta[pt.s1]
			if pt.s2 >= 0 {
				v += b.pi[pt.s2] - nr*b.alpha[pt.s2] - nl*b.beta[pt.s2]
			}
			b.value[k][i] = v
		}
	}
	var wg sync.WaitGroup
	for k, w := range b.workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			w.people(k*m.P/len(b.workers), (k+1)*m.P/len(b.workers))
		}()
	}
	wg.Wait()
	for x := range b.pi {
		cnt, nr, nl := float64(m.need[x]), -float64(m.capNR[x]), -float64(m.capNL[x])
		low += b.pi[x]*cnt + b.alpha[x]*nr + b.beta[x]*nl
		for _, w := range b.workers {
			cnt -= float64(w.cnt[x])
			nr += float64(w.nr[x])
			nl += float64(w.nl[x])
		}
		b.gPi[x], b.gAlpha[x], b.gBet[x] = cnt, nr, nl
	}
	for _, w := range b.workers {
		low += w.low
	}
	return low
}
