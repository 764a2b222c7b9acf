package models

import "time"

// Check is one answered line of a checklist: who looked, when, and what was
// found (a version, a serial, a number) where the line asks for it.
type Check struct {
	Key     string    `json:"key"`
	Value   string    `json:"value"`
	Person  string    `json:"person"`
	Witness string    `json:"witness"` // second person, where the line needs two
	At      time.Time `json:"at"`
}

// Stock is the material balance of one item at one session:
// Brought + Restocked = Used + Spoiled + Left, and Used is the number of votes.
// Spoiled and Used are written at closing; until then the book knows them.
type Stock struct {
	Brought   int      `json:"brought"`
	Restocked int      `json:"restocked"`
	Used      int      `json:"used"`
	Spoiled   int      `json:"spoiled"`
	Left      int      `json:"left"`
	Explained string   `json:"explained"` // why it does not add up
	By        []string `json:"by"`        // the two people who explained it
}

// Off is what is missing (positive) or too many (negative).
func (s Stock) Off() int { return s.Brought + s.Restocked - s.Used - s.Spoiled - s.Left }

// DeskBook is what the crew of a session said at opening and closing.
type DeskBook struct {
	Checks     []Check          `json:"checks"`      // opening checklist
	Override   string           `json:"override"`    // why it was opened with lines missing
	OverrideBy string           `json:"override_by"` // who decided that
	Missing    []string         `json:"missing"`     // the lines that were missing then
	Stock      map[string]Stock `json:"stock"`       // material item → figures
	InLine     int              `json:"in_line"`     // waiting when the doors were shut: all were served
	Counted    string           `json:"counted"`     // "", "equal", "differs", "explained": the hand count against the book
	Deviations []string         `json:"deviations"`
	Searched   []Check          `json:"searched"` // closing: where the room was searched
	Unsealed   string           `json:"unsealed"` // why envelopes stay outside a sealed container
}
