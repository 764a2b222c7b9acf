// Package measure measures the store against bare SQL in the same run, for "bench" and
// PERFORMANCE.md. It stands outside the rooms and asks them as anybody does; the
// journal alone it asks at the book.
package measure
