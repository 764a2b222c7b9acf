// Package web answers HTTP. routes.go is THE table (method, path, roles,
// handler): a line for each room, which lists its own routes. The rooms are
// planning, roster, desk, custody, onward and public, named as the subjects
// under models; what all of them are made of is app/web/site, whose
// documentation says how a page and a form are written. This package itself
// holds what belongs to no room: first page, book of entries, reminders, lists,
// accounts, printed forms. Its tests walk the whole site; those of a room stand
// beside the room, and app/web/webtest is what they share.
package web
