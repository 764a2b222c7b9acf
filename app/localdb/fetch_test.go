package localdb

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// A machine without PostgreSQL fetches it: an archive in the form of the real
// repository's, made from this machine's programs, is fetched, checked,
// unpacked, and runs a cluster that answers; the next start fetches nothing.
func TestFetchedProgramsRunACluster(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	t.Run("as whoever runs the test", func(t *testing.T) {
		o := Options{Dir: openDir(t), repository: r.URL}
		first := started(t, o)
		if got := query(t, first.SuperDSN(), `SELECT current_setting('data_directory')`); got != first.folder.data() {
			t.Errorf("the cluster is in %s, not %s", got, first.folder.data())
		}
		if exe, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(first.PID()), "exe")); err != nil || !strings.HasPrefix(exe, first.folder.binaries()) {
			t.Errorf("runs %s, %v; want the fetched program below %s", exe, err, first.folder.binaries())
		}
		stopped(t, first)
		served := r.served.Load()
		if served == 0 {
			t.Error("nothing was fetched")
		}
		if second := started(t, o); query(t, second.AppDSN(), `SELECT 1::text`) != "1" || r.served.Load() != served {
			t.Errorf("the second start fetched again (%d requests, then %d)", served, r.served.Load())
		}
		if left, err := filepath.Glob(filepath.Join(first.folder.dir, "fetch-*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	})
	t.Run("as an ordinary account", func(t *testing.T) {
		if os.Geteuid() != 0 {
			return // the test above was that
		}
		who := nobody(t)
		dir := filepath.Join(openDir(t), "own")
		if err := who.own(dir); err != nil {
			t.Fatal(err)
		}
		p := startHelper(t, Options{Dir: dir, repository: r.URL}, &who)
		if got := query(t, p.App, `SELECT 1::text`); got != "1" {
			t.Error("no answer")
		}
		p.stdin.Close()
		if err := p.cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// An archive that is not what its checksum says is not used.
func TestASpoiltArchiveIsRefused(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.spoilt.Store(true)
	_, err := Start(limited(t), Options{Dir: openDir(t), repository: r.URL})
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("err = %v, want ErrNoBinaries that names the checksum", err)
	}
}

// repository serves the archive and its checksum under whatever version is asked for.
type repository struct {
	*httptest.Server
	served atomic.Int64
	spoilt atomic.Bool
}

func newRepository(t *testing.T) *repository {
	t.Helper()
	list, err := FindBinaries(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	jar := jarOf(t, list[0].Dir)
	sum := sha256.Sum256(jar)
	r := &repository{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.served.Add(1)
		switch {
		case !strings.HasPrefix(req.URL.Path, "/io/zonky/test/postgres/embedded-postgres-binaries-"):
			http.NotFound(w, req)
		case strings.HasSuffix(req.URL.Path, ".jar.sha256"):
			_, _ = w.Write([]byte(hex.EncodeToString(sum[:])))
		case r.spoilt.Load():
			_, _ = w.Write(append(bytes.Clone(jar), 0))
		default:
			_, _ = w.Write(jar)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// jarOf packs a folder's programs as the repository does: a zip that holds a
// tar.xz.
func jarOf(t *testing.T, dir string) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := tar.NewWriter(&packed)
	files := map[string]string{"bin/postgres": "postgres", "bin/initdb": "initdb", "bin/pg_ctl": "pg_ctl"}
	modules, err := filepath.Glob(filepath.Join(dir, "../lib/*.so"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules { // looked for beside bin; what lies in share is found where the package put it
		if !strings.HasPrefix(filepath.Base(m), "llvm") {
			files["lib/"+filepath.Base(m)] = "../lib/" + filepath.Base(m)
		}
	}
	for name, from := range files {
		program, err := os.ReadFile(filepath.Join(dir, from))
		if err == nil {
			err = w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(program)), Typeflag: tar.TypeReg})
		}
		if err == nil {
			_, err = w.Write(program)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var jar bytes.Buffer
	z := zip.NewWriter(&jar)
	f, err := z.CreateHeader(&zip.FileHeader{Name: "postgres-test.txz", Method: zip.Store})
	if err == nil {
		_, err = f.Write(xzStored(packed.Bytes()))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return jar.Bytes()
}

// xzStored is an xz file that holds data uncompressed (The .xz File Format 1.1):
// one block of LZMA2 chunks that are copies.
func xzStored(data []byte) []byte {
	sum := func(b []byte) []byte { return binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(b)) }
	pad := func(b []byte) []byte { return append(b, make([]byte, (4-len(b)%4)%4)...) }
	flags := []byte{0, 1} // CRC32
	out := append([]byte("\xfd7zXZ\x00"), append(flags, sum(flags)...)...)
	head := []byte{2, 0, 0x21, 1, 0x16, 0, 0, 0} // 12 bytes long, one filter: LZMA2, a dictionary of 8 MiB
	block := append(head, sum(head)...)
	for control, rest := byte(1), data; len(rest) > 0; control = 2 { // 1: the first one, forgets the dictionary
		n := min(len(rest), 1<<16)
		block = append(block, control, byte((n-1)>>8), byte(n-1))
		block = append(block, rest[:n]...)
		rest = rest[n:]
	}
	block = append(block, 0)
	unpadded := len(block) + 4
	out = append(out, append(pad(block), sum(data)...)...)
	index := binary.AppendUvarint(binary.AppendUvarint([]byte{0, 1}, uint64(unpadded)), uint64(len(data)))
	index = pad(index)
	index = append(index, sum(index)...)
	foot := append(binary.LittleEndian.AppendUint32(nil, uint32(len(index)/4-1)), flags...)
	return append(append(append(append(out, index...), sum(foot)...), foot...), "YZ"...)
}
