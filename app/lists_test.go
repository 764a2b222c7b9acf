package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// nastyList is a list as somebody might send it, with what it must give: the
// sessions as "12.11 09:00-16:00@2", the findings as "overlap@3".
type nastyList struct {
	name     string
	kind     models.ElectionType
	day      models.Date
	file     []byte
	sessions string
	findings string
}

var (
	kv21 = models.NewDate(2021, 11, 16) // 5 October to 12 November: the clock is put back on 31 October
	fa24 = models.NewDate(2024, 4, 10)  // 28 February to 6 April: Easter, and the clock is put forward on 31 March
)

// rowsOf are rows "place|address|day|opens|closes|note" as a file.
func rowsOf(rows ...string) string {
	var b strings.Builder
	b.WriteString(listHead)
	for _, r := range rows {
		f := append(strings.Split(r, "|"), "", "", "", "", "")
		fmt.Fprintf(&b, "%s,%s,8000,Aarhus C,library,%s,%s,%s,%s,\n", f[0], f[1], f[2], f[3], f[4], f[5])
	}
	return b.String()
}

// bytesOf encodes a text with a table for what is no ASCII.
func bytesOf(text string, table map[rune]byte) []byte {
	var b []byte
	for _, r := range text {
		if c, ok := table[r]; ok {
			b = append(b, c)
		} else {
			b = append(b, byte(r))
		}
	}
	return b
}

func utf16Of(text string) []byte {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

var (
	windows1252 = map[rune]byte{'–': 0x96, '’': 0x92}
	macRoman    = map[rune]byte{'Å': 0x81, 'å': 0x8C, 'ø': 0xBF, 'Ø': 0xAF, 'æ': 0xBE}
)

var danishRows = rowsOf("Åby – Bibliotek|Ågade 1|lør|10:00|12:00|d’oro", "Ærø|Østergade|2021-11-12|09:00|16:00")

const danishSessions = "9.10 10:00-12:00@2, 16.10 10:00-12:00@2, 23.10 10:00-12:00@2, 30.10 10:00-12:00@2, 6.11 10:00-12:00@2, 12.11 09:00-16:00@3"

// nasty are the lists. What is expected was decided from the form of the lists
// (package schedule), not from what the program gave.
var nasty = []nastyList{
	{"over midnight", "kv", kv21, []byte(rowsOf("A||2021-11-11|20:00|02:00", "B||2021-11-12|09:00|16:00")), "12.11 09:00-16:00@3", "bad_interval@2"},
	{"dashes and words for until", "kv", kv21, []byte(rowsOf("A||tir|10:00–16:00|", "A||tir|10:00 — 16:00|", "A||tir|10 til 16|", "A||tir|kl. 10|kl. 16", "A||tir|10-16:30|", "B||2021-11-12|09:00|16:00")),
		"12.11 09:00-16:00@7", "unreadable@2, unreadable@3, unreadable@4, unreadable@5, unreadable@6"},
	{"half hours", "kv", kv21, []byte(rowsOf("A||2021-11-08|10.30|16:30", "A||2021-11-09|9.5|16", "B||2021-11-12|9:00|16.00")), "8.11 10:30-16:30@2, 12.11 09:00-16:00@4", "unreadable@3"},
	{"closed in other words", "kv", kv21, []byte(rowsOf("A||man|||lukket", "A||tir|lukket|", "A||ons|||CLOSED", "A||tor|||closed", "B||2021-11-12|09:00|16:00")), "12.11 09:00-16:00@6", "hours_missing@2, unreadable@3, hours_missing@5"},
	{"by appointment", "kv", kv21, []byte(rowsOf("A||efter aftale", "B||efter aftale|10:00|12:00", "C|||||ring først", "B||2021-11-12|09:00|16:00")), "12.11 09:00-16:00@5", "hours_by_reference@2, unreadable@3, hours_by_reference@4"},
	{"ranges of weekdays", "kv", kv21, []byte(rowsOf("A||ma-to|10:00|16:00", "A||hverdage|10:00|16:00", "A||man-fre", "A||mandag|10:00|16:00", "A||Mon|10:00|16:00", "B||2021-11-12|09:00|16:00")),
		"12.11 09:00-16:00@7", "unreadable@2, unreadable@3, hours_by_reference@4, unreadable@5, unreadable@6"},
	{"capitals and spaces around days", "kv", kv21, []byte(rowsOf("A|| FRE |09:00|16:00|kun 2021-11-10..2021-11-12", "A||2021-11-08 .. 2021-11-09|10:00|11:00")), "8.11 10:00-11:00@3, 9.11 10:00-11:00@3, 12.11 09:00-16:00@2", ""},
	{"places twice and written differently", "kv", kv21, []byte(rowsOf("Åby Bibliotek|Vej 1|2021-11-12|09:00|16:00", "åby bibliotek|Vej 1|2021-11-12|09:00|16:00", " Åby Bibliotek |Vej 1 |2021-11-11|10:00|12:00", "Åby Bibliotek|Vej 2|2021-11-11|10:00|12:00")),
		"11.11 10:00-12:00@4, 11.11 10:00-12:00@5, 12.11 09:00-16:00@2, 12.11 09:00-16:00@3", ""},
	{"a byte order mark", "kv", kv21, append([]byte("\xEF\xBB\xBF"), danishRows...), danishSessions, ""},
	{"Windows-1252", "kv", kv21, bytesOf(danishRows, windows1252), danishSessions, ""},
	{"UTF-16", "kv", kv21, utf16Of(danishRows), "", "unreadable@0, last_day_9_16@0"},
	{"Mac OS Roman", "kv", kv21, bytesOf(strings.NewReplacer("–", "-", "’", "").Replace(danishRows), macRoman), "12.11 09:00-16:00@3", "unreadable@2"},
	{"carriage returns alone", "kv", kv21, []byte(strings.ReplaceAll(danishRows, "\n", "\r")), danishSessions, ""},
	{"both line ends", "kv", kv21, []byte(strings.ReplaceAll(danishRows, "\n", "\r\n")), danishSessions, ""},
	{"semicolons", "kv", kv21, []byte(strings.ReplaceAll(danishRows, ",", ";")), danishSessions, ""},
	{"tabs", "kv", kv21, []byte(strings.ReplaceAll(danishRows, ",", "\t")), "", "last_day_9_16@0, unreadable@1, unreadable@2, unreadable@3"},
	{"quotes, commas and line breaks in cells", "kv", kv21, []byte(listHead + "\"A, \"\"Nord\"\"\",\"Vej 1,\n2. sal\",8000,Aarhus C,library,2021-11-12,09:00,16:00,\"a\nb\",\nB \"x\",,,,library,2021-11-11,10:00,12:00,,\n\"C,,,,library,2021-11-11,10:00,12:00,,\n"),
		"11.11 10:00-12:00@5, 12.11 09:00-16:00@2", "unreadable@6"},
	{"columns too many and too few", "kv", kv21, []byte(listHead + "A,,,,library,2021-11-12,09:00,16:00,,\nA,,,,library,2021-11-11,10:00,12:00,,,\nA,,,,library,2021-11-11,10:00,12:00,\n,,,,,,,,,\n,,,,,,,,,,,\n"), "12.11 09:00-16:00@2", "unreadable@3, unreadable@4"},
	{"dates in other forms", "kv", kv21, []byte(rowsOf("A||12.11.2021|09:00|16:00", "A||12/11-2021|09:00|16:00", "A||2021/11/12|09:00|16:00", "A||12. november|09:00|16:00", "A||12.11|09:00|16:00", "A||2021-11-8|09:00|16:00", "A||2021-11-08–2021-11-09|09:00|16:00", "A||20211112|09:00|16:00", "B||2021-11-12|09:00|16:00")),
		"12.11 09:00-16:00@10", "unreadable@2, unreadable@3, unreadable@4, unreadable@5, unreadable@6, unreadable@7, unreadable@8, unreadable@9"},
	{"the hour that is twice", "kv", kv21, []byte(rowsOf("A||2021-10-31|01:00|02:30", "B||2021-10-31|01:00|04:00", "C||2021-11-12|09:00|16:00")), "31.10 01:00-04:00@3, 12.11 09:00-16:00@4", "unreadable@2"},
	{"the hour that is not", "fa", fa24, []byte(rowsOf("A||2024-03-31|01:00|02:30", "B||2024-03-31|01:00|04:00", "C||2024-04-06|09:00|16:00")), "31.3 01:00-04:00@3, 6.4 09:00-16:00@4", "unreadable@2, holiday_open@2, holiday_open@3"},
	{"29 February", "fa", fa24, []byte(rowsOf("A||2024-02-29|10:00|12:00", "A||2023-02-29|10:00|12:00", "B||5. torsdag i måneden|13:00|14:00|kun 2024-02-28..2024-03-01", "A||2024-02-30|10:00|12:00", "C||2024-04-06|09:00|16:00")),
		"29.2 10:00-12:00@2, 29.2 13:00-14:00@4, 6.4 09:00-16:00@6", "unreadable@3, unreadable@5"},
	{"Easter", "fa", fa24, []byte(rowsOf("A||tor|10:00|12:00|kun 2024-03-25..2024-03-31", "A||man|10:00|12:00|kun 2024-03-25..2024-04-02", "B||2024-03-29|10:00|12:00", "C||2024-04-06|09:00|16:00")),
		"25.3 10:00-12:00@3, 29.3 10:00-12:00@4, 6.4 09:00-16:00@5", "holiday_closed@2, holiday_closed@3, holiday_open@4"},
	{"rows that overlap, touch and repeat", "kv", kv21, []byte(rowsOf("A||2021-11-12|09:00|13:00", "A||2021-11-12|12:00|16:00", "A||2021-11-12|16:00|18:00", "B||2021-11-12|09:00|13:00", "B||2021-11-12|09:00|13:00")), "12.11 09:00-18:00@2, 12.11 09:00-13:00@5", "overlap@3, overlap@6"},
	{"the same day weekly, dated and closed", "kv", kv21, []byte(rowsOf("A||fre|09:00|16:00|kun 2021-11-01..2021-11-12", "A||2021-11-05|||CLOSED", "B||fre|10:00|14:00|kun 2021-11-08..2021-11-12", "B||2021-11-12|14:00|20:00")), "12.11 09:00-16:00@2, 12.11 10:00-20:00@4", ""},
	{"another election's lines and wrong weekdays", "kv", kv21, []byte(rowsOf("A||2019-05-20|10:00|12:00", "A||2021-11-12|09:00|16:00|torsdag", "A||2021-11-10|10:00|12:00|onsdag", "A||2021-11-16|08:00|20:00")), "10.11 10:00-12:00@4", "last_day_9_16@0, outside_window@2, weekday_mismatch@3, outside_window@5"},
	{"no hours that close", "kv", kv21, []byte(rowsOf("A||2021-11-12|09:00|", "A||2021-11-12||16:00", "A||2021-11-12|16:00|09:00", "A||2021-11-12|09:00|09:00", "A||2021-11-12|9|16")), "", "last_day_9_16@0, bad_interval@2, bad_interval@3, bad_interval@4, bad_interval@5, unreadable@6"},
	{"nothing", "kv", kv21, nil, "", "unreadable@0, last_day_9_16@0"},
}

// answered is what "schedule check" or the web's import gave.
type answered struct {
	sessions []schedule.Session
	findings []schedule.Finding
}

func (a answered) short() (sessions, findings string) {
	var s, f []string
	for _, x := range a.sessions {
		s = append(s, fmt.Sprintf("%s-%s@%d", x.Starts.Format("2.1 15:04"), x.Ends.Format("15:04"), x.Line))
	}
	for _, x := range a.findings {
		f = append(f, fmt.Sprintf("%s@%d", x.Code, x.Line))
	}
	return strings.Join(s, ", "), strings.Join(f, ", ")
}

// check asks the command line.
func (x nastyList) check(t *testing.T) answered {
	t.Helper()
	file := filepath.Join(t.TempDir(), "liste.csv")
	if err := os.WriteFile(file, x.file, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"schedule", "check", "--type", string(x.kind), "--date", x.day.String(), "--json", file}, func(string) string { return "" }, nil, &out, &errs)
	var got struct {
		Sessions []schedule.Session
		Findings []schedule.Finding
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("exit %d: %v %s", code, err, errs.String())
	}
	bad := slices.ContainsFunc(got.Findings, func(f schedule.Finding) bool { return f.Severity == schedule.Error })
	if bad != (code == exitNo) || !bad && code != exitOK {
		t.Errorf("exit %d with %d findings", code, len(got.Findings))
	}
	return answered{got.Sessions, got.Findings}
}

// importer is the web with a coordinator.
type importer struct {
	store  *store.Store
	base   string
	cookie *http.Cookie
}

func newImporter(t *testing.T) importer {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{DSN: pgtest.DB(t).AppDSN})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	_, err = s.AddWithAccount(t.Context(), actOf("karen"), persons.NewPerson{Name: "Karen", Person: models.Person{Roles: []models.Role{models.RoleCoordinator}}}, persons.Credentials{Login: "karen", Password: "et langt kodeord"})
	if err != nil {
		t.Fatal(err)
	}
	w, err := web.New(site.Config{Log: slog.New(slog.DiscardHandler), Store: s, Municipality: "0751", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w)
	t.Cleanup(srv.Close)
	cookie, err := w.SessionFor(t.Context(), "karen")
	if err != nil {
		t.Fatal(err)
	}
	return importer{s, srv.URL, cookie}
}

func actOf(key string) models.Act {
	return models.Act{Key: "test-" + key, Digest: sha256.Sum256([]byte(key)), Role: models.RoleCoordinator}
}

// keepTogether is what the page puts around hours that are not to be broken.
var keepTogether = strings.NewReplacer(`<span class="keep">`, "", "<span>", "", "</span>", "")

var findingRow = regexp.MustCompile(`<th scope="row">(Linje \d+|Hele listen)</th>.*?<td data-label="[^"]*">.*?</td>\s*<td data-label="[^"]*">(.*?)</td>`)

// read sends a list to an election's import and reads what the page says of it
// and what the plan then holds.
func (im importer) read(t *testing.T, election string, file []byte) (sessions []schedule.Session, findings []string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	err := w.WriteField("idempotency_key", uuid.NewString())
	if err == nil {
		var f io.Writer
		if f, err = w.CreateFormFile("file", "liste.csv"); err == nil {
			_, err = f.Write(file)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, im.base+"/plan/"+election+"/import", &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	status, page, next := im.ask(t, req)
	if strings.Contains(next, "/import/") { // the import's own page says what it found
		req, err := http.NewRequest(http.MethodGet, im.base+next, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, page, _ = im.ask(t, req)
	}
	if status != 303 && status != 422 {
		t.Fatal(status)
	}
	for _, m := range findingRow.FindAllStringSubmatch(page, -1) {
		findings = append(findings, m[1]+" "+html.UnescapeString(keepTogether.Replace(m[2])))
	}
	return im.plan(t, election), findings
}

// ask sends a request and follows nothing.
func (im importer) ask(t *testing.T, req *http.Request) (status int, page, next string) {
	t.Helper()
	req.AddCookie(im.cookie)
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header.Get("Location")
}

// plan is the sessions of an election as a list's sessions.
func (im importer) plan(t *testing.T, election string) (out []schedule.Session) {
	t.Helper()
	places, err := im.store.Places(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := im.store.Sessions(t.Context(), election, time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range got {
		i := slices.IndexFunc(places, func(p models.Place) bool { return p.ID == x.Place })
		out = append(out, schedule.Session{Place: places[i].Name, Address: places[i].Address, Starts: x.Starts.In(models.Copenhagen), Ends: x.Ends.In(models.Copenhagen), Line: x.Line})
	}
	slices.SortFunc(out, func(a, b schedule.Session) int {
		if c := a.Starts.Compare(b.Starts); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return out
}

// Every list gives what the form of the lists says, and the same sessions and
// findings whether the command line or the web reads it; a list with errors adds
// nothing to the plan.
func TestNastyListsReadTheSameEverywhere(t *testing.T) {
	t.Parallel()
	im := newImporter(t)
	for i, x := range nasty {
		if i == len(nasty)/2 { // so many elections of one type have no room in one year
			im = newImporter(t)
		}
		t.Run(x.name, func(t *testing.T) {
			said := x.check(t)
			sessions, findings := said.short()
			if sessions != x.sessions {
				t.Errorf("sessions\n got %s\nwant %s", sessions, x.sessions)
			}
			if findings != x.findings {
				t.Errorf("findings\n got %s\nwant %s", findings, x.findings)
			}
			n := planning.NewElection{Type: x.kind, Name: "Valg", Date: x.day, Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"}
			n.Practice = i%2 == 1
			e, err := im.store.CreateElection(t.Context(), actOf(x.name), n)
			if err != nil {
				t.Fatal(err)
			}
			got, shown := im.read(t, e.ID, x.file)
			var want []string
			for _, f := range said.findings {
				where := fmt.Sprintf("Linje %d", f.Line)
				if f.Line == 0 {
					where = "Hele listen"
				}
				want = append(want, where+" "+f.Message)
			}
			if !slices.Equal(shown, want) {
				t.Errorf("the web's findings\n got %s\nwant %s", strings.Join(shown, "\n     "), strings.Join(want, "\n     "))
			}
			if slices.ContainsFunc(said.findings, func(f schedule.Finding) bool { return f.Severity == schedule.Error }) {
				said.sessions = nil
			}
			if !slices.EqualFunc(got, said.sessions, func(a, b schedule.Session) bool {
				return a.Place == b.Place && a.Address == b.Address && a.Line == b.Line && a.Starts.Equal(b.Starts) && a.Ends.Equal(b.Ends)
			}) {
				t.Errorf("the plan holds\n%v\nthe list says\n%v", got, said.sessions)
			}
		})
	}
}
