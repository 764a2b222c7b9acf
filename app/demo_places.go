package main

import "github.com/brevstemme/brevstemme/models"

// demoPlace is a line of the example municipality: Aarhus, whose libraries take
// postal votes together with Borgerservice. Addresses are the published ones
// where one was found; staffing and hours are made up for the example.
type demoPlace struct {
	id, name, address, postcode, city string
	kind                              models.PlaceKind
	model                             models.ServiceModel
	lat, lon                          float64
	booths                            int
	opens, closes                     int // hours of weekdays with staff
	saturday                          bool
}

var demoPlaces = []demoPlace{
	{"DOKK", "Dokk1", "Hack Kampmanns Plads 2", "8000", "Aarhus C", models.PlaceLibrary, models.ModelBoth, 56.1535, 10.2142, 6, 9, 18, true},
	{"GELL", "Gellerup Bibliotek", "Gudrunsvej 78", "8220", "Brabrand", models.PlaceLibrary, models.ModelShared, 56.1583, 10.1392, 3, 10, 17, false},
	{"VIBY", "Viby Bibliotek", "Kongsgårdsvej 2", "8260", "Viby J", models.PlaceLibrary, models.ModelShared, 56.1276, 10.1628, 3, 10, 17, true},
	{"AABY", "Åby Bibliotek", "Ludvig Feilbergs Vej 7", "8230", "Åbyhøj", models.PlaceLibrary, models.ModelShared, 56.1535, 10.1651, 3, 10, 17, true},
	{"RISS", "Risskov Bibliotek", "Fortebakken 1", "8240", "Risskov", models.PlaceLibrary, models.ModelShared, 56.1866, 10.2279, 3, 10, 17, true},
	{"HOEJ", "Højbjerg Bibliotek", "Oddervej 74", "8270", "Højbjerg", models.PlaceLibrary, models.ModelLibrary, 56.1195, 10.2055, 2, 10, 17, true},
	{"HARL", "Harlev Bibliotek", "Gammel Stillingvej 424", "8462", "Harlev", models.PlaceLibrary, models.ModelLibrary, 56.1447, 9.9977, 1, 13, 18, false},
	{"LYST", "Lystrup Bibliotek", "Bystævnet 4 B", "8520", "Lystrup", models.PlaceLibrary, models.ModelLibrary, 56.2358, 10.2379, 2, 12, 17, false},
	{"TILS", "Tilst Bibliotek", "Tilst Vestervej 52", "8381", "Tilst", models.PlaceLibrary, models.ModelLibrary, 56.1888, 10.1080, 2, 12, 17, false},
	{"HASL", "Hasle Bibliotek", "Kappelvænget 2", "8210", "Aarhus V", models.PlaceLibrary, models.ModelLibrary, 56.1751, 10.1701, 2, 11, 17, false},
	{"BAVN", "Bavnehøj Bibliotek", "Koltvej 17-19", "8361", "Hasselager", models.PlaceLibrary, models.ModelLibrary, 56.1040, 10.0780, 1, 13, 18, false},
	{"BEDE", "Beder-Malling Bibliotek", "Kirkebakken 41", "8330", "Beder", models.PlaceLibrary, models.ModelLibrary, 56.0600, 10.2100, 1, 13, 18, false},
	{"HJOR", "Hjortshøj Kombi-bibliotek", "Virupvej 75", "8530", "Hjortshøj", models.PlaceLibrary, models.ModelLibrary, 56.2487, 10.2610, 1, 14, 18, false},
	{"SABR", "Sabro Bibliotek", "Sabro Skolevej 4", "8471", "Sabro", models.PlaceLibrary, models.ModelLibrary, 56.2140, 10.0320, 1, 14, 18, false},
	{"SKOE", "Skødstrup Kombi-bibliotek", "Rosenbakken 4", "8541", "Skødstrup", models.PlaceLibrary, models.ModelLibrary, 56.2640, 10.3010, 1, 14, 18, false},
	{"SOLB", "Solbjerg Bibliotek", "Solbjerg Hovedgade 89", "8355", "Solbjerg", models.PlaceLibrary, models.ModelLibrary, 56.0420, 10.0870, 1, 13, 18, false},
	{"TRAN", "Tranbjerg Bibliotek", "Kirketorvet 22", "8310", "Tranbjerg J", models.PlaceLibrary, models.ModelLibrary, 56.0910, 10.1280, 2, 12, 17, false},
	{"TRIG", "Trige Kombi-bibliotek", "Smedebroen 2", "8380", "Trige", models.PlaceLibrary, models.ModelLibrary, 56.2490, 10.1480, 1, 14, 18, false},
	{"BORG", "Borgerservice, modtagelsen", "Hack Kampmanns Plads 2", "8000", "Aarhus C", models.PlaceReception, models.ModelBoth, 56.1536, 10.2145, 0, 8, 20, false},
	{"AUH1", "Aarhus Universitetshospital", "Palle Juul-Jensens Boulevard 99", "8200", "Aarhus N", models.PlaceHospital, "", 56.1916, 10.1700, 2, 10, 15, false},
	{"BOGB", "Bogbussen", "Ruten: Mårslet, Spørring, Lisbjerg", "8320", "Mårslet", models.PlaceMobile, models.ModelLibrary, 56.0680, 10.1610, 1, 14, 18, false},
}

// record makes the place's record with aids, hours, a decision and a list of
// where to search at closing.
func (d demoPlace) record() models.Place {
	p := models.Place{
		ID: d.id, Name: d.name, Kind: d.kind, Address: d.address, Postcode: d.postcode, City: d.city, Lat: d.lat, Lon: d.lon, Model: d.model,
		Rooms: []string{"Salen"}, Booths: d.booths, Aids: append([]models.Aid{}, models.AidsEverywhere...),
		Accessibility: "Niveaufri adgang; automatisk dør", Storage: "Aflåst skab i personalerummet",
		Decision: models.Decision{Date: models.NewDate(2025, 6, 18), Body: "Aarhus Byråd", Reference: "Dagsorden 2025-06-18, punkt 14"},
		SearchAt: []string{"Under skranken", "Papirkurve", "Kopimaskinen", "Stemmerummene", "Personalerummet"},
	}
	if d.id == "DOKK" {
		p.Aids = append(p.Aids, models.AidsSomewhere...)
	}
	if d.kind == models.PlaceReception {
		p.Storage = "Alarmeret rum K2"
		return p
	}
	for day := 1; day <= 5; day++ {
		p.Staffed = append(p.Staffed, models.Hours{Weekday: day, Opens: d.opens * 60, Closes: d.closes * 60})
		if d.id != "DOKK" && d.id != "LYST" { // these two are open around this minute, whatever it is
			p.SelfService = append(p.SelfService, models.Hours{Weekday: day, Opens: 7 * 60, Closes: d.opens * 60})
		}
	}
	if d.saturday {
		p.Staffed = append(p.Staffed, models.Hours{Weekday: 6, Opens: 10 * 60, Closes: 15 * 60})
	}
	if d.kind == models.PlaceMobile {
		p.Stops = []models.TourStop{
			{Name: "Mårslet Skole", Address: "Testrupvej 4, 8320 Mårslet", Lat: 56.0680, Lon: 10.1610},
			{Name: "Spørring, ved kirken", Address: "Spørringvej, 8380 Trige", Lat: 56.2640, Lon: 10.1330},
			{Name: "Lisbjerg Forsamlingshus", Address: "Lisbjerg Bygade, 8200 Aarhus N", Lat: 56.2210, Lon: 10.1660},
		}
	}
	return p
}
