package models

import "github.com/brevstemme/brevstemme/models/language"

// Transitions is a state table: state × act → state. What is not in the table
// is refused with CodeState. The tables of container, handover, session,
// deviation, agreement and shift are drawn in docs/states.md and asserted over all
// pairs by tests.
type Transitions[S, A ~string] map[S]map[A]S

// Next is the state after act, or the error of Refused.
func (t Transitions[S, A]) Next(s S, act A) (S, error) {
	if n, ok := t[s][act]; ok {
		return n, nil
	}
	return s, Refused(act, s)
}

// Allows tells whether act is possible in s, for pages that offer acts.
func (t Transitions[S, A]) Allows(s S, act A) bool { _, ok := t[s][act]; return ok }

// Refused is CodeState with the catalogue text "state.refused": act is not
// possible in state, both in the words of the reader's language.
func Refused[A, S ~string](act A, state S) *Error {
	return E(CodeState, "state.refused", language.Word("state.act."+string(act)), language.Word("state.is."+string(state)))
}
