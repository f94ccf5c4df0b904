"""Pets: food, health, care."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="pets and animal care",
    kind="subscription",
    category="pet care service",
    customer="pet owner",
    customers="pet owners",
    audience="people with a first dog or an old cat",
    need="A quick word on whether this is normal, before the weekend and without three hundred opinions",
    difference="A veterinary nurse who knows the animal answers by picture, and comes when a picture is not enough",
    proof="Advice that turned out wrong is told to all owners of the same breed",
    promise="[customers] know within an hour whether to wait, treat or drive. They stop reading forums at midnight.",
    model="[customers] pay by the month per animal and for visits. They stay because the weight curve and the history are here.",
    advantage="Weight, food and symptoms of thousands of animals over years",
    gap="Vets are booked, shops sell, forums frighten. Nobody knows the animal and answers on Sunday.",
    names=s.rows(s.NameIdea, """
        Good Nose | metaphor | GOOD nohz | Cold and wet is how it should be; a feeling for trouble. | Near to perfumes.
        Wagtail | compound | WAG-tail | A bird by name, a dog by sound. | Cats feel left out.
        Fellino | invented | fe-LEE-no | Between fellow and feline. | Spelling needs a second look.
        Is This Normal | descriptive | IZ this NOR-mal | The question everybody has. | A question as a name.
    """),
    sounds=s.Sounds(("Pado", "Fello", "Wuff", "Mira", "Tapa", "Nuzz"), ("lino", "ra", "bee", "mio", "kin", "letta")),
    taglines=s.lines("""
        Normal? Ask.
        Someone who knows your animal
        Calm before the weekend
    """),
    values=s.lines("""
        The animal first: we say when letting go is kinder.
        No shop: we earn nothing on food.
        Vets as partners: urgent cases are theirs.
    """),
    traits=s.lines("""
        tender, never sweet
        quick, never hasty
        plain, never harsh
    """),
    samples=s.rows(s.Sample, """
        picture answer | That is a tick, not a tumour. Pull, do not twist.
        home page | Send a picture. Paula knows paws.
        sad message | Bruno was fourteen. His page stays as long as you like.
    """),
    palettes=(s.palette("Meadow and collar: grass, tan leather, one red ball.", """
        #2F7D4F | Meadow | outside, where they want to be
        #A0672F | Collar | leather and fur
        #EF476F | Ball | the thing everybody runs for
        #FDFCF8 | Blanket | light and soft
        #F1EDE2 | Basket | panels
        #22271F | Wet Nose | dark for text
    """),),
    heading=s.Font("Baloo 2", "sans-serif", "round as a puppy's belly"),
    body=s.Font("Mulish", "sans-serif", "quiet beside a round heading"),
    marks=s.rows(s.Mark, """
        petals | circle | Four toes and a pad.
        leaf | rounded square | An ear, slightly bent.
    """),
    imagery="Floors, paws, fur on trousers. No costumes.",
    applications=s.lines("""
        Tag on a collar
        Vaccination booklet
        Message with a picture
    """),
    segments=s.rows(s.Segment, """
        First-time dog owners | One to two years in, every week a new question. | An answer today; No blame | 45 | medium
        Owners of old animals | Kidneys, joints, tablets. | Home visits; Honest words | 32 | high
        Busy city owners | Ten hours away from home. | Walks and food solved | 16 | medium
    """),
    personas=s.rows(s.Persona, """
        the anxious beginner | 0 | 29, first dog from a shelter, searches symptoms at night. | Sleep; A dog that eats | Forums; Two weeks for an appointment | Blood on a paw on Sunday | Just tell me if I have to drive.
        the old cat's person | 1 | 63, cat of seventeen with weak kidneys. | Good months | Carrying her to the waiting room | A missed tablet | I do not want more tests, I want good days for her.
    """),
    rivals=s.rows(s.Rival, """
        VetLine 24 | direct | Video vet per call | 29 | Nights; Real vets | A stranger each time
        Tailbox | direct | Food by subscription with advice | 39 | Convenient | Advice sells food
        Veterinary practice | indirect | Examination and treatment | 68 | Can do everything | Booked
        Animal insurance | indirect | Pays large bills | 31 | Safety | Exclusions
        Forums and friends | substitute | Opinions | 0 | At once | Three hundred
    """),
    trends=s.rows(s.Trend, """
        Animals as family | Spending per animal rises also when other spending falls. | helps | now
        Vets are missing | Practices close nights and weekends. | helps | now
        Fees went up | Official fees rose and owners hesitate. | mixed | now
    """),
    risks=s.rows(s.Risk, """
        Wrong reassurance | An emergency is called normal. | low | high | Red list that always means drive, second look by a vet | Answers changed above two percent
        Law of remote advice | Treatment without examination may be banned. | medium | medium | Advice only, partner practices | Chamber of vets writes
        [customers] leave with the animal | Puppies grow and questions stop. | high | medium | Yearly plans, old age plan | Questions per animal fall
    """),
    openings=s.rows(s.Opening, """
        Shelters | Each adoption starts with a month of questions. | One shelter in [place], fifty adoptions, first month given
        Insurers | Each avoided visit saves them money. | Hundred insured dogs for three months
    """),
    questions=s.lines("""
        What may nurses advise in [country] without a vet?
        How many questions has an animal after the first year?
    """),
    tiers=s.rows(s.Tier, """
        Companion | Answers by picture; Weight curve; Own nurse | 19 | per month | 1 | 62
        Home visit | Nurse at home; Report to the vet | 49 | per purchase | 0.5 | 22
        Lifetime year | Companion; Two visits; Insurance papers | 219 | per year | 0 | 16
    """),
    channels=s.rows(s.Channel, """
        Shelters and breeders | referral | The first month comes with the animal. | Owners per shelter
        Symptom questions in search | acquisition | Picture, answer, and when to drive. | First pictures per thousand
        Dog schools | awareness | Twenty minutes of first aid. | Owners per evening
        Birthday check | retention | Weight, teeth, plan for the year. | Owners after a year
    """),
    operations=s.lines("""
        Nurses answer from seven to ten; a vet is behind them.
        Visits are planned by district on two afternoons.
        The red list is rehearsed each month.
    """),
    metrics=s.lines("""
        Minutes to answer
        Answers changed by vets
        Owners after a year
    """),
    fixed=s.rows(s.Cost, """
        Software and telephone | 900 | 1
        Insurance and car | 700 | 3
        Accounting | 300 | 1
    """),
    staff=s.rows(s.Role, """
        Founder | 1 | 3100 | 1
        Veterinary nurse | 2 | 2700 | 3
        Vet, half time | 1 | 2900 | 3
        Engineer | 1 | 4600 | 1
    """),
    once=s.rows(s.Cost, """
        First release | 14000 | 2
        Visit kits | 4000 | 3
    """),
    market=s.Market("country", "Households with a dog or a cat that pay for care", 230, 340, 22, 0.9, 6),
    money=s.Economics(4, 60, 7000, 3, 34, 40, 5, 12000, 24, 3, 25000),
    sources=s.rows(s.Publication, """
        Pets in households | Pet trade association
        Spending on animals | National statistics office
    """),
)
