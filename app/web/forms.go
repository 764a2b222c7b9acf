package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	onwardpages "github.com/brevstemme/brevstemme/app/web/onward"
	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/pdf"
)

// formUsers are those who handle paper.
var formUsers = site.Roles{models.RoleReceiver, models.RoleLibraryLead, models.RoleReception, models.RoleCoordinator, models.RoleAuditor}

// printers may fetch what they printed: those who handle paper, and couriers, who
// print their run.
var printers = append(slices.Clone(formUsers), models.RoleCourier)

// logReaders read the log of prints.
var logReaders = site.Roles{models.RoleCoordinator, models.RoleAuditor}

func (s *Server) paperRoutes() []site.Route {
	return []site.Route{
		site.Get("/blanketter", formUsers, s.forms).InMenu("nav.forms"),
		site.Get("/blanketter/:blank", formUsers, s.blankForm),
		site.Post("/blanketter", formUsers, s.printBlanks),
		site.Post("/blanketter/indtastet", formUsers, s.keyBlank),
		site.Get("/udskrifter", logReaders, s.printLog).InMenu("nav.prints"),
		site.Get("/udskrift/:file", printers, s.Printout),
		site.Get("/dag/:date/dagsrapporter.pdf", custodypages.BoardReaders, s.dayReports),
		site.Get("/dag/:date/aabninger.pdf", custodypages.BoardReaders, s.dayOpenings),
		site.Get("/dag/:date/pakkelister.pdf", custodypages.BoardReaders, s.dayPackingLists),
		site.Get("/dag/:date/sorteringslister.pdf", site.OfficeReaders, s.sortingLists),
		site.Get("/dag/:date/materialesedler.pdf", custodypages.BoardReaders, s.dayMaterialNotes),
		site.Get("/dag/:date/stregkodeark.pdf", custodypages.BoardReaders, s.dayCommands),
		site.Get("/dag/:date/foelgelister.pdf", site.OfficeReaders, onwardpages.At(s.Server).DayCovers),
		site.Get("/dag/:date/vagtplan.pdf", site.Planners, rosterpages.At(s.Server).RosterDayPDF),
		site.Get("/dag/:date/ugeplaner.pdf", site.Planners, s.weekRosters),
		site.Get("/dag/:date/vagter.pdf", site.Planners, s.weekPeople),
		site.Get("/dag/:date/udpegninger.pdf", site.Planners, rosterpages.At(s.Server).AllLetters),
		site.Get("/dag/:date/instruktioner.pdf", site.Planners, rosterpages.At(s.Server).AllInstructed),
		site.Get("/dag/:date/noedblokke.pdf", site.Planners, deskpages.At(s.Server).AllPads),
		site.Post("/vagtplan/valg/:election/ugeplan/:place"+site.PrintSuffix, site.Planners, rosterpages.At(s.Server).RosterWeekPDF),
		site.Get("/skranke/:session/pakkeliste.pdf", site.Desk, s.packingListPDF),
		site.Get("/skranke/:session/materialeseddel.pdf", site.Desk, s.materialNotePDF),
	}
}

type formsPage struct {
	site.Chrome
	Day    models.Date
	Paper  []site.Option // languages of the day's files
	Links  []site.Link
	Blanks []site.Option
	Table  site.Table
}

var formsView = site.NewView[*formsPage]("forms")

// forms lists every form and where it is printed, what can be printed for a whole
// day, and the blank numbered ones.
func (s *Server) forms(r *site.Request) error { return s.formsAgain(r, nil) }

func (s *Server) formsAgain(r *site.Request, fault error) error {
	p := &formsPage{Chrome: site.Chrome{TitleKey: "print.forms"}, Day: models.DateOf(s.Now())}
	if d, err := models.ParseDay(r.Query("dag")); err == nil {
		p.Day = d
	}
	lang := r.Lang
	if l := language.Lang(cmp.Or(r.Field(site.PaperLanguage), r.Query(site.PaperLanguage))); slices.Contains(language.Langs, l) {
		lang = l
	}
	for _, l := range language.Langs {
		p.Paper = append(p.Paper, site.Option{Value: string(l), Text: language.Text(l, "language.name"), Checked: l == lang})
	}
	for _, b := range dayFiles {
		if path := "/dag/:date/" + b[0] + site.PDFSuffix; s.reachable(r, path) {
			p.Links = append(p.Links, site.Link{Href: strings.Replace(path, ":date", p.Day.String(), 1) + "?" + site.PaperLanguage + "=" + string(lang), Text: r.Text(b[1])})
		}
	}
	for _, b := range blankNames {
		p.Blanks = append(p.Blanks, site.Option{Value: b, Text: r.Text("print.blank." + b), Checked: b == r.Field("blank")})
	}
	p.Table = site.Table{Caption: r.Text("print.where"), Columns: []site.Column{{Text: r.Text("print.form")}, {Text: r.Text("print.printed_at")}}}
	for _, f := range formPlaces {
		row := []site.Cell{{Text: r.Text(f.title)}, {Text: r.Text("print.at." + f.at)}}
		if f.href != "" && s.reachable(r, f.href) {
			row[1].Href = f.href
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	if fault != nil {
		return formsView.Again(r, fault, p)
	}
	return formsView.Render(r, p)
}

// dayFiles are what can be printed for a whole day: name and text.
var dayFiles = [][2]string{
	{"pakkelister", "print.all_packing"}, {"materialesedler", "print.all_material"}, {"stregkodeark", "print.all_commands"}, {"aabninger", "print.all_openings"},
	{"dagsrapporter", "print.all_reports"}, {"overdragelser", "print.all_handovers"}, {"koerelister", "print.all_runs"}, {"sorteringslister", "print.all_sorting"},
	{"foelgelister", "print.all_covers"}, {"vagtplan", "print.day_roster"}, {"ugeplaner", "print.all_rosters"}, {"vagter", "print.all_people"}, {"afvigelser", "print.all_deviations"},
	{"noedblokke", "print.all_pads"}, {"udpegninger", "print.all_letters"}, {"instruktioner", "print.all_instructed"},
}

// reachable tells whether the reader may use a GET route of the table.
func (s *Server) reachable(r *site.Request, path string) bool {
	return slices.ContainsFunc(s.Routes, func(t site.Route) bool { return t.Method == site.GET && t.Path == path && t.Allows(r.Account) })
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
	{"pdf.title.appointment", "staff", "/vagtplan"}, {"pdf.title.instruction", "staff", "/vagtplan"}, {"pdf.title.roster", "staff", "/vagtplan"}, {"pdf.title.roster_person", "staff", "/vagtplan"},
}

// typeTitles names the forms in the log.
var typeTitles = map[pdf.Type]string{
	pdf.TypeHandoverOffer: "pdf.title.handover", pdf.TypeHandoverFinal: "pdf.title.handover_final", pdf.TypeReception: "pdf.title.reception", pdf.TypeSessionOpening: "pdf.title.session_opening",
	pdf.TypeDayReport: "pdf.title.day_report", pdf.TypeMaterialNote: "pdf.title.material", pdf.TypeSealIssue: "pdf.title.seals", pdf.TypeContainerLabels: "pdf.title.labels",
	pdf.TypePackingList: "pdf.title.packing", pdf.TypeCourierRun: "pdf.title.courier", pdf.TypeConsignmentCover: "pdf.title.cover", pdf.TypeConsignmentAck: "pdf.title.ack",
	pdf.TypeSortingList: "pdf.title.sorting", pdf.TypePollingDelivery: "pdf.title.polling", pdf.TypeElectionMorning: "pdf.title.morning", pdf.TypeDeviationReport: "pdf.title.deviation",
	pdf.TypeRecallNotice: "pdf.title.recall", pdf.TypeCustodyProof: "pdf.title.custody", pdf.TypeProtocol: "pdf.title.protocol", pdf.TypeEndReport: "pdf.title.end",
	pdf.TypeDestruction: "pdf.title.destruction", pdf.TypeAppointment: "pdf.title.appointment", pdf.TypeInstruction: "pdf.title.instruction", pdf.TypeRosterWeek: "pdf.title.roster",
	pdf.TypeRosterPerson: "pdf.title.roster_person", pdf.TypeEmergencyPad: "pdf.title.emergency", pdf.TypeCommandSheet: "pdf.title.commands", pdf.TypePoster: "pdf.title.poster",
}

// The forms that can be printed empty, with a number of their own.
var blankNames = []string{"dagsrapport", "overdragelse", "modtagelse"}

func (s *Server) blankDocs(r *site.Request, name string) ([]pdf.Document, error) {
	running, err := s.Store.Running(r.Context())
	if err != nil {
		return nil, err
	}
	sh := desk.Shift{Elections: map[string]models.Election{}}
	for _, e := range running {
		if !e.Practice {
			sh.Elections[e.ID], sh.Session.Elections = e, append(sh.Session.Elections, e.ID)
		}
	}
	f, err := s.DeskForm(r, sh, pdf.TypeDayReport, true)
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
func (s *Server) blankForm(r *site.Request) error {
	name := strings.TrimSuffix(r.Param("blank"), site.PDFSuffix)
	docs, err := s.blankDocs(r, name)
	if err != nil {
		return err
	}
	return s.WritePDF(r, name, docs...)
}

// printBlanks prints empty forms, each with a number reserved for it.
func (s *Server) printBlanks(r *site.Request) error {
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
	if l := language.Lang(r.Field(site.PaperLanguage)); slices.Contains(language.Langs, l) {
		r.Lang = l
	}
	docs, err := s.blankDocs(r, r.Field("blank"))
	if err != nil {
		return err
	}
	var all []site.Sheets
	for i := range n {
		all = append(all, site.Sheets{Subject: models.BlankForms + r.Field("blank") + "?nr=" + r.IdempotencyKey() + "-" + strconv.Itoa(i+1), Docs: docs})
	}
	return s.WriteForms(r, r.Field("blank"), all...)
}

// keyBlank notes which record a filled-in blank form became. A number is taken once.
func (s *Server) keyBlank(r *site.Request) error {
	p, err := s.Store.KeyBlank(r.Context(), r.Act(), r.Field("number"), r.Field("about"))
	if err != nil {
		return s.formsAgain(r, err)
	}
	return r.Done("/blanketter", "print.keyed", models.GroupSerial(p.ID), models.GroupSerial(p.Keyed.About))
}

type printLogPage struct {
	site.Chrome
	Table site.Table
}

var printLogView = site.NewView[*printLogPage]("prints")

// printLog lists what was printed, newest first.
func (s *Server) printLog(r *site.Request) error {
	log, err := s.Store.Printouts(r.Context(), 500)
	if err != nil {
		return err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return err
	}
	p := &printLogPage{Chrome: site.Chrome{TitleKey: "print.log"}}
	p.Table = site.Table{Caption: r.Text("print.log"), Quiet: true, Empty: r.Text("print.log_empty"), Columns: []site.Column{
		{Text: r.Text("print.number")}, {Text: r.Text("print.form")}, {Text: r.Text("print.from")}, {Text: r.Text("print.first")}, {Text: r.Text("print.by")}, {Text: r.Text("print.copies"), Number: true}, {Text: r.Text("print.replaces")}, {Text: r.Text("print.keyed_as")}}}
	for _, x := range log {
		number := site.Cell{Text: models.GroupSerial(x.ID)}
		if x.PrintedFor(r.Account.Person) {
			number.Href = site.PrintedPath + "/" + x.ID + site.PDFSuffix
		}
		p.Table.Rows = append(p.Table.Rows, []site.Cell{number, {Text: r.Text(typeTitles[pdf.Type(x.Form)])}, {Text: x.Subject}, {Text: r.Moment(x.PrintedAt)}, {Text: names[x.PrintedBy].Name},
			{Text: language.Number(r.Lang, int64(x.Copies()))}, {Text: models.GroupSerial(x.Replaces)}, {Text: keyedAs(x)}})
	}
	return printLogView.Render(r, p)
}

// keyedAs is what a blank form became, "" while it is blank.
func keyedAs(p models.Printout) string {
	if p.Keyed == nil {
		return ""
	}
	return models.GroupSerial(p.Keyed.About)
}
