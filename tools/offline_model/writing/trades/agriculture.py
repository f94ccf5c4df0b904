"""Agriculture: farms, vineyards, what grows and what watches it grow."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="agriculture",
    kind="services",
    category="crop monitoring service",
    customer="farm",
    customers="farms",
    audience="growers with five to two hundred hectares",
    need="An early sign of stress, disease and thirst in the rows, a week before the eye sees it",
    difference="A flight every ten days ends as a list of rows to walk to, not as a coloured map to interpret",
    proof="Each alarm is checked on foot and the share of true ones is published per season",
    promise="[customers] get the ten rows that need them this week, with a reason and a photograph. They stop spraying whole blocks because of one corner.",
    model="[customers] pay per month in the season or per survey, by the size of the land. They stay because each season makes the alarms of their own land better.",
    advantage="Seasons of pictures row by row, with what was found there on foot",
    gap="Satellites are cheap and blind between the rows; agronomists see everything and come twice a year. Nobody turns pictures into a morning's work list for a farm without an office.",
    names=s.rows(s.NameIdea, """
        Rowlight | compound | ROH-lite | A row in the right light: what the flights show. | Sounds like a lamp to some.
        Terravane | invented | TER-ra-vayn | Earth and weather vane; works in Romance languages. | Four syllables are long on a drone.
        Skylark | metaphor | SKY-lark | The bird over the fields in the morning, seen before it is heard. | A friendly name many have used elsewhere.
        Tenth Row | metaphor | TENTH roh | The row you would not have walked to. | Needs its story told once.
        Vineguard | descriptive | VYNE-gard | Guards vines: nobody asks twice. | Binds the name to one crop.
    """),
    sounds=s.Sounds(("Agri", "Vin", "Sol", "Cam", "Ter", "Sava"), ("mera", "tessa", "avia", "onda", "rix", "vale")),
    taglines=s.lines("""
        The row you need to walk
        Seen a week earlier
        Ten rows, not two hundred
        Eyes above, boots below
    """),
    values=s.lines("""
        Checked on foot: an alarm nobody walked to does not count, which slows our figures.
        The land is the farmer's: data leaves with the farm, and so may the customer.
        Less on the field: we advise against spraying also when the dealer pays.
    """),
    traits=s.lines("""
        practical, never rustic
        sparing with words, never curt
        sure, never all-knowing
    """),
    samples=s.rows(s.Sample, """
        morning message | Block 4, rows 11 to 14: leaves rolled since Friday. Walk there first.
        home page | We fly so that you walk less.
        missed flight | Too much wind today. The flight is tomorrow at six, the week costs nothing.
    """),
    palettes=(
        s.palette("Rows from above in late summer: vine green, dry earth, and the violet of the first ripe grapes.", """
            #3F6B2A | Canopy | healthy leaves from forty metres
            #7A4E2D | Furrow | earth for everything that is fixed
            #6A2C70 | Veraison | the colour change every grower waits for
            #FBFAF4 | Chalk Soil | readable outside in the sun
            #EDEEDF | Dry Grass | tables and field cards
            #1F2A17 | Shade | near black with leaf in it
        """),
    ),
    heading=s.Font("Bitter", "serif", "sturdy as a field name on a post"),
    body=s.Font("Source Sans 3", "sans-serif", "clear on a phone in bright light"),
    marks=s.rows(s.Mark, """
        facets | hexagon | Fields seen from above, cut by paths: every facet one decision.
        wave | circle | Contour lines of a slope with its rows: how the land really lies.
    """),
    imagery="Low sun between rows, boots, one drone small in a large sky, hands turning a leaf. No white laboratory coats, no tractor advertising.",
    applications=s.lines("""
        Drone and transport case
        Work list on a phone in the sun
        Sign at the field's edge
        Season report for the cellar wall
    """),
    segments=s.rows(s.Segment, """
        Estate wineries | Growers who bottle their own wine on five to sixty hectares. | Even ripeness per block; Fewer treatments; A report for organic inspectors | 46 | high
        Cooperative members | Growers who deliver grapes or fruit and are paid by quality. | Proof of quality; A price per hectare | 29 | medium
        Orchards and vegetables under irrigation | Farms that pay for each cubic metre of water. | Water per block; Alarm for blocked lines | 18 | medium
    """),
    personas=s.rows(s.Persona, """
        the third-generation grower | 0 | 44, twenty-two hectares on slopes, two employees, sells half from the cellar door. | One treatment less; Pick each block on its day | Maps that need a consultant; Contracts for a whole co-operative | Mildew found a week late | Tell me where to walk, I know what to do there.
        the quality manager | 1 | 38, buys grapes from ninety members and argues about sugar every September. | A fair measure; Early forecast of volume | Samples from the wrong row | A tank that had to be sold as bulk | I need the same eyes on ninety farms.
        the water counter | 2 | 51, grows pears with drip lines on rented land. | Less water per kilo; Sleep in August | Sensors that die in the mud | A new price for water | A blocked line costs me a row before I see it.
    """),
    rivals=s.rows(s.Rival, """
        AeroVitis | direct | Drone surveys with vigour maps for large estates | 140 | Good cameras; Known at fairs | Maps without advice; From fifty hectares
        FieldSat | direct | Satellite images weekly on a dashboard | 24 | Cheap; Every farm at once | Blind between rows; Clouds
        [place] Agronomy Bureau | indirect | An agronomist walks the blocks by the day | 420 | Experience; Trusted | Twice a season; Booked out in June
        Soil sensor kits | indirect | Probes and a gateway to install oneself | 65 | Exact in one spot; Continuous | One spot; Batteries
        Walking the rows | substitute | The grower's own eyes on Sunday | 0 | Free; Knows every vine | Late; Never all rows
    """),
    trends=s.rows(s.Trend, """
        Hotter, drier springs | Growers report earlier budding and more stress, and look for warnings instead of calendars. | helps | now
        Flying beyond sight gets permitted | Authorities open routes on farmland step by step, which halves the cost per hectare. | helps | 1-2 years
        Fewer substances permitted | Each product withdrawn makes timing more important, and mistakes dearer. | mixed | now
    """),
    risks=s.rows(s.Risk, """
        A rainy season without flights | Two weeks of wind and rain in June take the value of the whole month. | medium | high | Second drone, fixed camera masts on partner farms, refund per missed week | Fewer than two flights in a fortnight
        Permission is withdrawn | A change of drone rules grounds flights near roads and houses. | low | high | Licensed pilots, routes filed a year ahead, satellite as a fallback | A draft from the aviation authority
        [customers] pay only once | Farms test one season and then think they know their weak rows. | medium | medium | Contracts over two seasons with the comparison as the product | No log-in after harvest
    """),
    openings=s.rows(s.Opening, """
        Cooperatives buy for their members | One contract brings ninety farms and one measure of quality. | Fly ten member farms of one cooperative near [place] and compare forecasts with the scales
        Insurers against hail and frost | They send people to look at damage that a flight shows in an hour. | Measure one hail event with an insurer's assessor beside the pilot
    """),
    questions=s.lines("""
        How many alarms of ten are true on land flown for the first time?
        Which flights does the aviation authority in [country] permit without an observer?
        Does a cooperative pay per hectare or per member?
    """),
    tiers=s.rows(s.Tier, """
        Single survey | One flight with a list of rows; Photographs of each alarm | 480 | per project | 0.3 | 34
        Season | Flight every ten days; Work list each morning; Water and disease alarms | 89 | per month | 1 | 46
        Estate | Everything in Season; Picking forecast; Report for inspectors | 1490 | per year | 0 | 20
    """),
    channels=s.rows(s.Channel, """
        Field days with cooperatives | acquisition | A flight over a member's land in the morning, the walk to the alarms before lunch. | Surveys ordered per field day
        Agronomists and cellar masters | referral | They get the pictures of their clients for nothing and recommend what saves them a drive. | Farms per adviser and season
        Regional fairs in winter | awareness | One wall with the same block over three seasons, nothing else. | Addresses with hectares noted
        Season report | retention | In November each farm gets its ten weakest rows and what they cost. | Contracts renewed before January
    """),
    operations=s.lines("""
        Pilots fly fixed routes before nine, when the light is flat and the wind is low.
        Pictures become a list by eleven; an agronomist checks every alarm of a new farm.
        Growers answer each alarm with found or not found from the row.
        Drones are serviced in winter; a second set stands ready in the season.
    """),
    metrics=s.lines("""
        True alarms of ten
        Hectares per pilot and day
        Farms renewed before January
        Hours from flight to list
    """),
    fixed=s.rows(s.Cost, """
        Drone leasing, insurance and permits | 1300 | 3
        Image processing and storage | 850 | 1
        Workshop, van and accounting | 900 | 1
    """),
    staff=s.rows(s.Role, """
        Founder, agronomist | 1 | 3800 | 1
        Drone pilot | 2 | 3100 | 4
        Engineer, image analysis | 1 | 5300 | 1
        Farm adviser and sales | 1 | 3300 | 8
    """),
    once=s.rows(s.Cost, """
        Two drones with multispectral cameras | 36000 | 3
        Pilot licences and route permits | 5500 | 3
        First field trials | 7000 | 5
    """),
    market=s.Market("country", "Farms with vines, fruit or irrigated vegetables above five hectares", 2.2, 1900, 15, 2.6, 12),
    money=s.Economics(5, 20, 6000, 2, 520, 45, 2, 1400, 28, 1.5, 45000),
    sources=s.rows(s.Publication, """
        Structure of vine and fruit farms | National statistics office
        Remote sensing in permanent crops | Research institute for viticulture
        Costs of plant protection | Chamber of agriculture
    """),
)
