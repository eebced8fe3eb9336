package tau

import (
	"fmt"

	"stepgym/envs/toolcall"
)

// Names of the domains.
const (
	Retail  = "retail"
	Airline = "airline"
)

// Names of actions that are special.
const (
	// Respond is the name of the action that speaks to the user: its argument
	// content is what is said.
	Respond = "respond"
	// Transfer is the tool that ends an episode.
	Transfer = "transfer_to_human_agents"
	// Stop ends an episode when the user says it.
	Stop = "###STOP###"
)

// Places of the tables of a domain, in the order of their names.
const (
	orders, flights        = 0, 0
	products, reservations = 1, 1
	users                  = 2
)

// domain is what a domain is but for its data.
type domain struct {
	name   string
	tables [3]table
	class  *toolcall.Class
	kit    *toolcall.Kit
	tools  map[string]string // name of a tool -> how the original names its function in full
	splits []string
}

// table is a table of a database: records by ids.
type table struct {
	name   string
	fields []field // what a record must have
}

// field is a field of a record and the type that the tools rely on: "str",
// "dict", "list", "dicts" (a list of dicts) or "records" (a dict of dicts).
type field struct{ name, kind string }

// Domains returns the names of the domains.
func Domains() []string { return []string{Retail, Airline} }

func newDomain(name string) (*domain, error) {
	d := &domain{name: name, tools: map[string]string{}}
	var tools []tool
	switch name {
	case Retail:
		tools = retailTools()
		d.splits = []string{"test", "train", "dev"}
		d.tables = [3]table{
			{"orders", []field{{"items", "dicts"}, {"payment_history", "dicts"}, {"user_id", "str"}}},
			{"products", []field{{"name", "str"}, {"product_id", "str"}, {"variants", "records"}}},
			{"users", []field{{"name", "dict"}, {"address", "dict"}, {"email", "str"}, {"payment_methods", "records"}}},
		}
	case Airline:
		tools = airlineTools()
		d.splits = []string{"test"}
		d.tables = [3]table{
			{"flights", []field{
				{"origin", "str"},
				{"destination", "str"},
				{"dates", "records"},
				{"scheduled_departure_time_est", "str"},
				{"scheduled_arrival_time_est", "str"},
			}},
			{"reservations", []field{{"flights", "dicts"}, {"passengers", "dicts"}, {"payment_history", "dicts"}, {"user_id", "str"}}},
			{"users", []field{{"name", "dict"}, {"payment_methods", "records"}, {"reservations", "list"}}},
		}
	default:
		return nil, fmt.Errorf("tau: there is no domain %q: it is one of %v", name, Domains())
	}
	methods := make([]toolcall.Method, len(tools))
	for i, t := range tools {
		called := t.class + ".invoke"
		methods[i] = t.method.Static(called)
		d.tools[t.method.Name] = "tau_bench.envs." + name + ".tools." + t.method.Name + "." + called
	}
	d.class = toolcall.NewClass(name, methods...)
	d.kit = toolcall.NewKit(d.class)
	return d, nil
}

// tool is a tool and the name of the original's class of it, which exceptions
// about arguments show.
type tool struct {
	class  string
	method toolcall.Method
}
