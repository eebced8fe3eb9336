package alfworld

import (
	"strings"

	"stepgym/envs"
)

// Failures names the ways in which a game can be lost, by how far the agent
// came. It implements [envs.Classifier] without open games.
type Failures struct{}

// Failure classes of the games, see [Failures].
const (
	failedNever   = "never_found"
	failedTake    = "not_taken"
	failedSlice   = "not_sliced"
	failedHeat    = "not_heated"
	failedCool    = "not_cooled"
	failedClean   = "not_cleaned"
	failedLight   = "not_lit"
	failedPlace   = "not_placed"
	failedWrong   = "wrong_place"
	failedOneOf   = "one_of_two"
	typeLight     = "look_at_obj_in_light"
	typeTwo       = "pick_two_obj_and_place"
	slicedSuffix  = "Sliced"
	noneInFolder  = "None"
	partsOfFolder = 5 // type-object-movable-receptacle-scene
)

// FailureClasses implements [envs.Classifier].
func (Failures) FailureClasses() []envs.FailureClass {
	return []envs.FailureClass{
		{Name: failedNever, Title: "never found", About: "the thing that was asked for was never seen"},
		{Name: failedTake, Title: "found, not taken", About: "the thing was seen and never picked up"},
		{Name: failedSlice, Title: "not sliced", About: "the thing was picked up and never sliced"},
		{Name: failedHeat, Title: "not heated", About: "the thing was picked up and never heated"},
		{Name: failedCool, Title: "not cooled", About: "the thing was picked up and never cooled"},
		{Name: failedClean, Title: "not cleaned", About: "the thing was picked up and never cleaned"},
		{Name: failedLight, Title: "not lit", About: "the lamp was never turned on with the thing in hand"},
		{Name: failedPlace, Title: "carried, not placed", About: "the thing was ready and never put down where it belongs"},
		{Name: failedWrong, Title: "wrong place", About: "the thing was put down where it does not belong"},
		{Name: failedOneOf, Title: "one of two", About: "one of two things was brought to its place"},
	}
}

// TaskType implements [envs.Classifier]: the type in the name of the game's
// folder, such as "pick_heat_then_place_in_recep".
func (Failures) TaskType(t envs.Task) string { return aimOf(t).kind }

// ClassifyFailure implements [envs.Classifier]. It goes by what the game said,
// or the commands where that is not known, and by the name of the game's folder;
// without that it returns "".
func (Failures) ClassifyFailure(a *envs.Attempt) string {
	aim := aimOf(a.Task)
	if aim.kind == "" || a.Terminated {
		return ""
	}
	p := progress{aim: aim, treated: map[string]bool{}, sliced: map[string]bool{}, at: map[string]string{}}
	for i := range a.Steps {
		p.found = p.found || mentions(a.Steps[i].Text, aim.object)
		said := a.Final.Text
		if i+1 < len(a.Steps) {
			said = a.Steps[i+1].Text
		}
		if !a.Steps[i].Invalid {
			p.see(a.Steps[i].Action, said)
		}
	}
	p.found = p.found || mentions(a.Final.Text, aim.object)
	return p.class()
}

// FailureClasses implements [envs.Classifier], as [Failures] does.
func (e *Env) FailureClasses() []envs.FailureClass { return Failures{}.FailureClasses() }

// ClassifyFailure implements [envs.Classifier], as [Failures] does.
func (e *Env) ClassifyFailure(a *envs.Attempt) string { return Failures{}.ClassifyFailure(a) }

// TaskType implements [envs.Classifier], as [Failures] does.
func (e *Env) TaskType(t envs.Task) string { return Failures{}.TaskType(t) }

// aim is what a task asks for. Names are those of classes, in lower case as the
// game writes them.
type aim struct {
	kind   string
	object string
	sliced bool
	target string // receptacle, or lamp
}

// aimOf reads the name of a game's folder, which is the end of the family and
// stands before the trial in the ID.
func aimOf(t envs.Task) aim {
	folder := t.Family[strings.LastIndexByte(t.Family, '/')+1:]
	if parts := strings.Split(t.ID, "/"); folder == "" && len(parts) > 1 {
		folder = parts[len(parts)-2]
	}
	f := strings.Split(folder, "-")
	if len(f) != partsOfFolder {
		return aim{}
	}
	object, sliced := strings.CutSuffix(f[1], slicedSuffix)
	if object == "" {
		return aim{}
	}
	a := aim{kind: f[0], object: strings.ToLower(object), sliced: sliced, target: strings.ToLower(f[3])}
	if f[2] != noneInFolder { // what is moved in the end is what the object lies in
		a.target = ""
	}
	return a
}

// progress is how far an agent came.
type progress struct {
	aim     aim
	found   bool
	taken   bool
	lit     bool
	treated map[string]bool   // heated, cooled or cleaned, by thing
	sliced  map[string]bool   // by thing
	at      map[string]string // class of the receptacle, by thing; "" in the hand
}

// see takes note of a command and of what the game said to it.
func (p *progress) see(command, said string) {
	verb, things := events(said)
	if verb == "" {
		verb, things = events(command)
	}
	if len(things) == 0 {
		return
	}
	thing := things[0]
	class, _, _ := strings.Cut(thing, " ")
	if verb == "use" {
		for _, where := range p.at {
			p.lit = p.lit || where == "" && class == p.aim.target
		}
		return
	}
	if class != p.aim.object {
		return
	}
	switch verb {
	case "take":
		p.taken = true
		p.at[thing] = ""
	case "move":
		if len(things) > 1 {
			p.at[thing], _, _ = strings.Cut(things[1], " ")
		}
	case "slice":
		p.sliced[thing] = true
	case p.treatment():
		p.treated[thing] = true
	}
}

// treatment returns the verb of what must be done to the thing, "" for nothing.
func (p *progress) treatment() string {
	for _, verb := range []string{"heat", "cool", "clean"} {
		if strings.HasPrefix(p.aim.kind, "pick_"+verb+"_") {
			return verb
		}
	}
	return ""
}

// class names the first thing that was left undone.
func (p *progress) class() string {
	switch {
	case !p.found && !p.taken:
		return failedNever
	case !p.taken:
		return failedTake
	case p.aim.sliced && len(p.sliced) == 0:
		return failedSlice
	case p.aim.kind == typeLight:
		if p.lit {
			return "" // it would have been won
		}
		return failedLight
	}
	verb := p.treatment()
	if verb != "" && len(p.treated) == 0 {
		return map[string]string{"heat": failedHeat, "cool": failedCool, "clean": failedClean}[verb]
	}
	right, wrong, held := 0, 0, 0
	for thing, where := range p.at {
		switch {
		case verb != "" && !p.treated[thing]:
		case where == "":
			held++
		case where == p.aim.target:
			right++
		default:
			wrong++
		}
	}
	switch {
	case p.aim.kind == typeTwo && right == 1:
		return failedOneOf
	case wrong > 0 && held == 0 && p.aim.target != "":
		return failedWrong
	}
	return failedPlace
}

// kindOf returns what a game's sentence, "You heat the ...", or a command is
// about by its verb; "" for anything else.
func kindOf(verb string) string {
	switch verb {
	case "pick": // "You pick up the mug 1 from ..."
		return "take"
	case "put": // games of older grammars say so for move
		return "move"
	case "turn", "toggle": // "You turn on the desklamp 1."
		return "use"
	case "take", "move", "heat", "cool", "clean", "slice", "use":
		return verb
	}
	return ""
}

// longestEvent is the number of words in the longest sentence that tells of one.
const longestEvent = 16

// events reads a command, or what a game said to it: the verb, and the things
// in it, "mug 1". Of anything else the verb is "".
func events(text string) (verb string, things []string) {
	words := strings.Fields(strings.TrimPrefix(text, "You "))
	if len(words) < 3 || len(words) > longestEvent {
		return "", nil
	}
	if verb = kindOf(words[0]); verb == "" {
		return "", nil
	}
	for i := 1; i+1 < len(words); i++ {
		if number := strings.TrimRight(words[i+1], ".,"); isNumber(number) && !isNumber(words[i]) {
			things = append(things, words[i]+" "+number)
		}
	}
	return verb, things
}

// mentions reports whether text names a thing of the class: "a mug 2".
func mentions(text, class string) bool {
	for {
		i := strings.Index(text, class)
		if i < 0 {
			return false
		}
		rest := text[i+len(class):]
		if (i == 0 || text[i-1] == ' ') && len(rest) > 1 && rest[0] == ' ' && '0' <= rest[1] && rest[1] <= '9' {
			return true
		}
		text = rest
	}
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
