package site

import (
	"strconv"
)

// BlockPage is a page of the end of the road: facts, then blocks of a table, a
// list of tasks, a picture and a form each.
type BlockPage struct {
	Chrome
	Banner Banner
	Facts  []Fact
	Blocks []Block
}

type Block struct {
	Heading, Text string
	Code          string // to be copied
	Links         []Link
	Tasks         []Task
	Table         Table
	Bars          barChart
	Form          BlockForm
	Folded        bool // behind its heading until it is opened
}

// BlockForm is one form; several may stand on a page, so each field's name is
// on the page once. Do tells the handler which it is.
type BlockForm struct {
	Action, Do, Button string
	File               bool
	Fields             []BlockField
}

// BlockField is one field. Kind is input, count, textarea, file, hidden, select, radios or checks.
type BlockField struct {
	Kind, Name, Label, Hint, Value, Group string
	Optional                              bool
	Options                               []Option
}

var BlockView = NewView[*BlockPage]("onward")

// barChart is a picture of numbers: one line each with its bar.
type barChart struct {
	Title string
	Bars  []chartBar
}

type chartBar struct {
	Label, Text string
	Width       int // percent of the longest
}

// Bars scales values to the longest.
func Bars(title string, labels []string, values []int) barChart {
	c, top := barChart{Title: title}, 1
	for _, v := range values {
		top = max(top, v)
	}
	for i, v := range values {
		c.Bars = append(c.Bars, chartBar{Label: labels[i], Text: strconv.Itoa(v), Width: v * 100 / top})
	}
	return c
}
