package site

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Clock is a wall-clock time in the page's language.
func (r *Request) Clock(t time.Time) string { return language.Clock(r.Lang, t.In(models.Copenhagen)) }

// ShortDay is a civil date as tables show it.
func (r *Request) ShortDay(d models.Date) string {
	return d.In(r.Lang)
}

// Moment is a time in words, "" for none.
func (r *Request) Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return language.Moment(r.Lang, t.In(models.Copenhagen))
}

// Today is the day that is asked for, this day when none is.
func (r *Request) Today() models.Date {
	if d, err := models.ParseDate(r.Query("dag")); err == nil && !d.IsZero() {
		return d
	}
	return models.DateOf(r.Server.Now())
}

// Decimal writes one decimal, with a comma in Danish.
func (r *Request) Decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if r.Lang == language.Danish {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// WallTime reads date and time (models.ParseMoment) or a day alone, from its
// first minute on; "" is no time.
func WallTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := models.ParseDay(s); err == nil {
		return d.At(0, 0), nil
	}
	t, err := models.ParseMoment(s)
	if errors.Is(err, models.E(models.CodeInvalid, "error.date")) {
		err = models.Invalid("fra", "form.not_a_date", s)
	}
	return t, err
}

// WeekdayDate is "tirsdag 18.11.2025".
func (r *Request) WeekdayDate(d models.Date) string {
	if d.IsZero() {
		return ""
	}
	return language.Weekday(r.Lang, d.Weekday()) + " " + r.ShortDay(d)
}

// ClockSpan is "9.00–17.00".
func (r *Request) ClockSpan(x models.Session) string { return r.SpanText(x.Starts, x.Ends) }

func (r *Request) SpanText(from, to time.Time) string {
	return language.Clock(r.Lang, from.In(models.Copenhagen)) + "–" + language.Clock(r.Lang, to.In(models.Copenhagen))
}

func DayMonth(l language.Lang, d models.Date) string {
	if l == language.English {
		return d.At(12, 0).Format("2 Jan")
	}
	return fmt.Sprintf("%d.%d.", d.Day(), d.Month())
}
