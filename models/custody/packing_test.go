package custody

import (
	"math"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// A count far too large is refused before anything is made of it: the journal
// has one writer, and it decides.
func TestRegisterRefusesCountsBeforeItMakesThem(t *testing.T) {
	for _, n := range []int{math.MinInt, -1, 0, 201, math.MaxInt} {
		w := newWorld(t)
		a := w.act("karen")
		out, err := Register(w, a, w.now, RegisterCmd{Kind: BoxK, Place: "HB", Count: n})
		w.refused(models.CodeInvalid, out, err)
	}
}
