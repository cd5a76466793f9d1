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

// A turn is a key in the line of those that signed the log: it signs checkpoints of more than since entries. Once it
// was revoked (stands >= 0), what it signed of more entries than that is not believed. Where the key before it was lost,
// it came on its word alone.
type turn struct {
	vkey          string
	verifier      note.Verifier
	since, stands int64
	alone         bool
}

func verifierOf(vkey, place string) note.Verifier {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		fail("malformed: %s: %v", place, err)
	}
	return verifier
}

func decimal(text, place string) int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < 0 || strconv.FormatInt(number, 10) != text {
		fail("malformed: %s names no number of entries", place)
	}
	return number
}

// opened returns the text of a note that this key signed, or says what is wrong with it.
func opened(raw []byte, verifier note.Verifier, place string) *note.Note {
	found, err := note.Open(raw, note.VerifierList(verifier))
	switch err.(type) {
	case nil:
	case *note.UnverifiedNoteError:
		fail("unknown key: %s is not signed by a key that is trusted", place)
	case *note.InvalidSignatureError:
		fail("altered: %s is not what %s signed", place, verifier.Name())
	default:
		fail("malformed: %s: %v", place, err)
	}
	return found
}

// readLine returns the keys that signed the log in turn, from the one it was opened with, by the statements on them.
func readLine(own string, statements [][]byte) []turn {
	line := []turn{{own, verifierOf(own, "the key in the bundle"), -1, -1, false}}
	for number, raw := range statements {
		place := fmt.Sprintf("keys/history/%d.note", number)
		text := string(raw[:bytes.LastIndex(raw, []byte("\n\n"))+1])
		lines := strings.Split(text, "\n")
		isRevocation, alone := lines[0] == "answerprint/key-revocation@v1", lines[0] == "answerprint/key-replacement@v1"
		isKnown := isRevocation || alone || lines[0] == "answerprint/key-handover@v1"
		if len(lines) != 5 || lines[4] != "" || !isKnown {
			fail("malformed: %s is no statement on a key", place)
		}
		size, named, last := decimal(lines[2], place), verifierOf(lines[3], place), len(line)-1
		at := indexOf(line, lines[3])
		pair := []note.Verifier{line[last].verifier, named}
		follows := at < 0 && size > line[last].since
		if alone {
			pair = pair[1:]
		}
		if isRevocation {
			pair = []note.Verifier{named, line[last].verifier}
			follows = at >= 0 && at < last && line[at].stands < 0 && size <= line[at+1].since
		}
		if !follows || lines[1] != line[0].verifier.Name() || !signedByAll(raw, pair) {
			fail("altered: %s does not follow from the statements before it", place)
		}
		if isRevocation {
			line[at].stands = size
		} else {
			line = append(line, turn{lines[3], named, size, -1, alone})
		}
	}
	return line
}

// signedByAll reports whether these keys, in this order, and no other signed the note.
func signedByAll(raw []byte, pair []note.Verifier) bool {
	found, err := note.Open(raw, note.VerifierList(pair...))
	if err != nil || len(found.Sigs) != len(pair) || len(found.UnverifiedSigs) != 0 {
		return false
	}
	for i, signature := range found.Sigs {
		if signature.Name != pair[i].Name() || signature.Hash != pair[i].KeyHash() {
			return false
		}
	}
	return true
}

func indexOf(line []turn, vkey string) int {
	for at, one := range line {
		if one.vkey == vkey {
			return at
		}
	}
	return -1
}

// trusting returns the part of the line that the reader's key vouches for: itself, and those that it handed over to.
func trusting(line []turn, key string) []turn {
	if key == "" {
		return line
	}
	at := indexOf(line, key)
	if at < 0 {
		fail("unknown key: the checkpoint is not signed by %s", key)
	}
	if line[at].stands >= 0 {
		fail("revoked key: the key given was in wrong hands; ask the house for its new one, by another way")
	}
	return line[at:]
}

// requireVouched refuses a checkpoint of more entries than there were when the reader's key, or an heir, was lost.
func requireVouched(line []turn, key string, size int64) {
	for _, one := range line[1:] {
		if key != "" && one.alone && size > one.since {
			fail("replaced key: the key given was lost at %d entries, and has not signed for the next", one.since)
		}
	}
}

// checkpoint returns the tree that a key of the line signed in its turn. (tlog.ParseTree reads Go's own log only.)
func checkpoint(raw []byte, line []turn, place string) (tlog.Tree, turn) {
	lines := strings.Split(string(raw), "\n")
	if len(lines) < 4 || lines[0] != line[0].verifier.Name() {
		fail("malformed: %s is of another log", place)
	}
	size := decimal(lines[1], place)
	at := len(line) - 1
	for at >= 0 && line[at].since >= size {
		at--
	}
	if at < 0 {
		fail("unknown key: %s is older than the key that is trusted", place)
	}
	found := opened(raw, line[at].verifier, place)
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] || !strings.HasPrefix(found.Text, strings.Join(lines[:3], "\n")+"\n") {
		fail("malformed: %s has no root", place)
	}
	return tlog.Tree{N: size, Hash: root}, line[at]
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

// What was found in the entries of a bundle: their bodies, the digests without a value, and what they say of the log.
type findings struct {
	bodies     map[int64][]byte
	digests    map[int64][]string
	erasures   map[string]int64
	statements []string
}

// hear notes the digests of an entry, and what it says of the trail itself: values erased, keys changed.
func (f *findings) hear(index int64, body []byte) {
	var entry struct {
		Fact    string
		Digests []string `json:"_sd"`
		Data    struct {
			Digests   []string
			Statement *string
		}
	}
	if json.Unmarshal(body, &entry) != nil && entry.Fact == "" {
		return
	}
	f.digests[index] = entry.Digests
	if entry.Fact == "audit.values.erased" {
		for _, digest := range entry.Data.Digests {
			f.erasures[digest] = index
		}
	}
	if strings.HasPrefix(entry.Fact, "audit.key.") && entry.Data.Statement != nil {
		f.statements = append(f.statements, *entry.Data.Statement)
	}
}

// missing returns how many values are not there that a later entry names as erased, and how many others.
func (f *findings) missing(shown map[string]bool) (erased, withheld int) {
	for index, digests := range f.digests {
		for _, digest := range digests {
			by, isNamed := f.erasures[digest]
			switch {
			case shown[fmt.Sprint(index, digest)]:
			case isNamed && by > index:
				erased++
			default:
				withheld++
			}
		}
	}
	return erased, withheld
}

// disclosed returns the entries in the bundle by index, each held against its leaf.
func disclosed(b *bundle, hashes store, size, minimum int64, names map[string]bool) *findings {
	found := &findings{map[int64][]byte{}, map[int64][]string{}, map[string]int64{}, nil}
	add := func(index int64, body []byte) {
		if tlog.RecordHash(body) != hashes[tlog.StoredHashIndex(0, index)] {
			fail("altered at entry %d: it does not hash to its leaf", index)
		}
		found.bodies[index] = body
		found.hear(index, body)
	}
	if b.files["entries.jsonl"] != nil {
		names["entries.jsonl"] = true
		for _, said := range lines(b, "entries.jsonl", size) {
			if said.Index < minimum {
				fail("malformed: entries.jsonl has an entry below %d, where all were pruned", minimum)
			}
			add(said.Index, said.Body)
		}
		return found
	}
	for first := minimum; first < size; first += width {
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
	return found
}

// checkValues holds the personal values against the digests in their entries, each digest once; returns those shown.
func checkValues(b *bundle, found *findings, size int64) map[string]bool {
	shown := map[string]bool{}
	for _, said := range lines(b, "disclosures.jsonl", size) {
		var parts []interface{}
		raw, err := base64.RawURLEncoding.DecodeString(said.Disclosure)
		isRead := err == nil && json.Unmarshal(raw, &parts) == nil && found.bodies[said.Index] != nil
		sum := sha256.Sum256([]byte(said.Disclosure))
		digest := base64.RawURLEncoding.EncodeToString(sum[:])
		digests := found.digests[said.Index]
		place := sort.SearchStrings(digests, digest)
		isListed := place < len(digests) && digests[place] == digest
		mark := fmt.Sprint(said.Index, digest)
		if !isRead || !isListed || len(parts) != 3 || parts[1] != said.Name || shown[mark] {
			fail("altered at entry %d: the personal value %q is another", said.Index, said.Name)
		}
		shown[mark] = true
	}
	return shown
}

// A manifest is what of manifest.json is checked here.
type manifest struct {
	Size, Minimum             *int64
	Root                      string
	Entries, Erased, Withheld *int
}

func readManifest(b *bundle, size int64) manifest {
	var said manifest
	if json.Unmarshal(b.read("manifest.json"), &said) != nil || said.Size == nil || said.Minimum == nil ||
		said.Entries == nil || said.Erased == nil || said.Withheld == nil {
		fail("malformed: manifest.json cannot be read")
	}
	if low := *said.Minimum; low < 0 || low > size || (low%width != 0 && low != size) {
		fail("malformed: manifest.json names no minimum index")
	}
	return said
}

// readKeys returns the key that the log was opened with and the statements on its keys, and notes the members' names.
func readKeys(b *bundle, names map[string]bool) (string, [][]byte) {
	var vkeys []string
	count := 0
	for member := range b.files {
		rest := strings.TrimPrefix(member, "keys/")
		if rest == member {
			continue
		}
		if strings.HasSuffix(rest, ".vkey") && !strings.Contains(rest, "/") {
			vkeys = append(vkeys, member)
		} else {
			count++
		}
		names[member] = true
	}
	sort.Slice(vkeys, func(i, j int) bool { return len(vkeys[i]) < len(vkeys[j]) })
	if len(vkeys) < 1 || len(vkeys) > 2 {
		fail("malformed: the bundle holds not one key and its history")
	}
	own := string(b.read(vkeys[0]))
	name := strings.SplitN(own, "+", 2)[0]
	log := name[strings.LastIndex(name, "/")+1:]
	if vkeys[0] != "keys/"+log+".vkey" || vkeys[len(vkeys)-1] != "keys/"+log+[]string{"", ".mldsa"}[len(vkeys)-1]+".vkey" ||
		!strings.HasSuffix(own, "\n") {
		fail("malformed: a key in the bundle is not named as its log")
	}
	var statements [][]byte
	for number := 0; number < count; number++ {
		statements = append(statements, b.read(fmt.Sprintf("keys/history/%d.note", number)))
	}
	return strings.TrimSuffix(own, "\n"), statements
}

// checkInventory refuses members that are missing, too many, or not as SHA256SUMS lists them.
func checkInventory(b *bundle, names map[string]bool) {
	fixed := "checkpoint disclosures.jsonl manifest.json SHA256SUMS report.csv report.html events.ocsf.jsonl " +
		"kit/README.txt kit/main.go kit/verify.html kit/verify.py kit/verify.sh"
	for _, name := range strings.Fields(fixed) {
		names[name] = true
	}
	if b.files["policy"] != nil {
		names["policy"] = true
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
	b, names := open(name), map[string]bool{}
	own, statements := readKeys(b, names)
	line := readLine(own, statements)
	vouched := trusting(line, key)
	tree, signer := checkpoint(b.read("checkpoint"), vouched, "the checkpoint")
	requireVouched(vouched, key, tree.N)
	if signer.stands >= 0 && tree.N > signer.stands {
		fail("revoked key: what it signed of more than %d entries does not stand", signer.stands)
	}
	older := tree
	if kept != nil {
		if bytes.HasPrefix(kept, []byte("c2sp.org/tlog-proof@v1\n")) {
			kept = kept[bytes.Index(kept, []byte("\n\n"))+2:]
		}
		older, _ = checkpoint(kept, line, "the checkpoint that was kept")
	}
	if older.N > tree.N {
		fail("truncated: the checkpoint that was kept signs %d entries, the bundle has %d", older.N, tree.N)
	}
	said := readManifest(b, tree.N)
	hashes := grow(b, tree.N)
	found := disclosed(b, hashes, tree.N, *said.Minimum, names)
	checkTiles(b, hashes, tree.N, names)
	if rootAt(hashes, tree.N) != tree.Hash {
		fail("altered: the tree is not the one that was signed")
	}
	if rootAt(hashes, older.N) != older.Hash {
		fail("forked: the tree is not the one of the checkpoint that was kept")
	}
	erased, withheld := found.missing(checkValues(b, found, tree.N))
	for _, statement := range found.statements {
		if !holds(statements, statement) {
			fail("malformed: a statement on a key is missing that an entry of the log repeats")
		}
	}
	checkInventory(b, names)
	if *said.Size != tree.N || said.Root != tree.Hash.String() || *said.Entries != len(found.bodies) ||
		*said.Erased != erased || *said.Withheld != withheld {
		fail("malformed: manifest.json says something else than was found")
	}
	_, hasBeside := b.files["keys/"+signer.verifier.Name()[strings.LastIndex(signer.verifier.Name(), "/")+1:]+".mldsa.vkey"]
	more := ""
	add := func(isSo bool, format string, args ...interface{}) {
		if isSo {
			more += ", " + fmt.Sprintf(format, args...)
		}
	}
	word := "intact"
	switch {
	case key != "" && signer.vkey != key:
		word = "superseded key"
		add(true, "signed by the key that the one given handed over to at %d entries", line[indexOf(line, key)+1].since)
	case int64(len(found.bodies)) < tree.N || withheld > 0:
		word = "intact-but-filtered"
	case erased > 0:
		word = "intact-but-erased"
	}
	add(*said.Minimum > 0, "those below %d pruned, as the bundle says", *said.Minimum)
	add(erased > 0, "%d personal values erased by order", erased)
	add(withheld > 0, "%d personal values withheld", withheld)
	add(hasBeside, "its ML-DSA-44 signature not checked: use verify.py")
	fmt.Printf("%s: %s, %d entries, %d of them disclosed%s\n", word, signer.verifier.Name(), tree.N, len(found.bodies), more)
}

func holds(statements [][]byte, sought string) bool {
	for _, one := range statements {
		if string(one) == sought {
			return true
		}
	}
	return false
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
