"""Mobility: bikes, cars, rides, deliveries."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="mobility",
    kind="subscription",
    category="mobility service",
    customer="rider",
    customers="riders",
    audience="city dwellers who want to give up the second car",
    need="Something to ride every morning that works, and no thought about repair, theft or parking",
    difference="A broken vehicle is replaced at the door within twelve hours, or the month is free",
    proof="The clock from report to replacement is public for each district",
    promise="[customers] have a vehicle that works every morning. They stop owning locks, batteries and worries.",
    model="[customers] pay by the month for a vehicle, service and insurance. They stay because the next flat tyre is not theirs.",
    advantage="A fleet of few identical parts and riders of the same district",
    gap="Sharing is gone when it rains and owned bikes stand broken in cellars. Nobody promises tomorrow morning.",
    names=s.rows(s.NameIdea, """
        Tomorrow Morning | metaphor | to-MOR-oh MOR-ning | When it has to work. | Long on a frame.
        Spoke & Co | compound | SPOHK and koh | Made of many thin supports, like a wheel. | Spoke is also a verb.
        Rolla | invented | RO-la | Rolls off the tongue and the kerb. | Near to other brands of wheels.
        Twelve Hour Bike | descriptive | TWELV owr BYKE | The guarantee as a name. | Only for bikes.
    """),
    sounds=s.Sounds(("Velo", "Rota", "Cadi", "Moto", "Linea", "Pedo"), ("ra", "vento", "nix", "lane", "mio", "via")),
    taglines=s.lines("""
        Rolling by eight
        Yours, never broken
        The second car, gone
    """),
    values=s.lines("""
        Repair before new: old frames ride on, and look it.
        Employees with contracts: night swaps cost more.
        Quiet: no vehicle waits on a pavement.
    """),
    traits=s.lines("""
        brisk, never pushy
        practical, never preachy
        cheerful, never loud
    """),
    samples=s.rows(s.Sample, """
        report answer | Got it. A new one stands at your door by seven.
        home page | You ride. The rest is ours.
        late swap | Thirteen hours. The month is free.
    """),
    palettes=(s.palette("Wet asphalt and signal paint: dark blue-grey, lane red, a reflector.", """
        #D00000 | Bike Lane | seen in traffic
        #3F4E5E | Asphalt | everything that carries
        #FFBA08 | Reflector | status and warnings
        #FBFCFD | Fog | light for maps
        #E8ECF0 | Kerb | panels
        #161C22 | Tyre | dark for text
    """),),
    heading=s.Font("Barlow", "sans-serif", "made after road signs"),
    body=s.Font("Barlow", "sans-serif", "the same signs, closer"),
    marks=s.rows(s.Mark, """
        orbit | circle | Hub and rim, one spoke missing: replaced tonight.
        link | rounded square | Two links of a chain.
    """),
    imagery="Rain, kerbs, child seats, early light. No sunsets on bridges.",
    applications=s.lines("""
        Frame and bell
        Message at six in the morning
        Workshop door
    """),
    segments=s.rows(s.Segment, """
        Commuters within eight kilometres | To work each day, in any weather. | Works at eight; Safe parking | 46 | medium
        Parents with cargo | Two children, one bag, no parking at the nursery. | Room; Rain cover; Theft solved | 29 | high
        Firms with errands | Care services, crafts, shops. | Invoice; Spare vehicle | 17 | high
    """),
    personas=s.rows(s.Persona, """
        the rain commuter | 0 | 34, four stops or twenty minutes, hates the fourth stop. | Arrive dry enough; No cellar stairs | A stolen bike a year | A third theft | I want to ride, not to own.
        the nursery run | 1 | 40, two children, sold the second car in theory. | Both children in one go | Waiting three weeks for a part | A parking fine before eight | If it breaks on Monday, Tuesday must work.
    """),
    rivals=s.rows(s.Rival, """
        PedalPass | direct | City bikes by the month | 24.9 | Cheap; Known colour | One size; No cargo
        CargoKind | direct | Cargo bikes by subscription | 99 | Good bikes | Waiting list
        Public transport pass | indirect | Bus and rail | 58 | Everywhere; No weather | Crowded at eight
        Second car | indirect | Always there | 320 | Room; Dry | Cost; Parking
        Own old bike | substitute | From the cellar | 6 | Nearly free | Broken
    """),
    trends=s.rows(s.Trend, """
        Lanes get built | Cities widened lanes in few years and riders followed. | helps | now
        Employers pay for bikes | Wage schemes move money from cars to bikes. | helps | now
        Used vehicles flood in | Leased bikes return and press prices. | mixed | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        Theft in series | A lock fails and forty vehicles go. | medium | high | Insurance with excess, two locks, trackers | Two thefts on one night
        A bad batch of parts | One hub breaks fleet-wide. | low | high | Two suppliers, spare wheels for a tenth | Same repair five times in a week
        Winter cancellations | [customers] pause from November. | high | medium | Winter price, tyres changed at the door | Rides below half in two weeks
    """),
    openings=s.rows(s.Opening, """
        Housing companies | They build parking nobody can pay. | Ten vehicles in one house in [place]
        Care services | Nurses drive five streets by car. | Five vehicles for one service over winter
    """),
    questions=s.lines("""
        How many [audience] sell the car within a year?
        Which depot costs in [place] allow twelve hours?
    """),
    tiers=s.rows(s.Tier, """
        City | Bike, lock, insurance; Swap in twelve hours | 39 | per month | 1 | 58
        Cargo | Cargo bike; Rain cover; Two seats | 79 | per month | 1 | 30
        Repair for owners | At the door; Fixed prices | 45 | per purchase | 0.25 | 12
    """),
    channels=s.rows(s.Channel, """
        The bikes in the street | acquisition | A number on the frame and a week to try. | Trials per hundred bikes
        Employers | referral | A week for the whole team, then a wage scheme. | Riders per firm
        District map of swaps | awareness | The clock of each district, for all to see. | Visits that become trials
        Winter service | retention | Tyres and lights before the first ice. | Riders in January
    """),
    operations=s.lines("""
        Swaps run at night from one depot per district by van or trailer.
        Two frames, one hub, one battery: every mechanic knows all parts.
        Each vehicle is checked every ninety days.
    """),
    metrics=s.lines("""
        Hours to replacement
        Riders in January
        Repair cost per vehicle
    """),
    fixed=s.rows(s.Cost, """
        Depot | 1900 | 2
        Van, insurance, trackers | 1200 | 3
        Software and accounting | 700 | 1
    """),
    staff=s.rows(s.Role, """
        Founder | 1 | 3400 | 1
        Mechanic | 3 | 2800 | 3
        Fleet and riders | 1 | 2900 | 5
        Engineer | 1 | 4800 | 1
    """),
    once=s.rows(s.Cost, """
        First sixty vehicles | 66000 | 3
        Workshop | 12000 | 2
    """),
    market=s.Market("city", "Adults who ride or drive within the city on most days", 330, 380, 16, 7.5, 8),
    money=s.Economics(4, 50, 6500, 2.5, 62, 45, 4.5, 5000, 44, 2.5, 60000),
    sources=s.rows(s.Publication, """
        Trips of city dwellers | National travel survey
        Cost of owning vehicles | Consumer association
    """),
)
