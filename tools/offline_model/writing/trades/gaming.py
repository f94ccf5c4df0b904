"""Games: on screens and tables."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="games and play",
    kind="subscription",
    category="game",
    customer="player",
    customers="players",
    audience="adults who used to play for hours and now have thirty minutes",
    need="A whole game in half an hour, with friends who live elsewhere",
    difference="Every round ends after thirty minutes with a story the group remembers, whatever the score",
    proof="Nothing that wins can be bought, and the list of what can be bought fits on one screen",
    promise="[customers] play a full round between dinner and bed, together or one after the other. They stop grinding for pieces.",
    model="[customers] buy the game once and may take a season pass for new maps. They stay because their group has a chronicle.",
    advantage="Chronicles of groups that played together for years",
    gap="Large games want evenings, small ones sell boosts. Nobody makes thirty fair minutes for a group in four towns.",
    names=s.rows(s.NameIdea, """
        Half Hour Heroes | descriptive | half owr HEER-ohz | The length is the promise. | Playful for an earnest story.
        Emberfall | compound | EM-ber-fall | The last thirty minutes of a fire. | Sounds like many fantasy titles.
        Nokta | invented | NOK-ta | Short, hard, the word for a point in some languages. | Says nothing in others.
        One More Round | metaphor | wun mor ROWND | What everybody says at half past ten. | Close to bars and boxing.
    """),
    sounds=s.Sounds(("Drak", "Ember", "Nex", "Rune", "Vor", "Pixa"), ("alis", "fell", "ora", "tide", "mir", "wyn")),
    taglines=s.lines("""
        A whole story before bed
        Thirty fair minutes
        Your friends, one round
    """),
    values=s.lines("""
        Fair play: nothing that wins is sold, and that is the best-paid thing to sell.
        An end: the game stops, which shortens sessions.
        Friends first: no strangers are matched, so growth is slower.
    """),
    traits=s.lines("""
        mischievous, never mean
        epic, never pompous
        short, never shallow
    """),
    samples=s.rows(s.Sample, """
        store page | Four friends, thirty minutes, one traitor.
        turn message | The bridge burns. Your turn.
        outage | The server fell into the lake. Back in ten minutes, season extended a day.
    """),
    palettes=(s.palette("Camp fire at night: violet dark, embers, one cold star.", """
        #7B2CBF | Dusk Magic | stands out in a store full of blue
        #C9184A | Ember | danger and turns
        #2EC4B6 | Cold Star | what can be done now
        #FDFBFF | Parchment | light rule pages
        #F0E9F7 | Card Back | panels
        #1A1026 | Night | screen and text
    """),),
    heading=s.Font("Chakra Petch", "sans-serif", "angular as a game board"),
    body=s.Font("Rubik", "sans-serif", "round and readable on a phone"),
    marks=s.rows(s.Mark, """
        facets | hexagon | A die seen from its corner.
        monogram | rounded square | Initials cut like a rune.
    """),
    imagery="Hands and faces lit by play, the map half burnt. No armour in poses.",
    applications=s.lines("""
        Store tile
        Turn message
        Trailer of thirty seconds
    """),
    segments=s.rows(s.Segment, """
        Scattered old groups | Four to six people of 28 to 45 who used to share a sofa. | Play when tired; No daily duty | 46 | medium
        Couples on one screen | Two people after the children sleep. | Together, not against; An end | 27 | medium
        Strategy fans on the way | Commuters who want depth in short turns. | One hand; Offline | 19 | high
    """),
    personas=s.rows(s.Persona, """
        the former guild leader | 0 | 38, two children, once led forty people on Tuesdays. | One evening with the old ones | Games that punish a missed day | A message in an old chat | I have thirty minutes and five friends in five towns.
        the sofa strategist | 1 | 33, plays with a partner who dislikes losing. | Win together | Tutorials of an hour | A rainy weekend | It must be over before one of us falls asleep.
    """),
    rivals=s.rows(s.Rival, """
        Clan Siege | direct | Mobile strategy with millions of players | 9.9 | Everybody is there | Pay to win; Daily duty
        Tablebound | direct | Digital board games with friends | 12.9 | Rules one knows | Long rounds
        Large online world | indirect | A world for a monthly fee | 12.99 | Depth; Content | Evenings
        Board game night | indirect | Boxes on a table | 34 | Together; No screen | Calendars
        Series and films | substitute | One more episode | 11 | No effort | Side by side
    """),
    trends=s.rows(s.Trend, """
        Players of forty | People who grew up with games have money and little time. | helps | now
        Stores overflow | More titles appear in a week than anybody can look at. | hurts | now
        Play across devices | Phone, console and computer share one round. | helps | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        Nobody sees it | A launch without wishes on a list vanishes within a day. | high | high | Open test with groups, a demo at three festivals | Fewer than ten thousand wishes a month before launch
        Servers cost more than they earn | Free guests fill them. | medium | medium | Guests without own chronicle, cost per round measured | Cost per round doubles
        The second season is late | Content takes longer than play. | high | medium | Seasons finished before they are announced | Cut maps in two sprints
    """),
    openings=s.rows(s.Opening, """
        Groups that stream | One group of friends watched by thousands sells a group game. | Five groups in [country] play one evening before launch
        Libraries and youth clubs | They look for fair games with an end. | Three clubs, one evening each, count the return
    """),
    questions=s.lines("""
        How many groups of [audience] finish a fifth round?
        What does a season have to hold to be bought by half?
    """),
    tiers=s.rows(s.Tier, """
        Game and maps | The whole game; Two guests free; Chronicle | 14.9 | per purchase | 0.18 | 50
        Season pass | A map each month; Old seasons | 5.9 | per month | 1 | 38
        Year of seasons | Twelve maps; Printed chronicle | 49 | per year | 0 | 12
    """),
    channels=s.rows(s.Channel, """
        Store page and demo | acquisition | One round for nothing with the group that is there. | Wishes per thousand visits
        Guests of players | referral | Two guests play for nothing and may keep the chronicle. | Guests who buy
        Streaming groups | awareness | Groups of friends, not stars. | Wishes on the evening
        Season opening night | retention | All chronicles open at eight with a new map. | Groups that play it
    """),
    operations=s.lines("""
        A map a month is built, tested by twenty groups and held back until the next one is done.
        Cheating and harassment are answered by people within a day.
        Rounds are small on the server, so that a thousand fit on one machine.
    """),
    metrics=s.lines("""
        Groups with a fifth round
        Guests who buy
        Cost per round
    """),
    fixed=s.rows(s.Cost, """
        Servers and tools | 1200 | 1
        Office and accounting | 700 | 1
    """),
    staff=s.rows(s.Role, """
        Founder, game design | 1 | 3500 | 1
        Developer | 2 | 4600 | 1
        Artist | 1 | 3600 | 1
        Community | 1 | 2700 | 8
    """),
    once=s.rows(s.Cost, """
        Music and voices | 14000 | 6
        Trailer and festivals | 12000 | 8
    """),
    market=s.Market("country", "Adults who pay for games", 420, 78, 18, 0.7, 6),
    money=s.Economics(10, 900, 11000, 3, 4.8, 50, 12, 90000, 10, 28, 60000),
    sources=s.rows(s.Publication, """
        Time and money spent on games | Games industry association
        Adults who play | National media survey
    """),
)
