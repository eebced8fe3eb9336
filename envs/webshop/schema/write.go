package schema

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"stepgym/internal/python"
)

// appendField appends `"name": ` to b, after a comma if need be.
func appendField(b []byte, name string) []byte {
	if c := b[len(b)-1]; c != '{' && c != '[' {
		b = append(b, ", "...)
	}
	return append(python.AppendJSONString(b, name), ": "...)
}

func appendText(b []byte, name, s string) []byte {
	return python.AppendJSONString(appendField(b, name), s)
}

func appendTexts(b []byte, name string, list []string) []byte {
	return appendList(appendField(b, name), list)
}

func appendList(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = python.AppendJSONString(b, s)
	}
	return append(b, ']')
}

// appendItem appends the JSON object of an item to b.
func appendItem(b []byte, it *Item) []byte {
	b = append(b, '{')
	b = appendText(b, "asin", it.ASIN)
	b = appendText(b, "name", it.Name)
	b = appendText(b, "full_description", it.FullDescription)
	b = appendText(b, "pricing", it.Pricing)
	b = appendTexts(b, "images", it.Images)
	b = appendText(b, "product_category", it.ProductCategory)
	b = appendText(b, "average_rating", it.AverageRating)
	b = appendTexts(b, "small_description", it.Bullets)
	b = appendOptions(appendField(b, "customization_options"), it.Options)
	b = appendText(b, "category", it.Category)
	b = appendText(b, "query", it.Query)
	b = strconv.AppendInt(appendField(b, "page"), int64(it.Page), 10)
	return append(b, '}')
}

func appendOptions(b []byte, options []Option) []byte {
	if len(options) == 0 {
		return append(b, `""`...)
	}
	b = append(b, '{')
	for _, o := range options {
		b = appendField(b, o.Name)
		if o.Values == nil {
			b = append(b, "null"...)
			continue
		}
		b = append(b, '[')
		for i, v := range o.Values {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendText(append(b, '{'), "value", v.Value)
			if v.Image == "" {
				b = append(appendField(b, "image"), "null"...)
			} else {
				b = appendText(b, "image", v.Image)
			}
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendAttributes(b []byte, a Attributes) []byte {
	b = append(b, '{')
	if a.Attributes != nil {
		b = appendTexts(b, "attributes", a.Attributes)
	}
	if a.HasInstruction() {
		b = appendText(b, "instruction", a.Instruction)
		b = appendTexts(b, "instruction_attributes", a.InstructionAttributes)
	}
	return append(b, '}')
}

func appendHuman(b []byte, list []Instruction) []byte {
	b = append(b, '[')
	for i, in := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendText(append(b, '{'), "asin", in.ASIN)
		b = appendText(b, "instruction", in.Instruction)
		b = appendTexts(b, "attributes", in.Attributes)
		b = appendTexts(b, "options", in.OptionTexts)
		b = appendTexts(b, "instruction_attributes", in.Wanted)
		b = appendTexts(b, "instruction_options", in.Options)
		b = appendText(b, "assignment_id", in.AssignmentID)
		b = appendText(b, "worker_id", in.WorkerID)
		b = append(b, '}')
	}
	return append(b, ']')
}

// WriteItems writes an items file.
func WriteItems(w io.Writer, items []Item) error {
	return writeAll(w, "[]", len(items), func(b []byte, i int) []byte { return appendItem(b, &items[i]) })
}

// WriteAttributes writes an items_ins_v2 file, in the order of the ASINs.
func WriteAttributes(w io.Writer, m map[string]Attributes) error {
	return writeMap(w, m, appendAttributes)
}

// WriteHuman writes an items_human_ins file, in the order of the ASINs.
func WriteHuman(w io.Writer, m map[string][]Instruction) error { return writeMap(w, m, appendHuman) }

// WriteNouns writes a nouns file, in the order of the ASINs.
func WriteNouns(w io.Writer, m map[string][]string) error { return writeMap(w, m, appendList) }

func writeMap[V any](w io.Writer, m map[string]V, appendValue func([]byte, V) []byte) error {
	keys := slices.Sorted(maps.Keys(m))
	return writeAll(w, "{}", len(keys), func(b []byte, i int) []byte {
		b = append(python.AppendJSONString(b, keys[i]), ": "...)
		return appendValue(b, m[keys[i]])
	})
}

// writeAll writes n values, one a line, between the two brackets.
func writeAll(w io.Writer, brackets string, n int, appendOne func(b []byte, i int) []byte) error {
	bw := bufio.NewWriterSize(w, 1<<16)
	bw.WriteString(brackets[:1]) // errors stay in bw until Flush
	var b []byte
	for i := range n {
		if i > 0 {
			bw.WriteString(",")
		}
		b = appendOne(append(b[:0], '\n'), i)
		bw.Write(b)
	}
	bw.WriteString("\n" + brackets[1:] + "\n")
	return bw.Flush()
}

// WriteDir writes the files of a catalogue into folder dir, which it makes if
// need be, under the names that [Find] looks for, compressed if compress is set.
// Human instructions and nouns are written if d has them.
func WriteDir(dir string, d *Data, compress bool) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	write := func(name string, write func(io.Writer) error) error {
		if compress {
			name += ".gz"
		}
		if err := writeFile(filepath.Join(dir, name), compress, write); err != nil {
			return fmt.Errorf("schema: %w", err)
		}
		return nil
	}
	err := write("items_shuffle.json", func(w io.Writer) error { return WriteItems(w, d.Items) })
	if err == nil {
		err = write("items_ins_v2.json", func(w io.Writer) error { return WriteAttributes(w, d.Attributes) })
	}
	if err == nil && d.Human != nil {
		err = write("items_human_ins.json", func(w io.Writer) error { return WriteHuman(w, d.Human) })
	}
	if err == nil && d.Nouns != nil {
		err = write("nouns.json", func(w io.Writer) error { return WriteNouns(w, d.Nouns) })
	}
	return err
}

// writeFile writes a file aside and renames it.
func writeFile(path string, compress bool, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	var w io.Writer = f
	if compress {
		zw := gzip.NewWriter(f)
		if err := write(zw); err != nil {
			return err
		}
		if err := zw.Close(); err != nil {
			return err
		}
	} else if err := write(w); err != nil {
		return err
	}
	if err := f.Chmod(0o666 &^ 0o022); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
