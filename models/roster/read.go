package roster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sort"
)

// maxFaults is how many findings are listed one by one; a file with more is
// not the file that was meant.
const maxFaults = 200

// maxInstanceBytes refuses what cannot be an instance before reading it all.
const maxInstanceBytes = 256 << 20

// ReadInstance reads and checks an instance. It is strict: unknown or missing
// fields, wrong types and values that cannot be are Findings, all at once.
// A list that is null is empty.
func ReadInstance(r io.Reader) (Instance, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxInstanceBytes+1))
	if err != nil {
		return Instance{}, err
	}
	if len(raw) > maxInstanceBytes {
		return Instance{}, Findings{{BadJSON, "$", []any{"larger than 256 MB"}}}
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return Instance{}, Findings{{BadJSON, "$", []any{err.Error()}}}
	}
	if _, err := dec.Token(); err != io.EOF {
		return Instance{}, Findings{{BadJSON, "$", []any{"more than one value"}}}
	}
	rd := &reader{}
	in := rd.instance(v)
	if len(rd.faults) == 0 {
		rd.faults = append(rd.faults, in.Validate()...)
	}
	return in, rd.faults.err()
}

// reader walks decoded JSON and collects findings.
type reader struct{ faults Findings }

func (r *reader) add(code Code, where string, args ...any) {
	r.faults = r.faults.add(code, where, args...)
}

// object is one JSON object being read; used remembers the known fields.
type object struct {
	r     *reader
	where string
	m     map[string]any
	used  map[string]bool
}

func (r *reader) object(where string, v any) *object {
	m, ok := v.(map[string]any)
	if !ok {
		r.add(WrongType, where, "object")
	}
	return &object{r, where, m, map[string]bool{}}
}

// path of a field for findings.
func (o *object) path(name string) string {
	if o.where == "$" {
		return name
	}
	return o.where + "." + name
}

// field takes a field's value; absent is a finding (once the object is one).
func (o *object) field(name string) (any, bool) {
	o.used[name] = true
	v, ok := o.m[name]
	if !ok && o.m != nil {
		o.r.add(MissingField, o.path(name), name)
	}
	return v, ok
}

func (o *object) int(name string) int {
	v, ok := o.field(name)
	if !ok {
		return 0
	}
	return o.r.whole(o.path(name), v)
}

// whole reads a JSON number without fraction.
func (r *reader) whole(where string, v any) int {
	n, ok := v.(json.Number)
	if ok {
		if i, err := n.Int64(); err == nil {
			return int(i)
		}
	}
	r.add(WrongType, where, "whole number")
	return 0
}

func (o *object) bool(name string) bool {
	v, ok := o.field(name)
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		o.r.add(WrongType, o.path(name), "true/false")
	}
	return b
}

func (o *object) text(name string) string {
	v, ok := o.field(name)
	if !ok {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		o.r.add(WrongType, o.path(name), "text")
	}
	return s
}

// list reads an array; null is empty.
func (o *object) list(name string) []any {
	v, ok := o.field(name)
	if !ok || v == nil {
		return nil
	}
	l, ok := v.([]any)
	if !ok {
		o.r.add(WrongType, o.path(name), "list")
	}
	return l
}

func (o *object) ints(name string) []int {
	var out []int
	for i, v := range o.list(name) {
		out = append(out, o.r.whole(fmt.Sprintf("%s[%d]", o.path(name), i), v))
	}
	return out
}

// done reports the fields nobody asked for, in alphabetical order.
func (o *object) done() {
	var unknown []string
	for k := range o.m {
		if !o.used[k] {
			unknown = append(unknown, k)
		}
	}
	sort.Strings(unknown)
	for _, k := range unknown {
		o.r.add(UnknownField, o.path(k), k)
	}
}

func (r *reader) instance(v any) Instance {
	o := r.object("$", v)
	in := Instance{Name: o.text("name"), Days: o.int("days"), MaxDayMin: o.int("max_day_min"), MinRestMin: o.int("min_rest_min")}
	for i, v := range o.list("places") {
		in.Places = append(in.Places, r.place(fmt.Sprintf("places[%d]", i), v))
	}
	for i, v := range o.list("sessions") {
		in.Sessions = append(in.Sessions, r.session(fmt.Sprintf("sessions[%d]", i), v))
	}
	for i, v := range o.list("staff") {
		in.Staff = append(in.Staff, r.person(fmt.Sprintf("staff[%d]", i), v))
	}
	if w, ok := o.field("weights"); ok {
		in.Weights = r.weights(w)
	}
	o.done()
	return in
}

func (r *reader) place(where string, v any) Place {
	o := r.object(where, v)
	p := Place{ID: o.int("id"), Name: o.text("name"), X: o.int("x_hm"), Y: o.int("y_hm")}
	o.done()
	return p
}

func (r *reader) session(where string, v any) Session {
	o := r.object(where, v)
	s := Session{ID: o.int("id"), Place: o.int("place"), Day: o.int("day"), Start: o.int("start_min"), End: o.int("end_min"),
		Need: o.int("need"), MinReceivers: o.int("min_receivers"), MinLeads: o.int("min_leads"), Unpopular: o.bool("unpopular")}
	o.done()
	return s
}

func (r *reader) person(where string, v any) Person {
	o := r.object(where, v)
	p := Person{ID: o.int("id"), X: o.int("x_hm"), Y: o.int("y_hm"), Receiver: o.bool("receiver"), Lead: o.bool("lead"),
		MaxWeekMin: o.int("max_week_min"), MaxTotalMin: o.int("max_total_min"), TargetMin: o.int("target_min"), MaxTravel: o.int("max_travel_hm"),
		Unavailable: o.ints("unavailable_days"), Disliked: o.ints("disliked_slots"), Preferred: o.ints("preferred_places")}
	o.done()
	return p
}

func (r *reader) weights(v any) Weights {
	o := r.object("weights", v)
	w := Weights{TravelPer10: o.int("travel_per_10_hm_round_trip"), NeutralPlace: o.int("neutral_place"), DislikedSlot: o.int("disliked_slot"),
		OverStep: o.ints("over_target_step_min"), OverCost: o.ints("over_target_cost_per_30min"), UnpopularFree: o.int("unpopular_free"),
		UnpopularStep: o.ints("unpopular_step"), UnpopularCost: o.ints("unpopular_cost_each"), Shortage: o.int("shortage_per_missing_person")}
	o.done()
	return w
}
