"""Music, podcasts, film, publishing."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="music and media",
    kind="subscription",
    category="music service",
    customer="listener",
    customers="listeners",
    audience="people who want to hear something made near them",
    need="Music and stories chosen by somebody with a name, paid so that the makers live",
    difference="Twelve pieces a month, each introduced by who made it, and the split of every payment shown",
    proof="Each listener sees which artist got what from their month",
    promise="[customers] hear twelve things a month they would not have found. They stop paying for a million songs they never play.",
    model="[customers] pay by the month or year, most of it goes on to the makers of what they heard. They stay because of the voice between the pieces.",
    advantage="Recordings that exist nowhere else, made in one room",
    gap="Platforms have everything and pay nothing, record shops close, radio repeats. Nobody chooses little and pays properly.",
    names=s.rows(s.NameIdea, """
        Twelve a Month | descriptive | TWELV a MUNTH | The offer in three words. | Could be anything monthly.
        Side C | metaphor | SIDE SEE | The side a record does not have. | Explained to those without records.
        Undertone | compound | UN-der-tohn | What is heard when one listens longer. | A word with a shade of doubt.
        Sonaro | invented | so-NA-ro | Sounds like what it is in most languages. | Near to sonar.
    """),
    sounds=s.Sounds(("Sona", "Melo", "Canta", "Audi", "Ecco", "Vina"), ("ro", "delle", "via", "lux", "nova", "ris")),
    taglines=s.lines("""
        Twelve worth hearing
        Chosen, paid, remembered
        Made nearer than you think
    """),
    values=s.lines("""
        Paid first: makers get theirs before our wages.
        Little: a smaller catalogue than anybody's.
        Named taste: somebody signs each choice and is wrong by name.
    """),
    traits=s.lines("""
        enthusiastic, never gushing
        knowing, never superior
        near, never cosy
    """),
    samples=s.rows(s.Sample, """
        home page | Twelve pieces. One you will hate. Write to Tiago.
        release note | Recorded on a Tuesday, one take, the tram stays in.
        cancellation | Your month paid four artists. Come back when there is time.
    """),
    palettes=(s.palette("A small stage: record black, lamp orange, a magenta gel.", """
        #B5179E | Gel | stage light, not corporate
        #3A0CA3 | Late Set | depth for covers
        #FF8800 | Lamp | play, and nothing else
        #FFFBFD | Sleeve | white inner sleeve
        #F4EAF2 | Flyer | cards
        #1B0F1C | Vinyl | dark for text and player
    """),),
    heading=s.Font("Syne", "sans-serif", "a poster's voice"),
    body=s.Font("Karla", "sans-serif", "liner notes in small sizes"),
    marks=s.rows(s.Mark, """
        wave | circle | One groove of a record.
        orbit | none | A needle on its way inwards.
    """),
    imagery="Rooms with cables, faces before the take, hands. No headphones in fields.",
    applications=s.lines("""
        Cover of the month
        Player on a lock screen
        Poster on a wall
    """),
    segments=s.rows(s.Segment, """
        Listeners who used to buy records | 30 to 55, with a shelf and no new names. | A guide; Stories; Good sound | 44 | high
        Concert goers of the region | They know the rooms and want more of it. | Tickets first; Recordings | 30 | medium
        People who give music | A present with a face. | A year to give; A note | 15 | medium
    """),
    personas=s.rows(s.Persona, """
        the former collector | 0 | 44, three hundred records, the last one bought nine years ago. | Find one band a month | Lists made by machines | A concert by chance | I stopped looking, I did not stop listening.
        the first-row regular | 1 | 28, at two concerts a week, knows the sound engineer. | Hear that night again | Recordings from phones | A band that breaks up | I would pay to have been there twice.
    """),
    rivals=s.rows(s.Rival, """
        Large streaming service | direct | Every song | 10.99 | Everything; Everywhere | No voice; Pays little
        Bandroom | direct | Buying from artists directly | 9 | Fair; Loved by artists | One has to search
        Public radio | indirect | Chosen programmes | 0 | Good people; Free | Fixed hours
        Record shop | indirect | Records and advice | 24 | Taste; Place | Closes at six
        Silence and old lists | substitute | What one already has | 0 | Free | Old
    """),
    trends=s.rows(s.Trend, """
        Machine-made music floods platforms | Listeners look for proof that somebody played. | helps | now
        Fewer small rooms | Rents close stages, and recordings replace evenings. | mixed | now
        Paying makers directly | Memberships for single makers became usual. | helps | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        Rights get complicated | One sample stops a month. | medium | medium | Only own recordings, contracts on one page | A letter from a collecting society
        The voice leaves | One host is half of the product. | medium | high | Three hosts from the start | One host above half of plays
        Twelve are too few | [customers] feel they pay for little. | medium | high | Archive open to members, live evenings | Plays per member below eight
    """),
    openings=s.rows(s.Opening, """
        Cafés and shops | They need music that is legal and not everywhere. | Ten places in [place] for three months
        Towns and festivals | They fund culture and look for reach. | Record one festival's second stage
    """),
    questions=s.lines("""
        How many of twelve must please for a second month?
        What do collecting societies in [country] ask of own recordings?
    """),
    tiers=s.rows(s.Tier, """
        Monthly | Twelve pieces; Stories; Archive | 7.9 | per month | 1 | 62
        Yearly | Everything in Monthly; A record by post | 69 | per year | 0 | 28
        Evening tickets | Recording night; Meet the makers | 18 | per purchase | 0.4 | 10
    """),
    channels=s.rows(s.Channel, """
        Concert evenings | acquisition | A code on the wristband brings tonight's recording. | Members per evening
        The makers themselves | referral | Their listeners, their share. | Members per maker
        One song a week for nothing | awareness | With its story, wherever people listen. | Visits per song
        The monthly letter | retention | Twelve pieces, twelve sentences, one apology. | Members who press play in week one
    """),
    operations=s.lines("""
        One room, two recording days a week, one take kept.
        Hosts choose by vote and sign their piece.
        Payments to makers go out on the fifth, before wages.
    """),
    metrics=s.lines("""
        Plays per member
        Members after six months
        Paid to makers
    """),
    fixed=s.rows(s.Cost, """
        Studio room | 1100 | 1
        Hosting, rights and accounting | 1000 | 1
    """),
    staff=s.rows(s.Role, """
        Founder and host | 1 | 3000 | 1
        Producer | 1 | 2900 | 2
        Editor and host | 1 | 2800 | 3
        Engineer, half a week | 1 | 2600 | 1
    """),
    once=s.rows(s.Cost, """
        Microphones and desk | 14000 | 2
        Player app | 15000 | 3
    """),
    market=s.Market("country", "Adults who pay for music or audio", 240, 95, 20, 1.2, 6),
    money=s.Economics(4, 250, 6500, 3, 11, 50, 5.5, 30000, 42, 6, 25000),
    sources=s.rows(s.Publication, """
        Paying for music | Association of the music trade
        Culture in small rooms | Ministry of culture
    """),
)
