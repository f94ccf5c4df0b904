"""Education: tutoring, courses, schools."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="education and learning",
    kind="subscription",
    category="learning service",
    customer="learner",
    customers="learners",
    audience="families with children in secondary school",
    need="Visible progress in the subject that spoils the week, without an argument every evening",
    difference="Twenty minutes a day built from the mistakes of yesterday, with a teacher who looks in twice a week",
    proof="Parents see the mistakes that no longer happen, not minutes or stars",
    promise="[customers] close one gap a week and see which. They stop sitting through lessons about what they already know.",
    model="[customers] pay by the month, and by the hour when an exam is near. They stay because the list of gaps gets shorter before their eyes.",
    advantage="A map of mistakes: which one follows from which, and what removed it",
    gap="Tutors are good, dear and free on Thursdays at six; apps count minutes. Nobody joins daily practice with a person who notices.",
    names=s.rows(s.NameIdea, """
        Gapwise | compound | GAP-wise | Wise about gaps: the method in a word. | Sounds like a warning about trains.
        Aha Hour | metaphor | ah-HA owr | The moment it falls into place. | Cheerful for some exams.
        Lumino | invented | LOO-mi-no | A little light; open vowels, said alike in most languages. | Close to lamps.
        Second Try | descriptive | SEK-ond TRY | Mistakes are allowed, the second time counts. | Sounds like failing first.
    """),
    sounds=s.Sounds(("Lumi", "Doce", "Nova", "Kly", "Tuto", "Sabi"), ("ra", "mento", "xis", "line", "do", "via")),
    taglines=s.lines("""
        One gap less each week
        Mistakes, put to use
        Twenty minutes that show
    """),
    values=s.lines("""
        Understanding before marks: we lose parents who want drill.
        No rankings: competition sells, and stays outside.
        Children's data stays with the family, which makes our product harder to improve.
    """),
    traits=s.lines("""
        patient, never soft
        curious, never childish
        honest, never discouraging
    """),
    samples=s.rows(s.Sample, """
        home page | You do not hate maths. You miss three steps of year six.
        evening message | Four right of five. Fractions are done.
        cancellation | You leave with your map. It is yours.
    """),
    palettes=(s.palette("Exercise book and highlighter: violet ink, a yellow that means got it.", """
        #5A31A5 | Ink | serious without a blackboard
        #1F7A8C | Ruler | second voice for diagrams
        #FFC300 | Highlighter | only for what is understood
        #FCFBFF | Page | calm for an hour of reading
        #EFEBF8 | Margin | cards and tasks
        #221A33 | Pencil | dark for text
    """),),
    heading=s.Font("Nunito", "sans-serif", "friendly without being a toy"),
    body=s.Font("Atkinson Hyperlegible", "sans-serif", "made so that letters are not confused"),
    marks=s.rows(s.Mark, """
        ascent | circle | Steps of uneven height: some weeks count double.
        petals | none | Pieces that close a circle when the gap is filled.
    """),
    imagery="Kitchen tables, crossed-out lines, a face that has just understood. No gowns, no glowing brains.",
    applications=s.lines("""
        App on an old tablet
        Weekly letter to parents
        Poster in a school corridor
    """),
    segments=s.rows(s.Segment, """
        Families before an exam | Children of 14 to 18 with one weak subject and a date. | A plan until the date; A teacher by name | 43 | high
        Children who fell behind | A move, an illness or a bad year left gaps of years ago. | Start without shame; Small steps | 33 | medium
        Adults who learn again | Working people who need a certificate or a language. | Evenings; A pause without penalty | 15 | medium
    """),
    personas=s.rows(s.Persona, """
        the worried parent | 0 | 46, fitter, cannot help with equations and pays for an hour a week. | A pass in June; Peace at dinner | Tutors who never say what is missing | A letter from school in February | I want to know what is missing, not that it is much.
        the evening student | 2 | 34, nurse, needs a certificate for the next step. | Pass by autumn; Learn after shifts | Courses on fixed evenings | A job posted with one line too much | I can do it at eleven at night or not at all.
    """),
    rivals=s.rows(s.Rival, """
        LernPunkt | direct | Group lessons twice a week in a shop near school | 149 | Personal; Known to schools | Five children, five gaps
        BrightPath | direct | Practice app with adaptive tasks | 14.9 | Cheap; Always there | Nobody notices when it stops
        Private tutor | indirect | An hour at home each week | 130 | Individual | Depends on one person
        Video lessons | substitute | Explanations of everything for nothing | 0 | Free; Often good | Watched, not practised
    """),
    trends=s.rows(s.Trend, """
        Machines explain patiently | Generated explanations became good enough to ask the same thing five times. | helps | now
        Teachers are missing | Lessons fall out and families fill the gap with money. | helps | now
        Screens under suspicion | Parents and schools limit screen time for the young. | hurts | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        Holidays stop the payments | [customers] cancel in June and half of them do not return. | high | medium | Pause instead of cancelling, a map of the summer | Log-ins fall in May
        A wrong explanation | One confident mistake before an exam ends the trust of a school. | medium | high | Teachers check every new task, a button for doubt | Doubts above two in a thousand
        Schools get it for nothing | A state buys a platform for all. | low | high | Sell the teacher, not the tasks | A tender is published
    """),
    openings=s.rows(s.Opening, """
        Employers of apprentices | Firms lose apprentices to one failed subject. | Offer ten apprentices of one firm in [place] six weeks and compare marks
        Libraries in the afternoon | They have rooms, tables and children, and no teacher. | Two afternoons a week in one library for a month
    """),
    questions=s.lines("""
        Which subject and year bring [audience] to pay first?
        What may be stored about minors in [country]?
    """),
    tiers=s.rows(s.Tier, """
        Daily | Twenty minutes a day; Map of gaps; Teacher twice a week | 29 | per month | 1 | 66
        School year | Everything in Daily; Two children | 240 | per year | 0 | 18
        Exam hours | One teacher; Past papers; Marked the next day | 32 | per hour | 4 | 16
    """),
    channels=s.rows(s.Channel, """
        Teachers of one school | referral | They get the class's map of gaps without names. | Families per school
        Search before exams | acquisition | One page per typical mistake, solved. | Trials per thousand readers
        Parents' evenings | awareness | Fifteen minutes about mistakes, no product. | Addresses left
        Sunday map | retention | What went and what is next, in one picture. | Families active in week six
    """),
    operations=s.lines("""
        Teachers write tasks from real mistakes; a second one solves each before release.
        Learners practise daily; a teacher reads along and calls when something sticks.
        The map is updated each night and explained each Sunday.
    """),
    metrics=s.lines("""
        Gaps closed per learner and month
        Learners active in week six
        Hours of teachers per learner
    """),
    fixed=s.rows(s.Cost, """
        Platform, models and video rooms | 1500 | 1
        Office, insurance, accounting | 800 | 1
    """),
    staff=s.rows(s.Role, """
        Founder, didactics | 1 | 3500 | 1
        Engineer | 1 | 5000 | 1
        Lead teacher | 1 | 3700 | 2
        Family care | 1 | 2700 | 6
    """),
    once=s.rows(s.Cost, """
        First 600 tasks | 16000 | 2
        Check by a data protection lawyer | 4000 | 4
    """),
    market=s.Market("country", "Families that pay for lessons outside school", 90, 380, 25, 1.5, 5),
    money=s.Economics(5, 60, 8000, 3, 70, 35, 5.5, 9000, 30, 4, 30000),
    sources=s.rows(s.Publication, """
        Family spending on extra lessons | National statistics office
        Learning gaps after missed lessons | Institute for school research
    """),
)
