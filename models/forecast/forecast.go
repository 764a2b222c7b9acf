// Package forecast proposes crew and booths: expected votes per day from earlier
// elections, and waiting time by Erlang C (A. K. Erlang, 1917; L. Kleinrock,
// Queueing Systems I, 1975, § 3.5). Pure and deterministic.
package forecast

import "math"

// Band is an expected number of votes with the least and the most to reckon with:
// eight of ten sessions lie within, by what earlier elections would have missed
// (Coverage tells whether they do). With one election behind it the band is half
// to double: one past says little.
type Band struct{ Low, Expected, High float64 }

// Share is the part of all votes of an election that one day took, 0-1, by days
// before the last day (0 = the last day).
type Share map[int]float64

// at is the share of a day; a day on which nobody could vote the last time takes
// what lies between its neighbours, one before the first day what that day took.
func (s Share) at(day int) float64 {
	if v, ok := s[day]; ok && v > 0 {
		return v
	}
	below, above, found := -1, -1, false
	for d, v := range s {
		switch {
		case v <= 0:
		case d < day && (below < 0 || d > below):
			below, found = d, true
		case d > day && (above < 0 || d < above):
			above, found = d, true
		}
	}
	switch {
	case !found:
		return 0
	case below < 0:
		return s[above]
	case above < 0:
		return s[below]
	}
	part := float64(day-below) / float64(above-below)
	return s[below]*(1-part) + s[above]*part
}

// mean is the mean shape of several elections.
func mean(shapes []Share) Share {
	out := Share{}
	for _, s := range shapes {
		for d, v := range s {
			out[d] += v / float64(len(shapes))
		}
	}
	return out
}

// Wait is the mean waiting time in minutes with votes arriving per hour, minutes
// of service per vote and desks (the lesser of receivers and booths); +Inf when
// the line grows without end. It is Erlang C, M/M/c.
func Wait(perHour, minutes float64, desks int) float64 {
	load := perHour * minutes / 60
	if load <= 0 {
		return 0
	}
	if desks <= 0 || load >= float64(desks) {
		return math.Inf(1)
	}
	blocked := 1.0 // Erlang B by its recursion
	for k := 1; k <= desks; k++ {
		blocked = load * blocked / (float64(k) + load*blocked)
	}
	busy := float64(desks) * blocked / (float64(desks) - load*(1-blocked))
	return busy * minutes / (float64(desks) - load)
}

// Desks is the fewest desks (receivers, and booths) that keep the mean wait at
// most maxWait minutes, which must be above 0. At most 200.
func Desks(perHour, minutes, maxWait float64) int {
	for n := 1; n < 200; n++ {
		if Wait(perHour, minutes, n) <= maxWait {
			return n
		}
	}
	return 200
}
