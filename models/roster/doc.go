// Package roster assigns people to sessions: the instance and plan formats, an
// independent checker, a solver that proposes plans, a proven lower bound, and
// explanations: why a person is where they are, and why a session or a day
// cannot be staffed.
//
// # The solver
//
// The state is one day pattern (no session, one, or two at the same place) for
// each person and day, so every rule about a person holds by construction and
// a change is priced from a few sums. A greedy start is improved by simulated
// annealing whose moves keep hours balanced: somebody takes over a day's work
// and hands back the best other day (handBack), between two people or around
// three (cycle). People are split into groups by a line at a random angle; the
// groups anneal at the same time and are split anew every few thousand moves
// (shards). When the budget allows, dual prices from the lower bound's
// relaxation rule out nine in ten patterns for most of the run (guide). Holes
// that are left are filled by chains of swaps, shortest first (mend).
//
// The lower bound (LowerBound) prices the rules that tie people together and
// solves one dynamic programme for each person.
package roster
