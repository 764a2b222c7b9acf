package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// A file is read in one sitting, a function on one screen.
const (
	fileLines     = 400
	functionLines = 60
	tableLines    = 5 // a literal of more lines is a table
)

// No Go file of the module, tests with it, has more than fileLines lines, and no
// function more than functionLines. What stands between the braces of a table does
// not count as lines of its function: rows are read by looking, not by following.
// A table is a composite literal of more than tableLines lines; functions of several
// lines in its rows are code, and count.
func TestNothingIsTooLong(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules"):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		files++
		long, err := tooLong(path, nil)
		for _, l := range long {
			t.Error(l)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 500 {
		t.Errorf("only %d files found", files)
	}
}

// tooLong says what is too long in the Go file at path; src is its text, or nil to
// read it there.
func tooLong(path string, src any) (long []string, err error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	if n := set.File(file.Pos()).LineCount(); n > fileLines {
		long = append(long, fmt.Sprintf("%s has %d lines, more than %d: part it by its nouns", path, n, fileLines))
	}
	// Functions in functions are lines of the outer one.
	ast.Inspect(file, func(n ast.Node) bool {
		what := "a function"
		switch f := n.(type) {
		case *ast.FuncDecl:
			what = f.Name.Name
		case *ast.FuncLit:
		default:
			return true
		}
		if lines := codeLines(set, n); lines > functionLines {
			long = append(long, fmt.Sprintf("%s:%d: %s has %d lines beside its tables, more than %d: name its steps", path, set.Position(n.Pos()).Line, what, lines, functionLines))
		}
		return false
	})
	return long, nil
}

// codeLines counts the lines of a function without the rows of its tables.
func codeLines(set *token.FileSet, function ast.Node) int {
	between := func(from, to token.Pos) int { return set.Position(to).Line - set.Position(from).Line }
	lines := between(function.Pos(), function.End()) + 1
	ast.Inspect(function, func(n ast.Node) bool {
		table, ok := n.(*ast.CompositeLit)
		if !ok || between(table.Pos(), table.End())+1 <= tableLines {
			return true
		}
		lines -= between(table.Lbrace, table.Rbrace) - 1
		ast.Inspect(table, func(n ast.Node) bool {
			inRow, ok := n.(*ast.FuncLit)
			if ok && between(inRow.Pos(), inRow.End()) > 0 {
				lines += codeLines(set, inRow)
			}
			return !ok
		})
		return false
	})
	return lines
}

// The test above must be able to fail, and only where it should.
func TestNothingIsTooLongFailsOnMadeUpFiles(t *testing.T) {
	lines := func(n int, line string) string { return strings.Repeat(line+"\n", n) }
	function := func(body string) string { return "package p\n\nfunc F() {\n" + body + "}\n" }
	for _, c := range []struct {
		name, src, want string // want is a part of the one finding; "" for none
	}{
		{"a file as long as may be", "package p\n" + lines(399, "// …"), ""},
		{"a line more", "package p\n" + lines(400, "// …"), "p.go has 401 lines"},
		{"a function as long as may be", function(lines(58, "\tg()")), ""},
		{"a statement more", function(lines(59, "\tg()")), "p.go:3: F has 61 lines"},
		{"blank lines and comments count", function(lines(30, "\t// …\n")), "p.go:3: F has 62 lines"},
		{"a comment before it does not", "package p\n\n" + lines(70, "// …") + "func F() {\n}\n", ""},
		{"a method", "package p\n\nfunc (t T) M() {\n" + lines(59, "\tg()") + "}\n", "p.go:3: M has 61 lines"},
		{"a function in a variable", "package p\n\nvar f = func() {\n" + lines(59, "\tg()") + "}\n", "p.go:3: a function has 61 lines"},
		{"functions in a function are its lines", function("\th(func() {\n" + lines(57, "\t\tg()") + "\t})\n"), "p.go:3: F has 61 lines"},
		{"a table", function("\tx = []int{\n" + lines(100, "\t\t1,") + "\t}\n"), ""},
		{"a table whose rows are literals", function("\tx = [][]int{\n" + lines(100, "\t\t{\n\t\t\t1,\n\t\t},") + "\t}\n"), ""},
		{"a table and 60 lines", function(lines(56, "\tg()") + "\tx = []int{\n" + lines(100, "\t\t1,") + "\t}\n"), ""},
		{"a table and 61 lines", function(lines(57, "\tg()") + "\tx = []int{\n" + lines(100, "\t\t1,") + "\t}\n"), "p.go:3: F has 61 lines"},
		{"the columns of a table are code", function("\tx = []struct {\n" + lines(58, "\t\ta int") + "\t}{\n" + lines(100, "\t\t{},") + "\t}\n"), "p.go:3: F has 63 lines"},
		{"a few lines are no table", function(lines(20, "\tx = []int{\n\t\t1,\n\t}")), "p.go:3: F has 62 lines"},
		{"one line each in the rows", function("\tx = []func(){\n" + lines(100, "\t\tfunc() { g() },") + "\t}\n"), ""},
		{"more than a line in the rows", function("\tx = []func(){\n" + lines(20, "\t\tfunc() {\n\t\t\tg()\n\t\t},") + "\t}\n"), "p.go:3: F has 64 lines"},
		{"a table at the top of the file", "package p\n\nvar x = []int{\n" + lines(100, "\t1,") + "}\n", ""},
		{"a long function in one", "package p\n\nvar x = []func(){\n\tfunc() {\n" + lines(59, "\t\tg()") + "\t},\n}\n", "p.go:4: a function has 61 lines"},
	} {
		long, err := tooLong("p.go", c.src)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := strings.Join(long, "; "); len(long) > 1 || (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
