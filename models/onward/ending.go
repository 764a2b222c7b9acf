package onward

import (
	"strconv"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// CountOver tells what stands in the way of saying that an election's count is
// over, as a failure; nil when nothing does. A district without a result does not:
// not every board reports here.
func (x Estate) CountOver(today models.Date) error {
	if _, err := models.ElectionStates.Next(x.Election.State, models.ElectionCount); err != nil {
		return err
	}
	switch {
	case today.Before(x.Election.Date):
		return models.E(models.CodeState, "onward.vote_not_held", x.Election.Date)
	case x.Deviations > 0:
		return models.E(models.CodeState, "onward.deviations_open", x.Deviations)
	case x.Sums.OnHand != x.Sums.Late:
		return models.E(models.CodeState, "onward.still_on_hand", x.Sums.OnHand-x.Sums.Late)
	}
	return nil
}

// EndCount says that an election's count is over: every envelope has been
// delivered, forwarded, voided or kept as late, and every deviation is closed.
// From then on it is no longer under way, and its material waits for destruction.
func EndCount(x Estate, today models.Date) (Decided, error) {
	if err := x.CountOver(today); err != nil {
		return Decided{}, err
	}
	e := x.Election
	e.State = models.ElectionCounted
	d := journal.Draft{Kind: "election.counted", Election: e.ID}.Fact("received", strconv.Itoa(x.Sums.Received)).Fact("delivered", strconv.Itoa(x.Sums.Delivered)).
		Fact("forwarded", strconv.Itoa(x.Sums.Forwarded)).Fact("voided", strconv.Itoa(x.Sums.Voided)).Fact("late", strconv.Itoa(x.Sums.Late)).
		Fact("difference", strconv.Itoa(x.Sums.Difference)).Fact("without_result", strconv.Itoa(x.Unreported))
	return Decided{d, []models.Record{e}}, nil
}
