package onward

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/onward"
)

// sortPage is the sorting screen: one field, one key or scan for one envelope.
type sortPage struct {
	site.Chrome
	Election models.Election
	Sorting  onward.Sorting
	Source   string
	At       string
	Piles    []sortPile
	Others   []sortPile // piles of other municipalities that were used
	Total    int
	Last     string // bin of the last mark
	LastText string
	Data     string // JSON for sort.js
	Shell    bool   // the empty page that the service worker keeps
}

// sortPile is one bin on the screen.
type sortPile struct {
	Bin, No, Name string
	N             int
}

var sortView = site.NewView[*sortPage]("sort-screen")

// keptScreen is the sorting screen for when there is no network.
var keptScreen = site.Kept{Name: "sort", Shell: "/sortering/skal", Scope: "/sortering/", Pages: "^/sortering/[^/]+/skaerm/[0-9A-Z]+$",
	Files: []string{"tokens.css", "base.css", "parts.css", "print.css", "custody.css", "desk.css", "sort.css", "mark.svg", "app.js", "desk-scan.js", "desk-outbox.js", "desk-piles.js", "sort-bins.js", "sort-memory.js", "sort.js"}}

func (s *Server) sortWorker(r *site.Request) error { return s.Worker(r, keptScreen) }

// sortShell is the sorting screen without any data and without a login. The
// figures come from the browser's own store.
func (s *Server) sortShell(r *site.Request) error {
	p := &sortPage{Chrome: site.Chrome{TitleText: r.Text("sorting.screen"), Live: true}, Shell: true}
	var err error
	if p.Data, err = s.sortData(r, p, nil); err != nil {
		return err
	}
	r.Writer().Header().Set("Cache-Control", "no-cache")
	return sortView.Render(r, p)
}

// screenOf is the address of the present count of a sorting. Each count has its
// own: what a PC keeps of the first count for reloads without a network must not
// meet the eyes of whoever makes the second.
func screenOf(x onward.Sorting) string {
	return "/sortering/" + x.Election + "/skaerm/" + x.ID + "?gang=" + strconv.Itoa(x.Pass())
}

func (s *Server) sortScreen(r *site.Request) error {
	p, err := s.sortScreenPage(r)
	if err != nil {
		return err
	}
	return sortView.Render(r, p)
}

func (s *Server) sortScreenPage(r *site.Request) (*sortPage, error) {
	x, err := s.Store.Sorting(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	if x.Sorter != r.Account.Person || x.Sorter == "" { // the figures are the counter's own until the count is done
		return nil, models.E(models.CodeForbidden, "onward.other_sorts")
	}
	e, err := s.Store.Election(r.Context(), x.Election)
	if err != nil {
		return nil, err
	}
	ds, err := s.Store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return nil, err
	}
	piles, last, err := s.Store.Marked(r.Context(), x)
	if err != nil {
		return nil, err
	}
	p := &sortPage{Chrome: site.Chrome{TitleText: r.Text("sorting.screen"), Crumbs: sortingCrumbs(e), Live: true}, Election: e, Sorting: x, Source: r.HolderName(x.Source), At: screenOf(x)}
	for _, d := range ds {
		bin := onward.OwnBin(d.ID)
		p.Piles = append(p.Piles, sortPile{bin, strconv.Itoa(d.Number), d.Name, piles[bin]})
	}
	p.Piles = append(p.Piles, sortPile{onward.BinUnknown, "?", r.Text("onward.bin.unknown"), piles[onward.BinUnknown]}, sortPile{onward.BinLate, "", r.Text("onward.bin.late"), piles[onward.BinLate]})
	for _, bin := range sortedKeys(piles) {
		if custody.HolderKind(bin) == "other" {
			p.Others = append(p.Others, sortPile{bin, custody.HolderID(bin), site.MunicipalityName(custody.HolderID(bin)), piles[bin]})
		}
		p.Total += piles[bin]
	}
	if len(last) > 0 {
		p.Last = last[0].Bin
		p.LastText = r.BinName(p.Last, site.ByID(ds))
	}
	p.Data, err = s.sortData(r, p, last)
	return p, err
}

// sortTexts are the texts that sort.js shows.
var sortTexts = []string{"put", "put_many", "undone", "nothing_to_undo", "no_bin", "many", "no_last", "refused_cpr", "range", "online", "waiting", "offline", "login", "refused", "unsafe", "all_sent", "kept_page", "unknown_here", "finish_waits", "settled", "refused_undo", "refused_other"}

// sortData is what sort.js needs. There is no voter in it.
func (s *Server) sortData(r *site.Request, p *sortPage, last []onward.SortMark) (string, error) {
	type undoable struct {
		ID  string `json:"id"`
		Bin string `json:"bin"`
		N   int    `json:"n"`
	}
	data := struct {
		Sorting  string            `json:"sorting"`
		Pass     int               `json:"pass"`
		At       string            `json:"at"`       // the screen's address
		Source   string            `json:"source"`   // what is sorted, for people
		Election [3]string         `json:"election"` // word, name, colour
		Person   string            `json:"person"`
		Own      string            `json:"own"`
		Last     string            `json:"last"`
		Bins     [][3]string       `json:"bins"` // bin, number, name
		Kommuner [][2]string       `json:"kommuner"`
		Piles    map[string]int    `json:"piles"`
		Undoable []undoable        `json:"undoable"`
		Texts    map[string]string `json:"texts"`
	}{Sorting: p.Sorting.ID, Pass: p.Sorting.Pass(), At: p.At, Source: p.Source, Election: [3]string{p.Election.Word, p.Election.Name, p.Election.Colour}, Person: r.Account.Person, Own: p.Election.Municipality, Last: p.Last,
		Bins: [][3]string{}, Piles: map[string]int{}, Undoable: []undoable{}, Texts: map[string]string{}}
	for _, x := range slices.Concat(p.Piles, p.Others) {
		data.Piles[x.Bin] = x.N
	}
	for _, x := range p.Piles {
		data.Bins = append(data.Bins, [3]string{x.Bin, x.No, x.Name})
	}
	for _, m := range desk.MunicipalitiesStarting("") {
		data.Kommuner = append(data.Kommuner, [2]string{m.Code, m.Name})
	}
	for _, m := range slices.Backward(last) {
		data.Undoable = append(data.Undoable, undoable{m.ID, m.Bin, m.N})
	}
	for _, k := range sortTexts {
		data.Texts[k] = r.Text("sorting.js." + k)
	}
	b, err := json.Marshal(data)
	return string(b), err
}

// sortScreenDo is the screen's form: marks for browsers without JavaScript, and
// the end of the count for all.
func (s *Server) sortScreenDo(r *site.Request) error {
	if r.Field("do") == "finish" {
		return s.sortFinish(r)
	}
	p, err := s.sortScreenPage(r)
	if err != nil {
		return err
	}
	if r.Field("do") == "undo" {
		if _, err := s.Store.UnmarkPile(r.Context(), r.Act(), p.Sorting.ID, ""); err != nil {
			return sortView.Again(r, err, p)
		}
		return r.Done(p.At, "sorting.undone")
	}
	ds, err := s.Store.Districts(r.Context(), p.Election.Municipality)
	if err != nil {
		return err
	}
	pile, err := onward.ReadPile(r.Field("scan"), cmp.Or(r.Field("last"), p.Last), p.Election.Municipality, ds)
	if err == nil {
		_, err = s.Store.MarkPile(r.Context(), r.Act(), p.Sorting.ID, onward.MarkCmd{Bin: pile.Bin, N: pile.N})
	}
	if err != nil {
		return sortView.Again(r, err, p)
	}
	if w, err := s.leaveNow(r, onward.SortMark{Sorting: p.Sorting.ID, Bin: pile.Bin}); err != nil {
		return err
	} else if w != "" {
		r.Flash("warn", w)
		r.SeeOther(p.At)
		return nil
	}
	return r.Done(p.At, "sorting.put", pile.N, r.BinName(pile.Bin, site.ByID(ds)))
}

// sortFinish ends the count. The screen is read only to say what is wrong: once
// the count has ended it is nobody's, and the same click again has to be answered.
func (s *Server) sortFinish(r *site.Request) error {
	x, err := s.Store.FinishMarks(r.Context(), r.Act(), r.Param("id"))
	if err == nil {
		return sorted(r, x)
	}
	p, perr := s.sortScreenPage(r)
	if perr != nil { // no screen to say it on
		return err
	}
	return sortView.Again(r, err, p)
}

// sorted says how a count went.
func sorted(r *site.Request, x onward.Sorting) error {
	path := "/sortering/" + x.Election
	switch x.State {
	case onward.SortDiffers:
		return warned(r, path, "onward.sorted_differs")
	case onward.SortBooked:
		return r.Done(path, "onward.sorted_booked")
	}
	return r.Done(path, "onward.sorted_first")
}

// MarkIn is one act at the sorting screen; the Idempotency-Key is its id.
type MarkIn struct {
	Act         string `json:"act"`                   // put, undo or followup
	Destination string `json:"destination,omitempty"` // of put: "own:<district>", "other:<kommunekode>", "unknown", "late"
	N           int    `json:"n,omitempty"`           // 0 is 1
	Pass        int    `json:"pass,omitempty"`        // the count that the mark was made in; 0: the present one
	Undoes      string `json:"undoes,omitempty"`      // of undo: the mark; empty: the last one
	What        string `json:"what,omitempty"`        // of followup: the refused mark that was settled otherwise
	Reason      string `json:"reason,omitempty"`      // of followup: the code that it was refused with
	Author      string `json:"author,omitempty"`      // who made it, when it was queued and another person is logged in now
	Device      string `json:"device,omitempty"`
	DeviceSeq   int64  `json:"device_seq,omitempty"`
	DeviceAt    int64  `json:"device_at,omitempty"`
}

// MarkOut acknowledges a mark: it is committed and on disk.
type MarkOut struct {
	ID      string `json:"id"`
	Bin     string `json:"bin"`
	N       int    `json:"n"`
	Warning string `json:"warning,omitempty"` // the votes of this bin must leave now, or no longer arrive in time
}

// apiMark takes one mark. Only who makes the count may mark, so what another
// person left in the outbox of this PC is sent in that person's name.
func (s *Server) apiMark(r *site.Request) error {
	var in MarkIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	act := r.Act()
	if in.Act != "followup" && in.Author != "" && in.Author != act.Person && r.HTTP().Header.Get(site.QueuedHeader) != "" {
		x, err := s.Store.Sorting(r.Context(), r.Param("id"))
		if err != nil {
			return err
		}
		if x.Sorter != in.Author || !act.MayActAt(x.Place) {
			return models.E(models.CodeForbidden, "onward.other_sorts")
		}
		act.Witness, act.Person = act.Person, in.Author
	}
	var m onward.SortMark
	var err error
	switch in.Act {
	case "put":
		m, err = s.Store.MarkPile(r.Context(), act, r.Param("id"), onward.MarkCmd{Bin: in.Destination, N: in.N, Pass: in.Pass, Device: in.Device})
	case "undo":
		m, err = s.Store.UnmarkPile(r.Context(), act, r.Param("id"), in.Undoes)
	case "followup":
		err = s.Store.FollowUpMark(r.Context(), act, r.Param("id"), in.What, in.Reason)
	default:
		err = models.Invalid("act", "desk.act_unknown")
	}
	if err != nil {
		return err
	}
	out := MarkOut{ID: act.Key, Bin: m.Bin, N: m.N}
	if in.Act == "put" {
		if out.Warning, err = s.leaveNow(r, m); err != nil {
			return err
		}
	}
	return r.JSON(http.StatusCreated, out)
}

// leaveNow warns when the votes of a mark must leave within a day, or can no
// longer arrive in time.
func (s *Server) leaveNow(r *site.Request, m onward.SortMark) (string, error) {
	if custody.HolderKind(m.Bin) != "other" {
		return "", nil
	}
	x, err := s.Store.Sorting(r.Context(), m.Sorting)
	if err != nil {
		return "", err
	}
	e, err := s.Store.Election(r.Context(), x.Election)
	if err != nil {
		return "", err
	}
	safe, err := s.Store.SafeTo(r.Context(), e, custody.HolderID(m.Bin))
	return safeWarning(r, safe), err
}

// safeWarning is a sentence about a municipality whose votes are in a hurry, or "".
func safeWarning(r *site.Request, x onward.Safe) string {
	switch {
	case x.Last == nil:
		return r.Text("sorting.warn_none", site.MunicipalityName(x.To))
	case x.Slack < 24*time.Hour:
		return r.Text("sorting.warn_soon", site.MunicipalityName(x.To), r.Moment(x.Last.Leaves), x.Last.Name)
	}
	return ""
}
