package schema

import (
	"errors"
	"fmt"
	"io"

	"github.com/tidwall/gjson"
)

// ReadAttributes reads an items_ins_v2 file and calls f for each entry in file
// order.
func ReadAttributes(r io.Reader, f func(asin string, a Attributes) error) error {
	return each(r, '{', func(_ int, asin string, v gjson.Result) error {
		if !v.IsObject() {
			return fmt.Errorf("is a %s, want an object", kind(v))
		}
		var a Attributes
		var err error
		if a.Attributes, err = texts(v.Get("attributes")); err != nil {
			return fmt.Errorf("attributes: %w", err)
		}
		ins := v.Get("instruction")
		if ins.Type == gjson.Null {
			return f(asin, a)
		}
		if a.Instruction, err = text(ins); err != nil {
			return fmt.Errorf("instruction: %w", err)
		}
		if a.InstructionAttributes, err = texts(v.Get("instruction_attributes")); err != nil {
			return fmt.Errorf("instruction_attributes: %w", err)
		}
		if len(a.InstructionAttributes) == 0 {
			return errors.New("has an instruction without instruction_attributes: no reward could be given for it")
		}
		return f(asin, a)
	})
}

// ReadHuman reads an items_human_ins file and calls f for each product in file
// order with the instructions written for it.
func ReadHuman(r io.Reader, f func(asin string, list []Instruction) error) error {
	return each(r, '{', func(_ int, asin string, v gjson.Result) error {
		if !v.IsArray() {
			return fmt.Errorf("is a %s, want a list", kind(v))
		}
		var list []Instruction
		var failed error
		v.ForEach(func(_, e gjson.Result) bool {
			var in Instruction
			if failed = in.parse(e); failed != nil {
				failed = fmt.Errorf("instruction %d: %w", len(list), failed)
			}
			list = append(list, in)
			return failed == nil
		})
		if failed != nil {
			return failed
		}
		return f(asin, list)
	})
}

// parse fills the instruction from its JSON object.
func (in *Instruction) parse(v gjson.Result) error {
	if !v.IsObject() {
		return fmt.Errorf("is a %s, want an object", kind(v))
	}
	var failed error
	v.ForEach(func(k, v gjson.Result) bool {
		var err error
		switch k.String() {
		case "asin":
			in.ASIN, err = text(v)
		case "instruction":
			in.Instruction, err = text(v)
		case "instruction_attributes":
			in.Wanted, err = texts(v)
		case "instruction_options":
			in.Options, err = texts(v)
		case "attributes":
			in.Attributes, err = texts(v)
		case "options":
			in.OptionTexts, err = texts(v)
		case "assignment_id":
			in.AssignmentID, err = text(v)
		case "worker_id":
			in.WorkerID, err = text(v)
		}
		if err != nil {
			failed = fmt.Errorf("%s: %w", k.String(), err)
		}
		return err == nil
	})
	return failed
}

// ReadNouns reads a nouns file and calls f for each product in file order. An
// entry is the list of nouns, or an object with the list as "nouns".
func ReadNouns(r io.Reader, f func(asin string, nouns []string) error) error {
	return each(r, '{', func(_ int, asin string, v gjson.Result) error {
		if v.IsObject() {
			if v = v.Get("nouns"); !v.Exists() {
				return errors.New(`has no "nouns"`)
			}
		}
		if !v.IsArray() {
			return fmt.Errorf("is a %s, want a list", kind(v))
		}
		nouns, err := texts(v)
		if err != nil {
			return err
		}
		return f(asin, nouns)
	})
}
