package roster

import (
	"fmt"
	"strings"
)

// Code names one kind of fault in an instance or plan. The text is
// "roster.finding.<code>" in the message catalogue.
type Code string

// Faults of an instance file.
const (
	BadJSON       Code = "bad_json"        // args: the parser's message
	UnknownField  Code = "unknown_field"   // args: field
	MissingField  Code = "missing_field"   // args: field
	WrongType     Code = "wrong_type"      // args: what is expected
	OutOfRange    Code = "out_of_range"    // args: value, lowest, highest
	NoSuchID      Code = "no_such_id"      // args: value, how many there are
	WrongID       Code = "wrong_id"        // args: value, the position it must equal
	EndsTooEarly  Code = "ends_too_early"  // args: start, end
	WrongLength   Code = "wrong_length"    // args: how many, how many are wanted
	MinOverNeed   Code = "min_over_need"   // args: minimum, need
	StepsNotRise  Code = "steps_not_rise"  // args: step, the one before
	TooManyFaults Code = "too_many_faults" // args: how many more
)

// Finding is one fault: what, where (a path such as "sessions[3].end_min"),
// and the figures that the catalogue's text puts in.
type Finding struct {
	Code  Code   `json:"code"`
	Where string `json:"where"`
	Args  []any  `json:"args,omitempty"`
}

// Key is the finding's key in the message catalogue. The text's first verb is
// Where, the rest are Args.
func (f Finding) Key() string { return "roster.finding." + string(f.Code) }

// String is the finding for logs: code, where, figures.
func (f Finding) String() string {
	if len(f.Args) == 0 {
		return fmt.Sprintf("%s: %s", f.Where, f.Code)
	}
	return fmt.Sprintf("%s: %s %v", f.Where, f.Code, f.Args)
}

// Findings is every fault of one file, in the file's order.
type Findings []Finding

// Error lists the findings, one a line.
func (fs Findings) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// err is nil when there is no finding.
func (fs Findings) err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}
