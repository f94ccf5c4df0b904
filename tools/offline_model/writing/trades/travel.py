"""Travel: trips, stays, guides."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="travel and tourism",
    kind="services",
    category="travel service",
    customer="traveller",
    customers="travellers",
    audience="couples and friends who travel twice a year without flying far",
    need="A trip that feels discovered, without forty evenings of searching",
    difference="Three complete trips to choose from, each walked by us this season, booked in one go by rail and on foot",
    proof="Every stay is dated and signed by the person who slept there",
    promise="[customers] choose between three trips instead of three thousand rooms. They stop planning on the sofa and reading reviews by strangers.",
    model="[customers] pay per trip, with all bookings in it. They stay because the third trip knows what the first two were like.",
    advantage="Agreements with small hosts who are in no catalogue",
    gap="Portals have everything and advise nothing, agencies sell islands. Nobody answers for a weekend in the hills.",
    names=s.rows(s.NameIdea, """
        Second Morning | metaphor | SEK-ond MOR-ning | The day on which one has arrived. | Says nothing about going.
        Waymark | compound | WAY-mark | The sign on the stone that says: right. | Used by hikers for many things.
        Lontra | invented | LON-tra | The otter in Italian; quick and at home by the river. | Says travel only after a story.
        Three Trips | descriptive | THREE trips | The method as a name. | Limits the offer to a number.
    """),
    sounds=s.Sounds(("Via", "Lonta", "Mira", "Sola", "Itin", "Costa"), ("no", "rella", "via", "dor", "elle", "mar")),
    taglines=s.lines("""
        Three trips, one is yours
        Slept there, signed it
        Near enough to arrive
    """),
    values=s.lines("""
        Walked first: we sell few places.
        Rail before air: some coasts stay out of the catalogue.
        Hosts by name: no chain can buy its way in.
    """),
    traits=s.lines("""
        curious, never breathless
        specific, never snobbish
        calm, never sleepy
    """),
    samples=s.rows(s.Sample, """
        home page | We slept there in April. The window faces the river.
        before departure | Rain on Saturday. The cellar opens at three, we told them.
        complaint reply | The road works were new to us. The night is refunded.
    """),
    palettes=(s.palette("A coast road in September: sea, limestone, one bougainvillea.", """
        #005F73 | Cove | depth and distance
        #6C584C | Stone Path | the ground walked on
        #D81E5B | Bougainvillea | the picture one takes home
        #FBFCFA | Limewash | light walls
        #E8EFEA | Terrace | cards
        #12262B | Harbour Night | dark for text
    """),),
    heading=s.Font("Cormorant Garamond", "serif", "a travel diary, set large"),
    body=s.Font("Open Sans", "sans-serif", "timetables stay readable"),
    marks=s.rows(s.Mark, """
        wave | circle | Three lines of coast, one of them taken.
        sunrise | none | The second morning over a hill.
    """),
    imagery="Paths, breakfast tables, trains by the window, weather as it was. No drones over pools.",
    applications=s.lines("""
        Folded route card
        Luggage tag
        Message on the platform
    """),
    segments=s.rows(s.Segment, """
        Couples without school holidays | Free in May and October, tired of portals. | Someone who chose; Quiet; Rail | 47 | high
        Friends once a year | Four to eight people who never agree. | One link to decide; One bill | 28 | medium
        Parents with one free weekend | Grandparents have the children from Friday to Sunday. | Under four hours away; No planning | 17 | medium
    """),
    personas=s.rows(s.Persona, """
        the tired planner | 0 | 48, teacher, has forty tabs open since January. | Arrive and breathe | Reviews that contradict each other | The third evening of comparing rooms | Choose for me, but choose well.
        the organiser of six | 1 | 35, always the one who collects the money. | Everybody pays before | Six opinions in one chat | The chat goes quiet in March | Give me three options and a deadline.
    """),
    rivals=s.rows(s.Rival, """
        Slow Routes | direct | Walking trips with luggage transport | 780 | Well organised; Loyal guests | Fixed dates; The same hills
        Petit Séjour | direct | Curated small hotels | 410 | Taste; Photographs | Rooms only
        Big portal | indirect | Every room in the world | 260 | Choice; Cancellation | No advice
        Agency at the corner | indirect | Packages by the sea | 690 | A person; Safety | Flights and islands
        Staying at home | substitute | The balcony | 0 | Free | The balcony
    """),
    trends=s.rows(s.Trend, """
        Night trains return | New lines sold out in their first seasons. | helps | now
        Shorter and nearer | Trips got shorter and more frequent, and cooler regions gained. | helps | 1-2 years
        Rooms get dearer | Small hosts raised prices and sell directly. | hurts | now
    """),
    risks=s.rows(s.Risk, """
        A season without travel | Illness, heat or strikes stop bookings for months. | low | high | Vouchers with interest, costs below four months of cash | Cancellations double in a fortnight
        Hosts go direct | They keep the guest we sent. | medium | medium | Sell the whole route, not the room | Repeat guests fall
        Package law | One bankrupt host makes us liable. | medium | medium | Insurance per trip, deposits on trust | A host asks for full payment
    """),
    openings=s.rows(s.Opening, """
        Employers who give days | Firms reward with time, and someone has to fill it. | Sell ten weekends to one firm in [place]
        Regions without an agency | Valleys have beds and budgets and no one who combines them. | One route with one region, counted by rail tickets
    """),
    questions=s.lines("""
        How much more do [audience] pay for three good options?
        Which guarantee does [country] ask of organisers?
    """),
    tiers=s.rows(s.Tier, """
        Weekend | Two nights; Rail; Route card | 290 | per purchase | 0.11 | 55
        Week | Six nights; Luggage moved; One call a day | 890 | per purchase | 0.06 | 36
        Group of six | Three options; One bill each; A meal reserved | 1900 | per purchase | 0.04 | 9
    """),
    channels=s.rows(s.Channel, """
        Newsletter on Thursday | acquisition | One trip, one photograph, one price, for the weekend after next. | Bookings per thousand readers
        Guests who bring guests | referral | A night for each new pair. | Pairs per season
        Station and library talks | awareness | Forty minutes on one route with a map. | Addresses per evening
        Memory card | retention | A year later the route, and what is new on it. | Guests with a second trip
    """),
    operations=s.lines("""
        Two planners travel four days a month and sign what they sell.
        Bookings are made by us with hosts and rail; money waits on a trust account.
        One telephone is answered until ten at night.
    """),
    metrics=s.lines("""
        Guests with a second trip
        Margin per trip
        Offers needed per booking
    """),
    fixed=s.rows(s.Cost, """
        Booking tools and payment security | 1100 | 1
        Insurance and guarantee fund | 500 | 4
        Office and accounting | 600 | 1
    """),
    staff=s.rows(s.Role, """
        Founder | 1 | 3400 | 1
        Planner | 2 | 2900 | 2
        Marketing and letters | 1 | 3000 | 5
    """),
    once=s.rows(s.Cost, """
        Site and booking | 12000 | 2
        First twenty routes | 14000 | 3
    """),
    market=s.Market("country", "Adults who pay for at least two short trips a year", 380, 720, 6, 0.8, 5),
    money=s.Economics(5, 50, 5000, 3, 48, 45, 4.5, 5000, 60, 3, 35000),
    sources=s.rows(s.Publication, """
        Short trips of residents | National statistics office
        Rail and night train travellers | Travel association
    """),
)
