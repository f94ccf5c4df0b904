"""Retail: shops and shipping, things people buy."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="retail and online shops",
    kind="products",
    category="online shop",
    customer="buyer",
    customers="buyers",
    audience="people who want one good one instead of the fifth bad one",
    need="One thing that lasts, without an evening of comparing and a box to send back",
    difference="Forty things, each used by us for a year, repaired for ten and bought back after that",
    proof="Every thing shows how many came back and why",
    promise="[customers] choose from forty instead of forty thousand and can have it repaired. They stop sending boxes back.",
    model="[customers] pay per order; members pay a little a year for repair. They stay because the first thing still works.",
    advantage="Records of returns and repairs the makers themselves do not have",
    gap="Marketplaces offer everything with bought stars, good shops are far away. Nobody stands behind a thing for ten years.",
    names=s.rows(s.NameIdea, """
        Forty Things | descriptive | FOR-tee THINGZ | The size of the shop as its promise. | Breaks with the forty-first.
        Hearthold | compound | HARTH-hold | Hearth and hold: what a house keeps. | Old-fashioned ring.
        Perdura | invented | per-DOO-ra | To last, in several languages. | Serious for a teapot.
        Magpie & Oak | metaphor | MAG-py and OHK | One collects, the other lasts. | Needs its picture.
    """),
    sounds=s.Sounds(("Merca", "Perdu", "Bou", "Obje", "Tesa", "Lino"), ("ro", "lette", "vale", "mora", "tique", "na")),
    taglines=s.lines("""
        Forty things that last
        Bought once
        Used by us first
    """),
    values=s.lines("""
        Few: we turn away makers and sales.
        Repair: each repair costs us a new sale.
        Real reviews: bad ones stand first.
    """),
    traits=s.lines("""
        picky, never snobbish
        concrete, never technical
        dry, never sour
    """),
    samples=s.rows(s.Sample, """
        product page | We dropped it twice. It has a dent and works.
        parcel note | No filling, no leaflet. The box goes round.
        return reply | Your reason is now on its page. Thank you.
    """),
    palettes=(s.palette("Shop at dusk: bottle green glass, brass, brown paper.", """
        #2D4739 | Bottle | calm and lasting
        #7D5A50 | Brown Paper | parcels and edges
        #D4A017 | Brass | price and button
        #FCFBF7 | Shelf Paper | a ground for things
        #F0ECE2 | Drawer | cards
        #1E211C | Iron | dark for text
    """),),
    heading=s.Font("Josefin Sans", "sans-serif", "a shop sign of enamel"),
    body=s.Font("Source Serif 4", "serif", "reads like a catalogue one keeps"),
    marks=s.rows(s.Mark, """
        link | circle | Two rings: bought and repaired.
        monogram | none | A maker's stamp.
    """),
    imagery="Used things in use, scratches included. No white cut-outs.",
    applications=s.lines("""
        Stamp on a parcel
        Product page
        Repair tag
    """),
    segments=s.rows(s.Segment, """
        New households | First real kitchen or room, money for ten good things. | A list; No mistakes | 41 | medium
        Givers | Weddings and birthdays. | Something with a story; On time | 30 | high
        Repairers | People who hate throwing away. | Parts; Instructions | 19 | medium
    """),
    personas=s.rows(s.Persona, """
        the second-flat buyer | 0 | 32, third kettle in four years. | Buy it once | Ten thousand kettles with stars | The kettle leaks | I would pay double never to choose again.
        the last-minute giver | 1 | 45, three weddings a summer. | A present with sense | Vouchers | An invitation | It should still be there at their tenth anniversary.
    """),
    rivals=s.rows(s.Rival, """
        Gutding | direct | Catalogue of lasting goods | 62 | Taste; Stores | Dear; No repair
        OneWell | direct | Online shop for tested goods | 54 | Good texts | Always sold out
        Marketplace | indirect | Everything tomorrow | 31 | Fast; Cheap | Trust
        Department store | indirect | Touch and take | 48 | Advice | Hours; Range
        Second hand | substitute | Old and good | 19 | Cheap; Character | Luck
    """),
    trends=s.rows(s.Trend, """
        Right to repair | Makers must supply parts for more kinds of goods. | helps | 1-2 years
        Paid stars | Trust in reviews fell and names count again. | helps | now
        Shipping gets dearer | Parcels and returns eat margins. | hurts | now
    """),
    risks=s.rows(s.Risk, """
        Stock that stays | Forty bets, six wrong. | medium | medium | Small first orders, maker takes back half | Nothing sold of an item in six weeks
        A maker changes quality | The second batch is not the first. | medium | high | Open each tenth box | Returns of one item double
        Advertising gets dearer | New [customers] cost more than a first order earns. | high | high | Givers' loop, repair as a reason to return | Cost per order above margin
    """),
    openings=s.rows(s.Opening, """
        Wedding lists | One list brings thirty buyers. | Five couples in [place] before summer
        Landlords of furnished flats | They buy ten of everything. | One furnished house, whole list
    """),
    questions=s.lines("""
        Which ten of forty things carry the shop?
        How often do [audience] come back within a year without a discount?
    """),
    tiers=s.rows(s.Tier, """
        Order | One thing and its spare part; Story of its makers | 52 | per purchase | 0.32 | 68
        Set | Three things for a room; Delivered together | 118 | per purchase | 0.16 | 22
        Repair club | Repairs for nothing; First choice of bought-back things | 48 | per year | 0 | 10
    """),
    channels=s.rows(s.Channel, """
        Pages about one thing | acquisition | How it fails, how it is repaired, which one we kept. | Orders per thousand readers
        Gifts | referral | Each gift carries the way back to us. | Receivers who order
        Repair evenings | awareness | One evening a month in a shop window. | Addresses per evening
        Spare part letter | retention | What wears after two years, and how to change it. | Buyers with a third order
    """),
    operations=s.lines("""
        Two people use each candidate for a year and write what broke.
        Stock lies in one room; parcels leave at three.
        Repairs are done on Fridays; reasons go to the makers.
    """),
    metrics=s.lines("""
        Buyers with a third order
        Returns in percent
        Stock days
    """),
    fixed=s.rows(s.Cost, """
        Store room | 1100 | 2
        Shop software and accounting | 700 | 1
        Insurance | 200 | 3
    """),
    staff=s.rows(s.Role, """
        Founder and buyer | 1 | 3000 | 1
        Texts and pictures | 1 | 2700 | 2
        Store room and repair | 1 | 2400 | 4
    """),
    once=s.rows(s.Cost, """
        First stock | 28000 | 3
        Shop and pictures | 9000 | 2
    """),
    market=s.Market("country", "Adults who buy household goods online", 480, 260, 9, 0.6, 5),
    money=s.Economics(4, 80, 7500, 3, 24, 42, 5, 15000, 52, 3, 35000),
    sources=s.rows(s.Publication, """
        Online orders of households | National statistics office
        Returns and their reasons | Retail institute
    """),
)
