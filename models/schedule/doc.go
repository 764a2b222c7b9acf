// Package schedule reads a published list of places and hours for postal voting,
// unrolls it into sessions inside the legal window and reports every finding at
// once: no database, standard library only.
//
// The list is CSV with the columns of Columns, in UTF-8 (with or without byte
// order mark) or Windows-1252, separated by commas or semicolons, with quoted
// cells. How rows become sessions:
//
//  1. The period is the legal window of the election, narrowed by the caller and,
//     for one row, by "kun A..B" in its note.
//  2. On a helligdag weekly and monthly hours do not apply; a dated row may.
//  3. A dated row that overlaps the weekly or monthly hours of its place on that
//     day replaces them; one that touches them or lies apart adds to them.
//  4. CLOSED in the note with empty hours: a dated row removes the day whatever
//     else is said about it, a weekly row only says that there are no hours.
//  5. Intervals of one place on one day that touch or overlap are one session.
package schedule
