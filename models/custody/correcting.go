package custody

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// reversible are the kinds of entries that Reverse takes back.
var reversible = []string{"container.packed", "container.unpacked", "container.split", "container.merged", "container.corrected"}

// Reversible tells whether an entry of a kind can be taken back by Reverse.
func Reversible(kind string) bool { return slices.Contains(reversible, kind) }

// ReverseCmd names an entry that was a mistake. Already tells that another
// entry has corrected it.
type ReverseCmd struct {
	Seq      int64
	Kind     string
	Postings []journal.Posting
	Already  bool
	Reason   string
}

// Reverse takes back a packing by a counter-entry that names the old one, the
// person and the reason: nothing is edited (law 3). A correction can itself be
// corrected.
func Reverse(b Book, a models.Act, now time.Time, cmd ReverseCmd) (Outcome, error) {
	s := open(b, a, now, "container.corrected")
	if !slices.Contains(reversible, cmd.Kind) {
		return Outcome{}, models.E(models.CodeState, "custody.not_reversible", cmd.Kind)
	}
	if cmd.Already {
		return Outcome{}, models.E(models.CodeConflict, "custody.corrected_already", cmd.Seq)
	}
	if err := Words("reason", cmd.Reason, 5); err != nil {
		return Outcome{}, err
	}
	var touched []string
	for i := 0; i+1 < len(cmd.Postings); i += 2 {
		from, to := cmd.Postings[i], cmd.Postings[i+1]
		for _, p := range []journal.Posting{from, to} {
			if id, ok := strings.CutPrefix(p.Holder, "container:"); ok && !slices.Contains(touched, id) {
				touched = append(touched, id)
			}
		}
		if ElectionOf(from.Item) == "" {
			return Outcome{}, models.E(models.CodeState, "custody.not_reversible", cmd.Kind)
		}
		s.draft.Election = ElectionOf(from.Item)
		if err := s.move(from.Item, to.Holder, from.Holder, to.Delta); err != nil {
			return Outcome{}, err
		}
	}
	for _, id := range touched {
		if err := s.corrected(id); err != nil {
			return Outcome{}, err
		}
	}
	s.fact("corrects", fmt.Sprint(cmd.Seq))
	s.fact("reason", cmd.Reason)
	return s.done()
}

// corrected brings the state of a container in line with what it holds now.
func (s *sheet) corrected(id string) error {
	c, err := s.here(id)
	if err != nil {
		return err
	}
	if len(c.Seals) > 0 {
		return models.E(models.CodeState, "custody.sealed", c.ID)
	}
	held, err := s.holds(InContainer(id))
	if err != nil {
		return err
	}
	if c.Election != "" && c.Election != s.draft.Election {
		// It was emptied by a correction and packed for another election since.
		return models.E(models.CodeState, "custody.other_election", c.ID, c.Election)
	}
	if c.State == ContainerEmpty {
		if len(Units(held)) == 0 {
			return nil
		}
		c.Election = s.draft.Election
		return s.next(&c, ActPack)
	}
	return s.after(&c)
}
