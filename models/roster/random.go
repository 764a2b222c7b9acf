package roster

// random is xorshift64*: small, fast and the same on every machine, so that a
// seed names a run. Not for secrets.
type random uint64

func newRandom(seed int64, stream int) *random {
	x := uint64(seed)*0x9E3779B97F4A7C15 + uint64(stream+1)*0xD1B54A32D192ED03
	x ^= x >> 29
	if x == 0 {
		x = 88172645463325252
	}
	r := random(x)
	for range 8 {
		r.next()
	}
	return &r
}

func (r *random) next() uint64 {
	x := uint64(*r)
	x ^= x >> 12
	x ^= x << 25
	x ^= x >> 27
	*r = random(x)
	return x * 2685821657736338717
}

// below returns a number in [0, n).
func (r *random) below(n int) int { return int((r.next() >> 32) * uint64(n) >> 32) }

// float returns a number in [0, 1).
func (r *random) float() float64 { return float64(r.next()>>11) / (1 << 53) }

// early returns a number in [0, n), small ones more often (square of uniform).
func (r *random) early(n int) int {
	f := r.float()
	return int(f * f * float64(n))
}
