// Package custody is double-entry bookkeeping for envelopes, blank material,
// seals and containers: who has what, at every minute (law 2 of the house).
//
// An act is decided here from records and a command, and comes out as a
// journal.Draft with postings and the records it changed; models/store loads
// and saves. Which acts are possible stands in the state tables. Seals,
// two-person rules at libraries and blind recounts are good practice, not law,
// and are called so; what is law cites its paragraph.
package custody
