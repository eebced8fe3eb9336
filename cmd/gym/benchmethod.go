package main

import (
	"slices"
	"strings"

	"stepgym/credit"
	"stepgym/runner"
)

// A benchMethod is a method of credit and a scheme of updates.
type benchMethod struct{ credit, update string }

// String is the name of m in --methods, in full.
func (m benchMethod) String() string {
	if m.update == usualUpdate(m.credit) {
		return m.credit
	}
	return m.credit + "+" + m.update
}

// usualUpdate is the scheme that a method was published with.
func usualUpdate(preset string) string {
	if strings.HasPrefix(preset, "seeupo/") {
		return runner.UpdateSeeUPO
	}
	return runner.UpdateJoint
}

// parseBenchMethod reads an entry of --methods.
func parseBenchMethod(s string) (benchMethod, error) {
	name, update, given := strings.Cut(s, "+")
	if strings.HasPrefix(s, "reinforce++") { // the one whose name has the sign
		name, update, given = strings.Cut(strings.TrimPrefix(s, "reinforce++"), "+")
		name = "reinforce++" + name
	}
	m, err := credit.Parse(name)
	if err != nil {
		return benchMethod{}, err
	}
	out := benchMethod{m.Name(), update}
	if !given {
		out.update = usualUpdate(out.credit)
	}
	return out, nil
}

// benchMethodNames lists the methods that are trained if none is named.
func benchMethodNames() []string {
	names := credit.Presets()
	for _, update := range runner.UpdateSchemes() {
		if m := (benchMethod{"seeupo/paper", update}); !slices.Contains(names, m.String()) {
			names = append(names, m.String())
		}
	}
	return names
}

// with returns the settings of one run.
func (m benchMethod) with(base runConfig, seed int) runConfig {
	c := base
	t := &c.Train
	family := func(name string) string { name, _, _ = strings.Cut(name, "/"); return name }
	if family(t.Credit) != family(m.credit) {
		t.CreditParams = nil
	}
	t.Credit, t.Update = m.credit, m.update
	t.Seed, c.PolicyConfig.Seed = uint64(seed), uint64(seed)
	if family(m.credit) == "gae" && c.PolicyConfig.Value == 0 {
		c.PolicyConfig.Value = 0.5
	}
	return c
}
