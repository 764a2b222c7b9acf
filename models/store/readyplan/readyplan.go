// Package readyplan brings an example plan to where it may be published, by the
// same acts as people: tests and measurements need published sessions and not the
// talk that leads to them. There is no way around the checks of a plan.
package readyplan

import (
	"context"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
)

// Plans is what it needs of the store.
type Plans interface {
	Plan(ctx context.Context, election string) (planning.Plan, planning.Ticks, error)
	SavePlace(ctx context.Context, act models.Act, was string, p models.Place) error
	Tick(ctx context.Context, act models.Act, election string, which []planning.Tick, reason string) error
	Publish(ctx context.Context, act models.Act, election, reason string) (planning.Version, error)
}

// reason is what the example says wherever a reason is asked for.
const reason = "Eksempel"

// Publish decides the places of an election's plan, ticks its warnings and
// publishes its drafts. act makes a new act of a coordinator each time.
func Publish(ctx context.Context, s Plans, act func() models.Act, election string) (planning.Version, error) {
	p, _, err := s.Plan(ctx, election)
	if err != nil {
		return planning.Version{}, err
	}
	undecided := func(id string) func(planning.Finding) bool {
		return func(f planning.Finding) bool { return f.Code == planning.PlaceUndecided && f.Place == id }
	}
	found := planning.Of(p, election)
	for _, x := range p.Places {
		if !slices.ContainsFunc(found, undecided(x.ID)) {
			continue
		}
		mark := planning.Mark(x)
		x.Decision = models.Decision{Date: models.NewDate(2025, 5, 20), Body: "Byrådet", Reference: "Sag 25/1"}
		if err := s.SavePlace(ctx, act(), mark, x); err != nil {
			return planning.Version{}, err
		}
	}
	var ticks []planning.Tick
	for _, f := range found {
		if f.Severity == planning.Warning {
			ticks = append(ticks, planning.Tick{Code: f.Code, Place: f.Place, Session: f.Session})
		}
	}
	if len(ticks) > 0 {
		if err := s.Tick(ctx, act(), election, ticks, reason); err != nil {
			return planning.Version{}, err
		}
	}
	return s.Publish(ctx, act(), election, reason)
}
