package schedule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/language"
)

const header = "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"

func day(t testing.TB, s string) models.Date {
	t.Helper()
	if s == "" {
		return models.Date{}
	}
	d, err := models.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func period(t testing.TB, first, last string) Period { return Period{day(t, first), day(t, last)} }

// list writes rows "place|address|day|opens|closes|note" as a file.
func list(rows ...string) string {
	var b strings.Builder
	b.WriteString(header)
	for _, r := range rows {
		f := strings.Split(r, "|")
		for len(f) < 6 {
			f = append(f, "")
		}
		fmt.Fprintf(&b, "%s,%s,8000,Aarhus C,library,%s,%s,%s,%q,https://example.dk\n", f[0], f[1], f[2], f[3], f[4], f[5])
	}
	return b.String()
}

// sessions and findings in short: "12.11 09:00-16:00 @2", "overlap@3".
func sessions(r *Result) string {
	var out []string
	for _, s := range r.Sessions {
		out = append(out, fmt.Sprintf("%s-%s@%d", s.Starts.Format("2.1 15:04"), s.Ends.Format("15:04"), s.Line))
	}
	return strings.Join(out, ", ")
}

func findings(r *Result) string {
	var out []string
	for _, f := range r.Findings {
		if f.Code != LastDay {
			out = append(out, fmt.Sprintf("%s@%d", f.Code, f.Line))
		}
	}
	return strings.Join(out, ", ")
}

// The weeks before KV 2021: Monday 8 to Friday 12 November; the other cases name
// their own days.
func TestRowsBecomeSessions(t *testing.T) {
	for _, c := range []struct {
		name, first, last, rows string // rows separated by line breaks
		sessions, findings      string
	}{
		{"weekly", "2021-11-01", "2021-11-12", "A||tir|10:00|16:00", "2.11 10:00-16:00@2, 9.11 10:00-16:00@2", ""},
		{"every weekday", "2021-11-08", "2021-11-14", "A||søn|10:00|11:00\nA||lør|10:00|11:00\nA||fre|10:00|11:00\nA||tor|10:00|11:00\nA||ons|10:00|11:00\nA||tir|10:00|11:00\nA||man|10:00|11:00",
			"8.11 10:00-11:00@8, 9.11 10:00-11:00@7, 10.11 10:00-11:00@6, 11.11 10:00-11:00@5, 12.11 10:00-11:00@4, 13.11 10:00-11:00@3, 14.11 10:00-11:00@2", ""},
		{"short hours with a dot", "2021-11-08", "2021-11-08", "A||man|9.00|9.30", "8.11 09:00-09:30@2", ""},
		{"a date", "2021-11-08", "2021-11-12", "A||2021-11-12|09:00|16:00", "12.11 09:00-16:00@2", ""},
		{"a range", "2021-11-08", "2021-11-12", "A||2021-11-09..2021-11-10|09:00|16:00", "9.11 09:00-16:00@2, 10.11 09:00-16:00@2", ""},
		{"monthly", "2021-10-05", "2021-11-12", "A||2. tirsdag i måneden|14:00|15:00", "12.10 14:00-15:00@2, 9.11 14:00-15:00@2", ""},
		{"monthly, a decomposed å", "2021-11-08", "2021-11-12", "A||2. Tirsdag i ma\u030aneden|14:00|15:00", "9.11 14:00-15:00@2", ""},
		{"fifth of a month", "2021-10-05", "2021-11-30", "A||5. fredag i måneden|14:00|15:00", "29.10 14:00-15:00@2", ""},
		{"last of a month", "2021-10-05", "2021-11-12", "A||sidste lørdag i måneden|10:00|12:00", "30.10 10:00-12:00@2", ""},
		{"only", "2021-10-05", "2021-11-12", "A||tir|10:00|12:00|kun 2021-10-10..2021-10-20", "12.10 10:00-12:00@2, 19.10 10:00-12:00@2", ""},
		{"only, outside the period", "2021-11-08", "2021-11-12", "A||tir|10:00|12:00|Kun 2021-10-10..2021-10-20", "", ""},
		{"only, of a dated row", "2021-11-08", "2021-11-12", "A||2021-11-12|10:00|12:00|kun 2021-11-08..2021-11-11", "", "outside_window@2"},
		{"only, no period", "2021-11-08", "2021-11-12", "A||tir|10:00|12:00|kun 2021-11-12..2021-11-01", "", "unreadable@2"},
		{"shorter than usual", "2021-11-08", "2021-11-12", "A||ons|10:00|16:00\nA||2021-11-10|10:00|12:00", "10.11 10:00-12:00@3", ""},
		{"overlap of a minute replaces", "2021-11-08", "2021-11-12", "A||ons|10:00|12:01\nA||2021-11-10|12:00|14:00", "10.11 12:00-14:00@3", ""},
		{"replaces all hours of the day", "2021-11-08", "2021-11-12", "A||ons|10:00|12:00\nA||ons|15:00|18:00\nA||2021-11-10|11:00|13:00", "10.11 11:00-13:00@4", ""},
		{"touching adds", "2021-11-08", "2021-11-12", "A||fre|08:00|14:00\nA||2021-11-12|14:00|20:00", "12.11 08:00-20:00@2", ""},
		{"apart adds", "2021-11-08", "2021-11-12", "A||fre|08:00|12:00\nA||2021-11-12|14:00|20:00", "12.11 08:00-12:00@2, 12.11 14:00-20:00@3", ""},
		{"one overlaps, one touches", "2021-11-08", "2021-11-12", "A||fre|08:00|14:00\nA||2021-11-12|10:00|12:00\nA||2021-11-12|14:00|16:00", "12.11 10:00-12:00@3, 12.11 14:00-16:00@4", ""},
		{"other place untouched", "2021-11-10", "2021-11-10", "A|x|ons|10:00|16:00\nA|y|2021-11-10|10:00|12:00", "10.11 10:00-16:00@2, 10.11 10:00-12:00@3", ""},
		{"closed day", "2021-11-08", "2021-11-12", "A||ons|10:00|16:00\nA||2021-11-10|||fyraften CLOSED", "", ""},
		{"closed range", "2021-11-08", "2021-11-12", "A||ons|10:00|16:00\nA||fre|10:00|16:00\nA||2021-11-08..2021-11-11|||CLOSED", "12.11 10:00-16:00@3", ""},
		{"closed range over the edge", "2021-11-08", "2021-11-12", "A||fre|10:00|16:00\nA||2021-11-01..2021-11-11|||CLOSED", "12.11 10:00-16:00@2", ""},
		{"closed beats other dated hours", "2021-11-08", "2021-11-12", "A||2021-11-10..2021-11-11|10:00|16:00\nA||2021-11-10|||CLOSED", "11.11 10:00-16:00@2", "overlap@2"},
		{"weekly closed", "2021-11-08", "2021-11-12", "A||man|||CLOSED\nA||tir|10:00|12:00", "9.11 10:00-12:00@3", ""},
		{"closed with hours is open", "2021-11-08", "2021-11-12", "A||tir|10:00|12:00|CLOSED i uge 46", "9.11 10:00-12:00@2", ""},
		{"closed in another word", "2021-11-08", "2021-11-12", "A||tir|||UNDISCLOSED", "", "hours_missing@2"},
		{"closed on an unreadable day", "2021-11-08", "2021-11-12", "A||udvalgte lørdage|||CLOSED", "", "hours_by_reference@2"},
		{"weekly rows that touch", "2021-11-08", "2021-11-12", "A||tir|12:00|14:00\nA||tir|10:00|12:00", "9.11 10:00-14:00@2", ""},
		{"weekly rows that overlap", "2021-11-01", "2021-11-12", "A||tir|12:00|14:00\nA||tir|10:00|13:00", "2.11 10:00-14:00@2, 9.11 10:00-14:00@2", "overlap@3"},
		{"a row twice", "2021-11-08", "2021-11-12", "A||tir|12:00|14:00\nA||tir|12:00|14:00", "9.11 12:00-14:00@2", "overlap@3"},
		{"dated rows that overlap", "2021-11-08", "2021-11-12", "A||2021-11-09..2021-11-10|12:00|14:00\nA||2021-11-10|13:00|15:00", "9.11 12:00-14:00@2, 10.11 12:00-15:00@2", "overlap@3"},
		{"weekly and monthly are two sorts", "2021-11-08", "2021-11-12", "A||tir|12:00|14:00\nA||2. tirsdag i måneden|13:00|15:00", "9.11 12:00-15:00@2", ""},
		{"overlap in other weeks only", "2021-11-01", "2021-11-12", "A||tir|12:00|14:00|kun 2021-11-01..2021-11-05\nA||tir|12:00|14:00|kun 2021-11-08..2021-11-12", "2.11 12:00-14:00@2, 9.11 12:00-14:00@3", ""},
		{"holiday", "2022-05-26", "2022-05-28", "A||tor|10:00|12:00\nA||tor|14:00|16:00\nA||fre|10:00|12:00", "27.5 10:00-12:00@4", "holiday_closed@2"},
		{"holiday on which a dated row opens", "2022-05-26", "2022-05-28", "A||tor|10:00|16:00\nA||2022-05-26|10:00|12:00", "26.5 10:00-12:00@3", "holiday_closed@2, holiday_open@3"},
		{"range over two holidays", "2019-04-18", "2019-04-20", "A||2019-04-18..2019-04-20|10:00|12:00", "18.4 10:00-12:00@2, 19.4 10:00-12:00@2, 20.4 10:00-12:00@2", "holiday_open@2, holiday_open@2"},
		{"store bededag in 2024", "2024-04-26", "2024-04-26", "A||fre|10:00|12:00", "26.4 10:00-12:00@2", ""},
		{"outside", "2021-11-08", "2021-11-12", "A||2021-11-13|10:00|12:00\nA||2021-11-07|10:00|12:00", "", "outside_window@2, outside_window@3"},
		{"closed outside", "2021-11-08", "2021-11-12", "A||2021-11-16|||valgdag CLOSED", "", "outside_window@2"},
		{"partly outside", "2021-11-08", "2021-11-12", "A||2021-11-11..2021-11-13|10:00|12:00", "11.11 10:00-12:00@2, 12.11 10:00-12:00@2", "outside_window@2"},
		{"wrong weekday", "2021-11-08", "2021-11-12", "A||tir|10:00|16:00\nA||2021-11-09|10:00|12:00|Onsdag, ekstra", "9.11 10:00-16:00@2", "weekday_mismatch@3"},
		{"right weekday", "2021-11-08", "2021-11-12", "A||2021-11-09|10:00|12:00|TIRSDAG, ekstra", "9.11 10:00-12:00@2", ""},
		{"a weekday inside another word", "2021-11-08", "2021-11-12", "A||2021-11-09|10:00|12:00|som på lørdage og skærtorsdag", "9.11 10:00-12:00@2", ""},
		{"weekday of a range", "2021-11-08", "2021-11-12", "A||2021-11-09..2021-11-10|10:00|12:00|tirsdag og onsdag\nB||2021-11-09..2021-11-10|10:00|12:00|torsdag", "9.11 10:00-12:00@2, 10.11 10:00-12:00@2", "weekday_mismatch@3"},
		{"wrong weekday and outside", "2021-11-08", "2021-11-12", "A||2021-11-13|10:00|12:00|fredag", "", "outside_window@2, weekday_mismatch@2"},
		{"weekday in the note of a weekly row", "2021-11-08", "2021-11-12", "A||tir|10:00|12:00|ikke mandag", "9.11 10:00-12:00@2", ""},
		{"no hours", "2021-11-08", "2021-11-12", "A||tir\nA||2021-11-12|||slutter kl. 16", "", "hours_missing@2, hours_missing@3"},
		{"no hours on the date keeps the weekly ones", "2021-11-08", "2021-11-12", "A||fre|10:00|16:00\nA||2021-11-12|||slutter kl. 16", "12.11 10:00-16:00@2", "hours_missing@3"},
		{"by reference", "2021-11-08", "2021-11-12", "A||betjent åbningstid\nB||", "", "hours_by_reference@2, hours_by_reference@3"},
		{"hours without a day", "2021-11-08", "2021-11-12", "A||betjent åbningstid|10:00|12:00\nB|||10:00|12:00\nC||mandag-fredag|10:00|12:00", "", "unreadable@2, unreadable@3, unreadable@4"},
		{"no such date", "2021-11-08", "2021-11-12", "A||2021-11-31|10:00|12:00\nA||2021-11-12..2021-11-08|10:00|12:00\nA||2021-11-9|10:00|12:00", "", "unreadable@2, unreadable@3, unreadable@4"},
		{"over midnight", "2021-11-08", "2021-11-12", "A||tir|20:00|02:00", "", "bad_interval@2"},
		{"no length", "2021-11-08", "2021-11-12", "A||tir|10:00|10:00", "", "bad_interval@2"},
		{"one time", "2021-11-08", "2021-11-12", "A||tir|10:00|\nA||ons||16:00", "", "bad_interval@2, bad_interval@3"},
		{"no time", "2021-11-08", "2021-11-12", "A||tir|10|12:00\nA||tir|kl. 10|12:00\nA||tir|10:00|25:00\nA||tir|10:60|12:00\nA||tir|10:00|12:0x\nA||tir|abc|", "",
			"unreadable@2, unreadable@3, unreadable@4, unreadable@5, unreadable@6, unreadable@7"},
		{"clock change", "2021-10-30", "2021-11-01", "A||lør|09:00|16:00\nA||søn|09:00|16:00\nA||2021-10-31|01:00|04:00", "30.10 09:00-16:00@2, 31.10 01:00-04:00@4, 31.10 09:00-16:00@3", ""},
		{"hour that exists twice", "2021-10-30", "2021-11-01", "A||2021-10-31|02:30|05:00\nB||søn|01:00|02:00\nC||søn|01:59|03:00\nD||2021-10-30|02:30|05:00", "30.10 02:30-05:00@5, 31.10 01:59-03:00@4", "unreadable@2, unreadable@3"},
		{"hour twice, inside joined hours", "2021-10-31", "2021-10-31", "A||søn|01:00|02:30\nA||søn|02:30|05:00", "31.10 01:00-05:00@2", ""},
		{"hour that there is none of", "2026-03-28", "2026-03-29", "A||2026-03-29|02:30|05:00\nB||2026-03-29|01:00|02:00\nC||2026-03-29|01:00|03:00", "29.3 01:00-03:00@4", "unreadable@2, unreadable@3"},
		{"hour that spring skips", "2026-03-29", "2026-03-29", "A||2026-03-29|02:00|03:00", "", "bad_interval@2"},
		{"empty period", "2021-11-12", "2021-11-08", "A||tir|10:00|12:00\nA||2021-11-09|10:00|12:00", "", "outside_window@3"},
		{"one error hides no other", "2021-11-08", "2021-11-12", "A||tir|x|y\nA||ons|12:00|10:00\nA||tor|10:00|12:00", "11.11 10:00-12:00@4", "unreadable@2, bad_interval@3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Check([]byte(list(strings.Split(c.rows, "\n")...)), period(t, c.first, c.last))
			if got := sessions(r); got != c.sessions {
				t.Errorf("sessions\n got %s\nwant %s", got, c.sessions)
			}
			if got := findings(r); got != c.findings {
				t.Errorf("findings\n got %s\nwant %s", got, c.findings)
			}
		})
	}
}

func TestOffsets(t *testing.T) {
	r := Check([]byte(list("A||lør|09:00|16:00", "A||søn|09:00|16:00", "A||2021-10-31|01:30|04:00|")), period(t, "2021-10-30", "2021-10-31"))
	var got []string
	for _, s := range r.Sessions {
		got = append(got, s.Starts.Format(time.RFC3339)+" "+s.Ends.Sub(s.Starts).String())
	}
	want := "2021-10-30T09:00:00+02:00 7h0m0s, 2021-10-31T01:30:00+02:00 3h30m0s, 2021-10-31T09:00:00+01:00 7h0m0s"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("\n got %s\nwant %s", s, want)
	}
}

func TestLastDay(t *testing.T) {
	for _, c := range []struct {
		rows string
		warn bool
	}{
		{"A||fre|09:00|16:00", false},
		{"A||fre|08:00|18:00", false},
		{"A||fre|09:01|16:00", true},
		{"A||fre|09:00|15:59", true},
		{"A||tor|09:00|16:00", true},
		{"A||fre|09:00|12:00\nA||2021-11-12|12:00|16:00", false},
		{"A|x|fre|09:00|12:00\nA|y|fre|12:00|16:00", true},
		{"A||fre|09:00|16:00\nA||2021-11-12|09:00|12:00", true},
		{"A||betjent åbningstid", true},
	} {
		r := Check([]byte(list(strings.Split(c.rows, "\n")...)), period(t, "2021-10-05", "2021-11-12"))
		i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Code == LastDay })
		if (i >= 0) != c.warn || i >= 0 && (r.Findings[i].Line != 0 || r.Findings[i].Severity != Warning) {
			t.Errorf("%q: %v", c.rows, r.Findings)
		}
	}
}

const goodRow = "A,Gade 1,8000,Aarhus C,library,tir,10:00,12:00,,https://example.dk\n"

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name, file, sessions, findings string
	}{
		{"empty", "", "", "unreadable@0"},
		{"blank", " \r\n\n", "", "unreadable@0"},
		{"only a byte order mark", "\uFEFF", "", "unreadable@0"},
		{"header alone", header, "", ""},
		{"header without end", strings.TrimSpace(header), "", ""},
		{"byte order mark", "\uFEFF" + header + goodRow, "9.11 10:00-12:00@2", ""},
		{"no header", goodRow + goodRow, "9.11 10:00-12:00@2", "unreadable@1"},
		{"carriage returns", strings.ReplaceAll(header+goodRow, "\n", "\r"), "9.11 10:00-12:00@2", ""},
		{"both line ends", strings.ReplaceAll(header+goodRow, "\n", "\r\n"), "9.11 10:00-12:00@2", ""},
		{"no last line end", header + strings.TrimSpace(goodRow), "9.11 10:00-12:00@2", ""},
		{"blank lines are counted", "\n" + header + "\n,,,,,,,,,\n" + goodRow, "9.11 10:00-12:00@5", ""},
		{"semicolons", strings.ReplaceAll(header+goodRow, ",", ";"), "9.11 10:00-12:00@2", ""},
		{"semicolons with commas inside", strings.ReplaceAll(header, ",", ";") + "A, B;Gade 1, st.;8000;Aarhus C;library;tir;10.00;12.00;a, b;\n", "9.11 10:00-12:00@2", ""},
		{"a line for spreadsheets", "sep=;\n" + strings.ReplaceAll(header+goodRow, ",", ";"), "9.11 10:00-12:00@3", ""},
		{"quoted header in capitals", "\"Place\",ADDRESS,postcode,city,kind, Weekday_Or_Date ,opens,closes,note,source_url\n" + goodRow, "9.11 10:00-12:00@2", ""},
		{"other order", "note,source_url,place,address,postcode,city,kind,weekday_or_date,opens,closes\n,,A,,,,library,tir,10:00,12:00\n", "9.11 10:00-12:00@2", ""},
		{"a column too many", header + "A,Gade 1,8000,Aarhus C,library,tir,10:00,12:00,,x,y\n" + goodRow, "9.11 10:00-12:00@3", "unreadable@2"},
		{"a column too few", header + "A,Gade 1,8000,Aarhus C,library,tir,10:00,12:00,\n" + goodRow, "9.11 10:00-12:00@3", "unreadable@2"},
		{"spaces", header + " A ,Gade 1,8000,Aarhus C,library, tir , 10:00 ,\u00a012:00 ,,\n", "9.11 10:00-12:00@2", ""},
		{"quoted line break", header + "A,\"Gade 1\nbaghuset\",8000,Aarhus C,library,tir,10:00,12:00,\"to\r\nlinjer\",\n" + goodRow, "9.11 10:00-12:00@2, 9.11 10:00-12:00@5", ""},
		{"doubled quotes", header + "\"A \"\"Nord\"\"\",Gade 1,8000,Aarhus C,library,tir,10:00,12:00,,\n", "9.11 10:00-12:00@2", ""},
		{"quotes inside", header + "A \"Nord\",Gade 1,8000,Aarhus C,library,tir,10:00,12:00,,\n\"A\" Nord,Gade 1,8000,Aarhus C,library,tir,10:00,12:00,,\n", "9.11 10:00-12:00@2, 9.11 10:00-12:00@3", ""},
		{"a stray quote hides one row", header + "\"A,Gade 1,8000,Aarhus C,library,tir,10:00,12:00,,x\n" + goodRow + goodRow, "9.11 10:00-12:00@3", "unreadable@2, overlap@4"},
		{"a stray quote before a quoted row", header + "\"A,Gade 1,8000,Aarhus C,library,tir,10:00,12:00,,x\n" + "B,\"Gade 1, st.\",8000,Aarhus C,library,tir,10:00,12:00,,\n", "9.11 10:00-12:00@3", "unreadable@2"},
		{"control characters", header + "A\x07,Gade 1,8000,Aarhus C,library,tir,10:00,12:00,,\n" + goodRow, "9.11 10:00-12:00@3", "unreadable@2"},
		{"a spreadsheet", "PK\x03\x04\x14\x00\x06\x00", "", "unreadable@0"},
		{"UTF-16", "\xff\xfep\x00l\x00", "", "unreadable@0"},
		{"prose", "Her kan du brevstemme\n", "", "unreadable@1"},
		{"broken UTF-8 after a mark", "\uFEFF" + header + "\xff" + goodRow + goodRow, "9.11 10:00-12:00@3", "unreadable@2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Check([]byte(c.file), period(t, "2021-11-08", "2021-11-12"))
			if got := sessions(r); got != c.sessions {
				t.Errorf("sessions\n got %s\nwant %s", got, c.sessions)
			}
			if got := findings(r); got != c.findings {
				t.Errorf("findings\n got %s\nwant %s", got, c.findings)
			}
		})
	}
}

func TestWindows1252(t *testing.T) {
	file := header + "\xc5by Bibliotek,\xd8stergade 1 \x96 st.,8230,\xc5byh\xf8j,library,l\xf8r,10:00,12:00,\x80,\n"
	r := Check([]byte(file), period(t, "2021-11-13", "2021-11-13"))
	if len(r.Sessions) != 1 || r.Sessions[0].Place != "Åby Bibliotek" || r.Sessions[0].Address != "Østergade 1 – st." || r.Places[0].City != "Åbyhøj" {
		t.Errorf("%+v %v", r.Sessions, r.Findings)
	}
}

func TestPlaces(t *testing.T) {
	r := Check([]byte(list("Bussen|Torvet|tir|10:00|12:00", " Bussen |Torvet |ons|10:00|12:00", "Bussen|Skolen|tir|10:00|12:00", "Rute||rute", "X||tir|x|y")), period(t, "2021-11-08", "2021-11-12"))
	if len(r.Places) != 4 || r.Places[0] != (Place{"Bussen", "Torvet", "8000", "Aarhus C", "library", 2}) {
		t.Errorf("%+v", r.Places)
	}
}

func TestJSON(t *testing.T) {
	p := period(t, "2021-11-12", "2021-11-12")
	for file, want := range map[string]string{
		list("A|Gade 1|fre|09:00|16:00"): `{"places":1,"sessions":[{"place":"A","address":"Gade 1","starts":"2021-11-12T09:00:00+01:00","ends":"2021-11-12T16:00:00+01:00","line":2}],"findings":[]}`,
		header:                           `{"places":0,"sessions":[],"findings":[{"code":"last_day_9_16","line":0,"severity":"warning","message":"Intet sted er åbent kl. 9-16 den sidste dag, 12.11.2021. Loven kræver mindst ét (FV § 56, KRVL § 62)."}]}`,
	} {
		if raw, err := json.Marshal(Check([]byte(file), p)); err != nil || string(raw) != want {
			t.Errorf("%v\n got %s\nwant %s", err, raw, want)
		}
	}
}

// Every code has its severity and a text in both languages without a hole.
func TestFindingTexts(t *testing.T) {
	file := list("A||tir|10:00|12:00", "A||tir|11:00|12:00", "A||2021-11-13|10:00|12:00", "A||2021-11-09|10:00|12:00|søndag", "A||ons", "A||åbningstid",
		"A||ons|x|y", "A||ons|10:00|", "A||ons|12:00|10:00", "A||x|12:00|10:00", "A||ons|10:00|12:00|kun 2021-11-12..2021-11-01") + "A,b\n\"A\nA\x07,,,,,,,,,\n"
	r := Check([]byte(file), period(t, "2021-11-08", "2021-11-12"))
	r.Findings = append(r.Findings, Check([]byte(list("A||tor|10:00|12:00", "A||2022-05-26|10:00|12:00")), period(t, "2022-05-26", "2022-05-26")).Findings...)
	seen := map[Code]bool{}
	for _, f := range r.Findings {
		seen[f.Code] = true
		for _, l := range language.Langs {
			if s := f.Text(l); strings.ContainsAny(s, "⟦") || strings.Contains(s, "%!") {
				t.Errorf("%s: %s", f.Code, s)
			}
		}
		if f.Severity != f.Code.Severity() || f.Message != f.Text(language.Danish) {
			t.Errorf("%+v", f)
		}
	}
	for _, c := range Codes {
		if !seen[c] {
			t.Errorf("%s is not found", c)
		}
	}
}

func TestPeriodFor(t *testing.T) {
	for _, c := range []struct {
		typ                       calendar.Type
		date, called, first, last string
		want                      string
	}{
		{calendar.KV, "2021-11-16", "", "", "", "2021-10-05 2021-11-12"},
		{calendar.KV, "2021-11-16", "", "2021-10-10", "2021-11-30", "2021-10-10 2021-11-12"},
		{calendar.KV, "2021-11-16", "", "2021-09-01", "2021-11-11", "2021-10-05 2021-11-11"},
		{calendar.FV, "2019-06-05", "2019-05-20", "", "", "2019-05-20 2019-06-01"},
		{calendar.FV, "2019-06-05", "", "", "", "2019-05-15 2019-06-01"},
		{calendar.FV, "2026-03-24", "", "2026-03-03", "", "2026-03-03 2026-03-20"},
		{calendar.FV, "2026-03-24", "", "", "", "calendar.error.called_missing"},
		{calendar.KV, "2013-11-19", "", "2013-10-29", "2013-10-30", "2013-10-29 2013-10-30"},
		{calendar.KV, "2013-11-19", "", "2013-10-29", "", "schedule.error.first_last"},
		{calendar.FV, "2015-06-18", "", "2015-05-28", "2015-06-16", "2015-05-28 2015-06-16"},
		{calendar.KV, "2021-11-16", "", "2021-11-12", "2021-11-11", "schedule.error.order"},
		{calendar.KV, "2013-11-19", "", "1900-01-01", "2013-11-19", "schedule.error.long"},
	} {
		p, err := PeriodFor(calendar.Election{Type: c.typ, Date: day(t, c.date), Called: day(t, c.called)}, day(t, c.first), day(t, c.last), calendar.Default())
		got := p.First.String() + " " + p.Last.String()
		if err != nil {
			got = err.(*models.Error).Key
		}
		if got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
