package forecast

// Opening is when a session of a day is open, in local clock hours (9.5 is
// 09:30), and the votes it is expected to receive.
type Opening struct {
	From, To float64
	Votes    Band
}

// Hourly spreads the expected votes of a day's sessions over the clock hours in
// which they are open, evenly within each: 24 bands of votes, hour 0 first.
func Hourly(openings []Opening) [24]Band {
	var out [24]Band
	for _, o := range openings {
		if o.To <= o.From {
			continue
		}
		for h := range out {
			open := min(o.To, float64(h+1)) - max(o.From, float64(h))
			if open <= 0 {
				continue
			}
			part := open / (o.To - o.From)
			out[h].Low += o.Votes.Low * part
			out[h].Expected += o.Votes.Expected * part
			out[h].High += o.Votes.High * part
		}
	}
	return out
}
