"""Fitness and wellbeing: apps, studios, coaching."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="fitness and wellbeing",
    kind="subscription",
    category="fitness app",
    customer="member",
    customers="members",
    audience="busy adults who want to move more",
    need="Training that fits into a full day and does not collapse after a missed week",
    difference="Plans re-plan themselves around the week that really happened, in sessions of 12 to 25 minutes",
    proof="Every session is shorter than a lunch break, and completion is shown openly after each month",
    promise="[customers] get a plan that survives real life: short sessions, chosen every morning from sleep, time and energy. They stop paying for programmes they abandon in week three.",
    model="[customers] pay a monthly or yearly subscription for coaching that adapts. They stay because the plan knows their history; leaving means starting over somewhere else.",
    advantage="A record of what people really manage in short sessions, which improves every plan after it",
    gap="Programmes assume three free hours a week. Nobody plans for the week with a sick child, a late meeting and twelve free minutes, and nobody helps people back in after a break without guilt.",
    names=s.rows(s.NameIdea, """
        Stridewell | compound | STRIDE-well | Stride for movement, well for health; easy in English, readable elsewhere. | Two plain words: harder to protect.
        Pulsa | invented | PUL-sa | From pulse; short, warm, and speakable in Romance and Germanic languages. | Close to words for pressing a button in Spanish.
        Twelve Minutes | descriptive | TWELV MIN-its | Says the promise: a session fits into twelve minutes. | Binds the brand to one length of session.
        Kestrel | metaphor | KES-trel | A small bird that holds still in strong wind: steady in a busy life. | Says nothing about training by itself.
        Movanta | invented | mo-VAN-ta | Move and advance in one word; no meaning to fight against. | Sounds a little like a medicine.
        Daily Rep | compound | DAY-lee REP | A repetition a day: small, regular, done. | Gym slang may put beginners off.
    """),
    sounds=s.Sounds(("Vig", "Mov", "Ald", "Tem", "Pul", "Kin"), ("ora", "eva", "ando", "ium", "etta", "is")),
    taglines=s.lines("""
        Strong in the time you have
        Training that survives your week
        Twelve minutes count
        Move today, not someday
    """),
    values=s.lines("""
        Honest effort: we show missed weeks too, even when a prettier chart would sell better.
        No shame: nobody is ranked, which costs us the competitive crowd.
        Health first: we pause plans on warning signs and lose sessions by it.
    """),
    traits=s.lines("""
        encouraging, never shouting
        precise, never clinical
        light, never silly
    """),
    samples=s.rows(s.Sample, """
        home page | You have twelve minutes. We have the right twelve minutes.
        push message | Short night? Today is mobility only, nine minutes.
        after a missed week | Welcome back. The plan has moved with you.
    """),
    palettes=(
        s.palette("Night running with a reflective stripe: deep teal for calm, one hot signal for the moment of effort.", """
            #0B6E69 | Deep Lane | calm and athletic, reads well in sunlight
            #12355B | Night Track | gives charts and headings weight
            #FF6B35 | Warm-up | the one colour that means: start now
            #F6FBFA | Morning Air | light without glare on a phone
            #E3F1EF | Mat | separates cards from the page
            #10242B | Grip | black with a hint of teal for long texts
        """),
        s.palette("A track at sunrise: violet shadows, an energetic lime, and plenty of light.", """
            #4C2A85 | First Light | energetic without the usual red
            #2D6CDF | Cool Down | for progress and links
            #B8E600 | Sprint | signals completion at a glance
            #FAF9FD | Chalk | a quiet ground for figures
            #ECE8F6 | Bench | cards and inputs
            #1C1430 | Rubber | strong contrast for text
        """),
    ),
    heading=s.Font("Sora", "sans-serif", "round and athletic, clear in large figures"),
    body=s.Font("Inter", "sans-serif", "made for small screens, tabular figures for times and repetitions"),
    marks=s.rows(s.Mark, """
        ascent | rounded square | Rising bars that lean forward like a runner: progress made of short, even steps.
        orbit | circle | A point that circles a calm centre: the daily session that keeps coming round.
    """),
    imagery="Real homes, offices and parks at hand-held height, early light, faces in effort rather than in pose. No six-packs, no stopwatches, no empty studios.",
    applications=s.lines("""
        App icon at 48 pixels
        Session card on a watch face
        Store listing with three screens
        Sticker on a water bottle
    """),
    segments=s.rows(s.Segment, """
        Busy parents | People with children and a job whose free time comes in crumbs, mostly at home. | Sessions under 20 minutes; No equipment, no travel; A plan that forgives | 38 | medium
        Desk workers with back pain | Office and remote workers who sit eight hours and start training to hurt less. | Relief within weeks; Exercises for small rooms | 31 | high
        Returners after a break | Former sportspeople who stopped for years and fear injury and comparison. | A safe way back; Visible progress without rankings | 19 | medium
    """),
    personas=s.rows(s.Persona, """
        the early riser | 0 | 36, project manager with two small children; trains before the house wakes up or not at all. | Three sessions a week; Energy for the evening | Plans that restart from zero after an illness; Classes at impossible hours | The second abandoned gym contract | I do not need motivation, I need twelve minutes and a plan.
        the stiff coder | 1 | 42, works from home at a kitchen table; the physiotherapist prescribed movement for life. | Less pain at work; A habit that holds | Programmes made for athletes; Videos that never end | A week of back pain before a deadline | If it takes longer than a coffee, I will not do it.
        the returning runner | 2 | 51, ran half marathons until ten years ago; starts again with doubt and a new knee. | Run five kilometres again; No injury this time | Apps that compare with a former self | A check-up with a clear warning | Show me the way back, not the record.
    """),
    rivals=s.rows(s.Rival, """
        FitNest | direct | Large library of workout videos with weekly programmes | 12.9 | Huge choice; Well-known trainers | Plans do not adapt; Sessions of 35 minutes and more
        PaceMate | direct | Adaptive running and strength plans with watch data | 9.9 | Good use of watch data; Active community | Made for people who already train; Needs a watch
        City gym chain | indirect | Contract with machines and classes near work | 34 | Equipment; People around you | Travel time; Contracts of 12 months
        Personal trainer | indirect | One-to-one sessions at home or in the park | 220 | Individual; Commitment | Price; Fixed appointments
        Free videos | substitute | Endless workouts on video platforms | 0 | Free; Any style | No plan, no progress; Advertising
    """),
    trends=s.rows(s.Trend, """
        Watches know recovery | Sleep and heart-rate data reached the mass market, so daily adaptation needs no laboratory. | helps | now
        Health insurers pay for prevention | More insurers refund certified programmes, which shifts part of the price away from the person. | helps | 1-2 years
        Subscription fatigue | Households cancel what they do not use weekly; retention is decided in the first month. | hurts | now
    """),
    risks=s.rows(s.Risk, """
        [customers] stop in the second month | Most people who start training stop within eight weeks, and with them the subscription. | high | high | First month with daily check-in and a shrinking goal; measure sessions in week five | Fewer than two sessions in week three
        Platform copies the feature | A phone or watch maker may build adaptive short plans into the system. | medium | high | Own the return after a break and partner with insurers | A beta in the system's developer notes
        Injury through a wrong plan | A bad exercise for a known condition harms a person and the name. | low | high | Medical questions at start, limits set by a physiotherapist | Support tickets that mention pain
    """),
    openings=s.rows(s.Opening, """
        Prevention budgets of employers | Companies pay for back health when attendance is visible and private data stays private. | Offer three offices in [place] a free four-week pilot
        Return after birth or injury | The months after a break have strong need and almost no guided offer. | Publish one six-week return plan and count completions
    """),
    questions=s.lines("""
        Which share of [audience] finishes week five without a reminder?
        What does an insurer in [country] require for a refund?
        Do people pay before or after the first month?
    """),
    tiers=s.rows(s.Tier, """
        Start | Three sessions a week; No equipment; Re-planning after missed days | 0 | per month | 1 | 0
        Monthly | Unlimited plans; Watch data; Weekly review | 9.9 | per month | 1 | 62
        Yearly | Everything in Monthly; Two guests; Return plans after a break | 79 | per year | 0 | 38
    """),
    channels=s.rows(s.Channel, """
        App store search | acquisition | Own the words around short workouts and back pain; new screenshots each month, answers to every review. | Store visits that become installs
        Physiotherapy practices | referral | A card with a code that sets up the right plan; practices see completion, not data. | Codes used per practice and month
        Short training videos | awareness | One honest twelve-minute session a week, filmed in a real flat. | Installs within two days of a video
        Monday plan message | retention | The week's plan in one message, changed with one tap when the week is bad. | Members with two sessions a week
    """),
    operations=s.lines("""
        Two coaches write and film 20 exercises a month; a physiotherapist signs off each one.
        Plans are computed on our server from time, equipment, sleep and history.
        Support answers within a day; every mention of pain goes to a coach the same day.
        Each month the completion of every plan is reviewed and the weakest one rewritten.
    """),
    metrics=s.lines("""
        Sessions per member in week five
        Monthly churn
        Cost per new member
        Share of plans adapted
    """),
    fixed=s.rows(s.Cost, """
        Cloud, video delivery and tools | 1400 | 1
        Studio corner and filming | 900 | 1
        Accounting, insurance, legal | 450 | 1
    """),
    staff=s.rows(s.Role, """
        Founder, product | 1 | 3600 | 1
        Engineer | 2 | 5200 | 1
        Coach and content | 1 | 3400 | 3
        Support and community | 1 | 2900 | 10
    """),
    once=s.rows(s.Cost, """
        First 120 exercise videos | 18000 | 2
        Brand and store launch | 6000 | 4
    """),
    market=s.Market("country", "Adults who pay for training in any form", 190, 145, 32, 2.2, 9.5),
    money=s.Economics(5, 150, 14000, 4, 24, 38, 5.5, 45000, 9, 16, 60000),
    sources=s.rows(s.Publication, """
        Household spending on sport and fitness | National statistics office
        Digital fitness survey | European fitness panel
        Why people quit training | Institute for movement research
    """),
)
