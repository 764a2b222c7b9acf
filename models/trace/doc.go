// Package trace says afterwards what became of envelopes, boxes and seals, from
// the entries alone: which session's envelopes are missing, whether a box was
// always in somebody's hands, where every seal ended.
//
// Nothing is guessed. Envelopes of a kind cannot be told apart once they lie
// together; where the entries allow several answers, the answer is the exact
// bound, or "one of these".
//
// The files, by their nouns:
//
//	trace      movements, and the fewest and most of each session's envelopes that came home
//	flow       the questions asked of a trace, as maximum flows
//	threeway   desk, hand count and reception side by side, with a verdict (three-way balance)
//	proof      the timeline of a container and every gap in it (custody proof)
//	seal       what became of each seal that was issued
package trace
