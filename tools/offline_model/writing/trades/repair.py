"""Repairs and trades: what is mended or fitted at the customer's place, paid by the job."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="repairs and trades",
    kind="services",
    category="mobile repair service",
    customer="customer",
    customers="customers",
    audience="people whose things break on the wrong day",
    need="Somebody who comes, says the price before the first screw is turned, and does not have to come twice",
    difference="The workshop comes to the door with the usual parts on board, at prices that hang on the van",
    proof="The share of jobs done in one visit is painted on the van each month",
    promise="[customers] send a picture, get a price and an hour, and have it back the same day. They stop taking half a day off for ten minutes of work.",
    model="[customers] pay by the job from a printed list, and some keep a yearly check. They stay because the next job begins with what was seen at the last.",
    advantage="A record of which part fails when, for every model that was ever on the stand",
    gap="Workshops are good and full, portals send strangers. Nobody names an hour and a price on the same day.",
    names=s.rows(s.NameIdea, """
        Second Wind | metaphor | SEK-und wind | What a thing gets that was given up; fits a tyre and a tap. | Runners think of themselves.
        Van & Vice | compound | VAN and VYSE | The two things that arrive: wheels and a bench. | Vice has another meaning.
        Reparo | invented | re-PA-ro | The word for mending, as half of Europe says it. | Others have had the idea.
        Mended by Six | descriptive | MEN-ded by SIKS | The promise and the hour in one. | Binds us to the hour.
    """),
    sounds=s.Sounds(("Fixo", "Rapa", "Tilda", "Mano", "Vento", "Brico"), ("lio", "ra", "ment", "zo", "nova", "dell")),
    taglines=s.lines("""
        Back in use by tonight
        A price before a screw
        The workshop comes to you
        Mended, not replaced
    """),
    values=s.lines("""
        Mending first: we talk people out of new things and lose those sales.
        The list counts: what took longer than printed is our loss.
        One visit: who has to come again pays for the second.
    """),
    traits=s.lines("""
        handy, never gruff
        brief, never vague
        friendly, never late with bad news
    """),
    samples=s.rows(s.Sample, """
        answer to a picture | That is the bearing. 48, today at five, twenty minutes.
        side of the van | 93 of 100 jobs done in one visit.
        bad news | This one is not worth mending. Keep the money.
    """),
    palettes=(
        s.palette("A tidy bench: bottle green, bare steel and one red handle.", """
            #1F6650 | Bench Green | solid and calm, good on a van
            #51616B | Bare Steel | tools and second things
            #D64533 | Handle | what the hand looks for
            #FAFAF7 | Chalk | a ground that shows dirt honestly
            #E9ECE8 | Apron | cards and lists
            #1B2320 | Grease | dark for text
        """),
    ),
    heading=s.Font("Archivo", "sans-serif", "made for signs, strong from across a street"),
    body=s.Font("Public Sans", "sans-serif", "plain as a receipt should be"),
    marks=s.rows(s.Mark, """
        link | circle | Two parts that hold again.
        orbit | rounded square | A wheel with its hub, or a washer on a bolt.
    """),
    imagery="Hands, open machines, the old part beside the new one. No overalls without a stain.",
    applications=s.lines("""
        Side of the van
        Price list at the door
        Sticker on what was mended
        Message with a picture
    """),
    segments=s.rows(s.Segment, """
        People who need it tomorrow | They ride it, cook on it or wash with it every day. | The same day; A price first; No second visit | 46 | medium
        Families with many things | Four of everything, and one of them is always broken. | Several jobs in one visit; A yearly check | 27 | medium
        Small firms with a fleet | Three to thirty of the same thing, each idle hour costs. | An invoice; Fixed days; A log of each piece | 19 | high
    """),
    personas=s.rows(s.Persona, """
        the one who needs it tomorrow | 0 | 34, needs it every morning at seven and has no tools. | To be on time tomorrow | Two weeks of waiting; Bringing it across town | A noise that was not there yesterday | Tell me what it costs and when I can leave.
        the keeper of four | 1 | 43, two children, a cellar full of things that nearly work. | One visit for all of it | A list that only grows | The first warm weekend | If somebody came in May I would stop buying new ones.
        the dispatcher | 2 | 51, answers for fourteen machines that have to leave at six. | No idle morning; One invoice | Workshops that closed at four | Two of them stood still in one week | I pay for the morning, not for the part.
    """),
    rivals=s.rows(s.Rival, """
        Meister Korb | direct | Workshop with a good name and three weeks of waiting | 74 | Quality; Trusted | Bring it, wait, fetch it
        Werkbus 7 | direct | Van with tools, booked through an app | 82 | Comes to the door | Prices after the visit
        Chain store workshop | indirect | Repairs beside the sale of new things | 59 | Parts in stock | Sells a new one
        Handyman portal | indirect | Passes the job to whoever answers | 65 | Many answers | Nobody answers for the result
        Doing it oneself | substitute | A video and a borrowed key | 18 | Cheap; Satisfying | One screw is left over
    """),
    trends=s.rows(s.Trend, """
        A right to repair | Makers have to sell parts and show how they are fitted. | helps | 1-2 years
        Dear things are kept | What costs a month's wage is mended, not thrown away. | helps | now
        Hands are missing | Trained people are rarer each year, and their wages rise. | hurts | now
    """),
    risks=s.rows(s.Risk, """
        The list is wrong | Jobs take longer than printed, and every one of them costs us. | high | medium | Ten kinds of job at first, times measured for each | Minutes above the list in two weeks running
        Nobody to hire | Good [category] people have work already. | medium | high | Pay by the week, a second van only with the second pair of hands | More than four days of waiting
        Winter | Half of the demand sleeps for three months. | high | medium | Yearly checks and fleets in winter, holidays then | Jobs per day below five
    """),
    openings=s.rows(s.Opening, """
        Employers' yards | Firms give their people a mended thing as a benefit. | One yard in [place], one Tuesday, twenty jobs
        House managers | One notice in the hall reaches forty doors. | Three halls for a month, count the calls
    """),
    questions=s.lines("""
        Which ten jobs make four fifths of the demand in [place]?
        How many minutes lie between two visits at five in the afternoon?
        Which trades does [country] allow only with a master's certificate?
    """),
    tiers=s.rows(s.Tier, """
        Repair at the door | Price by picture; Usual parts on board; Done the same day | 68 | per purchase | 0.35 | 66
        Large job | Fetched and brought back; Parts ordered; A year of warranty | 240 | per purchase | 0.07 | 20
        Yearly check | Everything looked at once; Small parts included; First in line | 89 | per year | 0 | 14
    """),
    channels=s.rows(s.Channel, """
        The van itself | awareness | It stands where people wait, with the list on its side. | Calls with the street's name
        Local search | acquisition | One page for each job, with its price and the next free hour. | Orders per hundred visitors
        Sticker on the mended thing | referral | A number and the date; whoever borrows it sees it. | Jobs that name a sticker
        Reminder after a year | retention | What was worn last time and what it costs now. | Customers with a second job
    """),
    operations=s.lines("""
        Pictures are answered within the hour with a price from the list.
        Visits are planned by district; usual parts are on board, the rest comes by nine.
        What could not be done at the door goes to the bench in the evening.
        Times are written down for every job; the list changes each quarter.
    """),
    metrics=s.lines("""
        Jobs done in one visit
        Minutes per job against the list
        Jobs per van and day
        Customers with a second job
    """),
    fixed=s.rows(s.Cost, """
        Van, fuel and parking | 780 | 1
        Bench, storage and tools | 620 | 1
        Insurance, telephone and accounting | 380 | 1
    """),
    staff=s.rows(s.Role, """
        Founder and mechanic | 1 | 3000 | 1
        Mechanic | 2 | 3100 | 5
        Planning and telephone | 1 | 1500 | 6
    """),
    once=s.rows(s.Cost, """
        Van and its fitting | 21000 | 2
        First parts and tools | 6500 | 2
        Brand, site and permits | 3500 | 3
    """),
    market=s.Market("city", "Households and small firms that pay for repairs of this kind", 280, 210, 30, 4.5, 3),
    money=s.Economics(3, 25, 1500, 1.5, 32, 45, 3, 1500, 24, 1.5, 22000),
    sources=s.rows(s.Publication, """
        Household spending on repairs | National statistics office
        Repair trades in figures | Chamber of crafts
        What people mend and what they replace | Consumer panel
    """),
)
