package world

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/tidwall/gjson"
)

// checker holds arguments against a JSON schema that was compiled once. It is
// safe for concurrent use.
type checker struct {
	schema *jsonschema.Schema
	known  []string // names of the properties in the order of the schema
}

// errRefer is the answer to schemas that refer to others: nothing is loaded.
var errRefer = errors.New("a schema must not refer to another file or address")

// nowhere loads nothing.
type nowhere struct{}

func (nowhere) Load(string) (any, error) { return nil, errRefer }

func newChecker(schema json.RawMessage) (*checker, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	const name = "arguments:///schema"
	c := jsonschema.NewCompiler()
	c.UseLoader(nowhere{})
	if err := c.AddResource(name, doc); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	compiled, err := c.Compile(name)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	if gjson.GetBytes(schema, "type").String() != "object" {
		return nil, errors.New(`schema: its type must be "object"`)
	}
	k := &checker{schema: compiled}
	gjson.GetBytes(schema, "properties").ForEach(func(key, _ gjson.Result) bool {
		k.known = append(k.known, key.String())
		return true
	})
	return k, nil
}

// read returns the arguments of a call as parseArgs does, or what is wrong with
// them.
func (c *checker) read(raw json.RawMessage) (tree any, fault string) {
	tree, err := parseArgs(raw)
	if err != nil {
		return nil, err.Error()
	}
	if err := c.schema.Validate(tree); err != nil {
		return nil, faults(err, c.known)
	}
	return tree, ""
}
