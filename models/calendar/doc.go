// Package calendar computes every legal date of a Danish election with postal
// voting (brevstemmeafgivning): pure, from the type, the election day and, for a
// general election, the day it was called.
//
// FV is folketingsvalgloven, KRVL the act on local and regional elections, EPVL
// the act on elections to the European Parliament. A hverdag is here, as in the
// postal-vote rules, a day that is neither a Sunday nor a helligdag (church
// holiday): Saturdays count.
//
// What the law leaves unclear is a field of Settings with a default, and the
// dates that stand on it say so (Entry.Basis, Entry.Setting).
package calendar
