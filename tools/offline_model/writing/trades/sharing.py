"""Shared rooms and things: desks, workshops, tools and beds that many use and nobody has to own."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="shared rooms and things",
    kind="subscription",
    category="shared place",
    customer="member",
    customers="members",
    audience="people who need it often, but not every day",
    need="A good place or a good tool for the hours one needs it, without buying and without a contract of years",
    difference="One key opens everything by the hour, and what is not used is not paid",
    proof="How full it was, hour by hour, hangs at the door, with what was broken and when it was mended",
    promise="[customers] come, use what they need and leave it as they found it. They stop paying for what stands still and stop working at the kitchen table.",
    model="[customers] pay by the month for a share of hours, guests by the day, and some for the night. They stay because they know each other by then.",
    advantage="A record of who needs what at which hour, which says what to buy next",
    gap="Owning is dear and stands still, hiring is far and stiff. Nobody near by opens at seven in the morning.",
    names=s.rows(s.NameIdea, """
        Long Table | metaphor | LONG TAY-bul | One piece of furniture that many share. | Restaurants like it too.
        Key & Hook | compound | KEE and HUUK | What one is given and where it goes back. | Could be a locksmith.
        Comuna | invented | ko-MOO-na | In common, in many languages at once. | Sounds political to some.
        Open at Seven | descriptive | OH-pen at SEV-en | The hour that others do not offer. | Binds us to it.
    """),
    sounds=s.Sounds(("Coma", "Mezza", "Tavo", "Loka", "Parta", "Uni"), ("na", "rium", "teca", "lina", "mesa", "do")),
    taglines=s.lines("""
        Used by many, owned by none
        Here when you need it
        One key, a whole house
        Stop owning it
    """),
    values=s.lines("""
        Use before owning: we lend what we could sell.
        Mended at once: what is broken is off the list that evening.
        Room for guests: a tenth stays free, also when we could fill it.
    """),
    traits=s.lines("""
        open, never chatty
        orderly, never strict
        neighbourly, never nosy
    """),
    samples=s.rows(s.Sample, """
        door | 31 of 40 in use. The quiet room is free until two.
        reminder | It goes back on its hook by six. Somebody waits.
        when it broke | Off the list since Tuesday, back on Friday.
    """),
    palettes=(
        s.palette("An old hall with the windows open: brick, slate and a yellow key.", """
            #A04A2C | Brick | the house itself
            #47586B | Slate | quiet second voice
            #F0B429 | Brass Key | what one looks for
            #FCFAF6 | Plaster Wall | a light ground
            #F1E9E1 | Floorboard | cards and lists
            #241C18 | Beam | dark for text
        """),
    ),
    heading=s.Font("Space Grotesk", "sans-serif", "plain and a little odd, like the house"),
    body=s.Font("IBM Plex Sans", "sans-serif", "made for lists and small print"),
    marks=s.rows(s.Mark, """
        link | circle | Two that hold the same thing.
        petals | rounded square | Places around one table.
    """),
    imagery="Hooks, keys, hands on one table, the light at seven. No bean bags, no slogans on walls.",
    applications=s.lines("""
        Plate at the door
        Tag on a key
        List of what is free
        Label on a thing
    """),
    segments=s.rows(s.Segment, """
        People who work for themselves | They need it three days a week and company at noon. | Quiet; An hour that is free; No contract of years | 45 | medium
        Households near by | They need it twice a year, and then on Saturday. | It works; It is near; Somebody shows how | 29 | low
        Guests and small teams | Here for a week, with a deadline. | A day without papers; A bed near by; An invoice | 18 | high
    """),
    personas=s.rows(s.Persona, """
        the kitchen-table worker | 0 | 37, translates, has not spoken to anybody since Monday. | A door to close; Lunch with people | Cafés with one socket; Contracts of two years | A call with a washing machine in it | I do not need an office, I need to leave the house.
        the Saturday builder | 1 | 49, one shelf a year and a flat without a cellar. | To do it well, once | Tools that cost more than the shelf | A wall that crumbled | I want the drill for an hour, not for life.
        the guest for a week | 2 | 32, three people, one deadline, far from home. | A table, beds, quiet | Hotels with a desk for a handbag | A date that moved up | Tell me it has a door and I book.
    """),
    rivals=s.rows(s.Rival, """
        Werkhof 12 | direct | Desks and a workshop in an old factory | 145 | Good machines; Nice people | Full; Far out
        DeskPoint | direct | Chain with passes for every city | 189 | Everywhere; Long hours | Anonymous; Dear by the day
        Hire shop | indirect | Machines by the day | 70 | Large choice | Opens at nine, closes at five
        A room of one's own | indirect | Rented by the year | 320 | Always there | Empty four days in seven
        The kitchen table | substitute | At home, between two meals | 0 | Free; Near | Everything else is there too
    """),
    trends=s.rows(s.Trend, """
        Work leaves the office | Three days a week are done elsewhere, and not all of them at home. | helps | now
        Less is owned | What is used twice a year is borrowed, also by people with money. | helps | 1-2 years
        Rents and heating rise | Large old rooms cost more each winter. | hurts | now
    """),
    risks=s.rows(s.Risk, """
        Half full | The rent runs on whatever the door counts. | high | high | Half of the rooms first, the rest when the list is full | Less than a third of the hours used in month four
        Things come back broken | Repairs eat the fee. | medium | medium | Deposits, a short lesson, machines by hours | Repairs above a tenth of the income
        Three people leave | In a small place that is felt at once. | medium | medium | Guests by the day fill the gap | Two notices in one month
    """),
    openings=s.rows(s.Opening, """
        The municipality | It has an empty house and wants life in it. | Ask for one year without rent in [place]
        Employers far away | They pay a desk for one person sooner than an office. | Five letters to firms whose people live here
    """),
    questions=s.lines("""
        How many of [audience] live within twenty minutes of [place]?
        At which hours would they come, and on which days?
        What does the house need before the fire brigade agrees?
    """),
    tiers=s.rows(s.Tier, """
        Member | Ten days or things a month; A key; A shelf | 129 | per month | 1 | 54
        Day | One day, anything that is free; Coffee | 22 | per purchase | 2.5 | 34
        Night and large things | A bed or a machine overnight; Key by telephone | 46 | per purchase | 1.2 | 12
    """),
    channels=s.rows(s.Channel, """
        The open door | awareness | On Fridays it stands open and somebody shows it. | Visitors per Friday
        Members' guests | referral | Each member brings one for a day, every month. | Guests who come again
        Maps and search | acquisition | What is free today, at which price, without a form. | Days booked per hundred visitors
        The long lunch | retention | Once a week all eat at one table. | Members after six months
    """),
    operations=s.lines("""
        Doors open by a code from seven to eleven; somebody is there from nine to five.
        What is booked, used and broken stands in one list that all can see.
        Rooms are cleaned at six, things looked at when they come back.
        A member who helps for half a day pays less.
    """),
    metrics=s.lines("""
        Hours used of hours open
        Members after six months
        Days sold per week
        Things out of order
    """),
    fixed=s.rows(s.Cost, """
        Rent and heating | 1900 | 1
        Network, cleaning and small repairs | 720 | 2
        Insurance, software and accounting | 380 | 1
    """),
    staff=s.rows(s.Role, """
        Founder and host | 1 | 2800 | 1
        House and things, half time | 1 | 1500 | 4
        Host at weekends, part time | 1 | 900 | 9
    """),
    once=s.rows(s.Cost, """
        Furniture, machines and network | 24000 | 2
        Fire safety and fitting out | 16000 | 3
        Brand, site and permits | 3500 | 3
    """),
    market=s.Market("city", "People and small teams who pay for rooms or things by the hour", 45, 620, 28, 7, 6),
    money=s.Economics(4, 15, 900, 1.5, 85, 50, 4.5, 190, 12, 2, 30000),
    sources=s.rows(s.Publication, """
        People who work away from an office | National statistics office
        Shared rooms in figures | Association of shared places
        What households borrow | Consumer panel
    """),
)
