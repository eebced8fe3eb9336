package generate

// A kind is one type of article: what it is called, where it is filed, what it
// costs and what can be chosen when buying it.
type kind struct {
	name    string  // singular, as in a title: "desk lamp"
	query   string  // the shelf it is found on, as in an instruction: "desk lamps"
	path    string  // below the category's own: "Lighting › Lamps › Desk Lamps"
	low     float64 // cheapest and dearest price, in dollars
	high    float64
	options []string // names in the table of option values
	attrs   []string // attributes of this kind alone, beside the category's
}

// A category is a department of the shop.
type category struct {
	name  string // as in the data files
	path  string
	attrs []string // attributes that any article of the category may have
	kinds []kind
}

// The departments. All words are common English; no text of a real shop is in
// here. Attributes are two words, as the original's are.
var categories = []category{
	{
		name: "beauty", path: "Beauty & Personal Care",
		attrs: []string{
			"cruelty free", "paraben free", "sulfate free", "fragrance free", "long lasting", "easy apply", "natural ingredients",
			"dry skin", "oily skin", "sensitive skin", "fine lines", "travel size", "dermatologist tested", "alcohol free", "plant based",
			"non toxic", "water resistant", "anti aging",
		},
		kinds: []kind{
			{"face cream", "face creams", "Skin Care › Face › Creams", 8, 60, []string{"size oz", "scent"}, []string{"hyaluronic acid", "shea butter"}},
			{"shampoo", "shampoos", "Hair Care › Shampoos", 6, 40, []string{"scent", "size oz"}, []string{"damaged hair", "hair growth", "tea tree"}},
			{"hair brush", "hair brushes", "Hair Care › Styling Tools › Brushes", 5, 35, []string{"color"}, []string{"wet hair", "soft bristles", "wooden handle"}},
			{"lipstick", "lipsticks", "Makeup › Lips › Lipsticks", 4, 30, []string{"shade"}, []string{"matte finish", "highly pigmented"}},
			{"nail polish", "nail polishes", "Nail Care › Polishes", 3, 25, []string{"shade", "pack"}, []string{"quick drying", "gel finish"}},
			{"body lotion", "body lotions", "Skin Care › Body › Lotions", 6, 45, []string{"scent", "size oz"}, []string{"coconut oil", "shea butter"}},
			{"eye shadow palette", "eye shadow palettes", "Makeup › Eyes › Palettes", 9, 55, []string{"shade"}, []string{"highly pigmented", "easy blend"}},
			{"toothbrush", "toothbrushes", "Oral Care › Toothbrushes", 3, 90, []string{"color", "pack"}, []string{"soft bristles", "oral hygiene", "bpa free"}},
			{"perfume oil", "perfume oils", "Fragrance › Oils", 10, 80, []string{"scent", "size oz"}, []string{"roll on", "essential oils"}},
			{"makeup bag", "makeup bags", "Tools & Accessories › Bags", 7, 45, []string{"color", "size word"}, []string{"easy carry", "double zipper"}},
			{"hair clip", "hair clips", "Hair Care › Accessories", 3, 20, []string{"color", "pack"}, []string{"non slip", "thick hair"}},
			{"soap bar", "soap bars", "Skin Care › Body › Soaps", 4, 25, []string{"scent", "pack"}, []string{"tea tree", "olive oil"}},
			{"sun lotion", "sun lotions", "Skin Care › Sun", 8, 40, []string{"size oz", "pack"}, []string{"broad spectrum", "zinc oxide"}},
			{"beard oil", "beard oils", "Shave & Hair Removal › Beard", 7, 35, []string{"scent"}, []string{"argan oil", "hair growth"}},
			{"hair dryer", "hair dryers", "Hair Care › Styling Tools › Dryers", 20, 150, []string{"color"}, []string{"hair styling", "fast drying"}},
			{"shower cap", "shower caps", "Bath & Bathing Accessories", 4, 18, []string{"pattern", "pack"}, []string{"easy clean", "double layer"}},
		},
	},
	{
		name: "electronics", path: "Electronics",
		attrs: []string{
			"easy install", "high speed", "plug play", "heavy duty", "fast charging", "noise cancelling", "water resistant", "light weight",
			"energy saving", "hands free", "batteries included", "stereo sound", "wireless connection", "quick release", "gold plated",
			"aluminum alloy", "compact size", "long battery",
		},
		kinds: []kind{
			{"headphones", "headphones", "Headphones › Over-Ear", 15, 240, []string{"color"}, []string{"deep bass", "carrying case"}},
			{"phone case", "phone cases", "Cell Phones › Cases", 6, 40, []string{"color", "model"}, []string{"wireless charging", "tempered glass"}},
			{"charging cable", "charging cables", "Accessories › Cables", 5, 30, []string{"length", "color"}, []string{"nylon braided", "data sync"}},
			{"desk speaker", "desk speakers", "Audio › Speakers", 18, 200, []string{"color", "power"}, []string{"deep bass", "remote control"}},
			{"webcam", "webcams", "Computers › Webcams", 20, 130, []string{"resolution"}, []string{"auto focus", "privacy cover"}},
			{"keyboard", "keyboards", "Computers › Keyboards", 18, 160, []string{"color", "switch"}, []string{"back light", "quiet keys"}},
			{"computer mouse", "computer mice", "Computers › Mice", 9, 80, []string{"color"}, []string{"quiet click", "left handed"}},
			{"tablet stand", "tablet stands", "Accessories › Stands", 9, 60, []string{"color", "size word"}, []string{"non slip", "adjustable angle"}},
			{"memory card", "memory cards", "Computers › Storage", 8, 120, []string{"capacity"}, []string{"shock proof", "data recovery"}},
			{"action camera", "action cameras", "Camera & Photo › Video", 60, 400, []string{"color", "resolution"}, []string{"image stabilization", "wide angle"}},
			{"tripod", "tripods", "Camera & Photo › Tripods", 15, 140, []string{"height", "color"}, []string{"carbon fiber", "carrying case"}},
			{"screen protector", "screen protectors", "Cell Phones › Protectors", 5, 25, []string{"model", "pack"}, []string{"tempered glass", "bubble free"}},
			{"smart watch", "smart watches", "Wearables › Watches", 35, 300, []string{"color", "band size"}, []string{"heart rate", "sleep tracking"}},
			{"power bank", "power banks", "Accessories › Chargers", 14, 90, []string{"capacity mah", "color"}, []string{"usb port", "led display"}},
			{"wall mount", "wall mounts", "Television › Mounts", 15, 110, []string{"screen size"}, []string{"full motion", "cable management"}},
			{"projector", "projectors", "Video › Projectors", 70, 500, []string{"color", "resolution"}, []string{"short throw", "remote control"}},
		},
	},
	{
		name: "garden", path: "Home & Kitchen",
		attrs: []string{
			"easy assemble", "easy clean", "machine washable", "solid wood", "space saving", "heavy duty", "living room", "dining room",
			"home office", "non slip", "eco friendly", "hand woven", "double sided", "super soft", "fade resistant", "water proof",
			"storage space", "mid century",
		},
		kinds: []kind{
			{"throw pillow", "throw pillows", "Bedding › Pillows", 9, 50, []string{"color", "size inch"}, []string{"hidden zipper", "printing technology"}},
			{"area rug", "area rugs", "Decor › Rugs", 25, 380, []string{"color", "size rug"}, []string{"low pile", "shed free"}},
			{"desk lamp", "desk lamps", "Lighting › Lamps", 16, 120, []string{"finish", "light"}, []string{"touch control", "usb port"}},
			{"bar stool", "bar stools", "Furniture › Stools", 40, 330, []string{"color", "seat height"}, []string{"swivel seat", "pu leather"}},
			{"book shelf", "book shelves", "Furniture › Shelves", 35, 290, []string{"finish", "tiers"}, []string{"wall mounted", "steel frame"}},
			{"shower curtain", "shower curtains", "Bath › Curtains", 10, 55, []string{"pattern", "size inch"}, []string{"rust resistant", "weighted hem"}},
			{"wall clock", "wall clocks", "Decor › Clocks", 12, 90, []string{"finish", "size word"}, []string{"silent movement", "battery operated"}},
			{"storage basket", "storage baskets", "Storage › Baskets", 9, 60, []string{"color", "size word"}, []string{"cotton rope", "fold flat"}},
			{"coffee table", "coffee tables", "Furniture › Tables", 60, 420, []string{"finish"}, []string{"lift top", "tempered glass"}},
			{"window curtain", "window curtains", "Decor › Curtains", 15, 95, []string{"color", "size curtain"}, []string{"light blocking", "noise reducing"}},
			{"bed frame", "bed frames", "Furniture › Beds", 90, 600, []string{"finish", "bed size"}, []string{"box spring", "steel frame"}},
			{"plant pot", "plant pots", "Patio › Pots", 6, 60, []string{"color", "size word"}, []string{"drainage hole", "self watering"}},
			{"wall art", "wall art", "Decor › Art", 14, 150, []string{"pattern", "size inch"}, []string{"ready hang", "stretched canvas"}},
			{"fleece blanket", "fleece blankets", "Bedding › Blankets", 14, 70, []string{"color", "bed size"}, []string{"queen bed", "pet friendly"}},
			{"office chair", "office chairs", "Furniture › Chairs", 60, 390, []string{"color"}, []string{"lumbar support", "height adjustable"}},
			{"candle holder", "candle holders", "Decor › Candles", 8, 50, []string{"finish", "pack"}, []string{"tempered glass", "heat resistant"}},
		},
	},
	{
		name: "fashion", path: "Clothing, Shoes & Jewelry",
		attrs: []string{
			"machine wash", "hand wash", "long sleeve", "short sleeve", "relaxed fit", "slim fit", "high waist", "quick drying",
			"moisture wicking", "polyester spandex", "cotton blend", "daily wear", "everyday wear", "elastic closure", "button closure",
			"tumble dry", "soft material", "stretch fabric",
		},
		kinds: []kind{
			{"hooded jacket", "women's jackets", "Women › Jackets", 25, 150, []string{"color", "size wear"}, []string{"fleece lined", "zipper closure"}},
			{"summer dress", "women's dresses", "Women › Dresses", 16, 80, []string{"color", "size wear"}, []string{"floral print", "elastic waist"}},
			{"yoga pants", "women's pants", "Women › Pants", 14, 65, []string{"color", "size wear"}, []string{"tummy control", "side pockets"}},
			{"polo shirt", "men's polos", "Men › Shirts", 14, 70, []string{"color", "size wear"}, []string{"classic fit", "needle sleeve"}},
			{"denim jeans", "men's jeans", "Men › Jeans", 22, 110, []string{"color", "size waist"}, []string{"straight leg", "button fly"}},
			{"running shoes", "running shoes", "Shoes › Running", 30, 170, []string{"color", "size shoe"}, []string{"rubber sole", "arch support"}},
			{"leather boots", "women's boots", "Shoes › Boots", 40, 210, []string{"color", "size shoe"}, []string{"rubber sole", "memory foam"}},
			{"house slippers", "slippers", "Shoes › Slippers", 12, 50, []string{"color", "size shoe"}, []string{"memory foam", "faux fur"}},
			{"wool scarf", "scarves", "Accessories › Scarves", 9, 60, []string{"pattern"}, []string{"faux fur", "cold weather"}},
			{"sun hat", "sun hats", "Accessories › Hats", 9, 45, []string{"color"}, []string{"wide brim", "uv protection"}},
			{"crew socks", "socks", "Accessories › Socks", 7, 30, []string{"color", "pack"}, []string{"arch support", "cushioned sole"}},
			{"swim trunks", "men's swimwear", "Men › Swim", 13, 55, []string{"color", "size wear"}, []string{"mesh lining", "drawstring closure"}},
			{"night gown", "women's sleepwear", "Women › Sleep", 13, 60, []string{"color", "size wear"}, []string{"lace trim", "v neck"}},
			{"tank top", "women's tops", "Women › Tops", 9, 40, []string{"color", "size wear"}, []string{"racer back", "loose fit"}},
			{"leather belt", "men's belts", "Accessories › Belts", 10, 60, []string{"color", "size belt"}, []string{"reversible buckle", "genuine leather"}},
			{"backpack", "backpacks", "Luggage › Backpacks", 20, 120, []string{"color", "size word"}, []string{"laptop sleeve", "padded straps"}},
		},
	},
	{
		name: "grocery", path: "Grocery & Gourmet Food",
		attrs: []string{
			"gluten free", "dairy free", "sugar free", "low sodium", "non gmo", "certified organic", "kosher certified", "keto friendly",
			"soy free", "nut free", "high protein", "low carb", "plant based", "ready eat", "resealable bag", "artificial colors",
			"fat free", "natural flavors",
		},
		kinds: []kind{
			{"green tea", "teas", "Beverages › Tea", 5, 35, []string{"flavor", "pack"}, []string{"caffeine free", "loose leaf"}},
			{"ground coffee", "coffees", "Beverages › Coffee", 8, 45, []string{"roast", "size oz"}, []string{"single origin", "fair trade"}},
			{"protein bar", "protein bars", "Snacks › Bars", 9, 45, []string{"flavor", "pack"}, []string{"grass fed", "whey protein"}},
			{"potato chips", "chips", "Snacks › Chips", 5, 40, []string{"flavor", "size oz"}, []string{"kettle cooked", "sea salt"}},
			{"dark chocolate", "chocolates", "Sweets › Chocolate", 5, 50, []string{"flavor", "pack"}, []string{"cocoa butter", "fair trade"}},
			{"trail mix", "trail mixes", "Snacks › Nuts", 7, 40, []string{"flavor", "size oz"}, []string{"dry roasted", "sea salt"}},
			{"olive oil", "cooking oils", "Pantry › Oils", 9, 60, []string{"size oz", "pack"}, []string{"cold pressed", "extra virgin"}},
			{"pasta sauce", "sauces", "Pantry › Sauces", 5, 35, []string{"flavor", "pack"}, []string{"slow simmered", "fat free"}},
			{"rice noodles", "noodles", "Pantry › Noodles", 5, 30, []string{"flavor", "pack"}, []string{"quick cooking", "brown rice"}},
			{"fruit jam", "jams", "Pantry › Spreads", 5, 30, []string{"flavor", "size oz"}, []string{"real fruit", "high fructose"}},
			{"oat granola", "granolas", "Breakfast › Granola", 6, 35, []string{"flavor", "size oz"}, []string{"whole grain", "slow baked"}},
			{"beef jerky", "jerkies", "Snacks › Jerky", 7, 45, []string{"flavor", "size oz"}, []string{"grass fed", "slow smoked"}},
			{"spice blend", "spice blends", "Pantry › Spices", 5, 30, []string{"flavor", "size oz"}, []string{"hand mixed", "salt free"}},
			{"sparkling water", "waters", "Beverages › Water", 6, 36, []string{"flavor", "pack"}, []string{"zero calories", "real fruit"}},
			{"pancake mix", "baking mixes", "Pantry › Baking", 5, 32, []string{"flavor", "pack"}, []string{"whole grain", "just add"}},
			{"gummy candy", "candies", "Sweets › Candy", 4, 28, []string{"flavor", "size oz"}, []string{"real fruit", "individually wrapped"}},
		},
	},
}

// values lists what can be chosen under an option name. The first entry is the
// name as the shop shows it.
var values = map[string]struct {
	shown string
	all   []string
}{
	"color": {"Color", []string{
		"black", "white", "navy blue", "army green", "wine red", "light grey", "dark brown", "rose pink", "royal blue", "burnt orange",
		"mustard yellow", "deep purple", "sky blue", "mint green", "coral pink", "black/white", "grey/blue", "leopard print",
	}},
	"shade": {"Color", []string{
		"01 nude pink", "02 ruby red", "03 deep plum", "04 warm peach", "05 soft brown", "06 bright coral", "07 classic red", "08 cool mauve",
		"09 golden bronze", "10 berry wine",
	}},
	"pattern":      {"Pattern Name", []string{"blue floral", "grey stripes", "green leaves", "abstract lines", "pink dots", "autumn trees", "night sky", "ocean waves", "red plaid", "mountain lake"}},
	"finish":       {"Finish", []string{"natural oak", "dark walnut", "matte black", "white wash", "brushed nickel", "antique brass", "grey ash", "cherry red"}},
	"scent":        {"Scent", []string{"lavender field", "vanilla bean", "fresh linen", "sweet orange", "cedar wood", "rose garden", "cool mint", "coconut milk", "unscented", "green apple"}},
	"flavor":       {"Flavor Name", []string{"salted caramel", "wild berry", "honey lemon", "smoky chili", "classic vanilla", "roasted garlic", "maple pecan", "sweet mango", "black pepper", "ginger peach", "sour cherry", "original"}},
	"roast":        {"Flavor Name", []string{"light roast", "medium roast", "french roast", "hazelnut", "espresso blend", "decaf"}},
	"size oz":      {"Size", []string{"2 ounce", "4 ounce", "8 ounce", "12 ounce", "16 ounce", "1 pound (pack of 1)", "2 pound (pack of 1)", "6 ounce (pack of 3)"}},
	"pack":         {"Number of Items", []string{"1 pack", "2 pack", "3 pack", "6 pack", "12 pack", "24 count"}},
	"size word":    {"Size", []string{"small", "medium", "large", "x-large", "mini"}},
	"size wear":    {"Size", []string{"x-small", "small", "medium", "large", "x-large", "xx-large", "3x-large"}},
	"size waist":   {"Size", []string{"30w x 30l", "32w x 30l", "32w x 32l", "34w x 32l", "36w x 32l", "38w x 34l"}},
	"size shoe":    {"Size", []string{"6", "6.5", "7", "7.5", "8", "8.5", "9", "9.5 wide", "10", "11"}},
	"size belt":    {"Size", []string{"waist 30", "waist 32", "waist 34", "waist 36", "waist 38", "waist 40"}},
	"size inch":    {"Size", []string{`12" x 12"`, `16" x 16"`, `18" x 18"`, `20" x 30"`, `24" x 36"`, `72" x 72"`}},
	"size rug":     {"Size", []string{"2 ft x 3 ft", "3 ft x 5 ft", "4 ft x 6 ft", "5 ft x 8 ft", "8 ft x 10 ft", "runner 2 ft x 8 ft"}},
	"size curtain": {"Size", []string{"42w x 63l", "42w x 84l", "52w x 84l", "52w x 95l", "52w x 108l"}},
	"bed size":     {"Size", []string{"twin", "full", "queen", "king", "california king"}},
	"band size":    {"Size", []string{"38 mm", "40 mm", "42 mm", "44 mm", "46 mm"}},
	"model":        {"Style", []string{"for model a10", "for model a12", "for model b3 pro", "for model b4 max", "for model c7", "for model c8 plus"}},
	"length":       {"Size", []string{"1 foot", "3 feet", "6 feet", "10 feet", "15 feet"}},
	"power":        {"Style", []string{"10 watts", "20 watts", "40 watts", "60 watts"}},
	"resolution":   {"Style", []string{"720p", "1080p", "2k", "4k"}},
	"switch":       {"Style", []string{"clicky keys", "silent keys", "soft keys", "low keys"}},
	"capacity":     {"Size", []string{"32 gb", "64 gb", "128 gb", "256 gb", "512 gb"}},
	"capacity mah": {"Capacity", []string{"5000 mah", "10000 mah", "20000 mah", "30000 mah"}},
	"height":       {"Size", []string{"40 inch", "50 inch", "60 inch", "72 inch"}},
	"screen size":  {"Size", []string{"up to 32 inch", "up to 43 inch", "up to 55 inch", "up to 75 inch"}},
	"light":        {"Style", []string{"warm light", "cool light", "bright light", "three modes"}},
	"seat height":  {"Size", []string{"24 inch", "26 inch", "29 inch", "30 inch"}},
	"tiers":        {"Style", []string{"2 tiers", "3 tiers", "4 tiers", "5 tiers"}},
}

// Words that titles and texts are filled up with.
var (
	brandStart = []string{"Al", "Bren", "Cor", "Dal", "El", "Fen", "Gar", "Hol", "In", "Jor", "Kel", "Lum", "Mar", "Nor", "Or", "Pel", "Quin", "Ros", "Sel", "Tor", "Ul", "Ves", "Wil", "Yor", "Zan"}
	brandEnd   = []string{"ava", "bury", "cove", "dell", "eon", "ford", "gate", "hurst", "ivo", "kin", "lane", "mont", "nest", "ora", "pine", "quist", "ridge", "sea", "tide", "umi", "vale", "wick", "yard", "zo"}
	details    = []string{"Classic", "Everyday", "Modern", "Premium", "Simple", "Essential", "Vintage", "Deluxe", "Original", "Improved", "Signature", "Basic"}
	occasions  = []string{"Gift", "Home", "Travel", "Office", "Family", "Weekend", "Holiday", "Outdoor", "Daily Use", "Guests"}
	openings   = []string{
		"Our workshop has made the %s since the first day, and every piece is still looked at by hand.",
		"If you want a %s that does its work and asks for nothing, this one is for you.",
		"This %s was drawn by people who use one all day.",
		"A good %s should last, and this one does.",
		"We took the %s that our customers know and made it better where they asked for it.",
		"Nothing about this %s is left to chance.",
	}
	closings = []string{
		"Please compare the measures before you order.",
		"Colours may look a little different on your screen.",
		"Write to us at any time and a person will answer.",
		"It comes in a plain box that you can recycle.",
		"Send it back within a month if you do not like it.",
		"Care is simple: a damp cloth is enough.",
	}
	bulletForms = []string{
		"%s: chosen with care and checked twice before it leaves us.",
		"%s, so that you can rely on it from the first day.",
		"%s - what most of our customers name first.",
		"Made for those who look for %s.",
		"We promise: %s.",
	}
	fillers = []string{
		"Good value for a small price.",
		"A present that is always welcome.",
		"Packed safely for the journey.",
		"Our service answers within a day.",
		"Tried by families for half a year.",
		"Looks good in every corner of your home.",
	}
	humanForms = []string{
		"i am looking for %s%s",
		"i need %s%s",
		"can you find me %s%s",
		"i would like to buy %s%s",
		"please show me %s%s",
		"i want %s%s for a friend",
		"get me %s%s",
		"where can i order %s%s",
	}
)
