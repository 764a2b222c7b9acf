package persons

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// gate is this room on a database of the test's own.
type gate struct {
	*Persons
	*book.Reader
	t     *testing.T
	n     int
	clock func() time.Time
}

func newGate(t *testing.T) *gate {
	t.Helper()
	m := &gate{t: t, clock: time.Now}
	b, err := book.Open(t.Context(), book.Config{DSN: pgtest.DB(t).AppDSN, Clock: func() time.Time { return m.clock() }})
	m.ok(err)
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	m.Persons, m.Reader = New(b), b.Reader
	return m
}

func (m *gate) ok(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// city is an act of a coordinator.
func (m *gate) city() models.Act {
	m.n++
	return models.Act{Key: fmt.Sprintf("act-%04d", m.n), Person: "COORD", Role: models.RoleCoordinator}
}
