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

// places are the parts of all votes that the places took, 0-1.
func (p Past) places() map[string]float64 {
	total, out := p.Total(), make(map[string]float64, len(p))
	for id, days := range p {
		for _, v := range days {
			if total > 0 {
				out[id] += v / total
			}
		}
	}
	return out
}

// Spread gives each slot its expected votes: the day's part by the shape of
// earlier elections, divided among the places open that day by what they took
// before; a place without a past counts by its hours. The band is as wide as the
// same method would have had to be for the earlier elections. Without any past
// the votes are spread evenly over all hours, and the band says that nothing is
// known. All of it is on condition of the total.
func Spread(total float64, slots []Slot, past []Past) map[string]Band {
	out := make(map[string]Band, len(slots))
	if len(past) == 0 {
		hours := 0.0
		for _, s := range slots {
			hours += s.Hours
		}
		for _, s := range slots {
			if hours > 0 {
				out[s.ID] = Band{0, total * s.Hours / hours, total}
			}
		}
		return out
	}
	w := widthOf(misses(past))
	for id, n := range expect(total, slots, past) {
		out[id] = w.band(n)
	}
	return out
}

// expect is the expected votes of each slot by at least one earlier election. No
// more than total in all: days that are open for the first time take from the
// others.
func expect(total float64, slots []Slot, past []Past) map[string]float64 {
	out := make(map[string]float64, len(slots))
	hours, byDay := 0.0, map[int][]Slot{}
	for _, s := range slots {
		hours += s.Hours
		byDay[s.DaysBefore] = append(byDay[s.DaysBefore], s)
	}
	if hours == 0 {
		return out
	}
	shapes, took := make([]Share, len(past)), map[string]float64{}
	for i, p := range past {
		shapes[i] = p.Share()
		for place, part := range p.places() {
			took[place] += part / float64(len(past))
		}
	}
	shape, sum := mean(shapes), 0.0
	for d, day := range byDay {
		weights, all := make([]float64, len(day)), 0.0
		for i, s := range day {
			if weights[i] = took[s.Place]; weights[i] == 0 {
				weights[i] = s.Hours / hours
			}
			all += weights[i]
		}
		for i, s := range day {
			out[s.ID] = total * shape.at(d) * weights[i] / all
		}
	}
	for _, s := range slots { // in order: sums of floats depend on it
		sum += out[s.ID]
	}
	if sum > total {
		for id := range out {
			out[id] *= total / sum
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
