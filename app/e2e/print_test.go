package e2e_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/brevstemme/brevstemme/app/e2e"
)

// TestPrintAgain: a form is printed, the printer eats the sheet, and the same
// button prints it again from the same page, as a numbered reprint; a double
// click prints once.
func TestPrintAgain(t *testing.T) {
	l := newLibraries(t)
	tab := e2e.Start(t).Tab(t, l.base, l.cookie("karen"))
	l.must(tab.Open("/beholdere/" + box(0, 0)))
	const button = `form.paper[action*="etiketter"] button`
	copies := func() (n int) {
		list, err := l.store.Printouts(t.Context(), 9)
		l.must(err)
		for _, p := range list {
			n += p.Copies()
		}
		return n
	}
	// The moment passes when the test says so.
	_, err := e2e.Eval[bool](tab, `(window.moments = [], window.setTimeout = (f) => moments.push(f), true)`)
	l.must(err)
	for want := 1; want <= 3; want++ {
		l.must(tab.Do(chromedp.Click(button)))
		l.must(tab.Do(chromedp.Click(button))) // the second click of a double click
		for deadline := time.Now().Add(25 * time.Second); copies() < want; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d copies are logged, want %d", copies(), want)
			}
		}
		if n, err := e2e.Eval[int](tab, `(() => { const due = moments.splice(0); due.forEach((f) => f()); return due.length; })()`); err != nil || n != 1 {
			t.Fatalf("%d moments pass, want one (%v)", n, err)
		}
	}
	list, err := l.store.Printouts(t.Context(), 9)
	l.must(err)
	if len(list) != 1 || list[0].Copies() != 3 {
		t.Errorf("the log of prints: %+v", list)
	}
}
