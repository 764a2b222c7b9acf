package forecast

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Opening is when a session of a day is open, in local clock hours (9.5 is
// 09:30), and the votes it is expected to receive.
type Opening struct {
	From, To float64
	Votes    Band
}

// OpeningOf is the opening of a session; the night after its day is left out.
func OpeningOf(starts, ends time.Time, votes Band) Opening {
	at := starts.In(models.Copenhagen)
	from := float64(at.Hour()) + float64(at.Minute())/60
	return Opening{from, min(24, from+ends.Sub(starts).Hours()), votes}
}

// Rates is how busy each clock hour is, 1 being the mean of all hours in which a
// place is open. All zero: nothing is known, and every hour is like the other.
type Rates [24]float64

// doubtful is how many votes an hour must have seen before its own rate counts
// as much as the mean does.
const doubtful = 20

// RatesOf compares votes with open hours, by clock hour; hours with little behind
// them lie near the mean.
func RatesOf(votes, open [24]float64) Rates {
	var r Rates
	v, o := 0.0, 0.0
	for h := range r {
		if open[h] > 0 {
			v, o = v+votes[h], o+open[h]
		}
	}
	if v == 0 {
		return r
	}
	for h := range r {
		if r[h] = 1; open[h] > 0 {
			r[h] = (votes[h] + doubtful) / (open[h]*v/o + doubtful)
		}
	}
	return r
}

// Hourly spreads the expected votes of a day's sessions over the clock hours in
// which they are open, in proportion to how busy the hours are: 24 bands of
// votes, hour 0 first.
func Hourly(openings []Opening, rates Rates) [24]Band {
	if rates == (Rates{}) {
		for h := range rates {
			rates[h] = 1
		}
	}
	var out [24]Band
	for _, o := range openings {
		var parts [24]float64
		sum := 0.0
		for h := range parts {
			parts[h] = o.Open(h) * rates[h]
			sum += parts[h]
		}
		for h, part := range parts {
			if part > 0 {
				out[h].Low += o.Votes.Low * part / sum
				out[h].Expected += o.Votes.Expected * part / sum
				out[h].High += o.Votes.High * part / sum
			}
		}
	}
	return out
}

// Open is the part of a clock hour in which the session is open, 0-1.
func (o Opening) Open(hour int) float64 {
	return max(0, min(o.To, float64(hour+1))-max(o.From, float64(hour)))
}
