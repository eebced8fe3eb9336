package webshop

// Product is one article of the catalogue, as the shop shows it. Products are
// immutable and shared by all episodes.
type Product struct {
	ASIN        string   // upper-case identity, 10 characters at most
	Title       string   // "name" of the data file
	Description string   // "full_description"
	Bullets     []string // "small_description"
	Category    string   // "beauty", "electronics", ...
	Query       string   // the search that the product was collected with, lower-case
	Path        string   // "product_category": "A › B › C"
	Image       string   // address of the main picture, "" if none
	Attributes  []string // what the attribute reward compares
	Options     []Option // in the order of the data file
	PriceTag    string   // as shown: "$36.0", "$10.0 to $20.0"
	Prices      []float64
	Price       float64  // what it costs in this catalogue; drawn once for a price range
	Nouns       []string // lower-case nouns of the title, in order, with repeats
}

// Option is one choice to be made when buying: a name and its values, both
// lower-case, in the order of the data file.
type Option struct {
	Name   string
	Values []string
	Images []string // address of the value's picture or "", same length as Values
}

// Setting is one option name with the value chosen or wanted.
type Setting struct{ Name, Value string }

// Goal is what a customer wants.
type Goal struct {
	Index       int // place in the list of goals: task "goal:Index"
	ASIN        string
	Category    string
	Query       string
	Name        string // title of the product
	Path        string
	Instruction string // the task in words
	Attributes  []string
	PriceUpper  float64 // 1e6 when the instruction names no limit
	Options     []Setting
	Human       bool // written by a person: Options have values only, and compare as plain strings
	Weight      float64
	Nouns       []string
}
