package schema

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"stepgym/internal/testdata"
)

const itemsJSON = ` [ {"asin": "B1", "name": "A \"b\"", "pricing": null, "images": ["u"], "small_description": "one",
 "customization_options": {"Z": [{"value": "x", "image": null}], "A": null, "Z": [{"value": "y", "image": "i", "price": 1}], "E": []},
 "average_rating": 4.5, "page": 3, "query": "q", "category": "c", "product_category": "p › q", "full_description": "\u00e9", "other": {"a": [1, "]"]}},
 {"asin": "B2", "customization_options": "", "small_description": [], "price": NaN, "pricing": "$1"}
]
`

func readItems(r io.Reader, limit int) ([]Item, error) {
	var list []Item
	err := ReadItems(r, limit, func(i int, it *Item) error {
		if i != len(list) {
			return errors.New("items are not numbered in order")
		}
		list = append(list, *it)
		return nil
	})
	return list, err
}

func TestReadItems(t *testing.T) {
	want := []Item{
		{
			ASIN: "B1", Name: `A "b"`, Images: []string{"u"}, Bullets: []string{"one"}, AverageRating: "4.5", Page: 3, Query: "q",
			Category: "c", ProductCategory: "p › q", FullDescription: "é",
			Options: []Option{{Name: "Z", Values: []Value{{"y", "i"}}}, {Name: "A"}, {Name: "E", Values: []Value{}}},
		},
		{ASIN: "B2", Bullets: []string{}, Pricing: "$1"},
	}
	for name, r := range map[string]io.Reader{
		"whole": strings.NewReader(itemsJSON), "byte by byte": iotest.OneByteReader(strings.NewReader(itemsJSON)),
		"data with error": iotest.DataErrReader(strings.NewReader(itemsJSON)),
	} {
		got, err := readItems(r, 0)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(got, want); d != "" {
			t.Errorf("%s: got - want +\n%s", name, d)
		}
	}
	got, err := readItems(strings.NewReader(itemsJSON[:len(itemsJSON)-80]), 1) // the rest is never looked at
	if err != nil || len(got) != 1 {
		t.Errorf("with a limit of 1: %d items, %v", len(got), err)
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{``, "the file is empty"},
		{`[{"asin": "B1"}`, "item 1: the file ends in the middle"},
		{`[{"asin": "B1`, "item 0: the file ends in the middle"},
		{`{"asin": "B1"}`, "another kind of file"},
		{`[{"asin": "B1"} {"asin": "B2"}]`, "want a comma"},
		{`[{"asin": "B1"}, 7]`, "item 1: is a number, want an object"},
		{`[{"asin": "B1"},]`, "item 1: is not JSON"},
		{`[{"name": "B1"}]`, "item 0: has no asin"},
		{`[{"asin": 5}]`, "item 0: asin: is a number, want a string"},
		{`[{"asin": "B1", "images": [1]}]`, "item 0: asin B1: images: element 0 is a number"},
		{`[{"asin": "B1", "customization_options": [1]}]`, `customization_options: is a list, want an object`},
		{`[{"asin": "B1", "customization_options": {"Size": {}}}]`, `option "Size": is a object, want a list`},
		{`[{"asin": "B1", "customization_options": {"Size": [{"x": 1}]}}]`, `option "Size": value 0 has no string "value"`},
		{"[{\"asin\": \"B\xff\"}]", "is not UTF-8"},
		{`[{"asin": "B1"}] x`, "after the end of the list"},
		{`[{"asin": "B1", "page": tru}]`, "is not JSON"},
	} {
		if _, err := readItems(strings.NewReader(c.text), 0); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{`{"B1": {"instruction": "x"}}`, "entry 0 (B1): has an instruction without"},
		{`{"B1": 1}`, "is a number"}, {`{B1: 1}`, "where a key should be"}, {`{"B1" 1}`, "want a colon"},
	} {
		err := ReadAttributes(strings.NewReader(c.text), func(string, Attributes) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.want)
		}
	}
	stop := errors.New("mine")
	if err := ReadNouns(strings.NewReader(`{"B1": ["a"]}`), func(string, []string) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of the callback became %v", err)
	}
	if _, err := readItems(iotest.ErrReader(stop), 0); !errors.Is(err, stop) {
		t.Errorf("the error of the reader became %v", err)
	}
}

func sample() *Data {
	return &Data{
		Items: []Item{
			{
				ASIN: "B1", Name: "A \"b\" é", Pricing: "$5", Images: []string{"u"}, Bullets: []string{"one", ""}, Page: 3, Query: "q",
				Category: "c", ProductCategory: "p › q", FullDescription: "line\nline", AverageRating: "4.5",
				Options: []Option{{Name: "Z", Values: []Value{{"y", "i"}, {Value: "ü"}}}, {Name: "A"}, {Name: "E", Values: []Value{}}},
			},
			{ASIN: "B2", Images: []string{}, Bullets: []string{}},
		},
		Attributes: map[string]Attributes{
			"B1": {Attributes: []string{"a", "b"}, Instruction: "Find me", InstructionAttributes: []string{"a"}},
			"B2": {Attributes: []string{}}, "B3": {},
		},
		Human: map[string][]Instruction{"B1": {{
			ASIN: "B1", Instruction: "i want", Wanted: []string{"a"}, Options: []string{"y"}, Attributes: []string{"a"},
			OptionTexts: []string{"z: y"}, AssignmentID: "1", WorkerID: "2",
		}}},
		Nouns: map[string][]string{"B1": {"a", "a"}, "B2": {}},
	}
}

func TestRoundTrip(t *testing.T) {
	for _, compress := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "new")
		want := sample()
		if err := WriteDir(dir, want, compress); err != nil {
			t.Fatal(err)
		}
		got, err := ReadDir(dir, ReadOptions{Human: true})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(got, want); d != "" {
			t.Errorf("got - want +\n%s", d)
		}
	}
}

// TestFind checks which files are taken, and what is said when they are not
// there or not clear.
func TestFind(t *testing.T) {
	for _, c := range []struct {
		name  string
		files string
		path  string
		want  Files
		err   string
	}{
		{name: "original", files: "items_shuffle.json items_ins_v2.json items_human_ins.json", want: Files{"items_shuffle.json", "items_ins_v2.json", "items_human_ins.json", ""}},
		{name: "small", files: "items_shuffle_1000.json items_ins_v2_1000.json nouns.json.gz", want: Files{"items_shuffle_1000.json", "items_ins_v2_1000.json", "", "nouns.json.gz"}},
		{name: "other items", files: "items_x.json items_ins_v2.json", want: Files{"items_x.json", "items_ins_v2.json", "", ""}},
		{name: "both sets", files: "items_shuffle.json items_shuffle_1000.json items_ins_v2.json items_ins_v2_1000.json", err: "give the path"},
		{name: "set", path: "items_shuffle_1000.json", files: "items_shuffle.json items_shuffle_1000.json items_ins_v2.json items_ins_v2_1000.json items_human_ins.json",
			want: Files{"items_shuffle_1000.json", "items_ins_v2_1000.json", "items_human_ins.json", ""}},
		{name: "empty", err: "has no items file (items_shuffle*.json"},
		{name: "no attributes", files: "items_shuffle.json", err: "has no attributes file (items_ins_v2*.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range strings.Fields(c.files) {
				if err := os.WriteFile(filepath.Join(dir, f), nil, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Find(filepath.Join(dir, c.path))
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("got %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range []*string{&got.Items, &got.Attributes, &got.Human, &got.Nouns} {
				if *p != "" {
					*p = filepath.Base(*p)
				}
			}
			if d := cmp.Diff(got, c.want); d != "" {
				t.Errorf("got - want +\n%s", d)
			}
		})
	}
	if err := WriteDir(t.TempDir(), &Data{}, false); err != nil {
		t.Error(err)
	}
}

func TestReadDirErrors(t *testing.T) {
	dir := t.TempDir()
	d := sample()
	d.Human = nil
	if err := WriteDir(dir, d, true); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadDir(dir, ReadOptions{Human: true}); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "items_human_ins") {
		t.Errorf("without human instructions: %v", err)
	}
	path := filepath.Join(dir, "nouns.json.gz")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b[:len(b)-12], 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadDir(dir, ReadOptions{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a cut file gives %v", err)
	}
	if err := os.WriteFile(path, []byte("\x1f\x8bno"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadDir(dir, ReadOptions{}); err == nil {
		t.Error("a file that only begins like gzip is accepted")
	}
}

// TestOpenDamage opens what a user may leave where a data file should be.
func TestOpenDamage(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprint(z, `{"B1": ["lamp", "light", "shade"]}`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(b.Bytes())
	flipped[len(flipped)-6] ^= 1                              // in the checksum
	broken := append(bytes.Clone(b.Bytes()[:10]), 7, 0, 0, 0) // a block of no known kind
	mark := []byte("\ufeff")
	for _, tt := range []struct {
		name    string
		content []byte // nil for a folder
		want    string // "" for success
	}{
		{"mark", append(mark, `{"B1": ["lamp"]}`...), ""},
		{"mark alone", mark, "the file is empty"},
		{"folder", nil, "is no regular file"},
		{"magic alone", []byte("\x1f\x8b"), "damaged"},
		{"wrong header", []byte("\x1f\x8bnothing at all here"), "damaged"},
		{"checksum", flipped, "damaged"},
		{"broken", broken, "damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "nouns.json")
			err := os.Mkdir(path, 0o777)
			if tt.content != nil {
				err = errors.Join(os.Remove(path), os.WriteFile(path, tt.content, 0o666))
			}
			if err != nil {
				t.Fatal(err)
			}
			err = readFile(path, func(r io.Reader) error { return ReadNouns(r, func(string, []string) error { return nil }) })
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || strings.Count(err.Error(), path) != 1):
				t.Errorf("got %v, want %q and the path once", err, tt.want)
			}
		})
	}
}

// TestReadRecorded reads the reference sets: counts and a few values.
func TestReadRecorded(t *testing.T) {
	for _, set := range []string{"real", "synth"} {
		d, err := ReadDir(testdata.Shared(t, "webshop/"+set), ReadOptions{Human: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Items) != 1000 || len(d.Attributes) < 990 || len(d.Nouns) < 990 || len(d.Human) == 0 {
			t.Errorf("%s: %d items, %d attributes, %d nouns, %d human", set, len(d.Items), len(d.Attributes), len(d.Nouns), len(d.Human))
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(itemsJSON))
	f.Add([]byte(`{"B1": {"attributes": ["a"], "instruction": "x", "instruction_attributes": ["a"]}, "B2": [{"instruction": "i"}], "B3": {"nouns": ["x"]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		items, err := readItems(bytes.NewReader(b), 0)
		if err == nil {
			var out bytes.Buffer
			if err := WriteItems(&out, items); err != nil {
				t.Fatal(err)
			}
			again, err := readItems(&out, 0)
			if err != nil || len(again) != len(items) {
				t.Fatalf("%q does not read back: %v", b, err)
			}
		}
		// Any outcome but a panic or a hang will do.
		_ = ReadAttributes(bytes.NewReader(b), func(string, Attributes) error { return nil })
		_ = ReadHuman(bytes.NewReader(b), func(string, []Instruction) error { return nil })
		_ = ReadNouns(bytes.NewReader(b), func(string, []string) error { return nil })
	})
}

func BenchmarkReadItems(b *testing.B) {
	r, err := Open(testdata.Shared(b, "webshop/real/items_shuffle_1000.json"))
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := ReadItems(bytes.NewReader(data), 0, func(int, *Item) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func TestOpenGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"packed": b.Bytes(), "plain": []byte("hello"), "short": []byte("h"), "empty": nil} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !strings.HasPrefix("hello", string(got)) {
			t.Errorf("%s: read %q, %v", name, got, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
