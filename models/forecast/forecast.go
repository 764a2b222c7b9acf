// Package forecast proposes crew and booths: expected votes per day from earlier
// elections, and waiting time by Erlang C (A. K. Erlang, 1917; L. Kleinrock,
// Queueing Systems I, 1975, § 3.5). Pure and deterministic.
package forecast

import (
	"math"
	"slices"
)

// Band is an expected number of votes with the least and the most that earlier
// elections give. With one election behind it the band is half to double: one
// past says little.
type Band struct{ Low, Expected, High float64 }

// Share is the part of all votes of an election that one day took, 0-1, by days
// before the last day (0 = the last day).
type Share map[int]float64

// Expect is the votes of one day: total is the expected votes of the election,
// past the shapes of earlier ones.
func Expect(total float64, daysBefore int, past []Share) Band {
	if len(past) == 0 {
		return Band{0, 0, total}
	}
	var all []float64
	sum := 0.0
	for _, s := range past {
		all = append(all, s[daysBefore]*total)
		sum += s[daysBefore] * total
	}
	b := Band{slices.Min(all), sum / float64(len(all)), slices.Max(all)}
	if len(all) == 1 {
		b.Low, b.High = b.Expected/2, b.Expected*2
	}
	return b
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

// Errors is the mean absolute error, in votes, of a method and of the baseline
// "same weekday last week" on the same held-out days.
type Errors struct {
	Method, Baseline float64
	Days             int
}

// BackTest holds out each day from the eighth on: actual and predicted are votes
// per day of the same run of days.
func BackTest(actual, predicted []float64) Errors {
	var e Errors
	for i := 7; i < len(actual) && i < len(predicted); i++ {
		e.Method += math.Abs(actual[i] - predicted[i])
		e.Baseline += math.Abs(actual[i] - actual[i-7])
		e.Days++
	}
	if e.Days > 0 {
		e.Method /= float64(e.Days)
		e.Baseline /= float64(e.Days)
	}
	return e
}
