// Command main verifies a bundle of a signed log with Go's own log code, golang.org/x/mod/sumdb/note and tlog.
//
//	go run main.go [-key VKEY] [-kept FILE] BUNDLE.zip
//
// On Debian: apt-get install golang-go golang-golang-x-mod-dev, then
//
//	GO111MODULE=off GOPATH=/usr/share/gocode GOPROXY=off go build -o govrfy main.go
//
// It exits 0 if all holds, 1 if something does not, 2 if it could not be tried.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height  = 8
	width   = 1 << height
	maxRead = 1 << 31
)

// A fault is the first thing that does not hold.
type fault string

func fail(format string, args ...interface{}) { panic(fault(fmt.Sprintf(format, args...))) }

// A bundle is the members of the zip, and the SHA-256 of those that were read.
type bundle struct {
	files map[string]*zip.File
	sums  map[string]string
}

func open(path string) *bundle {
	reader, err := zip.OpenReader(path)
	if err != nil {
		fail("malformed: this is no zip: %v", err)
	}
	found := &bundle{map[string]*zip.File{}, map[string]string{}}
	for _, file := range reader.File {
		size, packed := file.UncompressedSize64, file.CompressedSize64
		if found.files[file.Name] != nil {
			fail("malformed: %q is there twice", file.Name)
		}
		if file.Flags&1 != 0 || size > maxRead || (size > 1<<20 && size > 200*packed) {
			fail("malformed: %q is encrypted or too large", file.Name)
		}
		found.files[file.Name] = file
	}
	return found
}

func (b *bundle) read(name string) []byte {
	file := b.files[name]
	if file == nil {
		fail("malformed: %s is missing", name)
	}
	member, err := file.Open()
	if err != nil {
		fail("malformed: %s cannot be read: %v", name, err)
	}
	defer member.Close()
	raw, err := io.ReadAll(io.LimitReader(member, int64(file.UncompressedSize64)+1))
	if err != nil || uint64(len(raw)) != file.UncompressedSize64 {
		fail("malformed: %s cannot be read: %v", name, err)
	}
	b.sums[name] = fmt.Sprintf("%x", sha256.Sum256(raw))
	return raw
}

// checkpoint returns the tree that the verifier's key signed. (tlog.ParseTree reads Go's own log only.)
func checkpoint(raw []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(raw, note.VerifierList(verifier))
	switch err.(type) {
	case nil:
	case *note.UnverifiedNoteError:
		fail("unknown key: the checkpoint is not signed by %s", verifier.Name())
	case *note.InvalidSignatureError:
		fail("altered: the checkpoint is not what %s signed", verifier.Name())
	default:
		fail("malformed: the checkpoint: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		fail("malformed: the checkpoint is of another log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		fail("malformed: the checkpoint has no size")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		fail("malformed: the checkpoint has no root")
	}
	return tlog.Tree{N: size, Hash: root}
}

// path returns where C2SP tlog-tiles puts a tile; tlog's own Tile.Path is another.
func path(kind string, index int64, count int) string {
	place := fmt.Sprintf("%03d", index%1000)
	for index /= 1000; index > 0; index /= 1000 {
		place = fmt.Sprintf("x%03d/%s", index%1000, place)
	}
	if count < width {
		place += fmt.Sprintf(".p/%d", count)
	}
	return "tile/" + kind + "/" + place
}

// A store holds the hashes of the tree in the order that tlog gives them.
type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		found[i] = s[index]
	}
	return found, nil
}

func least(a, b int64) int {
	if a < b {
		return int(a)
	}
	return int(b)
}

// grow returns all hashes of the tree over the leaves in the tiles of level 0.
func grow(b *bundle, size int64) store {
	hashes := make(store, 0, 2*least(size, 1<<16))
	for first := int64(0); first < size; first += width {
		count := least(width, size-first)
		name := path("0", first/width, count)
		if b.files[name] == nil && b.files[path("0", (size-1)/width, least(width, size-(size-1)/width*width))] == nil {
			fail("truncated: %s is missing, where the log has %d entries", name, size)
		}
		raw := b.read(name)
		if len(raw) != count*tlog.HashSize {
			fail("altered: %s is not %d hashes", name, count)
		}
		for i := 0; i < count; i++ {
			var leaf tlog.Hash
			copy(leaf[:], raw[i*tlog.HashSize:])
			more, err := tlog.StoredHashesForRecordHash(first+int64(i), leaf, hashes)
			if err != nil {
				fail("malformed: %v", err)
			}
			hashes = append(hashes, more...)
		}
	}
	return hashes
}

// checkTiles holds every tile against the leaves, and notes its name.
func checkTiles(b *bundle, hashes store, size int64, names map[string]bool) {
	for level, count := 0, size; count > 0; level, count = level+1, count>>height {
		for first := int64(0); first < count; first += width {
			tile := tlog.Tile{H: height, L: level, N: first / width, W: least(width, count-first)}
			name := path(strconv.Itoa(level), tile.N, tile.W)
			names[name] = true
			made, err := tlog.ReadTileData(tile, hashes)
			if err != nil || !bytes.Equal(made, b.read(name)) {
				fail("altered: %s is not what the leaves make", name)
			}
		}
	}
}

type line struct {
	Index      int64
	Body       []byte
	Name       string
	Disclosure string
}

// lines returns the lines of a member, whose indexes only grow.
func lines(b *bundle, name string, size int64) []line {
	raw := b.read(name)
	var found []line
	last := int64(0)
	for _, text := range bytes.SplitAfter(raw, []byte("\n")) {
		if len(text) == 0 {
			continue
		}
		var said line
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&said); err != nil || said.Index < last || said.Index >= size {
			fail("malformed: %s has a line that is not one", name)
		}
		last = said.Index
		found = append(found, said)
	}
	return found
}

// disclosed returns the entries in the bundle by index, each held against its leaf.
func disclosed(b *bundle, hashes store, size int64, names map[string]bool) map[int64][]byte {
	bodies := map[int64][]byte{}
	add := func(index int64, body []byte) {
		if tlog.RecordHash(body) != hashes[tlog.StoredHashIndex(0, index)] {
			fail("altered at entry %d: it does not hash to its leaf", index)
		}
		bodies[index] = body
	}
	if b.files["entries.jsonl"] != nil {
		names["entries.jsonl"] = true
		for _, said := range lines(b, "entries.jsonl", size) {
			add(said.Index, said.Body)
		}
		return bodies
	}
	for first := int64(0); first < size; first += width {
		count := least(width, size-first)
		name := path("entries", first/width, count)
		names[name] = true
		if b.files[name] == nil && b.files[path("entries", (size-1)/width, least(width, size-(size-1)/width*width))] == nil {
			fail("truncated: %s is missing, where the log has %d entries", name, size)
		}
		raw := b.read(name)
		for i := 0; i < count; i++ {
			if len(raw) < 2 || len(raw) < 2+int(binary.BigEndian.Uint16(raw)) {
				fail("altered at entry %d: %s is cut", first+int64(i), name)
			}
			end := 2 + int(binary.BigEndian.Uint16(raw))
			add(first+int64(i), raw[2:end])
			raw = raw[end:]
		}
		if len(raw) > 0 {
			fail("altered: %s is too long", name)
		}
	}
	return bodies
}

// checkValues holds the personal values against the digests in their entries, each digest once.
func checkValues(b *bundle, bodies map[int64][]byte, size int64) {
	used := map[string]bool{}
	for _, said := range lines(b, "disclosures.jsonl", size) {
		var entry struct {
			Digests []string `json:"_sd"`
		}
		var parts []interface{}
		raw, err := base64.RawURLEncoding.DecodeString(said.Disclosure)
		isRead := err == nil && json.Unmarshal(raw, &parts) == nil && json.Unmarshal(bodies[said.Index], &entry) == nil
		sum := sha256.Sum256([]byte(said.Disclosure))
		digest := base64.RawURLEncoding.EncodeToString(sum[:])
		place := sort.SearchStrings(entry.Digests, digest)
		isListed := place < len(entry.Digests) && entry.Digests[place] == digest
		mark := fmt.Sprint(said.Index, digest)
		if !isRead || !isListed || len(parts) != 3 || parts[1] != said.Name || used[mark] {
			fail("altered at entry %d: the personal value %q is another", said.Index, said.Name)
		}
		used[mark] = true
	}
}

// checkInventory refuses members that are missing, too many, or not as SHA256SUMS lists them.
func checkInventory(b *bundle, names map[string]bool, log string, tree tlog.Tree, count int) {
	fixed := "checkpoint disclosures.jsonl manifest.json SHA256SUMS report.csv report.html events.ocsf.jsonl " +
		"kit/README.txt kit/main.go kit/verify.html kit/verify.py kit/verify.sh keys/" + log + ".vkey"
	for _, name := range strings.Fields(fixed) {
		names[name] = true
	}
	var listed []string
	for name := range b.files {
		if !names[name] {
			fail("malformed: %q does not belong there", name)
		}
	}
	for name := range names {
		if b.sums[name] == "" {
			b.read(name)
		}
		if name != "SHA256SUMS" {
			listed = append(listed, name)
		}
	}
	sort.Strings(listed)
	var sums strings.Builder
	for _, name := range listed {
		fmt.Fprintf(&sums, "%s  %s\n", b.sums[name], name)
	}
	if sums.String() != string(b.read("SHA256SUMS")) {
		fail("malformed: a member is not as SHA256SUMS lists it")
	}
	var said struct {
		Size    int64
		Root    string
		Entries int
	}
	if json.Unmarshal(b.read("manifest.json"), &said) != nil || said.Size != tree.N ||
		said.Root != tree.Hash.String() || said.Entries != count {
		fail("malformed: manifest.json says something else than was found")
	}
}

func rootAt(hashes store, size int64) tlog.Hash {
	if size == 0 {
		return sha256.Sum256(nil)
	}
	root, err := tlog.TreeHash(size, hashes)
	if err != nil {
		fail("malformed: %v", err)
	}
	return root
}

func verify(name string, key string, kept []byte) {
	b := open(name)
	own := ""
	for member := range b.files {
		if strings.HasPrefix(member, "keys/") {
			own = strings.TrimSuffix(string(b.read(member)), "\n")
		}
	}
	if key == "" {
		key = own
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		fail("malformed: the key in the bundle is none: %v", err)
	}
	tree := checkpoint(b.read("checkpoint"), verifier)
	older := tree
	if kept != nil {
		if bytes.HasPrefix(kept, []byte("c2sp.org/tlog-proof@v1\n")) {
			kept = kept[bytes.Index(kept, []byte("\n\n"))+2:]
		}
		older = checkpoint(kept, verifier)
	}
	if older.N > tree.N {
		fail("truncated: the checkpoint that was kept signs %d entries, the bundle has %d", older.N, tree.N)
	}
	hashes := grow(b, tree.N)
	names := map[string]bool{}
	bodies := disclosed(b, hashes, tree.N, names)
	checkTiles(b, hashes, tree.N, names)
	if rootAt(hashes, tree.N) != tree.Hash {
		fail("altered: the tree is not the one that was signed")
	}
	if rootAt(hashes, older.N) != older.Hash {
		fail("forked: the tree is not the one of the checkpoint that was kept")
	}
	checkValues(b, bodies, tree.N)
	if own != key {
		fail("malformed: the key in the bundle is another")
	}
	log := verifier.Name()[strings.LastIndex(verifier.Name(), "/")+1:]
	checkInventory(b, names, log, tree, len(bodies))
	word := "intact"
	if int64(len(bodies)) < tree.N {
		word = "intact-but-filtered"
	}
	fmt.Printf("%s: %s, %d entries, %d of them disclosed\n", word, verifier.Name(), tree.N, len(bodies))
}

func main() {
	key := flag.String("key", "", "the log's verifier key, from a place that is not the bundle")
	keptName := flag.String("kept", "", "a checkpoint or receipt of this log that somebody kept")
	flag.Parse()
	var kept []byte
	_, err := os.Stat(flag.Arg(0))
	if err == nil && *keptName != "" {
		kept, err = os.ReadFile(*keptName)
	}
	if err == nil && *key != "" {
		_, err = note.NewVerifier(*key)
	}
	if flag.NArg() != 1 || err != nil {
		fmt.Fprintln(os.Stderr, "usage: main [-key VKEY] [-kept FILE] BUNDLE.zip", err)
		os.Exit(2)
	}
	if *key == "" {
		fmt.Fprintln(os.Stderr, "WARNING: no key was given, so the key in the bundle itself is believed. Give -key.")
	}
	defer func() {
		switch found := recover().(type) {
		case nil:
		case fault:
			fmt.Println(string(found))
			os.Exit(1)
		default:
			panic(found)
		}
	}()
	verify(flag.Arg(0), *key, kept)
}
