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
//	desk          the counter of a session: received, voided, spoiled, undone;
//	              deskopen (opening, crew, restock), deskclose (doors, hand count, closing),
//	              desktell (incidents, marks), lostdesk (a PC that never sends), deskcode (reasons),
//	              checklist (opening checklist)
//	pad           emergency pads on paper, and what is typed from them
//	scan          what a barcode or a typed text at the counter means
//	provenance    versions of candidate lists and notices, up and down
//	container     packing (register, pack, unpack, split, merge), nesting (one in another, put away,
//	              retire), missing (lost and found), correcting (counter-entries)
//	seal          sealing (issue, apply, verify, break), near (numbers easily mistaken), sealtrace
//	              (what became of each)
//	handover      transfer (offer, withdraw, collect, arrive), reception (count, accept, refuse,
//	              release), discrepancy (given against found), quality (how well it was recorded)
//	deviation     deviating (raise, act on, explain a difference)
//	attachment    signatures, scans and photos of a handover or deviation
//	evening       the settings of the way home; route (rounds of couriers), expect (who must be in,
//	              alarms), dayclose (the signed end of a day)
//	balance       the conservation line and the flow picture; threeway (desk, hand count, reception),
//	              trace and traceflow (envelopes that were merged, followed to their sessions)
//	proof         the timeline of a container and every gap in it
package custody
