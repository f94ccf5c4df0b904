"""Bakeries: bread, pastry, what is sold over the counter and before noon."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="bread and bakery",
    kind="shop",
    category="neighbourhood bakery",
    customer="regular",
    customers="regulars",
    audience="households who buy bread several times a week",
    need="Good bread on the way home, without packaging and without yesterday's leftovers in the bin",
    difference="Every loaf is baked to order or to forecast, sold unwrapped, and what is left at six becomes tomorrow's crumb",
    proof="The board at the door shows how much was baked, sold and thrown away the day before",
    promise="[customers] get long-risen bread they can order until the evening before, in their own bag or our deposit tin. They stop choosing between the supermarket and a queue on Saturday.",
    model="[customers] pay at the counter several times a week, some by a weekly bread box. They stay because their loaf is put aside with their name on it.",
    advantage="A year of sales per hour and weather, which tells the oven what to bake tomorrow",
    gap="Supermarkets sell bread that was never dough here, and craft bakeries sell out at noon or throw away a fifth. Nobody promises the last loaf at seven and an empty bin.",
    names=s.rows(s.NameIdea, """
        Last Crumb | metaphor | LAST krum | Says both how good it is and that nothing is left over. | Sounds a little like the end of something.
        Levedo | invented | le-VE-do | From the Latin word for rising; close to the word for yeast in Portuguese and Italian. | Needs a sentence of explanation in the north.
        Tin & Loaf | compound | TIN and lohf | The deposit tin and the bread: the whole idea in two things. | Harder to say outside English.
        Half Past Five | metaphor | haf past FYVE | The hour the oven is opened; easy to remember and to draw. | Says nothing about bread by itself.
        Honest Loaf | descriptive | ON-est lohf | Nothing in it that is not on the board. | Many food brands call themselves honest.
    """),
    sounds=s.Sounds(("Miga", "Leva", "Cros", "Fari", "Pano", "Grano"), ("lina", "ra", "do", "vella", "mo", "sa")),
    taglines=s.lines("""
        Bread with nothing left over
        Baked for today, gone by seven
        Bring a bag, take a loaf
        Long risen, short way home
    """),
    values=s.lines("""
        Nothing thrown away: we sell out of some loaves and lose those sales.
        Time: dough rests for a day, which ties up space and money.
        Open books: the board shows bad days too.
    """),
    traits=s.lines("""
        warm, never folksy
        plain, never preachy about waste
        early, never breathless
    """),
    samples=s.rows(s.Sample, """
        door | Baked 212, sold 207. The five are tomorrow's crumb.
        order message | Your rye is put aside until seven. Bring the tin.
        complaint reply | That loaf was underbaked. The next one is ours, and thank you for saying so.
    """),
    palettes=(
        s.palette("A crust, its flour and the tiles behind the counter: warm browns, one leaf of green, no paper white.", """
            #8A4B1F | Crust | the colour people look for in a bread
            #4F6B3A | Rosemary | says unpackaged without writing it
            #E0A100 | Egg Wash | marks what is fresh from the oven
            #FFF9EF | Flour | soft ground for photographs of bread
            #F5E9D6 | Linen | cards, price tags, bags
            #2E1D12 | Burnt Edge | dark and warm for text
        """),
        s.palette("Blue tiles and a paper of flour: cool walls that make the bread look warmer.", """
            #1F4E79 | Azulejo | the tile behind the counter
            #A8551E | Baked Clay | for everything that comes from the oven
            #F2B33D | Butter | small signals and stamps
            #FDFBF6 | Sifted | a quiet wall
            #EAF0F4 | Glaze | cards and shelves
            #1B2530 | Slate Board | chalk-board dark for letters
        """),
    ),
    heading=s.Font("Fraunces", "serif", "soft and a little old-fashioned, like a hand-written price tag"),
    body=s.Font("Work Sans", "sans-serif", "legible from two metres on a board"),
    marks=s.rows(s.Mark, """
        sunrise | circle | A loaf that is also a sun over the counter: the first light of the street.
        leaf | none | An ear of grain with few leaves: nothing on it that is not needed.
    """),
    imagery="Hands, flour in side light, the empty shelf at seven as proudly as the full one at eight. No baskets with chequered cloth, no ears of wheat on white.",
    applications=s.lines("""
        Stamp on a cotton bag
        Chalk board at the door
        Deposit tin with an embossed sign
        Van and crates
    """),
    segments=s.rows(s.Segment, """
        Daily bread households | Families and couples within ten minutes on foot who buy three times a week. | A loaf that lasts three days; No queue; Nothing wrapped in plastic | 44 | medium
        Breakfast commuters | People who pass at eight and want coffee and something warm in two minutes. | Speed; A lid that comes back; Same quality daily | 31 | medium
        Cafés and small grocers | Kitchens nearby that need ten to forty loaves at six in the morning. | Reliable delivery; Crates instead of boxes | 17 | high
    """),
    personas=s.rows(s.Persona, """
        the weekly planner | 0 | 41, two children, cooks most days and counts what ends in the bin. | Bread for the week; Less rubbish | Supermarket bread that is stale on day two; Paper, foil and plastic around one loaf | A rubbish bag full of wrapping on a Friday | I want bread, not packaging with bread in it.
        the two-minute breakfast | 1 | 29, works in an office two stops away and leaves home without eating. | Eat something real; Catch the tram | Chains that warm up frozen dough; Queues without a plan | A bakery that opens at seven on the way | If it takes five minutes I eat nothing.
        the careful host | 2 | 47, runs a café with eleven tables and writes the menu around the bread. | The same loaf every morning; One delivery note a month | Suppliers who cancel at five in the morning | A supplier's price list with a new minimum order | My guests come for the toast. The toast is you.
    """),
    rivals=s.rows(s.Rival, """
        [place] Bread Company | direct | Sourdough bakery with four shops and long queues at the weekend | 6.9 | Excellent bread; Known by everybody | Sold out at noon; Dear
        Forno Antigo | direct | Family bakery with rolls, cakes and coffee | 4.2 | Prices; Regulars for decades | No orders ahead; Wraps everything
        Supermarket bake-off | indirect | Frozen dough finished in the shop all day | 2.6 | Always warm; On the way | Stale the next day; Much thrown away
        Loaf Box | indirect | Bread by post in a weekly box | 8.9 | No way to walk; Good choice | Packaging; A day old on arrival
        Baking at home | substitute | Machines, starters and a free Sunday | 1.4 | Cheap; Own hands | Takes a day; Fails at first
    """),
    trends=s.rows(s.Trend, """
        Refill shops become normal | Deposit jars and own bags moved from a niche to ordinary supermarkets within a few years. | helps | now
        Energy decides the margin | Ovens make bakeries feel every change of the price of power before their customers do. | hurts | now
        Bread is ordered ahead | Messages and apps made it usual to reserve, which lets a baker bake to a number. | helps | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        Power and flour get dearer at once | Both rose together before, faster than bread prices can follow. | medium | high | Contract for flour per half year, bake in two full loads instead of four | Energy above eight percent of sales for two months
        The baker leaves | One person knows the dough; a bakery without them sells rolls. | medium | high | Write every recipe by weight and train a second pair of hands in month three | Overtime on more than ten days a month
        Unpackaged stops at hygiene rules | An inspector or a worried guest ends the use of brought bags. | low | medium | Agree the procedure with the food office before opening, offer deposit tins | Questions at the counter about clean bags
    """),
    openings=s.rows(s.Opening, """
        Offices that want breakfast without rubbish | Companies with a waste target have no caterer who takes the crates back. | Deliver to two offices in [place] for four weeks and weigh what comes back
        Yesterday's bread as a product | Crumb, crisps and beer from leftovers sell at a better margin than the loaf. | Sell 50 bags of crumb at the counter and ask who comes back
    """),
    questions=s.lines("""
        How many [audience] in [place] would order the evening before?
        What does the food office in [country] ask for when people bring their own bags?
        Does a café pay more for delivery in crates before six?
    """),
    tiers=s.rows(s.Tier, """
        Counter | Loaves and pastry unwrapped; Loaf put aside until seven; Loyalty without a card | 6.2 | per purchase | 8 | 70
        Bread box | Two loaves a week put aside; Deposit tin; Change until the evening before | 24 | per month | 1 | 12
        Breakfast at the counter | Coffee and something warm; Cup with a deposit | 7.8 | per purchase | 5 | 18
    """),
    channels=s.rows(s.Channel, """
        Shop window and board | acquisition | The oven stands where people pass; the board with yesterday's figures changes every morning. | New faces counted at the till per day
        Neighbours' tins | referral | Whoever brings a neighbour gets a second tin; both names go on the shelf. | Tins given out per month
        Morning photograph | awareness | One picture of the first loaf at half past five with what is left to order. | Orders within an hour of the picture
        Order until the evening | retention | A message to the bakery is an order; the same loaf again with one word. | Share of loaves ordered ahead
    """),
    operations=s.lines("""
        Dough is mixed at four in the afternoon, rests overnight and is baked in two loads from five.
        Flour comes from one mill within a hundred kilometres, in sacks that go back.
        Leftovers are dried at seven and milled to crumb; the weight is written on the board.
        Bread for cafés leaves at six by cargo bike in crates.
    """),
    metrics=s.lines("""
        Share of loaves sold by seven
        Visits per regular and week
        Waste in percent of flour
        Energy per loaf
    """),
    fixed=s.rows(s.Cost, """
        Rent of shop and bakehouse | 2600 | 1
        Power, gas and water | 1200 | 3
        Insurance, till and accounting | 500 | 1
    """),
    staff=s.rows(s.Role, """
        Founder and head baker | 1 | 2900 | 1
        Baker | 2 | 3200 | 3
        Counter | 2 | 2400 | 4
    """),
    once=s.rows(s.Cost, """
        Oven, mixer and cold room | 34000 | 2
        Fitting out the shop | 26000 | 3
        Tins, crates and opening | 4500 | 4
    """),
    market=s.Market("city", "People who buy bread from bakers or bake-off counters", 620, 310, 17, 3.6, 2.6),
    money=s.Economics(4, 90, 1400, 1.5, 30, 55, 7, 1500, 34, 1.5, 30000),
    sources=s.rows(s.Publication, """
        Household spending on bread and cereals | National statistics office
        Structure of the baking trade | Chamber of crafts
        Food waste in bakeries | Institute for sustainable food
    """),
)
