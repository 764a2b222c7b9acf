// Package site is what every page is made of: Request, Route and its roles, the
// guard of every POST, forms and components, templates and assets, problems,
// paper, metrics. It knows no room; rooms (app/web/planning, …/desk, …) hold
// handlers and page structs, and app/web joins their routes into the table.
//
// # A new page
//
// 1. A struct that embeds Chrome, and a View that ties it to its template:
//
//	type balancePage struct {
//		site.Chrome
//		Sums site.Equation
//	}
//	var balanceView = site.NewView[*balancePage]("balance") // app/web/site/templates/pages/balance.html
//
// 2. A handler, a method of Server:
//
//	func (s *Server) balance(r *site.Request) error {
//		sums, err := s.Store.Balance(r.Context(), r.Param("election"))
//		if err != nil {
//			return err // becomes the error page or the RFC 9457 problem
//		}
//		return balanceView.Render(r, &balancePage{Sums: sums})
//	}
//
// 3. A template that defines "main" (and "heading" when a plain h1 is not enough):
//
//	{{define "main"}}{{template "equation" .Sums}}{{end}}
//
// 4. A line among the routes of the room; .InMenu puts it into the main menu of those who may see it:
//
//	site.Get("/regnskab/:election", readers, s.balance).InMenu("nav.balance")
//
// 5. The texts in models/language/messages/<subject>.json: "balance.title" is
// the heading unless Chrome.TitleKey or Chrome.TitleText says otherwise.
//
// # A new form
//
// The template writes <form method="post" action="…">{{form_key}} and fields
// made by input, select, radios and checks. The POST handler parses with
// r.Field, r.Count, r.Date, makes one store call, and ends in one of
//
//	return r.Done("/beholdere", "container.sealed", serial) // 303 with a message
//	return sealView.Again(r, err, page)                     // the same form, fields marked
//
// models.Error.Field is the name of the field. r.IdempotencyKey() is the id of
// the act, r.Fingerprint() what was said with it. The GET of the form has the
// same path as the POST, so that changing the language on a failed form works.
//
// What every request passes, outside in: log line and metrics, recovery,
// security headers, cross-origin check, session, preferences, account, rate
// limit and role, and for a POST: body limit, parsing, CPR guard, idempotency key.
//
// docs/design-system.md lists the components.
package site
