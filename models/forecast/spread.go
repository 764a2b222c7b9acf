package forecast

// Slot is one planned session: where, how many days before the last day, how long.
type Slot struct {
	ID         string
	Place      string
	DaysBefore int
	Hours      float64
}

// Past is what one earlier election received, by place and days before its last
// day.
type Past map[string]map[int]float64

// Total is the votes of the earlier election.
func (p Past) Total() float64 {
	n := 0.0
	for _, days := range p {
		for _, v := range days {
			n += v
		}
	}
	return n
}

// Share is the shape of the earlier election over its days.
func (p Past) Share() Share {
	total, out := p.Total(), Share{}
	if total == 0 {
		return out
	}
	for _, days := range p {
		for d, v := range days {
			out[d] += v / total
		}
	}
	return out
}

// place is the part of all votes that a place took, 0-1.
func (p Past) place(id string) float64 {
	n := 0.0
	for _, v := range p[id] {
		n += v
	}
	if t := p.Total(); t > 0 {
		return n / t
	}
	return 0
}

// Spread gives each slot its expected votes: the day's part by the shape of
// earlier elections, divided among the places open that day by what they took
// before; a place without a past counts by its hours. Without any past the votes
// are spread evenly over all hours, and the band says that nothing is known.
func Spread(total float64, slots []Slot, past []Past) map[string]Band {
	out := make(map[string]Band, len(slots))
	hours, byDay := 0.0, map[int][]Slot{}
	for _, s := range slots {
		hours += s.Hours
		byDay[s.DaysBefore] = append(byDay[s.DaysBefore], s)
	}
	if hours == 0 {
		return out
	}
	if len(past) == 0 {
		for _, s := range slots {
			out[s.ID] = Band{0, total * s.Hours / hours, total}
		}
		return out
	}
	shapes := make([]Share, len(past))
	for i, p := range past {
		shapes[i] = p.Share()
	}
	for d, day := range byDay {
		b := Expect(total, d, shapes)
		weights, sum := make([]float64, len(day)), 0.0
		for i, s := range day {
			for _, p := range past {
				weights[i] += p.place(s.Place) / float64(len(past))
			}
			if weights[i] == 0 {
				weights[i] = s.Hours / hours
			}
			sum += weights[i]
		}
		for i, s := range day {
			w := weights[i] / sum
			out[s.ID] = Band{b.Low * w, b.Expected * w, b.High * w}
		}
	}
	return out
}

// Series lists the votes per day of an earlier election, from its first day to
// its last.
func (p Past) Series() []float64 {
	first := 0
	for _, days := range p {
		for d := range days {
			first = max(first, d)
		}
	}
	out := make([]float64, first+1)
	for _, days := range p {
		for d, v := range days {
			if d >= 0 {
				out[first-d] += v
			}
		}
	}
	return out
}

// HoldOut predicts each earlier election from the others and compares with the
// baseline; zero days with fewer than two elections.
func HoldOut(past []Past) Errors {
	var sum Errors
	for i, p := range past {
		var others []Share
		for j, o := range past {
			if j != i {
				others = append(others, o.Share())
			}
		}
		if len(others) == 0 {
			return sum
		}
		actual := p.Series()
		predicted := make([]float64, len(actual))
		for k := range actual {
			predicted[k] = Expect(p.Total(), len(actual)-1-k, others).Expected
		}
		e := BackTest(actual, predicted)
		sum.Method += e.Method * float64(e.Days)
		sum.Baseline += e.Baseline * float64(e.Days)
		sum.Days += e.Days
	}
	if sum.Days > 0 {
		sum.Method /= float64(sum.Days)
		sum.Baseline /= float64(sum.Days)
	}
	return sum
}
