package desk

import (
	"github.com/brevstemme/brevstemme/models/custody"
)

// Codes of the counter. There is no free text at the desk: a text could name a
// voter. The texts for people are the catalogue entries "desk.<group>.<code>".

// VoidReasons are why a received envelope does not count as a vote, in the
// order in which they are offered.
var VoidReasons = []string{"cover_letter_missing", "not_signed", "not_attested", "outer_open", "wrong_election", "taken_back", "damaged", "empty"}

// SpoilReasons are why blank material was spoiled.
var SpoilReasons = []string{"wrong_mark", "torn", "left_behind", "wrong_material", "misprint"}

// UndoReasons are why an older event is taken back.
var UndoReasons = []string{"counted_twice", "wrong_kind", "wrong_election", "wrong_session", "test_scan"}

// Incidents are what may happen at a counter; a type means that it opens a deviation.
var Incidents = map[string]custody.DeviationType{
	"long_line": "", "abuse": custody.DevIncident, "influence": custody.DevIncident, "wrong_list": custody.DevList, "wrong_notice": custody.DevList,
	"aid_missing": custody.DevProcedure, "booth_not_secret": custody.DevProcedure, "seal_broken": custody.DevSeal, "material_wrong": custody.DevMaterial,
	"power_cut": "", "network_down": "", "room_evacuated": custody.DevIncident, "envelope_found": custody.DevCount, "help_given": "",
}

// IncidentCodes lists Incidents in the order in which they are offered.
var IncidentCodes = []string{"long_line", "abuse", "influence", "wrong_list", "wrong_notice", "aid_missing", "booth_not_secret",
	"seal_broken", "material_wrong", "power_cut", "network_down", "room_evacuated", "envelope_found", "help_given"}

// Marks for the coordinator's board.
const (
	MarkLine     = "line"     // N people wait
	MarkHelp     = "help"     // help needed
	MarkMaterial = "material" // out of material
	MarkFine     = "fine"     // the call is over
)

// Marks lists them.
var Marks = []string{MarkLine, MarkHelp, MarkMaterial, MarkFine}

// Blank material that is counted at a desk. A set is everything one voter gets
// for one election: ballots, envelopes and cover letter (FV § 60, KRVL § 66).
const (
	MaterialSet   = "set"
	MaterialOuter = "outer_envelope"
)

// Materials lists what is counted.
var Materials = []string{MaterialSet, MaterialOuter}
