package pdf

// qrPenalty tells how hard a code of n×n modules is to read: runs of five and more,
// blocks of 2×2, what looks like a finder, and how far dark and light are from even.
func qrPenalty(n int, m []byte) int {
	p, dark := 0, 0
	for i := range n {
		p += qrLine(n, m[i*n:], 1) + qrLine(n, m[i:], n)
	}
	for i, v := range m {
		dark += int(v)
		if i%n > 0 && i >= n {
			if sum := v + m[i-1] + m[i-n] + m[i-n-1]; sum == 0 || sum == 4 {
				p += 3
			}
		}
	}
	off := dark*100 - n*n*50
	return p + max(off, -off)/(n*n*5)*10
}

// qrLine is the penalty of one row or column: every step-th of m, n modules.
func qrLine(n int, m []byte, step int) int {
	const (
		last11      = 1<<11 - 1
		finderLight = 0b10111010000
		lightFinder = 0b00001011101
	)
	p, run, seen := 0, 0, 0
	before := byte(2)
	for i := range n {
		v := m[i*step]
		if v == before {
			run++
		} else {
			before, run = v, 1
		}
		switch {
		case run == 5:
			p += 3
		case run > 5:
			p++
		}
		seen = (seen<<1 | int(v)) & last11
		if i >= 10 && (seen == finderLight || seen == lightFinder) {
			p += 40
		}
	}
	return p
}

// qrDecoys is the penalty of places beside the three corners that look like a
// finder, dark and light as 1:1:3:1:1 both across and down. ISO/IEC 18004 punishes
// a look-alike only beside four light modules; a reader is led astray by any, most
// of all by one of exact size, as it then need not look on for the third corner.
// With ZXing (TestQRCornersAreFound) 58 of 10,000 looks at receipts' codes failed
// without it, 17 of 2,000 codes from several distances; with it 2, and none.
func qrDecoys(n int, m []byte) int {
	const exactly, nearly = 400, 40
	finder := [5]int{1, 1, 3, 1, 1}
	p := 0
	for y := range n {
		for x := 2; x < n-2; x++ {
			if i := y*n + x; m[i] == 0 || m[i-1] == 1 {
				continue
			}
			across := qrRuns(n, m[y*n:], 1, x)
			x := x + across[2]/2
			corner := x < 7 && (y < 7 || y >= n-7) || x >= n-7 && y < 7
			if corner || m[y*n+x] == 0 || !finderLike(across) {
				continue
			}
			switch down := qrRuns(n, m[x:], n, y); {
			case !finderLike(down):
			case across == finder || down == finder:
				p += exactly
			default:
				p += nearly
			}
		}
	}
	return p
}

// qrRuns are the lengths of the run about module i of a line (every step-th of m)
// and of the two before and the two after it; 0 beyond the edge.
func qrRuns(n int, m []byte, step, i int) (runs [5]int) {
	from, to := i, i
	for side := range 3 {
		v := byte(1 - side&1)
		for ; from >= 0 && m[from*step] == v; from-- {
			runs[2-side]++
		}
		if side == 0 {
			to++
		}
		for ; to < n && m[to*step] == v; to++ {
			runs[2+side]++
		}
	}
	return runs
}

// finderLike tells whether five runs are 1:1:3:1:1 as near as readers ask: each
// within half of what it should be.
func finderLike(runs [5]int) bool {
	all := runs[0] + runs[1] + runs[2] + runs[3] + runs[4]
	for k, r := range runs {
		want := all // sevenths of the whole
		if k == 2 {
			want *= 3
		}
		if off := 14*r - 2*want; r == 0 || max(off, -off) >= want {
			return false
		}
	}
	return true
}
