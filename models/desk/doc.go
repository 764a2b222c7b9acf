// Package desk is the counter of a session: what two receivers at a library do
// from the opening to the signed day report, each act decided on what custody
// says of who has what.
//
// An event says nothing of a voter, and nothing is taken back: a mistake gets its
// counter-entry. The hand count comes before the system's figure is shown; that,
// two people at the desk, and the codes for what happened are good practice, not
// law. What is law cites its paragraph.
//
// The files, by their nouns:
//
//	desk        the events: received, voided, spoiled, undone
//	code        the reasons, incidents and marks that an event may have
//	checklist   what is looked through before a session opens
//	open        opening with a crew, its changes, material brought later
//	close       doors, hand count, difference explained, closing with two
//	tell        incidents, marks, and a refused event that was settled otherwise
//	lost        a PC that broke with events on it: declared by two, and come back
//	pad         emergency pads on paper, and what is typed from them
//	scan        what a barcode or a typed text means
//	provenance  versions of candidate lists and notices, up and down
package desk
