package roster

import (
	"encoding/json"
	"io"
	"sort"
)

// Assignment places one person at one session.
type Assignment struct {
	Session int `json:"session"`
	Staff   int `json:"staff"`
}

// Plan is a proposed roster: Cost is the whole objective (shortage included),
// Shortage the number of missing people.
type Plan struct {
	Instance    string       `json:"instance"`
	Cost        int          `json:"cost"`
	Shortage    int          `json:"shortage"`
	Assignments []Assignment `json:"assignments"`
}

// WritePlan writes the plan as JSON, an empty list as [].
func WritePlan(w io.Writer, p Plan) error {
	if p.Assignments == nil {
		p.Assignments = []Assignment{}
	}
	return json.NewEncoder(w).Encode(p)
}

// ReadPlan reads what WritePlan wrote; unknown fields are an error.
func ReadPlan(r io.Reader) (Plan, error) {
	var p Plan
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return Plan{}, Findings{{BadJSON, "$", []any{err.Error()}}}
	}
	return p, nil
}

// sortAssignments orders by session, then person.
func sortAssignments(a []Assignment) {
	sort.Slice(a, func(i, j int) bool {
		if a[i].Session != a[j].Session {
			return a[i].Session < a[j].Session
		}
		return a[i].Staff < a[j].Staff
	})
}
