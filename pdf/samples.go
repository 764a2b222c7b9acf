package pdf

import (
	"io"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Sample is one form drawn from fixed example data, for `forms sample` and for
// tests. Name is the file's name without ".pdf". The bytes never change as long
// as the program does not.
type Sample struct {
	Name string
	docs []Document
}

// Write draws the sample.
func (s Sample) Write(w io.Writer) error { return Write(w, s.docs...) }

// sampleForm is the head of every sample.
func sampleForm(t Type, running uint64) Form {
	return Form{
		Municipality: "Aarhus Kommune", Unit: "Borgerservice", Phone: "89 40 22 22",
		Election: Election{
			Name: "Kommunal- og regionsrådsvalg 2025", Word: "KOMMUNALVALG", Colour: "#1d5b8f",
			Date: models.NewDate(2025, time.November, 18),
		},
		Number:    Number(t, running),
		PrintedAt: samplePrinted(t), PrintedBy: "Birthe Ågård", Version: "1.0.0",
		JournalSeq: 48213, JournalHead: "7KX2M9QA4TB0ZC5RWE1H",
		CheckBase: "https://brevstemme.aarhus.dk", Code: models.WithCheck("1F2N7KX2M9QA4TB0ZC5RWE1H"),
	}
}

// samplePrinted is when a form of the story was printed: after what it tells, or
// the afternoon before what it is for.
func samplePrinted(t Type) time.Time {
	switch t {
	case TypeSessionOpening:
		return sampleTime(3, 10, 2)
	case TypeDayReport:
		return sampleTime(3, 18, 20)
	case TypeHandoverFinal, TypeReception, TypeMaterialNote, TypeSealIssue:
		return sampleTime(3, 18, 56)
	case TypeDeviationReport, TypeRecallNotice:
		return sampleTime(4, 13, 15)
	case TypeProtocol, TypeSortingList, TypePollingDelivery:
		return sampleTime(17, 15, 30)
	case TypeElectionMorning, TypeCustodyProof:
		return sampleTime(18, 7, 40)
	case TypeEndReport:
		return sampleTime(20, 10, 0)
	case TypeDestruction:
		return models.NewDate(2026, time.March, 9).At(10, 0)
	}
	return sampleTime(3, 14, 30)
}

// english is the same head for the English twin.
func english(f Form) Form {
	f.Lang = language.English
	f.Election.Name, f.Election.Word = "Local and regional elections 2025", "LOCAL ELECTION"
	return f
}

// sampleTime is a wall-clock time in November 2025.
func sampleTime(day, hour, minute int) time.Time {
	return models.NewDate(2025, time.November, day).At(hour, minute)
}

func sampleSeal(n uint64) string { return Number("SE", n) }

var sampleCrew = []Staff{
	{"Jørgen Sønderskov", "Brevstemmemodtager", "Aarhus Bibliotekerne", "AL 0000 1"},
	{"Zoë Łukasiewicz-Åkjær", "Brevstemmemodtager", "Borgerservice", "AL 0000 2"},
	{"Mehmet Yıldız", "Vejleder", "Aarhus Bibliotekerne", ""},
}

func sampleContainers() []Container {
	return []Container{
		{Number("BX", 101), "Stemmekasse", "Egen kommune", Known(142), []string{sampleSeal(88121), sampleSeal(88122)}},
		{Number("BX", 102), "Stemmekasse", "Egen kommune", Known(97), []string{sampleSeal(88123)}},
		{Number("BG", 57), "Transportpose", "Andre kommuner", Known(31), []string{sampleSeal(88124)}},
	}
}

func sampleHandover(t Type) Handover {
	return Handover{
		Form:    sampleForm(t, 4711),
		From:    Party{"Gellerup Bibliotek", "Edwin Rahrs Vej 32, 8220 Brabrand", "Jørgen Sønderskov", "brevstemmemodtager", "Aarhus Bibliotekerne", "89 40 95 40"},
		To:      Party{"Borgerservice, Dokk1", "Hack Kampmanns Plads 2, 8000 Aarhus C", "Birthe Ågård", "modtagelse", "Borgerservice", "89 40 22 22"},
		Courier: Party{Person: "Søren Bæk", Unit: "Intern post", Phone: "20 11 22 33"}, Vehicle: "Varevogn AB 12 345",
		Reason: "Aftentømning", OfferedAt: sampleTime(3, 17, 45), PlannedArrival: sampleTime(3, 18, 30),
		Containers: sampleContainers(), Total: Known(270),
		Received: Known(412), SentBefore: Known(130), OnHand: Known(12),
	}
}

func sampleFinal() HandoverFinal {
	h := HandoverFinal{
		Handover: sampleHandover(TypeHandoverFinal), Outcome: "Modtaget", ReceivedTotal: Known(269),
		Explanation: "Pose BG talt to gange af to personer: 30. Afgiver har talt forkert; rettet ved ny indførsel.",
		Deviation:   Number(TypeDeviationReport, 12), AcceptedAt: sampleTime(3, 18, 41), CourierReleased: sampleTime(3, 18, 55),
		Receiver: "Birthe Ågård", Second: "Lærke Øster", OfferNumber: Number(TypeHandoverOffer, 4711),
	}
	for i, c := range sampleContainers() {
		r := HandoverResult{Container: c, SealsRead: c.Seals, Condition: "Intakt", Received: c.Count}
		if i == 2 {
			r.Received = Known(30)
		}
		h.Results = append(h.Results, r)
	}
	return h
}

func sampleOpening() SessionOpening {
	return SessionOpening{
		Form: sampleForm(TypeSessionOpening, 311), Place: "Gellerup Bibliotek", Address: "Edwin Rahrs Vej 32, 8220 Brabrand", Room: "Lokale 2", SessionID: Number("SS", 311),
		PlannedFrom: sampleTime(3, 10, 0), PlannedTo: sampleTime(3, 17, 30), OpenedAt: sampleTime(3, 9, 58),
		Crew: sampleCrew, Containers: sampleContainers(), ListVersion: "2, hentet 28.10.2025 kl. 08.12", ListHungAt: sampleTime(3, 9, 40), Booths: Known(3),
		Stock: sampleStock(), Network: "Online", Pads: []string{Number(TypeEmergencyPad, 60) + "–" + Number(TypeEmergencyPad, 79)},
		EmptyShown: true, AidsTested: true, BoothsSet: true, ListHung: true, HoursShown: true,
	}
}

func sampleStock() []Stock {
	return []Stock{
		{Kind: "Brevstemmesæt, kommunalvalg", Range: "0001–0300", Out: Known(300), Used: Known(271), Spoiled: Known(3), Back: Known(26), Missing: Known(0)},
		{Kind: "Brevstemmesæt, regionsrådsvalg", Range: "0001–0300", Out: Known(300), Used: Known(271), Spoiled: Known(2), Back: Known(27), Missing: Known(0)},
		{Kind: "Segl", Range: sampleSeal(88121) + "–" + sampleSeal(88140), Out: Known(20), Used: Known(4), Spoiled: Known(0), Back: Known(16), Missing: Known(0)},
	}
}

func sampleDayReport() DayReport {
	return DayReport{
		Form: sampleForm(TypeDayReport, 311), Place: "Gellerup Bibliotek", Address: "Edwin Rahrs Vej 32, 8220 Brabrand", SessionID: Number("SS", 311),
		PlannedFrom: sampleTime(3, 10, 0), PlannedTo: sampleTime(3, 17, 30), OpenedAt: sampleTime(3, 9, 58), ClosedAt: sampleTime(3, 17, 42),
		InLine: Known(6), Total: Known(271),
		Votes: []VoteCount{
			{"Kommunal- og regionsrådsvalg", "Egen kommune", Known(240), Known(1)},
			{"Kommunal- og regionsrådsvalg", "Andre kommuner", Known(31), Known(0)},
		},
		Containers: sampleContainers(), Stock: sampleStock(),
		Incidents: []Incident{
			{sampleTime(3, 11, 20), "Lampen i stemmerum 2 gik ud.", "Stemmerummet lukket i 10 minutter, ny pære.", "Bibliotekets vagt"},
			{sampleTime(3, 15, 5), "Netværket var væk fra 15.05 til 15.22.", "Fortsatte på nødblok, 4 linjer.", "Borgerservice"},
		},
		Crew: sampleCrew, CrewChanges: []string{"kl. 13.00: Mehmet Yıldız afløst af Lærke Øster"}, RoomSearched: true, NothingLeft: true,
		StoredAt: "Hentet 3.11.2025 kl. 17.50", KeyHolder: "–", HandoverNumber: Number(TypeHandoverOffer, 4711), FromPaper: Known(4),
		ReceivedAll: Known(271), OnHand: Known(0), Forwarded: Known(0), Delivered: Known(270), VoidedHere: Known(1),
	}
}

// sampleMany is a handover of 200 containers.
func sampleMany() Handover {
	many := sampleHandover(TypeHandoverOffer)
	for i := range uint64(197) {
		many.Containers = append(many.Containers, Container{Number("BX", 300+i), "Stemmekasse", "Egen kommune", Known(100), []string{sampleSeal(90000 + i)}})
		many.Total.N, many.Received.N = many.Total.N+100, many.Received.N+100
	}
	return many
}

// one is a sample of one document.
func one(name string, d Document) Sample { return Sample{name, []Document{d}} }

// Samples lists every form, in the order in which an election uses them.
func Samples() []Sample {
	return slices.Concat(samplesBefore(), samplesAtTheDesk(), samplesOnTheRoad(), samplesOfTheOffice())
}

// samplesBefore are the forms of people and material, before a desk opens.
func samplesBefore() []Sample {
	return []Sample{
		one("appointment", sampleAppointment()),
		one("revocation", sampleRevocation()),
		one("instruction", sampleInstruction()),
		one("roster-week", RosterWeek{sampleForm(TypeRosterWeek, 45), "Gellerup Bibliotek", models.NewDate(2025, time.November, 3), sampleShifts(), []string{"Borgerservice 89 40 22 22", "Vagtleder, bibliotekerne 89 40 92 00"}}),
		one("roster-day", sampleRosterDay()),
		one("roster-person", sampleRosterPerson()),
		one("material-out", sampleMaterial(false)),
		one("material-in", sampleMaterial(true)),
		one("seal-issue", sampleSeals()),
		one("packing-list", samplePacking()),
		one("container-labels-l7160", sampleLabels(0, 3)),
		one("container-labels-l7163", sampleLabels(1, 1)),
		one("container-labels-l7165", sampleLabels(3, 1)),
		one("container-labels-l7173", sampleLabels(2, 1)),
		one("container-labels-l7651", sampleLabels(4, 1)),
		one("label-calibration", LabelCalibration{sampleForm(TypeContainerLabels, 0), LabelSheets[1], 0.5, -1}),
	}
}

// samplesAtTheDesk are the forms from the opening of a session to its day report.
func samplesAtTheDesk() []Sample {
	exercise, reprint := sampleOpening(), sampleDayReport()
	exercise.Mark = Mark{Kind: Exercise}
	reprint.Mark = Mark{Kind: Reprint, N: 2, At: sampleTime(4, 10, 14)}
	return []Sample{
		one("command-sheet", sampleCommands()),
		one("session-opening", sampleOpening()),
		one("session-opening-exercise", exercise),
		{"session-opening-english", one("session-opening", sampleOpening()).English().docs},
		{"emergency-pad", samplePad()},
		one("day-report", sampleDayReport()),
		one("day-report-reprint", reprint),
		one("day-report-blank", DayReport{Form: sampleForm(TypeDayReport, 900)}),
	}
}

// samplesOnTheRoad are the forms from hand to hand, and of what went wrong.
func samplesOnTheRoad() []Sample {
	blank, many := Handover{Form: sampleForm(TypeHandoverOffer, 901)}, sampleMany()
	return []Sample{
		one("handover-giver", HandoverGiver{sampleHandover(TypeHandoverOffer)}),
		one("handover-giver-link", WithLink(HandoverGiver{sampleHandover(TypeHandoverOffer)}, "https://brevstemme.aarhus.dk/b/MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U", sampleTime(4, 5, 45))),
		one("handover-receiver", HandoverReceiver{sampleHandover(TypeHandoverOffer)}),
		{"handover-200-containers", []Document{HandoverGiver{many}, HandoverReceiver{many}}},
		{"handover-blank", []Document{HandoverGiver{blank}, HandoverReceiver{blank}}},
		one("handover-final", sampleFinal()),
		one("courier-run", sampleCourier()),
		one("reception", sampleReception()),
		one("reception-blank", Reception{Form: sampleForm(TypeReception, 902)}),
		one("deviation", sampleDeviation()),
		one("recall-notice", sampleRecall()),
		one("consignment-cover", sampleCover(false)),
		one("consignment-cover-english", sampleCover(true)),
		one("consignment-notice", sampleNotice()),
		one("consignment-acknowledgement", ConsignmentAck{sampleConsignment(TypeConsignmentAck)}),
	}
}

// samplesOfTheOffice are the forms of Borgerservice and the posters.
func samplesOfTheOffice() []Sample {
	return []Sample{
		one("protocol", sampleProtocol()),
		one("sorting-list", sampleSorting()),
		{"polling-delivery", samplePolling()},
		one("election-morning", sampleMorning()),
		one("custody-proof", sampleCustody()),
		one("end-report", sampleEnd()),
		one("destruction", sampleDestruction()),
		one("poster-a4", samplePoster(false, false, false)),
		one("poster-a4-english", samplePoster(false, true, false)),
		one("poster-a3", samplePoster(true, false, true)),
		one("poster-a3-english", samplePoster(true, true, true)),
	}
}
