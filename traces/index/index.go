package index

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"sync"

	"stepgym/envs"
	"stepgym/traces"
)

// Options configures an index. The zero value is ready to use.
type Options struct {
	// Classifier returns what says why episodes of an environment (its
	// envs.Spec.ID) failed, and of what type its tasks are. If it is nil, or
	// returns nil, there are only the general classes, and no types.
	Classifier func(env string) envs.Classifier

	// Unclassified leaves the classes of failure unknown.
	Unclassified bool
}

// Index is the table of the episodes of a run folder. All methods are safe for
// concurrent use.
type Index struct {
	dir            string
	manifest       traces.Manifest
	manifestFaults []Fault
	classifier     func(env string) envs.Classifier
	lines          *lines

	refreshing sync.Mutex // held by Refresh, which alone changes what follows
	words      words
	types      map[string]string // by family and task
	at         map[int]progress  // by segment, 0 for the forks
	scanned    []Fault           // found while reading

	mu       sync.RWMutex // guards what follows
	version  int
	twice    bool // some ID is there twice
	epoch    int  // raised when rows were dropped, so that their numbers changed
	rows     []Row
	byID     map[string]int32
	byGroup  map[string][]int32
	byParent map[string][]int32
	faults   []Fault
	class    []uint8       // of each row: see classUnknown
	known    int           // rows of known class
	idle     bool          // nobody finds out classes
	changed  chan struct{} // closed when more classes are known

	classifiers map[string]envs.Classifier // by environment
	classes     []envs.FailureClass        // by number, less firstClass

	orders orders
	texts  texts

	wake   chan struct{}
	stop   context.CancelFunc
	worker sync.WaitGroup
}

// progress is how far a segment has been read.
type progress struct {
	offset int64
	lines  int
	tail   []byte // the last bytes before offset, to tell whether the file is still the same
	done   bool   // sealed, and read to its end
}

// Open reads the run folder dir. A folder that cannot be listed, or that has
// neither a readable run.json nor episodes, is an error, as is a run of another
// format; whatever else is wrong with it is a [Fault]. Close the index after use.
func Open(dir string, o Options) (*Index, error) {
	manifest, faults, err := openManifest(dir)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	x := &Index{
		dir: filepath.Clean(dir), manifest: manifest, manifestFaults: faults, classifier: o.Classifier, lines: &lines{dir: dir},
		wake: make(chan struct{}, 1), stop: stop, changed: make(chan struct{}), idle: o.Unclassified,
	}
	x.forget()
	if err := x.Refresh(ctx); err != nil {
		stop()
		return nil, err
	}
	if !o.Unclassified {
		x.worker.Go(func() { x.classify(ctx) })
	}
	return x, nil
}

// openManifest reads run.json. Where that is missing or damaged, but episodes
// are there, the manifest is empty and the fault is returned beside it.
func openManifest(dir string) (m traces.Manifest, faults []Fault, err error) {
	run, err := traces.Open(dir)
	if err == nil {
		return run.Manifest(), nil, nil
	}
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, kind := errors.AsType[*json.UnmarshalTypeError](err)
	if !syntax && !kind && !errors.Is(err, traces.ErrNoRun) {
		return m, nil, err
	}
	segments, lerr := traces.Segments(dir)
	if lerr != nil || len(segments) == 0 {
		return m, nil, err
	}
	return m, []Fault{{File: "run.json", Why: err.Error() + ": how the run came to be is not known"}}, nil
}

// Close ends the work of the index.
func (x *Index) Close() error {
	x.stop()
	x.worker.Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.idle = true
	x.tell()
	return nil
}

// Dir returns the run folder.
func (x *Index) Dir() string { return x.dir }

// Manifest returns what run.json says.
func (x *Index) Manifest() traces.Manifest { return x.manifest }

// Classes lists the classes of failure that rows may have: the environments'
// own, and the general ones after them.
func (x *Index) Classes() []envs.FailureClass {
	x.mu.RLock()
	own := slices.Clone(x.classes)
	x.mu.RUnlock()
	general := envs.GeneralFailures()
	isGeneral := func(c envs.FailureClass) bool {
		return slices.ContainsFunc(general, func(g envs.FailureClass) bool { return g.Name == c.Name })
	}
	return append(slices.DeleteFunc(own, isGeneral), general...)
}

// of returns the classifier of an environment, which may be nil. The first time
// it enters its classes.
func (x *Index) of(env string) envs.Classifier {
	x.mu.Lock()
	defer x.mu.Unlock()
	c, ok := x.classifiers[env]
	if ok {
		return c
	}
	if x.classifier != nil {
		c = x.classifier(env)
	}
	if x.classifiers == nil {
		x.classifiers = map[string]envs.Classifier{}
	}
	x.classifiers[env] = c
	classes := envs.GeneralFailures()
	if c != nil {
		classes = append(classes, c.FailureClasses()...)
	}
	for _, class := range classes {
		known := slices.ContainsFunc(x.classes, func(c envs.FailureClass) bool { return c.Name == class.Name })
		if !known && len(x.classes) < maxClasses {
			x.classes = append(x.classes, class)
		}
	}
	return c
}

// Classify returns the class of failure of an episode, "" for a success.
func (x *Index) Classify(t *traces.Trajectory) string {
	if t.Success && t.Err == "" {
		return ""
	}
	return envs.Classify(x.of(t.Env), AttemptOf(t))
}

// forget makes the index empty. The caller holds refreshing, or has x to itself.
func (x *Index) forget() {
	x.words, x.types, x.at, x.scanned = words{}, map[string]string{}, map[int]progress{}, nil
	x.mu.Lock()
	defer x.mu.Unlock()
	x.version++
	x.epoch++
	x.rows, x.faults, x.class, x.known = nil, nil, nil, 0
	x.byID, x.byGroup, x.byParent = map[string]int32{}, map[string][]int32{}, map[string][]int32{}
}

// typeOf returns the type of the row's task.
func (x *Index) typeOf(r *Row) string {
	c := x.of(r.Env)
	if c == nil {
		return ""
	}
	key := r.Env + "\x00" + r.Family + "\x00" + r.Task
	t, ok := x.types[key]
	if !ok {
		t = x.words.of(c.TaskType(envs.Task{ID: r.Task, Family: r.Family, Goal: r.Goal}))
		x.types[key] = t
	}
	return t
}

// add appends rows. Of several with one ID, as a resumed run may hold, the last
// one counts: drop sees to that. The caller holds refreshing.
func (x *Index) add(fresh []Row) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := range fresh {
		r := &fresh[i]
		n := int32(len(x.rows))
		if _, ok := x.byID[r.ID]; ok {
			x.twice = true
		}
		x.rows = append(x.rows, *r)
		x.class = append(x.class, x.classOf(r))
		x.link(n)
	}
	x.version++
}

// link enters row n into the tables. The caller holds mu.
func (x *Index) link(n int32) {
	r := &x.rows[n]
	x.byID[r.ID] = n
	x.byGroup[r.Group] = append(x.byGroup[r.Group], n)
	if r.Parent != "" {
		x.byParent[r.Parent] = append(x.byParent[r.Parent], n)
	}
	if x.class[n] != classUnknown {
		x.known++
	}
}

// drop leaves out the rows whose ID comes again later. Views keep the old
// tables.
func (x *Index) drop() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.twice {
		return
	}
	x.twice = false
	x.version++
	rows, class, last := x.rows, x.class, x.byID
	x.epoch++
	x.rows, x.class, x.known = nil, nil, 0
	x.byID, x.byGroup, x.byParent = map[string]int32{}, map[string][]int32{}, map[string][]int32{}
	for i := range rows {
		if last[rows[i].ID] == int32(i) {
			x.rows, x.class = append(x.rows, rows[i]), append(x.class, class[i])
			x.link(int32(len(x.rows) - 1))
		}
	}
}
