"""Property: renting, buying, building."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="property and housing",
    kind="services",
    category="property service",
    customer="owner",
    customers="owners",
    audience="private landlords with one to ten flats",
    need="A let flat without evenings, arguments and fear of the next law",
    difference="One fixed price per flat and month covers everything from viewing to the yearly statement",
    proof="Days empty and days to repair are published per house",
    promise="[customers] get the rent and a note each quarter. They stop answering the telephone on Sundays.",
    model="[customers] pay per flat and month, and once for each new tenant. They stay because the papers of all years are in order here.",
    advantage="Craftsmen who come, because we bring them forty flats instead of one",
    gap="Managers want fifty flats, platforms sell forms. Nobody looks after three flats properly.",
    names=s.rows(s.NameIdea, """
        Third Floor Left | metaphor | THURD flor LEFT | A real address: somebody has been there. | Long.
        Keysmith | compound | KEE-smith | Makes the key work. | Sounds like a locksmith.
        Habita | invented | a-BEE-ta | To live somewhere, in Romance languages. | Descriptive there.
        Quiet Sunday | descriptive | KWY-et SUN-day | What owners buy. | Nothing about flats.
    """),
    sounds=s.Sounds(("Habi", "Casa", "Domo", "Loca", "Muro", "Villa"), ("dor", "nea", "vita", "lis", "rent", "no")),
    taglines=s.lines("""
        Let, and left in peace
        Your flat, our Sunday
        Three flats are enough
    """),
    values=s.lines("""
        Both sides: tenants are answered as fast as owners.
        No mark-up: craftsmen's bills pass through.
        Straight numbers: an empty month is shown in red.
    """),
    traits=s.lines("""
        reliable, never stiff
        fair, never neutral about facts
        short, never curt
    """),
    samples=s.rows(s.Sample, """
        repair message | Tap reported at nine, fixed at three, 84 on the bill.
        home page | You own it. We answer for it.
        rent late | The rent is six days late. We have called, he pays on Friday.
    """),
    palettes=(s.palette("Brick, zinc and a painted door.", """
        #8C2F39 | Brick | solid and at home in a street
        #5C677D | Zinc Roof | facts and tables
        #2A9D8F | Painted Door | welcome, and the button
        #FCFAF8 | Plaster | light and plain
        #F0EBE6 | Stairwell | panels
        #211A1A | Coal Cellar | dark for text
    """),),
    heading=s.Font("Spectral", "serif", "the dignity of a deed without its dust"),
    body=s.Font("Public Sans", "sans-serif", "forms and sums"),
    marks=s.rows(s.Mark, """
        facets | rounded square | Floors and windows of one house.
        monogram | circle | Initials like a house number.
    """),
    imagery="Stairwells, letter boxes, hands over keys. No empty show flats.",
    applications=s.lines("""
        Plate at the door
        Quarterly note
        Key tag
    """),
    segments=s.rows(s.Segment, """
        Heirs with one flat | Inherited, far away, unsure. | Someone on site; No law to read | 36 | high
        Savers with three to ten flats | Bought for the pension beside a job. | Evenings free; Numbers for the tax office | 40 | high
        Owners abroad | Two languages, one flat. | Trust; Pictures | 15 | medium
    """),
    personas=s.rows(s.Persona, """
        the weekend landlord | 1 | 52, engineer with four flats in two towns. | No calls after six; Return as planned | Managers who refuse four flats | A burst pipe on holiday | I like owning. I do not like letting.
        the unsure heir | 0 | 38, inherited a flat with a tenant of thirty years. | Do it right | Portals full of forms | A letter from the tenant | I do not even know what I have to do.
    """),
    rivals=s.rows(s.Rival, """
        Hausblick | direct | Digital management from twenty flats | 32 | Good portal | Not for small owners
        Mieter & Partner | direct | Local manager with an office | 41 | Knows every craftsman | Slow; Price by quarrel
        Letting agent | indirect | Finds tenants for two rents | 88 | Fast letting | Gone after the key
        Landlord software | indirect | Forms and statements | 12 | Cheap | One does it oneself
        Selling | substitute | Out of it | 0 | Peace | Gone
    """),
    trends=s.rows(s.Trend, """
        More duties for landlords | Energy, data, deposits: each year a rule. | helps | now
        Inheritance wave | Many flats pass to people who live elsewhere. | helps | 1-2 years
        Craftsmen are scarce | Waiting times of weeks for small repairs. | hurts | now
    """),
    risks=s.rows(s.Risk, """
        Too many repairs per flat | Old flats eat the fixed price. | medium | high | Inspection before contract, price classes by age | Repairs per flat above three a quarter
        Misused deposits | Money of others goes wrong. | low | high | Trust accounts, two signatures | A difference at month's end
        Price cap on management | A law limits fees. | low | medium | Services beside management | A draft in parliament
    """),
    openings=s.rows(s.Opening, """
        Notaries and tax advisers | They meet heirs in the week of the question. | Three offices in [place], ten flats
        Banks after a loan | The flat is financed and nobody lets it. | One branch, twenty borrowers
    """),
    questions=s.lines("""
        Which licence does [country] ask of managers?
        What do three flats of [audience] really need per month in hours?
    """),
    tiers=s.rows(s.Tier, """
        Per flat | Rent, repairs, statement; Note each quarter | 24 | per month | 1 | 66
        New tenant | Viewings, check, contract, handover | 690 | per project | 0.035 | 18
        Owner abroad | Everything by year; Pictures; Two languages | 349 | per year | 0 | 16
    """),
    channels=s.rows(s.Channel, """
        Duty questions in search | acquisition | A page per duty with its date and form. | Flats per thousand readers
        Notaries and tax advisers | referral | A folder for the first ninety days. | Flats per adviser
        House meetings | awareness | One evening per house, costs of empty months on a wall. | Flats per evening
        Quarterly note | retention | One page: rent, repairs, next duty. | Flats after two years
    """),
    operations=s.lines("""
        One manager knows 150 flats; repairs are ordered the same day.
        Rents go through trust accounts and out on the fifth.
        Each flat is visited twice a year with the same list.
    """),
    metrics=s.lines("""
        Empty days per flat
        Hours to repair
        Flats after two years
    """),
    fixed=s.rows(s.Cost, """
        Office and telephone | 1100 | 1
        Software and trust accounts | 700 | 1
        Insurance and accounting | 500 | 2
    """),
    staff=s.rows(s.Role, """
        Founder | 1 | 3800 | 1
        Property manager | 2 | 3400 | 3
        Engineer | 1 | 5200 | 1
        Bookkeeper | 1 | 3000 | 8
    """),
    once=s.rows(s.Cost, """
        Licence and training | 3500 | 1
        Portal for owners | 16000 | 3
    """),
    market=s.Market("country", "Private owners of let flats", 48, 520, 30, 1.6, 5),
    money=s.Economics(4, 50, 8000, 3, 72, 35, 2, 9000, 18, 2, 40000),
    sources=s.rows(s.Publication, """
        Private landlords and their flats | National statistics office
        Duties of landlords in practice | Owners' association
    """),
)
