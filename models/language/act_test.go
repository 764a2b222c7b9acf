package language

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var actKind = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)

// The journal is read by people: every kind of act that the domain or the store
// writes has its words. Kinds stand in the field or a variable of that name, or are
// the first or last argument of what begins an entry. What benches and tests put in
// is not read.
func TestEveryActHasWords(t *testing.T) {
	n := 0
	told := map[string]bool{}
	want := func(pos token.Position, e ast.Expr) {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		kind, err := strconv.Unquote(lit.Value)
		if strings.Contains(pos.Filename, "staffing") && !strings.Contains(kind, ".") {
			kind = "shift." + kind // so the draft of a shift begins them
		}
		if err != nil || !actKind.MatchString(kind) || told[kind] {
			return
		}
		told[kind] = true
		if n++; !Has("act." + kind) {
			t.Errorf("%s: no words for the act %s: add act.%s", pos, kind, kind)
		}
	}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "bench") || strings.Contains(path, "store/measure") || strings.Contains(path, "store/storetest") {
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(node ast.Node) bool {
			switch x := node.(type) {
			case *ast.KeyValueExpr:
				if k, ok := x.Key.(*ast.Ident); ok && k.Name == "Kind" {
					want(set.Position(x.Pos()), x.Value)
				}
			case *ast.AssignStmt:
				if named(x.Lhs[0], "kind") {
					want(set.Position(x.Pos()), x.Rhs[0])
				}
			case *ast.CallExpr:
				if len(x.Args) > 0 && (named(x.Fun, "open") || named(x.Fun, "draft")) {
					want(set.Position(x.Pos()), x.Args[0])
					want(set.Position(x.Pos()), x.Args[len(x.Args)-1])
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 100 {
		t.Errorf("only %d kinds of acts were found", n)
	}
}

// named tells whether an expression ends in a name, whatever its case.
func named(e ast.Expr, name string) bool {
	switch x := e.(type) {
	case *ast.Ident:
		return strings.EqualFold(x.Name, name)
	case *ast.SelectorExpr:
		return strings.EqualFold(x.Sel.Name, name)
	}
	return false
}
