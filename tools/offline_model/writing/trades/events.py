"""Live events: what is sung, played or staged for people in a room, paid by the engagement or the ticket."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="live events",
    kind="services",
    category="live ensemble",
    customer="host",
    customers="hosts",
    audience="people with a day that should be remembered",
    need="An hour that guests still talk about, from people who answer, turn up and fit the room",
    difference="Hosts choose the programme piece by piece and hear it in the very room before they pay the rest",
    proof="Every evening is rated by the guests, not by the host, and the ratings are public",
    promise="[customers] say the room, the day and the mood, and have a programme and a price by tomorrow. They stop hoping that it will somehow work out.",
    model="[customers] pay by the engagement, a third ahead; guests pay for tickets on open evenings. They come back for the next occasion and bring those who were there.",
    advantage="A diary of rooms: how they sound, where the socket is, what worked in them",
    gap="Agencies send whoever is free, friends play for nothing and cancel. Nobody lets a host hear it first.",
    names=s.rows(s.NameIdea, """
        Encore Street | compound | AHN-kor street | The wish for more, and where we come from. | Encore is used by many.
        Full Room | descriptive | ful ROOM | What a host wants to see and we want to play. | Says nothing on an empty day.
        Cantara | invented | kan-TA-ra | From singing, with an open ending; works in the south and the north. | Near to a rock, by sound.
        The Last Table | metaphor | the LAST TAY-bul | Those who never want to leave. | Sounds like a restaurant.
    """),
    sounds=s.Sounds(("Canta", "Festa", "Riva", "Sono", "Viva", "Lumi"), ("rel", "mara", "do", "lia", "nell", "zza")),
    taglines=s.lines("""
        Hear it before you book it
        An hour they will talk about
        For rooms, not for stages
        Played as if you were there
    """),
    values=s.lines("""
        The room decides: we turn down halls we cannot fill with sound.
        Fair shares: performers see the host's invoice.
        On time: who is late plays for nothing.
    """),
    traits=s.lines("""
        warm, never gushing
        exact, never stiff
        festive, never loud
    """),
    samples=s.rows(s.Sample, """
        offer | Forty minutes, six pieces, two of them yours. 850.
        the day before | The room echoes. We bring the carpet.
        after it rained | Half came, all sang. The second evening is on us.
    """),
    palettes=(
        s.palette("A room before the guests: plum walls, brass, candle light.", """
            #6B2D5C | Plum Wall | festive without gold
            #8A6A2F | Brass | instruments and small signs
            #E4572E | Curtain | the moment it begins
            #FDF9F5 | Candle | a soft ground
            #F2E9E4 | Programme | cards and lists
            #231A22 | House Dark | for text
        """),
    ),
    heading=s.Font("Playfair Display", "serif", "a programme one keeps"),
    body=s.Font("Karla", "sans-serif", "clear beside a serif with character"),
    marks=s.rows(s.Mark, """
        wave | circle | A sound that fills a round room.
        petals | none | People around a centre.
    """),
    imagery="Faces of listeners, hands, the room an hour before. No spotlights, no raised arms.",
    applications=s.lines("""
        Programme on a chair
        Poster at the door
        Message with a time
        Case of an instrument
    """),
    segments=s.rows(s.Segment, """
        Families with an occasion | Weddings, round birthdays, farewells: one day, no second try. | To hear it first; One contact; A fixed price | 44 | high
        Firms and institutions | Anniversaries, openings, evenings with customers. | An invoice; No risk; Something of their own | 27 | high
        Pubs, cafés and small halls | Rooms that want people on a Tuesday. | A share instead of a fee; A poster | 20 | low
    """),
    personas=s.rows(s.Persona, """
        the one who promised | 0 | 31, promised to take care of it and has never booked anybody. | One thing less; Tears at the right place | Bands without a price; Samples from a studio | The venue asks who plays | I only get one try.
        the assistant of the board | 1 | 45, has eleven weeks and a room with pillars. | An evening nobody complains about | Agencies with catalogues | The speech got shorter, the evening did not | It should not look like last year.
        the landlord | 2 | 53, a back room for sixty and an empty Tuesday. | Sixty people who drink | Acts that bring nobody | A quiet month | If they bring thirty I keep them.
    """),
    rivals=s.rows(s.Rival, """
        Tonart Agency | direct | Ensembles by catalogue, booked a year ahead | 1150 | Large choice | Whoever is free
        Quartett & Co | direct | Students of the academy, one programme | 690 | Young; Good | Cancel for exams
        DJ with a tent | indirect | Music and light for the whole night | 780 | All night; Loud | Like everywhere
        Tickets in town | indirect | An evening for the guests somewhere else | 900 | Famous names | Not ours
        A playlist | substitute | Somebody's telephone and a loudspeaker | 0 | Free | Nobody remembers it
    """),
    trends=s.rows(s.Trend, """
        Smaller and finer | Occasions have fewer guests and more money for each. | helps | now
        People want to take part | Evenings on which guests sing or solve something fill by themselves. | helps | now
        Venues close earlier | Neighbours complain and licences end at ten. | hurts | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        Somebody falls ill on the day | One voice is missing and the evening falls. | medium | high | A second cast for every date, paid for being ready | Two stand-ins in one month
        All want the same Saturdays | Twenty days bring half of the money. | high | medium | Weekday evenings with venues, prices by day | More than half of the requests for taken days
        Rights | Societies ask for fees nobody planned. | medium | low | Programmes with rights checked, the fee in the price | A letter
    """),
    openings=s.rows(s.Opening, """
        Registry offices and venues | They are asked first and know nobody. | Three venues in [place], one evening for their staff
        Open Tuesdays | A back room becomes a habit. | Four Tuesdays for a share of the bar
    """),
    questions=s.lines("""
        How many occasions a year have [audience] in [place], and who decides?
        What do venues keep of a fee?
        Which fees for rights are due in [country]?
    """),
    tiers=s.rows(s.Tier, """
        Engagement | Up to an hour; Programme of one's own; Heard in the room before | 850 | per project | 0.09 | 56
        Open evening | A seat; The programme; A drink with the ensemble | 18 | per purchase | 0.8 | 30
        Workshop | Two hours; Guests take part; Everything brought along | 260 | per project | 0.12 | 14
    """),
    channels=s.rows(s.Channel, """
        Venues | referral | They name us when they are asked; we name them. | Requests per venue
        Open evenings | acquisition | Hosts hear us before they have an occasion. | Cards taken per evening
        Short films from real rooms | awareness | One piece, one take, the guests in the picture. | Messages per film
        The day a year later | retention | A picture of the evening and a date for the next. | Hosts with a second date
    """),
    operations=s.lines("""
        A request gets a programme and a price within a day.
        Every room is visited; the diary says where to stand.
        Two casts rehearse the same pieces, one evening a week.
        Fees are paid on the evening, from the third paid ahead.
    """),
    metrics=s.lines("""
        Engagements per week
        Days between request and answer
        Rating by guests
        Hosts with a second date
    """),
    fixed=s.rows(s.Cost, """
        Rehearsal room | 520 | 1
        Instruments, insurance, van | 430 | 1
        Software and accounting | 240 | 1
    """),
    staff=s.rows(s.Role, """
        Founder and artistic lead | 1 | 2900 | 1
        Bookings, half time | 1 | 1500 | 4
        Sound and stage, half time | 1 | 1400 | 8
    """),
    once=s.rows(s.Cost, """
        Equipment | 7500 | 2
        Films, brand and site | 4500 | 3
    """),
    market=s.Market("city", "Households, firms and venues that pay for live evenings", 70, 430, 24, 7, 4),
    money=s.Economics(3, 12, 1200, 1.5, 75, 50, 3.5, 520, 40, 2, 16000),
    sources=s.rows(s.Publication, """
        Household spending on occasions and culture | National statistics office
        Live music and small stages in figures | Association of venues
        What weddings cost | Consumer panel
    """),
)
