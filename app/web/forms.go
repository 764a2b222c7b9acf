package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/pdf"
)

// formUsers are those who handle paper.
var formUsers = roles{models.RoleReceiver, models.RoleLibraryLead, models.RoleReception, models.RoleCoordinator, models.RoleAuditor}

// printers may fetch what they printed: those who handle paper, and couriers, who
// print their run.
var printers = append(slices.Clone(formUsers), models.RoleCourier)

// logReaders read the log of prints.
var logReaders = roles{models.RoleCoordinator, models.RoleAuditor}

func (s *Server) paperRoutes() []Route {
	return []Route{
		get("/blanketter", formUsers, s.forms).nav("nav.forms"),
		get("/blanketter/:blank", formUsers, s.blankForm),
		post("/blanketter", formUsers, s.printBlanks),
		post("/blanketter/indtastet", formUsers, s.keyBlank),
		get("/udskrifter", logReaders, s.printLog).nav("nav.prints"),
		get("/udskrift/:file", printers, s.printout),
		get("/dag/:date/dagsrapporter.pdf", boardReaders, s.dayReports),
		get("/dag/:date/aabninger.pdf", boardReaders, s.dayOpenings),
		get("/dag/:date/pakkelister.pdf", boardReaders, s.dayPackingLists),
		get("/dag/:date/sorteringslister.pdf", officeReaders, s.sortingLists),
		get("/dag/:date/materialesedler.pdf", boardReaders, s.dayMaterialNotes),
		get("/dag/:date/stregkodeark.pdf", boardReaders, s.dayCommands),
		get("/dag/:date/foelgelister.pdf", officeReaders, s.dayCovers),
		get("/dag/:date/vagtplan.pdf", planners, s.rosterDayPDF),
		get("/dag/:date/ugeplaner.pdf", planners, s.weekRosters),
		get("/dag/:date/vagter.pdf", planners, s.weekPeople),
		get("/dag/:date/udpegninger.pdf", planners, s.allLetters),
		get("/dag/:date/instruktioner.pdf", planners, s.allInstructed),
		get("/dag/:date/noedblokke.pdf", planners, s.allPads),
		post("/vagtplan/valg/:election/ugeplan/:place"+printSuffix, planners, s.rosterWeekPDF),
		get("/skranke/:session/pakkeliste.pdf", desk, s.packingListPDF),
		get("/skranke/:session/materialeseddel.pdf", desk, s.materialNotePDF),
	}
}

type formsPage struct {
	Chrome
	Day    models.Date
	Paper  []Option // languages of the day's files
	Links  []Link
	Blanks []Option
	Table  Table
}

var formsView = newView[*formsPage]("forms")

// forms lists every form and where it is printed, what can be printed for a whole
// day, and the blank numbered ones.
func (s *Server) forms(r *Request) error { return s.formsAgain(r, nil) }

func (s *Server) formsAgain(r *Request, fault error) error {
	p := &formsPage{Chrome: Chrome{TitleKey: "print.forms"}, Day: models.DateOf(s.now())}
	if d, err := models.ParseDay(r.Query("dag")); err == nil {
		p.Day = d
	}
	lang := r.Lang
	if l := language.Lang(r.Query(paperLanguage)); slices.Contains(language.Langs, l) {
		lang = l
	}
	for _, l := range language.Langs {
		p.Paper = append(p.Paper, Option{Value: string(l), Text: language.Text(l, "language.name"), Checked: l == lang})
	}
	for _, b := range dayFiles {
		if path := "/dag/:date/" + b[0] + pdfSuffix; s.reachable(r, path) {
			p.Links = append(p.Links, Link{Href: strings.Replace(path, ":date", p.Day.String(), 1) + "?" + paperLanguage + "=" + string(lang), Text: r.Text(b[1])})
		}
	}
	for _, b := range blankNames {
		p.Blanks = append(p.Blanks, Option{Value: b, Text: r.Text("print.blank." + b), Checked: b == r.Field("blank")})
	}
	p.Table = Table{Caption: r.Text("print.where"), Columns: []Column{{Text: r.Text("print.form")}, {Text: r.Text("print.printed_at")}}}
	for _, f := range formPlaces {
		row := []Cell{{Text: r.Text(f.title)}, {Text: r.Text("print.at." + f.at)}}
		if f.href != "" && s.reachable(r, f.href) {
			row[1].Href = f.href
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	if fault != nil {
		return formsView.again(r, fault, p)
	}
	return formsView.render(r, p)
}

// dayFiles are what can be printed for a whole day: name and text.
var dayFiles = [][2]string{
	{"pakkelister", "print.all_packing"}, {"materialesedler", "print.all_material"}, {"stregkodeark", "print.all_commands"}, {"aabninger", "print.all_openings"},
	{"dagsrapporter", "print.all_reports"}, {"overdragelser", "print.all_handovers"}, {"koerelister", "print.all_runs"}, {"sorteringslister", "print.all_sorting"},
	{"foelgelister", "print.all_covers"}, {"vagtplan", "print.day_roster"}, {"ugeplaner", "print.all_rosters"}, {"vagter", "print.all_people"}, {"afvigelser", "print.all_deviations"},
	{"noedblokke", "print.all_pads"}, {"udpegninger", "print.all_letters"}, {"instruktioner", "print.all_instructed"},
}

// reachable tells whether the reader may use a GET route of the table.
func (s *Server) reachable(r *Request, path string) bool {
	return slices.ContainsFunc(s.routes, func(t Route) bool { return t.Method == GET && t.Path == path && t.Allows(r.Account) })
}

// formPlaces tells where in the program each form is printed.
var formPlaces = []struct{ title, at, href string }{
	{"pdf.title.poster", "public", "/brevstemmesteder"},
	{"pdf.title.packing", "session", "/skranke"}, {"pdf.title.material", "session", "/skranke"}, {"pdf.title.session_opening", "session", "/skranke"},
	{"pdf.title.commands", "session", "/skranke"}, {"pdf.title.day_report", "session", "/skranke"}, {"pdf.title.emergency", "pads", "/noedblokke"},
	{"pdf.title.recall", "lists", "/lister"}, {"pdf.title.labels", "containers", "/beholdere"}, {"pdf.title.seals", "seals", "/segl"},
	{"pdf.title.handover", "handover", "/overdragelser"}, {"pdf.title.handover_final", "handover", "/overdragelser"}, {"pdf.title.courier", "runs", ""},
	{"pdf.title.reception", "reception", "/modtagelse"}, {"pdf.title.custody", "container", "/beholdere"}, {"pdf.title.deviation", "deviation", "/afvigelser"},
	{"pdf.title.sorting", "sorting", "/sortering"}, {"pdf.title.cover", "forwarding", "/videresendelse"}, {"pdf.title.ack", "forwarding", "/videresendelse"},
	{"pdf.title.polling", "delivery", "/afstemningssteder"}, {"pdf.title.morning", "delivery", "/afstemningssteder"}, {"pdf.title.protocol", "closing", "/protokol"},
	{"pdf.title.end", "closing", "/protokol"}, {"pdf.title.destruction", "closing", "/tilintetgoerelse"},
	{"pdf.title.appointment", "staff", "/vagtplan"}, {"pdf.title.instruction", "staff", "/vagtplan"}, {"pdf.title.roster_week", "staff", "/vagtplan"}, {"pdf.title.roster_person", "staff", "/vagtplan"},
}

// typeTitles names the forms in the log.
var typeTitles = map[pdf.Type]string{
	pdf.TypeHandoverOffer: "pdf.title.handover", pdf.TypeHandoverFinal: "pdf.title.handover_final", pdf.TypeReception: "pdf.title.reception", pdf.TypeSessionOpening: "pdf.title.session_opening",
	pdf.TypeDayReport: "pdf.title.day_report", pdf.TypeMaterialNote: "pdf.title.material", pdf.TypeSealIssue: "pdf.title.seals", pdf.TypeContainerLabels: "pdf.title.labels",
	pdf.TypePackingList: "pdf.title.packing", pdf.TypeCourierRun: "pdf.title.courier", pdf.TypeConsignmentCover: "pdf.title.cover", pdf.TypeConsignmentAck: "pdf.title.ack",
	pdf.TypeSortingList: "pdf.title.sorting", pdf.TypePollingDelivery: "pdf.title.polling", pdf.TypeElectionMorning: "pdf.title.morning", pdf.TypeDeviationReport: "pdf.title.deviation",
	pdf.TypeRecallNotice: "pdf.title.recall", pdf.TypeCustodyProof: "pdf.title.custody", pdf.TypeProtocol: "pdf.title.protocol", pdf.TypeEndReport: "pdf.title.end",
	pdf.TypeDestruction: "pdf.title.destruction", pdf.TypeAppointment: "pdf.title.appointment", pdf.TypeInstruction: "pdf.title.instruction", pdf.TypeRosterWeek: "pdf.title.roster_week",
	pdf.TypeRosterPerson: "pdf.title.roster_person", pdf.TypeEmergencyPad: "pdf.title.emergency", pdf.TypeCommandSheet: "pdf.title.commands", pdf.TypePoster: "pdf.title.poster",
}

// The forms that can be printed empty, with a number of their own.
var blankNames = []string{"dagsrapport", "overdragelse", "modtagelse"}

func (s *Server) blankDocs(r *Request, name string) ([]pdf.Document, error) {
	running, err := s.store.Running(r.Context())
	if err != nil {
		return nil, err
	}
	sh := custody.Shift{Elections: map[string]models.Election{}}
	for _, e := range running {
		if !e.Practice {
			sh.Elections[e.ID], sh.Session.Elections = e, append(sh.Session.Elections, e.ID)
		}
	}
	f, err := s.deskForm(r, sh, pdf.TypeDayReport, true)
	if err != nil {
		return nil, err
	}
	f.Number = ""
	switch name {
	case "dagsrapport":
		return []pdf.Document{pdf.DayReport{Form: f}}, nil
	case "overdragelse":
		h := pdf.Handover{Form: f}
		return []pdf.Document{pdf.HandoverGiver{Handover: h}, pdf.HandoverReceiver{Handover: h}}, nil
	case "modtagelse":
		return []pdf.Document{pdf.Reception{Form: f}}, nil
	}
	return nil, models.E(models.CodeNotFound, "")
}

// blankForm shows one empty form.
func (s *Server) blankForm(r *Request) error {
	name := strings.TrimSuffix(r.Param("blank"), pdfSuffix)
	docs, err := s.blankDocs(r, name)
	if err != nil {
		return err
	}
	return s.writePDF(r, name, docs...)
}

// printBlanks prints empty forms, each with a number reserved for it.
func (s *Server) printBlanks(r *Request) error {
	n, err := r.Count("copies")
	if err == nil && (n < 1 || n > 50) {
		err = models.Invalid("copies", "print.copies_range", 50)
	}
	if err == nil && !slices.Contains(blankNames, r.Field("blank")) {
		err = models.Invalid("blank", "print.choose")
	}
	if err != nil {
		return s.formsAgain(r, err)
	}
	docs, err := s.blankDocs(r, r.Field("blank"))
	if err != nil {
		return err
	}
	var all []sheets
	for i := range n {
		all = append(all, sheets{Subject: models.BlankForms + r.Field("blank") + "?nr=" + r.IdempotencyKey() + "-" + strconv.Itoa(i+1), Docs: docs})
	}
	return s.writeForms(r, r.Field("blank"), all...)
}

// keyBlank notes which record a filled-in blank form became. A number is taken once.
func (s *Server) keyBlank(r *Request) error {
	p, err := s.store.KeyBlank(r.Context(), r.act(), r.Field("number"), r.Field("about"))
	if err != nil {
		return s.formsAgain(r, err)
	}
	return r.done("/blanketter", "print.keyed", models.GroupSerial(p.ID), models.GroupSerial(p.Keyed.About))
}

type printLogPage struct {
	Chrome
	Table Table
}

var printLogView = newView[*printLogPage]("prints")

// printLog lists what was printed, newest first.
func (s *Server) printLog(r *Request) error {
	log, err := s.store.Printouts(r.Context(), 500)
	if err != nil {
		return err
	}
	names, err := s.store.Names(r.Context())
	if err != nil {
		return err
	}
	p := &printLogPage{Chrome: Chrome{TitleKey: "print.log"}}
	p.Table = Table{Caption: r.Text("print.log"), Quiet: true, Empty: r.Text("print.log_empty"), Columns: []Column{
		{Text: r.Text("print.number")}, {Text: r.Text("print.form")}, {Text: r.Text("print.from")}, {Text: r.Text("print.first")}, {Text: r.Text("print.by")}, {Text: r.Text("print.copies"), Number: true}, {Text: r.Text("print.replaces")}, {Text: r.Text("print.keyed_as")}}}
	for _, x := range log {
		number := Cell{Text: models.GroupSerial(x.ID)}
		if x.PrintedFor(r.Account.Person) {
			number.Href = printedPath + "/" + x.ID + pdfSuffix
		}
		p.Table.Rows = append(p.Table.Rows, []Cell{number, {Text: r.Text(typeTitles[pdf.Type(x.Form)])}, {Text: x.Subject}, {Text: r.moment(x.PrintedAt)}, {Text: names[x.PrintedBy].Name},
			{Text: language.Number(r.Lang, int64(x.Copies()))}, {Text: models.GroupSerial(x.Replaces)}, {Text: keyedAs(x)}})
	}
	return printLogView.render(r, p)
}

// keyedAs is what a blank form became, "" while it is blank.
func keyedAs(p models.Printout) string {
	if p.Keyed == nil {
		return ""
	}
	return models.GroupSerial(p.Keyed.About)
}
