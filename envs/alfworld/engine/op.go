package engine

// An op is an action with its arguments, in words of Game.code from its place
// on, which is what names it:
//
//	schema, counts, command, the conditions, the effects, extra, the arguments
//
// counts is the number of conditions (6 bits), hasExtra (1) and the number of
// effects (9). A condition is twice the number of a fluent, plus one if it has to
// be false; an effect is the same, plus one if it becomes false. extra, the op's
// place in Game.extras, is there only if counts says so. While a game is loaded
// the arguments are all of them, later those that its texts need.
const (
	opHead        = 3
	opCommand     = 2
	maxConditions = 1<<6 - 1
	maxEffects    = 1<<9 - 1
	hasExtra      = 1 << 9
)

// conditions returns the conditions of an op.
func (g *Game) conditions(op uint32) []uint16 {
	rec := g.code[op:]
	return rec[opHead : opHead+rec[1]>>10]
}

// effects returns the unconditional effects of an op.
func (g *Game) effects(op uint32) []uint16 {
	rec := g.code[op:]
	from := opHead + rec[1]>>10
	return rec[from : from+rec[1]&maxEffects]
}

// tail returns where the words after the effects of an op begin.
func (g *Game) tail(op uint32) uint32 {
	n := g.code[op+1]
	return op + uint32(opHead+n>>10+n&maxEffects)
}

// arguments returns n arguments of an op.
func (g *Game) arguments(op uint32, n int) []uint16 {
	from := g.tail(op)
	if g.code[op+1]&hasExtra != 0 {
		from++
	}
	return g.code[from : from+uint32(n)]
}

// extra returns the extra of an op, nil if it has none.
func (g *Game) extra(op uint32) *extra {
	if g.code[op+1]&hasExtra == 0 {
		return nil
	}
	return &g.extras[g.code[g.tail(op)]]
}

// opWords returns all words of an op that has n arguments.
func (g *Game) opWords(op uint32, n int) []uint16 {
	end := g.tail(op) + uint32(n)
	if g.code[op+1]&hasExtra != 0 {
		end++
	}
	return g.code[op:end]
}

// after returns the place of the op after one.
func (g *Game) after(op uint32) uint32 {
	return op + uint32(len(g.opWords(op, len(g.rules.schemas[g.code[op]].stored))))
}

// opArgs puts the arguments of an op that texts need into the slots of its
// schema.
func (g *Game) opArgs(op uint32, env []uint16) {
	s := g.rules.schemas[g.code[op]]
	for i, e := range g.arguments(op, len(s.stored)) {
		env[s.stored[i]] = e
	}
}

// extra is what few ops have: conditions that are no conjunction, and effects
// with conditions.
type extra struct {
	condition []uint32 // see goal.go; nil holds
	effects   []conditional
}

// conditional is an effect with a condition.
type conditional struct {
	condition []uint32
	effect    uint16
}
