package models

import "strings"

// Municipality is a Danish kommune: its four-digit code and its name.
type Municipality struct {
	Code   string // kommunekode, four digits
	Name   string // without "Kommune"
	Region string // region as of 2026
}

// Municipalities are the 98 municipalities since the reform of 2007, by code
// (Danmarks Statistik, NUTS/kommune classification). Christiansø (0411) belongs to none.
var Municipalities = []Municipality{
	{"0101", "København", "Region Hovedstaden"},
	{"0147", "Frederiksberg", "Region Hovedstaden"},
	{"0151", "Ballerup", "Region Hovedstaden"},
	{"0153", "Brøndby", "Region Hovedstaden"},
	{"0155", "Dragør", "Region Hovedstaden"},
	{"0157", "Gentofte", "Region Hovedstaden"},
	{"0159", "Gladsaxe", "Region Hovedstaden"},
	{"0161", "Glostrup", "Region Hovedstaden"},
	{"0163", "Herlev", "Region Hovedstaden"},
	{"0165", "Albertslund", "Region Hovedstaden"},
	{"0167", "Hvidovre", "Region Hovedstaden"},
	{"0169", "Høje-Taastrup", "Region Hovedstaden"},
	{"0173", "Lyngby-Taarbæk", "Region Hovedstaden"},
	{"0175", "Rødovre", "Region Hovedstaden"},
	{"0183", "Ishøj", "Region Hovedstaden"},
	{"0185", "Tårnby", "Region Hovedstaden"},
	{"0187", "Vallensbæk", "Region Hovedstaden"},
	{"0190", "Furesø", "Region Hovedstaden"},
	{"0201", "Allerød", "Region Hovedstaden"},
	{"0210", "Fredensborg", "Region Hovedstaden"},
	{"0217", "Helsingør", "Region Hovedstaden"},
	{"0219", "Hillerød", "Region Hovedstaden"},
	{"0223", "Hørsholm", "Region Hovedstaden"},
	{"0230", "Rudersdal", "Region Hovedstaden"},
	{"0240", "Egedal", "Region Hovedstaden"},
	{"0250", "Frederikssund", "Region Hovedstaden"},
	{"0253", "Greve", "Region Sjælland"},
	{"0259", "Køge", "Region Sjælland"},
	{"0260", "Halsnæs", "Region Hovedstaden"},
	{"0265", "Roskilde", "Region Sjælland"},
	{"0269", "Solrød", "Region Sjælland"},
	{"0270", "Gribskov", "Region Hovedstaden"},
	{"0306", "Odsherred", "Region Sjælland"},
	{"0316", "Holbæk", "Region Sjælland"},
	{"0320", "Faxe", "Region Sjælland"},
	{"0326", "Kalundborg", "Region Sjælland"},
	{"0329", "Ringsted", "Region Sjælland"},
	{"0330", "Slagelse", "Region Sjælland"},
	{"0336", "Stevns", "Region Sjælland"},
	{"0340", "Sorø", "Region Sjælland"},
	{"0350", "Lejre", "Region Sjælland"},
	{"0360", "Lolland", "Region Sjælland"},
	{"0370", "Næstved", "Region Sjælland"},
	{"0376", "Guldborgsund", "Region Sjælland"},
	{"0390", "Vordingborg", "Region Sjælland"},
	{"0400", "Bornholm", "Region Hovedstaden"},
	{"0410", "Middelfart", "Region Syddanmark"},
	{"0420", "Assens", "Region Syddanmark"},
	{"0430", "Faaborg-Midtfyn", "Region Syddanmark"},
	{"0440", "Kerteminde", "Region Syddanmark"},
	{"0450", "Nyborg", "Region Syddanmark"},
	{"0461", "Odense", "Region Syddanmark"},
	{"0479", "Svendborg", "Region Syddanmark"},
	{"0480", "Nordfyns", "Region Syddanmark"},
	{"0482", "Langeland", "Region Syddanmark"},
	{"0492", "Ærø", "Region Syddanmark"},
	{"0510", "Haderslev", "Region Syddanmark"},
	{"0530", "Billund", "Region Syddanmark"},
	{"0540", "Sønderborg", "Region Syddanmark"},
	{"0550", "Tønder", "Region Syddanmark"},
	{"0561", "Esbjerg", "Region Syddanmark"},
	{"0563", "Fanø", "Region Syddanmark"},
	{"0573", "Varde", "Region Syddanmark"},
	{"0575", "Vejen", "Region Syddanmark"},
	{"0580", "Aabenraa", "Region Syddanmark"},
	{"0607", "Fredericia", "Region Syddanmark"},
	{"0615", "Horsens", "Region Midtjylland"},
	{"0621", "Kolding", "Region Syddanmark"},
	{"0630", "Vejle", "Region Syddanmark"},
	{"0657", "Herning", "Region Midtjylland"},
	{"0661", "Holstebro", "Region Midtjylland"},
	{"0665", "Lemvig", "Region Midtjylland"},
	{"0671", "Struer", "Region Midtjylland"},
	{"0706", "Syddjurs", "Region Midtjylland"},
	{"0707", "Norddjurs", "Region Midtjylland"},
	{"0710", "Favrskov", "Region Midtjylland"},
	{"0727", "Odder", "Region Midtjylland"},
	{"0730", "Randers", "Region Midtjylland"},
	{"0740", "Silkeborg", "Region Midtjylland"},
	{"0741", "Samsø", "Region Midtjylland"},
	{"0746", "Skanderborg", "Region Midtjylland"},
	{"0751", "Aarhus", "Region Midtjylland"},
	{"0756", "Ikast-Brande", "Region Midtjylland"},
	{"0760", "Ringkøbing-Skjern", "Region Midtjylland"},
	{"0766", "Hedensted", "Region Midtjylland"},
	{"0773", "Morsø", "Region Nordjylland"},
	{"0779", "Skive", "Region Midtjylland"},
	{"0787", "Thisted", "Region Nordjylland"},
	{"0791", "Viborg", "Region Midtjylland"},
	{"0810", "Brønderslev", "Region Nordjylland"},
	{"0813", "Frederikshavn", "Region Nordjylland"},
	{"0820", "Vesthimmerlands", "Region Nordjylland"},
	{"0825", "Læsø", "Region Nordjylland"},
	{"0840", "Rebild", "Region Nordjylland"},
	{"0846", "Mariagerfjord", "Region Nordjylland"},
	{"0849", "Jammerbugt", "Region Nordjylland"},
	{"0851", "Aalborg", "Region Nordjylland"},
	{"0860", "Hjørring", "Region Nordjylland"},
}

// MunicipalityByCode finds a municipality; leading zeros may be missing, as in
// files that a spreadsheet has touched.
func MunicipalityByCode(code string) (Municipality, bool) {
	code = strings.TrimSpace(code)
	if len(code) < 4 {
		code = strings.Repeat("0", 4-len(code)) + code
	}
	for _, m := range Municipalities {
		if m.Code == code {
			return m, true
		}
	}
	return Municipality{}, false
}
