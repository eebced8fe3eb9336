// Package schema reads and writes the data files of the original WebShop: the
// items, the attributes and synthetic instructions (items_ins_v2), the
// instructions written by people (items_human_ins), and beside them the nouns
// of the product names, which the original computes at run time.
//
// The readers keep what the original's behaviour depends on, above all the
// order of option names, and forgive what it forgives: a price of null, bullet
// points that are one string, options that are "" or null. They report
// everything else with the file, the number of the item and the field.
package schema

// Data is a whole catalogue in memory, as it is in the files.
type Data struct {
	Items []Item // in file order, repeats and unusable rows included

	// Attributes maps an ASIN to its attributes and synthetic instruction.
	Attributes map[string]Attributes

	// Human maps an ASIN to the instructions that people wrote for it; nil
	// when the catalogue has none.
	Human map[string][]Instruction

	// Nouns maps an ASIN to the nouns of its name, lower-case, in order and
	// with repeats; nil when the catalogue comes without them.
	Nouns map[string][]string
}

// Item is one row of the items file, before any cleaning.
type Item struct {
	ASIN            string
	Name            string
	FullDescription string
	Pricing         string   // "$36.00", "$10.00$20.00", "" for null
	Images          []string // addresses, the first is the main one
	ProductCategory string   // "A › B › C"
	Bullets         []string // "small_description"; one string reads as a list of one
	Options         []Option // "customization_options" in file order; nil for "" and null
	Category        string
	Query           string
	AverageRating   string
	Page            int
}

// Option is one option name with its values.
type Option struct {
	Name   string
	Values []Value // nil where the file has null: such an option is ignored
}

// Value is one value of an option.
type Value struct {
	Value string
	Image string // address of a picture, "" for none or null
}

// Attributes is one entry of the items_ins_v2 file.
type Attributes struct {
	// Attributes are the attributes of the product; nil, as opposed to empty,
	// when the entry has none.
	Attributes []string

	// Instruction is the synthetic instruction without options and price, and
	// InstructionAttributes are those it asks for. An entry without an
	// instruction has both empty; see HasInstruction.
	Instruction           string
	InstructionAttributes []string
}

// HasInstruction reports whether synthetic goals are made from the entry.
func (a Attributes) HasInstruction() bool { return len(a.InstructionAttributes) > 0 }

// Instruction is one instruction written by a person for a product.
type Instruction struct {
	ASIN         string
	Instruction  string
	Wanted       []string // "instruction_attributes"; a goal only if not empty
	Options      []string // "instruction_options": values without names
	Attributes   []string // all attributes that the person was shown
	OptionTexts  []string // "options": the choices shown, "color: red"
	AssignmentID string
	WorkerID     string
}
