package prompt_test

import (
	"fmt"

	"stepgym/agent/prompt"
	"stepgym/envs"
)

func Example() {
	o := prompt.DefaultOptions()
	o.Format, o.Think = prompt.Chat, false
	f, err := prompt.New(envs.Spec{Name: "hall", Version: 1}, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	d := f.Start(envs.Task{Goal: "Get out."})
	r := d.Prompt(envs.Observation{
		Messages:   []envs.Message{{Role: "user", Content: "There are two doors."}},
		Admissible: []*envs.Choice{{Action: envs.Action{Text: "open left door"}}, {Action: envs.Action{Text: "open right door"}}},
	})
	fmt.Println(r.Messages[1].Content)
	fmt.Println(d.Reply(prompt.Reply{Text: "Hm. <action>Open left door</action>"}).Action)
	fmt.Println(d.Reply(prompt.Reply{Text: "the right one"}).Fault)
	// Output:
	// Your task is to: Get out.
	// Your current observation is: There are two doors.
	// Your admissible actions in this situation are:
	// [
	// 'open left door',
	// 'open right door',
	// ]
	//
	// open left door
	// no <action>...</action>
}
