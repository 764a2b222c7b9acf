// Package evening is the way home after a session has closed: who must have come
// in by when, who is called when nobody has, and the end of the day, signed by
// two. All of it is good practice, decided by the municipality, not law: the law
// asks only that votes go on as soon as possible (FV § 64 stk. 2).
//
// The files, by their nouns:
//
//	evening    the municipality's own settings
//	route      distances, and rounds for the couriers at hand
//	expect     what is expected at the reception, where it stands, and the alarms
//	dayclose   the signed end of a day, with what was still open
package evening
