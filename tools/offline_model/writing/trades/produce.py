"""Food from growers and makers: what is grown, churned or bottled, and sold by the crate."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="food from growers and makers",
    kind="products",
    category="small food producer",
    customer="buyer",
    customers="buyers",
    audience="kitchens and households that ask where it comes from",
    need="Food that was made yesterday, near by, by somebody with a name, and delivered when it is needed",
    difference="Made to the order of the evening before and delivered by six, so nothing lies in a warehouse",
    proof="Each crate says when it was picked or made, and what of the last order was sent back",
    promise="[customers] order until nine in the evening and cook with it in the morning. They stop throwing away the soft half of a box.",
    model="[customers] pay by the crate; kitchens order several times a week, households every other. They stay because quantity and taste are the same on Tuesday as on Friday.",
    advantage="Which kitchen uses how much of what, week by week, which says what to grow next",
    gap="Wholesalers have everything and nothing fresh, markets open on Saturday. Nobody delivers yesterday's harvest every day.",
    names=s.rows(s.NameIdea, """
        Yesterday's Field | metaphor | YES-ter-dayz FEELD | Where it stood a day ago. | Yesterday sounds old.
        Crate & Co | compound | krayt and KOH | The thing at the door and those who filled it. | Could be a shop for boxes.
        Verdolo | invented | ver-DO-lo | Green with a round ending. | Explains nothing at once.
        Picked at Six | descriptive | PIKT at SIKS | The hour says everything. | Binds us to it.
    """),
    sounds=s.Sounds(("Verda", "Rima", "Tera", "Olla", "Brina", "Casa"), ("lina", "dor", "vita", "mora", "cello", "na")),
    taglines=s.lines("""
        Made yesterday, on your table today
        Order by nine, cook at ten
        From here, this week
        Nothing that has waited
    """),
    values=s.lines("""
        Fresh or not at all: what is a day too old goes to the pigs.
        Fair weights: the crate weighs what it says.
        Small enough: we stop where we no longer know each kitchen.
    """),
    traits=s.lines("""
        earthy, never rustic
        short, never curt
        proud, never holy
    """),
    samples=s.rows(s.Sample, """
        label | Picked Tuesday 16:40. Eleven kilometres.
        evening message | Little basil tomorrow, much mint. Shall we swap?
        apology | The third crate was ours to check. It is taken off.
    """),
    palettes=(
        s.palette("A cold room at five: leaf, zinc and one beetroot.", """
            #2C6E36 | Leaf | what is inside
            #5C6B70 | Zinc | buckets, shelves, the second voice
            #B3245E | Beetroot | a mark that is seen on a crate
            #FBFCF7 | Cold Light | clear ground
            #EAF0E4 | Cabbage | cards and labels
            #182019 | Soil | dark for text
        """),
    ),
    heading=s.Font("Bitter", "serif", "sturdy as a stamp on wood"),
    body=s.Font("Hind", "sans-serif", "short lines, small labels"),
    marks=s.rows(s.Mark, """
        leaf | circle | A leaf, cut a day ago.
        sunrise | rounded square | First light over the rows.
    """),
    imagery="Hands with earth on them, crates, kitchens at ten. No checked cloth, no drops of dew.",
    applications=s.lines("""
        Stamp on a crate
        Label with the hour
        Door of the van
        Line on a menu
    """),
    segments=s.rows(s.Segment, """
        Restaurants and hotels | Kitchens that write the menu by what comes. | Every day; The same quality; One note a month | 42 | high
        Households with a box | Families who cook four times a week. | A box that fits; Skip a week; No surprises | 34 | medium
        Delicatessens and small grocers | Shelves that need a story and a margin. | Small amounts; A label; Returns | 16 | medium
    """),
    personas=s.rows(s.Persona, """
        the head of the kitchen | 0 | 38, fifty covers, orders at midnight on the telephone. | Herbs that stand up; No third supplier | Bags that are half brown | A dish taken off the menu | If it lies two days I can buy it anywhere.
        the Friday cook | 1 | 44, three at the table and one who eats no cabbage. | A week without waste | Boxes with what was left | A full bin in front of a full fridge | I want less, but really fresh.
        the grocer at the corner | 2 | 57, nine metres of shelf and one neighbour with a chain. | Something the chain has not | Minimum orders | The chain lists the same cheese | Give me six, not sixty.
    """),
    rivals=s.rows(s.Rival, """
        Hofkiste | direct | Boxes of several farms, delivered once a week | 29 | Known; Good choice | Once a week
        GrünHalle | direct | Salad and herbs from a hall, for kitchens | 64 | Every day; Clean | Tastes of little
        Wholesale market | indirect | Everything, at four in the morning | 47 | Prices; All of it | Days on the road
        Supermarket | indirect | Regional corner | 24 | On the way | Packed last week
        A garden | substitute | One's own rows | 8 | Free of doubt | July only
    """),
    trends=s.rows(s.Trend, """
        Menus name the farm | Guests read where it comes from and pay for it. | helps | now
        Energy and wages rise | Cold rooms and hands cost more each year. | hurts | now
        Less and better | Households buy less meat and more of what is near. | helps | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        A crop or a batch fails | Ten days without the thing they came for. | medium | high | Two sowings a week, a neighbour who lends | Losses above a tenth
        One kitchen is a third of it | It closes, and so do we. | medium | high | No kitchen above a seventh | Share of the largest three
        The inspector | A rule on cold or labels stops a week. | low | high | Log of temperatures, a trial inspection before the start | A gap in the log
    """),
    openings=s.rows(s.Opening, """
        Canteens | They must buy near by and do not know from whom. | One canteen in [place], four weeks, one product
        What is left over | Pesto, whey, jam: what is a day too old for a kitchen. | Fifty glasses at the door
    """),
    questions=s.lines("""
        How many kitchens in [place] would order three times a week?
        What does an hour of cold and light cost here in winter?
        Which permits does [country] ask for before the first sale?
    """),
    tiers=s.rows(s.Tier, """
        Kitchen crate | Ordered until nine; At the door by six; Weighed | 58 | per purchase | 5 | 30
        Household box | What is best this week; Swap or skip; Crate goes back | 26 | per purchase | 2 | 58
        Gift and feast | A full crate; A card; Any day | 49 | per purchase | 0.3 | 12
    """),
    channels=s.rows(s.Channel, """
        The kitchen door | acquisition | A sample at ten, a price list of one page. | Kitchens that order within a week
        Names on menus | referral | Cooks write who made it; guests ask. | Orders that name a restaurant
        Open Saturday | awareness | Rows, vats and a table with bread. | Addresses per Saturday
        Evening message | retention | What is good tomorrow; one word is an order. | Share of buyers who answer
    """),
    operations=s.lines("""
        Orders close at nine; picking or packing starts at four.
        One van, two rounds; crates come back with the next one.
        Sowing and making follow the orders of the same week last month.
        Temperatures are logged; what is doubtful is not sent.
    """),
    metrics=s.lines("""
        Crates per week
        Hours from harvest to door
        Share sent back or thrown away
        Orders per kitchen and week
    """),
    fixed=s.rows(s.Cost, """
        Land or hall, water and power | 2300 | 1
        Van and cold room | 980 | 2
        Insurance, laboratory and accounting | 480 | 1
    """),
    staff=s.rows(s.Role, """
        Founder and maker | 1 | 2900 | 1
        Growing and packing | 2 | 2500 | 3
        Round and orders | 1 | 2400 | 6
    """),
    once=s.rows(s.Cost, """
        Racks, vats and cold room | 38000 | 2
        Van | 16000 | 3
        Crates, labels and permits | 5000 | 3
    """),
    market=s.Market("city", "Kitchens and households that buy from growers and makers", 75, 520, 22, 7, 4),
    money=s.Economics(5, 15, 1600, 1.5, 80, 45, 3.5, 330, 41, 1, 38000),
    sources=s.rows(s.Publication, """
        Household spending on food from near by | National statistics office
        Direct sale in agriculture | Chamber of agriculture
        What kitchens buy and from whom | Hotel and restaurant association
    """),
)
