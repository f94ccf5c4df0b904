"""Everything the other tables do not know."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="everyday services",
    kind="services",
    category="new service",
    customer="customer",
    customers="customers",
    audience="people with the problem and no time for it",
    need="One dependable address for something that takes too many calls today",
    difference="A fixed price, a fixed date and one person who answers for both",
    proof="Kept and broken promises are counted and shown each month",
    promise="[customers] say once what they need and hear the same day what it costs and when it is done. They stop asking around and comparing offers that cannot be compared.",
    model="[customers] pay per job, and those who come often pay by the month. They stay because the second job needs no explanation.",
    advantage="A record of what jobs really take, which makes the next fixed price safer",
    gap="Large providers sell packages nobody asked for and small ones cannot be reached. Nobody offers a plain promise with a name under it.",
    names=s.rows(s.NameIdea, """
        Onward | metaphor | ON-werd | A direction rather than a promise; works for many things. | Many companies move onward.
        Plainly | descriptive | PLAYN-lee | How it is done and how it is said. | An ordinary word, hard to own.
        Fieldnote | compound | FEELD-noht | What somebody writes who has been there. | Sounds like a notebook.
        Marlow | person or place | MAR-loh | A friendly surname, easy in many languages. | Says nothing by itself.
        Verano | invented | ve-RA-no | Warm and open; summer in Spanish. | A season, not a service.
    """),
    sounds=s.Sounds(("Al", "Bel", "Nor", "Tal", "Ori", "Ven"), ("ava", "enta", "ado", "isto", "umi", "era")),
    taglines=s.lines("""
        Said once, done right
        One name to call
        The price first
        Kept, and counted
    """),
    values=s.lines("""
        Kept promises: a missed date costs us the fee.
        Plain prices: we lose jobs to offers that look cheaper.
        A name under everything: nobody here can hide behind the company.
    """),
    traits=s.lines("""
        clear, never cold
        friendly, never chummy
        modest, never shy about the price
    """),
    samples=s.rows(s.Sample, """
        home page | Tell us once. We say what it costs today.
        confirmation | Thursday at ten, for the price above. Ask for Marta.
        delay | We are a day late. This one is on us.
    """),
    palettes=(
        s.palette("Harbour in the morning: a clear blue, wet stone and one orange buoy.", """
            #1D5FA8 | Harbour | clear and dependable
            #4A6572 | Wet Stone | quiet second voice
            #F28C28 | Buoy | seen from far away, used seldom
            #FAFBFC | Morning | a calm ground
            #E9EEF2 | Quay | cards and forms
            #1A2229 | Keel | dark for text
        """),
        s.palette("A garden table: olive, terracotta and linen.", """
            #5B6C2F | Olive | down to earth without being green
            #2F4B54 | Watering Can | calm second colour
            #D2552D | Terracotta | what should be touched
            #FBFAF5 | Linen | soft on the eye
            #EFECDF | Plaster | cards and panels
            #23261A | Soil | warm and dark for text
        """),
    ),
    heading=s.Font("Manrope", "sans-serif", "open and modern without fashion"),
    body=s.Font("Source Sans 3", "sans-serif", "reads well everywhere"),
    marks=s.rows(s.Mark, """
        petals | circle | Parts around one centre: many hands, one address.
        link | none | Two joined rings: what is asked and what is done.
        monogram | rounded square | The initials, as somebody would sign a note.
    """),
    imagery="People at the moment when something is done, real rooms, daylight. No headsets, no thumbs up, no handshakes.",
    applications=s.lines("""
        Sign at the door
        Message on a phone
        Invoice with a name on it
        Van or bicycle
    """),
    segments=s.rows(s.Segment, """
        Households short of time | Two jobs, children or parents to look after, and a list that never ends. | One call; A date that holds; A known price | 42 | medium
        Very small firms | One to nine people for whom every errand is somebody's working hour. | An invoice; The same person again | 33 | high
        Older people living alone | They could pay and do not know whom to trust. | A face; Patience; No contract | 17 | low
    """),
    personas=s.rows(s.Persona, """
        the list keeper | 0 | 39, two children, works thirty hours; the list on the fridge has nineteen lines. | Three lines less by Friday; No more calls in the lunch break | Offers without a price; Windows from eight to five | A third provider who did not turn up | I would pay more if I never had to call twice.
        the busy owner | 1 | 46, runs a workshop of six and does the rest at night. | An evening without errands; One invoice | Portals with forty providers and no answer | A deadline missed for a triviality | Who does it is your problem, when it is done is mine.
    """),
    rivals=s.rows(s.Rival, """
        AllFix Portal | direct | Marketplace that passes a request on to several providers | 78 | Many providers; Low prices | Nobody answers for the result; Calls all week
        Büro Lind | direct | A local firm with a good name and a waiting list | 128 | Quality; Trust | Six weeks; No fixed prices
        National chain | indirect | Packages with a hotline | 105 | Known; Everywhere | Rigid; A different person each time
        A friend who can | substitute | Favours among acquaintances | 0 | Free; Kind | Once; Hard to complain
        Doing without | substitute | The thing stays as it is | 0 | No effort | The problem grows
    """),
    trends=s.rows(s.Trend, """
        Time is bought | More households pay for what they once did themselves, also with small incomes. | helps | now
        Wages rise faster than prices | Work by hand gets dearer, which hurts whoever sells hours. | hurts | now
        Answers are expected at once | Messages replaced calls, and a day without an answer counts as a no. | helps | now
    """),
    risks=s.rows(s.Risk, """
        Fixed prices that are wrong | Early jobs take longer than thought and every one of them loses money. | high | medium | Small range of jobs, prices checked after each tenth one | Hours per job above plan in two weeks running
        Nobody to hire | Dependable people for [category] are rare in [place]. | medium | high | Paid trial weeks, training with a partner, growth only with people | Two dates moved in one week
        The idea is not needed | [audience] say yes in a talk and do not order. | medium | high | Prepayment from ten [customers] before anything is built | Fewer than three orders from fifty talks
    """),
    openings=s.rows(s.Opening, """
        Employers who give time | Firms look for benefits people feel; a few hours of help are cheaper than a rise. | Offer one employer in [place] ten vouchers and see who uses them
        House managers and associations | One agreement reaches hundreds of doors at once. | Ask three house managers for a notice in the hall and count calls
    """),
    questions=s.lines("""
        Which three jobs make most of the demand of [audience]?
        What do [audience] in [place] pay today, in money and in time?
        Which permits does [country] ask for?
    """),
    tiers=s.rows(s.Tier, """
        Single job | Fixed price before the start; A date that holds; One person responsible | 96 | per project | 0.28 | 64
        Monthly | Two small jobs a month; Answer the same day; No travel cost | 24 | per month | 1 | 24
        Yearly | Everything in Monthly; First in line | 220 | per year | 0 | 12
    """),
    channels=s.rows(s.Channel, """
        Local search | acquisition | A page per job with its fixed price and the name of the person who does it. | Orders per hundred visitors
        Recommendation card | referral | Two cards after every job, each worth an hour. | Cards that come back
        Notices where people wait | awareness | Halls, kitchens at work, doctors: a price and a telephone number. | Calls per notice and week
        Yearly reminder | retention | What was done a year ago and what is due now. | Customers with a second job
    """),
    operations=s.lines("""
        Requests are answered the same day with a price from the list of done jobs.
        One person plans, does and invoices a job; another calls a week later.
        Tools and vehicles are rented until the third month of full work.
        Every tenth job is recalculated with the hours it really took.
    """),
    metrics=s.lines("""
        Dates kept of a hundred
        Hours per job against plan
        Customers with a second job
        Cost of a new customer
    """),
    fixed=s.rows(s.Cost, """
        Room, tools and vehicle | 1100 | 1
        Telephone, software and accounting | 450 | 1
        Insurance | 250 | 3
    """),
    staff=s.rows(s.Role, """
        Founder | 1 | 3400 | 1
        Specialist | 2 | 3600 | 3
        Customer care and planning | 1 | 2800 | 7
    """),
    once=s.rows(s.Cost, """
        Equipment | 14000 | 2
        Brand, site and permits | 5500 | 3
    """),
    market=s.Market("country", "Households and small firms that pay for help of this kind", 120, 210, 20, 1.2, 4),
    money=s.Economics(4, 30, 4500, 3, 52, 40, 4.5, 8000, 28, 3, 25000),
    sources=s.rows(s.Publication, """
        Household spending on services | National statistics office
        What people pay to save time | Consumer panel
        Small service firms in figures | Chamber of commerce
    """),
)
