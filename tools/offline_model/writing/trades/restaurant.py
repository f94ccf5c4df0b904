"""Restaurants, cafés and catering."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="restaurants and cafés",
    kind="shop",
    category="neighbourhood restaurant",
    customer="guest",
    customers="guests",
    audience="people who eat out near home on ordinary days",
    need="A good meal on an ordinary evening without planning, ceremony or a shock at the bill",
    difference="Six dishes, changed each week, cooked in front of the guests and served within fifteen minutes",
    proof="The board names the farm of every main ingredient and the price before the wine is poured",
    promise="[customers] eat well on a Tuesday without a reservation. They stop choosing between delivery boxes and an evening that has to be special.",
    model="[customers] pay per visit, at noon and in the evening. They stay because the menu changes and the welcome does not.",
    advantage="A short menu that sells out daily, so that buying is cheap and nothing waits in a freezer",
    gap="Fine places want two weeks and two hours, chains taste alike, and delivery arrives cold. Nobody cooks simply and well for the evenings that are not an occasion.",
    names=s.rows(s.NameIdea, """
        Tuesday Table | compound | TYOOZ-day TAY-bl | The ordinary evening made worth going out. | Ties the name to one day.
        Sal & Brasa | descriptive | sal ee BRA-za | Salt and embers: nothing else is needed. | Many grills say something alike.
        Sixpan | invented | SIX-pan | Six dishes, six pans, short and loud. | Needs the menu to be understood.
        The Pass | metaphor | the PASS | The counter where the plate changes hands. | Known to cooks rather than guests.
    """),
    sounds=s.Sounds(("Bra", "Coci", "Mesa", "Tavo", "Olla", "Sabo"), ("lina", "relle", "to", "nova", "rin", "dia")),
    taglines=s.lines("""
        Good on a Tuesday
        Six dishes, tonight
        Come as you are, eat now
    """),
    values=s.lines("""
        Short menus: we cannot please everybody at a table of eight.
        Fair kitchens: two days off in a row, so we close on Sunday and Monday.
        Named farms: when the farm has none, the dish is off.
    """),
    traits=s.lines("""
        generous, never loud
        direct, never rude
        hungry, never greedy
    """),
    samples=s.rows(s.Sample, """
        door | Six dishes. The lamb is nearly gone.
        booking reply | No need to book before eight. Come.
        complaint reply | You waited forty minutes. That is our fault, and so is tonight's bill.
    """),
    palettes=(s.palette("Embers, wine and enamel: hot colours on a cool plate.", """
        #9B2226 | Ember | appetite, seen from across the street
        #33415C | Enamel | cool rim around something hot
        #EE9B00 | Saffron | dish of the day and little else
        #FFFBF5 | Napkin | menu paper
        #F3EBDD | Dough | panels and place cards
        #261812 | Cast Iron | dark for letters
    """),),
    heading=s.Font("Playfair Display", "serif", "a menu one wants to read aloud"),
    body=s.Font("Lato", "sans-serif", "clear in candlelight"),
    marks=s.rows(s.Mark, """
        orbit | circle | A plate from above with six pans around it.
        sunrise | none | The glow of the grill over the edge of the counter.
    """),
    imagery="Steam, hands, the counter from the guest's side, full tables with elbows. No empty white plates.",
    applications=s.lines("""
        Board at the door
        Menu of one page
        Apron and matchbox
    """),
    segments=s.rows(s.Segment, """
        Neighbours after work | Couples and friends within fifteen minutes on foot who decide at seven. | A free table; A known bill; Something new | 45 | medium
        Lunch from the offices | Teams with forty minutes. | Served at once; Light; One bill | 30 | medium
        Small celebrations | Groups of eight to twenty on a weekday. | A fixed menu; A corner of their own | 16 | high
    """),
    personas=s.rows(s.Persona, """
        the tired cook | 0 | 37, cooks for four on five days and will not on the sixth. | Eat without washing up; Home by ten | Queues at good places; Delivery in plastic | An empty fridge at half past six | I do not need an experience, I need dinner.
        the forty-minute guest | 1 | 31, eats with the same three colleagues at noon. | Warm food; Back at one | Sandwiches; Waiting for the bill | A canteen that closes | If the plate comes at once I am here every day.
    """),
    rivals=s.rows(s.Rival, """
        Casa [place] | direct | Bistro with a long menu and a terrace | 29 | Location; Known by name | Long waits; The menu never changes
        Brasa 54 | direct | Grill with natural wine, booked for weeks | 46 | Kitchen; Press | No table today; Loud
        Burger chain | indirect | Burgers and bowls at the corner | 14 | Fast; Cheap | The same everywhere
        Delivery app | indirect | Any kitchen at home within the hour | 21 | No way to go; Choice | Cold; Rubbish
        Cooking at home | substitute | Recipes and a supermarket | 6 | Cheap; Own taste | Work and washing up
    """),
    trends=s.rows(s.Trend, """
        Smaller menus | Kitchens halved their menus when staff and produce got scarce, and guests stayed. | helps | now
        Staff is the bottleneck | Trained people left the trade and do not come back for the old hours. | hurts | now
        Weekdays come back | Work from home moves dinners from the centre to the neighbourhoods. | helps | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        The cook leaves | The place tastes like one person, and that person is wanted. | medium | high | Share of the profit after a year, recipes written down | Asked for a free Saturday twice in a month
        Empty weekdays | Friday is full and pays for nobody. | high | medium | Weekday menu at one price, lunch for offices | Fewer than thirty plates on a Tuesday
        Rent steps up | The second lease costs what the first one earned. | medium | high | Ten years with steps agreed before fitting out | The house is sold
    """),
    openings=s.rows(s.Opening, """
        Lunch by subscription | Offices pay for ten lunches at once when the table is kept free. | Offer four offices in [place] a card for ten lunches
        The house as a kitchen for small events | Firms look for a table of twelve without a minimum spend. | Sell two Monday evenings to neighbours and count who asks again
    """),
    questions=s.lines("""
        How many [audience] eat out on a weekday in [place], and where?
        What does a lease with a chimney cost there?
    """),
    tiers=s.rows(s.Tier, """
        Dinner | Two dishes and a glass; Water and bread | 24 | per purchase | 2.2 | 55
        Lunch | Dish of the day within ten minutes; Coffee | 12.5 | per purchase | 4 | 40
        Table of twelve | Fixed menu; A corner; One bill | 430 | per purchase | 0.15 | 5
    """),
    channels=s.rows(s.Channel, """
        The street | acquisition | Board, light and an open door; the grill stands where it can be seen. | People who come in without a booking
        Neighbours' evening | referral | One Monday a month at cost for the street; everybody brings somebody. | New names per evening
        Dish of the day picture | awareness | One picture at eleven with the price. | Guests who name it
        Card for ten lunches | retention | Nine are paid, ten are eaten. | Cards bought again
    """),
    operations=s.lines("""
        The menu is written on Monday from what three farms offer.
        Two cooks and one at the pass serve sixty plates an evening.
        Nothing is frozen but ice; what is gone is wiped from the board.
        Till and stock are counted each night in ten minutes.
    """),
    metrics=s.lines("""
        Plates per opening hour
        Goods in percent of sales
        Guests who come back within a month
        Wages in percent of sales
    """),
    fixed=s.rows(s.Cost, """
        Rent | 4200 | 1
        Energy, water, waste | 1500 | 4
        Insurance, till, laundry, accounting | 900 | 1
    """),
    staff=s.rows(s.Role, """
        Founder and host | 1 | 3300 | 1
        Cook | 2 | 3200 | 4
        Service | 3 | 2500 | 5
    """),
    once=s.rows(s.Cost, """
        Kitchen and ventilation | 68000 | 3
        Dining room | 34000 | 4
        Licences and deposit | 16000 | 1
    """),
    market=s.Market("city", "Adults who eat out at least twice a month", 700, 900, 12, 2.4, 3),
    money=s.Economics(5, 80, 2400, 1.5, 38, 55, 7, 1800, 32, 2, 40000),
    sources=s.rows(s.Publication, """
        Turnover of the restaurant trade | National statistics office
        Eating out on weekdays | Hospitality association
        Costs of small kitchens | Chamber of commerce
    """),
)
