// Package web answers HTTP: routes.go is THE table (method, path, roles,
// handler), one file per resource holds the handlers, templates/ and assets/
// are embedded.
//
// # A new page
//
// 1. A struct that embeds Chrome, and a View that ties it to its template:
//
//	type balancePage struct {
//		Chrome
//		Sums Equation
//	}
//	var balanceView = newView[*balancePage]("balance") // templates/pages/balance.html
//
// 2. A handler, a method of Server:
//
//	func (s *Server) balance(r *Request) error {
//		sums, err := s.store.Balance(r.Context(), r.Param("election"))
//		if err != nil {
//			return err // becomes the error page or the RFC 9457 problem
//		}
//		return balanceView.render(r, &balancePage{Sums: sums})
//	}
//
// 3. A template that defines "main" (and "heading" when a plain h1 is not enough):
//
//	{{define "main"}}{{template "equation" .Sums}}{{end}}
//
// 4. A line in routes.go; .nav puts it into the main menu of those who may see it:
//
//	get("/regnskab/:election", readers, s.balance).nav("nav.balance")
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
//	return r.done("/beholdere", "container.sealed", serial) // 303 with a message
//	return sealView.again(r, err, page)                     // the same form, fields marked
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
package web
