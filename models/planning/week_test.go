package planning

import (
	"reflect"
	"testing"
	"time"
)

// Days in a row with the same hours are one run, a closed day ends it, and Sunday
// comes last.
func TestWeekRuns(t *testing.T) {
	hours, err := ParseWeek("staffed", "man-tir 9.30-12, 13-17; tor-fre 9.30-12, 13-17; lør-søn 10-14")
	if err != nil {
		t.Fatal(err)
	}
	day := []Span{{570, 720}, {780, 1020}}
	want := []WeekRun{{time.Monday, time.Tuesday, day}, {time.Thursday, time.Friday, day}, {time.Saturday, time.Sunday, []Span{{600, 840}}}}
	if got := WeekRuns(hours); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := FormatWeek(hours); got != "man-tir 9.30-12, 13-17; tor-fre 9.30-12, 13-17; lør-søn 10-14" {
		t.Error(got)
	}
}
