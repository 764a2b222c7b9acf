package pdf

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Example data for the forms of the office: records, people, posters, labels.

func sampleDeviation() DeviationReport {
	return DeviationReport{
		Form: sampleForm(TypeDeviationReport, 12), Case: Number(TypeDeviationReport, 12), Kind: "Antal stemmer ikke", FoundAt: sampleTime(3, 18, 41), FoundBy: "Birthe Ågård", Place: "Borgerservice, Dokk1",
		Handover: Number(TypeHandoverOffer, 4711), Containers: []string{Number("BG", 57)}, Expected: Known(31), Found: Known(30), JournalEntry: "48.207",
		What: "Transportposen indeholdt 30 brevstemmer. Afgiver havde skrevet 31. Seglet var helt.", Action: "Talt igen af en anden person med samme resultat. Koordinator ringet op kl. 18.50.",
		Owner: "Koordinator", Deadline: sampleTime(4, 12, 0), Notified: []string{"Gellerup Bibliotek", "Valgbestyrelsens sekretær"},
		Conclusion: "Tælleliste fra skranken viser 30. Afgivers tal var en skrivefejl; rettet ved ny hændelse, der nævner den gamle.", Evidence: "Tælleliste, side 4",
		ClosedBy: "Kirsten Dahl", ClosedAt: sampleTime(4, 9, 30), CorrectingEntry: "48.231",
	}
}

func sampleRecall() RecallNotice {
	return RecallNotice{
		Form: sampleForm(TypeRecallNotice, 1), WrongVersion: "2 (nabokommunens liste)", RightVersion: "3", FoundAt: sampleTime(4, 12, 55),
		Error: "Listen over kandidater til kommunalvalget var nabokommunens.",
		Exposures: []Exposure{
			{"Borgerservice, Dokk1", sampleTime(4, 9, 0), sampleTime(4, 13, 0), "2", Known(83)},
			{"Gellerup Bibliotek", sampleTime(4, 9, 5), sampleTime(4, 13, 10), "2", Known(37)},
		},
		Votes:  Known(120),
		Notice: "Den 4. november kl. 9.00–13.10 hang en forkert kandidatliste på Dokk1 og Gellerup Bibliotek. Har du brevstemt der i det tidsrum, kan du brevstemme igen eller ringe til os på 89 40 22 22.",
	}
}

func sampleCustody() CustodyProof {
	p := CustodyProof{Form: sampleForm(TypeCustodyProof, 2), Container: Number("BX", 101), Kind: "Stemmekasse", Contents: "Egen kommune", From: sampleTime(3, 9, 50), To: sampleTime(18, 7, 31),
		Check: "Journalen er efterregnet fra hændelse 1 til 52.906: kæden er hel, og alle posteringer går i nul."}
	for _, x := range []struct {
		day, h, m          int
		holder, place, act string
		entry              string
	}{
		{3, 9, 50, "Gellerup Bibliotek", "Skranke, lokale 2", "Forseglet, vist tom", "47.811"},
		{3, 17, 50, "Søren Bæk, bud", "Varevogn", "Overdraget", "48.190"}, {3, 18, 38, "Borgerservice, Dokk1", "Boks 3, rum 1.14", "Modtaget, talt 142", "48.207"},
		{17, 13, 0, "Borgerservice, sortering", "Rum 1.20", "Segl brudt, sorteret", "52.440"}, {18, 6, 40, "Pia Vang, bud", "Varevogn", "Overdraget", "52.871"},
		{18, 7, 31, "Gellerup Skole, valgstyrere", "Afstemningssted 2", "Modtaget, talt igen", "52.906"},
	} {
		at := sampleTime(x.day, x.h, x.m)
		if n := len(p.Stretches); n > 0 {
			p.Stretches[n-1].To = at
		}
		p.Stretches = append(p.Stretches, Stretch{From: at, Holder: x.holder, Place: x.place, Act: x.act, Entry: x.entry, Seals: "Forseglet"})
	}
	return p
}

func sampleProtocol() Protocol {
	p := Protocol{Form: sampleForm(TypeProtocol, 1), Law: "KRVL § 70, stk. 1", Decision: "Byrådet, 12.3.2025, sag 25/1408", From: models.NewDate(2025, time.October, 7), To: models.NewDate(2025, time.November, 14)}
	places := []string{"Borgerservice, Dokk1", "Gellerup Bibliotek", "Risskov Bibliotek", "Åby Bibliotek", "Fra andre kommuner"}
	for day := range 14 {
		d := p.From.Add(day)
		if wd := d.Weekday(); wd == time.Sunday {
			continue
		}
		for i, place := range places {
			r := ProtocolRow{Date: d, Origin: place, Received: Known(11 + (day*37+i*53)%140)}
			if i == 0 && day%3 == 2 {
				r.Forwarded, r.ForwardedTo, r.ForwardedOn = Known(7+day), "Aalborg (0851)", d.Add(1)
			}
			p.Rows = append(p.Rows, r)
		}
	}
	return p
}

func sampleEnd() EndReport {
	return EndReport{
		Form: sampleForm(TypeEndReport, 1), Received: Known(11234), Forwarded: Known(812), Delivered: Known(10397), Voided: Known(25), OnHand: Known(0),
		PerPlace:   []LabelledFigure{{"Borgerservice, Dokk1", Known(5210)}, {"Gellerup Bibliotek", Known(1804)}, {"Risskov Bibliotek", Known(1390)}, {"Åby Bibliotek", Known(1212)}, {"Plejehjem og hjem", Known(806)}, {"Fra andre kommuner", Known(812)}},
		Forwards:   []LabelledFigure{{"Aalborg (0851)", Known(61)}, {"Odense (0461)", Known(88)}, {"København (0101)", Known(214)}, {"Øvrige 41 kommuner", Known(449)}},
		Rejections: []LabelledFigure{{"3a Ikke på valglisten", Known(12)}, {"3e Fremgangsmåden ikke fulgt", Known(31)}, {"3g Mere end én brevstemme", Known(44)}},
		Late:       Known(4),
		Material:   []LabelledFigure{{"Brevstemmesæt udleveret", Known(12000)}, {"Kasseret", Known(61)}, {"Retur, ubrugt", Known(705)}},
		Handovers:  Known(214), HandoversWithSeal: Known(213), DeviationsClosed: Known(6), DeviationsOpen: Known(0),
		Journal: "Efterregnet fra hændelse 1 til 53.114: kæden er hel.", Remarks: "Én overdragelse på nødblok uden vidne; afvigelse lukket 5.11.",
	}
}

func sampleDestruction() Destruction {
	return Destruction{
		Form: sampleForm(TypeDestruction, 1), Law: "KRVL § 106, stk. 4", Authority: "Valgbestyrelsen, 2.3.2026", ComplaintsEnd: models.NewDate(2025, time.November, 25),
		On: models.NewDate(2026, time.March, 5), Method: "Makulering, DIN 66399 P-5", Place: "Lystrup", Company: "Arkivmakulering A/S",
		Lots: []Destroyed{{"Brevstemmemateriale, brugt", Number("CR", 12), sampleSeal(89001), Known(10397)}, {"Stemmesedler, ubrugte", Number("CR", 13), sampleSeal(89002), Known(705)}, {"Kasserede sæt", Number("CR", 14), sampleSeal(89003), Known(61)}},
		Kept: "Brevstemmeprotokollen og journalen er øvrigt valgmateriale og følger arkivloven.", Witnesses: []string{"Birthe Ågård", "Kirsten Dahl"},
	}
}

func sampleRevocation() Appointment {
	a := sampleAppointment()
	a.Form = sampleForm(TypeAppointment, 2)
	a.Revoked = &Revocation{On: models.NewDate(2025, time.November, 3), By: "Borgmesteren efter bemyndigelse", Why: "Efter eget ønske", Case: "2025-004711", Appointed: models.NewDate(2025, time.September, 15)}
	return a
}

func sampleAppointment() Appointment {
	return Appointment{
		Form: sampleForm(TypeAppointment, 1), Person: sampleCrew[0], From: models.NewDate(2025, time.October, 7), To: models.NewDate(2025, time.November, 14), Places: []string{"Gellerup Bibliotek", "Åby Bibliotek"},
		Tasks:    danish(sampleTasks...),
		SignedBy: "Kirsten Dahl", SignedTitle: "afdelingschef", InstructionDue: models.NewDate(2025, time.October, 3),
	}
}

func sampleInstruction() Instruction {
	return Instruction{
		Form: sampleForm(TypeInstruction, 1), Person: sampleCrew[1], On: models.NewDate(2025, time.September, 30), Hours: "kl. 13.00–15.30", Instructor: "Birthe Ågård", Material: "Vejledning til brevstemmemodtagere, udgave 3", ValidTo: models.NewDate(2025, time.November, 18),
		Topics: danish(sampleTopics...), Taught: []bool{true, true, false, true},
	}
}

func sampleRosterDay() RosterDay {
	r := RosterDay{Form: sampleForm(TypeRosterWeek, 46), Day: models.NewDate(2025, time.November, 3)}
	for _, place := range []string{"Gellerup Bibliotek", "Hovedbiblioteket, Dokk1", "Tranbjerg Bibliotek"} {
		for i, x := range sampleShifts()[:3] {
			if x.Place = place; place == "Tranbjerg Bibliotek" && i == 2 {
				x.Person, x.Role, x.Employer, x.Note = "", "", "", "mangler"
			}
			r.Shifts = append(r.Shifts, x)
		}
	}
	return r
}

func sampleShifts() []Shift {
	var out []Shift
	for day := 3; day <= 8; day++ {
		to := 17
		if day == 8 {
			to = 14
		}
		for i, p := range sampleCrew {
			if (day+i)%3 == 0 && i == 2 {
				continue
			}
			x := Shift{sampleTime(day, 9, 30), sampleTime(day, to, 30), "Gellerup Bibliotek", p.Name, p.Role, p.Employer, ""}
			if i == 1 {
				x.From, x.Note = sampleTime(day, 12, 0), "lukker"
			}
			out = append(out, x)
		}
	}
	return out
}

func sampleRosterPerson() RosterPerson {
	r := RosterPerson{Form: sampleForm(TypeRosterPerson, 1), Person: sampleCrew[1]}
	for _, x := range sampleShifts() {
		if x.Person == r.Person.Name {
			r.Shifts = append(r.Shifts, x)
		}
	}
	return r
}

func samplePad() []Document {
	f := sampleForm(TypeEmergencyPad, 60)
	return EmergencyPad(EmergencySheet{Form: f, Place: "Gellerup Bibliotek", Session: Number("SS", 311), Elections: []string{"BLÅ – Kommunal- og regionsrådsvalg 2025", "GRØN – Ældrerådsvalg 2025"}, FirstHour: 10}, []string{Number(TypeEmergencyPad, 60), Number(TypeEmergencyPad, 61), Number(TypeEmergencyPad, 62)})
}

func sampleCommands() CommandSheet {
	c := CommandSheet{Form: sampleForm(TypeCommandSheet, 1), Place: "Gellerup Bibliotek"}
	for i, label := range danish(commandKeys()...) {
		x := Command{Code: models.WithCheck("CMD" + sampleCommand[i]), Label: label}
		if key := sampleCommandK[sampleCommand[i]]; key != "" {
			x.Hint = language.Text(language.Danish, "desk.key", key)
		}
		c.Commands = append(c.Commands, x)
	}
	return c
}

func samplePoster(a3, en, several bool) Poster {
	f := sampleForm(TypePoster, 1)
	p := Poster{Form: f, A3: a3, Last: models.NewDate(2025, time.November, 14), Identification: "Husk legitimation, for eksempel pas, kørekort eller sundhedskort.", URL: "https://brevstemme.aarhus.dk/brevstemmesteder"}
	access := "Niveaufri adgang fra gården. Hæve-sænke-bord og forstørrelse findes."
	if en {
		p.Form, p.Identification = english(f), "Remember identification, such as passport, driving licence or health card."
		access = "Step-free access from the yard. Height-adjustable table and magnifier available."
	}
	place := PosterPlace{"Gellerup Bibliotek", "Edwin Rahrs Vej 32, 8220 Brabrand", access, nil}
	for _, day := range []int{3, 4, 5, 6, 7, 8} {
		h := PosterHours{From: sampleTime(day, 10, 0), To: sampleTime(day, 17, 30)}
		if day == 8 {
			h.To = sampleTime(day, 14, 0)
		}
		place.Hours = append(place.Hours, h)
	}
	p.Places = []PosterPlace{place}
	if several {
		for _, n := range []string{"Risskov Bibliotek", "Åby Bibliotek", "Borgerservice, Dokk1"} {
			q := place
			q.Name, q.Hours = n, place.Hours[:3]
			p.Places = append(p.Places, q)
		}
	}
	return p
}

func sampleLabels(sheet, start int) ContainerLabels {
	c := ContainerLabels{Form: sampleForm(TypeContainerLabels, 1), Sheet: LabelSheets[sheet], Start: start}
	for i := range uint64(9) {
		c.Labels = append(c.Labels, Label{Number("BX", 101+i), "Stemmekasse", "Egen kommune", "Gellerup Bibliotek"})
	}
	return c
}
