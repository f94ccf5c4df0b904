"""Fitness and wellbeing: apps, studios, coaching."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="fitness and wellbeing",
    category="fitness app",
    customer="member",
    customers="members",
    audience="busy adults who want to move more",
    need="Training that fits into a full day and does not collapse after a missed week",
    difference="Plans re-plan themselves around the week that really happened, in sessions of 12 to 25 minutes",
    proof="Every session is shorter than a lunch break, and completion is shown openly after each month",
    promise="[customers] get a plan that survives real life: short sessions, chosen every morning from sleep, time and "
    "energy. They stop paying for programmes they abandon in week three.",
    model="[customers] pay a monthly or yearly subscription for coaching that adapts. They stay because the plan knows "
    "their history; leaving means starting over somewhere else.",
    advantage="A record of what people really manage in short sessions, which improves every plan after it",
    gap="Programmes assume three free hours a week. Nobody plans for the week with a sick child, a late meeting and "
    "twelve free minutes, and nobody helps people back in after a break without guilt.",
    names=(
        s.NameIdea("Stridewell", "compound", "STRIDE-well", "Stride for movement, well for health; easy in English, readable elsewhere.", "Two plain words: harder to protect."),
        s.NameIdea("Pulsa", "invented", "PUL-sa", "From pulse; short, warm, and speakable in Romance and Germanic languages.", "Close to words for pressing a button in Spanish."),
        s.NameIdea("Twelve Minutes", "descriptive", "TWELV MIN-its", "Says the promise: a session fits into twelve minutes.", "Binds the brand to one length of session."),
        s.NameIdea("Kestrel", "metaphor", "KES-trel", "A small bird that holds still in strong wind: steady in a busy life.", "Says nothing about training by itself."),
        s.NameIdea("Movanta", "invented", "mo-VAN-ta", "Move and advance in one word; no meaning to fight against.", "Sounds a little like a medicine."),
        s.NameIdea("Daily Rep", "compound", "DAY-lee REP", "A repetition a day: small, regular, done.", "Gym slang may put beginners off."),
    ),
    taglines=("Strong in the time you have", "Training that survives your week", "Twelve minutes count", "Move today, not someday"),
    values=(
        "Honest effort: we show missed weeks too, even when a prettier chart would sell better.",
        "No shame: nobody is ranked, which costs us the competitive crowd.",
        "Health first: we pause plans on warning signs and lose sessions by it.",
    ),
    traits=("encouraging, never shouting", "precise, never clinical", "light, never silly"),
    samples=(
        ("home page", "You have twelve minutes. We have the right twelve minutes."),
        ("push message", "Short night? Today is mobility only, nine minutes."),
        ("after a missed week", "Welcome back. The plan has moved with you."),
    ),
    palettes=(
        s.Palette(
            "Night running with a reflective stripe: deep teal for calm, one hot signal for the moment of effort.",
            s.Colour("#0B6E69", "Deep Lane", "calm and athletic, reads well in sunlight"),
            s.Colour("#12355B", "Night Track", "gives charts and headings weight"),
            s.Colour("#FF6B35", "Warm-up", "the one colour that means: start now"),
            s.Colour("#F6FBFA", "Morning Air", "light without glare on a phone"),
            s.Colour("#E3F1EF", "Mat", "separates cards from the page"),
            s.Colour("#10242B", "Grip", "black with a hint of teal for long texts"),
        ),
        s.Palette(
            "A track at sunrise: violet shadows, an energetic lime, and plenty of light.",
            s.Colour("#4C2A85", "First Light", "energetic without the usual red"),
            s.Colour("#2D6CDF", "Cool Down", "for progress and links"),
            s.Colour("#B8E600", "Sprint", "signals completion at a glance"),
            s.Colour("#FAF9FD", "Chalk", "a quiet ground for figures"),
            s.Colour("#ECE8F6", "Bench", "cards and inputs"),
            s.Colour("#1C1430", "Rubber", "strong contrast for text"),
        ),
    ),
    heading=s.Font("Sora", "sans-serif", "round and athletic, clear in large figures"),
    body=s.Font("Inter", "sans-serif", "made for small screens, tabular figures for times and repetitions"),
    marks=(
        ("ascent", "rounded square", "Rising bars that lean forward like a runner: progress made of short, even steps."),
        ("orbit", "circle", "A point that circles a calm centre: the daily session that keeps coming round."),
    ),
    imagery="Real homes, offices and parks at hand-held height, early light, faces in effort rather than in pose. No "
    "six-packs, no stopwatches, no empty studios.",
    applications=("App icon at 48 pixels", "Session card on a watch face", "Store listing with three screens", "Sticker on a water bottle"),
    segments=(
        s.Segment("Busy parents", "People with children and a job whose free time comes in crumbs, mostly at home.", ("Sessions under 20 minutes", "No equipment, no travel", "A plan that forgives"), 38, "medium"),
        s.Segment("Desk workers with back pain", "Office and remote workers who sit eight hours and start training to hurt less.", ("Relief within weeks", "Exercises for small rooms"), 31, "high"),
        s.Segment("Returners after a break", "Former sportspeople who stopped for years and fear injury and comparison.", ("A safe way back", "Visible progress without rankings"), 19, "medium"),
    ),
    personas=(
        s.Persona("the early riser", 0, "36, project manager with two small children; trains before the house wakes up or not at all.", ("Three sessions a week", "Energy for the evening"), ("Plans that restart from zero after an illness", "Classes at impossible hours"), "The second abandoned gym contract", "I do not need motivation, I need twelve minutes and a plan."),
        s.Persona("the stiff coder", 1, "42, works from home at a kitchen table; the physiotherapist prescribed movement for life.", ("Less pain at work", "A habit that holds"), ("Programmes made for athletes", "Videos that never end"), "A week of back pain before a deadline", "If it takes longer than a coffee, I will not do it."),
        s.Persona("the returning runner", 2, "51, ran half marathons until ten years ago; starts again with doubt and a new knee.", ("Run five kilometres again", "No injury this time"), ("Apps that compare with a former self",), "A check-up with a clear warning", "Show me the way back, not the record."),
    ),
    rivals=(
        s.Rival("FitNest", "direct", "Large library of workout videos with weekly programmes", 12.9, ("Huge choice", "Well-known trainers"), ("Plans do not adapt", "Sessions of 35 minutes and more")),
        s.Rival("PaceMate", "direct", "Adaptive running and strength plans with watch data", 9.9, ("Good use of watch data", "Active community"), ("Made for people who already train", "Needs a watch")),
        s.Rival("City gym chain", "indirect", "Contract with machines and classes near work", 34.0, ("Equipment", "People around you"), ("Travel time", "Contracts of 12 months")),
        s.Rival("Personal trainer", "indirect", "One-to-one sessions at home or in the park", 220.0, ("Individual", "Commitment"), ("Price", "Fixed appointments")),
        s.Rival("Free videos", "substitute", "Endless workouts on video platforms", 0.0, ("Free", "Any style"), ("No plan, no progress", "Advertising")),
    ),
    trends=(
        s.Trend("Watches know recovery", "Sleep and heart-rate data reached the mass market, so daily adaptation needs no laboratory.", "helps", "now"),
        s.Trend("Health insurers pay for prevention", "More insurers refund certified programmes, which shifts part of the price away from the person.", "helps", "1-2 years"),
        s.Trend("Subscription fatigue", "Households cancel what they do not use weekly; retention is decided in the first month.", "hurts", "now"),
    ),
    risks=(
        s.Risk("[customers] stop in the second month", "Most people who start training stop within eight weeks, and with them the subscription.", "high", "high", "First month with daily check-in and a shrinking goal; measure sessions in week five", "Fewer than two sessions in week three"),
        s.Risk("Platform copies the feature", "A phone or watch maker may build adaptive short plans into the system.", "medium", "high", "Own the return after a break and partner with insurers", "A beta in the system's developer notes"),
        s.Risk("Injury through a wrong plan", "A bad exercise for a known condition harms a person and the name.", "low", "high", "Medical questions at start, limits set by a physiotherapist", "Support tickets that mention pain"),
    ),
    openings=(
        s.Opening("Prevention budgets of employers", "Companies pay for back health when attendance is visible and private data stays private.", "Offer three offices in [place] a free four-week pilot"),
        s.Opening("Return after birth or injury", "The months after a break have strong need and almost no guided offer.", "Publish one six-week return plan and count completions"),
    ),
    questions=(
        "Which share of [audience] finishes week five without a reminder?",
        "What does an insurer in [country] require for a refund?",
        "Do people pay before or after the first month?",
    ),
    tiers=(
        s.Tier("Start", ("Three sessions a week", "No equipment", "Re-planning after missed days"), 0.0, "per month", 1, 0),
        s.Tier("Monthly", ("Unlimited plans", "Watch data", "Weekly review"), 9.9, "per month", 1, 62),
        s.Tier("Yearly", ("Everything in Monthly", "Two guests", "Return plans after a break"), 79.0, "per year", 0, 38),
    ),
    channels=(
        s.Channel("App store search", "acquisition", "Own the words around short workouts and back pain; new screenshots each month, answers to every review.", "Store visits that become installs"),
        s.Channel("Physiotherapy practices", "referral", "A card with a code that sets up the right plan; practices see completion, not data.", "Codes used per practice and month"),
        s.Channel("Short training videos", "awareness", "One honest twelve-minute session a week, filmed in a real flat.", "Installs within two days of a video"),
        s.Channel("Monday plan message", "retention", "The week's plan in one message, changed with one tap when the week is bad.", "Members with two sessions a week"),
    ),
    operations=(
        "Two coaches write and film 20 exercises a month; a physiotherapist signs off each one.",
        "Plans are computed on our server from time, equipment, sleep and history.",
        "Support answers within a day; every mention of pain goes to a coach the same day.",
        "Each month the completion of every plan is reviewed and the weakest one rewritten.",
    ),
    metrics=("Sessions per member in week five", "Monthly churn", "Cost per new member", "Share of plans adapted"),
    fixed=(s.Cost("Cloud, video delivery and tools", 1400, 1), s.Cost("Studio corner and filming", 900, 1), s.Cost("Accounting, insurance, legal", 450, 1)),
    staff=(s.Role("Founder, product", 1, 3600, 1), s.Role("Engineer", 2, 5200, 1), s.Role("Coach and content", 1, 3400, 3), s.Role("Support and community", 1, 2900, 10)),
    once=(s.Cost("First 120 exercise videos", 18000, 2), s.Cost("Brand and store launch", 6000, 4)),
    market=s.Market("country", "Adults who pay for training in any form", 190, 145, 32, 2.2, 9.5),
    money=s.Economics(5, 150, 14000, 4, 15, 38, 5.5, 45000, 9, 16, 60000),
    sources=(
        ("Household spending on sport and fitness", "National statistics office"),
        ("Digital fitness survey", "European fitness panel"),
        ("Why people quit training", "Institute for movement research"),
    ),
)
