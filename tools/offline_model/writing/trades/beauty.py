"""Beauty: salons, skin, hair."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="beauty and body care",
    kind="services",
    category="beauty salon",
    customer="guest",
    customers="guests",
    audience="people who want to look rested without an afternoon in a salon",
    need="Forty good minutes and a result that lasts until the next month",
    difference="Every treatment is forty minutes, one price, with a plan of what to leave out",
    proof="Pictures after four weeks, not after four minutes",
    promise="[customers] leave after forty minutes and need nothing until next month. They stop buying jars.",
    model="[customers] pay per visit, regulars by the month. They stay because their stylist knows skin and hair.",
    advantage="Photographs over years that show what helps whom",
    gap="Chains rush and sell, fine salons take half a day. Nobody does little, well and on time.",
    names=s.rows(s.NameIdea, """
        Forty Minutes | descriptive | FOR-tee MIN-its | The promise. | A clock more than a salon.
        Bare Fig | metaphor | BAIR FIG | Ripe, simple, a little funny. | Needs a smile.
        Solenne | invented | so-LEN | A ceremony, in a soft word. | Two ways to say it.
        Mirrorside | compound | MIR-or-side | The side one sees oneself from. | Cool.
    """),
    sounds=s.Sounds(("Bela", "Sole", "Luna", "Viva", "Cara", "Mira"), ("nne", "ra", "via", "lis", "mond", "sette")),
    taglines=s.lines("""
        Forty minutes, four weeks
        Less, well done
        Rested by lunch
    """),
    values=s.lines("""
        Leave out: we advise against half of the jars we could sell.
        On time: an empty chair costs us, a waiting guest more.
        No retouching: our pictures convince fewer.
    """),
    traits=s.lines("""
        kind, never flattering
        skilled, never mysterious
        light, never silly
    """),
    samples=s.rows(s.Sample, """
        booking | Tuesday at one, out at twenty to two.
        after four weeks | This is still our work. Come when it is not.
        complaint reply | Too short is too short. The next two are ours.
    """),
    palettes=(s.palette("Fig and skin: deep plum, rose clay, sage.", """
        #6D2E46 | Fig | warm and grown-up
        #A26769 | Rose Clay | skin without pink
        #7A9E7E | Sage | calm signals
        #FFFAF8 | Towel | soft and light
        #F6ECE9 | Powder | cards
        #2B1A20 | Mascara | dark for text
    """),),
    heading=s.Font("Marcellus", "serif", "elegant at a distance"),
    body=s.Font("Jost", "sans-serif", "light and clear"),
    marks=s.rows(s.Mark, """
        petals | none | A cut fig.
        wave | circle | One strand of hair.
    """),
    imagery="Skin as it is, hands, window light. No marble.",
    applications=s.lines("""
        Window
        Appointment card
        Bottle without a label
    """),
    segments=s.rows(s.Segment, """
        Working regulars | Every four weeks at noon. | On time; The same hands | 47 | medium
        Before occasions | Weddings, photographs, interviews. | A trial; Certainty | 26 | high
        Men without a plan | Barber, skin, brows. | One appointment; No words | 18 | medium
    """),
    personas=s.rows(s.Persona, """
        the lunch guest | 0 | 39, between two meetings, hates waiting. | Look rested | Three hours in a chair | A tired photograph | If I am late for two, I do not come back.
        the first-time guest | 2 | 34, never booked anything. | Look like oneself | Sales talk | A wedding in May | Do what is needed and tell me the price.
    """),
    rivals=s.rows(s.Rival, """
        Studio [place] | direct | Hair and skin in a fine salon | 84 | Skilled | Half a day
        QuickCut | direct | Cuts without appointment | 22 | Cheap; At once | A different hand
        Skin clinic | indirect | Doctors and machines | 160 | Strong effects | Fear; Price
        Drugstore | indirect | Jars and masks | 18 | Everywhere | Hope
        At home | substitute | A mirror and courage | 0 | Free | The back of the head
    """),
    trends=s.rows(s.Trend, """
        Fewer products | People cut routines to three steps. | helps | now
        Men book | A growing share of new guests are men. | helps | now
        Rents in good streets | Shops leave, salons may come. | mixed | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        A stylist leaves with the guests | A third of sales walks out. | high | high | Share of profit, two stylists per guest | Guests ask for private numbers
        Empty mornings | Noon and evening pay for nine o'clock. | medium | medium | Morning price, men's hour | Chairs below half before eleven
        A bad reaction | One rash online. | low | high | Test on the arm, list of what is in it | Two rashes in a month
    """),
    openings=s.rows(s.Opening, """
        Firms with interviews and stages | Photographs and talks need faces. | One firm in [place], ten portraits
        Hotels without a salon | Guests ask each day. | Two chairs hours in one hotel
    """),
    questions=s.lines("""
        What do [audience] in [place] pay per month, jars included?
        Which training does [country] ask for skin?
    """),
    tiers=s.rows(s.Tier, """
        Forty minutes | One treatment; Plan of what to leave out | 46 | per purchase | 0.8 | 58
        Membership | One treatment a month; Moves once | 39 | per month | 1 | 30
        Occasion | Trial and the day; At home | 149 | per purchase | 0.12 | 12
    """),
    channels=s.rows(s.Channel, """
        Window and map | acquisition | Free chairs of the hour in the window. | New guests per day
        Guests bring one | referral | Both get ten minutes more. | Pairs per month
        Four-week pictures | awareness | With name and without filter. | Bookings per picture
        Next appointment at the door | retention | Booked on leaving, moved once for nothing. | Guests with a next date
    """),
    operations=s.lines("""
        Three chairs, forty-minute slots, ten minutes between.
        Two stylists know each guest.
        Twelve products, all refilled.
    """),
    metrics=s.lines("""
        Guests with a next date
        Chairs used before eleven
        Minutes late
    """),
    fixed=s.rows(s.Cost, """
        Rent | 2400 | 1
        Products, laundry, energy | 700 | 3
        Booking, insurance, accounting | 400 | 1
    """),
    staff=s.rows(s.Role, """
        Founder and stylist | 1 | 2900 | 1
        Stylist | 3 | 2600 | 3
        Front | 1 | 2200 | 6
    """),
    once=s.rows(s.Cost, """
        Fitting out three chairs | 32000 | 2
        Opening | 4000 | 3
    """),
    market=s.Market("city", "Adults who pay for hair or skin care", 560, 340, 14, 3.8, 4),
    money=s.Economics(3, 60, 1800, 1.5, 34, 50, 5.5, 1100, 16, 2, 25000),
    sources=s.rows(s.Publication, """
        Spending on personal care | National statistics office
        Salons in figures | Chamber of crafts
    """),
)
