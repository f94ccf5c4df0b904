"""Climate and energy: power, heat, carbon, recycling."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="climate and energy",
    kind="services",
    category="home energy service",
    customer="household",
    customers="households",
    audience="owners of older houses with a rising bill",
    need="One order of steps for the house, with costs that hold and somebody who stays until it runs",
    difference="A measured week in the house comes first, and the plan names the one step to leave out",
    proof="Kilowatt hours before and after are published for every house that agrees",
    promise="[customers] learn what their house needs, in which order and with which money. They stop collecting offers that contradict each other.",
    model="[customers] pay for the check, then for planning and supervision, then a little each month for watching the meter. They stay because savings are shown monthly.",
    advantage="Measured weeks from many houses of the same years of building",
    gap="Installers sell what they install, advisers leave after the report, grants change in between. Nobody stays from the first measurement to the second winter.",
    names=s.rows(s.NameIdea, """
        Second Winter | metaphor | SEK-ond WIN-ter | The first winter after the work is done is the proof. | Cold for a product about warmth.
        Warmwise | compound | WORM-wise | Warm and wise; at home in English and Dutch. | A little homely.
        Calora | invented | ka-LO-ra | From heat; works in Romance languages. | Close to calorie.
        Left-out Step | descriptive | left-OUT step | The step that is not needed pays for the check. | Needs a sentence.
    """),
    sounds=s.Sounds(("Calo", "Helio", "Terma", "Ener", "Lumi", "Sola"), ("vent", "rix", "nia", "dor", "ma", "lune")),
    taglines=s.lines("""
        Measured before it is sold
        The right step, then the next
        Until the second winter
    """),
    values=s.lines("""
        Nothing installed by us: no commission clouds the advice, and none is earned.
        Measured, not modelled: a check takes a week instead of an hour.
        Bad news early: some houses should wait, and we say so.
    """),
    traits=s.lines("""
        technical, never cold
        urgent, never alarming
        thrifty, never stingy
    """),
    samples=s.rows(s.Sample, """
        report | Do the attic first. Leave the windows.
        monthly message | January: a fifth less than the year before, at the same cold.
        delay | The pump comes three weeks late. Your old boiler is safe until May.
    """),
    palettes=(s.palette("Frost outside, warm inside: deep green, slate and a filament's glow.", """
        #1B5E3F | Spruce | climate without slogans
        #3D5A80 | Frost | cold side of every chart
        #F4A300 | Filament | warmth and savings only
        #FAFCFB | Insulation | quiet and light
        #E5EEE9 | Meter | panels
        #14231C | Cellar | dark for text
    """),),
    heading=s.Font("Archivo", "sans-serif", "built like a data plate on a machine"),
    body=s.Font("Source Sans 3", "sans-serif", "tables and units read easily"),
    marks=s.rows(s.Mark, """
        leaf | hexagon | A leaf with veins like pipes: heat that goes where it should.
        orbit | circle | The meter's wheel, turning slowly.
    """),
    imagery="Attics, meters, frost on a window and the cat by the radiator. No planets in hands, no smiling helmets.",
    applications=s.lines("""
        Report of four pages
        Sticker on the meter
        Board on the scaffold
    """),
    segments=s.rows(s.Segment, """
        Owners before a repair | The boiler is twenty-five years old and a decision is due. | An order of steps; Grants in time | 44 | high
        Buyers of older houses | The purchase leaves a sum and questions. | A check before signing; Cost of the next ten years | 29 | medium
        Small landlords | Three to thirty flats and new duties. | Duties met; Costs passed on properly | 18 | high
    """),
    personas=s.rows(s.Persona, """
        the cold house owner | 0 | 57, house of 1963, three offers on the table that exclude each other. | One plan; No debt at sixty-five | Sellers disguised as advisers | A bill a third higher than last year | Tell me what to leave out.
        the careful buyer | 1 | 36, looks at houses with a partner and a limit. | Know before signing | Certificates that say nothing | A viewing with a smell of oil | What does this house cost me in ten years?
    """),
    rivals=s.rows(s.Rival, """
        ThermoPlan | direct | Renovation from one hand, installation included | 460 | Everything together | Sells its own pumps
        Solvolt | direct | Solar and battery by subscription | 119 | No investment | Twenty years of contract
        Public energy advice | indirect | An hour with a neutral adviser | 40 | Neutral; Cheap | Leaves after the hour
        Local installer | indirect | Heating from the firm that always came | 310 | Trust | Busy; One technology
        Waiting | substitute | Repair and a pullover | 0 | No decision | The bill
    """),
    trends=s.rows(s.Trend, """
        Heat pumps in old houses | Measured cases replaced the rule that old houses must be rebuilt first. | helps | now
        Grants change each year | Rules and budgets move faster than a project. | mixed | now
        Prices by the hour | Flexible tariffs reward houses that can wait. | helps | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        Grants stop overnight | Decisions wait and projects stand still. | medium | high | Plans that carry without a grant, income from checks | Calls about waiting
        No installers | Plans are made and nobody builds. | high | medium | Agreements with twelve firms, slots paid ahead | Lead time beyond five months
        A plan that does not save | One cold house in the newspaper. | low | high | Measure before and after, correct at our cost | Savings below half of plan in the first month
    """),
    openings=s.rows(s.Opening, """
        Banks with green loans | They need proof of savings and have no engineers. | Check ten houses of one bank's borrowers in [place]
        Streets of the same year | Forty equal houses need one plan. | One evening in one street, one price for five houses
    """),
    questions=s.lines("""
        How many [audience] decide within a year of a check?
        Which sign-off do grants in [country] need?
    """),
    tiers=s.rows(s.Tier, """
        House check | A measured week; Four pages; The step to leave out | 240 | per project | 0.08 | 36
        Plan and supervision | Offers compared; Grants; Visits until it runs | 1450 | per project | 0.045 | 34
        Watch | Meter read monthly; Alarm; Winter comparison | 9 | per month | 1 | 30
    """),
    channels=s.rows(s.Channel, """
        Grant questions in search | acquisition | A page per house type with measured cases. | Checks per thousand readers
        Installers | referral | They get planned houses instead of enquiries. | Projects per firm
        Street evenings | awareness | One house opens its cellar to forty neighbours. | Checks per evening
        Winter letter | retention | Each household compared with its own past. | Households on Watch
    """),
    operations=s.lines("""
        Sensors stay a week; an engineer writes four pages within five days.
        Offers are compared on one sheet; grants are filed before any order.
        A coordinator visits the building site three times and measures afterwards.
    """),
    metrics=s.lines("""
        Checks that become projects
        Measured against planned savings
        Weeks from check to start
    """),
    fixed=s.rows(s.Cost, """
        Sensors and software | 1300 | 1
        Office and van | 1100 | 1
        Insurance and accounting | 500 | 1
    """),
    staff=s.rows(s.Role, """
        Founder, engineer | 1 | 3900 | 1
        Energy engineer | 2 | 4300 | 2
        Site coordinator | 1 | 3500 | 5
        Software engineer | 1 | 5100 | 7
    """),
    once=s.rows(s.Cost, """
        Forty sensor sets | 18000 | 2
        Certification as adviser | 4500 | 2
    """),
    market=s.Market("country", "Households in houses more than twenty-five years old", 95, 640, 18, 1.2, 9),
    money=s.Economics(4, 30, 7500, 2.5, 78, 45, 3.5, 7000, 38, 2, 45000),
    sources=s.rows(s.Publication, """
        Energy use of homes by year of building | National statistics office
        Measured savings after renovation | Institute for housing
    """),
)
