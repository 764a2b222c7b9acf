package models

// Transitions is a state table: state × act → state. What is not in the table
// is refused with CodeState. The tables of container, handover, session,
// deviation, agreement and shift are drawn in docs/states.md and asserted over all
// pairs by tests.
type Transitions[S, A ~string] map[S]map[A]S

// Next is the state after act, or CodeState with the catalogue text
// "state.refused" (act, state).
func (t Transitions[S, A]) Next(s S, act A) (S, error) {
	if n, ok := t[s][act]; ok {
		return n, nil
	}
	return s, E(CodeState, "state.refused", string(act), string(s))
}

// Allows tells whether act is possible in s, for pages that offer acts.
func (t Transitions[S, A]) Allows(s S, act A) bool { _, ok := t[s][act]; return ok }
