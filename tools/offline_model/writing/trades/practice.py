"""Practices: teeth, backs, eyes and minds; people come, are treated, and pay by the treatment."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="treatment in practices",
    kind="services",
    category="treatment practice",
    customer="patient",
    customers="patients",
    audience="people who have put off a treatment for years",
    need="A treatment one is not afraid of, at an hour that exists, with a price known before it begins",
    difference="The first visit is a talk without an instrument; nothing is done that was not agreed on before",
    proof="How long people waited, and how many came back after their first visit, hangs in the waiting room",
    promise="[customers] know beforehand what is done, how long it takes and what it costs, and can stop it with a raised hand. They stop putting it off.",
    model="[customers] pay by the treatment, in part through their insurance, and come twice a year for a check. They stay because the second visit begins where the first ended.",
    advantage="A plan for each patient that the whole team has read, down to what must not be said",
    gap="Good practices are full and fast, chains are open and sell. Nobody takes the first half hour for a talk.",
    names=s.rows(s.NameIdea, """
        Raised Hand | metaphor | rayzd HAND | The sign that stops everything; the promise as a name. | Has to be explained once.
        Quiet Chair | compound | KWY-et chair | The thing people fear, with the word they wish for. | Could be a furniture shop.
        Lindera | invented | lin-DE-ra | From soothing, with an open ending. | A plant bears it too.
        Second Visit | descriptive | SEK-und VI-zit | That people come back is the point. | Sounds like an appointment card.
    """),
    sounds=s.Sounds(("Linda", "Sana", "Calma", "Vera", "Molo", "Pausa"), ("ris", "dent", "vera", "lia", "mora", "na")),
    taglines=s.lines("""
        First we talk
        You raise a hand, we stop
        Known before it begins
        The visit you stopped putting off
    """),
    values=s.lines("""
        Consent: we stop, also when it would only take a minute.
        No selling: what is not needed is not offered, and that costs us.
        Time: fewer patients a day than the plan of a bank would like.
    """),
    traits=s.lines("""
        calm, never soothing
        clear, never clinical
        patient, never slow
    """),
    samples=s.rows(s.Sample, """
        on the telephone | The first time we only talk. Bring somebody if you like.
        estimate | Two visits, 340 in all, 210 of it yours.
        after a bad day | That took longer than we said. It will not cost more.
    """),
    palettes=(
        s.palette("Morning in a bright room: sea blue, warm wood, one apricot.", """
            #1C6E8C | Still Water | calm and clean without white tiles
            #7A6048 | Warm Wood | handrails, doors, the second voice
            #F2936B | Apricot | the one warm sign
            #FAFDFD | Daylight | a quiet ground
            #E8F1F2 | Linen Cloth | cards and forms
            #16252B | Deep Water | dark for text
        """),
    ),
    heading=s.Font("Nunito Sans", "sans-serif", "round edges, nothing sharp"),
    body=s.Font("Atkinson Hyperlegible", "sans-serif", "read also without glasses"),
    marks=s.rows(s.Mark, """
        wave | circle | A breath in and out.
        monogram | rounded square | Initials, as on a door.
    """),
    imagery="Hands, daylight, people who talk sitting down. No smiles with thirty teeth, no masks.",
    applications=s.lines("""
        Plate at the door
        Estimate on one page
        Reminder on a phone
        Sign for a raised hand
    """),
    segments=s.rows(s.Segment, """
        People who are afraid | They have pain and have not been for years. | A talk first; To be able to stop; No blame | 38 | high
        Working people near by | They come when it fits between two appointments. | Early and late hours; No waiting | 35 | medium
        Parents with children | The first visit decides about the next twenty. | Patience; One visit for all | 19 | medium
    """),
    personas=s.rows(s.Persona, """
        the one who put it off | 0 | 41, last visit nine years ago, sleeps badly before each call. | A night without pain; To keep control | Being told off; Bright lights at once | Half of something broke off | Do not tell me it does not hurt.
        the one at seven | 1 | 36, starts at half past eight and hates to wait. | In and out before work | An hour among old magazines | The company's check is due | If you say seven, it should be seven.
        the parent of two | 2 | 39, was afraid herself and wants it to end with her. | Children who come again gladly | Practices that hold them down | A school letter | They watch my face, not yours.
    """),
    rivals=s.rows(s.Rival, """
        Praxis am Markt | direct | Good practice, full for months | 92 | Quality; Trusted | No new patients
        SmileHaus | direct | Chain with long hours and a shop window | 118 | Open; Fast | Sells more than is needed
        Hospital department | indirect | Treatment under anaesthetic | 390 | Can do everything | Far; Dear
        Abroad | indirect | A week of treatment where it is cheap | 260 | Price | Nobody looks after it
        Waiting | substitute | Tablets, and one side to chew on | 9 | Nothing happens today | It gets worse
    """),
    trends=s.rows(s.Trend, """
        Chains buy practices | Older owners sell, and patients look for a name again. | mixed | now
        Fear is spoken of | People say it on the telephone, and choose by the answer. | helps | now
        Assistants are missing | Chairs stay empty because nobody stands beside them. | hurts | now
    """),
    risks=s.rows(s.Risk, """
        Talks nobody pays | The first half hour is not in the list of fees. | high | medium | A fee for the talk, counted towards the treatment | Talks without a second visit above a third
        The loan | Chairs and machines cost before the first patient comes. | medium | high | Two rooms at first, the third when waiting exceeds three weeks | Hours sold per chair
        An assistant leaves | Half of the calm is hers. | medium | high | Four-day week, two in training | Overtime in two months running
    """),
    openings=s.rows(s.Opening, """
        General practitioners | They know who has been afraid for years. | Five practices in [place], one evening
        Employers | A check at seven in the morning costs no working hour. | One firm, twenty checks
    """),
    questions=s.lines("""
        Which share of [audience] in [place] would pay for a talk first?
        Which fees are fixed in [country], and which are free?
        How many hours of a chair are sold in practices of this size?
    """),
    tiers=s.rows(s.Tier, """
        Check and talk | Half an hour; Plan with prices; No instrument without a yes | 88 | per purchase | 0.2 | 52
        Treatment | Agreed step by step; Pauses; A call the day after | 270 | per purchase | 0.13 | 38
        Long appointment | Everything in one visit; Somebody beside you; Taken home | 740 | per purchase | 0.035 | 10
    """),
    channels=s.rows(s.Channel, """
        Doctors near by | referral | A card with a name and a direct number. | Patients per doctor
        Search for the fear | acquisition | A page that says what happens in the first ten minutes. | Calls per hundred visitors
        The street | awareness | Plate, light, opening hours that can be read from the tram. | Patients who live within a kilometre
        Reminder twice a year | retention | The hour they had last time, one word is a yes. | Patients who come back within eight months
    """),
    operations=s.lines("""
        The first visit is half an hour in a room without instruments.
        Two rooms, one practitioner each, an assistant beside every one.
        Estimates are printed before a date is made.
        An hour a day stays free for pain.
    """),
    metrics=s.lines("""
        Second visits of a hundred first ones
        Hours sold per chair
        Minutes of waiting
        Cost of a new patient
    """),
    fixed=s.rows(s.Cost, """
        Rent and cleaning | 3400 | 1
        Leasing of chairs and machines | 2600 | 3
        Insurance, software and accounting | 900 | 1
    """),
    staff=s.rows(s.Role, """
        Founder and practitioner | 1 | 5600 | 1
        Assistant | 2 | 2700 | 3
        Reception | 1 | 2400 | 3
        Second practitioner | 1 | 5200 | 12
    """),
    once=s.rows(s.Cost, """
        Fitting out two rooms | 62000 | 2
        Instruments and X-ray | 45000 | 3
        Brand, site and permits | 6000 | 3
    """),
    market=s.Market("city", "People who pay something for treatments of this kind", 600, 250, 26, 6, 2.5),
    money=s.Economics(4, 60, 4200, 1, 58, 50, 2, 2200, 21, 1, 70000),
    sources=s.rows(s.Publication, """
        Spending on treatment in practices | National statistics office
        Practices in figures | Association of statutory practitioners
        Why people put off treatment | Health panel
    """),
)
