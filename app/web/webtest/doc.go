// Package webtest is what the tests of the site and of its rooms share: a program
// that runs on a database of its own, people who use it, and the rule that every
// POST is sent twice. Tests alone import it, as they do models/store/pgtest.
//
// The worlds; all but the last are a Library and more:
//
//	Library    one session of two elections today; Anna and Bo receive, Karen coordinates
//	Depot      a library with a reception, a courier and one sealed box
//	Twins      a depot whose acts are played over JSON, with all that must be refused
//	Reception  a library whose reception sorts for three polling districts
//	Town       eighteen libraries, six weeks of sessions and 120 people of two employers
//	Bench      the site without a database, to which a test adds routes of its own
//
// A world is made by its New function, is gone when its test ends, and fails that
// test itself (Must). Its clock stands still at Now, which a test moves. As gives
// the browser of somebody who is logged in, Nobody one without a login, PC one that
// keeps its cookies:
//
//	l := webtest.NewLibrary(t)
//	l.As("anna").OK("/skranke/"+l.Session+"/aabning", l.Opening())
//	if code, body := l.Nobody().Get("/skranke"); code != http.StatusSeeOther {
//		t.Errorf("%d %s", code, webtest.ErrorsIn(body))
//	}
//
// What a Visitor posts, and what writes to the journal, is posted again with the same
// key (replay.go). The TestMain of a room gives Main the room's own routes, that of
// app/web the rest; each POST among them must have been through this.
package webtest
