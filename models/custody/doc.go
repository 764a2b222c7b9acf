// Package custody is double-entry bookkeeping for envelopes, blank material,
// seals and containers: who has what, at every minute (law 2 of the house).
//
// An act is decided here from records and a command, and comes out as a
// journal.Draft with postings and the records it changed; models/store loads
// and saves. Which acts are possible stands in the state tables. Seals,
// two-person rules at libraries and blind recounts are good practice, not law,
// and are called so; what is law cites its paragraph.
//
// The files, by their nouns. A noun's file holds its record and its state table;
// the files behind it hold what is done to it.
//
//	book          what an act may look at, and the sheet on which it is decided
//	item, holder  what is counted; who has it, and on which side of the balance
//	container     packing (register, pack, unpack, split, merge), nesting (one in another, put away,
//	              retire), missing (lost and found), correcting (counter-entries)
//	seal          sealing (issue, apply, verify, break), near (numbers easily mistaken)
//	handover      transfer (offer, withdraw, collect, arrive), reception (count, accept, refuse,
//	              release), discrepancy (given against found), quality (how well it was recorded)
//	deviation     deviating (raise, act on, explain a difference)
//	attachment    signatures, scans and photos of a handover or deviation
//	balance       the conservation line and the flow picture
//
// Three subjects stand on it: desk (the counter where envelopes come in), evening
// (the way home and the end of a day) and trace (what became of it all).
package custody
