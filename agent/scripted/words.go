package scripted

import (
	"slices"
	"strings"
)

// objectWords says what people call the classes of objects, words written
// together.
func objectWords() map[string][]string {
	return phrases(`
		alarmclock: clock
		apple:
		baseballbat: bat
		basketball: ball
		book: novel textbook
		bowl: dish
		box: cardboardbox
		bread: loaf breadloaf loafofbread
		butterknife: knife
		candle: candlestick
		cd: disc disk compactdisc
		cellphone: phone mobilephone smartphone mobile
		cloth: rag washcloth towel dishcloth sponge
		creditcard: card bankcard
		cup: glass goblet
		dishsponge: sponge
		egg:
		fork:
		glassbottle: bottle
		handtowel: towel
		kettle: teapot teakettle
		keychain: key keyring setofkeys
		knife: bigknife chefsknife kitchenknife
		ladle: spoon
		laptop: computer notebook
		lettuce: headoflettuce cabbage
		mug: cup coffeecup coffeemug
		newspaper: paper
		pan: fryingpan skillet
		papertowelroll: papertowel
		pen:
		pencil:
		peppershaker: pepper peppermill
		pillow: cushion
		plate: dish
		plunger:
		pot: saucepan cookingpot
		potato:
		remotecontrol: remote tvremote controller
		saltshaker: salt shaker
		scrubbrush: brush toiletbrush
		soapbar: soap barofsoap bar
		soapbottle: soap bottle soapdispenser bottleofsoap handsoap dishsoap
		spatula: turner
		spoon:
		spraybottle: spray bottle
		statue: sculpture figurine
		teddybear: bear
		tennisracket: racket racquet tennisracquet
		tissuebox: tissue boxoftissues boxoftissue kleenex
		toiletpaper: rolloftoiletpaper toiletroll toiletpaperroll toilettissue emptyroll tube
		tomato:
		towel: bathtowel
		vase:
		watch: wristwatch
		wateringcan: wateringpot
		winebottle: wine bottle bottleofwine`)
}

// placeWords says the same of receptacles.
func placeWords() map[string][]string {
	return phrases(`
		armchair: chair recliner seat
		bathtubbasin: bathtub tub bath
		bed: mattress
		cabinet: cupboard
		cart: trolley rack
		coffeemachine: coffeemaker keurig
		coffeetable: table
		countertop: counter kitchencounter island worktop
		desk: table
		diningtable: table kitchentable island
		drawer:
		dresser: chestofdrawers chest bureau tvstand
		fridge: refrigerator freezer
		garbagecan: trash garbage trashcan bin trashbin wastebasket wastebin recyclingbin recycling basket dustbin waste
		handtowelholder: towelholder towelrack towelring
		laundryhamper: hamper laundrybasket basket
		microwave: microwaveoven
		ottoman: footstool footrest
		safe: vault
		shelf: bookshelf rack shelving
		sidetable: nightstand endtable table bedsidetable stand
		sinkbasin: sink basin
		sofa: couch loveseat
		stoveburner: stove burner cooktop stovetop range
		toaster:
		toilet: toilettank commode
		toiletpaperhanger: toiletpaperholder toiletpaperroll paperholder holder
		towelholder: towelrack towelbar
		tvstand: tvtable entertainmentcenter tv stand`)
}

// confused lists classes that people take for each other.
func confused() [][]string {
	return [][]string{
		{"bowl", "cup", "plate", "pot"},
		{"pan", "pot"},
		{"pen", "pencil"},
		{"cup", "mug", "glassbottle"},
		{"spoon", "ladle", "fork"},
		{"knife", "butterknife"},
		{"towel", "handtowel", "cloth"},
		{"soapbar", "soapbottle", "spraybottle"},
		{"vase", "glassbottle", "winebottle", "statue"},
		{"saltshaker", "peppershaker"},
		{"box", "tissuebox"},
		{"potato", "apple", "tomato", "egg"},
		{"shelf", "sidetable", "cart"},
		{"desk", "dresser", "sidetable", "diningtable", "coffeetable", "tvstand"},
		{"countertop", "diningtable", "sidetable"},
		{"armchair", "sofa"},
		{"cabinet", "drawer", "dresser"},
	}
}

// alike returns classes and those that they are taken for, each once.
func alike(classes []string) []string {
	out := slices.Clone(classes)
	for _, group := range confused() {
		if !slices.ContainsFunc(group, func(c string) bool { return slices.Contains(classes, c) }) {
			continue
		}
		for _, c := range group {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// phrases reads lines of "class: phrase phrase"; a class names itself. A phrase
// may name several classes.
func phrases(table string) map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(table) {
		class, more, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		out[class] = append([]string{class}, out[class]...)
		for _, p := range strings.Fields(more) {
			out[p] = append(out[p], class)
		}
	}
	return out
}
