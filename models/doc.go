// Package models is the domain of Brevstemme in plain Go: the nouns, the rules
// and the state tables, readable without SQL or HTML. It imports the standard
// library only. Subjects that outgrew this page have packages of their own:
// calendar, schedule, planning, forecast, staffing, roster, desk, custody,
// evening, trace, onward, evidence, journal, audit, language; store keeps it all
// in PostgreSQL.
//
// # How it works, in one breath
//
// An election ([Election]) opens a legal window (models/calendar). Places
// ([Place]), most of them libraries, agree to sessions ([Session]), which a
// crew of appointed receivers ([Person]) opens. Each envelope that a voter
// hands in is a unit that passes from holder to holder (models/custody): desk,
// container, courier's leg, reception, sorting bin, polling station. Each act
// is an entry in a book that is never edited (models/journal).
//
// # Glossary
//
//	afgiver                    giver            hands a container over
//	afstemningsområde          polling district the area whose polling station counts an envelope
//	afstemningssted            polling station  where the votes of a district are counted
//	afvigelse                  deviation        a difference or irregularity with an owner; closed by someone else
//	anmodning                  request          of a voter to vote at home; never kept here by name
//	beholder                   container        box, bag or crate that can be sealed and moved
//	biblioteksbetjent          library-staffed  service model: the library's own people receive
//	bibliotek                  library          the place this program is about
//	blind optælling            blind recount    the receiver counts before the giver's figures are shown (good practice)
//	Borgerservice              citizen service  the municipality's office that runs the election
//	brevstemme                 postal vote      one outer envelope; what is counted
//	brevstemmemodtager         receiver         appointed and instructed person who takes a postal vote
//	brevstemmeprotokol         protocol         the record the law asks for: numbers and dates (FV § 64, KRVL § 70)
//	brevstemmested             voting place     a place decided by the council (FV § 53, KRVL § 59)
//	følgebrev                  covering letter  signed by the voter; counted as material, never copied
//	følgeseddel                cover list       paper that goes with a consignment
//	helligdag                  public holiday   church holiday; does not count as hverdag
//	hverdag                    weekday          Monday to Saturday that is no helligdag
//	kommunekode                municipality code four digits, 98 of them
//	konvolut                   inner envelope   holds the ballot; never marked, labelled or printed on
//	kurer                      courier          carries containers on a leg
//	lokalefællesskab           shared premises  service model: citizen-service staff sit in the library
//	materiale                  material         blank sets: ballot, inner envelope, covering letter, outer envelope
//	modtager                   receiver (party) takes a container over
//	myndighedsopgave           act of authority task that only an appointed receiver may do
//	nødblok                    emergency pad    numbered paper forms for when everything is down
//	nødtilstand                emergency mode   the desk goes on without network
//	overdragelse               handover         one transfer between two places, open until the receiver answered
//	plombe, segl               seal             numbered; a number is used once
//	skranke                    desk             where votes are received
//	sortering                  sorting          into districts, other municipalities, unknown, late
//	stemmeseddel               ballot           inside the inner envelope; never seen here
//	tilforordnet vælger        appointed elector lay person of the election (KRVL § 17)
//	tilintetgørelse            destruction      of material after the complaint period (KRVL § 106)
//	uddelt, brugt, kasseret    issued, used, spoiled  the material equation
//	udskrivelse                call             of a general election
//	valgbestyrelse             election committee
//	valgdag                    election day
//	valgstyrer                 polling officer  receives at the polling station
//	videresendelse             forwarding       to the voter's municipality, "snarest muligt" (FV § 64)
//	yderkuvert                 outer envelope   carries the voter's name; counted, never read into the program
//	øvelse                     practice         marked exercise; nothing of it counts
//	ældrerådsvalg              senior-council election  beside a local election, not under KRVL
package models
